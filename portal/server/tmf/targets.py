"""Approved targets: numbers outside that calls may be diverted to without a step-up (PORTAL-API 11)."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.dialling import Reason
from portal.server.access.accounts import account
from portal.server.access.guard import Caller, require_scope
from portal.server.access.step_up import require_step_up
from portal.server.context import Context, Ctx
from portal.server.database import exclusively
from portal.server.tmf import tables as t
from portal.server.tmf.documented import ID, failures, sent
from portal.server.tmf.forwarding import not_allowed, outside
from portal.server.tmf.lists import Resource, Rows, json_response, not_found, render
from portal.server.tmf.operator import body_of
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import DiversionTarget, TargetWanted, utc
from portal.server.tmf.telephones import telephone_system
from portal.server.tmf.view import SERVICES, View, view_of

PATH = f"{SERVICES}/targets"
TAG = "diversion targets"
Changer = Annotated[Caller, Depends(require_scope("pbx:write"))]
Approver = Annotated[Caller, Depends(require_scope("pbx:write", steps_up=True))]


async def _render(_: AsyncConnection, view: View, rows: Rows) -> list[DiversionTarget]:
    return [
        DiversionTarget(
            id=row.id,
            href=view.href(PATH, row.id),
            type="DiversionTarget",
            target=row.target,
            name=row.name,
            approved_at=utc(row.approved_at),
            approved_by=row.approved_by,
        )
        for row in rows
    ]


def visible(who: Caller) -> Select[Any]:
    mine = t.diversion_targets.c.customer_id == who.customer_id
    return select(t.diversion_targets).where(mine).order_by(t.diversion_targets.c.name, t.diversion_targets.c.id)


RESOURCE = Resource(
    path=PATH,
    shape=DiversionTarget,
    columns={
        "id": t.diversion_targets.c.id,
        "target": t.diversion_targets.c.target,
        "name": t.diversion_targets.c.name,
    },
    instants={"approvedAt": t.diversion_targets.c.approved_at},
    render=_render,
)


async def approve(request: Request, context: Ctx, who: Approver) -> Response:
    """The same target again is the same one."""
    wanted = await body_of(request, TargetWanted)
    raw = await request.body()
    async with context.database.writing() as connection:
        await exclusively(connection, f"diversions {who.customer_id}")
        view = await view_of(context, connection, who.customer_id)
        telephones = await telephone_system(connection, who.customer_id)
        reason = Reason.SELF if telephones.is_own(wanted.target) else outside(wanted.target, telephones.allowed)
        if reason is not None:
            raise not_allowed(reason)
        path = urlsplit(view.base).path + PATH
        await require_step_up(context, connection, who, method="POST", path=path, body=raw, scope="pbx:write")
        row = await _row(connection, who, wanted) or await _add(context, connection, who, wanted)
        body = (await render(RESOURCE, view, connection, [row]))[0]
    return json_response(body, 201, {"Location": str(body["href"])})


async def _row(connection: AsyncConnection, who: Caller, wanted: TargetWanted) -> Row[Any] | None:
    query = visible(who).where(t.diversion_targets.c.target == wanted.target)
    row: Row[Any] | None = (await connection.execute(query)).one_or_none()
    return row


async def _add(context: Context, connection: AsyncConnection, who: Caller, wanted: TargetWanted) -> Row[Any]:
    person = await account(connection, who.account_id)
    values = {
        "id": f"target-{uuid4()}", "customer_id": who.customer_id, "target": wanted.target, "name": wanted.name,
        "approved_at": context.now(), "approved_by": person.name,
    }  # fmt: skip
    await connection.execute(insert(t.diversion_targets).values(values))
    row: Row[Any] = (await connection.execute(visible(who).where(t.diversion_targets.c.id == values["id"]))).one()
    return row


async def remove(request: Request, context: Ctx, who: Changer) -> Response:
    """Diversions that go there stay as they are."""
    id = request.path_params["id"]
    async with context.database.writing() as connection:
        c = t.diversion_targets.c
        mine = delete(t.diversion_targets).where(c.id == id, c.customer_id == who.customer_id)
        if not id.isprintable() or not (await connection.execute(mine)).rowcount:
            raise not_found(RESOURCE)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def add_routes(router: APIRouter) -> None:
    add_reading(router, RESOURCE, scope="pbx:read", visible=visible, id=t.diversion_targets.c.id, tag=TAG, filters=[])
    location = {"Location": {"schema": {"type": "string", "format": "uri"}, "required": True}}
    router.add_api_route(
        PATH, approve, methods=["POST"], operation_id="create_targets", status_code=201,
        summary="targets: approve one (step-up)", tags=[TAG], response_model=None,
        responses={
            201: {"model": DiversionTarget, "description": "approved", "headers": location},
            **failures(400, 401, 403, 409, 413, 415),
        },
        openapi_extra=sent(TargetWanted, "application/json"),
    )  # fmt: skip
    router.add_api_route(
        PATH + "/{id}", remove, methods=["DELETE"], operation_id="delete_targets", status_code=204,
        summary="targets: remove one", tags=[TAG], response_model=None,
        responses={204: {"description": "removed"}, **failures(400, 401, 403, 404)},
        openapi_extra={"parameters": [ID]},
    )  # fmt: skip
