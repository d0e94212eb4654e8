"""A portal whose answers the test writes down, over real HTTP."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from portal.calls import PortalAccess
from portal.client import Portal
from portal.models import AccessToken
from portal.wire import Wire
from tests.portal_client.peer import Peer, Request, Server, always, serving

TOKEN = AccessToken("canary-access-token")
SECRET = "canary:secret/ü"


@dataclass(frozen=True, slots=True)
class Says:
    """One answer."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Scripted:
    """The client under test, and the portal's side of it: answers by path, taken in turn, the last one stays."""

    portal: Portal
    server: Server
    answers: dict[str, list[Says]] = field(default_factory=dict)

    def says(self, path: str, *answers: Says) -> None:
        self.answers[path] = list(answers)

    @property
    def forms(self) -> list[dict[str, str]]:
        """The forms that were posted, in order."""
        posted = [request for request in self.server.requests if request.method == "POST"]
        return [{name: values[0] for name, values in parse_qs(request.body.decode()).items()} for request in posted]

    def queries(self, path: str) -> list[dict[str, str]]:
        """The queries with which a path was read, in order."""
        targets = [request.target for request in self.server.requests if request.path == path]
        return [{n: v[0] for n, v in parse_qs(target.partition("?")[2]).items()} for target in targets]


@asynccontextmanager
async def scripted(*, document_hosts: frozenset[str] = frozenset()) -> AsyncIterator[Scripted]:
    """A portal with proper metadata and otherwise nothing."""
    wire = Wire()
    found: list[Scripted] = []

    async def answer(peer: Peer, request: Request) -> None:
        said = found[0].answers.get(request.path)
        if said is None:
            await peer.answer_json({"code": "notFound", "reason": "x", "status": "404"}, 404)
            return
        says = said.pop(0) if len(said) > 1 else said[0]
        body = says.body if isinstance(says.body, bytes) else json.dumps(says.body).encode()
        await peer.answer(says.status, body, says.headers)

    async with serving(always(answer)) as server:
        portal = Portal(PortalAccess(server.url, "the bot", SECRET, document_hosts=document_hosts), wire)
        one = Scripted(portal, server)
        found.append(one)
        one.says("/.well-known/oauth-protected-resource", Says(resource_metadata(server.url)))
        one.says("/.well-known/oauth-authorization-server", Says(server_metadata(server.url)))
        yield one
        await portal.aclose()
        await wire.aclose()


def resource_metadata(url: str) -> dict[str, object]:
    return {"resource": url, "authorization_servers": [url]}


def server_metadata(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth2/token",
        "authorization_challenge_endpoint": f"{issuer}/oauth2/challenge",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "userinfo_endpoint": f"{issuer}/oauth2/userinfo",
    }
