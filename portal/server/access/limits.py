"""How often an SMS is sent and a PIN is tried (SECURITY R1.5, R1.6, R1.9, R1.11).

Each limit stands alone; what is refused is the SMS path, never the account, and only somebody who holds a valid
activation link can use any of it up. Callers are inside a writing transaction.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.tables import accounts, challenges, pin_failures, sms_log
from portal.server.context import Context
from portal.server.errors import PortalError

log = logging.getLogger(__name__)
SENDS_PER_CHALLENGE = 5
FAILURES_PER_DAY = 25
FAILURES_IN_ROW = 100
FAILURES_UNTIL_DELAY = 5
FIRST_DELAY, LONGEST_DELAY = 30, 3600
SHORT, DAY = timedelta(minutes=10), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """Where an account stands."""

    in_row: int
    last_at: datetime | None


def limited(seconds: float) -> PortalError:
    headers = {"Retry-After": str(max(1, ceil(seconds)))}
    return PortalError(429, "otp_rate_limited", "too many PINs; please wait", headers=headers)


async def sending_refusal(
    context: Context, connection: AsyncConnection, phone: str, purpose: str
) -> PortalError | None:
    """Why no SMS may go to this number now. Fails closed: what cannot be counted as old counts as new.

    Connecting and stepping up have a short limit each, so that somebody who has just connected can book; what is not
    known to be for the other purpose counts. The limits of a day are for both together.
    """
    day = context.settings.sms_daily_budget
    number, prefix = sms_log.c.phone == phone, sms_log.c.phone.like(f"{phone[:-4]}%")
    others = select(challenges.c.id).where(challenges.c.purpose != purpose)
    alike = and_(number, sms_log.c.challenge_id.not_in(others))
    rules = ((alike, 3, SHORT), (number, 10, DAY), (prefix, 30, DAY), (sms_log.c.id.is_not(None), day, DAY))
    for condition, most, window in rules:
        since = context.now() - window
        freed = await _nth_latest(connection, condition, most, since)
        if freed is not None:
            return limited((freed - since).total_seconds())
    return None


async def _nth_latest(
    connection: AsyncConnection, condition: ColumnElement[bool], most: int, since: datetime
) -> datetime | None:
    """When the oldest of the last `most` was sent, if that many fall into the window."""
    query = select(sms_log.c.sent_at).where(condition, sms_log.c.sent_at > since).order_by(sms_log.c.sent_at.desc())
    return (await connection.execute(query.offset(most - 1).limit(1))).scalar_one_or_none()


async def log_sms(connection: AsyncConnection, phone: str, challenge_id: str, now: datetime) -> str:
    sms_id = uuid4().hex
    await connection.execute(insert(sms_log).values(id=sms_id, phone=phone, challenge_id=challenge_id, sent_at=now))
    return sms_id


async def guessing_refusal(context: Context, connection: AsyncConnection, account_id: str) -> PortalError | None:
    """Why no PIN of this account is looked at now: a day's worth of wrong ones, or too many over all accounts."""
    now = context.now()
    of_account = pin_failures.c.account_id == account_id
    query = select(func.count(), func.min(pin_failures.c.failed_at))
    count, oldest = (await connection.execute(query.where(of_account, pin_failures.c.failed_at > now - DAY))).one()
    if count >= FAILURES_PER_DAY:
        return limited((oldest + DAY - now).total_seconds())
    count, oldest = (await connection.execute(query.where(pin_failures.c.failed_at > now - SHORT))).one()
    if count >= context.settings.failure_budget:
        log.error("PIN brake: %d wrong PINs in ten minutes over all accounts", count)
        return limited((oldest + SHORT - now).total_seconds())
    return None


def delay_refusal(failures: Failures, now: datetime) -> PortalError | None:
    """After each five wrong PINs in a row the next is sent later: 30 s, 1 min ... 1 h. A hundred: only the portal."""
    if failures.in_row >= FAILURES_IN_ROW:
        return PortalError(400, "redirect_to_web", "please continue in the portal")
    rounds = failures.in_row // FAILURES_UNTIL_DELAY
    if not rounds or failures.last_at is None:
        return None
    delay = min(FIRST_DELAY * 2 ** (rounds - 1), LONGEST_DELAY)
    left = (failures.last_at + timedelta(seconds=delay) - now).total_seconds()
    return limited(min(left, delay)) if left > 0 else None


async def count_failure(connection: AsyncConnection, account_id: str, now: datetime) -> None:
    await connection.execute(insert(pin_failures).values(id=uuid4().hex, account_id=account_id, failed_at=now))
    row = update(accounts).where(accounts.c.id == account_id)
    await connection.execute(row.values(failures_in_row=accounts.c.failures_in_row + 1, last_failure_at=now))


async def forget_failures(connection: AsyncConnection, account_id: str) -> None:
    """A right PIN ends the row; what counts per day stays."""
    await connection.execute(update(accounts).where(accounts.c.id == account_id).values(failures_in_row=0))
