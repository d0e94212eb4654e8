"""Which addresses a mail may go to: plain ones, one at a time, in one line."""

import pytest

from services.errors import NoMailAddress
from services.mailing import mail_address
from storage.mails import masked


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" rechnung@Firma.DE\r\n", "rechnung@firma.de"),
        ("mailto:a.b+buch@sub.firma-x.example", "a.b+buch@sub.firma-x.example"),
        ("O'Neil@firma.de", "O'Neil@firma.de"),
    ],
)
def test_an_address_is_taken_as_it_is_typed(typed: str, address: str) -> None:
    """Only the domain's letters are made small: the name's may matter to its server."""
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "rechnung",
        "rechnung@localhost",
        "@firma.de",
        "a@@firma.de",
        ".a@firma.de",
        "a..b@firma.de",
        "a@-firma.de",
        "a@firma.de, b@firma.de",
        "a@firma.de b@firma.de",
        "a@firma.de\nBcc: b@firma.de",
        '"a b"@firma.de',
        "Firma <a@firma.de>",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "ä@firma.de",
        "a@fırma.de",
        f"{'a' * 65}@firma.de",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.de",
    ],
)
def test_what_is_no_single_plain_address_is_refused(typed: str) -> None:
    """Nothing that a mail server or a header could read as more than one address, or as none."""
    with pytest.raises(NoMailAddress):
        mail_address(typed)


def test_an_address_is_shown_masked() -> None:
    """Its first letter and its domain tell its owner which it is."""
    assert masked("rechnung@firma.de") == "r…@firma.de"
