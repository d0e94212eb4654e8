"""Language: Telegram's at first, then the portal's, then what the person chose; the command menu is in both."""

from functools import partial

from tests.drivers.sandbox_views import Transcript
from tests.house import House
from tests.journeys.words import Words

DE, EN = Words("de"), Words("en")


async def test_telegrams_then_the_portals_then_the_choice(home: House) -> None:
    """Each later source wins over the one before, and the choice stays through a restart."""
    person = await home.client.person(
        "Max", language="fr", phone="+491713920010", mail="max.muster@muster-gmbh.example"
    )
    await person.send("/start")
    await person.sees(EN("connect-how"))  # a language nobody speaks here: English
    await person.speaks("de")
    await person.send("/menue")
    await person.sees(DE("menu-not-connected"), new=True)
    await person.speaks("en-GB")
    await person.send("/menu")
    await person.sees(EN("menu-not-connected"), new=True)
    await home.connect(person)
    await person.sees(DE("menu-what"))  # the portal's language is German
    await person.until(partial(_menu_with, DE("command-hilfe")), what=DE("command-hilfe"))
    await person.send("/language")
    await person.tap(EN.label("language-en"), on=await person.sees(DE("language-ask"), new=True))
    await person.sees(EN("language-chosen"), new=True)
    await person.send("/vertraege")
    await person.sees(EN("contracts-heading", count=8), new=True)
    await home.app.turns.idle()
    await home.restart()
    await person.send("hallo")
    await person.sees(EN("menu-what"), 10, new=True)


async def test_the_command_menu_is_in_the_language_of_telegram(home: House, words: Words) -> None:
    """Each language has its own commands with its own words; the commands of the other are understood as well."""
    person = await home.connected(language=words.language)
    listed = [command for command in home.app.router.commands if command.listed]
    names = {c.english if words.language == "en" else c.german: words(f"command-{c.german}") for c in listed}
    shown = await person.until(lambda chat: chat.commands if chat.commands == names else None, what=str(names))
    assert len(shown) == len(listed) >= 10
    for command in listed:
        for name in (command.german, command.english):
            await person.send(f"/{name}")
            answer = await person.answer()
            assert words("hint-unknown-command") not in answer.text, name
            await home.app.turns.idle()


async def test_the_command_menu_follows_the_choice(home: House) -> None:
    """Another language than Telegram's has a menu of the chat's own; back at Telegram's, the chat has none."""
    person = await home.connected(language="de")
    for wish, word, chosen in (("/sprache", "language-en", EN), ("/language", "language-de", DE)):
        await home.app.turns.idle()
        await person.send(wish)
        await person.tap(DE.label(word), on=await person.answer())
        await person.sees(chosen("language-chosen"), new=True)
        await person.until(partial(_menu_with, chosen("command-hilfe")), what=chosen("command-hilfe"))
    deleted = [call for call in await home.client.calls("deleteMyCommands") if call.status == 200]

    assert len(deleted) == 1


def _menu_with(words: str, chat: Transcript) -> Transcript | None:
    return chat if words in chat.commands.values() else None
