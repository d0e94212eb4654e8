"""Invoices' files also go to a mailbox: once it is proved by a code, once each, whatever the mail server does."""

from dataclasses import replace
from datetime import timedelta

from bot.chat.post import SmtpPost
from bot.chat.text import Code, Month, Name
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Mail, as_read
from tests.house import MARTINA, House
from tests.journeys.billing import HOUR, beat, billed
from tests.journeys.test_notices import documents, head, subscribed
from tests.journeys.words import Words

ADDRESS, SHOWN = "rechnung@muster-buch.example", "r…@muster-buch.example"
DAY = timedelta(days=1)


async def opened(person: Person, words: Words) -> None:
    """The question for an address, from /benachrichtigungen."""
    await person.send("/benachrichtigungen")
    notify = await person.sees(words("notify-always"), new=True)
    await person.tap(words.label("notify-button-mailbox"), on=notify)
    await person.sees(words("mailbox-title"), new=True)


async def asked(home: House, person: Person, words: Words, address: str = ADDRESS) -> str:
    """An address is typed; the code that was mailed to it."""
    await opened(person, words)
    await person.send(address)
    await person.sees(words("mailbox-asked", address=Code(SHOWN), minutes=15), new=True)
    mail = await home.client.mail(ADDRESS)
    return next(word for word in mail.text.split() if word.isdigit() and len(word) == 6)


async def confirmed(home: House, words: Words) -> Person:
    """Somebody who is told of invoices, and has proved a mailbox."""
    person = await subscribed(home, words)
    await person.send(await asked(home, person, words))
    await person.sees(words("mailbox-confirmed", address=Code(SHOWN)), new=True)
    return person


async def mailed(home: House) -> list[Mail]:
    """The mails with invoices that the mailbox has."""
    return [mail for mail in await home.client.all_mails(ADDRESS) if mail.attachments]


async def deliver(home: House, later: timedelta) -> None:
    """The clock goes on, and what is to be mailed has its turn."""
    home.clock.advance(later)
    assert home.app.outgoing.mail_deliverer is not None
    await home.app.outgoing.mail_deliverer.run_once()


async def log(person: Person, words: Words) -> str:
    """What /zustellung says."""
    await person.send("/zustellung")
    return as_read((await person.sees(words("delivery-title"), new=True)).text)


async def test_a_confirmed_mailbox_gets_each_invoice_once(home: House, words: Words) -> None:
    """PDF and XML in the reader's language, without amounts in the words; the log says so; removed, nothing
    comes. Without a mail server there is no such choice."""
    person = await confirmed(home, words)
    (number,) = await billed(home)
    mail = await home.client.mail(ADDRESS, within=30)
    assert await mailed(home) == [mail]
    month = Month(home.clock().date().replace(day=1))
    assert mail.subject.startswith(words("mail-invoice-subject", number=Name(number), month=month, credit="no")[:20])
    assert sorted(name.rpartition(".")[2] for name in mail.attachments) == ["pdf", "xml"]
    pdf, xml = sorted([await home.client.download(url) for url in mail.files], key=lambda c: c[:4] != b"%PDF")
    assert pdf.startswith(b"%PDF")
    assert b"CrossIndustryInvoice" in xml or b"Invoice" in xml
    assert number in mail.text
    assert "€" not in mail.text
    assert mail.links == ()
    await person.sees(head(words, number))
    assert len(await person.until(lambda chat: documents(chat) or None)) == 1
    assert words("delivery-mail", state="sent", number=Name(number), address=Name(SHOWN)) in await log(person, words)
    await beat(home, HOUR)
    await deliver(home, HOUR)
    assert len(await mailed(home)) == 1

    await opened(person, words)
    await person.sees(SHOWN)
    await person.does_not_see(ADDRESS)
    await person.tap(words.label("mailbox-button-remove"))
    await person.sees(words("mailbox-removed"), new=True)
    (other,) = await billed(home)
    await person.sees(head(words, other))
    await deliver(home, HOUR)
    assert len(await mailed(home)) == 1

    home.settings = replace(home.settings, mail=None)
    await home.restart()
    await person.send("/benachrichtigungen")
    notify = await person.sees(words("notify-always"), new=True)
    assert words.label("notify-button-mailbox") not in [button.label for row in notify.buttons for button in row]


