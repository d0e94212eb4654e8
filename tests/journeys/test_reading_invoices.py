"""Invoices: what is open, the newest PDF, an old one, and whether the figures are right."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

from facturx import xml_check_xsd  # type: ignore[import-untyped]
from PIL import Image
from pypdf import PdfReader
from zxingcpp import read_barcodes

from bot.chat.text import Code, Fact, Month, Name
from portal.models import Money
from portal.server.world.demo import MAIN, MOBILE, demo_world
from portal.server.world.model import Invoice
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message, as_read
from tests.house import House
from tests.journeys.dates import today
from tests.journeys.words import Words

PER_PAGE = 6


def billed(account: str) -> list[Invoice]:
    """What the portal's world holds for a billing account, newest first, without credit notes."""
    every = demo_world(today()).customers[0].invoices
    mine = [i for i in every if i.billing_account == account and i.category == "normal"]
    return sorted(mine, key=lambda invoice: invoice.billed, reverse=True)


def net(invoice: Invoice) -> Money:
    """The sum of its lines."""
    return Money(sum((line.net for line in invoice.lines), Decimal()), "EUR")


def tax(invoice: Invoice) -> Money:
    """19 % of it."""
    return Money((net(invoice).amount * Decimal("0.19")).quantize(Decimal("0.01"), ROUND_HALF_UP), "EUR")


def gross(invoice: Invoice) -> Money:
    """Both."""
    return Money(net(invoice).amount + tax(invoice).amount, "EUR")


async def listed(person: Person, words: Words) -> Message:
    """The first page."""
    await person.send("/rechnungen")
    return await person.sees(words("invoices-heading"), new=True)


async def test_the_state_of_everything_at_a_glance(home: House, words: Words) -> None:
    """Sums by standing on top; each line has month, gross and its state in words; every page is newest first."""
    person = await home.connected(language=words.language)
    page = await listed(person, words)
    text = as_read(page.text)
    open_, overdue, debited = billed(MAIN)[0], billed(MAIN)[2], billed(MOBILE)[0]
    for standing, invoice in (("open", open_), ("overdue", overdue), ("debited", debited)):
        assert words("invoices-sum", state=standing, count=1, sum=gross(invoice)) in text
    for standing, invoice in (("open", open_), ("overdue", overdue), ("debited", debited), ("paid", billed(MAIN)[1])):
        facts: dict[str, Fact] = {
            "month": Month(invoice.period_start),
            "gross": gross(invoice),
            "due": invoice.due,
            "sent": "",
        }
        assert words("invoices-line", state=standing, **facts) in text
    months: list[str] = []
    credit = next(i for i in demo_world(today()).customers[0].invoices if i.category == "creditNote")
    given_back = words(
        "invoices-line", state="credit", month=Month(credit.period_start), gross=gross(credit), due="", sent=""
    )
    texts: list[str] = []
    pages = -(-(len(billed(MAIN)) + len(billed(MOBILE)) + 1) // PER_PAGE)
    for number in range(1, pages + 1):
        assert words("list-page", page=number, pages=pages) in map(as_read, page.labels)
        months += [line.split(" · ")[0] for line in as_read(page.text).splitlines() if " · " in line]
        texts.append(as_read(page.text))
        await person.tap("›", on=page)
        page = await person.answer()
    assert as_read(page.text) == text  # on from the last page leads to the first
    assert len(months) == len(billed(MAIN)) + len(billed(MOBILE)) + 1
    assert given_back in "\n".join(texts)


async def test_a_card_adds_up(home: House, words: Words) -> None:
    """Net, tax and gross are those of the portal's lines; all lines are there; so is the change since last month."""
    person = await home.connected(language=words.language)
    invoice, before = billed(MAIN)[0], billed(MAIN)[1]
    await person.send(f"/rechnungen {invoice.number}")
    card = await person.sees(invoice.number, new=True)
    facts: dict[str, Fact] = {"due": invoice.due, "late": "no", "days": 0}
    more = gross(invoice).amount - gross(before).amount
    change = "invoices-more" if more > 0 else "invoices-less"
    for fact in (
        words("invoices-name", month=Month(invoice.period_start), kind="invoice"),
        words("invoices-number", number=Code(invoice.number), day=invoice.billed),
        words("invoices-standing", state="open", **facts),
        words("invoices-net", net=net(invoice)),
        words("invoices-tax", rate=Decimal(19), tax=tax(invoice)),
        words("invoices-gross", gross=gross(invoice)),
        words(change, amount=Money(abs(more), "EUR"), month=Month(before.period_start)),
    ):
        assert fact in as_read(card.text), f"{fact!r} is missing\n{card.readable()}"
    await person.tap(words.label("invoices-button-lines"), on=card)
    every = await person.sees(words("invoices-lines-of", count=len(invoice.lines), number=Code(invoice.number)))
    for line in invoice.lines:
        assert words("invoices-position", name=Name(line.name), net=Money(line.net, "EUR")) in as_read(every.text)
    await person.tap(words.label("button-back"), on=every)
    assert (await person.sees(invoice.number, new=True)).text == card.text


async def test_the_newest_pdf_is_one_tap_from_the_list(home: House, words: Words) -> None:
    """/rechnungen and one tap: the PDF of the newest invoice, with its number in it, and a caption that names it."""
    person = await home.connected(language=words.language)
    page = await listed(person, words)
    newest = billed(MAIN)[0]
    facts: dict[str, Fact] = {"month": Month(newest.period_start), "gross": gross(newest)}
    await person.tap(words.label("invoices-button-newest-of", **facts), on=page)
    file = await person.receives(newest.number, new=True)
    content = await person.download(file)
    assert content.startswith(b"%PDF")
    printed = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages)
    assert newest.number in printed
    assert f"{gross(newest).amount}".replace(".", ",") in printed
    caption = words("invoices-file", number=Code(newest.number), kind="invoice", **facts)
    assert caption == as_read((await person.last()).text)
    calls = await home.client.calls("sendDocument", chat_id=person.id)
    assert [call.status for call in calls] == [200]


