"""Formatted text as Telegram understands it: parsing, detection, trimming, rendering. Offsets are UTF-16 units."""
