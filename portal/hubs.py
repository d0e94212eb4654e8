"""Asking to be told: the bot's subscriptions (TM Forum's "hubs") at the portal, with the bot's own token.

A hub is one callback for the events of one API. Its secret is told once, in the answer to the registration, and signs
every event (`portal.events`). `ensure` is what is called at every start and now and then: it puts right whatever
became of the hubs, and may be repeated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import orjson

from portal.answers import Node, as_list, as_node, maybe_text, text
from portal.calls import Calls, json_of, reading, segment
from portal.discovery import Discovery
from portal.errors import NotFound, OutcomeUnknown
from portal.models import AccessToken
from portal.oauth import OAuth

SCOPE = "events:subscribe"


class HubApi(Enum):
    """Whose events a hub is for."""

    INVOICES = "customerBillManagement"
    ORDERS = "productOrderingManagement"
    SERVICES = "ServiceActivationAndConfiguration"
    GRANTS = "oauth2"


@dataclass(frozen=True, slots=True)
class Hub:
    """One subscription. `secret` is there only when it was made or renewed just now: keep it, it is not told again."""

    api: HubApi
    id: str
    callback: str
    query: str | None = None
    secret: str | None = field(default=None, repr=False)


class Hubs:
    """The bot's hubs at one portal."""

    def __init__(self, calls: Calls, discovery: Discovery, oauth: OAuth) -> None:
        self._calls = calls
        self._discovery = discovery
        self._oauth = oauth

    async def ensure(self, callback: str, known: Iterable[Hub] = ()) -> tuple[Hub, ...]:
        """One hub for each API at this callback; `known` are those whose secrets are kept here.

        A hub that the portal forgot (or ended) is registered anew; one at this callback whose secret is not known here
        (the answer to its registration was lost) is replaced; a known one at an earlier callback is deleted. Those of
        other installations stay.
        """
        token = await self._oauth.own_token(SCOPE)
        ids = {(hub.api, hub.id) for hub in known}
        return tuple([await self._ensure_one(api, callback, ids, token) for api in HubApi])

    async def list(self, api: HubApi) -> tuple[Hub, ...]:
        """The bot's hubs at one API, whatever their callbacks."""
        return await self._listed(api, await self._oauth.own_token(SCOPE))

    async def register(self, api: HubApi, callback: str, query: str | None = None) -> Hub:
        """A new hub with its secret; `Rejected` with 409 when this callback has one, with 400 when it cannot be one."""
        return await self._register(api, callback, await self._oauth.own_token(SCOPE), query)

    async def renew_secret(self, hub: Hub) -> Hub:
        """The hub with a new secret; for a while events are signed with the old one too."""
        token = await self._oauth.own_token(SCOPE)
        reply = await self._calls.change("POST", f"{await self._url(hub.api)}/{segment(hub.id)}/secret", token, b"{}")
        with reading(change=True):
            return _hub(hub.api, as_node(json_of(reply)))

    async def delete(self, hub: Hub) -> None:
        """No more events; deleting what is gone is no error."""
        await self._delete(hub, await self._oauth.own_token(SCOPE))

    async def _ensure_one(self, api: HubApi, callback: str, ids: set[tuple[HubApi, str]], token: AccessToken) -> Hub:
        kept: Hub | None = None
        for hub in await self._listed(api, token):
            is_known = (api, hub.id) in ids
            if is_known and hub.callback == callback and kept is None:
                kept = hub
            elif is_known or hub.callback == callback:
                await self._delete(hub, token)
        return kept or await self._register(api, callback, token)

    async def _listed(self, api: HubApi, token: AccessToken) -> tuple[Hub, ...]:
        found, _ = await self._calls.read(await self._url(api), token)
        return tuple(_hub(api, entry) for entry in as_list(found))

    async def _register(self, api: HubApi, callback: str, token: AccessToken, query: str | None = None) -> Hub:
        body = orjson.dumps({"callback": callback, **({"query": query} if query else {})})
        reply = await self._calls.change("POST", await self._url(api), token, body)
        with reading(change=True):
            return _hub(api, as_node(json_of(reply)))

    async def _delete(self, hub: Hub, token: AccessToken) -> None:
        try:
            reply = await self._calls.change("DELETE", f"{await self._url(hub.api)}/{segment(hub.id)}", token)
        except NotFound:
            return
        if reply.status != 204:
            raise OutcomeUnknown(f"status {reply.status}")

    async def _url(self, api: HubApi) -> str:
        tmf = self._calls.access.tmf
        match api:
            case HubApi.INVOICES:
                return f"{tmf.bills}/hub"
            case HubApi.ORDERS:
                return f"{tmf.ordering}/hub"
            case HubApi.SERVICES:
                return f"{tmf.services}/hub"
            case HubApi.GRANTS:
                return (await self._discovery.endpoints()).event_hub


def _hub(api: HubApi, entry: Node) -> Hub:
    return Hub(
        api=api,
        id=text(entry, "id"),
        callback=text(entry, "callback"),
        query=maybe_text(entry, "query"),
        secret=maybe_text(entry, "secret"),
    )
