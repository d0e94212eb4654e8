"""How often, and how long, what could not be sent is tried again: the same for notices and for mails."""

import random
from datetime import timedelta

HORIZON = timedelta(hours=72)  # from the first try; after it, it would be no news
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 3600.0  # seconds


def pause(attempts: int) -> timedelta:
    """Full jitter, so that what failed together doesn't come back together."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 20))
    return timedelta(seconds=random.uniform(0.5, longest))  # noqa: S311  # not a secret
