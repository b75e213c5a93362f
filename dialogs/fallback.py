"""Answer what no flow accepts (old buttons, texts that nothing asks for, voices, edits) with a line and the menu."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.account.rules import access_code
from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import EnterCode, Home
from dialogs.kit.files import is_file
from dialogs.kit.flow import Visitor
from dialogs.kit.link import Link
from dialogs.kit.render import Turn, answer_press, delete_answer, show, show_reply
from dialogs.kit.router import Navigator
from dialogs.kit.screen import button, ways_out
from dialogs.kit.sent_together import Batch
from dialogs.patients.links import ChooseWay
from dialogs.patients.next_question import card_or_next_question

DIGITS_OF_A_NUMBER = 9
"""A text with so many digits may be a personal number."""


class Fallback:
    """Handle the updates that the router of the flows has left."""

    def __init__(self, navigator: Navigator) -> None:
        self._navigator = navigator

    def router(self) -> Router:
        router = Router(name="fallback")
        router.callback_query.register(self.on_old_button)
        router.message.register(self.on_cancel, Command("cancel"))
        router.message.register(self.on_file, has_file)
        router.message.register(self.on_anything)
        router.edited_message.register(on_edited)
        return router

    async def on_old_button(self, call: CallbackQuery, turn: Turn) -> None:
        reply, at = await self._navigator.resolve(turn.visitor, Home())
        if call.message is not None:
            await show_reply(turn, call.message.message_id, reply, at)
        await answer_press(call, _("This button is from an old message. Here is what there is now."))

    async def on_cancel(self, message: Message, turn: Turn) -> None:
        is_asked = bool(turn.visitor.open_prompt)
        line = _("I have stopped; what you had typed is kept.") if is_asked else _("There is nothing to stop.")
        await turn.bot.send_message(turn.chat, line)
        await self._navigator.open(Home(), turn)

    async def on_file(self, message: Message, turn: Turn, batch: Batch) -> None:
        batch.is_offered = True
        offer = Screen(
            _("If this is the child's policy, press the button and send it once more: then I read the number."),
            ((button(_("Add a child"), ChooseWay()),), ways_out()),
        )
        await show(turn.bot, turn.chat, offer)

    async def on_anything(self, message: Message, turn: Turn) -> None:
        if is_access_code(message, turn.visitor):
            enter = self._navigator.text_readers[EnterCode.__prefix__]
            await self._navigator.on_answer(message, enter, EnterCode(), None, "", turn)
            return
        if has_personal_number(message):
            await delete_answer(turn.bot, message)
            if (link := await begin_draft(message, turn.visitor)) is not None:
                await self._navigator.open(link, turn)
                return
        await turn.bot.send_message(turn.chat, helpful_line(message))
        if not turn.visitor.open_prompt:
            await self._navigator.open(Home(), turn)


async def has_file(message: Message) -> bool:
    """A filter, asynchronous because aiogram runs any other in a thread."""
    return is_file(message)


def is_access_code(message: Message, visitor: Visitor) -> bool:
    """Return whether the text may be an access code, and one must be typed before anything else."""
    typed = "".join((message.text or "").split())
    return (
        typed.isdigit()
        and access_code.SHORTEST <= len(typed) <= access_code.LONGEST
        and access_code.is_locked(visitor.account.lock, visitor.now)
    )


async def begin_draft(message: Message, visitor: Visitor) -> Link | None:
    """Begin a draft of a card with a typed policy number; return the link to its next question, None for other texts.

    The nine digits of a temporary certificate are not enough: they may be any number.
    """
    typed = message.text or ""
    if not visitor.account.may_link or digits_in(typed) <= DIGITS_OF_A_NUMBER:
        return None
    try:
        return card_or_next_question(await visitor.services.linking.begin(visitor.account.id, None, typed))
    except InvalidInput:
        return None


def has_personal_number(message: Message) -> bool:
    """Return whether the text may contain a policy number, a SNILS or a telephone, which must not stay in the chat."""
    return digits_in(message.text or "") >= DIGITS_OF_A_NUMBER


def digits_in(text: str) -> int:
    return sum(character.isdigit() for character in text)


async def on_edited(message: Message, bot: Bot) -> None:
    await bot.send_message(message.chat.id, _("I do not read edited messages. Please send a new one."))


def helpful_line(message: Message) -> str:
    """Return a line that fits what was sent."""
    if message.text and message.text.startswith("/"):
        return _("I do not know this command. Here is what I can do: /menu")
    if has_personal_number(message):
        return _("This looks like somebody's number: I have deleted your message. To add a child, press the button.")
    if message.text:
        return _("I understand buttons. Choose below, please. If the child is unwell, call 103 or 112.")
    return {
        ContentType.STICKER: _("Thank you. To book a doctor, use the buttons."),
        ContentType.VOICE: _("I cannot listen to voice messages. Please use the buttons or write a text."),
        ContentType.VIDEO_NOTE: _("I cannot watch video messages. Please use the buttons or write a text."),
        ContentType.LOCATION: _("I do not need your location. Please use the buttons."),
    }.get(ContentType(message.content_type), _("I understand texts and buttons only."))
