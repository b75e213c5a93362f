"""The map of the chat is true: every state can be reached, every button of every screen is answered and stays on it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup

from bot.models import Operator
from bot.rules.pins import is_closed
from dialogs import FLOWS, states
from dialogs.kit import Visitor
from dialogs.links import (
    Action,
    Cancel,
    CheckDraft,
    DeskCancel,
    DeskMoveTo,
    DropDraft,
    Erase,
    Link,
    Promote,
    Refuse,
    Revoke,
    SetLanguage,
    TakeAway,
    Unlink,
)
from dialogs.press import Doors
from dialogs.states import MAP, Appointments, Booking, Consenting, Family, Menu, Pin
from tests.barcodes import barcode, jpeg, on_paper, pdf417
from tests.builders import claim_of
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    DAY,
    EGOR,
    MARIA,
    NIKITA,
    SOFIA,
    TIME,
    account_of,
    book,
    choose,
    link,
    say,
    settle_in,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.town import Town

EVERY_LINK: list[type[Link]] = Link.__subclasses__()
EVERY_ACTION: list[type[Action]] = Action.__subclasses__()
EVERYTHING: list[type[CallbackData]] = [*EVERY_LINK, *EVERY_ACTION]

# --- the map itself ---------------------------------------------------------------------------------------------------


def every_state() -> set[State]:
    groups = [group for group in vars(states).values() if isinstance(group, type) and issubclass(group, StatesGroup)]
    return {state for group in groups for state in group.__all_states__}


def test_every_state_is_on_the_map_under_a_code_of_its_own() -> None:
    assert set(MAP) == every_state()
    assert len({place.code for place in MAP.values()}) == len(MAP)


def test_every_state_can_be_reached_from_the_menu() -> None:
    reached, ahead = {Menu.home}, deque([Menu.home])
    while ahead:
        for state in MAP[ahead.popleft()].leads_to - reached:
            reached.add(state)
            ahead.append(state)
    assert set(MAP) - reached == set()


def test_every_state_has_one_screen_and_every_link_and_action_a_code_of_its_own() -> None:
    assert Counter(link.at for link in EVERY_LINK) == Counter(list(MAP))
    codes = Counter(kind.__prefix__ for kind in EVERYTHING)
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_link_and_action_is_drawn_or_done_by_exactly_one_flow() -> None:
    owners = Counter(code for flow in FLOWS for code in flow.presses)
    assert owners == Counter(kind.__prefix__ for kind in EVERYTHING)


def test_every_end_of_an_action_and_every_question_is_on_the_map() -> None:
    assert {end for action in EVERY_ACTION for end in action.ends} <= set(MAP)
    assert {code for flow in FLOWS for code in flow.answers} <= {state.state for state in MAP}


def test_no_command_belongs_to_two_flows() -> None:
    commands = Counter(command for flow in FLOWS for command in flow.commands)
    assert max(commands.values()) == 1


LARGEST = {"start": 4_102_444_800, "day": 770_000, "page": 99, "kind": 9, "step": 9, "reason": 9}
"""What is not an id of ours; those may grow to billions."""


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: kind.__name__)
def test_no_button_is_longer_than_telegram_allows_however_large_the_ids(kind: type[CallbackData]) -> None:
    data = kind(**dict(largest(kind))).pack()
    assert len(data.encode()) <= 64
    assert kind.unpack(data).pack() == data


def largest(kind: type[CallbackData]) -> Iterator[tuple[str, Any]]:
    for name, described in kind.model_fields.items():
        if described.annotation is int:
            yield name, LARGEST.get(name, 9_999_999_999)
        else:
            yield name, True if described.annotation is bool else "ru"


# --- every button of every screen -------------------------------------------------------------------------------------

WAYS_OUT = {"Назад", "Меню", "Back", "Menu"}
BEGINNINGS = {Menu.home, Consenting.welcome, Pin.enter}
"""Where «Меню» leads: they need no button to themselves."""

LATE: dict[type[CallbackData], int] = {
    Cancel: 2,
    DeskCancel: 2,
    DeskMoveTo: 2,
    CheckDraft: 2,
    DropDraft: 3,
    Refuse: 3,
    TakeAway: 3,
    Promote: 4,
    Unlink: 5,
    SetLanguage: 3,
    Revoke: 4,
}
OF_A_KIND = 3
"""How many buttons of one kind on one kind of screen are pressed: the fourth doctor is like the third."""


@dataclass(slots=True)
class Crawl:
    """Presses every button of every screen that it meets, what destroys last."""

    town: Town
    person: Person
    ahead: list[tuple[int, int, str, str]] = field(default_factory=list)
    pressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: set[str] = field(default_factory=set)
    met: set[State] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    doors: Doors = field(default_factory=lambda: Doors(FLOWS))

    async def run(self, begin: ChatMessage, at: frozenset[State]) -> None:
        self.look_over(begin, at)
        while self.ahead:
            self.ahead.sort(reverse=True)
            _rank, _order, data, origin = self.ahead.pop()
            link = self.doors.parse(data)
            assert link is not None
            if self.pressed[type(link).__name__, origin] < OF_A_KIND:
                self.pressed[type(link).__name__, origin] += 1
                await self.press(link, data)

    async def press(self, link: CallbackData, data: str) -> None:
        living = await self.person.screen()
        answer = await self.person.press_data(living.id, data)
        seen = await self.person.screen()
        if not answer.answered or "номер" in (answer.alert or ""):
            self.wrong.append(f"{data}: {answer}")
        refused = {Menu.home} if answer.alert and isinstance(link, Action) else set()
        self.look_over(seen, await self.states_after(link) | refused)

    async def states_after(self, link: CallbackData) -> frozenset[State]:
        """Where a link leads now; an action may have ended in any of its ends."""
        account = await account_of(self.town, self.person)
        if isinstance(link, Action):
            locked = {Pin.enter} if is_closed(account.lock, self.town.clock.now()) else set()
            return frozenset(link.ends) | locked
        visitor = Visitor(account, self.town.app.services, Operator("", "", "", "", ""), self.town.clock.now())
        _reply, at = await self.doors.resolve(visitor, link)
        return frozenset({at.at}) if isinstance(at, Link) else frozenset(getattr(at, "ends", ()))

    def look_over(self, seen: ChatMessage, at: frozenset[State]) -> None:
        self.met |= at if len(at) == 1 else set()
        if not (WAYS_OUT & set(seen.labels) or at & BEGINNINGS):
            self.wrong.append(f"no way out of {sorted(map(str, at))}: {seen}")
        allowed = {state for each in at for state in (each, *MAP[each].leads_to)}
        for button in (button for row in seen.buttons for button in row if button.data):
            self.note(str(button.data), button.text, at, allowed)

    def note(self, data: str, label: str, at: frozenset[State], allowed: set[State]) -> None:
        link = self.doors.parse(data)
        if link is None:
            self.wrong.append(f"nobody answers {label!r} ({data})")
            return
        leads_to = {link.at} if isinstance(link, Link) else set(getattr(link, "ends", ()))
        if off := leads_to - allowed:
            names = sorted(str(state.state) for state in at)
            self.wrong.append(f"{label!r} on {names} leads off the map to {sorted(str(state.state) for state in off)}")
        if data not in self.known and not isinstance(link, Erase):
            self.known.add(data)
            rank = LATE.get(type(link), 1 if isinstance(link, Action) else 0)
            self.ahead.append((rank, -len(self.known), data, "+".join(sorted(MAP[state].code for state in at))))


async def refusals(town: Town) -> list[str]:
    """Editing a screen into itself is normal life; nothing else may be refused."""
    refused = await town.chat.refusals()
    return [str(call) for call in refused if "message is not modified" not in str(call)]


async def test_every_button_that_a_mother_can_meet_is_answered_and_stays_on_the_map(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await book(mother, "Педиатр", "Петрова", "пт 27", "10:00", "Мария")
    await book(mother, "Педиатр", "Ким", DAY, TIME, "Артём")
    await choose(mother, "Меню", "Дети и полисы", "Добавить")
    await settle_children(mother)
    await say(mother, "/children")
    await choose(mother, "Артём", "Изменить", "Фамилия")
    await say(mother, "Петров")
    await settle_family(town)
    crawl = Crawl(town, mother)
    await crawl.run(await say(mother, "/menu"), frozenset({Menu.home}))
    assert not crawl.wrong, "\n".join(crawl.wrong)
    assert await refusals(town) == []
    theirs = {state for state in MAP if not str(state.state).startswith(("Desk", "Consenting", "Linking", "Pin"))}
    # Behind a visit that the clinic has refused, behind a clinic that wants more proved, and one of several ends.
    assert theirs - crawl.met == {Appointments.alternatives, Booking.level, Family.asking}


async def settle_children(mother: Person) -> None:
    """A child to correct, a child whose policy is not in force, and one left halfway."""
    await link(mother, EGOR)
    await choose(mother, "Меню", "Дети и полисы", "Добавить")
    await link(mother, NIKITA)
    await choose(mother, "Меню", "Дети и полисы", "Добавить")
    await mother.send_photo(jpeg(on_paper(pdf417(barcode(ALINA.policy_number, ALINA.name)))))
    await choose(mother, "Да")


async def settle_family(town: Town) -> None:
    """Somebody keeps a card with her, somebody asks to keep one, and she is invited to keep one herself."""
    services = town.app.services
    await settle_in(town.father)
    await settle_in(town.stranger, ALINA)
    mother, father, other = [await account_of(town, each) for each in (town.mother, town.father, town.stranger)]
    _maria, artyom, *_others = await services.patients.list_of(mother.id)
    token = await services.invitations.make(mother.id, artyom.id)
    await services.invitations.accept(father, await services.invitations.open(father.id, token))
    card = await services.patients.link(other, claim_of(artyom.policy_number, artyom.name))
    await services.access.ask(other.id, card.id)
    alina, _elsewhere = await services.patients.list_of(other.id)
    await services.invitations.open(mother.id, await services.invitations.make(other.id, alina.id))


async def test_every_button_of_forms_left_halfway_is_answered_and_stays_on_the_map(town: Town) -> None:
    mother = town.mother
    await settle_in(mother)
    await leave_forms(mother)
    crawl = Crawl(town, mother)
    await crawl.run(await say(mother, "/menu"), frozenset({Menu.home}))
    assert not crawl.wrong, "\n".join(crawl.wrong)
    assert await refusals(town) == []
    assert {state for state in MAP if str(state.state).startswith("Linking")} - crawl.met == set()


async def leave_forms(mother: Person) -> None:
    """A policy found by the child's data, an old one without the child's sex, and a photo without a confirmed name."""
    await choose(mother, "Данные ребёнка")
    for typed in (EGOR.name.full.replace("Алексеевич", "Андреевич"), "12.01.2019", EGOR.snils):
        await say(mother, typed)
    await choose(mother, "Меню", "Добавить ребёнка", "Старый полис")
    for typed in ("АБ 123456", "20.02.2010"):
        await say(mother, typed)
    await choose(mother, "Меню", "Добавить ребёнка")
    await mother.send_photo(jpeg(on_paper(pdf417(barcode(SOFIA.policy_number, SOFIA.name)))))
    await choose(mother, "Да", "Меню")


async def test_every_button_that_a_registrar_can_meet_is_answered_and_stays_on_the_map(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", "Петрова", "пн 23", "13:30")
    crawl = Crawl(town, town.registrar)
    await crawl.run(await say(town.registrar, "/start"), frozenset({Menu.home}))
    assert not crawl.wrong, "\n".join(crawl.wrong)
    assert await refusals(town) == []
    assert {state for state in MAP if str(state.state).startswith("Desk")} <= crawl.met


async def test_every_button_that_a_newcomer_can_meet_is_answered_and_stays_on_the_map(town: Town) -> None:
    crawl = Crawl(town, town.stranger)
    await crawl.run(await say(town.stranger, "/start"), frozenset({Consenting.welcome}))
    assert not crawl.wrong, "\n".join(crawl.wrong)
    assert await refusals(town) == []
    theirs = {state for state in MAP if str(state.state).startswith("Consenting")}
    assert theirs - crawl.met == {Consenting.declined}  # one of several ends of a decision, seen in the consent's tests


async def test_the_screen_behind_every_command_is_the_one_it_names(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    for command, words in {
        "menu": "записей к врачу нет",
        "book": "К какому врачу?",
        "visits": "Записей к врачу нет",
        "children": "Дети и полисы",
        "data": "Мои данные",
        "language": "Выберите язык",
        "help": "Помощь",
    }.items():
        assert words in (await say(town.mother, f"/{command}")).text
