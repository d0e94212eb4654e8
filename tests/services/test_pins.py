"""A PIN's way while several things happen to it at once: what was written down stays written down."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from portal.models import AuthSession
from portal.oauth import Pkce
from services.errors import PinExpired
from services.pins import Pins
from storage.challenges import Challenge, Challenges
from storage.engine import Database
from storage.migrate import migrate
from storage.vault import Vault, generate_key, parse_keys
from tests.portal_client.scripted import Says, Scripted, scripted

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
ME, CHAT = 7, 7
SENT = {"error": "insufficient_authorization", "auth_session": "s-2", "otp_expires_in": 300, "attempts_left": 5,
        "resends_left": 2, "tx_code": {"length": 8}}  # fmt: skip


class Overtaken(Challenges):
    """Something else comes first, once, between the next read of a challenge and what is written upon it."""

    first: Callable[[], Awaitable[object]] | None = None

    async def get(self, challenge_id: UUID, person_id: int, chat_id: int) -> Challenge | None:
        found = await super().get(challenge_id, person_id, chat_id)
        first, self.first = self.first, None
        if first is not None:
            await first()
        return found


@dataclass
class Way:
    """A PIN that was sent."""

    pins: Pins
    rows: Overtaken
    portal: Scripted
    key: UUID

    async def now(self) -> Challenge:
        """As it stands."""
        found = await self.pins.find(self.key, ME, CHAT)
        assert found is not None
        return found

    async def burn(self) -> None:
        """It could not be deleted from the chat."""
        await self.pins.burn(self.key, ME, CHAT)

    async def redeem(self, update: int = 2) -> str:
        """The right PIN."""
        return await self.pins.redeem(await self.now(), "12345678", update)


@asynccontextmanager
async def on_its_way(database_url: str) -> AsyncIterator[Way]:
    """For the length of a block."""
    database = Database(database_url)
    await migrate(database)
    rows = Overtaken(database, Vault(parse_keys(generate_key())))
    async with scripted() as portal:
        pins = Pins(portal.portal.oauth, rows, lambda: NOW, "step-up")
        key = await pins.add(ME, CHAT, AuthSession("s-1"), Pkce.new())
        portal.says("/oauth2/challenge", Says(SENT, 400))
        await pins.send(key, ME, CHAT, 1)
        portal.says("/oauth2/challenge", Says({"authorization_code": "code-1"}))
        yield Way(pins, rows, portal, key)
    await database.close()


async def test_a_late_burn_loses_no_code(database_url: str) -> None:
    """The PIN turns out right between a burn's look and its write: the code stays, for the update that earned it."""
    async with on_its_way(database_url) as way:
        way.rows.first = way.redeem
        await way.burn()

        assert (await way.now()).secrets["code"] == "code-1"
        assert await way.redeem() == "code-1"
        with pytest.raises(PinExpired):
            await way.redeem(update=3)


async def test_a_burn_stays_though_the_pin_was_right(database_url: str) -> None:
    """The burn lands while the portal looks at the PIN: the update goes on with its code, and nobody else does."""
    async with on_its_way(database_url) as way:
        as_read = await way.now()
        await way.burn()

        assert await way.pins.redeem(as_read, "12345678", 2) == "code-1"
        assert (await way.now()).secrets.items() >= {"burned": "yes", "code": "code-1", "for": "2"}.items()


async def test_a_burn_after_the_end_changes_nothing(database_url: str) -> None:
    """What has passed meanwhile is not waiting for a PIN again."""
    async with on_its_way(database_url) as way:

        async def pass_() -> None:
            await way.redeem()
            await way.pins.passed(way.key, 2)

        way.rows.first = pass_
        await way.burn()

        assert ((await way.now()).state, (await way.now()).secrets) == ("passed", {})


async def test_a_code_for_what_was_given_up_is_not_used(database_url: str) -> None:
    """Given up while the portal looks at the PIN: it is over, though the PIN was right."""
    async with on_its_way(database_url) as way:
        as_read = await way.now()
        await way.pins.cancel(ME, CHAT)

        with pytest.raises(PinExpired):
            await way.pins.redeem(as_read, "12345678", 2)


async def test_a_new_pin_is_not_burned_with_the_old_one(database_url: str) -> None:
    """The next PIN was not typed anywhere yet."""
    async with on_its_way(database_url) as way:
        await way.burn()
        way.portal.says("/oauth2/challenge", Says(SENT, 400))
        await way.pins.send(way.key, ME, CHAT, 4)
        way.portal.says("/oauth2/challenge", Says({"authorization_code": "code-2"}))

        assert await way.redeem(update=5) == "code-2"
