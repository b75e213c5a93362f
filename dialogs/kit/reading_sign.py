"""Say that an answer is being worked on if that takes longer than a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from aiogram.enums import ChatAction
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Message

from bot.core.i18n import ngettext
from bot.delivery.screen import Screen
from dialogs.kit.files import is_picture
from dialogs.kit.render import Turn, show
from dialogs.kit.screen import ways_out

SIGN_AFTER = 0.8
"""seconds"""
TYPING_LASTS = 4.5
"""seconds; Telegram shows «печатает…» for five"""

ShowSign = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)


@asynccontextmanager
async def reading_sign(turn: Turn, prompt: int | None, sent: Sequence[Message]) -> AsyncIterator[None]:
    """Show that what was sent is being read; the block must not edit the message of the prompt."""

    async def show_first() -> None:
        """Edit the prompt's message; where something newer stands below it, the sign of typing must do."""
        visitor = turn.visitor
        newest = await visitor.services.shown_news.if_newest(visitor.account.id, prompt)
        if newest is None:
            await _show_typing(turn)
        else:
            sentence = reading_line(sent)
            turn.newest.doubt(turn.chat)
            await show(turn.bot, turn.chat, Screen(sentence, (ways_out(),)), newest)

    async with _sign(turn, show_first):
        yield


def reading_line(sent: Sequence[Message]) -> str:
    """Return what is being read; a picture that is sent as a file is a photo."""
    if all(map(is_picture, sent)):
        return ngettext(
            "I am reading the photo. It takes a few seconds.",
            "I am reading the photos. It takes a few seconds.",
            len(sent),
        )
    return ngettext(
        "I am reading the file. It takes a few seconds.", "I am reading the files. It takes a few seconds.", len(sent)
    )


@asynccontextmanager
async def typing_sign(turn: Turn) -> AsyncIterator[None]:
    """Show «печатает…» while the block runs."""

    async def show_first() -> None:
        await _show_typing(turn)

    async with _sign(turn, show_first):
        yield


@asynccontextmanager
async def _sign(turn: Turn, show_first: ShowSign) -> AsyncIterator[None]:
    """Show a sign if the block runs longer than a moment, then «печатает…» until it ends.

    A sign that is on its way is waited for, so that it never replaces the answer.
    """
    is_done = asyncio.Event()
    sign = asyncio.create_task(_show_until(is_done, turn, show_first))  # noqa: TID251 - awaited below
    try:
        yield
    finally:
        is_done.set()
        await sign


async def _show_until(is_done: asyncio.Event, turn: Turn, show_first: ShowSign) -> None:
    if await _is_set_within(SIGN_AFTER, is_done):
        return
    await _shown(show_first)
    while not await _is_set_within(TYPING_LASTS, is_done):
        await _shown(lambda: _show_typing(turn))


async def _is_set_within(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _shown(show_sign: ShowSign) -> None:
    try:
        await show_sign()
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("the sign of work was not shown", error=type(trouble).__name__)


async def _show_typing(turn: Turn) -> None:
    await turn.bot.send_chat_action(turn.chat, ChatAction.TYPING)
