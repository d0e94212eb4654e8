"""Time-based one-time passwords as a second factor (RFC 6238): thirty seconds, one step of tolerance, each step once.

The secret is sealed at rest. The last step that was used is kept, so neither it nor an earlier one is taken again.
"""

import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Row, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.server.access.tables import accounts
from portal.server.context import Context
from portal.server.keys import same

STEP = 30  # seconds
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226 recommends 160 bits
ISSUER = "e:service"


async def enrol(context: Context, connection: AsyncConnection, owner: Row[tuple[object, ...]]) -> str:
    """A new secret for the account, the one before is void; answers the otpauth URI for an authenticator app."""
    secret = secrets.token_bytes(SECRET_BYTES)
    sealed = context.keys.seal(secret.hex(), _place(owner.id))
    row = update(accounts).where(accounts.c.id == owner.id)
    await connection.execute(row.values(totp_secret=sealed, totp_step=None))
    return _generator(secret).get_provisioning_uri(owner.username, ISSUER)


async def accept(context: Context, connection: AsyncConnection, owner: Row[tuple[object, ...]], code: str) -> bool:
    """Whether the code is the current one, or its neighbour, and of a step that was never used; then it is used."""
    if owner.totp_secret is None:
        return False
    generator = _generator(bytes.fromhex(context.keys.open(owner.totp_secret, _place(owner.id))))
    now = int(context.now().timestamp()) // STEP
    for step in (now, now - 1, now + 1):
        if same(generator.generate(step * STEP).decode("ascii"), code):
            return await _use(connection, owner.id, step)
    return False


async def _use(connection: AsyncConnection, account_id: str, step: int) -> bool:
    unused = or_(accounts.c.totp_step.is_(None), accounts.c.totp_step < step)
    row = update(accounts).where(accounts.c.id == account_id, unused)
    return (await connection.execute(row.values(totp_step=step))).rowcount == 1


def _generator(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 - HMAC-SHA-1 is what authenticator apps speak


def _place(account_id: str) -> str:
    return f"totp {account_id}"
