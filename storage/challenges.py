"""PINs in flight. The row makes answering idempotent: the same update run twice counts as one try."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import orjson
from sqlalchemy import delete, insert, select, update

from storage.engine import Database
from storage.tables import challenges
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question to the portal that waits for a PIN. `state`: asked (no SMS yet), sent, passed, failed."""

    id: UUID
    person_id: int
    chat_id: int
    purpose: str
    state: str
    secrets: dict[str, str] = field(repr=False)
    answered_update: int | None
    outcome: dict[str, object]
    connection_id: UUID | None
    expires_at: datetime
    sealed: bytes | None = field(default=None, repr=False)  # the secrets; each change seals them anew


class Challenges:
    """Queries about challenges."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(
        self, person_id: int, chat_id: int, purpose: str, secrets: dict[str, str], now: datetime, expires_at: datetime
    ) -> UUID:
        """Store a new challenge; any older one of this person and purpose is over."""
        key = uuid4()
        async with self._database.writing() as connection:
            await connection.execute(
                update(challenges)
                .where(
                    challenges.c.person_id == person_id,
                    challenges.c.purpose == purpose,
                    challenges.c.state.in_(["asked", "sent"]),
                )
                .values(state="failed", secrets_sealed=None)
            )
            await connection.execute(
                insert(challenges).values(
                    id=key,
                    person_id=person_id,
                    chat_id=chat_id,
                    purpose=purpose,
                    state="asked",
                    secrets_sealed=self._vault.seal("challenges", key, "secrets", orjson.dumps(secrets)),
                    created_at=now,
                    expires_at=expires_at,
                )
            )
        return key

    async def get(self, challenge_id: UUID, person_id: int, chat_id: int) -> Challenge | None:
        """The challenge, only for the person and chat it was made for."""
        statement = select(challenges).where(
            challenges.c.id == challenge_id, challenges.c.person_id == person_id, challenges.c.chat_id == chat_id
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            return None
        secrets = self._json(challenge_id, "secrets", row.secrets_sealed)
        return Challenge(
            row.id,
            row.person_id,
            row.chat_id,
            row.purpose,
            row.state,
            {name: str(value) for name, value in secrets.items()},
            row.answered_update,
            self._json(challenge_id, "outcome", row.outcome_sealed),
            row.connection_id,
            row.expires_at,
            row.secrets_sealed,
        )

    async def change(
        self,
        challenge_id: UUID,
        *,
        state: str,
        answered_update: int | None = None,
        outcome: dict[str, object] | None = None,
        secrets: dict[str, str] | None = None,
        connection_id: UUID | None = None,
        expires_at: datetime | None = None,
        as_read: Challenge | None = None,
    ) -> bool:
        """Move a challenge on. What is over keeps no secret, and stays as it is.

        With `as_read` only if its state and secrets are still those: a compare-and-set. False when nothing was changed.
        """
        mine = [challenges.c.id == challenge_id, challenges.c.state.in_(["asked", "sent"])]
        if as_read is not None:
            mine += [challenges.c.state == as_read.state, challenges.c.secrets_sealed == as_read.sealed]
        values: dict[str, object] = {"state": state}
        if answered_update is not None:
            values["answered_update"] = answered_update
            sealed = self._vault.seal("challenges", challenge_id, "outcome", orjson.dumps(outcome or {}))
            values["outcome_sealed"] = sealed
        if secrets is not None:
            values["secrets_sealed"] = self._vault.seal("challenges", challenge_id, "secrets", orjson.dumps(secrets))
        if connection_id is not None:
            values["connection_id"] = connection_id
        if expires_at is not None:
            values["expires_at"] = expires_at
        if state in {"passed", "failed"}:
            values["secrets_sealed"] = None
        async with self._database.writing() as connection:
            result = await connection.execute(update(challenges).where(*mine).values(**values))
        return bool(result.rowcount == 1)

    async def cancel(self, person_id: int, chat_id: int) -> list[str]:
        """Close every open challenge of this person here; the portal sessions they were about."""
        mine = (
            challenges.c.person_id == person_id,
            challenges.c.chat_id == chat_id,
            challenges.c.state.in_(["asked", "sent"]),
        )
        async with self._database.writing() as connection:
            rows = (await connection.execute(select(challenges.c.id, challenges.c.secrets_sealed).where(*mine))).all()
            await connection.execute(update(challenges).where(*mine).values(state="failed", secrets_sealed=None))
        secrets = [self._json(row.id, "secrets", row.secrets_sealed) for row in rows]
        return [str(secret["auth_session"]) for secret in secrets if "auth_session" in secret]

    async def purge(self, before: datetime) -> int:
        """Delete what expired before then."""
        async with self._database.writing() as connection:
            result = await connection.execute(delete(challenges).where(challenges.c.expires_at < before))
            return int(result.rowcount)

    def _json(self, key: UUID, column: str, sealed: bytes | None) -> dict[str, object]:
        if sealed is None:
            return {}
        opened = orjson.loads(self._vault.open("challenges", key, column, sealed))
        return dict(opened)
