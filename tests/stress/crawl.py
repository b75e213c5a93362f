"""Crawl the chat: press each button of each screen, a new one twice, and type unexpected texts at each prompt.

Its laws: every press that a screen offers has a visible reaction, every screen has a way out, «Назад» leads on to the
menu without showing a screen twice, and from what a list has opened to that list as it was.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.refs import read_ref
from bot.emulator.chats import Message
from dialogs import FLOWS
from dialogs.account.links import ForgetCode, Home, LockNow, SetLanguage
from dialogs.applications.links import ApplicationFilters
from dialogs.appointments.links import Cancel
from dialogs.booking.links import ClinicFilters
from dialogs.family.links import AcceptInvitation, Allow, DeclineInvitation, Promote, Refuse, TakeAway
from dialogs.kit.link import PAGES, WAY, Link
from dialogs.kit.router import Navigator
from dialogs.patients.links import CheckDraft, DropDraft, NameWrong
from dialogs.privacy.links import AllowTakeover, Erase, RefuseTakeover, Revoke, Unlink, WithdrawTakeover
from dialogs.staff.application_links import ApproveApplication, RefuseApplication
from dialogs.staff.links import DeskCancel, DeskMoveTo
from dialogs.staff.schedule_links import CloseNow
from storage.database.connection import Connection
from storage.database.telegram_ids import index_of
from tests.stress.in_process import InProcessChat
from tests.stress.screen_recorder import ScreenRecorder

BACK = {"Назад", "Back"}
WAYS_OUT = BACK | {"Меню", "Menu"}
PLACE = re.compile(r"(?:Стр\.|Page) (\d+) (?:из|of) (\d+)")
ONWARD = {"Дальше ›", "Further ›"}
LATE: dict[str, int] = {
    link.__prefix__: rank
    for rank, links in enumerate(
        (
            (CloseNow,),
            (Cancel, DeskCancel, DeskMoveTo, CheckDraft, NameWrong, TakeAway, WithdrawTakeover),
            (Allow, AcceptInvitation, ApproveApplication),
            (DropDraft, Promote),
            (Refuse, DeclineInvitation, RefuseApplication, Unlink, SetLanguage),
            (LockNow, ForgetCode),
            (AllowTakeover,),
            (RefuseTakeover,),
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
MOST_PRESSES = 12_000
MOST_STEPS_BACK = 10
LAST_PAGE = PAGES[-1]
"""a page that no list has: its last one is shown"""
OTHER_FILTERS = {ClinicFilters, ApplicationFilters}
"""screens that choose anew what is listed: «Назад» shows what was chosen"""
APOLOGY = re.compile(r"номер: [0-9a-f]{8}|number: [0-9a-f]{8}|[0-9a-f]{8}$")


Answers = Mapping[str, Sequence[Sequence[str]]]
"""By the code of a prompt: what a person writes there, as several texts that follow each other."""

Watch = Callable[["Crawl", Message], Awaitable[None]]
"""Called for the first screen of each kind while it is shown; it may type or press and leaves that screen shown."""


@dataclass(slots=True)
class Crawl:
    """One person's crawl through all screens in reach."""

    town: InProcessChat
    person: int
    times: int = 2
    """how often a button is pressed in a row when it is met first; on further kinds of screens it is pressed once"""
    of_a_kind: int = OF_A_KIND
    most_presses: int = MOST_PRESSES
    typed: tuple[str, ...] = UNEXPECTED_TEXTS
    """at every prompt"""
    answers: Answers = field(default_factory=dict)
    """right answers: what comes next is looked at after each, so screens that follow a typed name are found"""
    ranks: Mapping[str, int] = field(default_factory=lambda: LATE)
    """the codes of buttons that are pressed after all others, the lowest rank first"""
    watchers: tuple[Watch, ...] = ()
    ahead: deque[tuple[str, str]] = field(default_factory=deque)
    """the buttons to press next: their data and the kind of the screen"""
    late: list[tuple[int, str, str]] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)
    presses: int = 0
    words: int = 0
    """texts typed"""
    wrong: list[str] = field(default_factory=list)
    ways_back: dict[tuple[str, str], str] = field(default_factory=dict)
    """the data of a screen with «Назад», by the name of its link and the codes of its buttons; "" once walked back"""
    pages: dict[type[Link], set[str]] = field(default_factory=dict)
    """which pages of a list were shown, «first», «middle» and «last», by its link; not those of a list on one page"""
    led_to_menu: set[str] = field(default_factory=set)
    """what screens showed from which «Назад» has led to the menu"""
    navigator: Navigator = field(default_factory=lambda: Navigator(FLOWS))
    recorder: ScreenRecorder = field(init=False)

    def __post_init__(self) -> None:
        self.recorder = ScreenRecorder(self.town.app)

    async def run(self) -> None:
        if self.person in self.town.emulator.chats:
            await self.look()  # news may have buttons of its own
        await self.town.say(self.person, "/start")
        await self.look()
        while self.presses < self.most_presses and (self.ahead or self.late or any(self.ways_back.values())):
            if not self.ahead and any(self.ways_back.values()):
                await self.walk_back()
                continue
            if not self.ahead:
                self.late.sort(reverse=True)
                _rank, *button = self.late.pop()
                self.ahead.append((button[0], button[1]))
            data = self.next_button()
            # After the first press the second finds the same screen, whatever screen the button was on.
            times = 1 if data in self.pressed else self.times
            self.pressed.add(data)
            for _time in range(times):
                await self.press(data)
                await self.look()
            await self.type_at_prompt(data)

    def next_button(self) -> str:
        """Return a button of the screen that is shown, as a person would press it, else the one found first."""
        offered = data_of(self.town.screen(self.person))
        button = next((each for each in self.ahead if each[0] in offered), self.ahead[0])
        self.ahead.remove(button)
        return button[0]

    async def press(self, data: str) -> None:
        self.presses += 1
        screen, left = self.town.screen(self.person), self.recorder.at
        assert screen is not None
        self.recorder.at = None
        is_offered, before, back = data in data_of(screen), shown(screen), back_of(screen)
        press = self.town.actor(self.person).press(screen.id, data)
        await self.town.handle()
        if press.spinning or (press.text and APOLOGY.search(press.text)):
            self.wrong.append(f"{data}: answered={press.answered} {press.text}")
        if is_offered and not press.text and shown(self.town.screen(self.person)) == before:
            self.wrong.append(f"no reaction to {data} of {before}")
        if is_offered and isinstance(left, Link) and data != back:
            self.require_same_list(left, data)

    def require_same_list(self, left: Link, data: str) -> None:
        """Check that «Назад» from a screen to the list that has opened it shows the same page with the same filters."""
        screen, at = self.town.screen(self.person), self.recorder.at
        back = self.navigator.parse(back_of(screen)) if screen is not None else None
        if type(back) is not type(left) or type(at) in {type(left), *OTHER_FILTERS} or not hasattr(left, "page"):
            return
        if isinstance(back, Link) and not back.is_like(left):
            self.wrong.append(f"«Назад» after {data} leads to {back.pack()} and not to {left.pack()}")

    async def look(self) -> None:
        """Queue the new buttons of the newest screen and check that it has a way out."""
        screen = self.town.screen(self.person)
        if screen is None or not screen.inline:
            return
        self.note_page(screen)
        kind = kind_of(screen)
        if kind not in self.screens:
            self.screens.add(kind)
            self.require_whole_labels(screen)
            for watch in self.watchers:
                await watch(self, screen)
            await self.require_way_out(screen)
            if isinstance(self.recorder.at, Link) and back_of(screen):
                place = type(self.recorder.at).__name__, " ".join(sorted(codes_of(screen)))
                self.ways_back.setdefault(place, self.recorder.at.pack())
        # A button without data opens a URL.
        every = [str(button["callback_data"]) for row in screen.inline for button in row if "callback_data" in button]
        for data in every:
            self.note(data, kind)
        self.recorder.see(link for data in every if (link := self.navigator.parse(data)) is not None)

    def note_page(self, screen: Message) -> None:
        """Note which page of a list is shown, by what the text says; a screen with arrows says it."""
        place, at = PLACE.search(screen.text), self.recorder.at
        if place is not None and isinstance(at, Link):
            number, count = int(place[1]), int(place[2])
            self.pages.setdefault(type(at), set()).add({1: "first", count: "last"}.get(number, "middle"))
        labels = {button["text"] for row in screen.inline or [] for button in row}
        if place is None and labels & ONWARD:
            self.wrong.append(f"arrows without the number of the page: {screen.text}")

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
        code, link = data.partition(":")[0], self.navigator.parse(data)
        if link is None:
            self.wrong.append(f"no handler for {data}")
        if 0 < getattr(link, "page", 0) < LAST_PAGE and link is not None:
            self.note(link.model_copy(update={"page": LAST_PAGE}).pack(), kind)
        if (data, kind) in self.known or self.seen[pattern_of(data), kind] >= self.of_a_kind:
            return
        self.known.add((data, kind))
        self.seen[pattern_of(data), kind] += 1
        if code in self.ranks:
            self.late.append((self.ranks[code], data, kind))
        else:
            self.ahead.append((data, kind))

    async def walk_back(self) -> None:
        """Open a screen with «Назад» and press it until there is none: nothing may be shown twice on the way."""
        place, data = next(way for way in self.ways_back.items() if way[1])
        self.ways_back[place] = ""
        await self.press(data)
        screen = self.town.screen(self.person)
        way: list[str] = []
        while screen is not None and (back := back_of(screen)):
            step = shown(screen).partition(":")[2]
            if step in self.led_to_menu:
                break
            if step in way or len(way) > MOST_STEPS_BACK:
                self.wrong.append(f"«Назад» leads in a circle from {data}: {way[-1]}")
                break
            way.append(step)
            await self.press(back)
            screen = self.town.screen(self.person)
        self.led_to_menu.update(way)

    async def type_at_prompt(self, data: str) -> None:
        """Type each text at an open prompt; each must get a reaction, and the screen keeps a way out."""
        code = data.partition(":")[0]
        if code in self.prompts or not await self.has_prompt():
            return
        self.prompts.add(code)
        for text in self.typed:
            before = self.town.emulator.call_log.total
            self.recorder.at = None
            self.words += 1
            await self.town.say(self.person, text)
            if self.town.emulator.call_log.total == before:
                self.wrong.append(f"no reaction to {text[:20]!r} at {data}")
            await self.look()
            await self.press(data)
        for texts in self.answers.get(code, ()):
            await self.answer(texts, data)

    async def answer(self, texts: Sequence[str], data: str) -> None:
        """Write texts one after another, then return to the prompt; each must change what is shown.

        A text that is the label of a button is pressed.
        """
        for text in texts:
            screen = self.town.screen(self.person)
            before = shown(screen)
            if data_of_label := button_of(screen, text):
                await self.press(data_of_label)
            else:
                self.recorder.at = None
                self.words += 1
                await self.town.say(self.person, text)
            if shown(self.town.screen(self.person)) == before:
                self.wrong.append(f"nothing changed for {text!r} at {data}")
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


