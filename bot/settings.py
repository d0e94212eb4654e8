"""Environment -> frozen Settings. All mistakes are reported at once, each with its line in .env.example.

The environment wins over `.env`, which is read and never exported: child processes and /proc see nothing of it. A
secret may also be given as NAME_FILE. An empty value is an unset one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot import keyfile, values
from bot.environment import Reader
from bot.values import Bind, MailServer, Secret
from storage.vault import parse_keys

SECRET_NAMES = frozenset({"TELEGRAM_BOT_TOKEN", "PORTAL_CLIENT_SECRET", "DATABASE_URL", "SECRET_KEYS", "SMTP_URL"})
DATABASE = Secret("sqlite:///var/bot.db")
BIND = Bind("127.0.0.1", 8080)

T = TypeVar("T")


class TelegramMode(StrEnum):
    """How updates arrive."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class Policy(StrEnum):
    """How careful the installation is."""

    STANDARD = "standard"
    STRICT = "strict"


class LogLevel(StrEnum):
    """From which level on the log speaks."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """For whom the log is written."""

    CONSOLE = "console"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class HelpContact:
    """The human at the end of /hilfe; what is unset is left out there."""

    phone: str | None = None
    mail: str | None = None
    hours: str | None = None
    hours_en: str | None = None


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mails are handed over, and who they come from."""

    server: MailServer
    sender: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides; see .env.example for each."""

    telegram_bot_token: Secret
    portal_url: str
    portal_client_id: str
    portal_client_secret: Secret
    secret_keys: Secret
    database_url: Secret = DATABASE
    telegram_api_url: str = values.TELEGRAM
    telegram_mode: TelegramMode = TelegramMode.POLLING
    public_url: str | None = None
    http_bind: Bind | None = None
    policy: Policy = Policy.STANDARD
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.CONSOLE
    help_contact: HelpContact = HelpContact()
    mail: MailSettings | None = None
    var: Path = Path("var")

    def secrets(self) -> tuple[str, ...]:
        """Every secret in clear: what the log must never show."""
        hidden = (self.telegram_bot_token.reveal(), self.portal_client_secret.reveal(), *_words(self.secret_keys))
        mailing = self.mail.server.password if self.mail else None
        passwords = (urlsplit(self.database_url.reveal()).password, mailing.reveal() if mailing else None)
        return (*hidden, *(password for password in passwords if password))

    @property
    def listens_on(self) -> Bind | None:
        """Where the web is served: by default nowhere, unless the bot has a public address."""
        return self.http_bind or (BIND if self.public_url else None)

    @property
    def vault_keys(self) -> tuple[bytes, ...]:
        """The vault's master keys, newest first."""
        return parse_keys(self.secret_keys.reveal())


def load(environment: Mapping[str, str], folder: Path) -> Settings:
    """Settings from the environment and the `.env` in this folder; `BadSettings` names every mistake."""
    # without interpolation: a `$` in a secret is a `$`
    local = {name: value or "" for name, value in dotenv_values(folder / ".env", interpolate=False).items()}
    reader = Reader((environment, local), SECRET_NAMES)
    take, var = reader.take, folder / "var"
    token = take("TELEGRAM_BOT_TOKEN", values.bot_token)
    api_url = take("TELEGRAM_API_URL", values.bot_api_url, values.TELEGRAM)
    mode = take("TELEGRAM_MODE", partial(values.choice, TelegramMode), TelegramMode.POLLING)
    portal_url = take("PORTAL_URL", values.secure_url)
    portal_id = take("PORTAL_CLIENT_ID", values.client_id)
    portal_secret = take("PORTAL_CLIENT_SECRET", values.client_secret)
    public_url = take("PUBLIC_URL", _or_none(values.secure_url), "")
    http_bind = take("HTTP_BIND", _or_none(values.bind), "")
    database = take("DATABASE_URL", values.database_url, f"sqlite:///{var / 'bot.db'}")
    keys = take(
        "SECRET_KEYS", _keys, lambda: keyfile.read_or_make(var, database=values.sqlite_file(database.value.reveal()))
    )
    policy = take("POLICY", partial(values.choice, Policy), Policy.STANDARD)
    log_level = take("LOG_LEVEL", partial(values.choice, LogLevel), LogLevel.INFO)
    log_format = take("LOG_FORMAT", partial(values.choice, LogFormat), LogFormat.CONSOLE)
    smtp = take("SMTP_URL", _or_none(values.mail_server), "")
    sender = take("MAIL_FROM", _or_none(values.mail_sender), "")
    contact = [take(f"HELP_{part}", _or_none(str), "") for part in ("PHONE", "MAIL", "HOURS", "HOURS_EN")]

    reader.refuse(
        "TELEGRAM_BOT_TOKEN",
        lambda: api_url.value == values.TELEGRAM and len(token.value.reveal()) < values.SHORTEST_TOKEN,
        "is too short for one of Telegram's",
    )
    reader.refuse(
        "PUBLIC_URL",
        lambda: mode.value is TelegramMode.WEBHOOK and public_url.value is None,
        "is missing: TELEGRAM_MODE=webhook needs the address that Telegram shall call",
    )
    reader.refuse(
        "PUBLIC_URL",
        lambda: (
            mode.value is TelegramMode.WEBHOOK
            and api_url.value == values.TELEGRAM
            and public_url.value is not None
            and not values.telegram_reaches(public_url.value)
        ),
        "can't be called by Telegram, which wants a public https:// address on port 443, 80, 88 or 8443",
    )
    reader.refuse(
        "PORTAL_CLIENT_SECRET",
        lambda: portal_secret.value.reveal() in {token.value.reveal(), *_words(keys.value)},
        "is equal to another secret",
    )
    reader.refuse(
        "MAIL_FROM",
        lambda: smtp.value is not None and sender.value is None,
        "is missing: with SMTP_URL a mail needs an address that it comes from",
    )
    reader.refuse_misspelt(local)
    reader.finish()
    return Settings(
        telegram_bot_token=token.value,
        telegram_api_url=api_url.value,
        telegram_mode=mode.value,
        portal_url=portal_url.value,
        portal_client_id=portal_id.value,
        portal_client_secret=portal_secret.value,
        public_url=public_url.value,
        http_bind=http_bind.value,
        database_url=database.value,
        secret_keys=keys.value,
        policy=policy.value,
        log_level=log_level.value,
        log_format=log_format.value,
        help_contact=HelpContact(*(part.value for part in contact)),
        mail=MailSettings(smtp.value, sender.value) if smtp.value and sender.value else None,
        var=var,
    )


def _or_none(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


def _keys(text: str) -> Secret:
    parse_keys(text)
    return Secret(text)


def _words(keys: Secret) -> list[str]:
    return keys.reveal().replace(",", " ").split()
