"""Telegram offline: a strict Bot API server, a chat page, an SMS phone and a mail inbox (see docs/sandbox.md)."""
