"""Activation links: made for an account, mailed, owned by the first session that asks for a PIN, spent once.

Only the SHA-256 of the code is stored. Claiming and spending are conditional updates: of two hundred at once, one wins.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access import outbox
from portal.server.access.tables import accounts, activation_links, reissues
from portal.server.context import Context
from portal.server.keys import digest, new_code

REISSUE_PAUSE = timedelta(minutes=15)


async def send_activation(context: Context, connection: AsyncConnection, account_id: str, *, kind: str) -> str:
    """A new link for the account, and the mail with it (`kind`: activation | reissue); answers the code."""
    code = new_code()
    await record(context, connection, account_id, code)
    await outbox.put(context, connection, kind, account_id, {"code": code})
    return code


async def record(context: Context, connection: AsyncConnection, account_id: str, code: str) -> None:
    now = context.now()
    expires = now + timedelta(seconds=context.settings.link_lifetime)
    row = {"id": uuid4().hex, "code_hash": digest(code), "account_id": account_id, "tries": 0}
    await connection.execute(insert(activation_links).values(**row, created_at=now, expires_at=expires))


async def usable(connection: AsyncConnection, code: str, now: datetime) -> Row[tuple[object, ...]] | None:
    """The link, unless unknown, spent, expired or of a closed account: for the caller those are one and the same."""
    query = (
        select(activation_links)
        .join(accounts, accounts.c.id == activation_links.c.account_id)
        .where(activation_links.c.code_hash == digest(code), accounts.c.state == "active")
        .where(activation_links.c.spent_at.is_(None), activation_links.c.expires_at > now)
    )
    return (await connection.execute(query)).one_or_none()


async def claim(connection: AsyncConnection, link_id: str, challenge_id: str, now: datetime) -> int | None:
    """Makes the link this session's, unless another asked for a PIN first; answers its wrong PINs so far, or None."""
    links = activation_links
    claimed = (
        update(links)
        .where(links.c.id == link_id, links.c.spent_at.is_(None), links.c.expires_at > now)
        .where(or_(links.c.challenge_id.is_(None), links.c.challenge_id == challenge_id))
        .values(challenge_id=challenge_id)
        .returning(links.c.tries)
    )
    tries: int | None = (await connection.execute(claimed)).scalar_one_or_none()
    return tries


async def give_back(connection: AsyncConnection, link_id: str, challenge_id: str, tries: int = 0) -> None:
    """The session lets the link go; the wrong PINs it has spent stay counted on the link."""
    links = activation_links
    released = update(links).where(
        links.c.id == link_id, links.c.challenge_id == challenge_id, links.c.spent_at.is_(None)
    )
    await connection.execute(released.values(challenge_id=None, tries=tries))


async def spend(connection: AsyncConnection, link_id: str, challenge_id: str, now: datetime, by: str) -> bool:
    links = activation_links
    spent = update(links).where(links.c.id == link_id, links.c.challenge_id == challenge_id, links.c.spent_at.is_(None))
    return (await connection.execute(spent.values(spent_at=now, spent_by=by))).rowcount == 1


async def burn(context: Context, code: str) -> None:
    """The link was where others could see it (a group): it is dead, whoever holds it, and the account is told."""
    links = activation_links
    async with context.database.writing() as connection:
        live = update(links).where(links.c.code_hash == digest(code), links.c.spent_at.is_(None))
        burnt = live.values(spent_at=context.now(), spent_by="burned").returning(links.c.account_id)
        account_id = (await connection.execute(burnt)).scalar_one_or_none()
        if account_id is not None:
            await outbox.put(context, connection, "blocked", account_id, {})
    context.post.set()


async def ask_reissue(context: Context, code: str) -> None:
    """The same single insert for every code, so that neither answer nor time tells a known one from another."""
    async with context.database.writing() as connection:
        row = {"id": uuid4().hex, "code_hash": digest(code), "asked_at": context.now()}
        await connection.execute(insert(reissues).values(**row))
    context.post.set()


async def grant_reissues(context: Context) -> None:
    """Turns wishes into mails: to the address on file, at most one in a quarter of an hour per account."""
    async with context.database.writing() as connection:
        known = (
            select(reissues.c.id, activation_links.c.account_id)
            .outerjoin(activation_links, activation_links.c.code_hash == reissues.c.code_hash)
            .order_by(reissues.c.asked_at)
            .limit(100)
        )
        wishes = (await connection.execute(known)).all()
        for wish in wishes:
            if wish.account_id is not None and await _may_reissue(context, connection, wish.account_id):
                await send_activation(context, connection, wish.account_id, kind="reissue")
        await connection.execute(delete(reissues).where(reissues.c.id.in_([wish.id for wish in wishes])))


async def _may_reissue(context: Context, connection: AsyncConnection, account_id: str) -> bool:
    now = context.now()
    due = or_(accounts.c.reissued_at.is_(None), accounts.c.reissued_at <= now - REISSUE_PAUSE)
    row = update(accounts).where(accounts.c.id == account_id, accounts.c.state == "active", due).values(reissued_at=now)
    return (await connection.execute(row)).rowcount == 1
