"""Events on their way: claimed with a lease, posted, tried again until a 2xx; a 410 ends the subscription.

At least once: what was posted is noted afterwards, so a process that dies in between posts it again under the same
`webhook-id`. Several processes may work on one queue. There is no order: an event that failed comes after later ones.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from cryptography.exceptions import InvalidTag
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.context import Context
from portal.server.database import exclusively
from portal.server.events import callbacks, signing
from portal.server.events.record import end_hub
from portal.server.events.tables import attempts, deliveries, events, hubs
from portal.server.loops import GRACE, beside, ended
from portal.server.trust import authorities

log = logging.getLogger(__name__)
LOOK_EVERY = 1.0  # seconds; other processes write too, and clocks are set
BATCH = 100
AT_ONCE = 20  # to one listener
SPARE = 30.0  # seconds of a lease beyond what a batch can take
JITTER = 0.2
LARGEST_ANSWER = 16 * 1024
GONE = 410
UNSENDABLE = "the secret does not open"


@dataclass(frozen=True, slots=True)
class Tried:
    """One try: the status that came, or why none came."""

    delivery: Row[Any]
    tried_at: datetime
    status: int | None
    error: str | None
    milliseconds: int

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries to one hub that are this process's until the lease ends."""

    hub: Row[Any]
    lease: datetime
    rows: list[Row[Any]]


@asynccontextmanager
async def running(context: Context) -> AsyncIterator[None]:
    """The loop, for as long as the block lasts. Whatever is under way when it ends is given back."""
    async with beside(_beat(context)):
        yield


async def _beat(context: Context) -> None:
    """One worker per hub that has something due, so that a slow listener holds up nobody else."""
    working: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            context.database.written.clear()
            working = {hub_id: task for hub_id, task in working.items() if not task.done()}
            pause = LOOK_EVERY
            try:
                for hub_id in await _due(context) - working.keys():
                    working[hub_id] = asyncio.create_task(_work(context, hub_id))
                    working[hub_id].add_done_callback(lambda _: context.database.written.set())
                pause = await _next_due(context, working)
            except Exception:  # a loop that ended would be noticed by nobody
                log.exception("events could not be worked on")
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await context.database.written.wait()
    finally:
        await ended(working.values(), grace=GRACE / 3)


async def _due(context: Context) -> set[str]:
    query = select(deliveries.c.hub_id).where(deliveries.c.state == "waiting", deliveries.c.due_at <= context.now())
    async with context.database.reading() as connection:
        return set((await connection.execute(query.distinct())).scalars())


async def _next_due(context: Context, working: dict[str, asyncio.Task[None]]) -> float:
    """Seconds until something is due that nobody is at."""
    query = select(deliveries.c.due_at).where(
        deliveries.c.state == "waiting", deliveries.c.hub_id.not_in(working.keys())
    )
    async with context.database.reading() as connection:
        due = (await connection.execute(query.order_by(deliveries.c.due_at).limit(1))).scalar_one_or_none()
    return LOOK_EVERY if due is None else min(max((due - context.now()).total_seconds(), 0.01), LOOK_EVERY)


async def _work(context: Context, hub_id: str) -> None:
    """Everything that is due to one hub. Its connections are its own: one that was made for another name is no proof
    of this one's."""
    try:
        patience = context.settings.event_timeout
        async with httpx.AsyncClient(verify=authorities(), trust_env=False, timeout=patience) as http:
            while batch := await _claim(context, hub_id):
                tried: list[Tried] = []
                try:
                    await _post_all(context, http, batch, tried)
                    await _note(context, batch, tried)
                except asyncio.CancelledError:  # the process ends
                    await asyncio.shield(_leave(context, batch, tried))
                    raise
    except Exception:
        log.exception("events to hub %s could not be worked on", hub_id)
        await asyncio.sleep(LOOK_EVERY)  # before the loop begins anew


async def _claim(context: Context, hub_id: str) -> Batch | None:
    now, d = context.now(), deliveries.c
    seconds = context.settings.event_timeout * BATCH / AT_ONCE + SPARE
    due = (
        select(d.id, d.event_id, d.attempts, events.c.body)
        .join(events, events.c.id == d.event_id)
        .where(d.hub_id == hub_id, d.state == "waiting", d.due_at <= now)
        .order_by(d.due_at)
        .limit(BATCH)
    )
    async with context.database.writing() as connection:
        await exclusively(connection, f"hub {hub_id}")
        hub = (await connection.execute(select(hubs).where(hubs.c.id == hub_id))).one()
        rows: list[Row[Any]] = list(await connection.execute(due))
        if not rows:
            return None
        lease = now + timedelta(seconds=seconds)
        mine = update(deliveries).where(d.id.in_([row.id for row in rows]))
        await connection.execute(mine.values(due_at=lease))
    return Batch(hub, lease, rows)


