"""What is shown of names and numbers before a PIN, and what may stand in an SMS."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.server.access.letters import sms
from portal.server.access.numbers import masked_name, masked_phone, may_receive_pin, shown_label, sms_label

GSM7 = set(string.ascii_letters + string.digits + " !\"#%&'()*+,-./:;<=>?¡¿@£$¥_\n\rÄÖÜäöüßàèéùìòÅåÆæØøÇÑñÉΔΦΓΛΩΠΨΣΘΞ")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Muster GmbH", "M••••• GmbH"),
        ("Nordlicht Logistik GmbH & Co. KG", "N••••• GmbH & Co. KG"),
        ("Bäckerei Ö e. K.", "B••••• e. K."),
        ("Ö AG", "Ö••••• AG"),
        ("Stadtwerke", "S•••••"),
    ],
)
def test_masked_name_keeps_first_letter_and_legal_form(name: str, masked: str) -> None:
    """The masked name tells the first letter and the legal form, never the length."""
    assert masked_name(name) == masked


def test_masked_phone_keeps_country_and_last_two() -> None:
    """Numbers of any length look alike but for country and the last two digits."""
    assert masked_phone("+4915228817386") == "+49 ••• ••••86"
    assert masked_phone("+436641234567") == "+43 ••• ••••67"


@pytest.mark.parametrize(
    ("phone", "allowed"),
    [
        ("+4915228817386", True),
        ("+436641234567", True),
        ("+41791234567", True),
        ("+4921112345678", False),  # a landline
        ("+499001234567", False),  # premium
        ("+881612345678", False),  # satellite, which the library calls mobile
        ("+447700900123", False),  # a country that is not on the list
        ("+49", False),
        ("0152288", False),
    ],
)
def test_who_may_receive_a_pin(phone: str, allowed: bool) -> None:
    """Only mobile numbers of the listed countries."""
    assert may_receive_pin(phone, ("+49", "+43", "+41")) is allowed


@given(st.text(max_size=300))
def test_any_label_makes_one_plain_sms(label: str) -> None:
    """Whatever somebody calls himself, the SMS stays within 160 characters of GSM 7 bit, with one number in it."""
    safe = sms_label(label)
    for locale in ("de", "en"):
        text = sms("pin", locale, {"pin": "123456", "label": f" ({safe})" if safe else "", "minutes": "5"})
        assert len(text) <= 160 and set(text) <= GSM7
        assert not set(safe) & set("0123456789./:@") and len(safe) <= 24


@given(st.text(max_size=300))
def test_shown_label_has_no_control_or_direction_characters(label: str) -> None:
    """What is stored and mailed is one short line without invisible tricks."""
    shown = shown_label(label)

    assert len(shown) <= 64 and shown == " ".join(shown.split())
    assert not any(character in shown for character in "\u202e\u2066\u200b\r\n\x00")
