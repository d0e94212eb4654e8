"""TMF640 Service: extensions and number ranges of the cloud telephone system, read and diverted (endpoint 15)."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import JsonValue
from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.answers import BEARER_ERRORS, OAuthError, Responses
from portal.server.access.guard import Caller, Program, require_program, require_scope
from portal.server.access.step_up import require_step_up
from portal.server.context import Context, Ctx
from portal.server.database import exclusively
from portal.server.errors import PortalError
from portal.server.tmf import news
from portal.server.tmf import tables as t
from portal.server.tmf.documented import ID, failures, query, sent, words
from portal.server.tmf.forwarding import Rules, changed, due_at, failing, newly_reached, shown
from portal.server.tmf.lists import Resource, Rows, json_response, not_found
from portal.server.tmf.lists import render as render_one
from portal.server.tmf.operator import body_of
from portal.server.tmf.reading import add_reading
from portal.server.tmf.shapes import Characteristic, RelatedPlace, Service, ServiceChange, ServiceDriven
from portal.server.tmf.telephones import approved, foreign_prefixes, telephone_system
from portal.server.tmf.view import INVENTORY, SERVICES, View, view_of

PATH = f"{SERVICES}/service"
OPERATED = "/operator/services/{id}"
TAG = "TMF640 service activation and configuration"
Changer = Annotated[Caller, Depends(require_scope("pbx:write", steps_up=True))]
Operator = Annotated[Program, Depends(require_program("operator"))]
TYPES = {"cloudPbxExtension": "CloudPbxExtension", "cloudPbxNumberRange": "CloudPbxNumberRange"}


async def render(connection: AsyncConnection, view: View, rows: Rows) -> list[Service]:
    abroad = await foreign_prefixes(connection, view.customer_id)
    return [_service(view, row, abroad) for row in rows]


def _service(view: View, row: Row[Any], abroad: Sequence[str]) -> Service:
    product: list[dict[str, JsonValue]] | None = None
    if row.product_id:
        href = view.href(f"{INVENTORY}/product", row.product_id)
        product = [{"id": row.product_id, "href": href, "role": "contract", "@referredType": "Product"}]
    return Service(
        id=row.id,
        href=view.href(PATH, row.id),
        type=TYPES[row.category],
        base_type="Service",
        name=row.name,
        category=row.category,
        state=row.state,
        place=[RelatedPlace(id=row.site_id, name=row.site_name)] if row.site_id else None,
        related_party=[view.customer()],
        related_entity=product,
        service_characteristic=[
            Characteristic(name=name, value_type=_kind(value), value=value)
            for name, value in row.characteristics.items()
        ],
        call_forwarding=shown(row.call_forwarding, view.now),
        call_forwarding_capability={**row.capability, "allowedDestinations": list(abroad)},
    )


def _kind(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list):
        return "array"
    return "integer" if isinstance(value, int) else "string"


def _statement() -> Select[Any]:
    return (
        select(t.services, t.sites.c.name.label("site_name"))
        .outerjoin(t.sites, t.sites.c.id == t.services.c.site_id)
        .order_by(t.services.c.position, t.services.c.id)
    )


def visible(who: Caller) -> Select[Any]:
    return _statement().where(t.services.c.customer_id == who.customer_id)


RESOURCE = Resource(
    path=PATH,
    shape=Service,
    columns={
        "id": t.services.c.id,
        "category": t.services.c.category,
        "state": t.services.c.state,
        "name": t.services.c.name,
        "place.id": t.services.c.site_id,
        "relatedEntity.id": t.services.c.product_id,
    },
    instants={},
    render=render,
    versioned=True,
)


async def divert(request: Request, context: Ctx, who: Changer) -> Response:
    """Changes diversions; a step-up is needed where calls come to a number that nobody has approved."""
    wanted = await body_of(request, ServiceChange)
    raw = await request.body()
    async with context.database.writing() as connection:
        row = await _locked(connection, request.path_params["id"], t.services.c.customer_id == who.customer_id)
        _check_version(request.headers.get("If-Match"), row)
        due = due_at(context.now(), context.settings.forwarding_pace)
        rules = changed(row.call_forwarding, wanted.call_forwarding, row.capability, due, fails=row.fails)
        view = await view_of(context, connection, who.customer_id)
        if await _reaches_strangers(connection, row, rules) or who.is_stepped_up:
            path = urlsplit(view.href(PATH, row.id)).path
            await require_step_up(context, connection, who, method="PATCH", path=path, body=raw, scope="pbx:write")
        return await _write(context, connection, view, row, rules)


async def drive(id: str, wanted: ServiceDriven, context: Ctx, _: Operator) -> Response:
    """The operator's hand: rules as anybody could set them at a telephone, and failures."""
    async with context.database.writing() as connection:
        row = await _locked(connection, id)
        rules, fails = row.call_forwarding, row.fails
        if wanted.fails is not None:
            fails = wanted.fails
            rules = failing(rules, context.now()) if fails else rules
        if wanted.call_forwarding is not None:
            due = due_at(context.now(), context.settings.forwarding_pace)
            rules = changed(rules, wanted.call_forwarding, row.capability, due, fails=fails)
        view = await view_of(context, connection, row.customer_id)
        return await _write(context, connection, view, row, rules, fails=fails)


