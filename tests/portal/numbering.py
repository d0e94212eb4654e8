"""Telephone numbers by the published plans: ranges nothing may be diverted to, and German ones as people write them.

Nothing here asks phonenumbers whether a number is good; only area codes and other countries' examples come from it.
"""

from collections.abc import Callable, Iterator
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers.geodata import GEOCODE_DATA

from portal.dialling import Reason

EVERYWHERE = tuple(sorted({f"+{code}" for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE} | {"+1242", "+4470"}))
ONLY_AUSTRIA = ("+43",)
NOT_AREA_CODES = {
    "465",
    "760",
}  # the list is of places: some names need one digit less, or one more, than the area code

GERMAN_SERVICES = {
    Reason.PREMIUM: ["9001", "9003", "9005", "9009", *(f"19{n}" for n in range(10))],
    Reason.MASS_TRAFFIC: [*(f"137{n}" for n in range(10)), "138", "130", "131", "136"],
    Reason.SHARED_COST: [f"180{n}" for n in range(10)],
    Reason.CORPORATE: [*(f"18{n}" for n in range(1, 10)), "32", "322"],
    Reason.PERSONAL: ["700"],
    Reason.SERVICE: ["800", "12", "1212", "140", "149", "164", "168", "169", "310", "311"],
}
WORLDWIDE = {
    Reason.SATELLITE: ["870", "871", "873", "874", "878", "8810", "8811", "8816", "8817", "8818", "8819", "88213",
                       "88216", "88232", "8835100", "888", "7954", "6114"],
    Reason.PREMIUM: ["9791", "9799", "44900", "44904", "44905", "44906", "44908", "44909", "44911", "44982"],
    Reason.SHARED_COST: ["808"],
    Reason.SERVICE: ["800"],
    Reason.UK_PERSONAL: [f"447{n:02}" for n in range(10)],
}  # fmt: skip
UNASSIGNED = {"871", "873", "874"}  # no country code: nothing can be read
ISLANDS = [
    "242", "246", "264", "268", "284", "340", "345", "441", "473", "649", "658", "664", "670", "671",
    "684", "721", "758", "767", "784", "787", "809", "829", "849", "868", "869", "876", "939",
]  # fmt: skip
AMERICA = [
    "201", "202", "212", "213", "303", "305", "312", "404", "415", "503", "512", "602",
    "617", "702", "713", "204", "250", "306", "403", "416", "514", "604", "613", "902",
]  # fmt: skip
MOBILE = {  # 01…: digits behind the prefix
    "1511": 7, "1512": 7, "1514": 7, "1515": 7, "1516": 7, "1517": 7, "1520": 7, "1521": 7, "1522": 7, "1523": 7,
    "1525": 7, "1526": 7, "1529": 7, "1556": 7, "1570": 7, "1573": 7, "1575": 7, "1577": 7, "1578": 7, "1579": 7,
    "1590": 7, "160": 7, "162": 7, "163": 7, "170": 7, "171": 7, "172": 7, "173": 7, "174": 7, "175": 7, "176": 8,
    "177": 7, "178": 7, "179": 7,
}  # fmt: skip
SUBSCRIBER_DIGITS = {2: (6, 8), 3: (5, 8), 4: (4, 7), 5: (4, 6)}  # by the area code's own
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\u00a0\u2009\u3000\u180e\U000e0030\t\n\r\x00\x1b"
)
LOOKALIKES = "–—−‐‑／．＋（）＊＃·∕⁄"
DIGITS = ("٠", "۰", "०", "０", "𝟎", "𝟢", "⁰", "₀", "๐", "০")  # zeros of ten other scripts and styles
MENU = "*21*{}#", "**61*{}*11*20#", "*31#{}", "#31#{}", "{}#", "{}*", "*67*{}#", "##002#{}", "*{}"
BEHIND = ";ext=5", " x5", " ext. 5", ",,5", "p5", "w5", "#5", ";phone-context=+49", "@example.org", "?", "&5", "~5", "_"
AROUND = "tel:{}", "sip:{}@example.org", "TEL {}", "<{}>", "{}!", "'{}'", "callto:{}", "{}\u0301"

