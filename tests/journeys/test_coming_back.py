"""Coming back: after a week, after a restart, with two accounts, and when the portal takes its time."""

from datetime import timedelta

from bot.chat.text import Name
from tests.house import ERIKA, House
from tests.journeys.words import Words

DE = Words("de")


async def test_a_button_of_last_week_still_works(home: House, words: Words) -> None:
    """A week and a restart later the buttons under the old list lead on, as if nothing had been."""
    person = await home.connected(language=words.language)
    await person.send("/vertraege")
    old = await person.sees(words("contracts-heading", count=8), new=True)
    await home.app.turns.idle()
    home.clock.advance(timedelta(days=7))
    await home.restart()
    await person.tap("V-2300229-02", on=old, within=10)
    card = await person.sees("Büro Düsseldorf", 10, new=True)
    assert card.id == old.id
    await person.tap(words.label("contracts-button-documents"), on=card)
    await person.sees("Auftrag V-2300229-02", new=True)


async def test_old_buttons_stay_with_their_account(home: House) -> None:
    """With two accounts a message of the first one goes on showing the first one, and says whose it is."""
    person = await home.connected("Max")
    await person.sees(DE("menu-what"))
    await home.client.fault("error", method="editMessageReplyMarkup", times=None)  # old keyboards stay, as happens
    await person.send("V-2300229-01")
    old = await person.sees("Zentrale", new=True)
    await home.connect(person, ERIKA)
    await person.sees(DE("menu-several", count=2))
    await person.send("/vertraege")
    await person.sees(DE("contracts-heading", count=5), new=True)
    await person.sees(DE("list-whose", company=Name("Beispiel Logistik GmbH")), new=True)
    await home.app.turns.idle()
    await person.tap(DE.label("contracts-button-options"), on=old)
    shown = await person.sees(DE("list-whose", company=Name("Muster GmbH")), new=True)
    assert shown.id == old.id
    assert "V-2300229-01" in shown.text
    await person.tap(DE.label("button-back"), on=shown)
    await person.sees("Zentrale", new=True)


async def test_a_slow_portal_shows_that_something_is_going_on(home: House) -> None:
    """While the portal takes its time the chat shows "typing", and the answer comes as soon as the portal does."""
    person = await home.connected("Max")
    await person.sees(DE("menu-what"))
    await home.app.turns.idle()
    home.clock.advance(timedelta(minutes=11))  # the access token is over: for a new one the portal has to write
    await home.client.forget_calls()
    before = await home.client.version()
    async with home.portal.context.database.writing():
        await person.send("/vertraege")
        typing = await home.client.calls("sendChatAction", chat_id=person.id, after=before, wait=5)
        assert [call.params["action"] for call in typing] == ["typing"]
        assert (await person.transcript()).action == "typing"
    await person.sees(DE("contracts-heading", count=8), new=True)
