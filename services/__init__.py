"""Rules: no Telegram, no SQL, no HTTP."""
