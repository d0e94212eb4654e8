"""The Bot API server: `/bot<token>/<method>`, as strict as Telegram and in Telegram's words."""
