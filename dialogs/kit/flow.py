"""Parts of the slice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from aiogram.filters.callback_data import CallbackData

from bot.core.people import Account, Operator
from bot.delivery.screen import File, Screen
from bot.services import Services
from dialogs.kit.link import Action, Link


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
