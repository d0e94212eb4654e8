"""Somebody tries an activation link that is not theirs to use: its account hears of it by mail.

Two signs: a link is opened that was used, blocked or has expired; a second chat wants a PIN for a link while the first
has one. At most one such mail in a quarter of an hour per account, so that the alarm is no weapon itself.
"""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access import outbox
from portal.server.access.numbers import shown_label
from portal.server.access.tables import accounts, activation_links, mails, refused_links
from portal.server.context import Context
from portal.server.database import exclusively
from portal.server.keys import digest

PAUSE = timedelta(minutes=15)
ALARMS = ("tried", "blocked")
AT_ONCE = 100


async def note(context: Context, code: str, label: str) -> None:
    """A code was refused. The same insert for every code: neither answer nor time tells a known one from another."""
    async with context.database.writing() as connection:
        row = {"id": uuid4().hex, "code_hash": digest(code), "label": shown_label(label), "tried_at": context.now()}
        await connection.execute(insert(refused_links).values(**row))
    context.post.set()


async def tell_noted(context: Context) -> None:
    """Turns refused codes that are known into mails, and forgets all of them."""
    async with context.database.writing() as connection:
        known = (
            select(refused_links.c.id, refused_links.c.label, activation_links.c.account_id)
            .outerjoin(activation_links, activation_links.c.code_hash == refused_links.c.code_hash)
            .order_by(refused_links.c.tried_at)
            .limit(AT_ONCE)
        )
        noted = (await connection.execute(known)).all()
        for row in noted:
            if row.account_id is not None:
                await tell(context, connection, row.account_id, row.label)
        await connection.execute(delete(refused_links).where(refused_links.c.id.in_([row.id for row in noted])))


async def tell(context: Context, connection: AsyncConnection, account_id: str, label: str) -> None:
    """A mail to the account, unless it has been warned just now."""
    await exclusively(connection, f"alarm {account_id}")
    recent = mails.c.created_at > context.now() - PAUSE
    warned = select(mails.c.id).where(mails.c.account_id == account_id, mails.c.kind.in_(ALARMS), recent)
    active = select(accounts.c.id).where(accounts.c.id == account_id, accounts.c.state == "active")
    if (await connection.execute(warned.limit(1))).first() is None and (await connection.execute(active)).first():
        await outbox.put(context, connection, "tried", account_id, {"label": label or "Telegram"})
