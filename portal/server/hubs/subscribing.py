"""A client's subscriptions (endpoint 17): TM Forum's `hub` under each API that has events, and on the OAuth side.

A client sees and ends its own only. Beyond TM Forum's POST and DELETE they can be read, so that a client finds out
which ones it still has, and their secret renewed.
"""

import re
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.answers import BEARER_ERRORS, OAuthError, Responses
from portal.server.access.guard import Program, require_program
from portal.server.context import Ctx
from portal.server.database import exclusively
from portal.server.errors import PortalError
from portal.server.events import callbacks, signing
from portal.server.events.record import TYPES, end_hub
from portal.server.events.tables import hubs
from portal.server.tmf.documented import ERRORS, ID, failures, sent
from portal.server.tmf.lists import json_response
from portal.server.tmf.operator import body_of
from portal.server.tmf.query import Body
from portal.server.tmf.shapes import Sent, Tmf
from portal.server.tmf.view import BILLING, ORDERING, SERVICES

MOST = 20  # of one client at one API
BASES = {
    "customerBillManagement": BILLING,
    "productOrderingManagement": ORDERING,
    "ServiceActivationAndConfiguration": SERVICES,
    "oauth2": "/oauth2",
}
Subscriber = Annotated[Program, Depends(require_program("events:subscribe"))]
_QUERY = re.compile(r"eventType=([A-Za-z]+(?:,[A-Za-z]+)*)")


class HubWanted(Sent):
    """Where events go; `query` narrows them: `eventType=CustomerBillCreateEvent`, several joined by commas."""

    callback: Annotated[str, Field(min_length=1, max_length=callbacks.LONGEST)]
    query: Annotated[str, Field(max_length=500)] | None = None


class EventHub(Tmf):
    """TM Forum's `EventSubscription`. The secret is shown once: when it is made."""

    id: str
    callback: str
    query: str | None = None
    secret: str | None = None


def shown(row: Row[tuple[object, ...]], secret: str | None = None) -> Body:
    hub = EventHub(id=row.id, callback=row.callback, query=row.query, secret=secret)
    body: Body = hub.model_dump(mode="json", by_alias=True, exclude_none=True)
    return body


