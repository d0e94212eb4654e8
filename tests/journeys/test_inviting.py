"""Somebody without a portal account is told what was shared with them and nothing else, as long as it is shared."""

from datetime import timedelta

from bot.chat.text import Name
from services.subscriptions import EventKind
from tests.drivers.sandbox_views import as_read
from tests.house import MARTINA, House
from tests.journeys.billing import HOUR, beat, billed
from tests.journeys.invitation import COMPANY, accepted, chosen, colleague, confirmed, invitation
from tests.journeys.test_notices import documents, head
from tests.journeys.words import Words

INVOICE = EventKind.INVOICE.value


async def known(home: House) -> None:
    """The old invoices are known, so that only new ones are told."""
    await home.app.detection.detector.enrol()
    await home.until(home.app.detection.detector.run_once, 0)


async def test_a_colleague_gets_invoices_and_nothing_else(home: House, words: Words) -> None:
    """Chosen, confirmed with a PIN, passed on, accepted: notices with their file come; the portal stays closed."""
    max_ = await home.connected("Max", language=words.language)
    link = await invitation(home, max_, words)
    steffi = await colleague(home, words)
    await steffi.open_link(link)
    asked = await steffi.sees(words("invited-ask", company=COMPANY, by=Name(max_.name)), new=True)
    assert words("inviting-kind", kind=INVOICE) in as_read(asked.text)
    await steffi.tap(words.label("invited-button-yes"), on=asked)
    await steffi.sees(words("invited-done", company=COMPANY))
    await home.app.deliverer.run_once()
    await max_.sees(words("notice-invitation-taken", person=Name(steffi.name), company=COMPANY), new=True)

    await known(home)
    (number,) = await billed(home)
    notice = await steffi.sees(head(words, number), new=True)
    assert notice.labels == [words.label("noticed-button-settings"), words.label("noticed-button-stop")]
    assert documents(await steffi.transcript())[0].document is not None
    await steffi.send("/rechnungen")
    await steffi.sees(words("refusal-not-connected"), new=True)

    await max_.send("/benachrichtigungen")
    await max_.tap(words.label("notify-button-invite"), on=await max_.sees(words("notify-title"), new=True))
    listed = await max_.sees(words("inviting-title"))
    assert steffi.name in listed.text
    assert words("inviting-kind", kind=INVOICE) in as_read(listed.text)
    await max_.tap(words.label("inviting-button-end", number=1), on=listed)
    await max_.tap(words.label("inviting-button-end-yes"))
    await max_.sees(words("inviting-ended", person=Name(steffi.name), taken="yes"))
    await home.app.deliverer.run_once()
    await steffi.sees(words("notice-invitation-ended", company=COMPANY), new=True)
    (other,) = await billed(home)
    await steffi.does_not_see(head(words, other))
    await steffi.send("/benachrichtigungen")
    await steffi.sees(words("refusal-not-connected"), new=True)


async def test_the_invited_settle_how_it_comes(home: House, words: Words) -> None:
    """Kinds within what was shared, the hour, quiet, files, silence, stop and back again, by their own command."""
    max_ = await home.connected("Max", language=words.language)
    choice = await chosen(max_, words)
    await max_.tap(words.label("notify-button-kind", kind="invoice-paid", on="no"), on=choice)
    paid = words.label("notify-button-kind", kind="invoice-paid", on="yes")
    choice = await max_.until(lambda chat: next((m for m in chat.messages if paid in m.labels), None))
    site = next(label for label in choice.labels if "Köln" in label)
    await max_.tap(site, on=choice)
    out = site.replace("✅", "◻️")
    await max_.until(lambda chat: next((m for m in chat.messages if out in m.labels), None))
    steffi = await colleague(home, words)
    await accepted(steffi, await confirmed(home, max_, words), words)

    await steffi.send("/benachrichtigungen")
    mine = await steffi.sees(words("invited-title", company=COMPANY, by=Name(max_.name)), new=True)
    told = [words.label("notify-button-kind", kind=kind, on="yes") for kind in ("invoice", "invoice-paid")]
    assert [label for label in mine.labels if label.startswith(("✅", "◻"))] == told
    await steffi.tap(told[1], on=mine)
    await steffi.tap(words.label("notify-button-when"))
    await steffi.tap(words.label("notify-button-rhythm", rhythm="daily", on="no"))
    await steffi.tap("09:00")
    await steffi.tap(words.label("button-back"), on=await steffi.sees("09:00"))
    await steffi.tap(words.label("notify-button-quiet"))
    await steffi.tap("20:00–07:00")
    await steffi.tap(words.label("button-back"), on=await steffi.sees("20:00"))
    await steffi.tap(words.label("notify-button-how"))
    await steffi.tap(words.label("notify-button-flag", flag="hidden", on="no"))
    await steffi.tap(words.label("button-back"), on=await steffi.sees(words("notify-how")))
    await steffi.tap(words.label("notify-button-stop"))
    stopped = await steffi.sees(words("invited-stopped", company=COMPANY))
    await steffi.tap(words.label("notify-button-again"), on=stopped)
    await steffi.sees(words("notify-when", rhythm="daily", time="09:00"))
    (share,) = await home.app.invited.of_chat(steffi.id)
    assert share.wish.kinds == {EventKind.INVOICE} and share.wish.amounts_hidden and share.wish.quiet is not None
    assert share.wish.filters.sites == share.bounds.sites and len(share.bounds.sites) == 2


async def test_what_has_lost_its_right_rests_until_somebody_carries_it_on(home: House, words: Words) -> None:
    """The inviter is gone: nothing is told; another portal admin is asked, says yes twice, and it goes on."""
    max_ = await home.connected("Max", language=words.language)
    martina = await home.connected("Martina", language=words.language, who=MARTINA)
    steffi = await colleague(home, words)
    await accepted(steffi, await invitation(home, max_, words), words)
    await known(home)
    (by,) = await home.app.connections.of_person(max_.id)
    assert await home.app.connections.end(by.id, home.clock())
    (missed,) = await billed(home)
    await steffi.sees(words("noticed-paused", company=COMPANY, reason="disconnected"), new=True)
    await steffi.does_not_see(head(words, missed))

    await home.app.inviting.run_once()
    assert await home.app.inviting.run_once() == 0
    await beat(home, timedelta())
    facts = {"person": Name(steffi.name), "by": Name(max_.name), "company": COMPANY}
    asked = await martina.sees(words("notice-invitation-lost", **facts), new=True)
    await martina.tap(words.label("inviting-button-take-on"), on=asked)
    await martina.tap(words.label("inviting-button-carry-on-yes"))
    await martina.sees(words("inviting-carried-on", person=Name(steffi.name)))
    await beat(home, HOUR)
    (number,) = await billed(home)
    await steffi.sees(head(words, number), new=True)
