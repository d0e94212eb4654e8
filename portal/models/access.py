"""Who may do what: tokens, sessions, challenges and the account behind them. Secrets never show in a `repr`."""

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A bearer token of one connection; lives ten minutes."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a connection is renewed with."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthSession:
    """The portal's name for one challenge, or for a grant that may be stepped up."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What a right PIN is answered with; good for one exchange."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StepUp:
    """What a person's PIN made of an access token: good for these requests (by their external ids), once each."""

    acr: str
    at: dt.datetime | None
    external_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The portal's answer to an exchange or a refresh.

    `grant_id` names the connection at the portal: a revoked grant is told by it (`portal.events`).
    """

    access: AccessToken
    refresh: RefreshToken | None
    expires_in: dt.timedelta
    scopes: frozenset[str]
    auth_session: AuthSession | None
    step_up: StepUp | None
    grant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Introspection:
    """What the portal says of a token (RFC 7662).

    `connected` tells whether the connection lives, also where the token itself does no more; None: not told.
    """

    active: bool
    connected: bool | None = None
    scopes: frozenset[str] = frozenset()
    subject: str = ""
    customer_id: str = ""
    grant_id: str = ""
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A PIN may be asked for; nothing was sent yet. A step-up names no customer: that is the connection's."""

    auth_session: AuthSession
    customer_name_masked: str
    phone_number_masked: str
    methods: tuple[str, ...]
    pin_length: int
    locale: str | None


@dataclass(frozen=True, slots=True)
class PinSent:
    """A PIN is on its way; the ones before it are dead."""

    auth_session: AuthSession
    expires_in: dt.timedelta
    attempts_left: int
    resends_left: int
    pin_length: int


class Role(Enum):
    """What an account is at the customer's."""

    PORTAL_ADMIN = "portalAdmin"
    PBX_ADMIN = "pbxAdmin"
    ACCOUNTING = "accounting"


@dataclass(frozen=True, slots=True)
class UserInfo:
    """The account behind a connection."""

    subject: str
    name: str
    username: str
    customer_id: str
    customer_name: str
    roles: frozenset[Role]
    locale: str
    zone: ZoneInfo
