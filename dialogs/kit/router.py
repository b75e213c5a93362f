"""Route each press, answer and command to its flow, and follow the outcome until there is a screen to show."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.account.rules.access_code import is_locked
from bot.core.errors import ClinicSilent, InvalidInput, RuleError
from bot.core.i18n import gettext as _
from bot.core.matching import is_emergency, is_thanks
from bot.delivery.screen import Screen
from dialogs.account.links import EnterCode, Help, Home
from dialogs.kit.access_code import CODE_PROMPTS, code_prompt, wanted_data
from dialogs.kit.files import is_file, read_file
from dialogs.kit.filters import AnswerFilter, ContactFilter, PlaceFilter, ReadAnswer, shared_contact
from dialogs.kit.flow import DrawScreen, Flow, Outcome, Reply, SharedContact, SharedPlace, Visitor
from dialogs.kit.link import Action, Link
from dialogs.kit.reading_sign import reading_sign, typing_sign
from dialogs.kit.refusals import explain
from dialogs.kit.render import Turn, answer_press, delete_answer, show_reply
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.sent_together import Batch
from dialogs.kit.staying import FlowsBelow, lasting_buttons, leave_buttons, stays
from dialogs.kit.typed import MENU_AT_PROMPTS, button_instead, menu_link, number_in, refused_line, whole_label
from dialogs.kit.way_back import led_back, led_on
from dialogs.kit.words import Words, as_said, misses_of, numbered_screen, same_line
from dialogs.privacy.links import AskConsent


class Navigator:
    """Find the function that draws a link, and the screen that an outcome leads to, among all flows."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._flows = tuple(flows)
        self._below = FlowsBelow()
        self._places: dict[str, tuple[type[CallbackData], DrawScreen[Any], Flow]] = {
            code: (link, draw, flow) for flow in self._flows for code, (link, draw) in flow.presses.items()
        }
        """by the code of a link or action: its class, the function that draws it and its flow"""
        self.text_readers: dict[str, ReadAnswer] = {
            code: read for flow in self._flows for code, read in flow.answers.items()
        }
        """by the code of a prompt, as those of files are"""
        self.file_readers: dict[str, ReadAnswer] = {
            code: read for flow in self._flows for code, read in flow.files.items()
        }
        self._collecting = frozenset(code for flow in self._flows for code in flow.collecting)
        self._place_readers: dict[str, ReadAnswer] = {
            code: read for flow in self._flows for code, read in flow.places.items()
        }
        self._commands: dict[str, tuple[Link, Flow]] = {
            command: (link, flow) for flow in self._flows for command, link in flow.commands.items()
        }
        lines = {code: read for flow in self._flows for code, read in flow.lines.items()}
        self.words = Words(self.resolve, self.parse, lines, [read for flow in self._flows for read in flow.refs])

    def router(self) -> Router:
        """Return a new router for what is typed and sent in all flows.

        aiogram tries routers one after another, so one router with a table is faster than a router for each flow.
        """
        router = Router(name="flows")
        router.message.register(self.on_deep_link, CommandStart(deep_link=True, ignore_case=True))
        router.message.register(self.on_answer, AnswerFilter(self.parse, self.text_readers, self.file_readers))
        router.message.register(self.on_place, PlaceFilter(self.parse, self._place_readers))
        for flow in self._flows:
            for prompt, read in flow.contacts.values():
                router.message.register(self.on_answer, ContactFilter(self.parse, prompt, read))
        if self._commands:
            router.message.register(self.on_command, Command(*self._commands, ignore_case=True), self._serves)
        return router

    def parse(self, data: str) -> CallbackData | None:
        """Return the link or action in a button's data, or None if the data is forged or of an older version."""
        place = self._places.get(data.partition(":")[0])
        if place is None:
            return None
        try:
            return place[0].unpack(data)
        except ValueError:
            return None

    # --- handlers -----------------------------------------------------------------------------------------------------

    async def on_press(self, call: CallbackQuery, link: CallbackData, turn: Turn) -> None:
        """Answer a press in its message; a message that stays keeps its text, and the flow goes on below it."""
        visitor, lasting = turn.visitor, lasting_buttons(call.message)
        if lasting is not None and call.message is not None:
            below = self._below.find(turn.chat, call.message.message_id)
            visitor.message = await visitor.services.shown_news.if_no_news(visitor.account.id, below)
        reply, at = await self.resolve(visitor, link)
        is_changed = True
        if call.message is not None:
            # The message below one that stays may have been deleted: only an edit finds that out.
            placed = await show_reply(turn, visitor.message, reply, at, is_pressed=lasting is None)
            is_changed = placed.is_changed
            if isinstance(reply.then, Screen) and stays(reply.then):
                self._below.forget(turn.chat)
            elif lasting is not None:
                self._below.remember(turn.chat, call.message.message_id, placed.message)
        await answer_press(turn.bot, call, reply.alert, "" if is_changed else same_line(visitor))
        if lasting is not None and isinstance(call.message, Message):
            await leave_buttons(turn.bot, call.message, lasting)

    async def on_answer(
        self,
        message: Message,
        read: ReadAnswer,
        prompt: Link,
        shown: int | None,
        kept: str,
        turn: Turn,
        batch: Batch | None = None,
    ) -> None:
        """Read an answer, delete it (it may hold personal data) and show what follows in the prompt's message.

        Words of emergency and the whole label of a button come before the prompt. Files that were sent together are one
        ``batch``. If the access code must be typed first, a typed answer is kept and read after the code.
        """
        visitor, batch, typed = turn.visitor, batch or Batch(message), message.text or ""
        if is_emergency(typed):
            await self.words.answer_emergency(turn)
            return
        await self.words.recall(visitor)
        whole = whole_label(visitor.shown, typed, self.parse)
        if whole.choices:
            await self.words.answer_match(message, whole, turn)
            return
        if (locked := code_prompt(visitor, prompt)) is not None:
            reply, at = await self._follow(visitor, locked, prompt)
            kept = typed
            line = "" if kept else _("⚠️ The code first, please. Then send it once more.")
            reply = replace(reply, line=line)
        else:
            reply, at = await self._read_message(turn, read, prompt, batch, shown)
            if kept and isinstance(at, Link) and self._is_wanted(at, prompt):
                reply, at = await self._read(visitor, self.text_readers[at.__prefix__], at, kept)
        for answer in batch.answered():
            await delete_answer(turn.bot, answer)
        shown = await visitor.services.shown_news.if_newest(visitor.account.id, shown)
        await self.words.show_answer(turn, shown, reply, at, kept if isinstance(at, EnterCode) else "")

    async def on_place(
        self, message: Message, read: ReadAnswer, prompt: Link, shown: int | None, place: SharedPlace, turn: Turn
    ) -> None:
        """Read a shared place, delete it from the chat and show what follows in the prompt's message."""
        visitor = turn.visitor
        if (locked := code_prompt(visitor, prompt)) is not None:
            reply, at = await self._follow(visitor, locked, prompt)
            reply = replace(reply, line=_("⚠️ The code first, please. Then send it once more."))
        else:
            reply, at = await self._read(visitor, read, prompt, place)
        await delete_answer(turn.bot, message)
        shown = await visitor.services.shown_news.if_newest(visitor.account.id, shown)
        await self.words.show_answer(turn, shown, reply, at)

    # --- reading an answer --------------------------------------------------------------------------------------------

    def _is_wanted(self, at: Link, prompt: CallbackData) -> bool:
        """Return whether this screen is the one that the prompt for the code stands before."""
        return isinstance(prompt, CODE_PROMPTS) and at == self.parse(wanted_data(prompt))

    async def _read_message(
        self, turn: Turn, read: ReadAnswer, prompt: Link, batch: Batch, shown: int | None
    ) -> tuple[Reply, CallbackData]:
        message = batch.messages[0]
        read_text = self.text_readers.get(prompt.__prefix__)
        if not is_file(message) or read == read_text:
            typed = message.text or number_in(message.caption)
            async with typing_sign(turn):
                return await self._read(turn.visitor, read, prompt, shared_contact(message) or typed)
        if read_text is not None and (number := number_in(message.caption)):
            with suppress(RuleError):  # then the picture may say it
                answered = await self._follow_answer(
                    turn.visitor, await read_text(turn.visitor, prompt, number), prompt
                )
                batch.is_accepted = True
                return answered
        async with reading_sign(turn, shown, batch.messages):
            try:
                outcome, note = await self._read_files(turn, read, prompt, batch)
                reply, at = await self._follow_answer(turn.visitor, outcome, prompt)
            except RuleError as refusal:
                return await self._refused(turn.visitor, prompt, refusal)
        return replace(reply, line="\n".join(filter(None, (note, reply.line)))), at

    async def _read_files(self, turn: Turn, read: ReadAnswer, prompt: Link, batch: Batch) -> tuple[Outcome, str]:
        """Return what the files of an answer lead to, and a line about those that were not taken, or "".

        Raises RuleError if none was taken.
        """
        read_one = partial(read_file, turn, read, prompt)
        if prompt.__prefix__ not in self._collecting:
            outcome = await batch.first_read(read_one)
            is_alone = len(batch.messages) == 1
            return outcome, "" if is_alone else _("There were several pictures: I took the one that I could read.")
        outcome, refused = await batch.all_read(read_one)
        if refused is None:
            return outcome, ""
        return outcome, text(_("⚠️ Not every file was taken: {why}"), why=explain(refused, turn.visitor.now).sentence)

    async def _read(
        self, visitor: Visitor, read: ReadAnswer, prompt: Link, answer: str | SharedContact | SharedPlace | None
    ) -> tuple[Reply, CallbackData]:
        try:
            return await self._follow_answer(visitor, await read(visitor, prompt, answer), prompt)
        except RuleError as refusal:
            if isinstance(refusal, InvalidInput) and isinstance(answer, str) and not isinstance(prompt, CODE_PROMPTS):
                link = await self._meant_instead(visitor, prompt, answer)
                if link is not None:
                    reply, at = await self.resolve(visitor, link)
                    return as_said(reply), at
                if is_thanks(answer):
                    reply, at = await self.resolve(visitor, prompt)
                    return replace(reply, line=_("You are welcome.")), at
            return await self._refused(visitor, prompt, refusal)

    async def _meant_instead(self, visitor: Visitor, prompt: Link, answer: str) -> CallbackData | None:
        """Return what a refused answer means beside its prompt: a Ref, a button or a screen of the menu."""
        numbered = await numbered_screen(visitor, answer)
        if numbered is not None or any(character.isdigit() for character in answer):
            return numbered
        data = button_instead(visitor.shown, prompt, answer, self.parse, visitor)
        return self.parse(data) or menu_link(answer, among=MENU_AT_PROMPTS)

    async def _follow_answer(self, visitor: Visitor, outcome: Outcome, prompt: Link) -> tuple[Reply, CallbackData]:
        """Follow what an answer has led to; a screen of its own is not what the prompt's link draws."""
        reply, at = await self._follow(visitor, outcome, prompt)
        is_own = isinstance(_reply(outcome).then, Screen)
        return as_said(replace(reply, is_own=is_own)), at

    async def _serves(self, message: Message, command: CommandObject, turn: Turn) -> bool | dict[str, Any]:
        """Pass on the link of a command, False to an account for which it does not work."""
        link, flow = self._commands[command.command.casefold()]
        return flow.serves(turn.visitor.account) and {"link": link}

    async def on_command(self, message: Message, link: Link, turn: Turn) -> None:
        await self.open(link, turn)

    async def on_deep_link(self, message: Message, command: CommandObject, turn: Turn) -> None:
        """Open a deep link by the flow that has registered its first word; open the menu if none has."""
        word, _underscore, rest = (command.args or "").partition("_")
        open_ = next((flow.deep_links[word] for flow in self._flows if word in flow.deep_links), None)
        if open_ is None:
            await self.open(Home(), turn)
            return
        try:
            reply, at = await self._follow(turn.visitor, await open_(turn.visitor, rest), Home())
        except RuleError as refusal:
            reply, at = await self._repeat_prompt(turn.visitor, Home(), refusal)
        await show_reply(turn, None, reply, at)

    async def refuse(self, refusal: RuleError, turn: Turn) -> None:
        """Show a refusal as a line above the screen that it leads to, as a new message."""
        reply, at = await self._repeat_prompt(turn.visitor, Home(), refusal)
        await show_reply(turn, None, reply, at)

    async def open(self, link: Link, turn: Turn) -> None:
        """Show the screen of a link as a new message."""
        reply, at = await self.resolve(turn.visitor, link)
        await show_reply(turn, None, reply, at)

    async def show_outcome(self, outcome: Outcome, turn: Turn) -> None:
        """Show what an outcome leads to as a new message."""
        reply, at = await self._follow(turn.visitor, outcome, Home())
        await show_reply(turn, None, reply, at)

    # --- from a link to a screen --------------------------------------------------------------------------------------

    async def resolve(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        """Return the reply to a press, whose ``then`` is a screen, and the link of that screen.

        A refusal becomes an alert over the screen that the refusal leads to.
        """
        try:
            return await self._follow(visitor, await self._draw(visitor, link), link)
        except ClinicSilent:
            return Reply(clinic_silent(link)), link
        except RuleError as refusal:
            sentence, way_out = explain(refusal, visitor.now)
            reply, at = await self._follow_way_out(visitor, led_on(way_out or Home(), link))
            return replace(reply, alert=sentence), at

    async def _follow_way_out(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        """Follow a link, or go to the menu if that link is refused as well."""
        try:
            return await self._follow(visitor, await self._draw(visitor, link), link)
        except RuleError:
            return await self._follow(visitor, await self._draw(visitor, Home()), Home())

    async def _draw(self, visitor: Visitor, link: CallbackData) -> Outcome:
        """Call the flow's function for a link, unless a consent or the access code must be given first."""
        _link, draw, flow = self._places[link.__prefix__]
        if not flow.is_open_for(link) and not visitor.account.may_link:
            return AskConsent(step=1)
        if (locked := code_prompt(visitor, link)) is not None:
            return locked
        if isinstance(link, EnterCode) and not is_locked(visitor.account.lock, visitor.now):
            wanted = self.parse(wanted_data(link))
            return wanted if isinstance(wanted, (Link, Action)) else Home()
        return await draw(visitor, link)

    async def _follow(self, visitor: Visitor, outcome: Outcome, link: CallbackData) -> tuple[Reply, CallbackData]:
        """Follow the links of outcomes until there is a screen; collect alerts and files on the way."""
        reply, at = _reply(outcome), link
        while not isinstance(reply.then, Screen):
            at = led_on(reply.then, at)
            further = _reply(await self._draw(visitor, at))
            reply = replace(
                further,
                alert=further.alert or reply.alert,
                files=(*reply.files, *further.files),
                line=further.line or reply.line,
                passing=further.passing or reply.passing,
                passing_pictures=further.passing_pictures or reply.passing_pictures,
                venue=further.venue or reply.venue,
            )
        return replace(reply, then=led_back(reply.then, at, visitor.noted)), at

    async def _repeat_prompt(
        self, visitor: Visitor, prompt: CallbackData, refusal: RuleError, misses: int = 1
    ) -> tuple[Reply, CallbackData]:
        """Show the refusal of an answer as a line above its prompt, or above the screen that the refusal leads to."""
        sentence, way_out = explain(refusal, visitor.now)
        reply, at = await self._follow_way_out(visitor, way_out or prompt)
        return replace(reply, line=refused_line(sentence, misses, visitor.operator), misses=misses), at

    async def _refused(self, visitor: Visitor, prompt: Link, refusal: RuleError) -> tuple[Reply, CallbackData]:
        """Repeat the prompt of a refused answer, with the number of the try from the second on."""
        is_same = visitor.shown is not None and visitor.shown.at == prompt
        return await self._repeat_prompt(visitor, prompt, refusal, misses_of(visitor) + 1 if is_same else 1)


def clinic_silent(link: CallbackData) -> Screen:
    """Return the screen for a clinic system that does not answer; its first button repeats the press."""
    return Screen(
        lines(
            _("The clinic's system does not answer. What you have chosen is kept in this button:"),
            _("You can also call the reception or 122."),
        ),
        ((button(_("Try again"), link),), (button(_("Help"), Help()), *ways_out())),
    )


def _reply(outcome: Outcome) -> Reply:
    return outcome if isinstance(outcome, Reply) else Reply(outcome)
