"""What a sandbox is started with."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BotAccount:
    """A bot that exists from the start; its id is the number before the colon of the token."""

    token: str
    username: str
    first_name: str = "e:service"


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    host: str = "127.0.0.1"
    port: int = 0
    smtp_port: int = 0
    bots: tuple[BotAccount, ...] = (BotAccount("2300229:demo", "eservice_demo_bot"),)
    spec: Path | None = None
    rate_limits: bool = False
    validation: bool = True
    recording: bool = True
    record_size: int = 10_000
    history_size: int = 2_000
    sms_authorization: str | None = None
    callback_seconds: float = 15.0
    webhook_loopback: bool = False
    webhook_retry_seconds: float = 1.0


@dataclass(slots=True)
class Switches:
    """The settings that can be changed while it runs."""

    rate_limits: bool
    validation: bool
    recording: bool
    callback_seconds: float
    webhook_loopback: bool

    @classmethod
    def of(cls, settings: SandboxSettings) -> "Switches":
        return cls(**{name: getattr(settings, name) for name in cls.__slots__})
