"""Connecting, with every bad ending: what the person sees, and what the portal and the database hold afterwards."""

from datetime import timedelta

from bot.chat.text import Name
from tests.drivers.sandbox import Person
from tests.house import ERIKA, MARTINA, MAX, House
from tests.journeys.words import Words


async def asked(home: House, words: Words, who: tuple[str, str, str] = MAX) -> tuple[Person, str]:
    """Somebody who opened the mail's link and is asked whether to connect."""
    person = await home.person(language=words.language, who=who)
    link = await home.mail_link(who)
    await person.open_link(link)
    await person.sees(words("connect-confirm-warning"))
    return person, link


async def waiting_for_pin(home: House, words: Words) -> tuple[Person, str, str]:
    """Somebody who has the PIN on the phone; the link, the PIN."""
    person, link = await asked(home, words)
    await person.tap(words.label("connect-button-yes"))
    await person.sees("📱")
    await home.app.turns.idle()
    return person, link, (await home.client.sms(MAX[1])).pin


def another(pin: str) -> str:
    """A PIN that is surely not this one."""
    return f"{(int(pin) + 1) % 1_000_000:06d}"


async def live(home: House, person: Person) -> int:
    """How many accounts the person is connected to."""
    return len(await home.app.connections.of_person(person.id))


async def test_from_the_mail_to_the_menu(home: House, words: Words) -> None:
    """Mail, link, yes, PIN: nothing is sent before the yes, the company is masked until the PIN, the PIN vanishes."""
    person, _ = await asked(home, words)
    question = await person.sees(words("connect-confirm-warning"))
    assert "Muster" not in question.text
    assert MAX[1] not in question.text
    assert await home.client.all_sms() == []
    await person.tap(words.label("connect-button-yes"))
    pin = (await home.client.sms(MAX[1])).pin
    typed = await person.send(pin)
    await person.loses(typed)
    await person.sees(words("connect-done", company=Name("Muster GmbH"), account="customer2300229"))
    await person.sees(words("menu-what"))
    assert await live(home, person) == 1


async def test_the_pin_tapped_on_the_keypad(home: House, words: Words) -> None:
    """On the keypad nothing of the PIN stands in the chat or in any button; each key is answered with dots."""
    person, _, pin = await waiting_for_pin(home, words)
    await person.tap(words.label("pin-button-keypad"))
    keypad = await person.sees(words("pin-keypad"))
    assert all(b.data is None or pin not in b.data for row in keypad.buttons for b in row)
    for place, digit in enumerate(pin[:-1], start=1):
        tapped = await person.tap(digit)
        assert tapped.popup is not None
        assert tapped.popup.text == "●" * place + "○" * (len(pin) - place)
    await person.tap(pin[-1])
    await person.sees(words("menu-what"))
    assert await live(home, person) == 1


