"""What flows share: how a screen is drawn and shown, how a tap or a typed answer becomes one call and one reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from typing import Any, TypeVar

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.errors import RuleError
from bot.i18n import gettext as _
from bot.models import Account, Button, Screen
from bot.services import Services
from dialogs.links import Action, AskConsent, Home, Link
from dialogs.refusals import sentence, way_out

ALERT_LIMIT = 200  # characters of a callback's answer
SPACE_ON_A_BUTTON = 30


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who taps, what can be asked for him, and the moment that «завтра» is counted from."""

    account: Account
    services: Services
    now: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What follows a tap: a screen, or the link to one, and perhaps an alert over it."""

    then: Screen | Link
    alert: str = ""


Outcome = Screen | Link | Reply
Press = TypeVar("Press", bound=CallbackData)
Draw = Callable[[Visitor, Any], Awaitable[Outcome]]
Typed = Callable[[Visitor, Any, str], Awaitable[Outcome]]


# --- drawing ----------------------------------------------------------------------------------------------------------


def text(template: str, **values: object) -> str:
    """Fill a catalogue's HTML sentence; every value is escaped here and nowhere else."""
    return template.format(**{name: escape(str(value), quote=False) for name, value in values.items()})


def button(label: str, to: CallbackData) -> Button:
    return Button(label, to.pack())


def grid(buttons: Iterable[Button], width: int) -> list[tuple[Button, ...]]:
    every = list(buttons)
    return [tuple(every[at : at + width]) for at in range(0, len(every), width)]


def ways_out(back: Link | Action | None = None) -> tuple[Button, ...]:
    """The last row of every screen: «Назад» keeps what was chosen, «Меню» is always there."""
    menu = button(_("Menu"), Home())
    return (menu,) if back is None else (button(_("Back"), back), menu)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=b.text, callback_data=b.data or None, url=b.url or None) for b in row]
            for row in screen.rows
        ]
    )


# --- flows ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Flow:
    """One flow's screens, actions, typed answers and commands; ``open`` ones need no consent."""

    name: str
    open: bool = False
    presses: dict[str, tuple[type[CallbackData], Draw]] = field(default_factory=dict)
    answers: dict[str, Typed] = field(default_factory=dict)
    commands: dict[str, Link] = field(default_factory=dict)

    def screen(self, link: type[Press]) -> Callable[[Callable[[Visitor, Press], Awaitable[Outcome]]], Draw]:
        def register(draw: Callable[[Visitor, Press], Awaitable[Outcome]]) -> Draw:
            self.presses[link.__prefix__] = (link, draw)
            PLACES[link.__prefix__] = (link, draw, self)
            return draw

        return register

    action = screen

    def answer(self, prompt: type[Link]) -> Callable[[Typed], Typed]:
        def register(read: Typed) -> Typed:
            self.answers[str(prompt.at.state)] = read
            return read

        return register

    def router(self) -> Router:
        router = Router(name=self.name)
        router.callback_query.register(on_press, Pressed(self))
        if self.answers:
            router.message.register(on_typed, Answered(self))
        for command, link in self.commands.items():
            router.message.register(Opening(link), Command(command))
        return router


PLACES: dict[str, tuple[type[CallbackData], Draw, Flow]] = {}
"""Every screen and action by its code; filled while the flows are imported."""


class Pressed(Filter):
    def __init__(self, flow: Flow) -> None:
        self.presses = flow.presses

    async def __call__(self, call: CallbackQuery) -> bool | dict[str, Any]:
        place = self.presses.get((call.data or "").partition(":")[0])
        if place is None:
            return False
        try:
            return {"link": place[0].unpack(call.data or "")}
        except (TypeError, ValueError):  # forged or from an older version: the catch-all answers
            return False


class Answered(Filter):
    def __init__(self, flow: Flow) -> None:
        self.answers = flow.answers

    async def __call__(self, message: Message, raw_state: str | None) -> bool | dict[str, Any]:
        if raw_state not in self.answers or not message.text or message.text.startswith("/"):
            return False
        return {"read": self.answers[raw_state]}


class Opening:
    """A command's handler: its screen as a new message."""

    def __init__(self, link: Link) -> None:
        self.link = link

    async def __call__(
        self, message: Message, account: Account, services: Services, now: datetime, state: FSMContext, bot: Bot
    ) -> None:
        visitor = Visitor(account, services, now)
        reply, prompt = await resolve(visitor, self.link)
        await present(bot, message.chat.id, None, visitor, state, reply, prompt)


async def on_press(
    call: CallbackQuery,
    link: CallbackData,
    account: Account,
    services: Services,
    now: datetime,
    state: FSMContext,
    bot: Bot,
) -> None:
    visitor = Visitor(account, services, now)
    reply, prompt = await resolve(visitor, link)
    if call.message is not None:
        await present(bot, call.message.chat.id, call.message.message_id, visitor, state, reply, prompt)
    await call.answer(reply.alert[:ALERT_LIMIT] or None, show_alert=bool(reply.alert))


