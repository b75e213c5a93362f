"""Every link has one code, one flow and one screen, every prompt one state, and buttons fit into 64 bytes."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import product
from types import NoneType
from typing import Any, get_args

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup

from bot.applications.records import ApplicationKind, ApplicationStanding
from dialogs import FLOWS
from dialogs.applications.links import FilteredApplications
from dialogs.booking.links import Times
from dialogs.kit.link import Action, Link, Page
from dialogs.privacy.links import Unlink
from dialogs.staff.links import DeskDay
from tests.chat.actions import MARIA, say, settle_in
from tests.chat.town import Town

EVERY_LINK: list[type[Link]] = Link.__subclasses__()
EVERY_ACTION: list[type[Action]] = Action.__subclasses__()
ALL_KINDS: list[type[CallbackData]] = [*EVERY_LINK, *EVERY_ACTION]

# --- links, screens and codes -----------------------------------------------------------------------------------------


def test_every_link_and_action_has_a_unique_code() -> None:
    codes = Counter(kind.__prefix__ for kind in ALL_KINDS)
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_link_and_action_belongs_to_one_flow() -> None:
    owners = Counter(code for flow in FLOWS for code in flow.presses)
    assert owners == Counter(kind.__prefix__ for kind in ALL_KINDS)


def test_every_link_and_action_has_a_docstring() -> None:
    assert [kind.__name__ for kind in ALL_KINDS if not kind.__doc__] == []


def test_no_command_belongs_to_two_flows() -> None:
    commands = Counter(command for flow in FLOWS for command in flow.commands)
    assert max(commands.values()) == 1


# --- prompts ----------------------------------------------------------------------------------------------------------

PROMPTS = [link for link in EVERY_LINK if link.state is not None]


def every_state() -> list[State]:
    groups = [group for group in StatesGroup.__subclasses__() if group.__module__.startswith("dialogs.")]
    return [state for group in groups for state in group.__all_states__]


def test_every_prompt_has_an_answer_handler_and_a_unique_state() -> None:
    answered = {code for flow in FLOWS for code in (*flow.answers, *flow.files, *flow.contacts)}
    assert answered == {link.__prefix__ for link in PROMPTS}
    assert Counter(link.state for link in PROMPTS) == Counter(every_state())


def sources(function: Callable[..., Any], depth: int = 3) -> str:
    """Return the text of a function and of those functions of its module that it names, and so on."""
    text, known = inspect.getsource(function), inspect.getclosurevars(function).globals.values()
    near = [each for each in known if inspect.isfunction(each)] if depth else []
    return "".join((text, *(sources(each, depth - 1) for each in near)))


def test_every_prompt_asks() -> None:
    """A screen that does not ask leaves the prompt closed: what is typed there is read as small talk."""
    drawn = {code: draw for flow in FLOWS for code, (_link, draw) in flow.presses.items()}
    led_on = {"DeskFound"}  # a button of an earlier release, which opens another prompt
    silent = [link.__name__ for link in PROMPTS if "asks=" not in sources(drawn[link.__prefix__])]
    silent = [name for name in silent if name not in led_on]
    assert silent == [], "draw these with asks=True"


# --- what a button carries --------------------------------------------------------------------------------------------

LARGEST: dict[object, Any] = {
    int: 9_999_999_999,
    bool: True,
    str: "ru",
    date: date(2199, 12, 31),
    datetime: datetime(2100, 1, 1, tzinfo=UTC),
    Page: 99,
}
SMALL = {"step": 9, "place": 9, "visits": 99}
"""Largest values of numbers that are not ids; ids may grow to billions."""


IN_MODULES = sorted({kind.__module__ for kind in ALL_KINDS})


def kinds_of(module: str) -> list[type[CallbackData]]:
    """Return the links and actions of a module; a test for each of them takes longer to collect than to run."""
    return [kind for kind in ALL_KINDS if kind.__module__ == module]


@pytest.mark.parametrize("module", IN_MODULES)
def test_button_with_the_largest_ids_fits_into_64_bytes(module: str) -> None:
    for kind in kinds_of(module):
        link = kind(**dict(largest(kind)))
        data = link.pack()
        assert len(data.encode()) <= 64, kind
        assert kind.unpack(data) == link, kind
        assert kind.unpack(data).pack() == data, kind


def largest(kind: type[CallbackData]) -> Iterator[tuple[str, Any]]:
    for name, described in kind.model_fields.items():
        yield name, SMALL[name] if name in SMALL and described.annotation is int else largest_of(described.annotation)


def largest_of(kind: Any) -> Any:
    if kind in LARGEST:
        return LARGEST[kind]
    if hasattr(kind, "__supertype__"):
        return largest_of(kind.__supertype__)
    *_others, last = (each for each in get_args(kind) or (kind,) if each is not NoneType)
    return largest_of(last) if get_args(kind) else list(last)[-1]


@pytest.mark.parametrize("module", IN_MODULES)
def test_zero_is_read_as_none_in_an_optional_field(module: str) -> None:
    for kind in kinds_of(module):
        absent = [name for name, field in kind.model_fields.items() if field.default is None]
        known = {name: value for name, value in largest(kind) if name not in absent}
        data = kind(**known).pack()
        written = data + ":0" * (len(kind.model_fields) - data.count(":"))  # fields of a later release may be left out
        assert written.split(":")[1:].count("0") >= len(absent), kind
        assert all(getattr(kind.unpack(each), name) is None for each in (data, written) for name in absent), kind


def test_first_member_of_a_set_is_not_read_as_none() -> None:
    for kind, status in product((None, *ApplicationKind), (None, *ApplicationStanding)):
        link = FilteredApplications(kind=kind, status=status)
        assert FilteredApplications.unpack(link.pack()) == link
    assert FilteredApplications().pack() == "et:0:0:0"


def test_buttons_of_release_0_1_0_are_read() -> None:
    at = date(2026, 11, 26)
    assert Times.unpack("bt:1:2:739946:0:0") == Times(patient=1, doctor=2, day=at)
    assert Times.unpack("bt:1:2:739946:7:3") == Times(patient=1, doctor=2, day=at, replaces=7, page=3)
    assert DeskDay.unpack("kd:0:0") == DeskDay()
    assert Unlink.unpack("Pu:5:1:0:0") == Unlink(patient=5, keep_visits=True)


@pytest.mark.parametrize("data", ["br:1:2:1795928400:99:0", "Kx:1:3", "ld:1:5", "pf:1:11", "Lx:1:2", "bt:1:2:739946:0"])
def test_button_with_an_invalid_value_is_refused(data: str) -> None:
    [kind] = [kind for kind in ALL_KINDS if kind.__prefix__ == data.partition(":")[0]]
    with pytest.raises(ValueError, match=r"\w"):
        kind.unpack(data)


# --- commands ---------------------------------------------------------------------------------------------------------


async def test_every_command_opens_its_screen(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    for command, words in {
        "menu": "записей к врачу нет",
        "book": "В какую поликлинику?",
        "visits": "Записей к врачу нет",
        "children": "Дети и полисы",
        "data": "Настройки и данные",
        "language": "Выберите язык",
        "help": "Помощь",
    }.items():
        assert words in (await say(town.mother, f"/{command}")).text
