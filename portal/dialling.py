"""May calls be diverted to the number that somebody typed? Text in; a `Dialled` out, or `NotDiallable` with its reason.

Numbers like these cost victims thousands a night, and phonenumbers is no filter for it: it calls satellites mobile,
turns letters into digits and swallows what it does not understand. So the characters are looked at first (nothing is
dropped, nothing is normalised), then phonenumbers reads the number, then the table denies, and only then a German
area-code or mobile number is allowed, or a foreign one by the account's own list.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from portal.dialling_policy import (
    GERMAN,
    GERMAN_SUBSCRIBER,
    NANP_EXCHANGES,
    NANP_REGIONS,
    POLICY_DATE,
    SHORT_CODES,
    WORLD,
    Reason,
)

__all__ = ["POLICY_DATE", "Dialled", "Kind", "NotDiallable", "Reason", "judge"]

CHARACTERS = re.compile(r"[0-9+ ()/.-]*")
NUMBER = re.compile(r"[( ]*\+?[0-9 ()/.-]+")  # a plus only in front
LONGEST_TEXT = 40
LONGEST = 15  # digits of an E.164 number
LONGEST_SHORT_CODE = 6
GERMANY, NORTH_AMERICA = 49, 1

OF_TYPE: Mapping[int, Reason] = {
    PhoneNumberType.PREMIUM_RATE: Reason.PREMIUM,
    PhoneNumberType.SHARED_COST: Reason.SHARED_COST,
    PhoneNumberType.TOLL_FREE: Reason.SERVICE,
    PhoneNumberType.PERSONAL_NUMBER: Reason.PERSONAL,
    PhoneNumberType.UAN: Reason.CORPORATE,
    PhoneNumberType.VOIP: Reason.SERVICE,
    PhoneNumberType.PAGER: Reason.SERVICE,
    PhoneNumberType.VOICEMAIL: Reason.SERVICE,
}
ORDINARY = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class Kind(StrEnum):
    """What a number that may be dialled is."""

    GEOGRAPHIC = "geographic"  # German, with an area code
    MOBILE = "mobile"  # German
    FOREIGN = "foreign"  # on the account's list


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number calls may be diverted to, and how to show it before anybody confirms it."""

    e164: str  # "+491713920010"
    region: str  # ISO 3166-1: "DE"
    kind: Kind
    shown: str  # "+49 171 3920010"


class NotDiallable(Exception):
    """The number is no target; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def judge(typed: str, *, allowed: Sequence[str] = (), region: str = "DE") -> Dialled:
    """The number as it would be dialled, or NotDiallable.

    `allowed`: the account's foreign prefixes ("+43"), each at least a whole country code. `region`: where a number
    that begins with 0 is read. Extensions of a telephone system are no numbers: ask for those before.
    """
    number = _read(typed, region)
    national = phonenumbers.national_significant_number(number)
    if reason := _denied(number, national):
        raise NotDiallable(reason)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(number)
    country = phonenumbers.region_code_for_number(number)
    if country is None or not phonenumbers.is_valid_number(number) or len(e164) > LONGEST + 1:
        raise NotDiallable(Reason.INVALID)
    if kind not in ORDINARY:
        raise NotDiallable(OF_TYPE.get(kind, Reason.INVALID))
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    if number.country_code == GERMANY:
        return Dialled(e164, country, Kind.MOBILE if kind == PhoneNumberType.MOBILE else Kind.GEOGRAPHIC, shown)
    if not any(_covers(prefix, number, e164) for prefix in allowed):
        raise NotDiallable(Reason.INTERNATIONAL)
    return Dialled(e164, country, Kind.FOREIGN, shown)


def _read(typed: str, region: str) -> PhoneNumber:
    if not CHARACTERS.fullmatch(typed):
        raise NotDiallable(Reason.CHARACTERS)
    digits = re.sub(r"[^0-9]", "", typed)
    if not NUMBER.fullmatch(typed) or not digits or len(typed) > LONGEST_TEXT:
        raise NotDiallable(Reason.INVALID)
    if "+" not in typed and not digits.startswith("0"):
        # phonenumbers would guess a trunk 0, and so take 49171... for an area code: a number is dialled as typed
        is_short = len(digits) <= LONGEST_SHORT_CODE
        raise NotDiallable(_longest(SHORT_CODES, digits) or Reason.SHORT_CODE if is_short else Reason.INVALID)
    try:
        return phonenumbers.parse(typed, region)
    except NumberParseException as error:
        raise NotDiallable(Reason.INVALID) from error


def _denied(number: PhoneNumber, national: str) -> Reason | None:
    if number.country_code == GERMANY:
        area = phonenumbers.length_of_geographical_area_code(number)
        behind_area = _longest(GERMAN_SUBSCRIBER, national[area:]) if area else None
        leading_zero = Reason.INVALID if national.startswith("0") else None  # a second trunk 0
        return _longest(GERMAN, national.lstrip("0")) or behind_area or leading_zero
    if number.country_code == NORTH_AMERICA and _is_costly_in_america(number, national):
        return Reason.NANP
    return _longest(WORLD, f"{number.country_code}{national}")


def _is_costly_in_america(number: PhoneNumber, national: str) -> bool:
    country = phonenumbers.region_code_for_number(number)
    return (country is not None and country not in NANP_REGIONS) or national[3:6] in NANP_EXCHANGES


def _longest(table: Mapping[str, Reason], digits: str) -> Reason | None:
    fitting = [prefix for prefix in table if digits.startswith(prefix)]
    return table[max(fitting, key=len)] if fitting else None


def _covers(prefix: str, number: PhoneNumber, e164: str) -> bool:
    """A prefix shorter than a country code would let half the world in."""
    return prefix.startswith(f"+{number.country_code}") and e164.startswith(prefix)
