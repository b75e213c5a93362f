"""Define Flow, which registers the functions of one part of the chat, with what they receive and return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from aiogram.filters.callback_data import CallbackData

from bot.core.i18n import spoken_language
from bot.core.people import Account, Operator, Operators
from bot.delivery.screen import File, Screen, Venue
from bot.patients.records import FetchFile
from bot.services import Services
from dialogs.kit.link import Action, Link
from dialogs.kit.newest import Shown


@dataclass(slots=True)
class Visitor:
    """The person of an update and what a flow needs to answer: the account, the services and the present moment.

    An action that changes the account puts the new one here.
    """

    account: Account
    services: Services
    operators: Operators
    now: datetime
    message: int | None = None
    """the id of the message whose button was pressed, if its text can be edited"""
    open_prompt: Mapping[str, Any] = field(default_factory=dict)
    """what the person is asked to type or send, as ``render.show_reply`` stores it; empty if nothing is asked"""
    username: str = ""
    """the bot's own, for links that open it"""
    shown: Shown | None = None
    """the newest screen of the chat, if it is remembered"""
    noted: str = ""
    """what was typed and must stand in no button, such as a name that is looked for; the sealed prompt keeps it"""

    @property
    def operator(self) -> Operator:
        """The operator in the language that is spoken now."""
        return self.operators[spoken_language()]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a function of a flow answers: a screen or the link to one, perhaps an alert over it and files below it."""

    then: Screen | Link | Action
    alert: str = ""
    files: tuple[File, ...] = ()
    line: str = ""
    """a sentence above the screen, in HTML: what was done or why it was not"""
    passing: str = ""
    """HTML of a protected message below the screen, which is deleted after two minutes"""
    passing_pictures: tuple[File, ...] = ()
    """the same for JPEG pictures, each in a message of its own"""
    misses: int = 0
    """how many typed texts in a row were not accepted"""
    is_own: bool = False
    """the screen is what an answer has led to, not what its link draws"""
    venue: Venue | None = None
    """a pin on the map below the screen"""


class SharedContact(NamedTuple):
    """A contact that was shared in the chat."""

    phone: str
    own: bool
    """whether the telephone is that of the sender"""


class SharedPlace(NamedTuple):
    """Where a person says to be, in degrees; it is stored nowhere."""

    latitude: float
    longitude: float


Outcome = Screen | Link | Action | Reply
"""What a function of a flow returns; a bare screen or link is a Reply without alert and files."""

Pressed = TypeVar("Pressed", bound=CallbackData)
Prompt = TypeVar("Prompt", bound=Link)

DrawScreen = Callable[[Visitor, Pressed], Awaitable[Outcome]]
"""Draws the screen of a link, or does an action."""
ReadText = Callable[[Visitor, Prompt, str], Awaitable[Outcome]]
"""Reads the text that was typed while the prompt was open."""
ReadFile = Callable[[Visitor, Prompt, FetchFile], Awaitable[Outcome]]
"""Reads the photo or file that was sent while the prompt was open; it is downloaded when it can be read."""
ReadContact = Callable[[Visitor, Prompt, SharedContact], Awaitable[Outcome]]
"""Reads a shared contact."""
ReadLine = Callable[[Visitor, Prompt, str], Awaitable[Link | None]]
"""Returns the screen for a line that was typed beside the buttons of a screen, None if it is none."""
ReadPlace = Callable[[Visitor, Prompt, SharedPlace], Awaitable[Outcome]]
"""Reads a place that was shared while the prompt was open."""
ReadRef = Callable[[Visitor, str], Awaitable[Link | None]]
"""Returns the screen of what has the Ref that was typed where nothing is asked, None if nothing is found."""
OpenDeepLink = Callable[[Visitor, str], Awaitable[Outcome]]
"""Opens what the rest of a deep link names."""


def everybody(account: Account) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Flow:
    """The screens, actions, prompts, commands and deep links of one part of the chat.

    A function registers itself with a decorator. It may raise RuleError: the router shows the refusal's sentence.
    """

    name: str
    open: bool = False
    """whether the flow needs no consent"""
    open_without_patient: bool = False
    """whether its links that name no patient need no consent: their screens say nothing of anybody"""
    commands: Mapping[str, Link] = field(default_factory=dict)
    """the screen that each command opens"""
    serves: Callable[[Account], bool] = everybody
    """for whom the commands work; others are answered as if there were none"""
    presses: dict[str, tuple[type[CallbackData], DrawScreen[Any]]] = field(default_factory=dict)
    """by the code of the link or action"""
    answers: dict[str, ReadText[Any]] = field(default_factory=dict)
    files: dict[str, ReadFile[Any]] = field(default_factory=dict)
    collecting: set[str] = field(default_factory=set)
    """the codes of the prompts that take each file of an answer, not only the first that can be read"""
    contacts: dict[str, tuple[type[Link], ReadContact[Any]]] = field(default_factory=dict)
    """by the code of the prompt, as answers and files are"""
    lines: dict[str, ReadLine[Any]] = field(default_factory=dict)
    places: dict[str, ReadPlace[Any]] = field(default_factory=dict)
    refs: list[ReadRef] = field(default_factory=list)
    """what looks for a Ref that was typed on any screen of any flow and is no number of the person's own"""
    deep_links: dict[str, OpenDeepLink] = field(default_factory=dict)
    """by the first word of the deep link"""

    def is_open_for(self, link: CallbackData) -> bool:
        """Return whether the link needs no consent."""
        return self.open or (self.open_without_patient and getattr(link, "patient", None) is None)

    def screen(self, link: type[Pressed]) -> Callable[[DrawScreen[Pressed]], DrawScreen[Pressed]]:
        """Register the function that draws a link's screen."""

        def register(draw: DrawScreen[Pressed]) -> DrawScreen[Pressed]:
            self.presses[link.__prefix__] = (link, draw)
            return draw

        return register

    action = screen
    """Register the function that does an action; the table is the same, the name tells the reader which it is."""

    def answer(self, prompt: type[Prompt]) -> Callable[[ReadText[Prompt]], ReadText[Prompt]]:
        """Register the function that reads a text typed on a link's screen."""

        def register(read: ReadText[Prompt]) -> ReadText[Prompt]:
            self.answers[prompt.__prefix__] = read
            return read

        return register

    def line(self, prompt: type[Prompt]) -> Callable[[ReadLine[Prompt]], ReadLine[Prompt]]:
        """Register the function that reads a line typed on a screen whose buttons come first: «назад» is a button."""

        def register(read: ReadLine[Prompt]) -> ReadLine[Prompt]:
            self.lines[prompt.__prefix__] = read
            return read

        return register

    def ref(self, read: ReadRef) -> ReadRef:
        """Register the function that looks for a Ref typed on any screen. It may raise RuleError, as a prompt's."""
        self.refs.append(read)
        return read

    def place(self, prompt: type[Prompt]) -> Callable[[ReadPlace[Prompt]], ReadPlace[Prompt]]:
        """Register the function that reads a place shared on a link's screen."""

        def register(read: ReadPlace[Prompt]) -> ReadPlace[Prompt]:
            self.places[prompt.__prefix__] = read
            return read

        return register

    def file(self, prompt: type[Prompt], *, collects: bool = False) -> Callable[[ReadFile[Prompt]], ReadFile[Prompt]]:
        """Register the function that reads a photo or a file sent on a link's screen.

        ``collects``: each file of an album is read, not only the first that can be.
        """

        def register(read: ReadFile[Prompt]) -> ReadFile[Prompt]:
            self.files[prompt.__prefix__] = read
            if collects:
                self.collecting.add(prompt.__prefix__)
            return read

        return register

    def contact(self, prompt: type[Prompt]) -> Callable[[ReadContact[Prompt]], ReadContact[Prompt]]:
        """Register the function that reads a contact, also one that is shared while the prompt is not open."""

        def register(read: ReadContact[Prompt]) -> ReadContact[Prompt]:
            self.contacts[prompt.__prefix__] = (prompt, read)
            return read

        return register

    def deep_link(self, word: str) -> Callable[[OpenDeepLink], OpenDeepLink]:
        """Register the function that opens ``t.me/bot?start=word_rest``; it gets the rest."""

        def register(open_: OpenDeepLink) -> OpenDeepLink:
            self.deep_links[word] = open_
            return open_

        return register
