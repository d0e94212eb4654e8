"""The reference portal's settings: environment -> frozen `PortalSettings`; all mistakes are reported at once.

Secrets may be given as `NAME_FILE` (a path). What is secret and unset is made once and kept under `var/`
with mode 0600.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "PORTAL_SERVER_"
DIGITS = re.compile(r"[0-9]{1,9}")
CUSTOMER_SCOPES = ("contracts:read", "bills:read", "pbx:read", "orders:write", "pbx:write")
SCOPES = (*CUSTOMER_SCOPES, "events:subscribe", "operator")
ROLE_SCOPES: Mapping[str, tuple[str, ...]] = {
    "portalAdmin": CUSTOMER_SCOPES,
    "accounting": ("contracts:read", "bills:read"),
    "pbxAdmin": ("contracts:read", "pbx:read", "pbx:write"),
}
# Seconds between the tries of an event: those of the Standard Webhooks specification, about three days in all.
EVENT_PAUSES = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)


class SettingsError(Exception):
    """The environment cannot be used; `mistakes` says why, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may talk to the portal: the bot (for customers, and for events), or the operator's tools."""

    id: str
    secret: str = field(repr=False)
    customer_scopes: frozenset[str] = frozenset()
    own_scopes: frozenset[str] = frozenset()  # client_credentials


