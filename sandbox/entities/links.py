"""Which links Telegram takes in entities and buttons, and what it says of the others."""

import re

PROTOCOL = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
WEB = re.compile(r"^(?:https?://)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(:\d{1,5})?(?=$|[/?#])", re.IGNORECASE)


class BadLink(Exception):
    """The reason, in Telegram's words."""


def checked_link(url: str) -> str:
    """The link as Telegram stores it (with a protocol and a path)."""
    link = url.strip()
    protocol = PROTOCOL.match(link)
    if protocol and protocol.group(1).lower() in {"tg", "ton", "tonsite"}:
        return link
    if protocol and "://" in link and protocol.group(1).lower() not in {"http", "https"}:
        raise BadLink("Unsupported URL protocol")
    found = WEB.match(link)
    host = found.group(1) if found else ""
    if found and not host:
        raise BadLink("URL host is empty")
    if not found or "." not in host.strip(".") or re.search(r"[\s<>\"]", host):
        raise BadLink("Wrong HTTP URL")
    if not re.match(r"https?://", link, re.IGNORECASE):
        link = "http://" + link
    return link if re.search(r"https?://[^/?#]+[/?#]", link, re.IGNORECASE) else link + "/"
