"""The secrets of subscriptions and what they sign (Standard Webhooks, v1: HMAC-SHA-256 over id, time and raw body).

Sealed at rest, told once. When one is renewed its predecessor goes on signing for a while, so that nobody has to change
at the very same moment.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncConnection
from standardwebhooks import Webhook

from portal.server.context import Context
from portal.server.events.tables import hubs


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def seal(context: Context, hub_id: str, secret: str) -> str:
    return context.keys.seal(secret, f"hub {hub_id}")


async def renew(context: Context, connection: AsyncConnection, hub: Row[tuple[object, ...]]) -> str:
    """The hub's new secret."""
    secret, until = new_secret(), context.now() + timedelta(seconds=context.settings.event_secret_grace)
    row = update(hubs).where(hubs.c.id == hub.id)
    renewed = {"secret": seal(context, hub.id, secret), "former_secret": hub.secret, "former_until": until}
    await connection.execute(row.values(renewed))
    return secret


def signers(context: Context, hub: Row[tuple[object, ...]]) -> list[str]:
    """The secrets that sign now, newest first."""
    sealed = [hub.secret]
    if hub.former_secret is not None and hub.former_until > context.now():
        sealed.append(hub.former_secret)
    return [context.keys.open(one, f"hub {hub.id}") for one in sealed]


def headers(event_id: str, body: str, now: datetime, signers: Sequence[str]) -> dict[str, str]:
    """One signature for each secret."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(event_id, now, body) for secret in signers),
    }
