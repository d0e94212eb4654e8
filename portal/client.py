"""The portal as the bot uses it: `PortalReads` may be handed to anybody, `Portal` is for services.

A change takes its body as bytes made by `portal.bodies`, and sends exactly these. It can end in three ways more than a
read: `OutcomeUnknown` when it was written and no answer came (ask the portal what became of it; repeat nothing),
`StepUpRequired` when the portal wants a person's PIN for it, and `Rejected` when the portal refuses it. `Unavailable`
means that nothing was changed.
"""

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from portal.answers import Node, as_node
from portal.calls import Calls, PortalAccess, json_of, reading, segment
from portal.discovery import Discovery, Endpoints
from portal.errors import OutcomeUnknown
from portal.hubs import Hubs
from portal.models import AccessToken, Extension, Order, OrderCancellation, Target
from portal.oauth import OAuth
from portal.paths import Paths
from portal.reads import BERLIN, PortalReads
from portal.tmf.orders import cancellation, order
from portal.tmf.services import extension, target
from portal.wire import Headers, Reply, Wire

__all__ = ["Portal", "PortalReads"]


class Portal(PortalReads):
    """The whole portal client."""

    def __init__(self, access: PortalAccess, wire: Wire, *, clock: Callable[[], float] = time.monotonic) -> None:
        calls = Calls(wire, access, clock=clock)
        discovery = Discovery(calls)
        super().__init__(calls, discovery)
        self.oauth = OAuth(calls, discovery)
        self.hubs = Hubs(calls, discovery, self.oauth)
        self.paths = Paths(access.tmf)

    async def place_order(self, token: AccessToken, body: bytes, *, zone: ZoneInfo = BERLIN) -> Order:
        """Place an order; the same body again gives the same order, for its `externalId` is the same."""
        reply = await self._calls.change("POST", self._calls.access.tmf.orders, token, body)
        with reading(change=True):
            return order(_node_of(reply), zone)

    async def cancel_order(self, token: AccessToken, body: bytes) -> OrderCancellation:
        """Cancel an order in flight; what came of it is the order's state."""
        reply = await self._calls.change("POST", self._calls.access.tmf.cancellations, token, body)
        with reading(change=True):
            return cancellation(_node_of(reply))

    async def change_diversions(self, token: AccessToken, service_id: str, body: bytes, etag: str) -> Extension:
        """Change the diversions of an extension or range that is still as it was when it had this entity tag.

        `Rejected` with status 412 when somebody changed it meanwhile. A step-up is wanted only towards new targets.
        """
        headers: Headers = {"Content-Type": "application/merge-patch+json", "If-Match": etag}
        reply = await self._calls.change("PATCH", self._calls.access.tmf.service(service_id), token, body, headers)
        with reading(change=True):
            return extension(_node_of(reply), reply.headers.get("ETag"))

    async def approve_target(self, token: AccessToken, body: bytes) -> Target:
        """Approve a target; one that is approved already stays the same."""
        reply = await self._calls.change("POST", self._calls.access.tmf.targets, token, body)
        with reading(change=True):
            return target(_node_of(reply))

    async def remove_target(self, token: AccessToken, target_id: str) -> None:
        """Take an approval back; `NotFound` when there is none any more."""
        reply = await self._calls.change("DELETE", f"{self._calls.access.tmf.targets}/{segment(target_id)}", token)
        if reply.status != 204:
            raise OutcomeUnknown(f"status {reply.status}")

    async def discover(self) -> Endpoints:
        """Ask for the portal's metadata now; at the start it warms the client, in `doctor` it is the check."""
        return await self._discovery.endpoints()

    async def aclose(self) -> None:
        """Close what the client opened itself; the wire belongs to whoever made it."""
        await self._documents.aclose()


def _node_of(reply: Reply) -> Node:
    return as_node(json_of(reply))
