"""Random, forged and corrupted updates are answered or skipped."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from aiogram.filters.callback_data import CallbackData
from structlog.testing import capture_logs

from bot.core.clinic import VisitType
from dialogs import FLOWS
from dialogs.appointments.links import AppointmentDetails
from dialogs.booking.links import Days, Review, Times
from dialogs.kit.router import Navigator
from dialogs.staff.links import DeskDay, DeskMove
from tests.builders import MONDAY
from tests.chat.agreeing import AGREE
from tests.stress.fuzz import ANNA, IGOR, fuzz
from tests.stress.in_process import open_chat

UPDATES = 1500
"""`make fuzz` sends a hundred thousand."""


async def test_random_updates_are_all_answered(template: Path, tmp_path: Path) -> None:
    result = await fuzz(template, tmp_path, seed=2, updates=UPDATES)
    print(result)
    assert result.clean, result.report()


async def test_unreadable_update_does_not_block_the_next(template: Path, tmp_path: Path) -> None:
    async with open_chat(template, tmp_path) as town:
        town.emulator.updates.add("message", {"message_id": "no number", "chat": None}, None)
        town.actor(ANNA).say("/start")
        town.emulator.updates.add("callback_query", {"message": True}, None)
        town.actor(IGOR).say("/start")
        with capture_logs() as lines:
            await town.handle()
        assert [line["event"] for line in lines if line["log_level"] == "error"] == ["an update cannot be read"] * 2
        assert town.screen(ANNA)
        assert town.screen(IGOR)
        assert not town.emulator.updates.pending


@pytest.mark.parametrize(
    "link",
    [
        AppointmentDetails(appointment=-1),
        AppointmentDetails(appointment=2**63),
        Times(patient=1, doctor=1, day=date.min),
        Times(patient=1, doctor=1, day=date(2019, 12, 31)),
        Times(patient=1, doctor=1, day=date.max),
        Days(patient=1, doctor=1, page=-1),
        Review(patient=1, doctor=1, start=datetime.max.replace(tzinfo=UTC), kind=VisitType.CHECKUP),
        DeskDay(day=date.max),
        DeskMove(number=1, day=date.min),
    ],
)
def test_link_with_a_number_out_of_range_is_refused(link: CallbackData) -> None:
    assert Navigator(FLOWS).parse(link.pack()) is None


@pytest.mark.parametrize(
    "link",
    [
        AppointmentDetails(appointment=2**53 - 1),
        Times(patient=1, doctor=1, day=date(2026, 11, 26)),
        Days(patient=1, doctor=1),
        Review(patient=1, doctor=1, start=MONDAY, kind=VisitType.CHECKUP),
        DeskDay(),
        DeskMove(number=1),
    ],
)
def test_link_with_a_valid_number_is_read(link: CallbackData) -> None:
    assert Navigator(FLOWS).parse(link.pack()) == link


async def test_name_of_ten_thousand_letters_is_refused_shortly(template: Path, tmp_path: Path) -> None:
    async with open_chat(template, tmp_path) as town:
        await town.say(ANNA, "/start")
        for data in AGREE:
            await town.press(ANNA, data)
        await town.say(ANNA, "7796189784000014")
        await town.press(ANNA, "la:1")
        user, chat = town.emulator.people[ANNA].as_user(), town.emulator.people[ANNA].as_chat()
        message = {"message_id": 999, "date": 1, "chat": chat, "from": user, "text": f"{'И' * 10_000} Мария Сергеевна"}
        town.emulator.updates.add("message", json.loads(json.dumps(message)), None)
        await town.handle()
        screen = town.screen(ANNA)
        assert screen is not None
        assert screen.text.startswith("⚠️")
        assert len(screen.text) < 500
        assert not town.refusals()