async def test_an_open_invoice_is_paid_from_the_card(home: House, words: Words) -> None:
    """The code holds the portal's account, the total and the number; its words say the same; the XML is valid."""
    person = await home.connected(language=words.language)
    invoice = billed(MAIN)[0]
    await person.send(f"/rechnungen {invoice.number}")
    card = await person.sees(invoice.number, new=True)
    assert words("invoices-objection", day=invoice.billed + timedelta(weeks=8)) in as_read(card.text)
    await person.tap(words.label("invoices-button-pay"), on=card)
    paid = await person.sees("DE02 1203 0000 0000 2020 51", new=True)
    assert paid.photo is not None
    (code,) = read_barcodes(Image.open(BytesIO(await person.download(paid.photo))))
    told: dict[str, Fact] = {
        "amount": gross(invoice),
        "name": Name("e:service Telekommunikation AG"),
        "due": invoice.due,
    }
    account: dict[str, Fact] = {"iban": Code("DE02 1203 0000 0000 2020 51"), "reference": Code(invoice.number)}
    assert as_read(paid.text) == words("paying-code", **told, **account)
    assert code.text.split("\n")[6:11] == [
        "DE02120300000000202051",
        f"EUR{gross(invoice).amount:.2f}",
        "",
        "",
        invoice.number,
    ]
    await person.tap(words.label("invoices-button-e-invoice"), on=card)
    xml = await person.download(await person.receives(f"XRechnung {invoice.number}.xml", new=True))
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")


async def test_finding_one(home: House, words: Words) -> None:
    """By month in words and figures, by number in full or in part, a credit note too; nonsense is told."""
    person = await home.connected(language=words.language)
    march = next(i for i in billed(MAIN) if i.period_start.month == 3)
    word = {"de": "rechnung märz", "en": "invoice march"}[words.language]
    month = Month(march.period_start)
    both = (march, next(i for i in billed(MOBILE) if i.period_start == march.period_start))
    found = {words.label("invoices-button", state="paid", month=month, gross=gross(each)) for each in both}
    for wish in (word, f"/rechnungen {march.period_start:%m/%Y}", f"/invoices {march.period_start:%m/%Y}"):
        await person.send(wish)
        hits = await person.sees("🔍", new=True)
        assert found <= set(hits.labels), f"{wish}\n{hits.readable()}"
    await person.send(march.number)
    await person.sees(words("invoices-name", month=month, kind="invoice"), new=True)
    credit = next(i for i in demo_world(today()).customers[0].invoices if i.category == "creditNote")
    await person.send(f"/rechnungen {credit.number}")
    card = await person.sees(credit.number, new=True)
    assert words("invoices-standing-undated", state="credit", sent="") in as_read(card.text)
    for wish in ("Rechnung Blaubeere", "/rechnungen 13/2026", "/rechnungen 99999"):
        await person.send(wish)
        nothing = await person.answer()
        assert words.label("button-search") in nothing.labels, f"{wish}\n{nothing.readable()}"
        assert "🧾" not in nothing.text


async def test_the_search_question_survives_a_restart(home: House, words: Words) -> None:
    """Asked what to look for, the bot may be started anew: the answer is understood as the answer."""
    person = await home.connected(language=words.language)
    page = await listed(person, words)
    await person.tap(words.label("button-search"), on=page)
    await person.sees(words("invoices-search"), new=True)
    await home.app.turns.idle()
    await home.restart()
    number = billed(MAIN)[3].number
    await person.send(number)
    card = await person.sees(words("invoices-name", month=Month(billed(MAIN)[3].period_start), kind="invoice"), 10)
    assert number in card.text
