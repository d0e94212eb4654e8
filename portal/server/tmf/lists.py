"""A list, or one of it, as an answer: filters and pages in SQL where a column knows the attribute, else in Python."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.context import Context
from portal.server.errors import PortalError
from portal.server.tmf.query import Body, Filter, ListQuery, fields_of, moment, parse
from portal.server.tmf.shapes import Tmf
from portal.server.tmf.view import View

Rows = Sequence[Row[tuple[Any, ...]]]
Render = Callable[[AsyncConnection, View, Rows], Awaitable[Sequence[Tmf]]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of TMF resource: its attributes, the columns SQL can compare, and how rows become bodies."""

    path: str  # e.g. "/tmf-api/productInventory/v4/product"
    shape: type[Tmf]
    columns: Mapping[str, ColumnElement[Any]]  # attribute -> text column (equality only)
    instants: Mapping[str, ColumnElement[Any]]  # attribute -> instant column (order only)
    render: Render
    order: tuple[tuple[str, bool], ...] = ()  # what the statement's ORDER BY means, in `sort`'s words
    versioned: bool = False  # rows carry a `version`: one of them is sent with its ETag

    @property
    def attributes(self) -> frozenset[str]:
        return frozenset(field.alias or name for name, field in self.shape.model_fields.items())

    def in_sql(self, condition: Filter) -> ColumnElement[bool] | None:
        if condition.operator == "eq" and condition.path in self.columns:
            return self.columns[condition.path].in_(condition.values)
        at = moment(condition.values[0])
        if condition.path not in self.instants or condition.operator == "eq" or at is None:
            return None
        column = self.instants[condition.path]
        return {"gt": column > at, "gte": column >= at, "lt": column < at, "lte": column <= at}[condition.operator]


@dataclass(frozen=True, slots=True)
class Page:
    bodies: list[Body]
    total: int


async def answer_list(
    request: Request,
    context: Context,
    resource: Resource,
    view: View,
    connection: AsyncConnection,
    statement: Select[Any],
) -> Response:
    """200 (or 206 where the operator wants truncated lists so) with TMF630's headers."""
    query = parse(request.query_params, resource.attributes)
    page = await _page(resource, view, connection, statement, query)
    truncated = len(page.bodies) < page.total
    status = 206 if truncated and context.settings.partial_lists_as_206 else 200
    headers = {
        "X-Total-Count": str(page.total),
        "X-Result-Count": str(len(page.bodies)),
        "Link": _links(request, view, query, page.total),
    }
    return json_response([query.cut(body) for body in page.bodies], status, headers)


async def answer_one(
    request: Request, resource: Resource, view: View, connection: AsyncConnection, statement: Select[Any]
) -> Response:
    """The resource, or 404 for what is not there and for what is another customer's, alike."""
    wished = fields_of(request.query_params, resource.attributes)
    rows = (await connection.execute(statement)).all()
    if not rows:
        raise not_found(resource)
    body = (await render(resource, replace(view, fields=wished), connection, rows))[0]
    headers = {}
    if resource.versioned:
        headers["ETag"] = f'"{rows[0].version}"'
    return json_response(ListQuery(0, 1, (), wished, ()).cut(body), 200, headers)


def json_response(body: Body | list[Body], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """orjson: a long list is written twenty times faster."""
    more = {"Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(body), status, more, "application/json")


async def render(resource: Resource, view: View, connection: AsyncConnection, rows: Rows) -> list[Body]:
    shapes = await resource.render(connection, view, rows)
    return [shape.model_dump(mode="json", by_alias=True, exclude_none=True) for shape in shapes]


def not_found(resource: Resource) -> PortalError:
    return PortalError(404, "notFound", f"no such {resource.path.rpartition('/')[2]}")


async def _page(
    resource: Resource, view: View, connection: AsyncConnection, statement: Select[Any], query: ListQuery
) -> Page:
    rest: list[Filter] = []
    for condition in query.filters:
        clause = resource.in_sql(condition)
        if clause is None:
            rest.append(condition)
        else:
            statement = statement.where(clause)
    end = query.offset + query.limit
    if not rest and query.sort in {(), resource.order}:
        rows = (await connection.execute(statement.offset(query.offset).limit(query.limit))).all()
        total = query.offset + len(rows)
        if len(rows) == query.limit or (query.offset and not rows):  # else this page is the last, and counts the list
            counting = select(func.count()).select_from(statement.order_by(None).subquery())
            total = (await connection.execute(counting)).scalar_one()
        return Page(await render(resource, replace(view, fields=query.fields), connection, rows), total)
    rows = (await connection.execute(statement)).all()
    wanted = ListQuery(query.offset, query.limit, query.sort, query.fields, tuple(rest))
    bodies = wanted.arrange(await render(resource, view, connection, rows))
    return Page(bodies[query.offset : end], len(bodies))


def _links(request: Request, view: View, query: ListQuery, total: int) -> str:
    others = [(key, value) for key, value in request.query_params.multi_items() if key not in {"offset", "limit"}]
    last = max(0, (total - 1) // query.limit * query.limit) if total else 0
    targets = {"self": query.offset, "first": 0, "last": last}
    if query.offset > 0:
        targets["prev"] = max(0, query.offset - query.limit)
    if query.offset + query.limit < total:
        targets["next"] = query.offset + query.limit
    here = view.base + request.url.path

    def target(offset: int) -> str:
        return f"{here}?{urlencode([*others, ('offset', offset), ('limit', query.limit)])}"

    return ", ".join(f'<{target(offset)}>; rel="{name}"' for name, offset in targets.items())
