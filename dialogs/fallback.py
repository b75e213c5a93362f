"""Answer what no flow accepts (old buttons, texts that nothing asks for, voices, edits) with a line and the menu."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.account.rules import access_code
from bot.core.errors import InvalidInput, RuleError
from bot.core.i18n import gettext as _
from dialogs.account.links import EnterCode, Home
from dialogs.kit.files import is_file
from dialogs.kit.flow import Outcome, Visitor
from dialogs.kit.render import Turn, answer_press, delete_answer, show_reply
from dialogs.kit.router import Navigator
from dialogs.kit.sent_together import Batch
from dialogs.kit.staying import lasting_buttons
from dialogs.kit.typed import DIGITS_OF_A_NUMBER, digits_in, has_personal_number
from dialogs.patients.links import ChooseWay
from dialogs.patients.next_question import card_or_next_question

SENT_BY_PEOPLE = frozenset(
    {
        ContentType.TEXT,
        ContentType.PHOTO,
        ContentType.DOCUMENT,
        ContentType.STICKER,
        ContentType.VOICE,
        ContentType.AUDIO,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.ANIMATION,
        ContentType.LOCATION,
        ContentType.VENUE,
        ContentType.CONTACT,
        ContentType.POLL,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.STORY,
    }
)
"""Other messages are Telegram's own, such as that something was pinned: they get no answer."""


class Fallback:
    """Handle the updates that the router of the flows has left."""

    def __init__(self, navigator: Navigator) -> None:
        self._navigator = navigator

    def router(self) -> Router:
        router = Router(name="fallback")
        router.callback_query.register(self.on_old_button)
        router.message.register(self.on_cancel, Command("cancel", ignore_case=True))
        router.message.register(self.on_file, has_file)
        router.message.register(self.on_anything)
        router.edited_message.register(on_edited)
        return router

    async def on_old_button(self, call: CallbackQuery, turn: Turn) -> None:
        reply, at = await self._navigator.resolve(turn.visitor, Home())
        if call.message is not None:
            is_lasting = lasting_buttons(call.message) is not None
            await show_reply(turn, None if is_lasting else call.message.message_id, reply, at)
        await answer_press(turn.bot, call, _("This button is from an old message. Here is what there is now."))

    async def on_cancel(self, message: Message, turn: Turn) -> None:
        is_asked = bool(turn.visitor.open_prompt)
        line = _("I have stopped; what you had typed is kept.") if is_asked else _("There is nothing to stop.")
        await turn.bot.send_message(turn.chat, line)
        await self._navigator.open(Home(), turn)

    async def on_file(self, message: Message, turn: Turn, batch: Batch) -> None:
        """Read an unasked photo or file as a policy where a child may be added; delete it in any case.

        It may hold personal data. A prompt that takes no files is repeated, once for an album.
        """
        visitor = turn.visitor
        if visitor.account.may_link and not visitor.open_prompt:
            read = self._navigator.file_readers[ChooseWay.__prefix__]
            await self._navigator.on_answer(message, read, ChooseWay(), None, "", turn, batch)
        else:
            batch.is_refused = True
            for other in batch.answered()[1:]:  # those that have joined meanwhile
                await delete_answer(turn.bot, other)
            line = _("I do not need a picture here and have deleted it.")
            await self._navigator.words.repeat(turn, line, message)

    async def on_anything(self, message: Message, turn: Turn) -> None:
        """Answer what nothing has asked for; texts are matched with the buttons of the newest screen."""
        if is_access_code(message, turn.visitor):
            enter = self._navigator.text_readers[EnterCode.__prefix__]
            await self._navigator.on_answer(message, enter, EnterCode(), None, "", turn)
            return
        typed = message.text or ""
        if await self._navigator.words.on_line(message, turn):
            return
        if has_personal_number(typed):
            await self._on_number(message, typed, turn)
        elif message.caption:
            await self._navigator.words.repeat(turn, helpful_line(message), message)
        elif typed and not typed.startswith("/"):
            await self._on_words(message, turn)
        elif message.content_type in SENT_BY_PEOPLE:
            await self._navigator.words.repeat(turn, helpful_line(message))

    async def _on_words(self, message: Message, turn: Turn) -> None:
        try:
            await self._navigator.words.on_words(message, turn)
        except RuleError as refusal:
            await delete_answer(turn.bot, message)
            await self._navigator.refuse(refusal, turn)

    async def _on_number(self, message: Message, typed: str, turn: Turn) -> None:
        """Begin a card with an unasked policy number; delete the number in any case."""
        try:
            begun = await begin_draft(typed, turn.visitor)
        except RuleError as refusal:
            await delete_answer(turn.bot, message)
            await self._navigator.refuse(refusal, turn)
            return
        if begun is None:
            await self._navigator.words.repeat(turn, helpful_line(message), message)
            return
        await delete_answer(turn.bot, message)
        await self._navigator.show_outcome(begun, turn)


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


async def begin_draft(typed: str, visitor: Visitor) -> Outcome | None:
    """Begin a draft of a card with a typed policy number; return its next question, None for other texts.

    The account's card with that number is returned instead, or the screen for an account that can have no more cards.
    Raises OverBudget.

    The nine digits of a temporary certificate are not enough: they may be any number.
    """
    if not visitor.account.may_link or digits_in(typed) <= DIGITS_OF_A_NUMBER:
        return None
    try:
        return await card_or_next_question(visitor.services.linking.begin(visitor.account.id, None, typed))
    except InvalidInput:
        return None


async def on_edited(message: Message, bot: Bot) -> None:
    """Answer an edited text or caption; delete it if it may hold a personal number. Other edits get no answer.

    A live location is edited every few seconds.
    """
    typed = message.text or message.caption
    if not typed:
        return
    if has_personal_number(typed):
        await delete_answer(bot, message)
    await bot.send_message(message.chat.id, _("I do not read edited messages. Please send a new one."))


def helpful_line(message: Message) -> str:
    """Return a line that fits what was sent."""
    if message.text and message.text.startswith("/"):
        return _("I do not know this command. Here is what I can do: /menu")
    if has_personal_number(message.text or message.caption or ""):
        return _("This looks like somebody's number: I have deleted your message. To add a child, press the button.")
    return {
        ContentType.STICKER: _("Thank you. To book a doctor, use the buttons."),
        ContentType.VOICE: _("I cannot listen to voice messages. Please use the buttons or write a text."),
        ContentType.VIDEO_NOTE: _("I cannot watch video messages. Please use the buttons or write a text."),
        ContentType.LOCATION: _("I do not need your location. Please use the buttons."),
    }.get(ContentType(message.content_type), _("I understand texts and buttons only."))