Denied = tuple[str, tuple[str, ...], frozenset[Reason]]


def area_codes() -> list[str]:
    """Of Germany, without the 0: about 5,200."""
    places = {prefix[2:] for prefix in GEOCODE_DATA if prefix.startswith("49")} - NOT_AREA_CODES
    return sorted(code for code in places if not any(code[:end] in places for end in range(2, len(code))))


def digits(random: Random, count: int, first: str = "23456789") -> str:
    return random.choice(first) + "".join(random.choices("0123456789", k=count - 1))


def mobile(random: Random) -> tuple[str, str]:
    prefix, rest = random.choice(list(MOBILE.items()))
    return prefix, digits(random, rest)


def geographic(random: Random, codes: list[str]) -> tuple[str, str]:
    code = random.choice(codes)
    return code, digits(random, random.randint(*SUBSCRIBER_DIGITS[len(code)]))


def _pairs(number: str) -> str:
    return " ".join(number[start : start + 2] for start in range(0, len(number), 2))


FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda code, number: f"0{code}{number}",
    lambda code, number: f"0{code} {number}",
    lambda code, number: f"0{code}/{number}",
    lambda code, number: f"0{code} / {number}",
    lambda code, number: f"0{code}-{number}",
    lambda code, number: f"0{code}.{number}",
    lambda code, number: f"(0{code}) {number}",
    lambda code, number: f"(0{code}) {_pairs(number)}",
    lambda code, number: f"0{code} {number[:-1]}-{number[-1]}",
    lambda code, number: f"{_pairs(f'0{code}')} / {_pairs(number)}",
    lambda code, number: f"+49{code}{number}",
    lambda code, number: f"+49 {code} {number}",
    lambda code, number: f"+49 {code} {number[:-2]}-{number[-2:]}",
    lambda code, number: f"+49-{code}-{number}",
    lambda code, number: f"+49.{code}.{number}",
    lambda code, number: f"+49 (0){code} {number}",
    lambda code, number: f"+49 (0) {code} / {_pairs(number)}",
    lambda code, number: f"+49({code}){number}",
    lambda code, number: f"(+49) {code} {number}",
    lambda code, number: f"0049{code}{number}",
    lambda code, number: f"0049 {code} {number}",
    lambda code, number: f"0049 (0){code} {number}",
    lambda code, number: f"  0{code} {number}  ",
)


