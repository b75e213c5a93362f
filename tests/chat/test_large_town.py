"""Every list of a town ten times the demo's: first, middle and last page, and children whose names look alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.delivery.alarms import Alarm
from bot.emulator.chats import Message
from bot.glossary import PatientId
from dialogs.appointments.links import AppointmentList
from dialogs.booking.links import ChooseClinic, ChoosePatient, Days, Doctors, FindClinic, Specialties, Times
from dialogs.family.links import WhoKeeps
from dialogs.kit.link import Link, Page
from dialogs.patients.links import History, PatientList
from dialogs.privacy.links import Journal
from dialogs.staff.links import DeskDay, DeskMove, DeskMoveDays, DeskReaders
from dialogs.staff.schedule_links import CallsOfDelay, ClosedHours, CloseNow, Reopen, StandInNow
from tests.chat.large_town import HEAD, PARENT, make_large_template
from tests.stress.crawl import CODE, LATE, Crawl, shown
from tests.stress.fuzz import REGISTRAR
from tests.stress.in_process import InProcessChat, open_chat

LISTS_OF_A_PARENT = {
    AppointmentList,
    ChooseClinic,
    Days,
    Doctors,
    FindClinic,
    History,
    Journal,
    Times,
    WhoKeeps,
}
LISTS_OF_THE_DESK = {CallsOfDelay, ClosedHours, DeskDay, DeskMove, DeskMoveDays}
EMPTYING = {CloseNow.__prefix__: -1, Reopen.__prefix__: len(LATE), StandInNow.__prefix__: len(LATE)}
"""Ranks of what empties the lists of a day."""
FIT_ON_A_PAGE = {ChoosePatient, PatientList, Specialties}
"""An account has at most ten children, and a clinic has few specialties for one child."""


@pytest.fixture(scope="module")
def large_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_large_template(tmp_path_factory.mktemp("large")))


@pytest.fixture
async def town(large_template: Path, tmp_path: Path) -> AsyncIterator[InProcessChat]:
    async with open_chat(large_template, tmp_path) as everything:
        yield everything


async def crawl(town: InProcessChat, person: int) -> Crawl:
    """Press one button of each kind on each kind of screen; a code is typed where one is wanted."""
    crawled = Crawl(town, person, times=1, of_a_kind=1, typed=(CODE,), ranks=EMPTYING | LATE)
    with capture_logs() as lines:
        await crawled.run()
    # A crawl at the desk reads more names in an hour than a person would.
    errors = [each for each in lines if each["log_level"] == "error" and each.get("alarm") != Alarm.DESK_READING]
    print(f"large town: screens={len(crawled.screens)} presses={crawled.presses}")
    assert not crawled.wrong, "\n".join(crawled.wrong[:20])
    assert not errors
    assert town.refusals() == []
    return crawled


def turned(crawled: Crawl) -> dict[type[Link], set[str]]:
    """Return the places of the pages that were shown: «first», «middle», «last», by the list's link."""
    return {link: places for link, places in crawled.pages.items() if len(places) > 1}


async def test_every_list_of_a_parent_is_turned_to_its_last_page(town: InProcessChat) -> None:
    crawled = await crawl(town, PARENT)
    assert turned(crawled).keys() >= LISTS_OF_A_PARENT
    assert [link.__name__ for link, places in turned(crawled).items() if "last" not in places] == []
    assert {link for link, places in turned(crawled).items() if "middle" in places} >= {ChooseClinic, Doctors, Times}
    assert not FIT_ON_A_PAGE & turned(crawled).keys()


async def test_every_list_of_the_desk_is_turned_to_its_last_page(town: InProcessChat) -> None:
    crawled = await crawl(town, REGISTRAR)
    assert turned(crawled).keys() >= LISTS_OF_THE_DESK
    assert [link.__name__ for link, places in turned(crawled).items() if "last" not in places] == []


async def test_head_turns_the_list_of_readers(town: InProcessChat) -> None:
    await town.say(HEAD, "/start")
    await town.say(HEAD, CODE)
    await town.press(HEAD, DeskReaders().pack())
    first = shown(town.screen(HEAD))
    await town.press(HEAD, DeskReaders(page=Page(99)).pack())
    last = shown(town.screen(HEAD))
    assert "Стр. 1 из 3" in first
    assert "Стр. 3 из 3" in last


async def test_no_two_children_of_an_account_are_named_alike(town: InProcessChat) -> None:
    await town.say(PARENT, "/start")
    for link in (ChoosePatient(), PatientList()):
        await town.press(PARENT, link.pack())
        names = labels_of(town.screen(PARENT))
        assert len(names) == len(set(names))
    assert "✅ Александр И., 2012 г. р." in names
    assert "✅ Александр И., 02.03.2014" in names
    assert len([name for name in names if "••••" in name]) == 2


async def test_official_name_of_a_clinic_is_short_on_its_button(town: InProcessChat) -> None:
    await town.say(PARENT, "/start")
    await town.press(PARENT, ChooseClinic(patient=PatientId(1)).pack())
    assert labels_of(town.screen(PARENT))[0].startswith("Детская городская поликлиника № 1 · Энская область")


def labels_of(screen: Message | None) -> list[str]:
    rows = (screen.inline or []) if screen is not None else []
    return [button["text"] for row in rows for button in row]
