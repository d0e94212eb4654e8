"""How long a person may be kept waiting.

Whoever talks to a person opens a budget once, around everything: `with within(2.5): ...`. Each portal call inside gets
what is left of it, so a refresh, a repeated read and three pages together still end in time. Background work opens a
longer one. Without any, a single call has `INTERACTIVE` seconds.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

INTERACTIVE = 2.5
LONGEST_CALL = 12.0

_ends: ContextVar[float | None] = ContextVar("portal_budget_ends", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything in the block together has this long; an enclosing budget is never made longer."""
    ends = asyncio.get_running_loop().time() + seconds
    outer = _ends.get()
    token = _ends.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _ends.reset(token)


def remaining(otherwise: float = INTERACTIVE) -> float:
    """Seconds that a call may take now; zero or less means that the time is up."""
    ends = _ends.get()
    if ends is None:
        return otherwise
    return min(ends - asyncio.get_running_loop().time(), LONGEST_CALL)
