"""The processor time of one press, against a handler that edits twelve buttons and answers.

Both sides use the product's middlewares, locks and sealed dialog storage, parse their update with aiogram, and edit
and answer over HTTP with the bot's session to a Telegram in another process, whose time is not measured. Two costs are
excluded: the processor time during calls of the clinic system is subtracted, and the floor makes as many durable
one-row writes as the press makes commits.

A figure ``..._cut`` is measured without the two HTTP requests on either side and has no limit.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from bot.app import make_dispatcher
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentList
from dialogs.booking.links import Book, Days, Doctors, Review, Specialties, Times
from dialogs.kit.link import Link
from storage.database.connection import Database
from tests.bench.family import Family, day_of, family
from tests.bench.figures import Bench, Compared, Figure, Measure, Sample, cpu, interleaved
from tests.bench.updates import telegram

LIMIT = 1.15
CUT = "_cut"
TEXT = "<b>Педиатр</b>. Рядом с врачом — ближайшее время.\nПациент: Мария И. · поликлиника: детская № 12"
ONE_ROW = (
    "INSERT INTO cursors (system, cursor) VALUES ('bench', 'here') ON CONFLICT (system) DO UPDATE SET cursor = "
    "excluded.cursor"
)

Prepare = Callable[[], Awaitable[str]]
"""Prepares a press outside the measured time; returns the data of the button."""


async def measure(bench: Bench, name: str) -> Figure:
    async with telegram() as address, family(bench, address) as people:
        compared, floor = await _compared(bench, name, people)
    return Figure(name, compared.ratio, LIMIT, floor, compared.samples)


async def measure_cut(bench: Bench, name: str) -> Figure:
    async with family(bench) as people:
        compared, floor = await _compared(bench, name.removesuffix(CUT), people)
    return Figure(name, compared.ratio, None, f"{floor}_without_http", compared.samples)


async def _compared(bench: Bench, name: str, people: Family) -> tuple[Compared, str]:
    """Return the comparison and the name of the floor."""
    prepare = _booking(people) if name == "tap_book" else _fixed(_link(people, name).pack())
    writes = await _count_writes(people, prepare)
    compared = await interleaved(_cpu_of_ours(people, prepare), cpu_of_floor(people, writes), bench.effort)
    return compared, _floor_name(writes)


NAMES = ("tap_specialties", "tap_doctors", "tap_days", "tap_times", "tap_review", "tap_book", "tap_menu", "tap_visits")
TAPS: dict[str, Measure] = {
    **dict.fromkeys(NAMES, measure),
    **dict.fromkeys((name + CUT for name in NAMES), measure_cut),
}


def _floor_name(writes: int) -> str:
    return f"edit12_answer_and_{writes}_commits" if writes else "edit12_answer"


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
    """Return how many commits a press makes, without those of the clinic system."""
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
    dispatcher = _bare(people, writes)
    raw = people.feed.pressed("floor")
    return cpu(lambda: people.feed.handle(dispatcher, raw))


def _bare(people: Family, writes: int) -> Dispatcher:
    """Return the product's dispatcher with one handler instead of its flows."""
    app = people.app
    dispatcher = make_dispatcher(app.store, app.services, app.clock, people.settings)
    dispatcher.sub_routers.clear()
    dispatcher.callback_query.register(_handler(app.store.database, writes))
    return dispatcher


def _handler(database: Database, writes: int) -> Callable[..., Awaitable[Any]]:
    async def on_press(call: CallbackQuery, bot: Bot) -> None:
        for _ in range(writes):
            await database.write(lambda connection: connection.execute(ONE_ROW, {}))
        assert call.message is not None
        await bot.edit_message_text(
            TEXT, chat_id=call.message.chat.id, message_id=call.message.message_id, reply_markup=_twelve_buttons()
        )
        await call.answer()

    return on_press


def _twelve_buttons() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=f"Врач {row}{side} · завтра", callback_data=f"bd:1:{row}:{side}")
                for side in "12"
            ]
            for row in range(6)
        ]
    )
