"""What may be shown of names and numbers before a PIN was right, and what may stand in an SMS."""

import re
import unicodedata
from collections.abc import Iterator

import phonenumbers

DOTS = "•"
LEGAL_FORM = re.compile(
    r"\s((?:GmbH|AG|SE|UG|KG|OHG|GbR|mbH|e\. ?K\.|e\. ?V\.|eG|Ltd\.?)(?:\s?&\s?Co\.?\s?(?:KG|OHG))?)$"
)
LABEL_IN_SMS, SUMMARY_IN_SMS = 24, 100
MARKS = frozenset(" -',.:+()/&%€")
DASHES = str.maketrans("–—‑", "---")
DOT_BEFORE_LETTER = re.compile(r"\.(?=[A-Za-zÀ-ÿ])")
LIKE_A_PIN = re.compile(r"(?<!\d)(?:(\d{3})(\d{3})|(\d{4})(\d{4}))(?!\d)", re.ASCII)
GSM_LETTERS = frozenset("ÄÖÜäöüßàèéùìòÅåÆæØøÑñÉ")


def masked_name(name: str) -> str:
    """`Muster GmbH` -> `M••••• GmbH`: always five dots, so that the length tells nothing."""
    form = LEGAL_FORM.search(name)
    return name[:1] + DOTS * 5 + (f" {form[1]}" if form else "")


def masked_phone(phone: str) -> str:
    """`+4915112345678` -> `+49 ••• ••••78`"""
    code = phonenumbers.parse(phone).country_code
    return f"+{code} {DOTS * 3} {DOTS * 4}{phone[-2:]}"


def may_receive_pin(phone: str, countries: tuple[str, ...]) -> bool:
    """A valid number of an allowed country that can receive an SMS; premium, satellite and service numbers cannot."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    allowed = f"+{number.country_code}" in countries
    return allowed and phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in kinds


def shown_label(label: str, most: int = 64) -> str:
    """A Telegram name is written by a stranger: control and direction characters go, runs of blanks become one."""
    plain = "".join(c for c in unicodedata.normalize("NFC", label) if unicodedata.category(c)[0] != "C")
    return " ".join(plain.split())[:most].rstrip()


def sms_label(label: str) -> str:
    """The same for an SMS: letters of the GSM alphabet only, so no link, no second PIN, and one message."""
    letters = _in_gsm(shown_label(label))
    kept = "".join(c for c in letters if c in GSM_LETTERS or (c.isascii() and (c.isalpha() or c in " -'")))
    return " ".join(kept.split())[:LABEL_IN_SMS].rstrip()


def sms_summary(summary: str) -> str:
    """What a PIN is for, in letters and digits that an SMS knows.

    A dot before a letter goes: no link is left. As many digits as a PIN has are told in two groups: there is one PIN.
    """
    plain = shown_label(summary, SUMMARY_IN_SMS).translate(DASHES)
    kept = "".join(c for c in _in_gsm(plain) if c in GSM_LETTERS or c in MARKS or (c.isascii() and c.isalnum()))
    return " ".join(LIKE_A_PIN.sub(_in_groups, DOT_BEFORE_LETTER.sub(" ", kept)).split())


def _in_groups(run: re.Match[str]) -> str:
    return " ".join(group for group in run.groups() if group)


def _in_gsm(text: str) -> Iterator[str]:
    """Letters that an SMS knows as they are, others without their accents."""
    return (c if c in GSM_LETTERS or c == "€" else unicodedata.normalize("NFKD", c)[:1] for c in text)
