"""How updates reach the bot: getUpdates asks for them, a webhook has them sent."""

import ipaddress
import re
from urllib.parse import urlsplit

from ..errors import ApiError, bad_request
from ..json_values import JsonObject, as_text
from ..webhook import Address
from .call import BotCall, Described

PORTS = (80, 88, 443, 8443)
CONNECTIONS, MOST_CONNECTIONS = 40, 100
LONGEST_SECRET = 256
CONFLICT = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(call: BotCall) -> list[JsonObject]:
    if call.world.webhooks[call.bot.id].url:
        raise ApiError(409, CONFLICT)
    _allow(call)
    limit = call.params.integer("limit")
    return await call.world.queues[call.bot.id].poll(
        offset=call.params.integer("offset") or 0,
        limit=100 if limit is None else limit,
        timeout=float(call.params.integer("timeout") or 0),
    )


def set_webhook(call: BotCall) -> object:
    """An empty address deletes the webhook, as Telegram has it."""
    url = (call.params.text("url") or "").strip()
    if not url:
        return delete_webhook(call)
    _check(url, loopback=call.world.switches.webhook_loopback)
    secret = call.params.text("secret_token") or None
    if secret is not None and len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", secret, re.ASCII):
        raise bad_request("secret token contains unallowed characters")
    _allow(call)
    _drop(call)
    connections = call.params.integer("max_connections") or CONNECTIONS
    address = Address(url, secret, min(max(connections, 1), MOST_CONNECTIONS))
    webhook = call.world.webhooks[call.bot.id]
    was_set = webhook.address == address
    if not was_set:
        webhook.set(address)
    return Described(True, "Webhook is already set" if was_set else "Webhook was set")


def delete_webhook(call: BotCall) -> object:
    _drop(call)
    webhook = call.world.webhooks[call.bot.id]
    was_set = webhook.address is not None
    if was_set:
        webhook.set(None)
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


def get_webhook_info(call: BotCall) -> object:
    queue, webhook = call.world.queues[call.bot.id], call.world.webhooks[call.bot.id]
    info: JsonObject = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(queue)}
    if webhook.last_error is not None:
        at, description = webhook.last_error
        info |= {"last_error_date": int(at), "last_error_message": description}
    if webhook.address is not None:
        info["max_connections"] = webhook.address.max_connections
    if (allowed := queue.allowed()) is not None:
        info["allowed_updates"] = allowed
    return info


def _allow(call: BotCall) -> None:
    if "allowed_updates" not in call.params.values:
        return
    kinds = [as_text(each) for each in call.params.json_array("allowed_updates") or []]
    if None in kinds:
        raise bad_request("can't parse allowed_updates: expected an Array of String")
    call.world.queues[call.bot.id].allow([kind for kind in kinds if kind is not None])


def _drop(call: BotCall) -> None:
    if call.params.flag("drop_pending_updates"):
        call.world.queues[call.bot.id].clear()


def _check(url: str, *, loopback: bool) -> None:
    """Telegram wants https on one of four ports and no private address; `loopback` excepts this machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid URL") from None
    is_loopback = _is_reserved(host, loopback_only=True)
    if parts.scheme in ("http", "https") and is_loopback and loopback:
        return
    if parts.scheme != "https" or not host:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port is not None and port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if _is_reserved(host):
        raise bad_request(f"bad webhook: IP address {host} is reserved")


def _is_reserved(host: str, *, loopback_only: bool = False) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback if loopback_only else not address.is_global


METHODS = {
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
