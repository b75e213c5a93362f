"""Type at each screen of the chat: labels, parts of them, dates, names and rubbish; each text must get an answer."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from bot.core.matching import words_of
from bot.delivery.screen import Colour
from bot.emulator.chats import Message
from dialogs import FLOWS
from dialogs.kit.link import Action
from dialogs.kit.router import Navigator
from tests.stress.crawl import LATE, codes_of, kind_of
from tests.stress.in_process import InProcessChat

RUBBISH = "абракадабра"
TEXTS = ("да", "нет", "5 мая 2022", "педиатр", "Петрова")
OF_A_KIND = 1
"""How many screens of one kind are typed at."""
APOLOGY = re.compile(r"номер: [0-9a-f]{8}")

Look = tuple[object, ...]


@dataclass(slots=True)
class TypingCrawl:
    """One person's walk through all screens in reach, in which everything is typed instead of pressed."""

    town: InProcessChat
    person: int
    labels: int = 2
    """how many labels of a screen are typed, whole and in part"""
    most: int = 40
    """how many kinds of screens are typed at"""
    ahead: deque[str] = field(default_factory=deque)
    """the data of the buttons to press next"""
    pressed: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    typed: int = 0
    wrong: list[str] = field(default_factory=list)
    navigator: Navigator = field(default_factory=lambda: Navigator(FLOWS))

    async def run(self) -> None:
        await self.town.say(self.person, "/start")
        await self.type_at_screen("")
        while self.ahead and len(self.kinds) < self.most:
            data = self.ahead.popleft()
            await self.town.press(self.person, data)
            await self.type_at_screen(data)

    async def type_at_screen(self, data: str) -> None:
        """Type everything at the newest screen if it is new; ``data`` is the button that leads to it."""
        screen = self.screen()
        kind = kind_of(screen)
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        labels = self.note_buttons(screen)
        for text in self.texts(screen, labels):
            await self.type(text, kind)
            await self.go_back(data, kind)
        for _time in range(2):
            await self.type(RUBBISH, kind)
        await self.go_back(data, kind)

    def note_buttons(self, screen: Message) -> list[str]:
        """Queue the buttons of the screen and return the labels of those that may be typed."""
        labels: list[str] = []
        for button in (button for row in screen.inline or [] for button in row if "callback_data" in button):
            data = str(button["callback_data"])
            if data.partition(":")[0] in LATE:
                continue
            labels.append(str(button["text"]))
            if data not in self.pressed:
                self.pressed.add(data)
                self.ahead.append(data)
        return labels

    def texts(self, screen: Message, labels: list[str]) -> list[str]:
        shown = labels[: self.labels]
        parts = [max(words, key=len)[:5] for label in shown if (words := words_of(label))]
        # A yes would do what other screens need undone.
        loses = any(code in LATE or self.is_red(code) for code in codes_of(screen))
        return [*(text for text in TEXTS if text != "да" or not loses), *shown, *parts]

    def is_red(self, code: str) -> bool:
        return any(kind.__prefix__ == code and kind.colour is Colour.RED for kind in Action.__subclasses__())

    async def type(self, text: str, kind: str) -> None:
        self.typed += 1
        before = self.look()
        await self.town.say(self.person, text)
        if self.look() == before:
            self.wrong.append(f"nothing changed for {text!r} at {kind}")
        if APOLOGY.search(self.screen().text):
            self.wrong.append(f"an error for {text!r} at {kind}: {self.screen().text}")

    async def go_back(self, data: str, kind: str) -> None:
        if data and kind_of(self.screen()) != kind:
            await self.town.press(self.person, data)
        elif kind_of(self.screen()) != kind:
            await self.town.say(self.person, "/start")

    def screen(self) -> Message:
        screen = self.town.screen(self.person)
        assert screen is not None
        return screen

    def look(self) -> Look:
        """Return what the person sees: the bot's messages with their buttons."""
        messages = self.town.emulator.chats[self.person].messages.values()
        return tuple((message.id, message.text, str(message.inline)) for message in messages if message.from_bot)
