"""The processor time of one press, against a plain aiogram handler that edits twelve buttons and answers.

The floor is aiogram as its documentation shows it: its dispatcher, its session and its memory storage. Both sides parse
their update with aiogram, and edit and answer over HTTP to a Telegram in another process, whose time is not measured.
Two costs are excluded: the processor time during calls of the clinic system is subtracted, and the floor makes as many
durable one-row writes as the press makes commits. Each tap is measured without the extra `fast`, and with it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from bot.core import fast
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentList
from dialogs.booking.links import Book, Days, Doctors, Review, Specialties, Times
from dialogs.kit.link import Link
from storage.database.connection import Database
from tests.bench.family import Family, day_of, family
from tests.bench.figures import Bench, Figure, Measure, Sample, Skipped, cpu, interleaved
from tests.bench.updates import telegram, without_limit

LIMITS = {"tap_review": 1.0, "tap_book": 1.5}
LIMIT = 0.9
"""of every other tap"""
TEXT = "<b>Педиатр</b>. Рядом с врачом — ближайшее время.\nПациент: Мария И. · поликлиника: детская № 12"
ONE_ROW = (
    "INSERT INTO cursors (system, cursor) VALUES ('bench', 'here') ON CONFLICT (system) DO UPDATE SET cursor = "
    "excluded.cursor"
)

Prepare = Callable[[], Awaitable[str]]
"""Prepares a press outside the measured time; returns the data of the button."""


async def measure(bench: Bench, name: str) -> Figure:
    """Measure a tap without the extra `fast`."""
    with patch.object(fast, "orjson", None):
        return await _measured(bench, name, name)


async def measure_fast(bench: Bench, name: str) -> Figure | Skipped:
    """Measure a tap, and its floor, in the loop of the extra, which needs a thread of its own."""
    if not fast.is_whole():
        return Skipped(name, "extra_fast_is_not_installed")
    return await asyncio.to_thread(fast.run, _measured(bench, name, name.removesuffix(FAST)))


async def _measured(bench: Bench, name: str, tap: str) -> Figure:
    with without_limit():
        async with telegram() as address, family(bench, address) as people:
            prepare = _booking(people) if tap == "tap_book" else _fixed(_link(people, tap).pack())
            writes = await _count_writes(people, prepare)
            compared = await interleaved(_cpu_of_ours(people, prepare), cpu_of_floor(people, writes), bench.effort)
    return Figure(name, compared.ratio, LIMITS.get(tap, LIMIT), _floor_name(writes), compared.samples)


FAST = "_fast"
NAMES = ("tap_specialties", "tap_doctors", "tap_days", "tap_times", "tap_review", "tap_book", "tap_menu", "tap_visits")
TAPS: dict[str, Measure] = dict.fromkeys(NAMES, measure) | {f"{name}{FAST}": measure_fast for name in NAMES}


def _floor_name(writes: int) -> str:
    return f"plain_aiogram_and_{writes}_commits" if writes else "plain_aiogram"


# --- ours -------------------------------------------------------------------------------------------------------------


def _link(people: Family, name: str) -> Link:
    clinic, specialty = people.choice.clinic.id, people.doctor.specialty
    start, kind = people.slot.starts_at, people.slot.visit_type
    patient, doctor = people.child.id, people.doctor.id
    links: dict[str, Link] = {
        "tap_specialties": Specialties(patient=patient),
        "tap_doctors": Doctors(patient=patient, clinic=clinic, specialty=specialty),
        "tap_days": Days(patient=patient, doctor=doctor),
        "tap_times": Times(patient=patient, doctor=doctor, day=day_of(people)),
        "tap_review": Review(patient=patient, doctor=doctor, start=start, kind=kind),
        "tap_menu": Home(),
        "tap_visits": AppointmentList(),
    }
    return links[name]


def _fixed(data: str) -> Prepare:
    async def prepare() -> str:
        return data

    return prepare


def _booking(people: Family) -> Prepare:
    async def prepare() -> str:
        await people.cancel_booked()
        return Book(order=(await people.review()).id).pack()

    return prepare


def _cpu_of_ours(people: Family, prepare: Prepare) -> Sample:
    async def sample() -> float:
        raw = people.feed.pressed(await prepare())
        spent, start = people.clinic.spent, time.process_time_ns()
        await people.feed.handle(people.app.dispatcher, raw)
        return time.process_time_ns() - start - (people.clinic.spent - spent)

    return sample


async def _count_writes(people: Family, prepare: Prepare) -> int:
    """Return how many commits a press makes, without those of the clinic system and of the first press alone."""
    await people.feed.handle(people.app.dispatcher, people.feed.pressed(await prepare()))
    counted = 0
    database = people.app.store.database

    def counting(write: Callable[..., Any]) -> Callable[..., Any]:
        def counted_write(*given: Any) -> Any:
            nonlocal counted
            counted += not people.clinic.is_asked
            return write(*given)

        return counted_write

    raw = people.feed.pressed(await prepare())
    with patch.object(database, "write", counting(database.write)):
        await people.feed.handle(people.app.dispatcher, raw)
    return counted


# --- the floor --------------------------------------------------------------------------------------------------------


def cpu_of_floor(people: Family, writes: int) -> Sample:
    dispatcher = Dispatcher()
    dispatcher.callback_query.register(plain_handler(people.app.store.database, writes))
    raw = people.feed.pressed("floor")
    return cpu(lambda: people.plain.handle(dispatcher, raw))


def plain_handler(database: Database, writes: int) -> Callable[..., Awaitable[Any]]:
    """Return a handler as the documentation of aiogram has it, which also makes so many commits."""

    async def on_press(call: CallbackQuery, bot: Bot) -> None:
        for _ in range(writes):
            await database.write(lambda connection: connection.execute(ONE_ROW, {}))
        assert call.message is not None
        await bot.edit_message_text(
            TEXT, chat_id=call.message.chat.id, message_id=call.message.message_id, reply_markup=twelve_buttons()
        )
        await call.answer()

    return on_press


def twelve_buttons() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=f"Врач {row}{side} · завтра", callback_data=f"bd:1:{row}:{side}")
                for side in "12"
            ]
            for row in range(6)
        ]
    )
