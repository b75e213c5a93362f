"""What jobs do in chats beside the outbox: tell the operator of alarms, keep the staff's commands, delete messages."""

from __future__ import annotations

from typing import NamedTuple

from aiogram import Bot

from bot.core.clock import Clock
from bot.delivery.operator_news import OperatorNews
from bot.delivery.passing import Deletions
from bot.services import Services
from bot.settings import Settings
from bot.telegram.commands import StaffMenus
from bot.telegram.messenger import TelegramMessenger
from dialogs.kit.alarms import describe_in
from storage.unit import Storage


class ChatWork(NamedTuple):
    operator_news: OperatorNews
    menus: StaffMenus
    deletions: Deletions


def make_chat_work(
    storage: Storage, services: Services, bot: Bot, messenger: TelegramMessenger, clock: Clock, settings: Settings
) -> ChatWork:
    describe = describe_in(settings.default_language)
    return ChatWork(
        OperatorNews(storage, services.alarms, messenger, describe, clock, settings.operator_chat),
        StaffMenus(bot, storage, settings.default_language),
        Deletions(storage, messenger, clock),
    )
