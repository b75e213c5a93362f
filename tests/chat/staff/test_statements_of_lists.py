"""A list at the desk takes as many statements for twenty visits as for five."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.clinics.port import ClinicReason
from bot.clinics.schedule_port import DayHours
from bot.core.clinic import VisitType
from bot.glossary import Ref
from bot.patients.records import Relationship
from bot.staff.queue import count_queue
from storage.unit import UnitOfWork
from tests.storage.registry_world import TUESDAY, World, at, world_in
from tests.stress.inline_database import inline_database
from tests.stress.service_town import ServiceTown, make_template, open_service_town

DAY = DayHours(TUESDAY)
FEW, MANY = 5, 20


class Counter:
    """A probe that counts the statements that read and write rows."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, _number: int, sql: str) -> None:
        if sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "--")):
            self.statements.append(sql)

    async def of(self, list_them: Callable[[], Awaitable[object]]) -> int:
        self.statements.clear()
        await list_them()
        return len(self.statements)


def time_of(number: int) -> datetime:
    return at(7) + timedelta(minutes=4 * number)


@asynccontextmanager
async def day_of(folder: Path, visits: int, counter: Counter) -> AsyncIterator[tuple[ServiceTown, int]]:
    """Open a town whose doctor Петрова has ``visits`` visits on Tuesday, all booked in the bot, and no time is left."""
    path = await make_template(folder)
    async with world_in(folder) as world:
        await prepare(world, visits)
    async with inline_database(path, Random(1), counter) as database, open_service_town(database, MANY // 2) as town:
        doctor = next(each for each in town.doctors if each.name.family == "Петрова")
        patients = [(family.account, patient) for family in town.families for patient in family.patients]
        for number, (account, patient) in enumerate(patients[:visits]):
            reviewed = await town.services.booking.review(
                account, patient, doctor.id, time_of(number), VisitType.PLANNED
            )
            await town.services.booking.book(account.id, reviewed.order.id, None)
        await town.work()
        yield town, int(doctor.ref)


async def prepare(world: World, visits: int) -> None:
    await world.run("DELETE FROM registry_slots WHERE specialty_id = 1 AND clinic_id = 1")
    for number in range(visits):
        await world.add_slot("Петрова", time_of(number), 4)


async def statements(folder: Path, visits: int) -> dict[str, int]:
    counter = Counter()
    async with day_of(folder, visits, counter) as (town, doctor):
        services, desk = town.services, town.desk
        counts = {
            "day": await counter.of(lambda: services.staff.day(desk, TUESDAY)),
            "sheet": await counter.of(lambda: services.day_sheets.sheet(desk, TUESDAY, None)),
            "preview": await counter.of(lambda: services.closing.preview(desk, doctor, DAY)),
        }
        town.clock.advance(at(6) - town.clock.now())
        counts |= {
            "delay": await counter.of(lambda: services.delays.tell(desk, doctor, 20)),
            "late": await counter.of(lambda: services.delays.look(desk, doctor)),
            "late calls": await counter.of(lambda: services.delays.calls(desk, doctor)),
        }
        # Whoever has blocked the bot is telephoned.
        await town.database.write(
            lambda connection: connection.execute("UPDATE accounts SET reachable = 0 WHERE role IS NULL", {})
        )
        closure = await services.closing.close(desk, doctor, DAY, ClinicReason.DOCTOR_ILL, visits)
        shown = await services.closing.closed(desk, closure.number)
        assert (len(shown.to_call), closure.kept) == (visits, 0)
        assert (await services.waiting.page(desk, 0)).total == visits
        counts |= {
            "to call": await counter.of(lambda: services.closing.closed(desk, closure.number)),
            "calls on paper": await counter.of(lambda: services.closing.calls(desk, closure.number)),
            "waiting": await counter.of(lambda: services.waiting.page(desk, 0)),
        }
        await town.database.write(
            lambda connection: connection.execute(
                "UPDATE appointments SET status = 'NO_SHOW', presence = 'ASKED' WHERE booking NOT NULL", {}
            )
        )
        assert len((await services.arrivals.missed(desk))[1]) == visits
        return counts | {"missed": await counter.of(lambda: services.arrivals.missed(desk))}


async def ask_to_move(town: ServiceTown, takeovers: int) -> None:
    """Let so many new accounts ask for what older ones have, each with a number for the desk."""
    olds, now = [family.account.id for family in town.families][:takeovers], at(7)
    [child, *_others] = town.families[0].patients

    async def ask(uow: UnitOfWork) -> None:
        for number, old in enumerate(olds):
            phone = f"+791600000{number:02}"
            if number:
                await uow.representatives.add(old, child, Relationship.PARENT, now)
            await uow.contacts.set_phone(old, phone)
            new = await uow.accounts.add(5_000 + number, now)
            asked = await uow.takeovers.offer(old, new.id, phone, now + timedelta(days=7))
            await uow.takeovers.ask(asked, Ref(f"T{number:03}-AA"), now + timedelta(days=7))

    await town.store.storage.write(ask)


async def statements_of_queue(folder: Path, takeovers: int) -> tuple[int, int]:
    counter = Counter()
    path = await make_template(folder)
    async with inline_database(path, Random(1), counter) as database, open_service_town(database, takeovers) as town:
        await ask_to_move(town, takeovers)
        clinic = town.desk.clinic
        assert clinic is not None
        assert len((await town.services.queue.waiting(town.desk)).takeovers) == takeovers
        return (
            await counter.of(lambda: town.services.queue.waiting(town.desk)),
            await counter.of(lambda: town.store.storage.read(lambda view: count_queue(view, clinic))),
        )


async def test_queue_takes_no_statement_for_each_takeover(tmp_path_factory: pytest.TempPathFactory) -> None:
    few = await statements_of_queue(tmp_path_factory.mktemp("few"), FEW)
    assert few == await statements_of_queue(tmp_path_factory.mktemp("many"), MANY)


@pytest.mark.requirement("B41", "C22")
async def test_lists_of_the_desk_take_no_statement_for_each_visit(tmp_path_factory: pytest.TempPathFactory) -> None:
    few = await statements(tmp_path_factory.mktemp("few"), FEW)
    many = await statements(tmp_path_factory.mktemp("many"), MANY)
    assert few == many
