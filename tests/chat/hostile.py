"""Strings as an enemy would put them into a company name, and what they may not become."""

import unicodedata
from random import Random

MARK_UP = (
    "<b>bold</b>", "<a href='https://evil.example/x'>click</a>", "<code>", "</code>", "</b></i>", "<pre><code class=x>",
    "<tg-spoiler>", "<!-- -->", "&lt;b&gt;", "&amp;", "&#60;b&#62;", "&#x3c;i&#x3e;", "&", "<", ">", '"', "'", "<b",
    "{ $name }", "{$x", "}", "%s", "${x}", "\\n", "'; DROP TABLE x; --",
)  # fmt: skip
INVISIBLE = (
    "\u202eevil\u202c", "\u202d", "\u2066", "\u2067abc", "\u2068", "\u2069", "\u2068\u2068\u2068", "\u200b", "\u200d",
    "\u200e", "\u200f", "\ufeff", "\u00ad", "\u2060", "\u061c", "\U000e0041\U000e0042", "\u180e", "\ufff9", "\x00",
    "\x07", "\x1b[31m", "\x85", "\u2028", "\u2029", "\r\n", "\n\n\n", "\t", "\ud800", "\udfff", "\ue000", "\U0010ffff",
    "\u0378", "e" + "\u0301" * 40, "Z" + "\u0489" * 12, "   ",
)  # fmt: skip
TAPPABLE = (
    "/start", "/rechnungen", "/book_5", "/x@eservice_bot", "@admin", "@durov", "#urgent", "#1a", "#·a", "$TSLA", "$EUR",
    "evil.de", "EVIL.COM", "http://evil.example", "https://x.y/z?q=1#f", "www.evil.de/pfad", "t.me/evil", "ton://x.y",
    "tg://user?id=1", "mailto:a@b.de", "a@b.de", "a.b+c@d-e.co.uk", "ftp://x.de", "1.2.3.4", "evil。de", "evil．de",
    "ｅvil.de", "+4917112345678", "0049 171 1234567", "+1 (900) 555-0100", "110", "4111 1111 1111 1111",
    "DE89370400440532013000",
)  # fmt: skip
FOREIGN = (
    "٠١٧١", "ééé", "\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "ﷺﷺﷺﷺﷺ", "ä",
    "a\u0308", "İ", "ß", "漢字", "שלום", "مرحبا", "…", "Müller & Söhne", "GmbH",
)  # fmt: skip
PIECES = MARK_UP + INVISIBLE + TAPPABLE + FOREIGN
GLUE = ("", "", " ", ".", "/", ":", "@", "\u200b", "\n", "·", "-")
TEN_KB = 10_000


def hostile(random: Random) -> str:
    """One string; some are 10 kB long, some are made of single characters from anywhere in Unicode."""
    kind = random.random()
    if kind < 0.15:
        return "".join(chr(random.randrange(0x110000)) for _ in range(random.randint(1, 60)))
    text = random.choice(GLUE).join(random.choice(PIECES) for _ in range(random.randint(1, 8)))
    if kind > 0.97:
        return (text or "x") * (TEN_KB // max(1, len(text)) + 1)
    return text


def unwanted(text: str) -> set[str]:
    """Characters that a message may not hold: what is invisible or no text, beside our joiner and isolates."""
    invisible = {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}}
    return invisible - {"\n", "\u2060", "\u2068", "\u2069"}
