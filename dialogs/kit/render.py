"""Showing: a screen put into its message, the answer to a press, and a typed answer taken out of the chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.core.i18n import gettext as _
from bot.delivery.screen import File, Screen
from dialogs.kit import contact_keyboard as keys
from dialogs.kit.access_code import still_waits
from dialogs.kit.flow import Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import ways_out

ALERT_LIMIT = 200
"""characters of a callback's answer"""

log = structlog.get_logger(__name__)


NOTHING_TO_EDIT = (
    "can't be edited",
    "to edit not found",
    "message_id_invalid",
    "message identifier is not specified",
    "no text in the message to edit",
)


def has_nothing_to_edit(refusal: str) -> bool:
    """Whether Telegram's refusal of an edit means that the message is gone, or never was one of text."""
    return any(sign in refusal.lower() for sign in NOTHING_TO_EDIT)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=b.text, callback_data=b.data or None, url=b.url or None) for b in row]
            for row in screen.rows
        ]
    )


async def show(bot: Bot, chat: int, screen: Screen, message: int | None = None) -> int:
    """Put a screen into that message, or into a new one where there is none to edit; returns the message's id."""
    markup = keyboard(screen)
    if message is not None and await _edit(bot, chat, message, screen.text, markup):
        return message
    sent = await bot.send_message(chat, screen.text, reply_markup=markup)
    return sent.message_id


async def _edit(bot: Bot, chat: int, message: int, html: str, markup: InlineKeyboardMarkup | None) -> bool:
    """False where there is nothing left to edit."""
    try:
        await bot.edit_message_text(html, chat_id=chat, message_id=message, reply_markup=markup)
    except TelegramBadRequest as trouble:
        words = trouble.message.lower()
        if "not modified" in words:
            return True
        if has_nothing_to_edit(words):
            return False
        raise
    return True


async def forget(bot: Bot, message: Message) -> None:
    """What cannot be deleted now stays: the answer has been read, and that must not be undone for it."""
    try:
        await bot.delete_message(message.chat.id, message.message_id)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a typed answer stays in its chat", error=type(trouble).__name__)


async def acknowledge(call: CallbackQuery, alert: str = "") -> None:
    """The screen is there by now: what Telegram does not take any more is no reason to speak of a failure."""
    try:
        await call.answer(alert[:ALERT_LIMIT] or None, show_alert=bool(alert))
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a press is left without its answer", error=type(trouble).__name__)


async def present(
    bot: Bot,
    chat: int,
    message: int | None,
    visitor: Visitor,
    state: FSMContext,
    reply: Reply,
    at: CallbackData,
    kept: str = "",
) -> None:
    """Show a reply's screen, remember what it asks for, and tell the outbox what need not be said any more.

    ``kept`` is an answer that waits until the prompt for the access code has been answered.
    """
    screen = reply.then
    if not isinstance(screen, Screen):
        return
    hanging = visitor.asked.get("keys")
    if screen.shares_phone and hanging is None:
        hanging = await keys.hang(bot, chat)
        await keys.take_down(bot, chat, message)
        message = None
    shown = await show(bot, chat, screen, message)
    known = {"message": shown} | ({"keys": hanging} if screen.shares_phone else {})
    kept = kept or _waiting(visitor, at)
    await _remember(visitor, state, screen, at, known | ({"kept": kept} if kept else {}))
    if hanging is not None and not screen.shares_phone:
        await keys.take_away(bot, chat, hanging)
    if screen.shows:
        await visitor.services.shown_news.withdraw(screen.shows)
    if reply.files and not await send(bot, chat, reply.files):
        line = _("⚠️ The file could not be sent. Press the button again.")
        await show(bot, chat, replace(screen, text=f"{line}\n\n{screen.text}"), shown)


def _waiting(visitor: Visitor, at: CallbackData) -> str:
    """Return what was typed at the open prompt for the code if it also waits at this screen, else ""."""
    kept: str = visitor.asked.get("kept", "")
    return kept if kept and still_waits(visitor.asked.get("prompt", ""), at) else ""


async def _remember(
    visitor: Visitor, state: FSMContext, screen: Screen, at: CallbackData, known: Mapping[str, object]
) -> None:
    """Write what this screen asks for; nothing if nothing was asked and nothing is."""
    asked = {"prompt": at.pack(), **known} if screen.asks and isinstance(at, Link) else {}
    if asked or visitor.asked:
        await state.set_data(asked)
        visitor.asked = asked


async def send(bot: Bot, chat: int, files: Sequence[File]) -> bool:
    """Files as messages of their own, the last with the way to the menu; False where one of them did not go."""
    menu = keyboard(Screen("", (ways_out(),)))
    try:
        for file in files:
            await bot.send_document(
                chat,
                BufferedInputFile(file.data, file.name),
                caption=escape(file.caption, quote=False) or None,
                reply_markup=menu if file is files[-1] else None,
            )
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a file was not sent", error=type(trouble).__name__)
        return False
    return True