async def _post_all(context: Context, http: httpx.AsyncClient, batch: Batch, tried: list[Tried]) -> None:
    """Each delivery of the batch; `tried` grows as they end, so that nothing of it is lost when this one is ended."""
    turns = asyncio.Semaphore(AT_ONCE)
    try:
        signers = signing.signers(context, batch.hub)
    except InvalidTag:
        log.error("hub %s has a secret that this installation cannot open", batch.hub.id)
        tried += [Tried(row, context.now(), None, UNSENDABLE, 0) for row in batch.rows]
        return

    async def in_turn(row: Row[Any]) -> None:
        async with turns:
            tried.append(await _post(context, http, batch.hub.callback, row, signers))

    await asyncio.gather(*(in_turn(row) for row in batch.rows))


async def _post(
    context: Context, http: httpx.AsyncClient, callback: str, row: Row[Any], signers: Sequence[str]
) -> Tried:
    now, begun = context.now(), time.monotonic()
    status, error = None, None
    signed = {"Content-Type": "application/json", **signing.headers(row.event_id, row.body, now, signers)}
    try:
        async with asyncio.timeout(context.settings.event_timeout):  # in all: a listener may trickle
            address = await callbacks.resolve(callback, local=context.settings.local_callbacks)
            status = await _send(http, callback, address, signed, row.body)
    except callbacks.NotACallback as refused:
        error = str(refused)
    except (httpx.HTTPError, OSError) as failure:  # TimeoutError is an OSError
        error = type(failure).__name__
    return Tried(row, now, status, error, round((time.monotonic() - begun) * 1000))


async def _send(http: httpx.AsyncClient, callback: str, address: str, signed: dict[str, str], body: str) -> int:
    """The status. It goes to the address that was judged, and TLS still proves the name. No redirect is followed."""
    url = httpx.URL(callback)
    headers = {**signed, "Host": url.netloc.decode("ascii")}
    names = {"sni_hostname": url.host} if url.scheme == "https" else {}
    call = http.stream("POST", url.copy_with(host=address), content=body, headers=headers, extensions=names)
    async with call as answer:
        read = 0
        async for part in answer.aiter_raw():  # to its end, so that the connection can be used again
            read += len(part)
            if read > LARGEST_ANSWER:
                break
    return answer.status_code


async def _note(context: Context, batch: Batch, tried: Sequence[Tried]) -> None:
    """What became of the tries; a delivery whose lease was lost meanwhile is somebody else's."""
    now = context.now()
    async with context.database.writing() as connection:
        await connection.execute(insert(attempts), [_line(one) for one in tried])
        outcomes = [_outcome(context, one, now) for one in tried]
        mine = update(deliveries).where(
            deliveries.c.id == bindparam("delivery"),
            deliveries.c.due_at == batch.lease,
            deliveries.c.state == "waiting",
        )
        await connection.execute(mine, outcomes)
        if any(one.status == GONE for one in tried):
            log.warning("hub %s is ended: its listener is gone", batch.hub.id)
            await end_hub(connection, batch.hub.id, "gone", now)
    given_up = sum(outcome["state"] == "failed" for outcome in outcomes)
    if given_up:
        log.warning("%d events to hub %s are given up", given_up, batch.hub.id)


def _line(one: Tried) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "delivery_id": one.delivery.id,
        "tried_at": one.tried_at,
        "status": one.status,
        "error": one.error,
        "milliseconds": one.milliseconds,
    }


def _outcome(context: Context, one: Tried, now: datetime) -> dict[str, Any]:
    pauses, made = context.settings.event_pauses, one.delivery.attempts + 1
    outcome = {"delivery": one.delivery.id, "attempts": made, "due_at": now, "ended_at": now}
    if one.taken:
        return {**outcome, "state": "delivered"}
    if made > len(pauses):
        return {**outcome, "state": "failed"}
    return {**outcome, "state": "waiting", "ended_at": None, "due_at": now + _spread(pauses[made - 1])}


def _spread(pause: float) -> timedelta:
    """About the pause: what failed together need not come again together."""
    return timedelta(seconds=pause * (1 - JITTER + 2 * JITTER * secrets.randbelow(10_001) / 10_000))


async def _leave(context: Context, batch: Batch, tried: Sequence[Tried]) -> None:
    """What was answered is noted, and not told again; the rest need not wait for the lease."""
    if tried:
        await _note(context, batch, tried)
    await _give_back(context, batch)


async def _give_back(context: Context, batch: Batch) -> None:
    mine = update(deliveries).where(
        deliveries.c.id.in_([row.id for row in batch.rows]), deliveries.c.due_at == batch.lease
    )
    async with context.database.writing() as connection:
        await connection.execute(mine.values(due_at=context.now()))


async def clear(connection: AsyncConnection, before: datetime) -> None:
    """Away with what ended long ago, its log and its event."""
    old = select(deliveries.c.id).where(deliveries.c.state != "waiting", deliveries.c.ended_at < before)
    await connection.execute(attempts.delete().where(attempts.c.delivery_id.in_(old)))
    await connection.execute(deliveries.delete().where(deliveries.c.id.in_(old)))
    told = select(deliveries.c.event_id)
    await connection.execute(events.delete().where(events.c.occurred_at < before, events.c.id.not_in(told)))
