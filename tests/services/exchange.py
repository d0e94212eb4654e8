"""A telephone system at the other end of the wire, and the running service on a real database; the clock is a value."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.calls import PortalAccess
from portal.client import Portal
from portal.wire import Wire
from services.actions import Acting
from services.changes import Outcomes
from services.declining import Declining
from services.diverting import APPROVE, BULK, DIVERT, Diverting, Wish
from services.diverting_kind import DivertingKind
from services.following import Following
from services.pins import Pins
from services.presets import Presets
from services.schedules import Scheduling
from services.schedules_consequences import Consequences
from services.schedules_drafts import Drafts
from services.schedules_planning import Planning
from services.schedules_words import Words
from services.sessions import Sessions
from storage.actions import Actions, State
from storage.challenges import Challenges
from storage.connections import Account, Connection, Connections, Tokens
from storage.engine import Database
from storage.migrate import migrate
from storage.notices import Notice, Notices, Result
from storage.schedules import Schedules
from storage.subscriptions import Subscriptions
from storage.vault import Vault, generate_key, parse_keys
from tests.portal_client.peer import Peer, Request, always, serving
from tests.portal_client.scripted import resource_metadata, server_metadata

BEGIN = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin
FOR_EVER = datetime(2099, 1, 1, tzinfo=UTC)
_SERVICE = re.compile(r"/tmf-api/ServiceActivationAndConfiguration/v4/service(?:/(?P<id>[^/]+))?")
SPECIAL = tuple(f"sip:{name}@pbx.example" for name in ("voicemail", "desk", "max", "eva", "ali", "ina"))
_FOLLOWS = {True: "active", False: "off"}

Rules = dict[str, dict[str, object]]


@dataclass
class Telephones:
    """Extensions and what they are diverted to; `changes`: which was changed to what, in order.

    `ended`: the people whose connections the portal has ended.
    """

    rules: dict[str, Rules] = field(default_factory=lambda: {"ext-21": {}, "ext-22": {}})
    versions: dict[str, int] = field(default_factory=lambda: {"ext-21": 1, "ext-22": 1})
    changes: list[tuple[str, Rules]] = field(default_factory=list)
    is_away: bool = False
    ended: set[int] = field(default_factory=set)

    def elsewhere(self, line: str, **rules: dict[str, object]) -> None:
        """Somebody changes a line elsewhere."""
        for when, rule in rules.items():
            self.rules[line][when] = {**self.rules[line].get(when, {}), **rule}
        self.versions[line] += 1

    def service(self, line: str) -> dict[str, object]:
        """As the API tells it."""
        rules = {when: {**rule, "status": _FOLLOWS[bool(rule["active"])]} for when, rule in self.rules[line].items()}
        number = {"name": "extensionNumber", "value": line.removeprefix("ext-")}
        special = [{"target": target, "name": target} for target in SPECIAL]
        capability = {"conditions": ["unconditional", "busy", "noAnswer", "notReachable"], "specialTargets": special}
        return {
            "id": line,
            "category": "cloudPbxExtension",
            "name": "Platz",
            "serviceCharacteristic": [number],
            "callForwarding": rules,
            "callForwardingCapability": capability,
        }

    async def answer(self, peer: Peer, request: Request) -> None:
        """One request."""
        found = _SERVICE.fullmatch(request.path)
        if self.is_away:
            await peer.answer_json({}, 503)
        elif request.headers.get("authorization") in {f"Bearer access-{person}" for person in self.ended}:
            await peer.answer_json({}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        elif found is None:
            await peer.answer_json([])
        elif found["id"] is None:
            is_extensions = "cloudPbxExtension" in request.target
            await peer.answer_json([self.service(line) for line in self.rules] if is_extensions else [])
        else:
            await self._line(peer, request, found["id"])

    async def _line(self, peer: Peer, request: Request, line: str) -> None:
        if request.method == "PATCH":
            if request.headers["if-match"] not in ("*", self._etag(line)):
                await peer.answer_json({"code": "preconditionFailed", "reason": "x", "status": "412"}, 412)
                return
            patch: Rules = json.loads(request.body)["callForwarding"]
            self.changes.append((line, patch))
            self.elsewhere(line, **patch)
        await peer.answer_json(self.service(line), headers={"ETag": self._etag(line)})

    def _etag(self, line: str) -> str:
        return f'"{self.versions[line]}"'


@dataclass
class Exchange:
    """The service, running. `now` is what the clock shows."""

    telephones: Telephones
    database: Database
    vault: Vault
    portal: Portal
    now: datetime = BEGIN
    zone: str = "Europe/Berlin"

    def __post_init__(self) -> None:
        database, vault, clock = self.database, self.vault, self.clock
        self.rows, self.notices = Schedules(database, vault), Notices(database, vault)
        self.connections, self.actions = Connections(database, vault), Actions(database, vault, self.notices)
        self.sessions = Sessions(self.portal, self.connections, clock)
        kinds = [DivertingKind(self.portal, name) for name in (DIVERT, BULK, APPROVE)]
        outcomes = Outcomes(self.actions, self.connections, kinds, Declining(Subscriptions(database, vault)), clock)
        pins = Pins(self.portal.oauth, Challenges(database, vault), clock, "step-up")
        self.acting = Acting(self.portal, self.sessions, pins, self.actions, self.connections, outcomes, clock)
        watched = (self.actions, self.connections, self.notices)
        self.following = Following(self.sessions, *watched, outcomes, clock)
        self.diverting = Diverting(self.portal, self.sessions, self.acting, clock)
        words = Words(self.notices, self.connections, clock)
        consequences = Consequences(self.rows, self.actions, self.connections, words, clock)
        outcomes.after.append(consequences.of)
        drafts = Drafts(self.rows, self.diverting, consequences, clock)
        self.planning = Planning(self.rows, drafts, consequences, clock)
        self.presets = Presets(self.rows, self.diverting, self.acting, self.actions, drafts)
        roads = (self.diverting, self.acting, self.actions, self.connections)
        self.scheduling = Scheduling(self.rows, *roads, outcomes, words, clock)

    def clock(self) -> datetime:
        """The time."""
        return self.now

    def again(self) -> "Exchange":
        """Another process on the same database, or this one after a restart."""
        return Exchange(self.telephones, self.database, self.vault, self.portal, self.now, self.zone)

    async def at(self, instant: datetime) -> None:
        """It becomes then, and the metronome beats."""
        self.now = instant
        await self.scheduling.run_once()
        await self.following.run_once()

    async def later(self, **by: float) -> None:
        """So much later."""
        await self.at(self.now + timedelta(**by))

    async def somebody(self, name: str = "Max Muster", person_id: int = 7, role: str = "portalAdmin") -> Connection:
        """Who is connected."""
        account = Account(f"acc-{name}", "user", name, "cust-1", "Muster GmbH", (role,), "de", self.zone)
        tokens = Tokens(f"access-{person_id}", None, FOR_EVER, "pbx:write")
        found = await self.connections.add(person_id, name, account, tokens, self.now)
        assert found is not None
        return found

    async def divert(self, by: Connection, wish: Wish, *, until: datetime | None = None) -> UUID:
        """A person diverts calls."""
        shown = {"until": until.isoformat() if until else ""}
        key = await self.diverting.propose(by, by.person_id, [wish], summary="", shown=shown)
        step = await self.acting.confirm(key, by.person_id, 1)
        assert step.action.state is State.DONE, step.action.outcome
        return key

    async def told(self) -> list[Notice]:
        """What was put into the outbox since the last look."""
        found = await self.notices.claim(self.now, 100)
        await self.notices.settle(found, Result("sent", self.now))
        return found


@asynccontextmanager
async def exchange(database_url: str, zone: str = "Europe/Berlin") -> AsyncIterator[Exchange]:
    """For the length of a block."""
    telephones, wire, database = Telephones(), Wire(), Database(database_url)
    url = ""

    async def answer(peer: Peer, request: Request) -> None:
        if request.path.startswith("/.well-known/"):
            is_resource = request.path.endswith("resource")
            await peer.answer_json(resource_metadata(url) if is_resource else server_metadata(url))
        else:
            await telephones.answer(peer, request)

    await migrate(database)
    async with serving(always(answer)) as server:
        url = server.url
        portal = Portal(PortalAccess(url, "bot", "secret"), wire)
        try:
            yield Exchange(telephones, database, Vault(parse_keys(generate_key())), portal, zone=zone)
        finally:
            await portal.aclose()
            await wire.aclose()
            await database.close()
