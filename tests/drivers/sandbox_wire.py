"""How the driver speaks to the sandbox, and the two ways in which that fails."""

import ssl

import httpx


def plain_http() -> httpx.AsyncHTTPTransport:
    """Only http:// is spoken here, so no certificates are loaded: that takes longer than a test."""
    limits = httpx.Limits(max_connections=500, max_keepalive_connections=100)
    return httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), limits=limits)


class SandboxRefused(Exception):
    """The simulation API's 4xx: what the person wanted cannot be done."""


class NotSeen(AssertionError):
    """Something did not happen in time; the message is what the person sees instead."""
