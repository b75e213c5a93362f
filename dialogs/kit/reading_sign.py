"""Say that a photo is being read if that takes longer than a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiogram.enums import ChatAction
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.kit.render import Turn, show
from dialogs.kit.screen import ways_out

SIGN_AFTER = 0.8
"""seconds"""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def reading_sign(turn: Turn, prompt: int | None) -> AsyncIterator[None]:
    """Show a sign if the block runs longer than a moment; the block must not edit the message of the prompt.

    A sign that is on its way is waited for, so that it never replaces the answer.
    """
    is_read = asyncio.Event()
    sign = asyncio.create_task(_show_sign(turn, prompt, is_read))  # noqa: TID251 - awaited below
    try:
        yield
    finally:
        is_read.set()
        await sign


async def _show_sign(turn: Turn, prompt: int | None, is_read: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(SIGN_AFTER):
            await is_read.wait()
    except TimeoutError:
        try:
            await _send_sign(turn, prompt)
        except (TelegramAPIError, ClientDecodeError) as trouble:
            log.warning("the sign of reading was not shown", error=type(trouble).__name__)


async def _send_sign(turn: Turn, prompt: int | None) -> None:
    """Edit the prompt's message; where something newer stands below it, let the chat say that an answer is written."""
    visitor = turn.visitor
    newest = await visitor.services.shown_news.if_newest(visitor.account.id, prompt)
    if newest is None:
        await turn.bot.send_chat_action(turn.chat, ChatAction.TYPING)
    else:
        sentence = _("I am reading the photo. It takes a few seconds.")
        await show(turn.bot, turn.chat, Screen(sentence, (ways_out(),)), newest)
