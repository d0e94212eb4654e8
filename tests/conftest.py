"""What every test gets: the proof plugin, one Hypothesis profile, and plain logs."""

import asyncio
from collections.abc import Callable

import structlog
import uvloop
from hypothesis import settings

pytest_plugins = ["tests.proof", "tests.databases"]

# no deadline: a shared two-core machine is slow now and then, and that is not what a property is about
settings.register_profile("team", deadline=None, print_blob=True)
settings.load_profile("team")

# tracebacks painted in colours, with all the locals, would take longer than many a test
_plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _plain])


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the product runs on."""
    return {"uvloop": uvloop.new_event_loop}
