"""Whom the portal trusts when it calls somebody over TLS."""

import ssl
from functools import cache


@cache
def authorities() -> ssl.SSLContext:
    """The machine's certificate authorities, read once: it takes longer than a request."""
    return ssl.create_default_context()
