"""Help, menu, and what happens to things nobody can make sense of."""

from bot.chat.text import Code, Phone
from tests.drivers.sandbox_views import as_read
from tests.house import BERND, PAULA, House
from tests.journeys.words import Words

ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
DE = Words("de")


async def test_help_ends_with_a_human(home: House, words: Words) -> None:
    """Every command with what it is good for, then phone, mail and hours; privacy and menu are one tap away."""
    person = await home.connected(language=words.language)
    await person.send("/hilfe")
    shown = await person.sees(words("help-title"), new=True)
    text = as_read(shown.text)
    for command in home.app.router.commands:
        if command.listed:
            assert words(f"help-{command.german}") in text
    human = text.index(words("help-human"))
    assert human < text.index(words("help-phone", phone=Phone("0800 000 23 00")))
    assert human < text.index(words("help-mail", mail=Code("service@eservice.example")))
    await person.tap(words.label("help-button-privacy"), on=shown)
    await person.sees(words("privacy-title"), new=True)
    await person.tap(words.label("button-menu"))
    await person.sees(words("menu-what"), new=True)
    await person.send("kann ich mit einem Menschen sprechen? hilfe!")
    await person.sees(words("help-human"), new=True)


async def test_what_nobody_understands_is_answered_kindly(home: House, words: Words) -> None:
    """Nonsense, an unknown command, a photo, a contact, a forwarded message, nothing to cancel: a word and the menu."""
    person = await home.connected(language=words.language)
    await person.sees(words("menu-what"))

    async def hears(key: str) -> None:
        answer = await person.sees(words(key), new=True)
        assert words.label("button-menu") in answer.labels

    await person.send("xyzzy plugh")
    await hears("hint-use-menu")
    await person.send("/xyzzy")
    await hears("hint-unknown-command")
    await person.send_photo(ONE_PIXEL)
    await hears("hint-only-text")
    await person.send_document("angebot.pdf", b"%PDF-1.4 nothing")
    await hears("hint-only-text")
    await person.share_contact()
    await hears("hint-only-text")
    await person.forward("/rechnungen", "Hauke Haien")
    await hears("hint-forwarded")
    await person.send("/abbrechen")
    await hears("cancel-nothing")
    await person.send("/datenschutz")
    await hears("privacy-title")
    await person.send("/rechnungen@eservice_demo_bot")
    await person.sees(words("invoices-heading"), new=True)


async def test_somebody_without_a_connection_sees_the_way_in(home: House, words: Words) -> None:
    """The menu leads to connecting, help is there, and whatever else is asked for says that a link is needed."""
    person = await home.person(language=words.language)
    await person.send("/menue")
    menu = await person.sees(words("menu-not-connected"))
    await person.tap(words.label("menu-button-connect"), on=menu)
    await person.sees(words("connect-how"), new=True)
    for wish in ("/vertraege", "/optionen", "/rechnungen", "/dokumente", "/konto"):
        await person.send(wish)
        await person.sees(words("refusal-not-connected"), new=True)
    await person.send("/abbrechen")  # the link was asked for
    await person.sees(words("cancel-done"), new=True)
    await person.send("/hilfe")
    await person.sees(words("help-human"), new=True)


async def test_accounting_sees_money_but_ends_nobody(home: House) -> None:
    """Accounting has invoices and contracts, is told its role, and no colleague's connection."""
    await home.connected("Erika", who=("customer2300241", "+491713920030", "erika@beispiel-logistik.example"))
    bernd = await home.connected("Bernd", who=BERND)
    menu = await bernd.sees(DE("menu-what"))
    assert DE.label("menu-button-invoices") in menu.labels
    await bernd.tap(DE.label("menu-button-invoices"), on=menu)
    await bernd.sees(DE("invoices-heading"), new=True)
    await bernd.send("/vertraege")
    await bernd.sees(DE("contracts-heading", count=5), new=True)
    await bernd.send("/konto")
    account = await bernd.sees(DE("account-role", role="accounting"), new=True)
    assert "Erika" not in account.text
    assert not [label for label in account.labels if "Erika" in label]


async def test_the_pbx_admin_is_not_offered_money_and_gets_none(home: House) -> None:
    """No invoices in menu, help or on a contract's card; asked for all the same they are refused in words."""
    paula = await home.connected("Paula", who=PAULA)
    menu = await paula.sees(DE("menu-what"))
    assert DE.label("menu-button-invoices") not in menu.labels
    assert DE.label("menu-button-contracts") in menu.labels
    for wish in ("/rechnungen", "rechnung märz", "2026-01-000122"):
        await paula.send(wish)
        await paula.sees(DE("refusal-not-entitled"), new=True)
    await paula.send("/hilfe")
    assert "/rechnungen" not in (await paula.sees(DE("help-human"), new=True)).text
    await paula.send("V-2300229-05")
    card = await paula.sees("V-2300229-05", new=True)
    assert DE.label("contracts-button-options") in card.labels
    assert DE.label("contracts-button-invoices") not in card.labels
