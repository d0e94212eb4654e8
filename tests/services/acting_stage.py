"""The whole road on a real SQLite file, in front of a portal in memory: two processes, two people, one clock."""

import asyncio
import shutil
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from portal import errors
from portal.calls import PortalAccess
from portal.client import Portal
from services.actions import Acting
from services.bookings import BOOK, CANCEL_ORDER, RESIZE, Bookings, Ordering
from services.changes import Kind, Outcomes
from services.declining import Declining
from services.diverting import APPROVE, BULK, DIVERT, Diverting
from services.diverting_kind import DivertingKind
from services.errors import Refusal
from services.following import Following
from services.pins import Pins
from services.sessions import Sessions
from storage.actions import Action, Actions, State
from storage.challenges import Challenges
from storage.connections import Account, Connection, Connections, Tokens
from storage.engine import Database
from storage.migrate import migrate
from storage.notices import Notices
from storage.subscriptions import Subscriptions
from storage.vault import Vault, generate_key, parse_keys
from tests.services.model_answers import URL, Json
from tests.services.model_portal import Killed, ModelPortal

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CUSTOMER = "cust-1"
MAX, ANNA = 1, 2
ADMIN = ("portalAdmin",)
T = TypeVar("T")


def migrated(folder: Path) -> Path:
    """An empty database at the newest schema, to be copied."""
    path = folder / "template.db"

    async def make() -> None:
        database = Database(f"sqlite:///{path}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return path


class Process:
    """One process of the bot, as far as the road goes."""

    def __init__(self, stage: "Stage") -> None:
        portal = Portal(PortalAccess(URL, "bot", "secret"), stage.portal, clock=stage.seconds)
        self.portal = portal
        self.sessions = Sessions(portal, stage.connections, stage.clock)
        kinds: list[Kind] = [Ordering(portal, name) for name in (BOOK, RESIZE, CANCEL_ORDER)]
        kinds += [DivertingKind(portal, name) for name in (DIVERT, BULK, APPROVE)]
        self.kinds = {kind.name: kind for kind in kinds}
        outcomes = Outcomes(stage.actions, stage.connections, kinds, stage.declining, stage.clock)
        pins = Pins(portal.oauth, stage.challenges, stage.clock, "step-up")
        rows, facts = (stage.actions, stage.connections), (outcomes, stage.clock)
        self.acting = Acting(portal, self.sessions, pins, *rows, *facts)
        self.following = Following(self.sessions, *rows, stage.notices, *facts)
        self.bookings = Bookings(portal, self.acting)
        self.diverting = Diverting(portal, self.sessions, self.acting, stage.clock)


class Stage:
    """Everything that outlives a process."""

    def __init__(self, template: Path, path: Path) -> None:
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(template, path)
        self.now = START
        self.portal = ModelPortal(self.clock)
        self._loop = asyncio.new_event_loop()
        self._database = Database(f"sqlite:///{path}")
        vault = Vault(parse_keys(generate_key()))
        self.connections = Connections(self._database, vault)
        self.challenges = Challenges(self._database, vault)
        self.notices = Notices(self._database, vault)
        self.actions = Actions(self._database, vault, self.notices)
        self.subscriptions = Subscriptions(self._database, vault)
        self.declining = Declining(self.subscriptions)
        self.processes = [Process(self), Process(self)]
        self.people: dict[int, Connection] = {}
        self._grants = 0
        for person in (MAX, ANNA):
            self.connect(person)

    def clock(self) -> datetime:
        """Never the same time twice: what comes later is newer, in every run alike."""
        self.now += timedelta(microseconds=1)
        return self.now

    def seconds(self) -> float:
        return (self.now - START).total_seconds()

    def run(self, work: Coroutine[object, object, T]) -> T:
        """Do it, whatever it raises."""
        return self._loop.run_until_complete(work)

    def together(self, *works: Coroutine[object, object, T]) -> list[T]:
        """Do all at once; what came of those that were not refused. Anything but a refusal or an outage is a fault."""

        async def gathered() -> list[T | BaseException]:
            return await asyncio.gather(*works, return_exceptions=True)

        results = []
        for found in self.run(gathered()):
            if not isinstance(found, BaseException):
                results.append(found)
            elif not isinstance(found, Refusal | errors.PortalError | Killed):
                raise found
        return results

    def connect(self, person: int) -> None:
        """Connect somebody, unless they are."""
        if self.run(self.connections.of_person(person)):
            return
        self._grants += 1
        issued = self.portal.connect(f"{person}-{self._grants}")
        account = Account(f"sub-{person}", str(person), str(person), CUSTOMER, "Muster", ADMIN, "de", "Europe/Berlin")
        made = self.run(self.connections.add(person, str(person), account, self._tokens(issued), self.now))
        assert made is not None
        self.people[person] = made

    def connection(self, person: int) -> Connection:
        """Somebody's newest connection as it stands, live or ended."""
        found = self.run(self.connections.get(self.people[person].id))
        assert found is not None
        return found

    def give_role(self, person: int, role: str) -> None:
        """The portal's admin made somebody something else."""
        connection = self.connection(person)
        account = replace(connection.account, roles=(role,))
        self.run(self.connections.update_account(connection.id, account, self.now))

    def all_actions(self) -> list[Action]:
        """Every change, oldest first."""
        return self.run(self.actions.of_customer(CUSTOMER, list(State), 200))[::-1]

    def close(self) -> None:
        self.run(self._database.close())
        self._loop.close()

    def _tokens(self, issued: Json) -> Tokens:
        until = self.now + timedelta(seconds=int(str(issued["expires_in"])))
        access, refresh, session = (str(issued[name]) for name in ("access_token", "refresh_token", "auth_session"))
        return Tokens(access, refresh, until, str(issued["scope"]), session)
