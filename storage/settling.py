"""The outcomes of many notices in one statement, on both engines.

They travel as one JSON text that the engine makes rows of. A row of parameters each would be a step of SQLite's thread
each, and every step waits for the interpreter's lock, which the loop holds while it sends.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Executable,
    Function,
    String,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    type_coerce,
    update,
)

from storage.instant import Instant
from storage.tables import notices

ROWS = "rows"
_FIELDS: dict[str, Uuid[UUID] | String | BigInteger] = {
    "this": Uuid(), "held": Uuid(), "state": String(), "reason": String(), "message": BigInteger(),
    "due": BigInteger(), "settled": BigInteger(),
}  # fmt: skip


def settling(*, is_sqlite: bool) -> Executable:
    """The statement; its parameter `ROWS` is what `outcomes` makes. Each outcome counts only under its own claim."""
    field = _of_sqlite() if is_sqlite else _of_postgresql()
    return (
        update(notices)
        .where(notices.c.id == field["this"], notices.c.claim == field["held"])
        .values(
            state=field["state"],
            reason=field["reason"],
            claim=None,
            lease_until=None,
            message_id=func.coalesce(notices.c.message_id, field["message"]),
            due_at=type_coerce(func.coalesce(field["due"], notices.c.due_at), Instant),
            settled_at=type_coerce(field["settled"], Instant),
        )
    )


def outcome(
    this: UUID,
    held: UUID,
    state: str,
    reason: str | None,
    message: int | None,
    due: datetime | None,
    settled: datetime | None,
) -> dict[str, object]:
    """One row."""
    return {
        "this": this.hex,
        "held": held.hex,
        "state": state,
        "reason": reason,
        "message": message,
        "due": _milliseconds(due),
        "settled": _milliseconds(settled),
    }


def written(rows: Sequence[dict[str, object]]) -> dict[str, str]:
    """The parameters of the statement."""
    return {ROWS: orjson.dumps(rows).decode()}


def _milliseconds(instant: datetime | None) -> int | None:
    return None if instant is None else round(instant.timestamp() * 1000)


def _of_sqlite() -> dict[str, ColumnElement[object]]:
    each = func.json_each(bindparam(ROWS, type_=String)).table_valued("value", name="outcome")
    return {name: func.json_extract(each.c.value, f"$.{name}") for name in _FIELDS}


def _of_postgresql() -> dict[str, ColumnElement[object]]:
    from sqlalchemy.dialects.postgresql import JSONB  # imported here: memory that SQLite spares

    rows: Function[object] = func.jsonb_to_recordset(cast(bindparam(ROWS, type_=String), JSONB))
    columns: list[ColumnClause[object]] = [column(name, type_) for name, type_ in _FIELDS.items()]
    each = rows.table_valued(*columns).render_derived(name="outcome", with_types=True)
    return {name: each.c[name] for name in _FIELDS}
