"""What flows are made of: screens, buttons, texts that escape, and the record of who opens what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any, NamedTuple, TypeVar

from aiogram.filters.callback_data import CallbackData

from bot.i18n import gettext as _
from bot.models import Account, Button, File, Operator, Screen
from bot.services import Services
from dialogs.links import Action, Home, Link

Row = tuple[Button, ...]


@dataclass(slots=True)
class Visitor:
    """Who taps, what can be asked for him, and the moment that «завтра» is counted from.

    ``message`` is the chat message whose button was tapped; an action that changes the account puts the new one here.
    ``asked`` is the open prompt: its packed link and its messages, empty if nothing is asked.
    """

    account: Account
    services: Services
    operator: Operator
    now: datetime
    message: int | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    username: str = ""
    """the bot's own, for links that open it"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What follows a tap: a screen, or the link to one, perhaps an alert over it, perhaps files below it."""

    then: Screen | Link | Action
    alert: str = ""
    files: tuple[File, ...] = ()


class Shared(NamedTuple):
    """A contact that was shared: its telephone, and whether it is the sender's own."""

    phone: str
    own: bool


Outcome = Screen | Link | Action | Reply
Press = TypeVar("Press", bound=CallbackData)
Prompt = TypeVar("Prompt", bound=Link)
Draw = Callable[[Visitor, Any], Awaitable[Outcome]]
Read = Callable[[Visitor, Any, str], Awaitable[Outcome]]
Start = Callable[[Visitor, str], Awaitable[Outcome]]
Take = Callable[[Visitor, Any, bytes], Awaitable[Outcome]]
Meet = Callable[[Visitor, Any, "Shared"], Awaitable[Outcome]]


# --- drawing ----------------------------------------------------------------------------------------------------------


def text(template: str, **values: object) -> str:
    """Fill a catalogue's HTML sentence; every value is escaped here and nowhere else."""
    return template.format(**{name: escape(str(value), quote=False) for name, value in values.items()})


def unbroken(ref: str) -> str:
    """A Ref in one piece: at a plain hyphen a narrow bubble would break the line. Typed back, either hyphen is read."""
    return ref.replace("-", "\u2011")


def lines(*parts: str | Sequence[str]) -> str:
    """A text of lines, empty ones left out; a sequence is a block of its own, set off by a blank line."""
    shown: list[str] = []
    for part in parts:
        block = part if isinstance(part, str) else "\n".join(line for line in part if line)
        if block:
            shown.append(f"\n{block}" if shown and not isinstance(part, str) else block)
    return "\n".join(shown)


def button(label: str, to: CallbackData) -> Button:
    return Button(label, to.pack())


def grid(buttons: Iterable[Button], width: int) -> list[Row]:
    every = list(buttons)
    return [tuple(every[at : at + width]) for at in range(0, len(every), width)]


def pages(link: Link, page: int, count: int, size: int) -> list[Row]:
    """The row that turns the pages of a list, where there is more than one; ``link`` has a field ``page``."""
    row: list[Button] = []
    if page:
        row.append(button(_("‹ Earlier"), link.model_copy(update={"page": page - 1})))
    if count > (page + 1) * size:
        row.append(button(_("Later ›"), link.model_copy(update={"page": page + 1})))
    return [tuple(row)] if row else []


def ways_out(back: Link | Action | None = None) -> Row:
    """The last row of every screen: «Назад» keeps what was chosen, «Меню» is always there."""
    menu = button(_("Menu"), Home())
    return (menu,) if back is None else (button(_("Back"), back), menu)


FRESH = timedelta(minutes=5)
"""What the outbox has to tell is told within so long: an older screen makes no message needless."""


def makes_needless(message: str, since: datetime | None, now: datetime) -> str:
    """For Screen.shows: the outbox message about something that has just happened, "" about something older."""
    return message if since is not None and now - since < FRESH else ""


# --- flows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow's screens, actions, typed answers, files and commands; an ``open`` one needs no consent."""

    name: str
    open: bool = False
    commands: Mapping[str, Link] = field(default_factory=dict)
    presses: dict[str, tuple[type[CallbackData], Draw]] = field(default_factory=dict)
    answers: dict[str, Read] = field(default_factory=dict)
    files: dict[str, Take] = field(default_factory=dict)
    starts: dict[str, Start] = field(default_factory=dict)
    contacts: dict[str, tuple[type[Link], Meet]] = field(default_factory=dict)

    def screen(
        self, link: type[Press]
    ) -> Callable[[Callable[[Visitor, Press], Awaitable[Outcome]]], Callable[[Visitor, Press], Awaitable[Outcome]]]:
        """Register what draws a link's screen, or what does an action."""

        def register(
            draw: Callable[[Visitor, Press], Awaitable[Outcome]],
        ) -> Callable[[Visitor, Press], Awaitable[Outcome]]:
            self.presses[link.__prefix__] = (link, draw)
            return draw

        return register

    action = screen

    def start(self, word: str) -> Callable[[Start], Start]:
        """Register what a deep link opens: «t.me/bot?start=word_rest»; the flow takes the rest."""

        def register(read: Start) -> Start:
            self.starts[word] = read
            return read

        return register

    def answer(
        self, prompt: type[Prompt]
    ) -> Callable[
        [Callable[[Visitor, Prompt, str], Awaitable[Outcome]]], Callable[[Visitor, Prompt, str], Awaitable[Outcome]]
    ]:
        """Register what reads the text typed in answer to a link's screen."""

        def register(
            read: Callable[[Visitor, Prompt, str], Awaitable[Outcome]],
        ) -> Callable[[Visitor, Prompt, str], Awaitable[Outcome]]:
            self.answers[prompt.__prefix__] = read
            return read

        return register

    def file(
        self, prompt: type[Prompt]
    ) -> Callable[
        [Callable[[Visitor, Prompt, bytes], Awaitable[Outcome]]], Callable[[Visitor, Prompt, bytes], Awaitable[Outcome]]
    ]:
        """Register what takes the photo or the file sent in answer to a link's screen."""

        def register(
            take: Callable[[Visitor, Prompt, bytes], Awaitable[Outcome]],
        ) -> Callable[[Visitor, Prompt, bytes], Awaitable[Outcome]]:
            self.files[prompt.__prefix__] = take
            return take

        return register

    def contact(
        self, prompt: type[Prompt]
    ) -> Callable[
        [Callable[[Visitor, Prompt, Shared], Awaitable[Outcome]]],
        Callable[[Visitor, Prompt, Shared], Awaitable[Outcome]],
    ]:
        """Register what meets a contact, shared in answer to a link's screen or of one's own accord."""

        def register(
            meet: Callable[[Visitor, Prompt, Shared], Awaitable[Outcome]],
        ) -> Callable[[Visitor, Prompt, Shared], Awaitable[Outcome]]:
            self.contacts[prompt.__prefix__] = (prompt, meet)
            return meet

        return register
