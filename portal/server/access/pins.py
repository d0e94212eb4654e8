"""PINs: sent to the number on file, counted, checked, dead after five minutes, five wrong tries, or the next one.

A PIN belongs to one challenge (its keyed hash contains the challenge's id), so it is worth nothing anywhere else.
Trying is counted by a conditional update *before* the PIN is looked at: a hundred at once never get a sixth try, nor
two successes.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access import alarms, letters, limits, links, outbox, totp
from portal.server.access.accounts import account
from portal.server.access.numbers import may_receive_pin, sms_label, sms_summary
from portal.server.access.tables import challenges, grants, sms_log
from portal.server.context import Context
from portal.server.database import exclusively
from portal.server.errors import PortalError
from portal.server.keys import digest, new_code, new_pin, same
from portal.server.sms import SmsUnavailable

log = logging.getLogger(__name__)
CODE_LIFE = timedelta(minutes=2)
DIGITS = {"connect": 6, "stepUp": 8}  # of a PIN by SMS, by what it is for
PIN_COLUMNS = ("pin_hash", "phone", "pin_at", "pin_monotonic", "pin_boot", "state", "factor")


@dataclass(frozen=True, slots=True)
class Sent:
    attempts_left: int
    resends_left: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A PIN that is already written down, and what to restore should the gateway not take it."""

    hash: str
    phone: str
    text: str
    sms_id: str
    before: dict[str, object]
    owned_before: bool
    sent: Sent


async def send(context: Context, challenge: Row[tuple[object, ...]]) -> Sent | PortalError:
    """A new PIN by SMS; the one before is dead. When the gateway is away everything is as it was."""
    prepared = await _prepare(context, challenge.id)
    if isinstance(prepared, PortalError):
        context.post.set()  # the account may have to be told
        return prepared
    try:
        await context.sms.send(prepared.phone, prepared.text)
    except SmsUnavailable as error:
        log.warning("the SMS gateway did not take a PIN: %s", error)
        await _take_back(context, challenge.id, challenge.link_id, prepared)
        return PortalError(503, "temporarily_unavailable", "no SMS can be sent at the moment; nothing was used up")
    return prepared.sent


async def _prepare(context: Context, challenge_id: str) -> _Prepared | PortalError:
    now = context.now()
    async with context.database.writing() as connection:
        challenge = await alone_with(connection, challenge_id)
        owner = await account(connection, challenge.account_id)
        refusal = await _sending_refusal(context, connection, challenge, owner)
        if refusal is not None:
            return refusal
        before = {column: getattr(challenge, column) for column in PIN_COLUMNS}
        owned = challenge.state == "open"
        wrong_before = await _wrong_before(connection, challenge, now)
        if wrong_before is None:
            await alarms.tell(context, connection, owner.id, challenge.connection_label)
            return PortalError(400, "invalid_grant", "the activation link is unknown, used or expired")
        await _end_others_of(connection, owner.phone, challenge.id)
        tries = challenge.tries if owned else wrong_before
        pin = new_pin(DIGITS[challenge.purpose])
        pin_hash = context.keys.pin_hash(pin, challenge.id)
        pin_row = {"pin_hash": pin_hash, "phone": owner.phone, "pin_at": now, "pin_boot": context.clock.boot}
        await connection.execute(
            update(challenges)
            .where(challenges.c.id == challenge.id)
            .values(
                state="open",
                factor="sms",
                tries=tries,
                sends=challenge.sends + 1,
                pin_monotonic=context.clock.monotonic(),
                **pin_row,
            )
        )
        sms_id = await limits.log_sms(connection, owner.phone, challenge.id, now)
        sent = Sent(context.settings.pin_tries - tries, limits.SENDS_PER_CHALLENGE - challenge.sends - 1)
        text = _text(context, challenge, owner.locale, pin)
        return _Prepared(pin_hash, owner.phone, text, sms_id, before, owned, sent)


