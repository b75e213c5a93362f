"""A small town for storms: parents with children, their services over one database, a desk, an outbox, a mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bot.clinics.port import Booking, Changes
from bot.core.clinic import Doctor, VisitType
from bot.core.i18n import load_catalogues
from bot.core.people import Account, Purpose, Role
from bot.core.tasks import Tasks
from bot.delivery.outbox import Outbox
from bot.delivery.screen import Screen
from bot.glossary import BookingRef, DoctorId, Key, PatientId, PersonRef, SlotRef
from bot.services import Services
from bot.wiring import Store, make_renderer, make_services
from storage.database.connection import Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.registry.store import queries
from storage.registry.system import Registry
from storage.unit import Storage
from tests.builders import StoppedClock, some_settings
from tests.storage.registry_world import CHILDREN, HOURS, at, world_in
from tests.storage.registry_world import World as Registers
from tests.stress.invariants import Asked

CIPHER, INDEX = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32)
REGISTRAR = 1
DOCTORS = ("Петрова", "Громов", "Зайцев")
"""Two of one specialty and one of another: all of one clinic, so that everybody wants the same."""


class MortalTasks(Tasks):
    """Background work that may die in the middle, as a killed process does."""

    def kill(self) -> None:
        for task in list(self._running):
            task.cancel()


async def _nothing() -> None:
    return


class SlowRegistry(Registry):
    """A clinic whose answers take their time on the way: ``meanwhile`` the others act."""

    longest = 0
    """turns of the loop that a question or an answer may be under way"""
    beforehand: Callable[[], Awaitable[None]] = staticmethod(_nothing)
    """what happens once while the next change is still on its way there"""
    meanwhile: Callable[[], Awaitable[None]] = staticmethod(_nothing)
    """what happens once between the next change and its answer"""

    def slow_down(self, die: Random, longest: int) -> None:
        self._die, self.longest = die, longest

    async def _travel(self) -> None:
        for _turn in range(self._die.randint(0, self.longest) if self.longest else 0):
            await asyncio.sleep(0)

    async def _change(self, work: Callable[[], Awaitable[Booking]]) -> Booking:
        beforehand, self.beforehand = self.beforehand, _nothing
        await beforehand()
        await self._travel()
        booking = await work()
        meanwhile, self.meanwhile = self.meanwhile, _nothing
        await meanwhile()
        await self._travel()
        return booking

    async def book(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking:
        return await self._change(partial(super().book, key, person, slot))

    async def reschedule(self, key: Key, person: PersonRef, booking: BookingRef, slot: SlotRef) -> Booking:
        return await self._change(partial(super().reschedule, key, person, booking, slot))

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        return await self._change(partial(super().cancel, key, person, booking))

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        found = await super().recover(key, person, slot)
        await self._travel()
        return found

    async def changes(self, cursor: str | None) -> Changes:
        told = await super().changes(cursor)
        await self._travel()
        return told


class Mailbox:
    """Implements ports.Messenger: the far end of Telegram, where everything arrives."""

    def __init__(self) -> None:
        self.letters: list[tuple[int, Screen]] = []

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int:
        await asyncio.sleep(0)
        self.letters.append((chat, screen))
        return edits or len(self.letters)


@dataclass(frozen=True, slots=True)
class Family:
    account: Account
    patients: Sequence[PatientId]


@dataclass(frozen=True, slots=True)
class Place:
    """A time of a doctor, as a button names it."""

    doctor: DoctorId
    starts_at: datetime
    visit_type: VisitType = VisitType.PLANNED


@dataclass(slots=True)
class Town:
    database: Database
    store: Store
    clock: StoppedClock
    tasks: MortalTasks
    services: Services
    registry: SlowRegistry
    outbox: Outbox
    mailbox: Mailbox
    families: list[Family]
    doctors: list[Doctor]
    desk: Account

    @property
    def asked(self) -> Asked:
        return Asked(self.database, self.store.storage, self.registry, self.clock)

    async def rows(self, sql: str, **values: object) -> list[Row]:
        return await self.asked.rows(sql, **values)

    def places(self, days: int) -> list[Place]:
        """The doctors' times of the first so many days of the timetable."""
        starts = [at(hour, day=day) for day in range(days) for hour in HOURS]
        return [Place(doctor.id, start) for doctor in self.doctors for start in starts]

    async def open_again(self) -> None:
        """The clinic offers again what its desk has blocked, or there would soon be nothing to race for."""
        await self.database.write(
            lambda connection: connection.execute(
                "UPDATE registry_slots SET status = 'FREE' WHERE status = 'BLOCKED'", {}
            )
        )

    async def work(self) -> None:
        """The worker's turn: everything that the timetable does of itself."""
        await self.services.clinic_changes.sync()
        await self.services.settlement.settle_due()
        await self.services.checks.check_due()
        await self.outbox.sweep()

    async def come_to_rest(self) -> None:
        """Let time pass until nothing is open any more."""
        await self.tasks.drain(10)
        for _round in range(20):
            await self.work()
            # Longer than the outbox's lease and than a worker leaves an open question alone.
            self.clock.advance(timedelta(minutes=4))
            if not await self.rows("SELECT id FROM appointments WHERE status = 'PENDING' OR cancelling = 1"):
                await self.work()
                return


