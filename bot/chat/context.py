"""Ctx: everything a handler can reach, and nothing else."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.chat.feature import Command
from bot.chat.screen import File, Rows
from bot.chat.text import Say
from portal.client import PortalReads
from services.actions import Acting
from services.bookings import Bookings
from services.connecting import Connecting
from services.diverting import Diverting
from services.errors import NotConnected
from services.invited import Invited
from services.inviting import Inviting
from services.mailing import Mailing
from services.preferences import Preferences
from services.presets import Presets
from services.reading import Reading
from services.schedules_planning import Planning
from services.sessions import Sessions
from services.subscribing import Subscribing
from services.targets import Targets
from storage.connections import Connection
from storage.people import Visit


@dataclass(frozen=True, slots=True)
class Services:
    """The rules, as handlers reach them."""

    sessions: Sessions
    portal: PortalReads
    connecting: Connecting
    preferences: Preferences
    acting: Acting
    bookings: Bookings
    diverting: Diverting
    planning: Planning
    presets: Presets
    subscribing: Subscribing
    targets: Targets
    inviting: Inviting
    invited: Invited
    mailing: Mailing


@dataclass(frozen=True, slots=True)
class House:
    """What the installation is: the human at the end of /hilfe, every command."""

    help_phone: str | None
    help_mail: str | None
    help_hours: dict[str, str | None]
    commands: tuple[Command, ...] = ()


class Hands(Protocol):
    """What a handler can do to the chat beside answering with a screen."""

    async def popup(self, text: Say, *, alert: bool = False) -> None:
        """Answer the tap with a popup."""

    def delete_typed(self, otherwise: Callable[[], Awaitable[None]] | None = None) -> None:
        """Delete what the person typed, at once and beside the turn.

        When Telegram refuses, `otherwise` makes it worthless and the person is told.
        """

    def show_commands(self, commands: Sequence[Command], language: str) -> None:
        """Show this chat's command menu in a language, beside the turn."""

    def start_link(self, code: str) -> str:
        """The link that opens a private chat with this bot and says `/start CODE` there."""

    async def tell(self, text: Say) -> None:
        """Send a line of its own, beside the screen that answers."""

    async def send_file(self, file: File) -> None:
        """Send a file into the chat."""

    async def send_photo(self, file: File, rows: Rows = ()) -> bool:
        """Send a picture that is shown in the chat, and say whether it was sent: words must say the same without it."""

    async def finish(self) -> None:
        """Answer a tap that no popup answered."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the person did. `text` is what was typed (None for a tap), `args` what followed a command."""

    update_id: int
    person_id: int
    person_name: str
    chat_id: int
    language_code: str | None
    text: str | None = None
    args: str = ""


@dataclass(slots=True)
class Ctx:
    """One turn. `state` is the open question's state; handlers put the next one into `Ask`."""

    heard: Heard
    visit: Visit
    services: Services
    house: House
    hands: Hands
    language: str
    clock: Callable[[], datetime]
    state: dict[str, object] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.clock()

    @property
    def zone(self) -> ZoneInfo:
        """The zone that dates are shown in."""
        found = self.visit.connection
        return ZoneInfo(found.account.zone if found else "Europe/Berlin")

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The person's live connections."""
        return self.visit.connections

    @property
    def connection(self) -> Connection:
        """The account that is looked at now; NotConnected when there is none."""
        if self.visit.connection is None:
            raise NotConnected
        return self.visit.connection

    def connection_of(self, tag: str) -> Connection:
        """The person's own connection to the account a button is about."""
        for connection in self.connections:
            if connection.tag == tag:
                return connection
        raise NotConnected

    def reading(self, tag: str | None = None) -> Reading:
        """The portal's read half for the account looked at, or for the one that a button names."""
        connection = self.connection if tag is None else self.connection_of(tag)
        return Reading(self.services.sessions, self.services.portal, connection)
