"""Show full data below a screen for a while: until a decision, until the screen's subject is left, or their time.

What stands below which screen is remembered in memory. After a restart it goes by its time, or with what is shown next.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, InputMediaPhoto

from bot.delivery.screen import File
from bot.delivery.spacing import keep_together
from bot.telegram.direct import request, text_edited, text_sent
from dialogs.kit.flow import Visitor

log = structlog.get_logger(__name__)


class PassingStanding(NamedTuple):
    """The ids of the protected messages that stand in a chat."""

    subject: tuple[str, object] | None
    """what they are about"""
    words: tuple[int, ...] = ()
    pictures: tuple[int, ...] = ()


def subject_of(link: CallbackData) -> tuple[str, object] | None:
    """Return what a screen is about: the first field of its link, None if it has none."""
    return next(iter(vars(link).items()), None)


class PassingBelow:
    """The protected messages of each chat that shows any: at most one text and the pictures of one button."""

    def __init__(self) -> None:
        self._standing: dict[int, PassingStanding] = {}

    async def leave(self, visitor: Visitor, chat: int, at: CallbackData) -> None:
        """Let the messages be deleted now if the screen of this link is about something else."""
        standing = self._standing.get(chat)
        if standing is not None and not _is_about(at, standing.subject):
            await visitor.services.passing.end(visitor.account.id)
            del self._standing[chat]

    async def show_words(self, bot: Bot, visitor: Visitor, chat: int, at: CallbackData, words: str) -> bool:
        """Send a protected message in place of the one before; return False if it was not shown.

        It gets its words once its deletion is stored, so that none stay in the chat if the bot is stopped meanwhile.
        """
        standing = self._before(chat, at)
        try:
            sent = await self._send(bot, visitor, chat, standing.pictures)
            self._standing[chat] = standing._replace(words=(sent,))
            await request(bot, text_edited(chat, sent, keep_together(words)))
        except (TelegramAPIError, ClientDecodeError) as trouble:
            log.warning("full data were not shown", error=type(trouble).__name__)
            return False
        return True

    async def show_pictures(
        self, bot: Bot, visitor: Visitor, chat: int, at: CallbackData, pictures: Sequence[File]
    ) -> bool:
        """Do the same with pictures, each in a message of its own; return False if one of them was not shown."""
        standing = self._before(chat, at)._replace(pictures=())
        try:
            for picture in pictures:
                sent = await self._send(bot, visitor, chat, (*standing.words, *standing.pictures))
                standing = self._standing[chat] = standing._replace(pictures=(*standing.pictures, sent))
                media = BufferedInputFile(picture.data, picture.name)
                caption = escape(picture.caption, quote=False)
                shown = InputMediaPhoto(media=media, caption=caption)
                await bot.edit_message_media(shown, chat_id=chat, message_id=sent)
        except (TelegramAPIError, ClientDecodeError) as trouble:
            log.warning("a picture was not shown", error=type(trouble).__name__)
            return False
        return True

    def _before(self, chat: int, at: CallbackData) -> PassingStanding:
        """Return what stands of the same subject."""
        standing, subject = self._standing.get(chat), subject_of(at)
        return standing if standing is not None and standing.subject == subject else PassingStanding(subject)

    async def _send(self, bot: Bot, visitor: Visitor, chat: int, beside: Sequence[int]) -> int:
        """Send a message without words and plan its deletion; all but those beside it are deleted now."""
        sent = await request(bot, text_sent(chat, "…", protected=True))
        await visitor.services.passing.plan(visitor.account.id, sent, beside)
        return sent


def _is_about(link: CallbackData, subject: tuple[str, object] | None) -> bool:
    return subject is None or subject in vars(link).items()
