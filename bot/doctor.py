"""`python -m bot doctor`: tries what the bot will need, and says of each thing that it is well or what to mend.

Changes nothing: it reads Telegram's getMe and what Telegram notes about a webhook, whether the public address answers,
the portal's metadata and its answer to a token that does not exist, the database's schema revision, the clock of the
portal's answers, the modes of the files that hold secrets, and whether the mail server lets the bot in.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot import keyfile
from bot.chat.post import reach
from bot.chat.transport import TelegramRequest, base_file_url, base_url
from bot.chat.webhook import PATH
from bot.settings import Settings, TelegramMode
from bot.values import sqlite_file
from portal.calls import PortalAccess
from portal.client import Portal
from portal.errors import BadAnswer, ClientRefused, NotFound, PortalError, Unavailable
from portal.models import AccessToken
from portal.wire import Wire, WireError
from services.mailing import PostDown
from storage.engine import Database
from storage.migrate import HEAD, current

PATIENCE = 10.0  # seconds per check
LARGEST_SKEW = timedelta(seconds=30)  # signed pushes and PINs are judged by the clock


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    HINT = "hint"
    MEND = "MEND"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    state: State
    what: str
    says: str

    def __str__(self) -> str:
        return f"{self.state:<5} {self.what:<10} {self.says}"


async def examine(settings: Settings, folder: Path, clock: Callable[[], datetime]) -> Sequence[Finding]:
    """Look at everything at once; the bot can run when no finding says MEND."""
    checks = (
        telegram(settings),
        address(settings),
        portal(settings),
        database(settings),
        clock_skew(settings, clock),
        keys(settings, folder),
        mail(settings),
        contact(settings),
    )
    return [finding for found in await asyncio.gather(*checks) for finding in found]


async def telegram(settings: Settings) -> Sequence[Finding]:
    """Whether Telegram knows the token, and whether updates come the way that the settings say."""
    api = settings.telegram_api_url
    bot = Bot(
        settings.telegram_bot_token.reveal(),
        base_url=base_url(api),
        base_file_url=base_file_url(api),
        request=TelegramRequest(connections=1, read=PATIENCE),
        get_updates_request=TelegramRequest(connections=1),
    )
    try:
        await bot.initialize()
        known = Finding(State.OK, "telegram", f"@{bot.username} at {api}")
        return [known, *_about_webhook(settings, await bot.get_webhook_info())]
    except InvalidToken:
        return [Finding(State.MEND, "telegram", "does not know TELEGRAM_BOT_TOKEN: ask BotFather for the current one")]
    except TelegramError as error:
        return [Finding(State.MEND, "telegram", f"{api} does not answer ({error}): is the way there open?")]
    finally:
        await bot.shutdown()


def _about_webhook(settings: Settings, info: WebhookInfo) -> Sequence[Finding]:
    if settings.telegram_mode is TelegramMode.POLLING:
        if not info.url:
            return []
        return [
            Finding(State.HINT, "webhook", "one is set, though TELEGRAM_MODE is polling: the next start deletes it")
        ]
    if info.url != f"{settings.public_url}{PATH}":
        return [Finding(State.HINT, "webhook", "is not set to PUBLIC_URL yet: the next start does it")]
    if info.last_error_message and info.pending_update_count:
        waiting = f"{info.pending_update_count} updates wait: {info.last_error_message}"
        return [Finding(State.MEND, "webhook", f"does not get through, {waiting}; is the way from outside open?")]
    return [Finding(State.OK, "webhook", f"is set to {info.url}")]


async def address(settings: Settings) -> Sequence[Finding]:
    """Whether somebody answers at the public address."""
    if settings.public_url is None:
        return []
    async with _wire() as wire:
        try:
            reply = await wire.call("GET", f"{settings.public_url}{PATH}", within=PATIENCE)
        except WireError:
            hint = f"{settings.public_url} does not answer: does the proxy run, does its name lead here?"
            return [Finding(State.HINT, "address", hint)]
    if reply.status in (502, 503, 504):
        return [Finding(State.HINT, "address", f"{settings.public_url} answers, the bot behind it does not (yet)")]
    return [Finding(State.OK, "address", f"{settings.public_url} answers")]


async def portal(settings: Settings) -> Sequence[Finding]:
    """Whether the portal is one, and accepts the bot's own credentials."""
    async with _wire() as wire:
        secret = settings.portal_client_secret.reveal()
        client = Portal(PortalAccess(settings.portal_url, settings.portal_client_id, secret), wire)
        try:
            async with asyncio.timeout(PATIENCE):
                endpoints = await client.discover()
                # revoking a token that does not exist changes nothing, and is only answered to a known client
                await client.oauth.revoke(AccessToken("doctor"))
        except (PortalError, TimeoutError) as error:
            return [Finding(State.MEND, "portal", _advice(settings, error))]
        finally:
            await client.aclose()
    return [Finding(State.OK, "portal", f"{endpoints.issuer} accepts {settings.portal_client_id}")]


