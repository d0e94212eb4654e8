"""The Telegram adapter: knows Telegram, knows no feature."""

import os

# python-telegram-bot gives durations as timedelta only when asked so, and warns at each RetryAfter otherwise
os.environ.setdefault("PTB_TIMEDELTA", "true")
