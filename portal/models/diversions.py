"""Extensions and number ranges of the cloud telephone system, where their calls go, and which targets are approved."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum


class DivertWhen(Enum):
    """When a diversion applies (3GPP TS 24.604)."""

    ALWAYS = "unconditional"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    NOT_REACHABLE = "notReachable"


class DiversionStatus(Enum):
    """How far the telephone system is with a diversion: switching one on takes it a moment."""

    OFF = "off"
    REQUESTED = "requested"
    ACTIVE = "active"
    FAILED = "failed"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Diversion:
    """Where calls go under one condition; a diversion that is off keeps its target.

    `active` is what was asked for, `status` what the telephone system made of it. Targets are URIs (`tel:`, `sip:`).
    """

    when: DivertWhen
    active: bool
    target: str | None
    no_reply_seconds: int | None
    status: DiversionStatus
    status_sent: str


@dataclass(frozen=True, slots=True)
class NoReplyTimer:
    """The seconds after which "no answer" may be made to apply: from, to (included), and in which steps."""

    minimum: int
    maximum: int
    step: int


@dataclass(frozen=True, slots=True)
class SpecialTarget:
    """A target that the telephone system offers itself, such as the voicemail."""

    uri: str
    name: str


@dataclass(frozen=True, slots=True)
class NumberRange:
    """From the first to the last number, in E.164."""

    first: str
    last: str


class LineKind(Enum):
    """What calls are diverted from."""

    EXTENSION = "cloudPbxExtension"
    NUMBER_RANGE = "cloudPbxNumberRange"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of the cloud PBX, or a range of its numbers, with what can be set there.

    `etag` is there when it was read (or changed) alone, and is what the next change needs.
    """

    id: str
    kind: LineKind
    name: str
    number: str
    phone_number: str | None
    phone_numbers: tuple[str, ...]
    number_range: NumberRange | None
    groups: tuple[str, ...]
    diversions: tuple[Diversion, ...]
    supported: tuple[DivertWhen, ...]
    no_reply_timer: NoReplyTimer | None
    special_targets: tuple[SpecialTarget, ...]
    allowed_destinations: tuple[str, ...]
    etag: str | None

    @property
    def voicemail(self) -> SpecialTarget | None:
        """The voicemail as a target, where there is one."""
        return next((target for target in self.special_targets if target.uri.startswith("sip:voicemail@")), None)


@dataclass(frozen=True, slots=True)
class Target:
    """An approved target: diverting there needs no step-up."""

    id: str
    uri: str
    name: str
    approved_at: dt.datetime | None
    approved_by: str
