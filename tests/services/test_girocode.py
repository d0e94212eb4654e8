"""GiroCodes: what a banking app reads out of the picture, and for which invoices there is none."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.chat.paycode import qr
from portal.models import Debit, Invoice, InvoiceState, Money, PaymentMethod, Transfer
from services.errors import NotPayable
from services.girocode import LONGEST_NAME, WhyNot, girocode, is_iban, why_not
from tests.proof import examples
from tests.services.facts import INVOICE, euro

TRANSFER = Transfer("DE02 1203 0000 0000 2020 51", "BYLADEM1001", "e:service Telekommunikation AG", "2026-10-000123")
OPEN = replace(INVOICE, means=TRANSFER)


def scanned(picture: bytes) -> str:
    """What a stranger's reader finds in the picture; the code has level M, as the standard wants."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert str(found.ec_level) == "M"
    return found.text


def owed(amount: Decimal, **more: object) -> Invoice:
    """An invoice over this, to be transferred as `more` says."""
    return replace(OPEN, remaining=Money(amount, "EUR"), means=replace(TRANSFER, **more))  # type: ignore[arg-type]  # open


def test_the_code_is_the_twelve_lines_of_the_standard() -> None:
    """Read from the picture: service, version, letters, kind, BIC, name, IBAN, amount, text; no purpose, no note."""
    assert scanned(qr(girocode(OPEN))).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "BYLADEM1001",
        "e:service Telekommunikation AG",
        "DE02120300000000202051",
        "EUR59.32",
        "",
        "",
        "2026-10-000123",
        "",
    ]


@settings(max_examples=examples(400, least=15), deadline=None)
@given(
    amount=st.decimals("0.01", "999999999.99", places=2),
    name=st.text("abcXYZ ÄÖÜäöüß&.,'-łódź\n\t", min_size=1, max_size=200).filter(lambda text: text.strip()),
    reference=st.text("ABC123-/ äöü", min_size=1, max_size=140).filter(lambda text: text.strip()),
)
def test_whatever_is_owed_is_what_is_read(amount: Decimal, name: str, reference: str) -> None:
    """The amount to the cent, the whole reference, the name as far as it fits; never a line more or less."""
    text = scanned(qr(girocode(owed(amount, name=name, reference=reference))))
    lines = text.split("\n")

    assert len(lines) == 12
    assert len(text.encode()) <= 331
    assert lines[7] == f"EUR{amount:.2f}"
    assert lines[10] == " ".join(reference.split())
    assert 0 < len(lines[5]) <= LONGEST_NAME
    assert " ".join(name.split()).startswith(lines[5])


def test_a_creditor_reference_is_told_as_one() -> None:
    """Structured when its check digits are right, else text: never both."""
    structured = girocode(owed(Decimal(1), reference="RF18 5390 0754 7034")).split("\n")
    mistyped = girocode(owed(Decimal(1), reference="RF19 5390 0754 7034")).split("\n")

    assert structured[9:11] == ["RF18539007547034", ""]
    assert mistyped[9:11] == ["", "RF19 5390 0754 7034"]


def test_a_part_is_left_to_pay_and_a_bic_may_be_missing() -> None:
    """What was paid already is not asked for again; a BIC that is none is left empty."""
    rest = replace(OPEN, state=InvoiceState.PARTLY_PAID, remaining=euro("39.32"))

    assert girocode(rest).split("\n")[7] == "EUR39.32"
    assert [girocode(owed(Decimal(1), bic=bic)).split("\n")[4] for bic in (None, "", "NOBIC")] == ["", "", ""]


@pytest.mark.parametrize(
    ("invoice", "reason"),
    [
        (replace(OPEN, credit_note=True), WhyNot.CREDIT),
        (replace(OPEN, payment=PaymentMethod.DIRECT_DEBIT, state=InvoiceState.DEBITED), WhyNot.DEBIT),
        (replace(OPEN, payment=PaymentMethod.DIRECT_DEBIT, state=InvoiceState.PARTLY_PAID), WhyNot.DEBIT),
        (replace(OPEN, state=InvoiceState.PAID), WhyNot.PAID),
        (replace(OPEN, state=InvoiceState.PREPARING), WhyNot.PAID),
        (replace(OPEN, state=InvoiceState.UNKNOWN), WhyNot.PAID),
        (replace(OPEN, remaining=Money(Decimal(10), "CHF")), WhyNot.CURRENCY),
        (owed(Decimal("0.00")), WhyNot.AMOUNT),
        (owed(Decimal("-1.00")), WhyNot.AMOUNT),
        (owed(Decimal("0.001")), WhyNot.AMOUNT),
        (owed(Decimal("1000000000.00")), WhyNot.AMOUNT),
        (replace(OPEN, means=None), WhyNot.ACCOUNT),
        (replace(OPEN, means=Debit(date(2026, 11, 17), "M-1", None)), WhyNot.ACCOUNT),
        (owed(Decimal(1), iban="DE03120300000000202051"), WhyNot.ACCOUNT),
        (owed(Decimal(1), name=" \n"), WhyNot.ACCOUNT),
        (owed(Decimal(1), reference=""), WhyNot.ACCOUNT),
        (owed(Decimal(1), reference="1" * 141), WhyNot.ACCOUNT),
    ],
)
def test_what_may_not_be_transferred_has_no_code(invoice: Invoice, reason: WhyNot) -> None:
    """A debit would be paid twice; a reference is never cut, an account never guessed."""
    assert why_not(invoice) is reason
    with pytest.raises(NotPayable) as refused:
        girocode(invoice)
    assert refused.value.reason == reason.value


def test_an_account_is_believed_by_its_check_digits() -> None:
    """One wrong digit, swapped digits and nonsense are not."""
    assert is_iban("de02 1203 0000 0000 2020 51")
    wrong = (
        "DE02120300000000202052",
        "DE20120300000000202051",
        "DE02",
        "",
        "12345678901234567890",
        "DE0212030000000020205Ä",
    )
    assert not any(map(is_iban, wrong))
