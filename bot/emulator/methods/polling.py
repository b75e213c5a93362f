"""How updates reach the bot: getUpdates and the webhook's settings."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.emulator.core import Emulator
from bot.emulator.errors import bad_request
from bot.emulator.methods.table import method
from bot.emulator.updates import Webhook
from bot.emulator.wire import Params

_LONGEST_POLL = 50
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _allowed(params: Params) -> list[str] | None:
    kinds = params.tree("allowed_updates", "can't parse allowed updates JSON object")
    return kinds if isinstance(kinds, list) else None


@method("getUpdates")
async def get_updates(emulator: Emulator, params: Params) -> Any:
    emulator.updates.allow(_allowed(params))
    limit = min(max(params.integer("limit", 100), 1), 100)
    seconds = min(max(params.integer("timeout"), 0), _LONGEST_POLL)
    return await emulator.updates.poll(params.integer("offset"), limit, seconds)


@method("setWebhook")
def set_webhook(emulator: Emulator, params: Params) -> bool:
    url = params.text("url")
    if not url:
        return delete_webhook(emulator, params)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    emulator.updates.allow(_allowed(params))
    if params.flag("drop_pending_updates"):
        emulator.updates.clear()
    emulator.updates.set_webhook(Webhook(url, secret, connections))
    return True


@method("deleteWebhook")
def delete_webhook(emulator: Emulator, params: Params) -> bool:
    emulator.updates.set_webhook(None)
    if params.flag("drop_pending_updates"):
        emulator.updates.clear()
    return True


@method("getWebhookInfo")
def get_webhook_info(emulator: Emulator, params: Params) -> Any:
    webhook, count = emulator.updates.webhook, len(emulator.updates.pending)
    info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": count}
    if webhook is not None:
        info |= {"url": webhook.url, "max_connections": webhook.connections}
        if webhook.last_error:
            info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if emulator.updates.allowed:
        info["allowed_updates"] = emulator.updates.allowed
    return info
