"""Render replies in the chat: show a screen, store the prompt that it opens, answer a press, delete a typed answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, NamedTuple

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
)

from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, File, Screen, Venue
from bot.delivery.spacing import keep_together
from bot.telegram.direct import Keyboard, message_deleted, press_answered, request, text_edited, text_sent
from dialogs.kit.access_code import is_same_wait
from dialogs.kit.contact_keyboard import delete_message, remove_keyboard, send_keyboard
from dialogs.kit.flow import Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.newest import NewestScreens, Shown
from dialogs.kit.pager import grid
from dialogs.kit.passing import PassingBelow
from dialogs.kit.screen import ways_out
from dialogs.kit.staying import stays

ALERT_LIMIT = 200
"""characters of an alert: Telegram's limit"""

NOTHING_TO_EDIT = (
    "can't be edited",
    "to edit not found",
    "message_id_invalid",
    "message identifier is not specified",
    "no text in the message to edit",
)
"""parts of Telegram's errors for a message that is gone or has no text"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One update of a person: who it is from and where it is answered."""

    visitor: Visitor
    bot: Bot
    chat: int
    state: FSMContext
    """where the open prompt is stored"""
    newest: NewestScreens = field(default_factory=NewestScreens)
    below: PassingBelow = field(default_factory=PassingBelow)


# --- one screen -------------------------------------------------------------------------------------------------------


def has_nothing_to_edit(refusal: str) -> bool:
    """Return whether Telegram refused an edit because the message is gone or has no text."""
    return any(sign in refusal.lower() for sign in NOTHING_TO_EDIT)


def keyboard(screen: Screen) -> Keyboard | None:
    """Return the buttons of a screen, None if it has none; a row that would cut a label becomes several."""
    if not screen.rows:
        return None
    rows = (row for given in screen.rows for row in grid(given, len(given)))
    return {"inline_keyboard": [[_key(button) for button in row] for row in rows]}


def _key(button: Button) -> dict[str, Any]:
    """Return what Telegram calls ``InlineKeyboardButton``."""
    key: dict[str, Any] = {"text": button.text}
    if button.data:
        key["callback_data"] = button.data
    if button.url:
        key["url"] = button.url
    if button.copied:
        key["copy_text"] = {"text": button.copied}
    if button.colour:
        key["style"] = button.colour
    return key


class Placed(NamedTuple):
    """Where a screen stands now, and whether the chat looks different than before."""

    message: int
    is_changed: bool = True
    is_certain: bool = True
    """the message looks so, and no newer press has made its edit needless"""


async def show(bot: Bot, chat: int, screen: Screen, message: int | None = None) -> int:
    """Show a screen in that message, or in a new one if it cannot be edited; return the id of the message."""
    return (await place(bot, chat, screen, message)).message


async def place(bot: Bot, chat: int, screen: Screen, message: int | None) -> Placed:
    """``show``, which also returns whether anything has changed."""
    shown, buttons = keep_together(screen.text), keyboard(screen)
    if message is not None:
        try:
            edited = await request(bot, text_edited(chat, message, shown, buttons))
            return Placed(message, not isinstance(edited, bool), edited is not False)
        except TelegramBadRequest as trouble:
            if "not modified" in trouble.message.lower():
                return Placed(message, is_changed=False)
            if not has_nothing_to_edit(trouble.message):
                raise
    return Placed(await request(bot, text_sent(chat, shown, buttons)))


def way_to_menu() -> InlineKeyboardMarkup:
    """Return the buttons below what is no text, which goes aiogram's way."""
    return InlineKeyboardMarkup.model_validate(keyboard(Screen("", (ways_out(),))))


async def send_files(bot: Bot, chat: int, files: Sequence[File]) -> bool:
    """Send each file as a message, the last one with the way to the menu; return False if one was not sent."""
    menu = way_to_menu()
    try:
        for file in files:
            send = bot.send_photo if file.is_picture else bot.send_document
            await send(
                chat,
                BufferedInputFile(file.data, file.name),
                caption=escape(file.caption, quote=False) or None,
                reply_markup=menu if file is files[-1] else None,
            )
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a file was not sent", error=type(trouble).__name__)
        return False
    return True


async def send_venue(bot: Bot, chat: int, venue: Venue) -> bool:
    """Send a pin on the map with the way to the menu; return False if it was not sent."""
    try:
        await bot.send_venue(
            chat,
            latitude=venue.latitude,
            longitude=venue.longitude,
            title=venue.title,
            address=venue.address,
            reply_markup=way_to_menu(),
        )
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a map was not sent", error=type(trouble).__name__)
        return False
    return True


async def answer_press(bot: Bot, call: CallbackQuery, alert: str = "", toast: str = "") -> None:
    """Answer a press with an alert, with a line that disappears by itself (``toast``), or silently.

    A failure is only logged, because the screen is shown already.
    """
    try:
        await request(bot, press_answered(call.id, (alert or toast)[:ALERT_LIMIT], alert=bool(alert)))
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a press was not answered", error=type(trouble).__name__)


