"""The bot's hubs at the portal, one for each of its APIs, with the secrets that sign what they push."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import delete, insert, select

from storage.engine import Database
from storage.tables import hubs
from storage.vault import CannotOpen, Vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeptHub:
    """A hub as the portal knows it. `earlier`: the secret before, with which things under way may be signed."""

    api: str
    hub_id: str
    callback: str
    secret: str = field(repr=False)
    earlier: str | None = field(repr=False, default=None)


class KeptHubs:
    """Queries about hubs."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def all(self) -> list[KeptHub]:
        """Every hub; one that does not open is registered anew, so it is left out."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(hubs))).all()
        found = []
        for row in rows:
            try:
                found.append(KeptHub(row.api, *self._opened(row.id, row.hub_sealed)))
            except CannotOpen as fault:
                log.error("a hub is passed over", reason=str(fault))
        return found

    async def keep(self, hub: KeptHub, now: datetime) -> None:
        """Keep a hub in place of the one that its API had."""
        key = uuid4()
        facts = (hub.hub_id, hub.callback, hub.secret, hub.earlier)
        sealed = self._vault.seal("hubs", key, "hub", orjson.dumps(facts))
        async with self._database.writing() as connection:
            await connection.execute(delete(hubs).where(hubs.c.api == hub.api))
            await connection.execute(insert(hubs).values(id=key, api=hub.api, hub_sealed=sealed, made_at=now))

    def _opened(self, key: UUID, sealed: bytes) -> tuple[str, str, str, str | None]:
        hub_id, callback, secret, earlier = orjson.loads(self._vault.open("hubs", key, "hub", sealed))
        return hub_id, callback, secret, earlier