class _Hubs:
    """The routes of one API."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.path = f"{BASES[api]}/hub"

    async def subscribe(self, request: Request, context: Ctx, who: Subscriber) -> Response:
        wanted = await body_of(request, HubWanted)
        types = self._types(wanted.query)
        try:
            callbacks.check(wanted.callback, local=context.settings.local_callbacks)
        except callbacks.NotACallback as refused:
            raise PortalError(400, "invalidCallback", f"callback: {refused}") from None
        hub_id, secret = str(uuid4()), signing.new_secret()
        async with context.database.writing() as connection:
            await exclusively(connection, f"hubs {who.client_id}")
            mine = [hub.callback for hub in await self._live(connection, who)]
            if wanted.callback in mine:
                raise PortalError(409, "conflict", "this callback is subscribed already")
            if len(mine) >= MOST:
                raise PortalError(409, "conflict", f"no more than {MOST} subscriptions")
            row: dict[str, str | None] = {
                "id": hub_id,
                "client_id": who.client_id,
                "api": self.api,
                "callback": wanted.callback,
            }
            row |= {"query": wanted.query, "secret": signing.seal(context, hub_id, secret)}
            await connection.execute(insert(hubs).values(**row, types=types, created_at=context.now()))
            made = await self._one(connection, who, hub_id)
        location = f"{context.settings.public_url}{self.path}/{hub_id}"
        return json_response(shown(made, secret), 201, {"Location": location})

    async def list_them(self, context: Ctx, who: Subscriber) -> Response:
        async with context.database.reading() as connection:
            return json_response([shown(row) for row in await self._live(connection, who)])

    async def read(self, request: Request, context: Ctx, who: Subscriber) -> Response:
        async with context.database.reading() as connection:
            return json_response(shown(await self._one(connection, who, request.path_params["id"])))

    async def renew_secret(self, request: Request, context: Ctx, who: Subscriber) -> Response:
        async with context.database.writing() as connection:
            row = await self._one(connection, who, request.path_params["id"])
            return json_response(shown(row, await signing.renew(context, connection, row)))

    async def unsubscribe(self, request: Request, context: Ctx, who: Subscriber) -> Response:
        async with context.database.writing() as connection:
            row = await self._one(connection, who, request.path_params["id"])
            await end_hub(connection, row.id, "client", context.now())
        return Response(status_code=204)

    def _types(self, query: str | None) -> list[str]:
        """The event types that are wanted; all of this API where nothing is said."""
        if not query:
            return list(TYPES[self.api])
        named = _QUERY.fullmatch(query)
        wanted = named[1].split(",") if named else []
        if not wanted or not set(wanted) <= set(TYPES[self.api]):
            raise PortalError(400, "invalidQuery", f"query: eventType= and of {', '.join(TYPES[self.api])}")
        return wanted

    async def _live(self, connection: AsyncConnection, who: Program) -> list[Row[tuple[object, ...]]]:
        mine = (hubs.c.api == self.api, hubs.c.client_id == who.client_id, hubs.c.ended_at.is_(None))
        return list(await connection.execute(select(hubs).where(*mine).order_by(hubs.c.created_at, hubs.c.id)))

    async def _one(self, connection: AsyncConnection, who: Program, hub_id: str) -> Row[tuple[object, ...]]:
        """The client's own, and live; or 404."""
        for row in await self._live(connection, who):
            if row.id == hub_id:
                return row
        raise PortalError(404, "notFound", "no such hub")

    def add_routes(self, router: APIRouter) -> None:
        one, tag = self.path + "/{id}", f"events: {self.api}"
        location = {"Location": {"schema": {"type": "string", "format": "uri"}, "required": True}}
        made = {"model": EventHub, "description": "subscribed; the secret is shown this once", "headers": location}
        answer = {"model": EventHub, "description": "the subscription"}
        router.add_api_route(
            self.path, self.subscribe, methods=["POST"], operation_id=f"create_hub_{self.api}", status_code=201,
            summary="hub: subscribe to events", tags=[tag], response_model=None,
            responses={201: made, **self._refusals(400, 401, 403, 409, 413, 415)},
            openapi_extra=sent(HubWanted, "application/json"),
        )  # fmt: skip
        router.add_api_route(
            self.path, self.list_them, methods=["GET"], operation_id=f"list_hub_{self.api}",
            summary="hub: the client's own", tags=[tag], response_model=None,
            responses={
                200: {"model": list[EventHub], "description": "those that live"}, **self._refusals(400, 401, 403)
            },
        )  # fmt: skip
        router.add_api_route(
            one, self.read, methods=["GET"], operation_id=f"read_hub_{self.api}", summary="hub: one", tags=[tag],
            response_model=None, responses={200: answer, **self._refusals(400, 401, 403, 404)},
            openapi_extra={"parameters": [ID]},
        )  # fmt: skip
        router.add_api_route(
            one + "/secret", self.renew_secret, methods=["POST"], operation_id=f"renew_hub_{self.api}",
            summary="hub: a new secret; the old one goes on signing for a while", tags=[tag], response_model=None,
            responses={
                200: {**answer, "description": "with its new secret"}, **self._refusals(400, 401, 403, 404)
            },
            openapi_extra={"parameters": [ID]},
        )  # fmt: skip
        router.add_api_route(
            one, self.unsubscribe, methods=["DELETE"], operation_id=f"delete_hub_{self.api}", status_code=204,
            summary="hub: no more events", tags=[tag], response_model=None,
            responses=self._refusals(400, 401, 403, 404), openapi_extra={"parameters": [ID]},
        )  # fmt: skip

    def _refusals(self, *statuses: int) -> Responses:
        if self.api != "oauth2":
            return failures(*statuses)
        plain: Responses = {status: {"model": OAuthError, "description": ERRORS[status]} for status in statuses}
        return {**plain, **BEARER_ERRORS}


router = APIRouter()
for _api in TYPES:
    _Hubs(_api).add_routes(router)