async def _locked(connection: AsyncConnection, id: str, *also: ColumnElement[bool]) -> Row[Any]:
    """The service as it stays until the transaction ends, all diversions of its customer with it; or 404."""
    wanted = _statement().where(t.services.c.id == id, *also)
    row: Row[Any] | None = (await connection.execute(wanted)).one_or_none() if id.isprintable() else None
    if row is None:
        raise not_found(RESOURCE)
    await exclusively(connection, f"diversions {row.customer_id}")
    row = (await connection.execute(wanted)).one()  # read again: it may have changed while this one waited
    return row


def _check_version(if_match: str | None, row: Row[Any]) -> None:
    """RFC 9110 13.1.1: compared strongly, so a weak tag never fits."""
    if not if_match:
        raise PortalError(428, "preconditionRequired", "If-Match with the ETag that was read is needed")
    tags = {tag.strip() for tag in if_match.split(",")}
    if not tags & {"*", f'"{row.version}"'}:
        raise PortalError(412, "preconditionFailed", "it has been changed meanwhile; please read it again")


async def _reaches_strangers(connection: AsyncConnection, row: Row[Any], rules: Rules) -> bool:
    """Whether calls would newly go where nobody has approved it; 409 where they must not go at all."""
    targets = newly_reached(row.call_forwarding, rules)
    telephones = await telephone_system(connection, row.customer_id, {row.id: rules})
    for target in targets:
        telephones.check(row.id, target)
    known = await approved(connection, row.customer_id)
    return any(target not in known and not telephones.is_own(target) for target in targets)


async def _write(
    context: Context,
    connection: AsyncConnection,
    view: View,
    row: Row[Any],
    rules: Rules,
    *,
    fails: bool | None = None,
) -> Response:
    values = {"call_forwarding": rules, "version": row.version + 1, "last_update": context.now()}
    if fails is not None:
        values["fails"] = fails
    await connection.execute(update(t.services).where(t.services.c.id == row.id).values(values))
    if rules != row.call_forwarding:
        await news.service_changed(context, connection, row)
    rows = (await connection.execute(_statement().where(t.services.c.id == row.id))).all()
    body = (await render_one(RESOURCE, view, connection, rows))[0]
    return json_response(body, 200, {"ETag": f'"{rows[0].version}"'})


def add_routes(router: APIRouter) -> None:
    add_reading(
        router,
        RESOURCE,
        scope="pbx:read",
        visible=visible,
        id=t.services.c.id,
        tag=TAG,
        filters=[
            words("category", "extensions or number ranges", list(TYPES)),
            query("id", "several may be given, comma separated"),
            query("place.id", "at this site"),
        ],
    )
    etag = {"ETag": {"schema": {"type": "string"}, "required": True}}
    answer = {"model": Service, "description": "as it is now", "headers": etag}
    if_match = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "minLength": 1}}
    router.add_api_route(
        PATH + "/{id}", divert, methods=["PATCH"], operation_id="change_service",
        summary="service: its diversions (step-up towards new targets)", tags=[TAG], response_model=None,
        responses={200: answer, **failures(400, 401, 403, 404, 409, 412, 413, 415, 428)},
        openapi_extra={
            "parameters": [ID, if_match],
            **sent(ServiceChange, "application/merge-patch+json", "application/json"),
        },
    )  # fmt: skip
    refusals: Responses = {
        400: {"model": OAuthError, "description": "the body is not valid"},
        404: {"model": OAuthError, "description": "there is no such service"},
    }
    router.add_api_route(
        OPERATED, drive, methods=["PATCH"], operation_id="drive_service", summary="Drive Service",
        tags=["operator"], response_model=None, responses={200: answer, **BEARER_ERRORS, **refusals},
    )  # fmt: skip
