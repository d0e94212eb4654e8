"""The bot as a process of its own, the way an operator runs it, to be killed and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class BotProcess:
    """A running `python -m bot run`."""

    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """SIGKILL: no farewell of any kind."""
        self.process.kill()
        await self.process.wait()

    async def terminate(self) -> float:
        """SIGTERM; the seconds until the process has ended."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.process.send_signal(signal.SIGTERM)
        await self.process.wait()
        return loop.time() - began


@asynccontextmanager
async def bot_process(settings: Settings, folder: Path) -> AsyncIterator[BotProcess]:
    """Start the bot with these settings; it does not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env={**os.environ, **environment(settings)}
    )
    try:
        yield BotProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """The settings as an operator writes them down."""
    return {
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.reveal(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "PORTAL_URL": settings.portal_url,
        "PORTAL_CLIENT_ID": settings.portal_client_id,
        "PORTAL_CLIENT_SECRET": settings.portal_client_secret.reveal(),
        "DATABASE_URL": settings.database_url.reveal(),
        "SECRET_KEYS": settings.secret_keys.reveal(),
        "TELEGRAM_MODE": settings.telegram_mode.value,
        "PUBLIC_URL": settings.public_url or "",
        "HTTP_BIND": str(settings.http_bind or ""),
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "json",
    }