async def delete_answer(bot: Bot, message: Message) -> None:
    """Delete what a person has typed or sent; a failure is only logged, because the answer is in use already."""
    try:
        await request(bot, message_deleted(message.chat.id, message.message_id))
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a typed answer was not deleted", error=type(trouble).__name__)


# --- a reply and the prompt that it opens -----------------------------------------------------------------------------


async def show_reply(
    turn: Turn, message: int | None, reply: Reply, at: CallbackData, kept: str = "", *, is_pressed: bool = False
) -> Placed:
    """Show a reply's screen and files, store the prompt that it opens, and withdraw the news that it makes needless.

    ``message`` is edited if there is one; a message that ``is_pressed`` stands in the chat, so it is not edited into
    what it already is. ``at`` is the link of the screen. ``kept`` is an answer that waits until the access code has
    been typed. Returns where the screen stands, and whether the chat looks different than before.
    """
    plain, visitor, bot, chat = reply.then, turn.visitor, turn.bot, turn.chat
    if not isinstance(plain, Screen):
        raise TypeError("a reply is shown after its links were followed")
    screen = replace(plain, text=f"{reply.line}\n\n{plain.text}") if reply.line else plain
    key_message = visitor.open_prompt.get("keys")
    has_key = screen.shares_phone or screen.shares_place
    if has_key and key_message is None:
        key_message = await send_keyboard(bot, chat, of_place=screen.shares_place)
        if message is not None:
            await delete_message(bot, chat, message)
        message = None  # the screen must stand below the message with the keyboard
    new = Shown(message or 0, plain, at, reply.line, reply.misses, reply.is_own)
    shown, is_changed, _is_certain = await _stand(turn, message, screen, new, is_pressed=is_pressed)
    facts = {"message": shown} | ({"keys": key_message} if has_key else {})
    kept = kept or _still_kept(visitor, at)
    await _store_prompt(turn, screen, at, facts | ({"kept": kept} if kept else {}))
    if key_message is not None and not has_key:
        await remove_keyboard(bot, chat, key_message)
    if screen.shows:
        await visitor.services.shown_news.withdraw(screen.shows, shown if stays(screen) else None)
    await turn.below.leave(visitor, chat, at)
    if failure := await _send_below(turn, reply, at):
        await show(bot, chat, replace(screen, text=f"{failure}\n\n{screen.text}"), shown)
        turn.newest.doubt(chat)
    return Placed(shown, is_changed or bool(reply.files or reply.passing or reply.passing_pictures or reply.venue))


async def _stand(turn: Turn, message: int | None, screen: Screen, new: Shown, *, is_pressed: bool) -> Placed:
    """Show a screen, unless the pressed message shows just this, and remember it as ``new``."""
    before = turn.newest.find(turn.chat)
    if is_pressed and before is not None and before.stands(message, new.screen, new.line):
        placed = Placed(before.message, is_changed=False)
    else:
        turn.newest.doubt(turn.chat)
        placed = await place(turn.bot, turn.chat, screen, message)
    turn.newest.keep(turn.chat, replace(new, message=placed.message, is_certain=placed.is_certain))
    # A repeated request finds its own edit: what is known to have looked different has changed.
    was_other = before is not None and before.differs(placed.message, new.screen, new.line)
    return placed._replace(is_changed=placed.is_changed or was_other)


async def _send_below(turn: Turn, reply: Reply, at: CallbackData) -> str:
    """Send what stands below the screen; return a line that says what could not be sent, "" if all was."""
    bot, chat, visitor = turn.bot, turn.chat, turn.visitor
    if reply.files and not await send_files(bot, chat, reply.files):
        return _("⚠️ The file could not be sent. Press the button again.")
    if reply.passing and not await turn.below.show_words(bot, visitor, chat, at, reply.passing):
        return _("⚠️ The full data could not be shown. Press the button again.")
    pictures = reply.passing_pictures
    if pictures and not await turn.below.show_pictures(bot, visitor, chat, at, pictures):
        return _("⚠️ Not all pictures could be shown. Press the button again.")
    if reply.venue and not await send_venue(bot, chat, reply.venue):
        return _("⚠️ The map could not be sent. Press the button again.")
    return ""


def _still_kept(visitor: Visitor, at: CallbackData) -> str:
    """Return the answer kept at the open prompt for the code if this screen waits for the same code, else ""."""
    kept: str = visitor.open_prompt.get("kept", "")
    return kept if kept and is_same_wait(visitor.open_prompt.get("prompt", ""), at) else ""


async def _store_prompt(turn: Turn, screen: Screen, at: CallbackData, facts: Mapping[str, object]) -> None:
    """Store the prompt if the screen asks for an answer, else close the open one; do not write if there is neither."""
    noted = {"noted": turn.visitor.noted} if turn.visitor.noted else {}
    prompt = {"prompt": at.pack(), **facts, **noted} if screen.asks and isinstance(at, Link) else {}
    if prompt or turn.visitor.open_prompt:
        await turn.state.set_data(prompt)
        turn.visitor.open_prompt = prompt
