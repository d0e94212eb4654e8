"""The portal as the bot sees it: client, models and errors (and, under `server`, the reference portal)."""
