"""Inviting a colleague who has no portal account: to be told what an inviter shares of what they may read themselves.

what is shared -> confirmed -> PIN (the one road for changes) -> a link, used once, within a day -> a subscription that
is told by the inviter's right. When that right is lost it rests, until a portal admin carries it on.
"""

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import orjson

from portal.models import AccessToken
from portal.oauth import Entry
from services.actions import Acting
from services.changes import Result, entries_of
from services.errors import Gone, InvitationNotNeeded, InvitationOver, NotEntitled
from services.subscriptions import (
    INVOICE_KINDS,
    INVOICE_ROLES,
    Bounds,
    EventKind,
    Filters,
    Wish,
    bounds_from_json,
    bounds_to_json,
    may_be_told,
    to_json,
)
from storage.actions import Action, State
from storage.connections import Connection, Connections
from storage.invitations import OPEN, TAKEN, Invitation, Invitations
from storage.notices import NewNotice, Notices
from storage.vault import Use, Vault

INVITE = "invite"  # the kind of change
LIFE = timedelta(hours=24)  # of a link
KEPT = timedelta(days=30)
PATH = "/bot/invitations"  # no request of the portal's: the PIN's token is good for nothing there
SCOPE = "bills:read"  # of that token
LONGEST_SUMMARY = 100
SHAREABLE = (
    EventKind.INVOICE, EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.PAID, EventKind.UNUSUAL,
    EventKind.DEADLINE, EventKind.OPTION_END,
)  # fmt: skip

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Terms:
    """What is shared; `places` are the names of the sites, as they were shown."""

    bounds: Bounds
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as somebody sees it who may take it, or who looks after it."""

    invitation: Invitation
    terms: Terms
    company: str
    inviter: str


def shareable(roles: Collection[str]) -> tuple[EventKind, ...]:
    """What an account with these roles may share: a portal admin all of it, accounting what is about invoices."""
    kinds = SHAREABLE if "portalAdmin" in roles else tuple(kind for kind in SHAREABLE if kind in INVOICE_KINDS)
    return kinds if not INVOICE_ROLES.isdisjoint(roles) else ()


class Inviting:
    """Invitations, as inviters and those who are invited deal with them."""

    def __init__(
        self,
        rows: Invitations,
        connections: Connections,
        notices: Notices,
        acting: Acting,
        vault: Vault,
        clock: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._connections = connections
        self._notices = notices
        self._acting = acting
        self._vault = vault
        self._clock = clock

    async def propose(self, by: Connection, chat_id: int, terms: Terms, summary: str) -> UUID:
        """Freeze what is shared, as it is shown; answers the action's id. `summary`: what the PIN's SMS says of it."""
        if not terms.bounds.kinds or not terms.bounds.kinds <= set(shareable(by.account.roles)):
            raise NotEntitled
        key, shared = uuid4(), {**bounds_to_json(terms.bounds), "places": list(terms.places)}
        body = orjson.dumps(shared).decode()
        payload: dict[str, object] = {
            "account": by.tag,
            "subject": f"invitation:{key}",
            "asks_pin": True,
            "scope": SCOPE,
            "kinds": len(terms.bounds.kinds),
            "sites": len(terms.bounds.sites),
            "terms": shared,
            "requests": [{"method": "POST", "path": PATH, "body": body, "summary": summary[:LONGEST_SUMMARY]}],
        }
        return await self._acting.propose(by, chat_id, INVITE, payload, key=key)

    async def code(self, invitation_id: UUID, mine: Sequence[Connection]) -> tuple[str, datetime]:
        """The code of an open invitation and until when it is good, for its inviter."""
        found = await self._rows.get(invitation_id)
        if found is None or all(found.connection_id != one.id for one in mine):
            raise Gone
        code = code_of(self._vault, invitation_id)
        known = await self._rows.by_code(code)
        if found.state != OPEN or found.expires_at <= self._clock() or known is None:
            raise InvitationOver
        return code, found.expires_at

    async def knows(self, code: str) -> bool:
        """Whether there is, or was, an invitation with this code."""
        return await self._rows.by_code(code) is not None

    async def opened(self, code: str, person_id: int, mine: Sequence[Connection]) -> Offer:
        """What a link offers. Raises InvitationOver, and InvitationNotNeeded when one has a right of one's own."""
        found = await self._rows.by_code(code)
        if found is not None and found.state == TAKEN and found.person_id == person_id:
            return await self._offer(found)
        return (await self._takeable(found, mine))[0]

    async def accept(self, invitation_id: UUID, person_id: int, name: str, mine: Sequence[Connection]) -> Offer:
        """Take it, by the first who does; who runs the same tap twice is told the same. Raises as `opened` does."""
        found = await self._rows.get(invitation_id)
        if found is not None and found.state == TAKEN and found.person_id == person_id:
            return await self._offer(found)
        offer, by = await self._takeable(found, mine)
        bounds = offer.terms.bounds
        wish = Wish(bounds.kinds, by.account.zone, Filters(sites=bounds.sites), bounds=bounds)
        who = (by.account.customer_id, to_json(wish), self._clock())
        if not await self._rows.take(offer.invitation, *who, person_id=person_id, person_name=name):
            raise InvitationOver
        taken = await self._rows.get(invitation_id)
        if taken is None:
            raise InvitationOver
        facts: dict[str, object] = {"person": name, "company": offer.company, "reader": str(by.id)}
        await self._notices.add(
            [NewNotice("invitation-taken", f"taken:{invitation_id}", by.person_id, facts)], self._clock()
        )
        return await self._offer(taken)

    async def burn(self, code: str) -> bool:
        """Make a link useless that others have seen; whether it was an open invitation's."""
        return await self._rows.burn(code)

    async def listed(self, by: Connection) -> list[Offer]:
        """Who is invited: all of the customer's for a portal admin, else one's own."""
        found = await self._rows.of_customer(by.account.customer_id, self._clock())
        rights = await self._connections.by_id([one.connection_id for one in found])
        mine = [one for one in found if one.connection_id in rights and _may(by, rights[one.connection_id])]
        return [await self._offer(one) for one in mine]

    async def find(self, invitation_id: UUID, mine: Sequence[Connection]) -> tuple[Offer, Connection]:
        """One that somebody may look after, and by which of their connections; Gone when there is none."""
        found = await self._rows.get(invitation_id)
        right = await self._connections.get(found.connection_id) if found is not None else None
        if found is None or right is None or found.state not in (OPEN, TAKEN):
            raise Gone
        by = next((one for one in mine if _may(one, right)), None)
        if by is None:
            raise Gone
        return await self._offer(found), by

    async def revoke(self, invitation_id: UUID, mine: Sequence[Connection]) -> Offer:
        """End it at once, and tell whoever was invited."""
        for _ in range(_TRIES):  # an open one may be taken at this moment
            offer, _by = await self.find(invitation_id, mine)
            if await self._rows.end(offer.invitation):
                person = offer.invitation.person_id
                if person is not None:
                    facts: dict[str, object] = {"company": offer.company}
                    told = NewNotice("invitation-ended", f"invitation-ended:{invitation_id}", person, facts)
                    await self._notices.add([told], self._clock())
                return offer
        raise Gone

    async def carry_on(self, invitation_id: UUID, mine: Sequence[Connection]) -> Offer:
        """One whose right is lost is told by another from now on, of somebody who may share as much."""
        offer, by = await self.find(invitation_id, mine)
        if not offer.terms.bounds.kinds <= set(shareable(by.account.roles)):
            raise NotEntitled
        if not offer.invitation.is_resting or not await self._rows.hand_over(offer.invitation, by.id):
            raise Gone
        return offer

    async def run_once(self) -> int:
        """Ask the other portal admins to carry on what has lost its right; how many invitations."""
        orphans = await self._rows.orphans()
        for one in orphans:
            right = await self._connections.get(one.connection_id)
            if right is not None:
                await self._ask_others(one, right)
            await self._rows.offered(one.id, self._clock())
        return len(orphans)

    async def purge(self) -> None:
        """Forget links that are over."""
        await self._rows.purge(self._clock() - KEPT)

    async def _ask_others(self, one: Invitation, right: Connection) -> None:
        admins = {
            other.person_id: other
            for other in await self._connections.of_customer(right.account.customer_id)
            if other.account.is_admin and other.id != right.id
        }
        facts: dict[str, object] = {
            "invitation": one.id.hex,
            "person": one.person_name,
            "by": right.person_name,
            "company": right.account.customer_name,
        }
        key = f"invitation-lost:{one.id}:{right.id}"
        told = [
            NewNotice("invitation-lost", key, person_id, {**facts, "reader": str(other.id)})
            for person_id, other in admins.items()
        ]
        await self._notices.add(told, self._clock())

    async def _takeable(self, found: Invitation | None, mine: Sequence[Connection]) -> tuple[Offer, Connection]:
        if found is None or found.state != OPEN or found.expires_at <= self._clock():
            raise InvitationOver
        by, terms = await self._connections.get(found.connection_id), _terms(found.terms)
        if by is None or by.ended_at is not None:
            raise InvitationOver
        if not all(may_be_told(kind, by.account.roles) for kind in terms.bounds.kinds):
            raise InvitationOver
        if any(one.account.customer_id == by.account.customer_id for one in mine):
            raise InvitationNotNeeded
        return Offer(found, terms, by.account.customer_name, by.person_name), by

    async def _offer(self, found: Invitation) -> Offer:
        right = await self._connections.get(found.connection_id)
        who = (right.account.customer_name, right.person_name) if right is not None else ("", "")
        return Offer(found, _terms(found.terms), *who)


