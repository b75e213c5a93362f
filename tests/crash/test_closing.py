"""A bot that dies at any moment of a closing, or of opening again: the old day, or the whole new one, told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.clinics.port import ClinicReason
from bot.clinics.schedule_port import DayHours
from bot.core.clinic import VisitType
from bot.delivery import outbox
from tests.storage.registry_world import TUESDAY, at, world_in
from tests.stress.inline_database import inline_database
from tests.stress.service_town import ServiceTown, make_template, open_service_town

DAY, VISITS = DayHours(TUESDAY), 3
ILL = ClinicReason.DOCTOR_ILL
OFF, BACK, LOST = "отменила приём", "вернула запись", "отдала время, которое я держал"
Act = Callable[[], Awaitable[object]]
Prepare = Callable[[ServiceTown], Awaitable[Act]]


class Killed(Exception):
    """The statement was not run, and nothing that is written after it: whoever catches this can change nothing."""


class Fuse:
    """A probe that lets some writing statements run, and none after them until it is mended."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.seen = 0

    def __call__(self, _number: int, sql: str) -> None:
        if not any(word in sql for word in ("INSERT INTO", "UPDATE ", "DELETE FROM")):
            return
        self.seen += 1
        if self.left is not None:
            if not self.left:
                raise Killed
            self.left -= 1


@asynccontextmanager
async def small_town(folder: Path, fuse: Fuse) -> AsyncIterator[ServiceTown]:
    """Open a town whose families have one child each, all booked with one doctor on one day."""
    path = await make_template(folder)
    async with world_in(folder) as world:
        for number in range(VISITS):
            await world.add_slot("Петрова", at(7, 4 * number), 4)
    async with inline_database(path, Random(1), fuse) as database, open_service_town(database, VISITS, 1) as town:
        doctor = next(each for each in town.doctors if each.name.family == "Петрова")
        patients = [(family.account, patient) for family in town.families for patient in family.patients]
        for number, (account, patient) in enumerate(patients):
            reviewed = await town.services.booking.review(
                account, patient, doctor.id, at(7, 4 * number), VisitType.PLANNED
            )
            await town.services.booking.book(account.id, reviewed.order.id, None)
        await minutes_pass(town)
        yield town


async def minutes_pass(town: ServiceTown) -> None:
    for _minute in range(3):
        town.clock.advance(timedelta(minutes=1))
        await town.work()


async def number_of(town: ServiceTown, family: str) -> int:
    return next(int(each.ref) for each in town.doctors if each.name.family == family)


async def close_day(town: ServiceTown, family: str, visits: int) -> int:
    closing = town.services.closing
    return (await closing.close(town.desk, await number_of(town, family), DAY, ILL, visits)).number


async def closing_a_day(town: ServiceTown) -> Act:
    return lambda: close_day(town, "Петрова", VISITS)


async def closing_what_is_kept(town: ServiceTown) -> Act:
    """The times that are kept for the visits of a closed day are closed too."""
    await close_day(town, "Петрова", VISITS)
    await minutes_pass(town)
    return lambda: close_day(town, "Громов", 0)


async def opening_again(town: ServiceTown) -> Act:
    number = await close_day(town, "Петрова", VISITS)
    await minutes_pass(town)
    return lambda: town.services.closing.reopen(town.desk, number)


async def opening_what_was_closed_twice(town: ServiceTown) -> Act:
    """The first day opens again, after the times that were kept for it were closed and others found."""
    number = await close_day(town, "Петрова", VISITS)
    await minutes_pass(town)
    await close_day(town, "Громов", 0)
    await minutes_pass(town)
    return lambda: town.services.closing.reopen(town.desk, number)


async def state(town: ServiceTown) -> list[list[tuple[object, ...]]]:
    """Return what a closing changes, at the clinic and in the bot, after all jobs have run."""
    return [
        [tuple(row) for row in await town.rows(sql)]
        for sql in (
            "SELECT id, status FROM registry_slots ORDER BY id",
            "SELECT id, status FROM registry_bookings ORDER BY id",
            "SELECT slot_id FROM registry_reservations ORDER BY slot_id",
            "SELECT id, reopened_at IS NULL FROM registry_closures ORDER BY id",
            "SELECT id, status FROM appointments ORDER BY id",
            "SELECT appointment_id, slot FROM closed_visits ORDER BY appointment_id",
            "SELECT appointment_id, kind FROM outbox WHERE status = 'QUEUED' ORDER BY 1, 2",
        )
    ]


async def outcome(folder: Path, prepare: Prepare, writes: int | None) -> tuple[list[object], Counter[str], int]:
    """Run an act that is killed after so many writes; return the states before and after, what was told, all writes."""
    fuse = Fuse()
    async with small_town(folder, fuse) as town:
        act = await prepare(town)
        before = await state(town)
        town.mailbox.messages.clear()
        fuse.left, fuse.seen = writes, 0
        try:
            await act()
        except Killed:
            assert writes is not None
        done, fuse.left = fuse.seen, None
        town.tasks.kill()
        await minutes_pass(town)
        words = Counter(
            f"{chat}: {word}"
            for chat, screen in town.mailbox.messages
            for word in (OFF, BACK, LOST)
            if word in screen.text
        )
        return [before, await state(town)], words, done


@pytest.mark.requirement("C22", "C23", "D11")
@pytest.mark.parametrize(
    ("prepare", "word"),
    [
        (closing_a_day, OFF),
        (closing_what_is_kept, LOST),
        (opening_again, BACK),
        (opening_what_was_closed_twice, BACK),
    ],
)
async def test_killed_closing_leaves_the_old_day_or_the_whole_new_one(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, prepare: Prepare, word: str
) -> None:
    """Whatever has been written, the day is as before or as if nobody had killed it, and each parent is told once."""
    monkeypatch.setattr(outbox, "CHAT_GAP", 0.0)
    (old, new), told, writes = await outcome(tmp_path_factory.mktemp("whole"), prepare, None)
    assert old != new
    assert set(told) == {f"{1000 + family}: {word}" for family in range(VISITS)}
    ends = Counter[str]()
    for killed_after in sorted({0, 1, writes // 4, writes // 2, writes - 3, writes - 2, writes - 1}):
        (_before, after), words, _done = await outcome(tmp_path_factory.mktemp("killed"), prepare, killed_after)
        assert after in (old, new), f"killed after {killed_after} of {writes} writes"
        assert words == (told if after == new else Counter()), f"killed after {killed_after} of {writes} writes"
        ends["new" if after == new else "old"] += 1
    assert set(ends) == {"old", "new"}
