"""Record whether a person has blocked the bot: a blocked bot sends nothing until the person returns."""

from __future__ import annotations

from typing import Protocol

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import ChatMemberUpdated


class ReachableAccounts(Protocol):
    """What this module needs of ``services.accounts``."""

    async def set_reachable(self, telegram_id: int, reachable: bool) -> None: ...


def reachability(accounts: ReachableAccounts) -> Router:
    """Return a router for ``my_chat_member`` updates of private chats."""

    async def on_change(change: ChatMemberUpdated) -> None:
        await accounts.set_reachable(change.from_user.id, change.new_chat_member.status != ChatMemberStatus.KICKED)

    router = Router(name="reachability")
    router.my_chat_member.register(on_change, F.chat.type == ChatType.PRIVATE)
    return router
