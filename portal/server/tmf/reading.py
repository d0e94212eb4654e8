"""The two reading routes that every TMF resource has: its list and one of it, for the customer of the token."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Select

from portal.server.access.guard import Caller, require_scope
from portal.server.context import Context, Ctx
from portal.server.tmf.documented import ID, Parameter, fields, listed, paging, single
from portal.server.tmf.lists import Resource, answer_list, answer_one, not_found
from portal.server.tmf.view import view_of

Visible = Callable[[Caller], Select[Any]]
Before = Callable[[Context, str], Awaitable[None]]


async def nothing(_context: Context, _customer_id: str) -> None:
    """Most resources are as they were written."""


def add_reading(
    router: APIRouter,
    resource: Resource,
    *,
    scope: str,
    visible: Visible,
    id: ColumnElement[str],
    filters: Sequence[Parameter],
    tag: str,
    before: Before = nothing,
) -> None:
    """`visible` selects what the caller may see: everything else is 404, never 403.

    `before` brings what moves with time up to now, for the customer of this id.
    """
    name = resource.path.rpartition("/")[2]
    caller = Depends(require_scope(scope))

    async def list_them(request: Request, context: Ctx, who: Annotated[Caller, caller]) -> Response:
        await before(context, who.customer_id)
        async with context.database.reading() as connection:
            view = await view_of(context, connection, who.customer_id)
            return await answer_list(request, context, resource, view, connection, visible(who))

    async def read_one(request: Request, context: Ctx, who: Annotated[Caller, caller]) -> Response:
        wanted = request.path_params["id"]
        if not wanted.isprintable():
            raise not_found(resource)
        await before(context, who.customer_id)
        async with context.database.reading() as connection:
            view = await view_of(context, connection, who.customer_id)
            return await answer_one(request, resource, view, connection, visible(who).where(id == wanted))

    router.add_api_route(
        resource.path,
        list_them,
        methods=["GET"],
        operation_id=f"list_{name}",
        summary=f"{name}: list",
        tags=[tag],
        response_model=None,
        responses=listed(resource.shape),
        openapi_extra={"parameters": [*paging(resource.attributes), *filters]},
    )
    router.add_api_route(
        resource.path + "/{id}",
        read_one,
        methods=["GET"],
        operation_id=f"read_{name}",
        summary=f"{name}: one",
        tags=[tag],
        response_model=None,
        responses=single(resource.shape),
        openapi_extra={"parameters": [ID, fields(resource.attributes)]},
    )