async def test_an_address_has_to_be_proved(home: House, words: Words) -> None:
    """Nonsense is no address; wrong codes run out, right ones expire, three mails an hour are enough; then it works."""
    person = await subscribed(home, words)
    await opened(person, words)
    for wrong in ("rechnung@localhost", "a@firma.de, b@firma.de", "x@firma.de\nBcc: y@firma.de", "<x>@firma.de"):
        await person.send(wrong)
        await person.sees(words("refusal-no-mail-address"), new=True)
    code = await asked(home, person, words)
    guess = f"{(int(code) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1):
        await person.send(guess)
        await person.sees(words("refusal-mail-code-wrong", attempts_left=left), new=True)
    await person.send(guess)
    await person.sees(words("refusal-mail-code-expired"), new=True)

    late = await asked(home, person, words)
    home.clock.advance(timedelta(minutes=16))
    await person.send(late)
    await person.sees(words("refusal-mail-code-expired"), new=True)

    await asked(home, person, words)
    await opened(person, words)
    await person.send(ADDRESS)
    await person.sees(words("refusal-mail-rate-limited", minutes=2)[:20], new=True)
    assert len(await home.client.all_mails(ADDRESS)) == 3
    home.clock.advance(HOUR)
    await person.send(await asked(home, person, words))
    await person.sees(words("mailbox-confirmed", address=Code(SHOWN)), new=True)

    assert home.settings.mail is not None
    post = SmtpPost(home.settings.mail.server, home.settings.mail.sender, home.app.people, home.clock)
    await post.code(ADDRESS, person.id, "Firma\r\nBcc: b@firma.de\r\n\r\n<script>", "123456")
    mail = await home.client.mail(ADDRESS)
    assert mail.to == (ADDRESS,)
    assert "<script>" not in str(mail.html)
    assert "<script>" in mail.text


async def test_a_mail_server_that_is_out_delays_only_mails(home: House, words: Words) -> None:
    """No code goes out and that is said; an invoice comes into the chat at once, and its mail when the server is back,
    once, also when the bot was stopped in between."""
    person = await subscribed(home, words)
    outage = await home.client.fault("outage", on="mail")
    await opened(person, words)
    await person.send(ADDRESS)
    await person.sees(words("refusal-mail-unavailable"), new=True)
    await home.client.mend(outage)
    await person.send(await asked(home, person, words))
    await person.sees(words("mailbox-confirmed", address=Code(SHOWN)), new=True)

    outage = await home.client.fault("outage", on="mail")
    (number,) = await billed(home)
    await person.sees(head(words, number))
    await deliver(home, HOUR)
    assert words("delivery-mail", state="due", number=Name(number), address=Name(SHOWN)) in await log(person, words)
    await home.restart()
    await home.client.mend(outage)
    await deliver(home, HOUR)
    await home.until(home.app.outgoing.mails.work.waiting, False)
    assert len(await mailed(home)) == 1

    await home.client.fault("reset_after", on="mail", times=2)
    (unsure,) = await billed(home)
    await deliver(home, HOUR)
    await deliver(home, HOUR)
    await home.until(home.app.outgoing.mails.work.waiting, False)
    assert words("delivery-mail", state="unknown", number=Name(unsure), address=Name(SHOWN)) in await log(person, words)
    await home.client.fault("error", on="mail", status=550, to=ADDRESS)
    (unwanted,) = await billed(home)
    await deliver(home, HOUR)
    await home.until(home.app.outgoing.mails.work.waiting, False)
    assert words("delivery-mail", state="dead", number=Name(unwanted), address=Name(SHOWN)) in await log(person, words)
    outage = await home.client.fault("outage", on="mail")
    (late,) = await billed(home)
    await deliver(home, HOUR)
    await deliver(home, 4 * DAY)
    await home.until(home.app.outgoing.mails.work.waiting, False)
    assert words("delivery-mail", state="dead", number=Name(late), address=Name(SHOWN)) in await log(person, words)


async def test_a_mailbox_ends_with_the_right(home: House, words: Words) -> None:
    """Other portal admins hear of a new mailbox. Whoever loses the connection gets no mail any more, not even one that
    waits, and the address is forgotten."""
    martina = await home.connected("Martina", language=words.language, who=MARTINA)
    person = await confirmed(home, words)
    added = words("mailbox-added", company=Name("Muster GmbH"), person=Name("Max"), address=Code(SHOWN))
    await martina.sees(added, new=True)
    await home.client.fault("outage", on="mail")
    await billed(home)
    await deliver(home, HOUR)
    await home.end_grants()
    await home.client.mend()
    await deliver(home, HOUR)
    await home.until(home.app.outgoing.mails.work.waiting, False)
    assert await mailed(home) == []
    (subscription,) = await home.app.outgoing.subscriptions.of_chat(person.id)
    assert home.app.outgoing.mail_deliverer is not None
    await home.app.outgoing.mail_deliverer.end_orphans()
    assert await home.app.outgoing.mailboxes.of(subscription.id) is None
