"""A crawler: presses every button of every screen that it meets, twice, and types garbage at every prompt."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field

from bot.emulator.chats import Message
from dialogs import FLOWS
from dialogs.account.links import ClosePin, Home, SetLanguage
from dialogs.appointments.links import Cancel
from dialogs.family.links import AcceptInvitation, Allow, DeclineInvitation, Promote, Refuse, TakeAway
from dialogs.kit.router import Navigator
from dialogs.patients.links import CheckDraft, DropDraft, NameWrong
from dialogs.privacy.links import Erase, Revoke, Unlink
from dialogs.staff.links import DeskCancel, DeskMoveTo
from storage.database.connection import Connection
from tests.stress.edge import Edge
from tests.stress.trail import Trail

WAYS_OUT = {"Назад", "Меню", "Back", "Menu"}
LATE: dict[str, int] = {
    link.__prefix__: rank
    for rank, links in enumerate(
        (
            (Cancel, DeskCancel, DeskMoveTo, CheckDraft, NameWrong, TakeAway),
            (Allow, AcceptInvitation),
            (DropDraft, Promote),
            (Refuse, DeclineInvitation, Unlink, SetLanguage),
            (ClosePin,),
            (Revoke,),
            (Erase,),
        )
    )
    for link in links
}
"""Which actions are pressed after all others, and in which order: they take away what others need."""

CODE = "580213"
"""Good for an access code, where one is asked for."""

GARBAGE = ("<b>&amp;</i>", "\u202eабв\u200b 🙂", "Ж" * 4096, "1" * 16, "нет", "/неизвестно")
OF_A_KIND = 2
"""How many buttons of one kind are pressed on one kind of screen: the third doctor is like the second."""
MOST_PRESSES = 3000
APOLOGY = re.compile(r"номер: [0-9a-f]{8}|number: [0-9a-f]{8}|[0-9a-f]{8}$")


@dataclass(slots=True)
class Crawl:
    """One person's way through everything that he can reach."""

    town: Edge
    person: int
    times: int = 2
    """how often each button is pressed"""
    typed: tuple[str, ...] = GARBAGE
    """at every prompt"""
    ahead: deque[tuple[str, str]] = field(default_factory=deque)
    """data of buttons to press, and the kind of screen where they were seen"""
    late: list[tuple[int, str, str]] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)
    presses: int = 0
    wrong: list[str] = field(default_factory=list)
    navigator: Navigator = field(default_factory=lambda: Navigator(FLOWS))
    trail: Trail = field(init=False)

    def __post_init__(self) -> None:
        self.trail = Trail(self.town.app)

    async def run(self) -> None:
        if self.person in self.town.emulator.chats:
            await self.look()  # a message that has come by itself offers ways of its own
        await self.town.say(self.person, "/start")
        await self.look()
        while self.presses < MOST_PRESSES and (self.ahead or self.late):
            if not self.ahead:
                self.late.sort(reverse=True)
                _rank, *button = self.late.pop()
                self.ahead.append((button[0], button[1]))
            data, _screen = self.ahead.popleft()
            for _time in range(self.times):
                await self.press(data)
                await self.look()
            await self.type_at_prompt(data)

    async def press(self, data: str) -> None:
        self.presses += 1
        screen = self.town.screen(self.person)
        assert screen is not None
        self.trail.at = None
        press = self.town.actor(self.person).press(screen.id, data)
        await self.town.handle()
        if press.spinning or (press.text and APOLOGY.search(press.text)):
            self.wrong.append(f"{data}: answered={press.answered} {press.text}")

    async def look(self) -> None:
        """Note the buttons of the screen that have not been seen on one of its kind; nobody may be stuck on it."""
        screen = self.town.screen(self.person)
        if screen is None or not screen.inline:
            return
        kind = kind_of(screen)
        if kind not in self.screens:
            self.screens.add(kind)
            await self.require_way_out(screen)
        # A button without data opens an address outside the chat.
        every = [str(button["callback_data"]) for row in screen.inline for button in row if "callback_data" in button]
        for data in every:
            self.note(data, kind)
        self.trail.see(link for data in every if (link := self.navigator.parse(data)) is not None)

    async def require_way_out(self, screen: Message) -> None:
        labels = {button["text"] for row in screen.inline or [] for button in row}
        if WAYS_OUT & labels:
            return
        codes = codes_of(screen)
        await self.press(Home().pack())
        menu = self.town.screen(self.person)
        if menu is None or codes_of(menu) != codes:
            self.wrong.append(f"no way out of {screen.text}: {sorted(labels)}")

    def note(self, data: str, kind: str) -> None:
        code = data.partition(":")[0]
        if self.navigator.parse(data) is None:
            self.wrong.append(f"nobody answers {data}")
        if (data, kind) in self.known or self.seen[pattern_of(data), kind] >= OF_A_KIND:
            return
        self.known.add((data, kind))
        self.seen[pattern_of(data), kind] += 1
        if code in LATE:
            self.late.append((LATE[code], data, kind))
        else:
            self.ahead.append((data, kind))

    async def type_at_prompt(self, data: str) -> None:
        """Garbage in answer to a question: each piece is answered, and the way out stays."""
        code = data.partition(":")[0]
        if code in self.prompts or not await self.is_asked():
            return
        self.prompts.add(code)
        for text in self.typed:
            spoken = self.town.emulator.call_log.total
            self.trail.at = None
            await self.town.say(self.person, text)
            if self.town.emulator.call_log.total == spoken:
                self.wrong.append(f"silence after {text[:20]!r} at {data}")
            await self.look()
            await self.press(data)

    async def is_asked(self) -> bool:
        async def look(connection: Connection) -> bool:
            sql = "SELECT 1 FROM dialogs WHERE telegram_id = :person AND sealed_state IS NOT NULL"
            return bool(await connection.fetch(sql, {"person": self.person}))

        return await self.town.app.store.database.read(look)


def kind_of(screen: Message) -> str:
    """What a screen is but for its numbers and names: its first words and the kinds of its buttons."""
    words = re.findall(r"[а-яёa-z]+", screen.text.lower())[:4]
    return " ".join([*words, *sorted(codes_of(screen))])


def codes_of(screen: Message) -> set[str]:
    buttons = (button for row in screen.inline or [] for button in row)
    return {button["callback_data"].partition(":")[0] for button in buttons if "callback_data" in button}


def pattern_of(data: str) -> str:
    """Two doctors are alike; the first page is not like the next."""
    code, *fields = data.split(":")
    return ":".join([code, *("0" if value in {"", "0"} else "n" for value in fields)])
