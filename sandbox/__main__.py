"""`python -m sandbox`: the sandbox alone, until Ctrl-C."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from .app import Sandbox
from .settings import BotAccount, SandboxSettings


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="HTTP port; 0 = a free one")
    parser.add_argument("--smtp-port", type=int, default=0, help="SMTP port; 0 = a free one")
    parser.add_argument("--token", default="2300229:demo", help="the bot's token, number:secret")
    parser.add_argument("--username", default="eservice_demo_bot")
    parser.add_argument("--spec", type=Path, help="telegram-bot-api.json: check every request against it")
    parser.add_argument("--rate-limits", action="store_true", help="Telegram's flood limits")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    settings = SandboxSettings(
        host=arguments.host,
        port=arguments.port,
        smtp_port=arguments.smtp_port,
        bots=(BotAccount(arguments.token, arguments.username),),
        spec=arguments.spec,
        rate_limits=arguments.rate_limits,
    )
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Sandbox(settings) as sandbox:
        sys.stdout.write(f"Sandbox: {sandbox.url}  SMTP: {arguments.host}:{sandbox.smtp_port}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    try:
        asyncio.run(_serve(_arguments()))
    except OSError as problem:
        sys.exit(f"The sandbox cannot listen: {problem.strerror or problem}")