@dataclass(frozen=True, slots=True)
class Smtp:
    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs the portal, as mails, bills and documents name it."""

    name: str = "e:service Telekommunikation AG"
    street: str = "Musterallee 11"
    postcode: str = "40549"
    city: str = "Düsseldorf"
    phone: str = "0800 000 23 00"
    mail: str = "service@eservice.example"
    web: str = "www.eservice.example"
    hours: str = "Mo–Fr 8–18 Uhr"
    iban: str = "DE02120300000000202051"
    bic: str = "BYLADEM1001"
    bank: str = "Musterbank"
    creditor_id: str = "DE98ZZZ09999999999"
    vat_id: str = "DE123456789"
    register: str = "Amtsgericht Düsseldorf HRB 0000"


@dataclass(frozen=True, slots=True)
class PortalSettings:
    secret_keys: tuple[str, ...] = field(repr=False)  # newest first
    clients: tuple[Client, ...]
    bind: str = "127.0.0.1:8082"
    public_url: str = "http://127.0.0.1:8082"
    database_url: str = "sqlite+aiosqlite:///var/portal.db"
    smtp: Smtp | None = None
    mail_from: str = "e:service <noreply@eservice.example>"
    sms_url: str | None = None
    sms_authorization: str | None = field(default=None, repr=False)
    telegram_link: str = "https://t.me/eservice_demo_bot"
    provider: Provider = Provider()
    demo: bool = False
    partial_lists_as_206: bool = False  # some TMF servers do: lets a client's tolerance be tested
    pin_lifetime: int = 300
    pin_tries: int = 5
    link_lifetime: int = 24 * 3600
    access_lifetime: int = 600
    refresh_lifetime: int = 180 * 24 * 3600
    sms_countries: tuple[str, ...] = ("+49", "+43", "+41")
    sms_daily_budget: int = 2000
    failure_budget: int = 200  # wrong PINs in ten minutes over all accounts
    forwarding_pace: float = 0.0  # seconds that the telephone system takes to follow a change of diversions
    order_pace: float = 60.0  # seconds from one state of an order to the next; 0: at once
    mail_retry: float = 5.0  # first pause after a failed delivery; doubles up to ten minutes
    event_pauses: tuple[float, ...] = EVENT_PAUSES
    event_timeout: float = 10.0  # seconds that a listener has to answer
    event_secret_grace: int = 24 * 3600  # seconds that a renewed secret's predecessor goes on signing
    local_callbacks: bool = False  # events may go to this machine, without TLS: for demo and tests

    @property
    def mail_domain(self) -> str:
        return self.mail_from.rpartition("@")[2].rstrip("> ")

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])


def bot_client(client_id: str, secret: str) -> Client:
    return Client(client_id, secret, frozenset(CUSTOMER_SCOPES), frozenset({"events:subscribe"}))


def operator_client(client_id: str, secret: str) -> Client:
    return Client(client_id, secret, own_scopes=frozenset({"operator"}))


def from_environment(environment: Mapping[str, str] | None = None, *, var: Path = Path("var")) -> PortalSettings:
    """Settings of `python -m portal.server`; raises SettingsError with every mistake."""
    read = _Reader(os.environ if environment is None else environment, var)
    bind = read.address("BIND", "127.0.0.1:8082")
    settings = PortalSettings(
        secret_keys=tuple(read.secret("SECRET_KEYS", "portal-secret.key").replace(",", " ").split()),
        clients=(
            bot_client(
                read.text("BOT_CLIENT_ID", "eservice-bot"), read.secret("BOT_CLIENT_SECRET", "portal-bot-client.secret")
            ),
            operator_client(
                read.text("OPERATOR_CLIENT_ID", "operator"),
                read.secret("OPERATOR_CLIENT_SECRET", "portal-operator-client.secret"),
            ),
        ),
        bind=bind,
        public_url=read.url("PUBLIC_URL") or f"http://{bind}",
        database_url=read.database("DATABASE_URL", f"sqlite+aiosqlite:///{var / 'portal.db'}"),
        smtp=read.smtp(),
        mail_from=read.text("MAIL_FROM", "e:service <noreply@eservice.example>"),
        sms_url=read.url("SMS_URL"),
        sms_authorization=read.optional_secret("SMS_AUTHORIZATION"),
        telegram_link=read.url("TELEGRAM_LINK") or "https://t.me/eservice_demo_bot",
        demo=read.flag("DEMO"),
        partial_lists_as_206=read.flag("PARTIAL_LISTS_AS_206"),
        pin_lifetime=read.number("PIN_LIFETIME", 300, low=30, high=600),
        order_pace=read.number("ORDER_PACE", 60, low=0, high=86400),
        link_lifetime=read.number("LINK_LIFETIME", 86400, low=60, high=86400),
        forwarding_pace=read.number("FORWARDING_PACE", 0, low=0, high=3600),
        event_pauses=read.pauses("EVENT_PAUSES", EVENT_PAUSES),
        event_timeout=read.number("EVENT_TIMEOUT", 10, low=1, high=60),
        event_secret_grace=read.number("EVENT_SECRET_GRACE", 86400, low=0, high=30 * 86400),
        local_callbacks=read.flag("LOCAL_CALLBACKS"),
    )
    for key in settings.secret_keys:
        if len(key) < 32:
            read.mistakes.append(f"{PREFIX}SECRET_KEYS: each key needs at least 32 characters")
    if not settings.secret_keys:
        read.mistakes.append(f"{PREFIX}SECRET_KEYS: at least one key is needed")
    if read.mistakes:
        raise SettingsError(read.mistakes)
    return settings


class _Reader:
    """Reads one variable after the other and collects what is wrong."""

    def __init__(self, environment: Mapping[str, str], var: Path) -> None:
        self._environment = environment
        self._var = var
        self.mistakes: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._environment.get(PREFIX + name, "").strip() or default

    def flag(self, name: str) -> bool:
        value = self.text(name, "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            self.mistakes.append(f"{PREFIX}{name}: 1 or 0 is expected, not “{value}”")
        return value in {"1", "true", "yes"}

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not DIGITS.fullmatch(value) or not low <= int(value) <= high:
            self.mistakes.append(f"{PREFIX}{name}: a number from {low} to {high} is expected, not “{value}”")
            return default
        return int(value)

    def pauses(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        given = self.text(name, "").replace(",", " ").split()
        if not all(DIGITS.fullmatch(value) and int(value) > 0 for value in given) or len(given) > 50:
            self.mistakes.append(f"{PREFIX}{name}: up to 50 numbers of seconds are expected, such as “5 300 1800”")
            return default
        return tuple(float(value) for value in given) or default

    def address(self, name: str, default: str) -> str:
        value = self.text(name, default)
        host, _, port = value.rpartition(":")
        if not host or not DIGITS.fullmatch(port) or int(port) > 65535:
            self.mistakes.append(f"{PREFIX}{name}: HOST:PORT is expected, not “{value}”")
            return default
        return value

    def url(self, name: str) -> str | None:
        value = self.text(name, "").rstrip("/")
        if not value:
            return None
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
            self.mistakes.append(f"{PREFIX}{name}: an http(s) address is expected, not “{value}”")
        return value

    def database(self, name: str, default: str) -> str:
        value = self.optional_secret(name) or default
        for plain, driver in (("sqlite://", "sqlite+aiosqlite://"), ("postgresql://", "postgresql+asyncpg://")):
            if value.startswith(plain):
                value = driver + value.removeprefix(plain)
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            self.mistakes.append(f"{PREFIX}{name}: sqlite:///FILE or postgresql://… is expected")
        return value

    def smtp(self) -> Smtp | None:
        host = self.text("SMTP_HOST", "")
        port = self.number("SMTP_PORT", 25, low=1, high=65535)
        username = self.text("SMTP_USERNAME", "") or None
        password, starttls = self.optional_secret("SMTP_PASSWORD"), self.flag("SMTP_STARTTLS")
        return Smtp(host, port, username, password, starttls) if host else None

    def optional_secret(self, name: str) -> str | None:
        path = self.text(f"{name}_FILE", "")
        if not path:
            return self.text(name, "") or None
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.mistakes.append(f"{PREFIX}{name}_FILE: {path} cannot be read ({error.strerror})")
            return None

    def secret(self, name: str, file: str) -> str:
        given = self.optional_secret(name)
        return given if given is not None else kept_secret(self._var / file)


def kept_secret(path: Path) -> str:
    """The secret in the file, made on first use and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        value = secrets.token_urlsafe(32)
        file.write(value + "\n")
    return value