async def await_totp(context: Context, challenge: Row[tuple[object, ...]]) -> Sent | PortalError:
    """Nothing is sent: the next PIN comes from the authenticator app. One that was sent before is dead."""
    async with context.database.writing() as connection:
        row = await alone_with(connection, challenge.id)
        owner = await account(connection, row.account_id)
        refusal = await _asking_refusal(context, connection, row, owner)
        if refusal is not None:
            return refusal
        awaited = {"state": "open", "factor": "totp", "pin_hash": None, "phone": None}
        await connection.execute(update(challenges).where(challenges.c.id == row.id).values(**awaited))
    return Sent(context.settings.pin_tries - row.tries, limits.SENDS_PER_CHALLENGE - row.sends)


async def _wrong_before(connection: AsyncConnection, challenge: Row[tuple[object, ...]], now: datetime) -> int | None:
    """Wrong PINs that count for this session from its start; None when its activation link is not its own."""
    if challenge.link_id is None:
        return int(challenge.tries)
    return await links.claim(connection, challenge.link_id, challenge.id, now)


def _text(context: Context, challenge: Row[tuple[object, ...]], locale: str, pin: str) -> str:
    """What the PIN is for, in the owner's language: the purpose or the first thing named, and who asks."""
    label = sms_label(challenge.connection_label)
    facts = {"pin": pin, "label": f" ({label})" if label else "", "minutes": str(context.settings.pin_lifetime // 60)}
    if challenge.purpose != "stepUp":
        return letters.sms("pin", locale, facts)
    first, *others = challenge.authorization_details
    more = letters.sms("step_up_more", locale, {"count": str(len(others))}) if others else ""
    facts |= {"summary": sms_summary(first["summary"]), "more": f" {more}" if more else ""}
    return letters.sms("step_up", locale, facts)


async def _sending_refusal(
    context: Context, connection: AsyncConnection, challenge: Row[tuple[object, ...]], owner: Row[tuple[object, ...]]
) -> PortalError | None:
    now = context.now()
    if not may_receive_pin(owner.phone, context.settings.sms_countries):
        return PortalError(400, "redirect_to_web", "no PIN can be sent to the number on file; please use the portal")
    if challenge.sends >= limits.SENDS_PER_CHALLENGE:
        return limits.limited((challenge.expires_at - now).total_seconds())
    return await _asking_refusal(context, connection, challenge, owner) or await limits.sending_refusal(
        context, connection, owner.phone, challenge.purpose
    )


async def _asking_refusal(
    context: Context, connection: AsyncConnection, challenge: Row[tuple[object, ...]], owner: Row[tuple[object, ...]]
) -> PortalError | None:
    """Why no PIN may be asked for, however it comes."""
    if not await _is_open(connection, challenge, owner):
        return invalid_session()
    standing = limits.Failures(owner.failures_in_row, owner.last_failure_at)
    return limits.delay_refusal(standing, context.now()) or await limits.guessing_refusal(context, connection, owner.id)


async def _is_open(
    connection: AsyncConnection, challenge: Row[tuple[object, ...]], owner: Row[tuple[object, ...]]
) -> bool:
    """A session lives as long as its account, and a step-up's no longer than its connection."""
    if challenge.state not in {"offered", "open"} or owner.state != "active":
        return False
    if challenge.grant_id is None:
        return True
    live = select(grants.c.id).where(grants.c.id == challenge.grant_id, grants.c.ended_at.is_(None))
    return (await connection.execute(live)).first() is not None


async def _end_others_of(connection: AsyncConnection, phone: str, challenge_id: str) -> None:
    """One PIN in flight per number: the next one, for whomever, ends it."""
    others = update(challenges).where(challenges.c.phone == phone, challenges.c.id != challenge_id)
    await connection.execute(others.where(challenges.c.pin_hash.is_not(None)).values(pin_hash=None))


async def _take_back(context: Context, challenge_id: str, link_id: str | None, prepared: _Prepared) -> None:
    async with context.database.writing() as connection:
        ours = (challenges.c.id == challenge_id, challenges.c.pin_hash == prepared.hash)
        restored = update(challenges).where(*ours).values(**prepared.before, sends=challenges.c.sends - 1)
        if (await connection.execute(restored)).rowcount and link_id and not prepared.owned_before:
            tries = (await alone_with(connection, challenge_id)).tries
            await links.give_back(connection, link_id, challenge_id, tries)
        await connection.execute(sms_log.delete().where(sms_log.c.id == prepared.sms_id))


async def check(context: Context, challenge: Row[tuple[object, ...]], pin: str) -> str | PortalError:
    """The authorization code for a right PIN. Returns refusals instead of raising them: their counting must be kept."""
    now = context.now()
    async with context.database.writing() as connection:
        row = await alone_with(connection, challenge.id)
        owner = await account(connection, row.account_id)
        if row.state == "done":
            return otp_expired("the PIN was used already")
        if not await _is_open(connection, row, owner):
            return invalid_session()
        if row.factor != "totp" and (row.pin_hash is None or not _alive(context, row)):
            return otp_expired("no PIN, or a newer one, or too late")
        refusal = await limits.guessing_refusal(context, connection, owner.id)
        if refusal is not None:
            return refusal
        tries = await _count_try(context, connection, row)
        if tries is None:
            return otp_expired("the PIN was used already")
        if await _is_right(context, connection, row, owner, pin):
            return await _accept(connection, row, now)
        return await _refuse(context, connection, row, tries, now)


async def _is_right(
    context: Context,
    connection: AsyncConnection,
    row: Row[tuple[object, ...]],
    owner: Row[tuple[object, ...]],
    pin: str,
) -> bool:
    if row.factor == "totp":
        return await totp.accept(context, connection, owner, pin)
    return same(row.pin_hash, context.keys.pin_hash(pin, row.id))


async def _count_try(context: Context, connection: AsyncConnection, row: Row[tuple[object, ...]]) -> int | None:
    counted = (
        update(challenges)
        .where(challenges.c.id == row.id, challenges.c.state == "open", challenges.c.pin_hash == row.pin_hash)
        .where(challenges.c.tries < context.settings.pin_tries)
        .values(tries=challenges.c.tries + 1)
        .returning(challenges.c.tries)
    )
    tries: int | None = (await connection.execute(counted)).scalar_one_or_none()
    return tries


async def _accept(connection: AsyncConnection, row: Row[tuple[object, ...]], now: datetime) -> str | PortalError:
    if row.link_id is not None and not await links.spend(connection, row.link_id, row.id, now, "connected"):
        return invalid_session()
    code = new_code()
    done = {"state": "done", "pin_hash": None, "code_hash": digest(code), "code_expires_at": now + CODE_LIFE}
    await connection.execute(update(challenges).where(challenges.c.id == row.id).values(**done))
    await limits.forget_failures(connection, row.account_id)
    return code


async def _refuse(
    context: Context, connection: AsyncConnection, row: Row[tuple[object, ...]], tries: int, now: datetime
) -> PortalError:
    await limits.count_failure(connection, row.account_id, now)
    left = context.settings.pin_tries - tries
    if left > 0:
        return PortalError(400, "invalid_otp", "wrong PIN", extra={"attempts_left": left})
    await connection.execute(update(challenges).where(challenges.c.id == row.id).values(state="dead", pin_hash=None))
    if row.link_id is not None:
        await links.spend(connection, row.link_id, row.id, now, "tries")
        await outbox.put(context, connection, "blocked", row.account_id, {})
    else:
        about = {"label": row.connection_label or "Telegram", "summary": row.authorization_details[0]["summary"]}
        await outbox.put(context, connection, "guessed", row.account_id, about)
    return invalid_session()


def _alive(context: Context, row: Row[tuple[object, ...]]) -> bool:
    """By the monotonic clock wherever two readings can be compared, else by a wall clock that must not be back."""
    if row.pin_boot == context.clock.boot:
        age = context.clock.monotonic() - row.pin_monotonic
    else:
        age = (context.now() - row.pin_at).total_seconds()
    return bool(0 <= age <= context.settings.pin_lifetime)


async def alone_with(connection: AsyncConnection, challenge_id: str) -> Row[tuple[object, ...]]:
    """The challenge as it is, while no other PIN is sent or tried."""
    await exclusively(connection, "pin")
    return (await connection.execute(challenges.select().where(challenges.c.id == challenge_id))).one()


def otp_expired(message: str) -> PortalError:
    return PortalError(400, "otp_expired", message)


def invalid_session() -> PortalError:
    return PortalError(400, "invalid_session", "the session is unknown or has ended")