def _advice(settings: Settings, error: PortalError | TimeoutError) -> str:
    match error:
        case ClientRefused():
            return "does not accept PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET: compare them with the portal's"
        case BadAnswer() | NotFound():
            return f"{settings.portal_url} answers, but not as an e:service portal ({error}): is PORTAL_URL right?"
        case Unavailable() | TimeoutError():
            return f"{settings.portal_url} does not answer: is it running, is PORTAL_URL right, is the way open?"
        case _:
            return f"{settings.portal_url} refuses the bot ({error}): ask who runs it"


async def database(settings: Settings) -> Sequence[Finding]:
    """Whether the database opens and has the schema of this release."""
    url = settings.database_url.reveal()
    file = sqlite_file(url)
    if file is not None and not file.exists():
        there = next(folder for folder in file.absolute().parents if folder.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            return [Finding(State.MEND, "database", f"{file} can't be made in {there}: is DATABASE_URL right?")]
        return [Finding(State.OK, "database", f"{file} is made at the first start")]
    store = Database(url)
    name = store.url.render_as_string(hide_password=True)
    try:
        async with asyncio.timeout(PATIENCE):
            revision = await current(store)
    except Exception as error:  # whatever a driver raises, the operator needs a sentence
        cause = type(error.__cause__ or error).__name__
        return [
            Finding(State.MEND, "database", f"{name} can't be opened ({cause}): is DATABASE_URL right, does it run?")
        ]
    finally:
        await store.close()
    if revision is None:
        return [Finding(State.OK, "database", f"{name} is empty; the first start fills it")]
    if revision > HEAD:
        return [
            Finding(State.MEND, "database", f"{name} is newer ({revision}) than this release ({HEAD}): update the bot")
        ]
    return [Finding(State.OK, "database", f"{name} is at {revision}" + ("" if revision == HEAD else f", next {HEAD}"))]


async def clock_skew(settings: Settings, clock: Callable[[], datetime]) -> Sequence[Finding]:
    """How far this machine's clock is from the portal's."""
    async with _wire() as wire:
        try:
            reply = await wire.call("HEAD", settings.portal_url, within=PATIENCE)
            skew = abs(clock() - parsedate_to_datetime(reply.headers.get("Date", "")))
        except (WireError, ValueError):
            return [Finding(State.HINT, "clock", "could not be compared: the portal gives no time")]
    if skew > LARGEST_SKEW:
        seconds = round(skew.total_seconds())
        return [Finding(State.MEND, "clock", f"is {seconds} s off the portal's: run timedatectl set-ntp true")]
    return [Finding(State.OK, "clock", "agrees with the portal's")]


async def keys(settings: Settings, folder: Path) -> Sequence[Finding]:
    """Whether files with secrets are for their owner only."""
    found = [Finding(State.OK, "keys", f"{len(settings.vault_keys)} in use, the newest seals")]
    for path in (settings.var / keyfile.NAME, folder / ".env"):
        if path.exists() and keyfile.others_may_read(path):
            found.append(Finding(State.MEND, "keys", f"others may read {path}: chmod 600 {path}"))
    return found


async def mail(settings: Settings) -> Sequence[Finding]:
    """Whether the mail server lets the bot in; nothing is sent."""
    if settings.mail is None:
        return []
    server = settings.mail.server
    where = f"{server.host}:{server.port}"
    try:
        async with asyncio.timeout(PATIENCE):
            await reach(server)
    except (PostDown, TimeoutError) as error:
        hint = f"{where} lets nobody in ({error or 'no answer'}): is SMTP_URL right, is the way there open?"
        return [Finding(State.MEND, "mail", hint)]
    return [Finding(State.OK, "mail", f"{where} takes mails from {settings.mail.sender}")]


async def contact(settings: Settings) -> Sequence[Finding]:
    """Whether /hilfe ends with a human."""
    if settings.help_contact.phone or settings.help_contact.mail:
        return [Finding(State.OK, "help", "ends with a human")]
    return [Finding(State.HINT, "help", "names no human: set HELP_PHONE, HELP_MAIL and HELP_HOURS")]


@asynccontextmanager
async def _wire() -> AsyncIterator[Wire]:
    wire = Wire()
    try:
        yield wire
    finally:
        await wire.aclose()
