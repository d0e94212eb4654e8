"""The few pages that mails point to. GET never changes anything: mail scanners open every link (SECURITY F13)."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Row, select

from portal.server.access import grants as lives
from portal.server.access.letters import site_page
from portal.server.access.tables import accounts, customers, end_links, grants
from portal.server.context import Context, Ctx
from portal.server.keys import digest

router = APIRouter(include_in_schema=False)
CODE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


@router.get("/activate/{code}")
async def activate(code: str, context: Ctx) -> HTMLResponse:
    """The same page for every well-formed code: it tells nobody which ones exist."""
    if not CODE.fullmatch(code):
        return _page(context, "incomplete", "de", {}, 404)
    link = f"{context.settings.telegram_link}?start={code}"
    return _page(context, "activate", "de", {"code": code, "telegram_link": link})


@router.get("/connections/end/{code}")
async def ask_end(code: str, context: Ctx) -> HTMLResponse:
    link = await _end_link(context, code)
    if link is None:
        return _page(context, "incomplete", "de", {}, 404)
    return _page(context, "end" if link.ended_at is None else "ended", link.locale, _facts(link))


@router.post("/connections/end/{code}")
async def end(code: str, context: Ctx) -> HTMLResponse:
    link = await _end_link(context, code)
    if link is None:
        return _page(context, "incomplete", "de", {}, 404)
    async with context.database.writing() as connection:
        await lives.end(connection, context.now(), "mail", grants.c.id == link.grant_id)
    return _page(context, "ended", link.locale, _facts(link))


async def _end_link(context: Context, code: str) -> Row[tuple[object, ...]] | None:
    """The connection that the link can end, as its recipient may see it."""
    recipient = accounts.alias("recipient")
    query = (
        select(end_links.c.grant_id, grants, accounts.c.username, recipient.c.locale, customers.c.zoneinfo)
        .join(grants, grants.c.id == end_links.c.grant_id)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .join(recipient, recipient.c.id == end_links.c.account_id)
        .join(customers, customers.c.id == accounts.c.customer_id)
        .where(end_links.c.code_hash == digest(code), end_links.c.expires_at > context.now())
    )
    async with context.database.reading() as connection:
        return (await connection.execute(query)).one_or_none()


def _facts(link: Row[tuple[object, ...]]) -> dict[str, str]:
    when = f"{link.created_at.astimezone(ZoneInfo(link.zoneinfo)):%d.%m.%Y %H:%M}"
    return {"label": link.connection_label or "Telegram", "when": when, "owner": link.username}


def _page(context: Context, kind: str, locale: str, facts: Mapping[str, str], status: int = 200) -> HTMLResponse:
    return HTMLResponse(site_page(context.settings, kind, locale, facts), status_code=status, headers=HEADERS)
