"""What must not be in a log, and what stands there instead.

Two nets. Secrets that are known (the token, the client secret, the vault's keys) are replaced wherever they appear,
also inside addresses and tracebacks. Secrets that can't be known (portal tokens, PINs, activation codes, cookies, phone
numbers, what people type) are recognised by their shape. When in doubt it hides: a log line that says too little costs
a second look, one that says too much costs a customer.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

SHORTEST = 6  # registered values shorter than this would blank ordinary words
LONGEST_TEXT = 10_000
MARGIN = 2_000  # read beyond the longest text, so that no secret is cut in two and then not recognised

HIDDEN = "‹hidden›"

_KEPT_NAMES = (
    r"access_token|refresh_token|id_token|auth_session|activation_code|authorization_code|code_verifier|client_secret"
    r"|secret_token|bot_token|password|passwort|otp|pin|tan|cookie|set-cookie|authorization"
)
# what a person typed or is called, or a file of theirs, as it stands in the repr and the JSON of Telegram's objects
_PERSONAL_NAMES = r"text|caption|title|file_name|filename|first_name|last_name|username|phone_number"

# how a name may be tied to its value: `pin=`, `"pin": `, `\"pin\":`
_IS = r"\\?[\"']?\s*[=:]\s*"

# not where an id of our rows begins, nor at a group inside of one
_NO_ID = r"(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-)(?<![0-9a-f]{8}-)(?<!-[0-9a-f]{4}-)"

_ANY_CASE = (
    # HTTP headers: as text, as a pair in a list, as bytes
    (
        r"((?:set-)?cookie|(?:proxy-)?authorization|x-telegram-bot-api-secret-token|webhook-signature)"
        r"(b?[\"']?\s*[:=,]\s*b?[\"']?)[^\"'\r\n]+",
        rf"\1\2{HIDDEN}",
    ),
    (r"\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}", rf"\1 {HIDDEN}"),
    # user and password in an address
    (r"(://)[^/\s:@]*:[^/\s@]+@", rf"\1{HIDDEN}@"),
    # a bot token, also where the colon is encoded
    (r"(?<![0-9])[0-9]{3,20}(?::|%3a)[a-z0-9_-]{20,}", "‹bot token›"),
    # a quoted value: up to the quote that something follows as it follows a value, because quotes inside may be escaped
    # once, twice (JSON within a repr) or not at all
    (
        rf"\b({_KEPT_NAMES}|{_PERSONAL_NAMES})({_IS})(\\?[\"'])(?:\\.|(?!\3(?:\s*(?:[,;)\]}}>&]|$)|\s+\w+=)).)*",
        rf"\1\2\3{HIDDEN}",
    ),
    (rf"\b({_KEPT_NAMES})({_IS})(?![\"'\\‹])[^\s&,;)}}\]]+", rf"\1\2{HIDDEN}"),
    (r"\b(pin|otp|tan|code)\b([^0-9\r\n]{0,20})[0-9](?:[ -]?[0-9]){5,7}(?![0-9])", rf"\1\2{HIDDEN}"),
    (r"\b(code|token|start|state)(=|%3d)[a-z0-9_%-]{8,}", rf"\1\2{HIDDEN}"),
    (r"(/start(?:@\w+)?)\s+\S+", rf"\1 {HIDDEN}"),
    # phone numbers: international, also where the plus is encoded, and German ones from within Germany
    (rf"(?:\+|%2b|(?<![\w.]){_NO_ID}00(?=[1-9]))[1-9](?:[ ()/.-]{{0,2}}[0-9]){{6,14}}", "‹phone›"),
    (r"(?<![\w.:%-])0[1-9][0-9]{1,4}[ /-]{0,3}[0-9](?:[ -]?[0-9]){4,9}(?![\w:-])", "‹phone›"),
    (r"(?<![\w.:-])49[1-9][0-9]{8,11}(?![\w:-])", "‹phone›"),
    # six or eight digits standing alone are a PIN until proven otherwise
    (r"(?<![\w.,:/+-])(?:[0-9]{6}|[0-9]{8})(?![\w:/-]|[.,][0-9])", "‹digits›"),
)
# activation codes and portal tokens: base64url in both cases (names of functions have only one)
_BOTH_CASES = (r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43,}", HIDDEN)


def _shapes() -> Iterator[tuple[re.Pattern[str], str]]:
    for pattern, replacement in _ANY_CASE:
        yield re.compile(pattern, re.IGNORECASE | re.ASCII), replacement
    yield re.compile(_BOTH_CASES[0], re.ASCII), _BOTH_CASES[1]


_SHAPES = tuple(_shapes())
_PRIVATE_NAME = re.compile(rf"{_KEPT_NAMES}|{_PERSONAL_NAMES}|token|secret|phone|name|mail", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_BUT_NEWLINE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Redactor:
    """Takes out of a text what must not be in a log."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: re.Pattern[str] | None = None
        self._secrets: set[str] = set()
        for secret in secrets:
            self.hide(secret)

    def hide(self, secret: str) -> None:
        """From now on this value is replaced wherever it appears, plain or as part of an address."""
        if len(secret) < SHORTEST:
            return
        self._secrets |= {secret, quote(secret, safe="")}
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(known) for known in longest_first))

    def __call__(self, text: str) -> str:
        """The text without secrets, and not longer than a log line may be."""
        read = text[: LONGEST_TEXT + MARGIN]
        if self._known is not None:
            read = self._known.sub(HIDDEN, read)
        for pattern, replacement in _SHAPES:
            read = pattern.sub(replacement, read)
        if len(text) <= LONGEST_TEXT + MARGIN:
            return read
        return f"{read[:-MARGIN]}… ({len(text)} characters)"

    def field(self, name: str, text: str) -> str:
        """The value of a field; nothing of it when its name already says that it is private."""
        return HIDDEN if _PRIVATE_NAME.fullmatch(name) else self(text)


def one_line(text: str) -> str:
    """Line ends and control characters written out: no value can forge a log line or steer a terminal."""
    return _CONTROL.sub(_written_out, text)


def indented(text: str) -> str:
    """A traceback as a block that can't be taken for log lines; other control characters are written out."""
    clean = _CONTROL_BUT_NEWLINE.sub(_written_out, text)
    return "\n".join(f"    {line}" for line in clean.split("\n"))


def _written_out(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode()
