"""Where the portal's OAuth endpoints are: one configured address, the rest discovered (RFC 9728, then RFC 8414).

What is discovered decides where the bot sends its own secret, so it is believed only as far as the standards allow: the
resource must be the configured one, the issuer must be the portal's own origin or one the operator listed, and every
endpoint must be at the issuer's origin.
"""

from dataclasses import dataclass

from yarl import URL

from portal.answers import Node, as_node, maybe_text, text, texts
from portal.calls import Calls
from portal.errors import BadAnswer


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The authorization server, as far as the bot needs it."""

    issuer: str
    challenge: str
    token: str
    revocation: str
    userinfo: str
    introspection: str
    event_hub: str


class Discovery:
    """Asks once and remembers; a failure is not remembered."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._found: Endpoints | None = None

    async def endpoints(self) -> Endpoints:
        """The endpoints. Callers that come at the same moment ask at the same time: four small reads cost less
        than people waiting for each other's time-outs."""
        if self._found is None:
            self._found = await self._discover()
        return self._found

    async def _discover(self) -> Endpoints:
        issuer = await self._issuer()
        metadata = as_node((await self._calls.read(_well_known(issuer, "oauth-authorization-server")))[0])
        if text(metadata, "issuer").rstrip("/") != issuer:
            raise BadAnswer("the issuer is not who it says")
        return Endpoints(
            issuer=issuer,
            challenge=_endpoint(metadata, "authorization_challenge_endpoint", issuer),
            token=_endpoint(metadata, "token_endpoint", issuer),
            revocation=_endpoint(metadata, "revocation_endpoint", issuer),
            userinfo=_endpoint(metadata, "userinfo_endpoint", issuer, otherwise=f"{issuer}/oauth2/userinfo"),
            introspection=_endpoint(
                metadata, "introspection_endpoint", issuer, otherwise=f"{issuer}/oauth2/introspect"
            ),
            event_hub=_endpoint(metadata, "event_hub_endpoint", issuer, otherwise=f"{issuer}/oauth2/hub"),
        )

    async def _issuer(self) -> str:
        access = self._calls.access
        portal = access.url.rstrip("/")
        metadata = as_node((await self._calls.read(_well_known(portal, "oauth-protected-resource")))[0])
        if text(metadata, "resource").rstrip("/") != portal:
            raise BadAnswer("the metadata is about another resource")
        for server in texts(metadata, "authorization_servers"):
            issuer = server.rstrip("/")
            if origin(issuer) == origin(portal) or issuer in access.issuers:
                return issuer
        raise BadAnswer("no authorization server that the settings allow")


def origin(url: str) -> URL:
    """Scheme, host and port, as the HTTP library itself reads them."""
    try:
        return URL(url).origin()
    except ValueError:
        raise BadAnswer("not an address") from None


def _well_known(identifier: str, suffix: str) -> str:
    # Both RFCs put the well-known part between host and path of the identifier.
    path = URL(identifier).path.rstrip("/")
    return f"{origin(identifier)}/.well-known/{suffix}{path}"


def _endpoint(metadata: Node, key: str, issuer: str, otherwise: str | None = None) -> str:
    url = maybe_text(metadata, key) or otherwise
    if not url or origin(url) != origin(issuer):
        raise BadAnswer(f"{key} is missing or foreign")
    return url
