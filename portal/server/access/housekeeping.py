"""What runs beside the requests: mails go out, wishes become mails, what has expired is cleared away."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from sqlalchemy import case, delete, select, update

from portal.server.access import alarms, links, outbox
from portal.server.access.tables import challenges, end_links, mails, pin_failures, sms_log, step_up_uses, tokens
from portal.server.context import Context
from portal.server.events import delivery
from portal.server.loops import beside

log = logging.getLogger(__name__)
SWEEP_EVERY = 600.0
LOOK_EVERY = 2.0
KEPT = timedelta(days=2)
EVENTS_KEPT = timedelta(days=14)


@asynccontextmanager
async def running(context: Context) -> AsyncIterator[None]:
    """The loops, for as long as the block lasts."""
    async with beside(_post(context), _sweep(context)):
        yield


async def _post(context: Context) -> None:
    """Wakes when there is something new or the next try is due, and looks now and then: other processes write too."""
    while True:
        context.post.clear()
        pause = context.settings.mail_retry
        try:
            await links.grant_reissues(context)
            await alarms.tell_noted(context)
            pause = await outbox.deliver_due(context) or LOOK_EVERY
        except Exception:  # a loop that ended would be noticed by nobody
            log.exception("the outbox could not be worked on")
        # not wait_for: before Python 3.12 it can swallow a cancellation that comes together with the event
        with suppress(TimeoutError):
            async with asyncio.timeout(min(pause, LOOK_EVERY)):
                await context.post.wait()


async def _sweep(context: Context) -> None:
    while True:
        try:
            await clear_expired(context)
        except Exception:
            log.exception("nothing was cleared away")
        await asyncio.sleep(SWEEP_EVERY)


async def clear_expired(context: Context) -> None:
    """PINs do not outlive their minutes, nor rows their use."""
    now = context.now()
    life = context.settings.pin_lifetime
    here = (
        challenges.c.pin_boot == context.clock.boot
    )  # a PIN's age is taken as `pins` takes it, not by a wall clock alone
    late = case(
        (here, challenges.c.pin_monotonic < context.clock.monotonic() - life),
        else_=challenges.c.pin_at < now - timedelta(seconds=life),
    )
    async with context.database.writing() as connection:
        stale = update(challenges).where(challenges.c.pin_hash.is_not(None), late)
        await connection.execute(stale.values(pin_hash=None))
        await connection.execute(delete(tokens).where(tokens.c.expires_at < now))
        await connection.execute(delete(step_up_uses).where(step_up_uses.c.used_at < now - KEPT))
        await connection.execute(delete(end_links).where(end_links.c.expires_at < now))
        await connection.execute(delete(sms_log).where(sms_log.c.sent_at < now - KEPT))
        await connection.execute(delete(pin_failures).where(pin_failures.c.failed_at < now - KEPT))
        await connection.execute(delete(mails).where(mails.c.expires_at < now - KEPT, mails.c.sealed.is_(None)))
        old = select(challenges.c.id).where(challenges.c.expires_at < now - KEPT)
        await connection.execute(delete(challenges).where(challenges.c.id.in_(old)))
        await delivery.clear(connection, now - EVENTS_KEPT)
