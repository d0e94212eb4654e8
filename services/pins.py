"""A PIN on its way: from the portal's question to its authorization code. Connecting and stepping up both go this way.

The same update run twice (a crash in between) never counts as two tries: the outcome is kept with the challenge.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal import errors
from portal.models import AuthSession, PinSent
from portal.oauth import OAuth, Pkce
from services import errors as refusals
from storage.challenges import Challenge, Challenges

LIFE = timedelta(minutes=30)  # how long the way to the PIN may take; the portal's own limits are shorter
SPENT = ("passed", "failed")
_BURNED = "burned"  # stands with a challenge's secrets when its PIN could not be deleted from the chat


@dataclass(frozen=True, slots=True)
class Sent:
    """A PIN is on its way; the ones before it are dead."""

    minutes: int
    attempts_left: int
    resends_left: int
    pin_length: int


class Pins:
    """The PINs of one purpose; `clock` gives the time when the portal has answered."""

    def __init__(self, oauth: OAuth, challenges: Challenges, clock: Callable[[], datetime], purpose: str) -> None:
        self._oauth = oauth
        self._challenges = challenges
        self._clock = clock
        self._purpose = purpose

    async def add(self, person_id: int, chat_id: int, session: AuthSession, pkce: Pkce, **about: str) -> UUID:
        """The portal asks for a PIN; nothing was sent yet. The person's older question of this purpose is over."""
        now = self._clock()
        secret = {"auth_session": session.value, "verifier": pkce.verifier, **about}
        return await self._challenges.add(person_id, chat_id, self._purpose, secret, now, now + LIFE)

    async def send(
        self, challenge_id: UUID, person_id: int, chat_id: int, update_id: int, *, method: str = "sms"
    ) -> Sent:
        """Have the portal send a PIN (again): the one before is dead. The same update run twice sends one."""
        challenge = await self.open(challenge_id, person_id, chat_id)
        if challenge.answered_update == update_id and "minutes" in challenge.outcome:
            return Sent(**{name: int(str(value)) for name, value in challenge.outcome.items()})
        try:
            found = await self._oauth.request_pin(AuthSession(challenge.secrets["auth_session"]), method=method)
        except errors.PinLocked:  # not by wrong ones: the right PIN had arrived, its answer was lost
            raise refusals.LinkInvalid from None
        except errors.ChallengeRefused as refused:
            raise refusal_of(refused) from None
        sent = _sent(found)
        fresh = {_BURNED: "", "auth_session": found.auth_session.value}
        await self._keep(challenge, fresh, state="sent", answered_update=update_id, outcome=asdict(sent))
        return sent

    async def burn(self, challenge_id: UUID, person_id: int, chat_id: int) -> None:
        """Make the PIN useless that stays readable in the chat; the way goes on with a new one."""
        challenge = await self._challenges.get(challenge_id, person_id, chat_id)
        if challenge is not None and challenge.state == "sent":
            await self._keep(challenge, {_BURNED: "yes"})

    async def find(self, challenge_id: UUID, person_id: int, chat_id: int) -> Challenge | None:
        """The challenge, whatever its state, for the person and chat it was made for."""
        return await self._challenges.get(challenge_id, person_id, chat_id)

    async def open(self, challenge_id: UUID, person_id: int, chat_id: int) -> Challenge:
        """The challenge as long as a PIN may be answered; PinExpired after that."""
        challenge = await self._challenges.get(challenge_id, person_id, chat_id)
        if challenge is None or challenge.purpose != self._purpose:
            raise refusals.PinExpired
        if challenge.state in SPENT or challenge.expires_at < self._clock():
            raise refusals.PinExpired
        return challenge

    async def redeem(self, challenge: Challenge, pin: str, update_id: int) -> str:
        """The authorization code for the right PIN, or the refusal with the tries that are left.

        Only the update that was given the code goes on with it: redeemed twice, it would end what it made.
        """
        secret = challenge.secrets
        if secret.get(_BURNED) and secret.get("for") != str(update_id):
            raise refusals.PinExpired
        if secret.get("for") == str(update_id):
            return secret["code"]
        try:
            code = await self._oauth.answer_pin(AuthSession(secret["auth_session"]), pin)
        except errors.ChallengeRefused as refused:
            refusal = refusal_of(refused)
            state = "failed" if isinstance(refusal, refusals.PinLocked | refusals.LinkInvalid) else challenge.state
            await self.refuse(challenge.id, update_id, refusal, state)
            raise refusal from None
        if not await self._keep(challenge, {"code": code.value, "for": str(update_id)}):
            raise refusals.PinExpired  # given up, or replaced by another question, while the portal looked at it
        return code.value

    async def _keep(
        self,
        challenge: Challenge,
        secrets: Mapping[str, str],
        *,
        state: str | None = None,
        answered_update: int | None = None,
        outcome: dict[str, object] | None = None,
    ) -> bool:
        """Add to a challenge's secrets, whatever came to them since it was read; False when it is over by now."""
        now: Challenge | None = challenge
        while now is not None and now.state not in SPENT:
            is_kept = await self._challenges.change(
                now.id,
                state=state or now.state,
                secrets={**now.secrets, **secrets},
                answered_update=answered_update,
                outcome=outcome,
                as_read=now,
            )
            if is_kept:
                return True
            now = await self._challenges.get(now.id, now.person_id, now.chat_id)
        return False

    async def refuse(self, challenge_id: UUID, update_id: int, refusal: refusals.Refusal, state: str) -> None:
        """Remember what this update was told."""
        outcome: dict[str, object] = {"refusal": type(refusal).__name__, **refusal.facts()}
        await self._challenges.change(challenge_id, state=state, answered_update=update_id, outcome=outcome)

    async def passed(self, challenge_id: UUID, update_id: int, connection_id: UUID | None = None) -> None:
        """The PIN did what it was for."""
        await self._challenges.change(
            challenge_id, state="passed", answered_update=update_id, connection_id=connection_id
        )

    async def cancel(self, person_id: int, chat_id: int) -> list[str]:
        """Close every open challenge of this person here; the portal sessions they were about."""
        return await self._challenges.cancel(person_id, chat_id)


def told_before(challenge: Challenge) -> refusals.Refusal:
    """What an update was told that is run again."""
    facts = dict(challenge.outcome)
    name = str(facts.pop("refusal", "PinExpired"))
    refusal: refusals.Refusal = getattr(refusals, name)(**facts)
    return refusal


def _sent(sent: PinSent) -> Sent:
    minutes = max(1, round(sent.expires_in.total_seconds() / 60))
    return Sent(minutes, sent.attempts_left, sent.resends_left, sent.pin_length)


def refusal_of(refused: errors.ChallengeRefused) -> refusals.Refusal:
    """The portal's refusal as the person is told it."""
    match refused:
        case errors.PinWrong():
            return refusals.PinWrong(refused.attempts_left)
        case errors.PinExpired():
            return refusals.PinExpired()
        case errors.PinLocked():
            return refusals.PinLocked()
        case errors.PinRateLimited():
            return refusals.PinRateLimited(max(1, math.ceil(refused.retry_after / 60)))
        case errors.SmsUnavailable():
            return refusals.SmsUnavailable()
        case errors.UseWeb():
            return refusals.UseWeb()
        case _:
            return refusals.LinkInvalid()