class InvitingKind:
    """An invitation is made. It is no request to the portal, whose PIN is asked for all the same."""

    name = INVITE
    roles = INVOICE_ROLES
    is_always_stepped = False

    def __init__(
        self, rows: Invitations, connections: Connections, vault: Vault, clock: Callable[[], datetime]
    ) -> None:
        self._rows = rows
        self._connections = connections
        self._vault = vault
        self._clock = clock

    def entries(self, action: Action) -> list[Entry]:
        return entries_of(action)

    async def check(self, token: AccessToken, action: Action) -> str | None:
        """What is shared may still be shared by who shares it."""
        terms, by = action.payload["terms"], await self._connections.get(action.connection_id)
        kinds = bounds_from_json(terms).kinds if isinstance(terms, Mapping) else frozenset()
        return None if by is not None and kinds and kinds <= set(shareable(by.account.roles)) else "notAllowed"

    async def perform(self, token: AccessToken, action: Action) -> Result:
        """Made once, under the action's id."""
        terms, by = action.payload["terms"], await self._connections.get(action.connection_id)
        if by is None or not isinstance(terms, Mapping):
            return Result(State.REFUSED, {"code": "notAllowed"})
        now, code = self._clock(), code_of(self._vault, action.id)
        await self._rows.add(action.id, code, by.account.customer_id, by.id, dict(terms), now, now + LIFE)
        return Result(State.DONE)

    async def find(self, token: AccessToken, action: Action) -> Result | None:
        return None if await self._rows.get(action.id) is None else Result(State.DONE)

    async def reverse(self, token: AccessToken, action: Action) -> Mapping[str, object] | None:
        """It is withdrawn where invited subscribers are listed, however old it is."""
        return None

    def told_as(self, action: Action) -> EventKind:
        return EventKind.SECURITY


def code_of(vault: Vault, invitation_id: UUID) -> str:
    """An invitation's code: 256 bits that nobody can compute without the vault's key, so that it need not be stored."""
    tag = vault.mac(Use.INVITATION, invitation_id.bytes)
    return base64.urlsafe_b64encode(tag).rstrip(b"=").decode()


def _may(one: Connection, right: Connection) -> bool:
    """Whether somebody looks after what is shared by a right: a portal admin of the customer, or the same account."""
    account = one.account
    return account.sub == right.account.sub or (account.is_admin and account.customer_id == right.account.customer_id)


def _terms(kept: Mapping[str, object]) -> Terms:
    places = kept.get("places")
    return Terms(bounds_from_json(kept), tuple(str(one) for one in places) if isinstance(places, list) else ())