async def on_typed(
    message: Message, read: Typed, account: Account, services: Services, now: datetime, state: FSMContext, bot: Bot
) -> None:
    """A typed answer may hold personal data: it is deleted once read, and the prompt's own message shows what follows."""
    visitor = Visitor(account, services, now)
    asked = await state.get_data()
    prompt = parse(str(asked.get("prompt", ""))) or Home()
    try:
        reply, shown = await _finish(visitor, await read(visitor, prompt, message.text or ""))
    except RuleError as refusal:
        reply, shown = await _ask_again(visitor, prompt, refusal)
    await forget_message(bot, message)
    await present(bot, message.chat.id, asked.get("message"), visitor, state, reply, shown)


async def forget_message(bot: Bot, message: Message) -> None:
    try:
        await bot.delete_message(message.chat.id, message.message_id)
    except TelegramBadRequest:
        return  # already gone, or too old: nothing more can be done


def parse(data: str) -> CallbackData | None:
    """The link or action in a button's data; None for anything that is not ours."""
    place = PLACES.get(data.partition(":")[0])
    if place is None:
        return None
    try:
        return place[0].unpack(data)
    except (TypeError, ValueError):
        return None


# --- from a link to what is shown -------------------------------------------------------------------------------------


async def resolve(visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
    """Follow a link or do an action until there is a screen; a refusal leads to its own screen under an alert."""
    try:
        return await _finish(visitor, await _open(visitor, link), link)
    except RuleError as refusal:
        way = way_out(refusal) or Home()
        reply, at = await _finish(visitor, await _open(visitor, way), way)
        return replace(reply, alert=sentence(refusal, visitor.now)), at


async def _open(visitor: Visitor, link: CallbackData) -> Outcome:
    _link, draw, flow = PLACES[link.__prefix__]
    if not flow.open and not visitor.account.may_link:
        return AskConsent(step=1)
    return await draw(visitor, link)


async def _finish(visitor: Visitor, outcome: Outcome, link: CallbackData | None = None) -> tuple[Reply, CallbackData]:
    reply = outcome if isinstance(outcome, Reply) else Reply(outcome)
    at = link or Home()
    while isinstance(reply.then, Link):
        at = reply.then
        further = await _open(visitor, at)
        reply = (
            replace(further, alert=further.alert or reply.alert)
            if isinstance(further, Reply)
            else replace(reply, then=further)
        )
    return reply, at


async def _ask_again(visitor: Visitor, prompt: CallbackData, refusal: RuleError) -> tuple[Reply, CallbackData]:
    """A refusal of typed text is a line above the same prompt."""
    way = way_out(refusal) or prompt
    reply, at = await _finish(visitor, await _open(visitor, way), way)
    line = "⚠️ " + escape(sentence(refusal, visitor.now), quote=False)
    screen = reply.then
    return (Reply(replace(screen, text=f"{line}\n\n{screen.text}")) if isinstance(screen, Screen) else reply), at


async def present(
    bot: Bot,
    chat: int,
    message: int | None,
    visitor: Visitor,
    state: FSMContext,
    reply: Reply,
    at: CallbackData,
) -> None:
    """Show a reply's screen, remember what it asks for, and tell the outbox what need not be said any more."""
    screen = reply.then
    if not isinstance(screen, Screen):
        return
    shown = await show(bot, chat, screen, message)
    if screen.asks and isinstance(at, Link):
        await state.set_state(at.at)
        await state.set_data({"prompt": at.pack(), "message": shown})
    elif await state.get_state() is not None:
        await state.clear()
    if screen.shows:
        await visitor.services.notices.shown(screen.shows, shown)


NOT_THERE = ("can't be edited", "to edit not found", "message_id_invalid", "there is no text in the message")


async def show(bot: Bot, chat: int, screen: Screen, message: int | None = None) -> int:
    """Put a screen into that message, or into a new one where there is none to edit; returns the message's id."""
    markup = keyboard(screen)
    if message is not None:
        try:
            await bot.edit_message_text(screen.text, chat_id=chat, message_id=message, reply_markup=markup)
        except TelegramBadRequest as trouble:
            words = trouble.message.lower()
            if "not modified" in words:
                return message
            if not any(sign in words for sign in NOT_THERE):
                raise
        else:
            return message
    sent = await bot.send_message(chat, screen.text, reply_markup=markup)
    return sent.message_id


def lines(*parts: str | Sequence[str]) -> str:
    """A text of lines, empty ones left out; a sequence is a block with a blank line before it."""
    blocks: list[str] = []
    for part in parts:
        if isinstance(part, str):
            if part:
                blocks.append(part)
        else:
            block = "\n".join(line for line in part if line)
            if block:
                blocks.append(("\n" if blocks else "") + block)
    return "\n".join(blocks)