async def test_a_pasted_link_and_a_lost_parameter(home: House, words: Words) -> None:
    """The link pasted as text works like the link opened; when Telegram drops the parameter the chat asks for it."""
    person = await home.person(language=words.language)
    link = await home.mail_link()
    await person.open_link(link, drop_parameter=True)
    await person.sees(words("connect-how"))
    await person.paste(link)
    await person.sees(words("connect-confirm-warning"))
    await person.send(f"/start {link.rpartition('=')[2]}")
    await person.sees(words("connect-confirm-warning"), new=True)
    await person.tap(words.label("connect-button-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    await person.sees(words("menu-what"))


async def test_no_means_no(home: House, words: Words) -> None:
    """After a no nothing was sent, and the same link still works for a yes."""
    person, link = await asked(home, words)
    await person.tap(words.label("connect-button-no"))
    await person.sees(words("connect-declined"))
    assert await home.client.all_sms() == []
    await home.connect_with(person, link, words)
    assert await live(home, person) == 1


async def test_wrong_pins_count_down_and_lock(home: House, words: Words) -> None:
    """Each wrong PIN says how many tries are left; after the last one even the right PIN is worthless."""
    person, _, pin = await waiting_for_pin(home, words)
    for left in (4, 3, 2, 1):
        await person.send(another(pin))
        await person.sees(words("refusal-pin-wrong", attempts_left=left))
    await person.send(another(pin))
    await person.sees(words("refusal-pin-locked"))
    await person.send(pin)
    await person.sees(words("hint-use-menu"))
    assert await live(home, person) == 0


async def test_a_new_pin_kills_the_old(home: House, words: Words) -> None:
    """After "new PIN" only the newest one counts."""
    person, _, old = await waiting_for_pin(home, words)
    await person.tap(words.label("pin-button-again"))
    new = (await home.client.sms(MAX[1])).pin
    if old != new:
        await person.send(old)
        await person.sees(words("refusal-pin-wrong", attempts_left=4))
    await person.send(new)
    await person.sees(words("menu-what"))


async def test_too_many_pins(home: House, words: Words) -> None:
    """The fourth PIN within ten minutes is refused with the time to wait; the last one sent still works."""
    person, _, pin = await waiting_for_pin(home, words)
    for _ in range(2):
        await person.sees("📱", new=True)
        await person.tap(words.label("pin-button-again"))
        pin = (await home.client.sms(MAX[1])).pin
    await person.sees("📱", new=True)
    await person.tap(words.label("pin-button-again"))
    await person.sees("⏳")
    await person.send(pin)
    await person.sees(words("menu-what"))


async def test_something_else_than_a_pin(home: House, words: Words) -> None:
    """Words instead of digits use no try up, and the question stays open."""
    person, _, pin = await waiting_for_pin(home, words)
    await person.send("wie bitte?")
    await person.sees(words("pin-not-a-pin", digits=6))
    await person.send(f"{pin[:3]} {pin[3:]}")
    await person.sees(words("menu-what"))


async def test_an_unknown_link_offers_a_new_mail(home: House, words: Words) -> None:
    """Unknown, and the answer to "new mail" does not tell whether there is an account behind it."""
    person = await home.person(language=words.language)
    await person.send("/start " + "x" * 43)
    await person.sees(words("refusal-link-invalid"))
    await person.tap(words.label("connect-button-mail"))
    await person.sees(words("connect-new-mail"))
    assert await home.client.all_mails() == []


async def test_a_used_link_offers_a_new_mail_that_works(home: House, words: Words) -> None:
    """A link is good once; the new mail goes to the address on file and its link connects."""
    person, link, pin = await waiting_for_pin(home, words)
    await person.send(pin)
    await person.sees(words("menu-what"))
    thief = await home.person("Thea", language=words.language)
    await thief.open_link(link)
    await thief.sees(words("refusal-link-invalid"))
    await thief.tap(words.label("connect-button-mail"))
    await thief.sees(words("connect-new-mail"))
    assert await live(home, thief) == 0
    await home.connect_with(thief, await home.mailed_link(), words)
    assert await live(home, thief) == 1


async def test_an_expired_question(home: House, words: Words) -> None:
    """Half an hour later the question is no longer open, and the person is told what to do."""
    person, _, pin = await waiting_for_pin(home, words)
    home.clock.advance(timedelta(minutes=31))
    await person.send(pin)
    await person.sees(words("hint-question-over"))
    assert await live(home, person) == 0


async def test_already_connected(home: House, words: Words) -> None:
    """Connecting to the same account again changes nothing, and says so."""
    person = await home.connected(language=words.language)
    await person.open_link(await home.mail_link())
    await person.tap(words.label("connect-button-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    await person.sees(words("refusal-already-connected"))
    assert await live(home, person) == 1
    await person.send("/konto")
    await person.sees("Muster GmbH", new=True)


async def test_cancelling_kills_the_pin(home: House, words: Words) -> None:
    """After /abbrechen the PIN from the SMS is worthless; the link is free again."""
    person, link, pin = await waiting_for_pin(home, words)
    await person.send("/abbrechen")
    await person.sees(words("cancel-done"))
    await person.send(pin)
    await person.sees(words("hint-use-menu"), new=True)
    assert await live(home, person) == 0
    await home.connect_with(person, link, words)
    assert await live(home, person) == 1


async def test_the_command_sent_before_is_resumed(home: House, words: Words) -> None:
    """/rechnungen, then connecting: the invoices come without being asked for again."""
    person = await home.person(language=words.language)
    await person.send("/rechnungen")
    await person.sees(words("refusal-not-connected"))
    await person.paste(await home.mail_link())
    await person.tap(words.label("connect-button-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    await person.sees(words("invoices-heading"))


async def test_several_people_and_accounts(home: House, words: Words) -> None:
    """Two people on one account, one person on two accounts; the switch shows the other company."""
    max_ = await home.connected("Max", language=words.language)
    second = await home.person("Zweite", language=words.language)
    await home.connect(second, MAX)
    await home.connect(max_, ERIKA)
    assert await live(home, max_) == 2
    await max_.sees("Beispiel Logistik GmbH")
    await max_.send("/konto")
    await max_.tap(words.label("account-button-look", company=Name("Muster GmbH")))
    await max_.sees(words("menu-several", count=2), new=True)
    assert (await max_.last()).text.count("Muster GmbH") == 1


async def test_the_other_admins_are_told_and_can_end_it(home: House, words: Words) -> None:
    """A new connection is told to the other portal admin in the chat and by mail; one tap there ends it everywhere."""
    martina = await home.connected("Martina", language=words.language, who=MARTINA)
    intruder = await home.connected("Fremd", language=words.language)
    await martina.sees("Fremd", within=10)
    mail = await home.client.mail(MARTINA[2], within=10, subject="Telegram")
    while "Fremd" not in mail.text:
        mail = await home.client.mail(MARTINA[2], within=10, subject="Telegram")
    await martina.tap(words.label("account-button-now"))
    await martina.sees("🔌", new=True)
    await intruder.sees(words("notice-disconnected", company=Name("Muster GmbH"), by=Name("Martina")), within=10)
    await intruder.send("/vertraege")
    await intruder.sees(words("refusal-not-connected"))


async def test_ended_at_the_portal_is_said_once(home: House, words: Words) -> None:
    """A grant that the portal ended disconnects the chat; the person is told once, then asked to connect."""
    person = await home.connected(language=words.language)
    await home.end_grants()
    await person.send("/vertraege")
    await person.sees(words("refusal-disconnected"))
    await person.send("/vertraege")
    await person.sees(words("refusal-not-connected"))
    assert await live(home, person) == 0


async def test_ended_at_the_portal_while_nobody_asks(home: House, words: Words) -> None:
    """The watch finds a grant that ended at the portal and tells its owner once."""
    person = await home.connected(language=words.language)
    await home.end_grants()
    home.clock.advance(timedelta(minutes=11))
    assert await home.app.watch.run_once() == 1
    await person.sees(words("notice-ended", company=Name("Muster GmbH")), within=10)
    assert await home.app.watch.run_once() == 0


async def test_disconnecting_reaches_the_portal(home: House, words: Words) -> None:
    """Disconnecting in the chat revokes the grant at the portal, also when the portal is away at that moment."""
    person = await home.connected(language=words.language)
    await person.send("/konto")
    await person.tap(words.label("account-button-end", company=Name("Muster GmbH")))
    await person.tap(words.label("account-button-really"))
    await person.sees(words("account-ended", company=Name("Muster GmbH")))
    await home.until(lambda: home.live_grants(), 0)
    await person.send("/vertraege")
    await person.sees(words("refusal-not-connected"))


async def test_no_sms(home: House, words: Words) -> None:
    """With the SMS gateway down nothing is spent; when it is back the same button works."""
    person, _ = await asked(home, words)
    await home.client.fault("outage", on="sms")
    await person.tap(words.label("connect-button-yes"))
    await person.sees(words("refusal-sms-unavailable"))
    await home.client.mend()
    await person.tap(words.label("connect-button-yes"))
    await person.send((await home.client.sms(MAX[1])).pin)
    await person.sees(words("menu-what"))
