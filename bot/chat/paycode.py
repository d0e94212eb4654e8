"""The text of a payment code as a QR code that a banking app reads from a screen or out of a saved picture."""

import io

import segno

SIDE = 640  # pixels at least: sharp on a phone
QUIET = 4  # modules of white around it, as the standard wants; they are what a dark chat doesn't give


def qr(text: str) -> bytes:
    """A PNG, error level M as EPC069-12 wants it."""
    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    written = io.BytesIO()
    code.save(written, kind="png", border=QUIET, scale=-(-SIDE // code.symbol_size(border=QUIET)[0]), light="white")
    return written.getvalue()
