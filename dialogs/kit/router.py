"""From a tap, a typed answer or a command to what is shown: one call of a flow, one reply, one answer to Telegram."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any

from aiogram import BaseMiddleware, Bot, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.account.rules.access_code import is_locked
from bot.core.errors import ClinicSilent, RuleError
from bot.core.i18n import gettext as _
from bot.core.people import Account, Operator
from bot.delivery.screen import Screen
from bot.services import Services
from dialogs.account.links import EnterCode, Help, Home
from dialogs.kit.access_code import CODE_PROMPTS, asks_code, brought
from dialogs.kit.files import fetch, is_file
from dialogs.kit.filters import Answering, Hear, Pressed, Sharing, shared
from dialogs.kit.flow import Draw, Flow, Outcome, Reply, Shared, Visitor
from dialogs.kit.link import Action, Link
from dialogs.kit.refusals import explain
from dialogs.kit.render import acknowledge, forget, present
from dialogs.kit.screen import button, lines, ways_out
from dialogs.privacy.links import AskConsent


class Visiting(BaseMiddleware):
    """Gives every handler its Visitor."""

    def __init__(self, services: Services, operator: Operator) -> None:
        self._services, self._operator = services, operator

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        account: Account = data["account"]
        now: datetime = data["now"]
        pressed = event.message if isinstance(event, CallbackQuery) else None
        # Below a file there is no text to edit: the screen comes as a new message.
        has_text = pressed is not None and not (isinstance(pressed, Message) and is_file(pressed))
        message = pressed.message_id if pressed and has_text else None
        asked, username = data["asked"], data.get("username", "")
        data["visitor"] = Visitor(account, self._services, self._operator, now, message, asked, username)
        return await handler(event, data)


class Doors:
    """All flows together: which draws what, and how one leads to another."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._flows = tuple(flows)
        self._places: dict[str, tuple[type[CallbackData], Draw, Flow]] = {
            code: (link, draw, flow) for flow in self._flows for code, (link, draw) in flow.presses.items()
        }
        self.typed: dict[str, Hear] = {code: read for flow in self._flows for code, read in flow.answers.items()}

    def routers(self) -> list[Router]:
        """Made anew, so that two dispatchers can live in one process."""
        # One for all flows: aiogram asks routers one after another, a table is asked once.
        router = Router(name="flows")
        sent: dict[str, Hear] = {code: take for flow in self._flows for code, take in flow.files.items()}
        router.callback_query.register(self.on_press, Pressed(self.parse))
        router.message.register(self.on_start, CommandStart(deep_link=True))
        router.message.register(self.on_answer, Answering(self.parse, self.typed, sent))
        for flow in self._flows:
            for prompt, meet in flow.contacts.values():
                router.message.register(self.on_answer, Sharing(self.parse, prompt, meet))
            for command, link in flow.commands.items():
                router.message.register(self._opening(link), Command(command))
        return [router]

    def parse(self, data: str) -> CallbackData | None:
        """The link or action in a button's data; None for what is forged or older than this version."""
        place = self._places.get(data.partition(":")[0])
        if place is None:
            return None
        try:
            return place[0].unpack(data)
        except ValueError:
            return None

    # --- handlers -----------------------------------------------------------------------------------------------------

    async def on_press(
        self, call: CallbackQuery, link: CallbackData, visitor: Visitor, state: FSMContext, bot: Bot
    ) -> None:
        reply, at = await self.resolve(visitor, link)
        if call.message is not None:
            await present(bot, call.message.chat.id, visitor.message, visitor, state, reply, at)
        await acknowledge(call, reply.alert)

    async def on_answer(
        self,
        message: Message,
        read: Hear,
        prompt: Link,
        shown: int | None,
        kept: str,
        visitor: Visitor,
        state: FSMContext,
        bot: Bot,
    ) -> None:
        """An answer may hold personal data: it is deleted once read; the prompt's message shows what follows.

        One that comes when the access code must be typed first is ``kept`` for when it has been.
        """
        if (locked := asks_code(visitor, prompt)) is not None:
            reply, at = await self._follow(visitor, locked, prompt)
            kept = message.text or ""
            reply = reply if kept else above(reply, _("⚠️ The code first, please. Then send it once more."))
        else:
            reply, at = await self._read(visitor, read, prompt, message, bot)
            if kept and isinstance(prompt, CODE_PROMPTS) and isinstance(at, Link) and at == self.parse(brought(prompt)):
                reply, at = await self._hear(visitor, self.typed[at.__prefix__], at, kept)
        await forget(bot, message)
        shown = await visitor.services.shown_news.if_newest(visitor.account.id, shown)
        await present(bot, message.chat.id, shown, visitor, state, reply, at, kept if isinstance(at, EnterCode) else "")

    async def _read(
        self, visitor: Visitor, read: Hear, prompt: Link, message: Message, bot: Bot
    ) -> tuple[Reply, CallbackData]:
        try:
            said = await fetch(bot, message) if is_file(message) else shared(message) or message.text
        except RuleError as refusal:
            return await self._ask_again(visitor, prompt, refusal)
        return await self._hear(visitor, read, prompt, said)

    async def _hear(
        self, visitor: Visitor, read: Hear, prompt: Link, said: str | bytes | Shared | None
    ) -> tuple[Reply, CallbackData]:
        try:
            return await self._follow(visitor, await read(visitor, prompt, said), prompt)
        except RuleError as refusal:
            return await self._ask_again(visitor, prompt, refusal)

    def _opening(self, link: Link) -> Callable[..., Awaitable[None]]:
        async def on_command(message: Message, visitor: Visitor, state: FSMContext, bot: Bot) -> None:
            await self.open(message.chat.id, link, visitor, state, bot)

        return on_command

    async def on_start(
        self, message: Message, command: CommandObject, visitor: Visitor, state: FSMContext, bot: Bot
    ) -> None:
        """A link of ours from outside: the flow that knows its first word takes the rest."""
        word, _mark, rest = (command.args or "").partition("_")
        start = next((flow.starts[word] for flow in self._flows if word in flow.starts), None)
        if start is None:
            return await self.open(message.chat.id, Home(), visitor, state, bot)
        try:
            reply, at = await self._follow(visitor, await start(visitor, rest), Home())
        except RuleError as refusal:
            reply, at = await self._ask_again(visitor, Home(), refusal)
        await present(bot, message.chat.id, None, visitor, state, reply, at)
        return None

    async def open(self, chat: int, link: Link, visitor: Visitor, state: FSMContext, bot: Bot) -> None:
        """A link's screen as a new message."""
        reply, at = await self.resolve(visitor, link)
        await present(bot, chat, None, visitor, state, reply, at)

    # --- from a link to what is shown ---------------------------------------------------------------------------------

    async def resolve(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        """Follow a link or do an action until there is a screen; a refusal is an alert over the screen it leads to."""
        try:
            return await self._follow(visitor, await self._enter(visitor, link), link)
        except ClinicSilent:
            return Reply(silence(link)), link
        except RuleError as refusal:
            sentence, way_out = explain(refusal, visitor.now)
            reply, at = await self._reach(visitor, way_out or Home())
            return replace(reply, alert=sentence), at

    async def _reach(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        """A way out may be closed as well: then it is the menu."""
        try:
            return await self._follow(visitor, await self._enter(visitor, link), link)
        except RuleError:
            return await self._follow(visitor, await self._enter(visitor, Home()), Home())

    async def _enter(self, visitor: Visitor, link: CallbackData) -> Outcome:
        _link, draw, flow = self._places[link.__prefix__]
        if not flow.open and not visitor.account.may_link:
            return AskConsent(step=1)
        if (locked := asks_code(visitor, link)) is not None:
            return locked
        if isinstance(link, EnterCode) and not is_locked(visitor.account.lock, visitor.now):
            wanted = self.parse(brought(link))
            return wanted if isinstance(wanted, (Link, Action)) else Home()
        return await draw(visitor, link)

    async def _follow(self, visitor: Visitor, outcome: Outcome, link: CallbackData) -> tuple[Reply, CallbackData]:
        reply, at = _reply(outcome), link
        while not isinstance(reply.then, Screen):
            at = reply.then
            further = _reply(await self._enter(visitor, at))
            reply = replace(further, alert=further.alert or reply.alert, files=(*reply.files, *further.files))
        return reply, at

    async def _ask_again(
        self, visitor: Visitor, prompt: CallbackData, refusal: RuleError
    ) -> tuple[Reply, CallbackData]:
        """A refusal of typed text is a line above the same prompt."""
        sentence, way_out = explain(refusal, visitor.now)
        reply, at = await self._reach(visitor, way_out or prompt)
        return above(reply, "⚠️ " + escape(sentence, quote=False)), at


def above(reply: Reply, line: str) -> Reply:
    """The same screen under a line about what was just typed or sent."""
    screen = reply.then
    return Reply(replace(screen, text=f"{line}\n\n{screen.text}")) if isinstance(screen, Screen) else reply


def silence(link: CallbackData) -> Screen:
    """Nothing is lost: the same button asks again."""
    return Screen(
        lines(
            _("The clinic's system does not answer. What you have chosen is kept in this button:"),
            _("You can also call the reception or 122."),
        ),
        ((button(_("Try again"), link),), (button(_("Help"), Help()), *ways_out())),
    )


def _reply(outcome: Outcome) -> Reply:
    return outcome if isinstance(outcome, Reply) else Reply(outcome)
