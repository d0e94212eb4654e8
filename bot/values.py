"""How one setting's text becomes a value; each parser raises `ValueError` with a reason that never shows a secret."""

import ipaddress
import re
from dataclasses import dataclass, field
from email.utils import formataddr
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

TELEGRAM = "https://api.telegram.org"
WEBHOOK_PORTS = (None, 443, 80, 88, 8443)  # None: https as it is
SMTP_PORTS = {"smtp": 587, "smtps": 465}
SHORTEST_SECRET = 16
SHORTEST_TOKEN = 40
PLACEHOLDERS = ("changeme", "change-me", "example", "password", "geheim")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be seen: `repr` hides it, `reveal` is called where it leaves for the wire."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The value itself."""
        return self._value


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over. `is_tls`: encrypted from the first byte; else it is upgraded, or `is_near`."""

    host: str
    port: int
    is_tls: bool
    is_near: bool  # this machine or a container network: plain if it must be
    user: str | None = None
    password: Secret | None = None


class AddressTaken(Exception):
    """Nobody can listen there; the text says why."""


@dataclass(frozen=True, slots=True)
class Bind:
    """An address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def bind(text: str) -> Bind:
    """`host:port`, `[::1]:port`."""
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or int(port) > 65_535:
        raise ValueError("must be host:port, such as 127.0.0.1:8080")
    return Bind(host.removeprefix("[").removesuffix("]"), int(port))


def choice(of: type[Choice], text: str) -> Choice:
    """One of the words of an enumeration, in any case."""
    for option in of:
        if option.value.lower() == text.lower():
            return option
    raise ValueError("must be one of: " + ", ".join(option.value for option in of))


def bot_token(text: str) -> Secret:
    """Telegram's form; shorter ones only make sense on a Bot API server that is not Telegram's."""
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text, re.ASCII):
        raise ValueError("is not a bot token: BotFather gives digits, a colon and 35 characters")
    return Secret(text)


def client_id(text: str) -> str:
    """A name without a colon, which HTTP Basic could not carry."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", text, re.ASCII):
        raise ValueError("may have letters, digits, dot, dash and underscore")
    return text


def client_secret(text: str) -> Secret:
    """Long enough, and not what an example says."""
    if any(word in text.lower() for word in PLACEHOLDERS):
        raise ValueError("is still a placeholder")
    if len(text) < SHORTEST_SECRET or len(set(text)) < SHORTEST_SECRET // 2:
        raise ValueError(f"is too short or too plain: at least {SHORTEST_SECRET} random characters are needed")
    return Secret(text)


def database_url(text: str) -> Secret:
    """An engine that the storage knows; SQLite needs a file."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in ("sqlite", "postgresql"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if scheme == "sqlite" and (not rest.startswith("/") or rest == "/" or ":memory:" in rest):
        raise ValueError("must name a file: sqlite:///var/bot.db, or sqlite:////srv/bot.db for an absolute path")
    if scheme == "postgresql" and not urlsplit(text).hostname:
        raise ValueError("must name a host: postgresql://user:password@host/name")
    return Secret(text)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address; None for other engines."""
    scheme, _, path = url.partition(":///")
    return Path(path) if scheme == "sqlite" else None


def secure_url(text: str) -> str:
    """An https address; http only on this machine."""
    parts = _address(text)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https:// (http:// only on this machine)")
    return text.rstrip("/")


def bot_api_url(text: str) -> str:
    """As `secure_url`; also http to a host without a dot: Bot API servers speak plain HTTP in a container network."""
    parts = _address(text)
    host = parts.hostname or ""
    if parts.scheme != "https" and not is_loopback(host) and "." in host:
        raise ValueError("must begin with https:// (http:// only on this machine or in a container network)")
    return text.rstrip("/")


def telegram_reaches(url: str) -> bool:
    """Whether Telegram would call this address: https, one of its four ports, not this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.port in WEBHOOK_PORTS and not is_loopback(parts.hostname or "")


def mail_server(text: str) -> MailServer:
    """`smtp://user:password@host:587` (upgraded to TLS) or `smtps://…:465`; user and password as in a URL."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.scheme not in SMTP_PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be smtp://user:password@host:587 or smtps://user:password@host:465")
    user, password = (unquote(each) if each else None for each in (parts.username, parts.password))
    if (user is None) != (password is None):
        raise ValueError("has a user without a password, or the other way round")
    is_near = is_loopback(parts.hostname) or "." not in parts.hostname
    secret = Secret(password) if password else None
    is_tls = parts.scheme == "smtps"
    return MailServer(parts.hostname, port or SMTP_PORTS[parts.scheme], is_tls, is_near, user, secret)


def mail_sender(text: str) -> str:
    """Who a mail comes from: an address, or `Name <address>`, in one line."""
    address = r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    found = re.fullmatch(rf'(?P<only>{address})|"?(?P<name>[^<>"]+?)"? *<(?P<named>{address})>', text, re.ASCII)
    if found is None or not text.isprintable():
        raise ValueError("must be an address such as e-service@example.com, or Name <e-service@example.com>")
    return formataddr((found["name"], found["named"])) if found["named"] else text  # quotes the colon of "e:service"


def _address(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        raise ValueError("is not an http(s) address")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must have no user, query or fragment")
    return parts


def is_loopback(host: str) -> bool:
    """Whether the name stands for this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
