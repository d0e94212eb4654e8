"""People the bot has talked with, and the one read that every turn begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, select, update

from storage import dialogs as dialog_rows
from storage.connections import Connection, Connections
from storage.dialogs import Dialog
from storage.engine import Database
from storage.tables import connections, dialogs, people
from storage.together import Together
from storage.vault import Vault

_Joined = Row[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram person; `connection_id` is the account looked at now."""

    id: int
    language_chosen: str | None = None
    language_portal: str | None = None
    language_telegram: str | None = None
    connection_id: UUID | None = None
    is_new: bool = False
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """What a turn knows before its handler runs: who, what they are connected to, and where the dialog stands."""

    person: Person
    connections: tuple[Connection, ...]
    dialog: Dialog

    @property
    def connection(self) -> Connection | None:
        """The connection the person looks at: the chosen one, else the newest."""
        chosen = [c for c in self.connections if c.id == self.person.connection_id]
        return chosen[0] if chosen else (self.connections[-1] if self.connections else None)


_VISITS = (
    select(people, dialogs, connections)
    .select_from(people)
    .outerjoin(dialogs, and_(dialogs.c.person_id == people.c.person_id, dialogs.c.chat_id.in_(bindparam("chats"))))
    .outerjoin(connections, and_(connections.c.person_id == people.c.person_id, connections.c.ended_at.is_(None)))
    .where(people.c.person_id.in_(bindparam("persons")))
    .order_by(connections.c.connected_at)
)


class People:
    """Queries about people."""

    def __init__(self, database: Database, vault: Vault, connection_rows: Connections) -> None:
        self._database = database
        self._vault = vault
        self._connections = connection_rows
        self._together = Together(self._read)

    async def visit(self, person_id: int, chat_id: int) -> Visit:
        """Person, dialog and live connections, in one read."""
        rows = await self._together((person_id, chat_id))
        if not rows:
            return Visit(Person(person_id, is_new=True), (), Dialog(person_id, chat_id))
        first = rows[0]._mapping
        person = Person(
            person_id,
            first[people.c.language_chosen],
            first[people.c.language_portal],
            first[people.c.language_telegram],
            first[people.c.connection_id],
            is_blocked=first[people.c.blocked_at] is not None,
        )
        live = {row._mapping[connections.c.id]: row for row in rows}
        here = next((row for row in rows if row._mapping[dialogs.c.chat_id] == chat_id), None)
        return Visit(
            person,
            tuple(self._connections.from_row(row) for key, row in live.items() if key is not None),
            dialog_rows.read(here, self._vault) if here is not None else Dialog(person_id, chat_id),
        )

    async def _read(self, places: Sequence[tuple[int, int]]) -> list[list[_Joined]]:
        """The rows of each (person, chat); people who visit other chats at the same moment have those dialogs too."""
        asked = {"persons": list({person for person, _ in places}), "chats": list({chat for _, chat in places})}
        found: dict[int, list[_Joined]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(_VISITS, asked):
                found.setdefault(row._mapping[people.c.person_id], []).append(row)
        return [found.get(person, []) for person, _ in places]

    async def remember(self, person_id: int, now: datetime, **values: object) -> None:
        """Insert the person or change the given columns."""
        statement = self._database.insert(people).values(person_id=person_id, first_seen_at=now, **values)
        if values:
            statement = statement.on_conflict_do_update(index_elements=["person_id"], set_=values)
        else:
            statement = statement.on_conflict_do_nothing()
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def look_at(self, person_id: int, connection_id: UUID | None) -> None:
        """Choose the account that the person's screens show."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(people).where(people.c.person_id == person_id).values(connection_id=connection_id)
            )
