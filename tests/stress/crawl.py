"""Crawl the chat: press each button of each screen twice and type unexpected texts at each prompt."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field

from bot.emulator.chats import Message
from dialogs import FLOWS
from dialogs.account.links import ForgetCode, Home, LockNow, SetLanguage
from dialogs.appointments.links import Cancel
from dialogs.family.links import AcceptInvitation, Allow, DeclineInvitation, Promote, Refuse, TakeAway
from dialogs.kit.router import Navigator
from dialogs.patients.links import CheckDraft, DropDraft, NameWrong
from dialogs.privacy.links import Erase, Revoke, Unlink
from dialogs.staff.links import DeskCancel, DeskMoveTo
from storage.database.connection import Connection
from storage.database.telegram_ids import index_of
from tests.stress.in_process import InProcessChat
from tests.stress.screen_recorder import ScreenRecorder

WAYS_OUT = {"Назад", "Меню", "Back", "Menu"}
LATE: dict[str, int] = {
    link.__prefix__: rank
    for rank, links in enumerate(
        (
            (Cancel, DeskCancel, DeskMoveTo, CheckDraft, NameWrong, TakeAway),
            (Allow, AcceptInvitation),
            (DropDraft, Promote),
            (Refuse, DeclineInvitation, Unlink, SetLanguage),
            (LockNow, ForgetCode),
            (Revoke,),
            (Erase,),
        )
    )
    for link in links
}
"""Actions that are pressed after all others, in this order: they remove what others need."""

CODE = "580213"
"""A valid access code."""

UNEXPECTED_TEXTS = ("<b>&amp;</i>", "\u202eабв\u200b 🙂", "Ж" * 4096, "1" * 16, "нет", "/неизвестно")
LONGEST_IN_A_ROW = 24
"""characters of a label that stands beside another one: Telegram shows one line and cuts the rest"""

OF_A_KIND = 2
"""How many buttons with equal links are pressed on one kind of screen: the third doctor is like the second."""
MOST_PRESSES = 3000
APOLOGY = re.compile(r"номер: [0-9a-f]{8}|number: [0-9a-f]{8}|[0-9a-f]{8}$")


@dataclass(slots=True)
class Crawl:
    """One person's crawl through all screens in reach."""

    town: InProcessChat
    person: int
    times: int = 2
    """how often each button is pressed"""
    typed: tuple[str, ...] = UNEXPECTED_TEXTS
    """at every prompt"""
    ahead: deque[tuple[str, str]] = field(default_factory=deque)
    """the buttons to press next: their data and the kind of the screen"""
    late: list[tuple[int, str, str]] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)
    presses: int = 0
    wrong: list[str] = field(default_factory=list)
    navigator: Navigator = field(default_factory=lambda: Navigator(FLOWS))
    recorder: ScreenRecorder = field(init=False)

    def __post_init__(self) -> None:
        self.recorder = ScreenRecorder(self.town.app)

    async def run(self) -> None:
        if self.person in self.town.emulator.chats:
            await self.look()  # news may have buttons of its own
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
        self.recorder.at = None
        press = self.town.actor(self.person).press(screen.id, data)
        await self.town.handle()
        if press.spinning or (press.text and APOLOGY.search(press.text)):
            self.wrong.append(f"{data}: answered={press.answered} {press.text}")

    async def look(self) -> None:
        """Queue the new buttons of the newest screen and check that it has a way out."""
        screen = self.town.screen(self.person)
        if screen is None or not screen.inline:
            return
        kind = kind_of(screen)
        if kind not in self.screens:
            self.screens.add(kind)
            self.require_whole_labels(screen)
            await self.require_way_out(screen)
        # A button without data opens a URL.
        every = [str(button["callback_data"]) for row in screen.inline for button in row if "callback_data" in button]
        for data in every:
            self.note(data, kind)
        self.recorder.see(link for data in every if (link := self.navigator.parse(data)) is not None)

    def require_whole_labels(self, screen: Message) -> None:
        shared = [button["text"] for row in screen.inline or [] if len(row) > 1 for button in row]
        self.wrong += [f"the label is cut: {label}" for label in shared if len(label) > LONGEST_IN_A_ROW]

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
            self.wrong.append(f"no handler for {data}")
        if (data, kind) in self.known or self.seen[pattern_of(data), kind] >= OF_A_KIND:
            return
        self.known.add((data, kind))
        self.seen[pattern_of(data), kind] += 1
        if code in LATE:
            self.late.append((LATE[code], data, kind))
        else:
            self.ahead.append((data, kind))

    async def type_at_prompt(self, data: str) -> None:
        """Type each text at an open prompt; each must get a reaction, and the screen keeps a way out."""
        code = data.partition(":")[0]
        if code in self.prompts or not await self.has_prompt():
            return
        self.prompts.add(code)
        for text in self.typed:
            before = self.town.emulator.call_log.total
            self.recorder.at = None
            await self.town.say(self.person, text)
            if self.town.emulator.call_log.total == before:
                self.wrong.append(f"no reaction to {text[:20]!r} at {data}")
            await self.look()
            await self.press(data)

    async def has_prompt(self) -> bool:
        async def look(connection: Connection) -> bool:
            sql = (
                "SELECT 1 FROM dialogs d JOIN accounts a ON a.id = d.account_id "
                "WHERE a.telegram_index = :person AND d.sealed_data IS NOT NULL"
            )
            return bool(await connection.fetch(sql, {"person": index_of(self.person, self.town.app.store.index)}))

        return await self.town.app.store.database.read(look)


def kind_of(screen: Message) -> str:
    """Return what screens of one kind share: their first words and the codes of their buttons."""
    words = re.findall(r"[а-яёa-z]+", screen.text.lower())[:4]
    return " ".join([*words, *sorted(codes_of(screen))])


def codes_of(screen: Message) -> set[str]:
    buttons = (button for row in screen.inline or [] for button in row)
    return {button["callback_data"].partition(":")[0] for button in buttons if "callback_data" in button}


def pattern_of(data: str) -> str:
    """Return the data with all numbers but 0 replaced: two doctors are alike, the first page differs from the next."""
    code, *fields = data.split(":")
    return ":".join([code, *("0" if value in {"", "0"} else "n" for value in fields)])
