"""Connecting a Telegram person to a portal account with the activation link and a PIN, and ending that again.

link -> masked company shown -> yes -> PIN by SMS -> PIN answered -> tokens stored -> the other portal admins are told.
The same update run twice (a crash in between) never counts as two tries: the outcome is kept with the challenge.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal import errors
from portal.client import Portal
from portal.models import AuthorizationCode, AuthSession, RefreshToken, UserInfo
from portal.oauth import Pkce
from services import errors as refusals
from services.pins import Pins, Sent, refusal_of, told_before
from services.sessions import stored
from storage.challenges import Challenge
from storage.connections import Account, Connection, Connections
from storage.notices import NewNotice, Notices

SCOPE = "contracts:read bills:read pbx:read orders:write pbx:write"  # the portal grants what the role allows
REVOKE_AT_ONCE = 20
USE_NOTED = timedelta(minutes=5)
MOST_BURNED = 10  # activation codes in one message
_CODE = r"(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])"
_LINK = re.compile(r"(?:[?&]start=|/activate/|/start(?:@\w{1,32})?\s+)([A-Za-z0-9_-]{1,64})", re.ASCII)
_BARE = re.compile(rf"^\s*{_CODE}\s*$", re.ASCII)


def link_code(text: str) -> str | None:
    """The activation code in a pasted link or on its own; None when the text has none."""
    found = _LINK.search(text) or _BARE.match(text)
    return found.group(1) if found else None


def link_codes(text: str) -> list[str]:
    """Everything in the text that may be an activation code; to burn a wrong guess does no harm."""
    found = (*_LINK.findall(text), *re.findall(_CODE, text, re.ASCII))
    return list(dict.fromkeys(found))[:MOST_BURNED]


@dataclass(frozen=True, slots=True)
class Begun:
    """The link is good: whose account it is (masked) and where the PIN would go. Nothing was sent yet."""

    challenge_id: UUID
    company: str
    phone: str
    pin_length: int
    locale: str | None


class Connecting:
    """The rules of connecting; `clock` gives the time when the portal has answered."""

    def __init__(
        self,
        portal: Portal,
        pins: Pins,
        connections: Connections,
        notices: Notices,
        clock: Callable[[], datetime],
    ) -> None:
        self._portal = portal
        self._pins = pins
        self._connections = connections
        self._notices = notices
        self._clock = clock

    async def begin(self, person_id: int, chat_id: int, label: str, code: str) -> Begun:
        """Show the link to the portal. Raises LinkInvalid, or what the portal raises when it does not answer."""
        pkce = Pkce.new()
        try:
            challenge = await self._portal.oauth.challenge_start(code, label, pkce=pkce, scope=SCOPE)
        except errors.ChallengeRefused as refused:
            raise refusal_of(refused) from None
        await self.cancel(person_id, chat_id)  # a session that asked for a PIN would keep the link from this one
        key = await self._pins.add(person_id, chat_id, challenge.auth_session, pkce)
        masked = (challenge.customer_name_masked, challenge.phone_number_masked)
        return Begun(key, *masked, challenge.pin_length, challenge.locale)

    async def send_pin(self, challenge_id: UUID, person_id: int, chat_id: int, update_id: int) -> Sent:
        """Have the portal send a PIN (again): the one before is dead. The same update run twice sends one."""
        return await self._pins.send(challenge_id, person_id, chat_id, update_id)

    async def burn_pin(self, challenge_id: UUID, person_id: int, chat_id: int) -> None:
        """Make the PIN useless that stays readable in the chat; the way goes on with a new one."""
        await self._pins.burn(challenge_id, person_id, chat_id)

    async def answer(
        self, challenge_id: UUID, person_id: int, chat_id: int, person_name: str, pin: str, update_id: int
    ) -> Connection:
        """Answer with the PIN; the new connection, or the refusal with the tries that are left."""
        challenge = await self._pins.find(challenge_id, person_id, chat_id)
        if challenge is not None and challenge.answered_update == update_id:
            return await self._told_before(challenge)
        challenge = await self._pins.open(challenge_id, person_id, chat_id)
        code = await self._pins.redeem(challenge, pin, update_id)
        return await self._exchange(challenge, code, person_id, person_name, update_id)

    async def reissue(self, code: str) -> None:
        """Ask the portal to mail a new activation link to the address on file; it never says whether it did."""
        await self._portal.oauth.reissue(code)

    async def burn(self, code: str) -> None:
        """Make an activation link useless that was seen where others read along."""
        await self._portal.oauth.burn(code)

    async def used(self, connection: Connection) -> None:
        """Remember that its person uses it now; to within USE_NOTED, so that not each tap costs a write."""
        now = self._clock()
        if now - connection.used_at >= USE_NOTED:
            await self._connections.mark(connection.id, used_at=now)

    async def colleagues(self, connection: Connection) -> list[Connection]:
        """Whose connections this one may see and end: all of the customer's for a portal admin, else the account's."""
        account = connection.account
        if account.is_admin:
            found = await self._connections.of_customer(account.customer_id)
        else:
            found = await self._connections.of_account(account.sub)
        return [c for c in found if c.id != connection.id]

    async def end(self, connection_id: UUID, mine: Sequence[Connection]) -> Connection:
        """End a connection that one of `mine` may end: here at once, at the portal as soon as it answers.

        Raises Gone when it ended before, NotEntitled when it is none of theirs.
        """
        target = await self._connections.get(connection_id)
        if target is None or target.ended_at is not None:
            raise refusals.Gone
        by = next((c for c in mine if _may_end(c, target)), None)
        if by is None:
            raise refusals.NotEntitled
        now = self._clock()
        if not await self._connections.end(target.id, now, to_revoke=True):
            raise refusals.Gone
        if target.person_id != by.person_id:
            facts: dict[str, object] = {"company": target.account.customer_name, "by": by.person_name}
            notice = NewNotice("disconnected", f"disconnected:{target.id}", target.person_id, facts)
            await self._notices.add([notice], now)
        return target

    async def revoke_ended(self) -> int:
        """Tell the portal about connections that ended here; what it did not hear stays to be told."""
        ended = await self._connections.to_revoke(REVOKE_AT_ONCE)
        told = 0
        for connection in ended:
            tokens = connection.tokens
            try:
                if tokens is not None:
                    await self._portal.oauth.revoke(RefreshToken(tokens.refresh or tokens.access))
            except errors.Unavailable:  # the portal is out: all of them wait for the next round
                return told
            except errors.PortalError:  # this one is refused: it stays to be told, and holds up no other
                continue
            await self._connections.forget_tokens(connection.id)
            told += 1
        return told

    async def cancel(self, person_id: int, chat_id: int) -> bool:
        """Forget every challenge of this person that is still open; True if there was one.

        The portal is told, so that the activation link is free again; if it does not hear it, its own clock does it.
        """
        sessions = await self._pins.cancel(person_id, chat_id)
        for session in sessions:
            with suppress(errors.PortalError):
                await self._portal.oauth.give_up(AuthSession(session))
        return bool(sessions)

    async def _exchange(
        self, challenge: Challenge, code: str, person_id: int, person_name: str, update_id: int
    ) -> Connection:
        try:
            issued = await self._portal.oauth.exchange(AuthorizationCode(code), Pkce(challenge.secrets["verifier"]))
        except errors.LinkInvalid:  # the code was redeemed, and the answer lost in a crash: the way starts anew
            await self._pins.refuse(challenge.id, update_id, refusals.LinkInvalid(), "failed")
            raise refusals.LinkInvalid from None
        info = await self._portal.userinfo(issued.access)
        now = self._clock()
        tokens = stored(issued, now)
        connection = await self._connections.add(person_id, person_name, account_of(info), tokens, now)
        if connection is None:
            if issued.refresh is not None:
                await self._portal.oauth.revoke(issued.refresh)
            await self._pins.refuse(challenge.id, update_id, refusals.AlreadyConnected(), "passed")
            raise refusals.AlreadyConnected
        await self._tell_others(connection, now)
        await self._pins.passed(challenge.id, update_id, connection.id)
        return connection

    async def _told_before(self, challenge: Challenge) -> Connection:
        if challenge.connection_id is not None:
            connection = await self._connections.get(challenge.connection_id)
            if connection is not None and connection.ended_at is None:
                return connection
        raise told_before(challenge)

    async def _tell_others(self, connection: Connection, now: datetime) -> None:
        account = connection.account
        others = {
            c.person_id: c for c in await self._connections.of_customer(account.customer_id) if c.account.is_admin
        }
        others |= {c.person_id: c for c in await self._connections.of_account(account.sub)}
        others.pop(connection.person_id, None)
        facts: dict[str, object] = {
            "person": connection.person_name,
            "account": account.user_name,
            "company": account.customer_name,
            "at": now.isoformat(),
            "connection": str(connection.id),
        }
        key = f"connected:{connection.id}"
        notices = [
            NewNotice("connected", key, person_id, {**facts, "reader": str(other.id)})
            for person_id, other in others.items()
        ]
        await self._notices.add(notices, now)


def _may_end(mine: Connection, target: Connection) -> bool:
    if mine.person_id == target.person_id or mine.account.sub == target.account.sub:
        return True
    return mine.account.is_admin and mine.account.customer_id == target.account.customer_id


def account_of(info: UserInfo) -> Account:
    """What userinfo said, as the storage keeps it."""
    return Account(
        info.subject,
        info.username,
        info.name,
        info.customer_id,
        info.customer_name,
        tuple(sorted(role.value for role in info.roles)),
        info.locale,
        info.zone.key,
    )
