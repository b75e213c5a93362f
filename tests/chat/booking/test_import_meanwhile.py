"""A clinic's file is imported while parents use the bot: a press waits for one of many short transactions."""

from __future__ import annotations

import asyncio
import threading
from datetime import time

from bot.clinic_file.records import ClinicFile, ClinicRow, DoctorRow, PracticeRow, TimetableRow
from bot.core.clinic import ClinicKind
from bot.core.people import PersonName
from storage.database.opening import open_database
from storage.registry.importing.importing import Importer
from storage.registry.importing.plan import Imported
from tests.chat.actions import MARIA, PETROVA, THURSDAY, choose, review, settle_in
from tests.chat.town import Town
from tests.time_limits import BUSY

FILE = ClinicFile(
    clinics=[ClinicRow("new", "Новая", ClinicKind.CHILDREN, "Речная, 1", "Europe/Moscow", "+7 000 000-00-01")],
    doctors=[DoctorRow("new", PersonName("Речная", "Нина"))],
    practices=[PracticeRow("new", "new", "new", "pediatrician", "1")],
    timetable=[TimetableRow("new", day, time(9), time(12), 30) for day in range(1, 6)],
)


class PauseBetween:
    """A probe that stops an import before its second transaction until ``go_on`` is set."""

    def __init__(self) -> None:
        self._loop, self.reached, self.go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
        self._transactions = 0

    def __call__(self, _number: int, sql: str) -> None:
        self._transactions += sql.startswith("BEGIN")
        if self._transactions == 2 and not self.go_on.is_set():
            self._loop.call_soon_threadsafe(self.reached.set)
            self.go_on.wait(BUSY)


async def test_visit_is_booked_while_an_import_runs(town: Town) -> None:
    mother, pause = town.mother, PauseBetween()
    await settle_in(mother, MARIA)
    await review(mother, "Педиатр", PETROVA, THURSDAY, "08:00")

    async def import_file() -> Imported:
        store = town.app.store
        database = await open_database(f"sqlite:///{town.folder}/registratura.sqlite3", pause)
        try:
            return await Importer(database, store.cipher, store.index).apply(FILE, town.clock.now())
        finally:
            pause.reached.set()
            await database.close()

    async def book() -> None:
        await asyncio.wait_for(pause.reached.wait(), BUSY)
        try:
            assert "записана" in (await choose(mother, "Записаться")).text
            assert not pause.go_on.is_set()
        finally:
            pause.go_on.set()

    imported, _ = await asyncio.gather(import_file(), book())
    assert imported.new_slots > 0
    await town.work()
    assert "чт 26 ноября, 08:00" in (await mother.screen()).text
