"""Where events may go: to https addresses on the public internet, as their clients gave them.

Whoever may subscribe could otherwise make the portal knock at doors inside its own network. A name is judged when it
is given, as far as its spelling tells, and by the addresses it has when it is called: the call then goes to exactly
such an address, so that a name that changes its mind in between gains nothing.
"""

import asyncio
import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
_INSIDE = ("localhost", "local", "internal", "home.arpa", "lan")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # leads to any IPv4 address, private ones too
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotACallback(Exception):
    """Events do not go there; the message says why."""


def check(callback: str, *, local: bool) -> None:
    """Raises NotACallback. With `local`, for demo and tests, this machine may be called, also without TLS."""
    parts = _parts(callback)
    if local and _is_this_machine(parts.hostname or ""):
        return
    if parts.scheme != "https":
        raise NotACallback("an https address is expected")
    host = (parts.hostname or "").rstrip(".").lower()
    literal = _literal(host)
    if literal is not None:
        _check_public(literal)
    elif "." not in host or host.endswith(tuple(f".{name}" for name in _INSIDE)):
        raise NotACallback("not a name of the public internet")


async def resolve(callback: str, *, local: bool) -> str:
    """The address to call for it now; raises NotACallback, or OSError when the name leads nowhere."""
    check(callback, local=local)
    parts = _parts(callback)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if local and _is_this_machine(host):
        return host if _literal(host) else "127.0.0.1"
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        _check_public(ipaddress.ip_address(address.partition("%")[0]))
    return addresses[0]


def _parts(callback: str) -> SplitResult:
    if len(callback) > LONGEST or not callback.isascii() or not callback.isprintable() or set(callback) & set(' \\"<>'):
        raise NotACallback("not an address")
    try:
        parts = urlsplit(callback)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise NotACallback("not an address") from None
    if not usable:
        raise NotACallback("an https address is expected")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotACallback("no user, password or fragment")
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_this_machine(host: str) -> bool:
    literal = _literal(host)
    return host == "localhost" or (literal is not None and literal.is_loopback)


def _check_public(address: Address) -> None:
    inner: Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64 or address.teredo:
            raise NotACallback("not an address of the public internet")
    for one in (address, inner):
        if one is not None and (not one.is_global or one.is_multicast or one.is_reserved):
            raise NotACallback("not an address of the public internet")
