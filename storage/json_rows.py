"""Many rows in one parameter: a JSON text that the engine makes rows of.

A set of parameters for each row costs nearly twice the time.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, ColumnClause, ColumnElement, Function, String, Uuid, bindparam, cast, column, func

from storage.instant import Instant

ROWS = "rows"  # the parameter
Kind = Uuid[UUID] | String | BigInteger | Instant
Fields = Mapping[str, ColumnElement[object]]


def fields(kinds: Mapping[str, Kind], *, is_sqlite: bool) -> Fields:
    """The columns of the rows that `written` writes, for a statement that joins, or selects from, them."""
    return _of_sqlite(kinds) if is_sqlite else _of_postgresql(kinds)


def written(rows: Sequence[Mapping[str, str | int | None]]) -> dict[str, str]:
    """The parameter; ids are written as `hex`, instants as `milliseconds`."""
    return {ROWS: orjson.dumps(rows).decode()}


def _of_sqlite(kinds: Mapping[str, Kind]) -> Fields:
    each = func.json_each(bindparam(ROWS, type_=String)).table_valued("value", name="one")
    return {name: func.json_extract(each.c.value, f"$.{name}", type_=kind) for name, kind in kinds.items()}


def _of_postgresql(kinds: Mapping[str, Kind]) -> Fields:
    from sqlalchemy.dialects.postgresql import JSONB  # imported here: memory that SQLite spares

    rows: Function[object] = func.jsonb_to_recordset(cast(bindparam(ROWS, type_=String), JSONB))
    columns: list[ColumnClause[object]] = [column(name, kind) for name, kind in kinds.items()]
    each = rows.table_valued(*columns).render_derived(name="one", with_types=True)
    return {name: each.c[name] for name in kinds}