def data_of(screen: Message | None) -> set[str]:
    """Return the data of a screen's buttons; a button without data opens a URL."""
    rows = (screen.inline or []) if screen is not None else []
    return {str(button["callback_data"]) for row in rows for button in row if "callback_data" in button}


def back_of(screen: Message) -> str:
    """Return the data of «Назад», "" if the screen has no such button."""
    return next(filter(None, (button_of(screen, label) for label in BACK)), "")


def button_of(screen: Message | None, label: str) -> str:
    """Return the data of the button with this label, "" if the screen has no such button."""
    buttons = (button for row in (screen and screen.inline) or [] for button in row)
    return next((str(button["callback_data"]) for button in buttons if button["text"] == label), "")


def shown(screen: Message | None) -> str:
    """Return all that a person sees of the newest screen."""
    if screen is None:
        return ""
    labels = [[button["text"] for button in row] for row in screen.inline or []]
    return f"{screen.id}: {screen.text!r} {labels} {sorted(data_of(screen))}"


def kind_of(screen: Message) -> str:
    """Return what screens of one kind share: their first words, but for drawn numbers, and the codes of their buttons.

    «Назад» is none of them: it leads to where the way has come from.
    """
    without_refs = " ".join(word for word in screen.text.split() if read_ref(word) is None)
    words = re.findall(r"[а-яёa-z]+", without_refs.lower())[:4]
    back = back_of(screen).partition(":")[0]
    return " ".join([*words, *sorted(codes_of(screen) - {back})])


def codes_of(screen: Message) -> set[str]:
    buttons = (button for row in screen.inline or [] for button in row)
    return {button["callback_data"].partition(":")[0] for button in buttons if "callback_data" in button}


def pattern_of(data: str) -> str:
    """Return the data with most numbers replaced: two doctors are alike, the first and the last page are not.

    Ways back are left out: the same button stands on screens that different ways have led to.
    """
    code, *fields = data.partition(WAY)[0].split(":")
    first, last = {"", "0"}, str(LAST_PAGE)
    return ":".join([code, *("0" if value in first else last if value == last else "n" for value in fields)])
