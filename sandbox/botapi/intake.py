"""How updates reach the bot: getUpdates. (A webhook would be the other way; it plugs in here.)"""

from ..errors import bad_request
from ..json_values import JsonObject, as_text
from .call import BotCall


async def get_updates(call: BotCall) -> list[JsonObject]:
    queue = call.world.queues[call.bot.id]
    if "allowed_updates" in call.params.values:
        kinds = [as_text(each) for each in call.params.json_array("allowed_updates") or []]
        if None in kinds:
            raise bad_request("can't parse allowed_updates: expected an Array of String")
        queue.allow([kind for kind in kinds if kind is not None])
    limit = call.params.integer("limit")
    return await queue.poll(
        offset=call.params.integer("offset") or 0,
        limit=100 if limit is None else limit,
        timeout=float(call.params.integer("timeout") or 0),
    )


def delete_webhook(call: BotCall) -> object:
    if call.params.flag("drop_pending_updates"):
        call.world.queues[call.bot.id].clear()
    return True


def get_webhook_info(call: BotCall) -> object:
    queue = call.world.queues[call.bot.id]
    info: JsonObject = {"url": "", "has_custom_certificate": False, "pending_update_count": len(queue)}
    if (allowed := queue.allowed()) is not None:
        info["allowed_updates"] = allowed
    return info


METHODS = {"deletewebhook": delete_webhook, "getwebhookinfo": get_webhook_info}