def ordinary(random: Random, count: int) -> Iterator[tuple[str, str]]:
    """German numbers as people write them, each with its E.164: every second one mobile."""
    codes = area_codes()
    for turn in range(count):
        code, number = geographic(random, codes) if turn % 2 else mobile(random)
        yield FORMS[turn // 2 % len(FORMS)](code, number), f"+49{code}{number}"


def forbidden(random: Random, each: int) -> Iterator[Denied]:
    """What must be refused: the text, the account's list at that, and the reasons that would be right."""
    for _ in range(each):
        yield from _german(random)
        yield from _worldwide(random)
        yield from _disguised(random)
    yield from _short(random)
    yield from _call_by_call(random)
    yield from _unlisted()


def _german(random: Random) -> Iterator[Denied]:
    for reason, prefixes in GERMAN_SERVICES.items():
        for prefix in prefixes:
            number = digits(random, random.choice((5, 6, 7, 8)), "0123456789")
            yield random.choice(FORMS)(prefix, number), EVERYWHERE, frozenset({reason})


def _worldwide(random: Random) -> Iterator[Denied]:
    for reason, prefixes in WORLDWIDE.items():
        for prefix in prefixes:
            number = prefix + digits(random, random.choice((6, 7, 8)), "0123456789")
            written = random.choice(("+{}", "00{}", "+{} ", "(+{})", "00 {}")).format(number)
            yield written, EVERYWHERE, frozenset({Reason.INVALID if prefix in UNASSIGNED else reason})
    for area in (*ISLANDS, "900", "500", "600", "700"):
        yield f"+1 {area} {digits(random, 3)} {digits(random, 4)}", EVERYWHERE, frozenset({Reason.NANP})
    for exchange in ("976", "950", "555"):
        yield f"001 {random.choice(AMERICA)} {exchange} {digits(random, 4)}", EVERYWHERE, frozenset({Reason.NANP})


def _disguised(random: Random) -> Iterator[Denied]:
    """A good number with something in it that a person might not see or a machine might drop."""
    wrong, misread = frozenset({Reason.CHARACTERS}), frozenset({Reason.INVALID})
    code, number = mobile(random)
    good = f"0{code}{number}"
    place = random.randint(0, len(good))
    for character in INVISIBLE + LOOKALIKES:
        yield good[:place] + character + good[place:], EVERYWHERE, wrong
    for zero in DIGITS:
        yield "".join(chr(ord(zero) + int(digit)) if zero not in "⁰" else zero for digit in good), EVERYWHERE, wrong
        yield good[:5] + zero + good[6:], EVERYWHERE, wrong
    for pattern in (*MENU, *AROUND):
        yield pattern.format(good), EVERYWHERE, wrong
    for end in BEHIND:
        yield good + end, EVERYWHERE, wrong
    yield f"0900-{''.join(random.choices('ABCDEFGHIJKLMNOPQRSTUVWXYZ', k=7))}", EVERYWHERE, wrong
    for text in (
        good[1:],
        f"49{good[1:]}",
        f"+0{good[1:]}",
        f"++49{good[1:]}",
        f"+49+{good[1:]}",
        f"{good[:5]}+{good[5:]}",
    ):
        yield text, EVERYWHERE, misread
    for text in (
        f"030 0{good[3:]}",
        f"0221/0{good[4:]}",
        f"{good} / {good}",
        f"+49 00{good[1:]}",
        f"+49 00 {good}",
        f"000{good[1:]}",
        good + "0" * 30,
        "",
    ):
        yield text, EVERYWHERE, misread


def _short(random: Random) -> Iterator[Denied]:
    emergency, directory = frozenset({Reason.EMERGENCY}), frozenset({Reason.DIRECTORY})
    other = frozenset({Reason.SHORT_CODE})
    found = [("110", emergency), ("112", emergency), ("115", other), *((f"116{n:03}", other) for n in range(200))]
    found += [(f"118{n:02}", directory) for n in range(100)] + [(f"118{n:03}", directory) for n in range(0, 1000, 7)]
    for code, reasons in found:
        yield code, EVERYWHERE, reasons
        yield f"+49{code}", EVERYWHERE, reasons
        yield f"0{code}", EVERYWHERE, reasons
        yield f"0{random.choice(('30', '40', '69', '89', '221', '211'))} {code}", EVERYWHERE, reasons
    for extension in range(10, 100):
        yield str(extension), EVERYWHERE, other


def _call_by_call(random: Random) -> Iterator[Denied]:
    codes = area_codes()
    reasons = frozenset({Reason.CALL_BY_CALL})
    for carrier in range(100):
        for prefix in (f"010{carrier:02}", f"0100{carrier:02}"):
            code, number = geographic(random, codes) if carrier % 2 else mobile(random)
            yield f"{prefix}0{code}{number}", EVERYWHERE, reasons
            yield f"{prefix} 0900 {digits(random, 6)}", EVERYWHERE, reasons
            yield f"{prefix} 00881 {digits(random, 7)}", EVERYWHERE, reasons | {Reason.INVALID}  # too long to be read
            yield f"+49 {prefix[1:]} {code} {number}", EVERYWHERE, reasons


def _unlisted() -> Iterator[Denied]:
    """Every country's example numbers: ordinary ones without the list, costly ones even with it."""
    anything = frozenset(Reason)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS - {"DE"}):
        for kind in sorted(PhoneNumberType.values()):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            ordinary = kind in {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE}
            if not written.startswith("+43"):
                yield written, ONLY_AUSTRIA, anything
            if not ordinary and phonenumbers.number_type(example) == kind != PhoneNumberType.FIXED_LINE_OR_MOBILE:
                yield written, EVERYWHERE, anything