async def make_template(folder: Path, days: int = 5) -> Path:
    """A registry with so many days of times in a file to copy."""
    async with world_in(folder) as registers:
        await _publish(registers, days)
    return folder / "registratura.sqlite3"


async def _publish(registers: Registers, days: int) -> None:
    rows = await registers.rows("SELECT * FROM registry_slots WHERE local_day = '2026-11-24'")
    more = [
        {
            "doctor": row["doctor_id"],
            "clinic": row["clinic_id"],
            "specialty": row["specialty_id"],
            "starts_at": row["starts_at"] + day * 86400,
            "ends_at": row["ends_at"] + day * 86400,
            "local_day": at(9, day=day).date().isoformat(),
            "visit_type": row["visit_type"],
            "status": "FREE",
        }
        for day in range(5, days)
        for row in rows
    ]
    await registers.database.write(lambda connection: queries.add_slot(connection, more))


@asynccontextmanager
async def town_over(database: Database, families: int, children: int = 2) -> AsyncIterator[Town]:
    """Everybody has agreed to everything, and every child's policy is confirmed."""
    load_catalogues()
    settings: Any = some_settings()
    store = Store(database, CIPHER, INDEX, Storage(database, CIPHER, INDEX))
    clock, tasks, mailbox = StoppedClock(), MortalTasks(), Mailbox()
    registry = SlowRegistry(database, CIPHER, INDEX, clock)
    services = make_services(store, clock, tasks, settings, lambda _embedded: (registry,))
    outbox = Outbox(store.storage, mailbox, make_renderer(services, settings, clock), clock, "worker")
    async with AsyncExitStack() as closing:
        closing.push_async_callback(tasks.drain, 10)
        await services.clinic_changes.sync()
        known = [await _move_in(services, 1000 + number, number * children, children) for number in range(families)]
        doctors = await _learn(services, known[0])
        desk = await _appoint(services)
        yield Town(database, store, clock, tasks, services, registry, outbox, mailbox, known, doctors, desk)


async def _move_in(services: Services, telegram_id: int, first: int, children: int) -> Family:
    account = await services.accounts.meet(telegram_id, "ru")
    for purpose in Purpose:
        account = await services.privacy.agree(account.id, purpose, "digest")
    patients = [(await services.patients.link(account, claim)).id for claim in CHILDREN[first : first + children]]
    return Family(account, patients)


async def _learn(services: Services, family: Family) -> list[Doctor]:
    """Go through the listings once, as a person does: the directory then has everybody's ids."""
    account, patient = family.account.id, family.patients[0]
    found: list[Doctor] = []
    for clinic in await services.directory.clinics():
        choice = await services.choices.specialties(account, patient, clinic.id)
        for specialty in choice.specialties if choice else ():
            found += (await services.choices.doctors(account, patient, clinic.id, specialty.id)).doctors
    return sorted((doctor for doctor in found if doctor.name.family in DOCTORS), key=lambda doctor: doctor.id)


async def _appoint(services: Services) -> Account:
    clinics = await services.directory.clinics()
    await services.accounts.appoint(REGISTRAR, Role.REGISTRAR, clinics[0].id)
    return await services.accounts.meet(REGISTRAR, "ru")
