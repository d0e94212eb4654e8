"""Mails on their way: written with their cause in one transaction, sealed, sent by a loop, blanked when done.

A mail server that is away delays a mail and loses none: pauses double up to ten minutes, until what the mail says has
expired anyway. Several processes may work on one outbox: who moves `due_at` first has the mail.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import aiosmtplib
from cryptography.exceptions import InvalidTag
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.letters import compose
from portal.server.access.tables import accounts, customers, mails
from portal.server.context import Context

log = logging.getLogger(__name__)
LONGEST_PAUSE = 600.0
LEASE = timedelta(seconds=60)
TIMEOUT = 10.0


async def put(
    context: Context, connection: AsyncConnection, kind: str, account_id: str, facts: Mapping[str, str]
) -> None:
    """A mail of this kind to the account's address. Wake the loop (`context.post.set()`) after the commit."""
    now, mail_id = context.now(), uuid4().hex
    row = {"id": mail_id, "kind": kind, "account_id": account_id, "created_at": now, "due_at": now, "attempts": 0}
    sealed = context.keys.seal(json.dumps(dict(facts)), mail_id)
    expires = now + timedelta(seconds=context.settings.link_lifetime)
    await connection.execute(insert(mails).values(**row, sealed=sealed, expires_at=expires, failed=False))


async def deliver_due(context: Context) -> float | None:
    """Sends what is due, one mail after the other; answers the seconds until the next try, or None when all is sent."""
    if context.settings.smtp is None:
        return None
    for row in await _due(context):
        lease = context.now() + LEASE
        try:
            if await _claimed(context, row, lease):
                await _deliver(context, row)
        except asyncio.CancelledError:  # the process ends: the next one need not wait for the lease
            await asyncio.shield(_give_back(context, row.id, lease))
            raise
    return await _pause(context)


async def _deliver(context: Context, row: Row[tuple[object, ...]]) -> None:
    mail_id = row.id
    try:
        await _send(context, _message(context, row))
    except InvalidTag:
        log.error("mail %s was sealed with a key that this installation does not have", mail_id)
        await _postpone(context, mail_id, row.attempts, refused=True)
    except (aiosmtplib.SMTPException, OSError) as error:
        log.warning("mail %s not delivered: %s", mail_id, type(error).__name__)
        await _postpone(context, mail_id, row.attempts, refused=_is_final(error))
    else:
        await asyncio.shield(_done(context, mail_id))  # it is out, whatever happens now


async def _due(context: Context) -> list[Row[tuple[object, ...]]]:
    now = context.now()
    query = (
        select(
            mails,
            accounts.c.mail,
            accounts.c.name,
            accounts.c.username,
            accounts.c.locale,
            customers.c.name.label("customer_name"),
            customers.c.zoneinfo,
        )
        .join(accounts, accounts.c.id == mails.c.account_id)
        .join(customers, customers.c.id == accounts.c.customer_id)
        .where(mails.c.sent_at.is_(None), mails.c.failed.is_(False), mails.c.due_at <= now)
        .order_by(mails.c.created_at)
        .limit(50)
    )
    async with context.database.reading() as connection:
        return list((await connection.execute(query)).all())


async def _claimed(context: Context, row: Row[tuple[object, ...]], lease: datetime) -> bool:
    """Should this process die while it sends, another one takes over when the lease has run out."""
    mine = update(mails).where(mails.c.id == row.id, mails.c.due_at == row.due_at, mails.c.sent_at.is_(None))
    async with context.database.writing() as connection:
        return (await connection.execute(mine.values(due_at=lease))).rowcount == 1


def _message(context: Context, row: Row[tuple[object, ...]]) -> EmailMessage:
    facts = json.loads(context.keys.open(row.sealed, row.id))
    facts |= {"name": row.name, "username": row.username, "customer": row.customer_name, "zoneinfo": row.zoneinfo}
    message = compose(context.settings, row.kind, row.locale, facts)
    message["To"] = row.mail
    message["Date"] = row.created_at
    message["Message-ID"] = f"<{row.id}@{context.settings.mail_domain}>"
    return message


async def _send(context: Context, message: EmailMessage) -> None:
    smtp = context.settings.smtp
    if smtp is None:
        return
    await aiosmtplib.send(
        message,
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.username,
        password=smtp.password,
        start_tls=smtp.starttls,
        timeout=TIMEOUT,
    )


def _is_final(error: Exception) -> bool:
    """Only a permanent refusal of this recipient ends the tries; everything else may heal."""
    codes: list[int] = []
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [recipient.code for recipient in error.recipients]
    return bool(codes) and all(500 <= code < 600 for code in codes)


async def _postpone(context: Context, mail_id: str, attempts: int, *, refused: bool) -> None:
    now = context.now()
    pause = min(context.settings.mail_retry * 2 ** min(attempts, 20), LONGEST_PAUSE)
    row = update(mails).where(mails.c.id == mail_id)
    async with context.database.writing() as connection:
        await connection.execute(row.values(attempts=attempts + 1, due_at=now + timedelta(seconds=pause)))
        over = row if refused else row.where(mails.c.expires_at <= now)
        await connection.execute(over.values(failed=True, sealed=None))


async def _give_back(context: Context, mail_id: str, lease: datetime) -> None:
    mine = update(mails).where(mails.c.id == mail_id, mails.c.due_at == lease, mails.c.sent_at.is_(None))
    async with context.database.writing() as connection:
        await connection.execute(mine.values(due_at=context.now()))


async def _done(context: Context, mail_id: str) -> None:
    async with context.database.writing() as connection:
        row = update(mails).where(mails.c.id == mail_id)
        await connection.execute(row.values(sent_at=context.now(), sealed=None, attempts=mails.c.attempts + 1))


async def _pause(context: Context) -> float | None:
    query = select(mails.c.due_at).where(mails.c.sent_at.is_(None), mails.c.failed.is_(False)).order_by(mails.c.due_at)
    async with context.database.reading() as connection:
        due = (await connection.execute(query.limit(1))).scalar_one_or_none()
    return None if due is None else max((due - context.now()).total_seconds(), 0.0)
