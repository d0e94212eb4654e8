"""Holes that were found by attacking, and stay closed."""

from dataclasses import replace

from portal.server.running import PortalServer
from tests.house import ERIKA, MAX, PAULA, House
from tests.security.attacks import YES, other
from tests.security.engines import one_engine
from tests.security.forger import GROUP, Forger

ALARM = "Jemand wollte"
BLOCKED = "gesperrt"
NOT_ENTITLED = "keine Berechtigung"


async def test_the_role_that_counts_is_the_one_in_the_account_asked_about(home: House, forger: Forger) -> None:
    """With two accounts, a button about one of them is judged by the role in that one, whichever is looked at."""
    person = await home.connected("Paula", who=PAULA)
    await home.connect(person, ERIKA)
    pbx, admin = await home.app.connections.of_person(person.id)
    for looked_at in (pbx, admin):
        await home.app.preferences.look_at(person.id, looked_at.id)
        forger.tap(person.id, f"invoices:list:{pbx.tag}:0", message=1)
        await forger.digested()
        await person.sees(NOT_ENTITLED, new=True)
        await person.send("/hilfe")
        await person.answer()
        forger.tap(person.id, f"invoices:list:{admin.tag}:0", message=1)
        await forger.digested()
        assert "Ihre Rechnungen" in (await person.last()).text
        await person.send("/menue")
        await person.answer()


@one_engine
async def test_a_link_in_a_group_is_burned_when_the_portal_is_back(home: House, forger: Forger) -> None:
    """An outage delays the burning and does not forgo it; nobody in the group reads an apology."""
    link = await home.mail_link()
    settings = replace(home.portal.settings, bind=home.portal.url.removeprefix("http://"))
    await home.portal.stop()
    forger.message(4711, link, chat=GROUP)
    await forger.digested()
    home.portal = PortalServer(settings)
    await home.portal.start()
    mail = await home.client.mail(MAX[2], within=40, subject=BLOCKED)
    assert BLOCKED in mail.subject
    said = [str(call.params["text"]) for call in await home.client.calls("sendMessage", chat_id=GROUP)]
    assert len(said) == 1 and "Aktivierungslink" in said[0]


async def test_opening_the_own_link_again_locks_nobody_out(home: House) -> None:
    """Who waits for the PIN and opens the mail's link once more goes on from there, with the tries that are left."""
    person, link = await home.person(), await home.mail_link()
    for _ in range(2):
        await person.open_link(link)
        await person.tap(YES)
        pin = (await home.client.sms(MAX[1])).pin
        await person.sees("📱", new=True)
        await home.app.turns.idle()
    await person.send(other(pin))
    await person.sees("noch 4 Versuche", new=True)
    await person.send(pin)
    await person.sees("✅", new=True)
    alarms = [m for m in await home.client.all_mails(MAX[2]) if ALARM in m.subject]
    assert alarms == [] and await home.live_grants() == 1


async def test_the_alarm_is_no_weapon(home: House, forger: Forger) -> None:
    """Whoever opens a used link again and again has one mail sent; an unknown link has none sent."""
    await home.connected()
    used = next(link for m in await home.client.all_mails(MAX[2]) for link in m.links if "start=" in link)
    thief = await home.client.person("Thea")
    for code in ("x" * 43, used.rpartition("=")[2]) * 5:
        forger.message(thief.id, f"/start {code}")
    await forger.digested()
    told = await home.client.mail(MAX[2], within=10, subject=ALARM)
    alarms = [mail for mail in await home.client.all_mails() if ALARM in mail.subject]
    assert len(alarms) == 1 and "Fremd" in told.text
