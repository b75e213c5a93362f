"""How updates reach the bot: getUpdates; a webhook is only there if a test has left it, and gets nothing."""

from typing import Any

from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator

_LONGEST_POLL = 50


@method("getUpdates")
async def get_updates(emulator: Emulator, params: Params) -> Any:
    kinds = params.json("allowed_updates", "can't parse allowed updates JSON object")
    emulator.updates.allow(kinds if isinstance(kinds, list) else None)
    limit = min(max(params.integer("limit", 100), 1), 100)
    seconds = min(max(params.integer("timeout"), 0), _LONGEST_POLL)
    return await emulator.updates.poll(params.integer("offset"), limit, seconds)


@method("deleteWebhook")
def delete_webhook(emulator: Emulator, params: Params) -> bool:
    emulator.updates.set_webhook("")
    if params.flag("drop_pending_updates"):
        emulator.updates.clear()
    return True


@method("getWebhookInfo")
def get_webhook_info(emulator: Emulator, params: Params) -> dict[str, Any]:
    updates = emulator.updates
    info = {"url": updates.webhook, "has_custom_certificate": False, "pending_update_count": len(updates.pending)}
    return info | {"max_connections": 40} if updates.webhook else info
