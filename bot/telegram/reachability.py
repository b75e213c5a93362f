"""Record whether a person has blocked the bot: a blocked bot sends nothing until the person returns."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import ChatMemberUpdated

from bot.account.accounts import Accounts


def reachability(accounts: Accounts) -> Router:
    """Return a router for ``my_chat_member`` updates of private chats."""

    async def on_change(change: ChatMemberUpdated) -> None:
        await accounts.set_reachable(change.from_user.id, change.new_chat_member.status != ChatMemberStatus.KICKED)

    router = Router(name="reachability")
    router.my_chat_member.register(on_change, F.chat.type == ChatType.PRIVATE)
    return router
