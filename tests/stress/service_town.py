"""A small town without a chat: families, services over one database, a desk, an outbox and a mailbox."""

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

from bot.account.records import HashedCode
from bot.app import Store, make_renderer, make_services
from bot.clinics.port import NO_HOLDER, Booking, Changes
from bot.clinics.reserving import NO_RESERVATION
from bot.core.clinic import Doctor, VisitType
from bot.core.i18n import load_catalogues
from bot.core.people import Account, Purpose, Role
from bot.core.tasks import Tasks
from bot.delivery.outbox import Outbox
from bot.delivery.screen import Screen
from bot.glossary import BookingRef, DoctorId, HolderRef, Key, PatientId, PersonRef, SlotRef
from bot.services import Services
from storage.database.connection import Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.registry.store import queries
from storage.registry.system import Registry
from storage.unit import Storage
from tests.builders import StoppedClock, some_settings
from tests.storage.registry_world import CHILDREN, HOURS, World as Registers, at, world_in
from tests.stress.invariants import Sources
from tests.time_limits import BUSY

CIPHER, INDEX = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32)
REGISTRAR = 1
DOCTORS = ("Петрова", "Громов", "Зайцев")
"""Two of one specialty and one of another, all of one clinic, so that families compete for times."""


class KillableTasks(Tasks):
    """Background tasks that can be cancelled at any moment, as if the process were killed."""

    def kill(self) -> None:
        for task in list(self._running):
            task.cancel()


async def _nothing() -> None:
    return


class SlowRegistry(Registry):
    """A clinic with slow requests and answers; hooks run before a change and before its answer arrives."""

    longest = 0
    """most turns of the event loop that a request or an answer takes"""
    beforehand: Callable[[], Awaitable[None]] = staticmethod(_nothing)
    """run once before the next change is made"""
    meanwhile: Callable[[], Awaitable[None]] = staticmethod(_nothing)
    """run once between the next change and its answer"""

    def slow_down(self, rng: Random, longest: int) -> None:
        self._rng, self.longest = rng, longest

    async def _delay(self) -> None:
        for _turn in range(self._rng.randint(0, self.longest) if self.longest else 0):
            await asyncio.sleep(0)

    async def _change(self, work: Callable[[], Awaitable[Booking]]) -> Booking:
        beforehand, self.beforehand = self.beforehand, _nothing
        await beforehand()
        await self._delay()
        booking = await work()
        meanwhile, self.meanwhile = self.meanwhile, _nothing
        await meanwhile()
        await self._delay()
        return booking

    async def book(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        return await self._change(partial(super().book, key, person, slot, holder, reserved))

    async def reschedule(
        self,
        key: Key,
        person: PersonRef,
        booking: BookingRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        return await self._change(partial(super().reschedule, key, person, booking, slot, holder, reserved))

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        return await self._change(partial(super().cancel, key, person, booking))

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        found = await super().recover(key, person, slot)
        await self._delay()
        return found

    async def changes(self, cursor: str | None) -> Changes:
        changes = await super().changes(cursor)
        await self._delay()
        return changes


class Mailbox:
    """Implements Messenger: keeps each message with its chat."""

    def __init__(self) -> None:
        self.messages: list[tuple[int, Screen]] = []

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int:
        await asyncio.sleep(0)
        self.messages.append((chat, screen))
        return edits or len(self.messages)


@dataclass(frozen=True, slots=True)
class Family:
    account: Account
    patients: Sequence[PatientId]


@dataclass(frozen=True, slots=True)
class DoctorTime:
    """A time of a doctor, as a button carries it."""

    doctor: DoctorId
    starts_at: datetime
    visit_type: VisitType = VisitType.PLANNED


@dataclass(slots=True)
class ServiceTown:
    database: Database
    store: Store
    clock: StoppedClock
    tasks: KillableTasks
    services: Services
    registry: SlowRegistry
    outbox: Outbox
    mailbox: Mailbox
    families: list[Family]
    doctors: list[Doctor]
    desk: Account

    @property
    def sources(self) -> Sources:
        return Sources(self.database, self.store.storage, self.registry, self.clock)

    async def rows(self, sql: str, **values: object) -> list[Row]:
        return await self.sources.rows(sql, **values)

    def times(self, days: int) -> list[DoctorTime]:
        """Return the times of all doctors on the first ``days`` days of the timetable."""
        starts = [at(hour, day=day) for day in range(days) for hour in HOURS]
        return [DoctorTime(doctor.id, start) for doctor in self.doctors for start in starts]

    async def free_blocked_slots(self) -> None:
        """Free the slots that the desk has blocked, so that free times do not run out in a long run."""
        await self.database.write(
            lambda connection: connection.execute(
                "UPDATE registry_slots SET status = 'FREE' WHERE status = 'BLOCKED'", {}
            )
        )

    async def work(self) -> None:
        """Run the jobs of the timetable once."""
        await self.services.clinic_changes.sync()
        await self.services.settlement.settle_due()
        await self.services.checks.check_due()
        await self.outbox.sweep()

    async def come_to_rest(self) -> None:
        """Move the clock until no visit is pending and no message is due."""
        await self.tasks.drain(BUSY)
        for _round in range(20):
            await self.work()
            # Longer than the lease of the outbox and the pause before a worker retries.
            self.clock.advance(timedelta(minutes=4))
            if not await self.rows("SELECT id FROM appointments WHERE status = 'PENDING' OR cancelling = 1"):
                await self.work()
                return


async def make_template(folder: Path, days: int = 5) -> Path:
    """Return a database file with ``days`` days of free times, to be copied."""
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
    await registers.database.write(lambda connection: queries.add_slots(connection, more))


@asynccontextmanager
async def open_service_town(database: Database, families: int, children: int = 2) -> AsyncIterator[ServiceTown]:
    """Open the town: all consents are given and all policies are verified."""
    load_catalogues()
    settings: Any = some_settings()
    store = Store(database, CIPHER, INDEX, Storage(database, CIPHER, INDEX))
    clock, tasks, mailbox = StoppedClock(), KillableTasks(), Mailbox()
    registry = SlowRegistry(database, CIPHER, INDEX, clock)
    services = make_services(store, clock, tasks, settings, lambda _embedded: (registry,))
    outbox = Outbox(store.storage, mailbox, make_renderer(services, settings, clock), clock, "worker")
    async with AsyncExitStack() as closing:
        closing.push_async_callback(tasks.drain, 10)
        await services.clinic_changes.sync()
        known = [await _add_family(services, 1000 + number, number * children, children) for number in range(families)]
        doctors = await _list_doctors(services, known[0])
        desk = await _appoint(services, store, clock.now())
        yield ServiceTown(database, store, clock, tasks, services, registry, outbox, mailbox, known, doctors, desk)


async def _add_family(services: Services, telegram_id: int, first: int, children: int) -> Family:
    account = await services.accounts.find_or_add(telegram_id, "ru")
    for purpose in Purpose:
        account = await services.consents.give(account.id, purpose, "digest")
    patients = [(await services.patients.link(account, claim)).id for claim in CHILDREN[first : first + children]]
    return Family(account, patients)


async def _list_doctors(services: Services, family: Family) -> list[Doctor]:
    """Read the lists of specialties and doctors once, so that the directory gives them ids; return the doctors."""
    account, patient = family.account.id, family.patients[0]
    found: list[Doctor] = []
    for clinic in await services.directory.clinics():
        choice = await services.choices.specialties(account, patient, clinic.id)
        for specialty in choice.specialties if choice else ():
            found += (await services.choices.doctors(account, patient, clinic.id, specialty.id)).doctors
    return sorted((doctor for doctor in found if doctor.name.family in DOCTORS), key=lambda doctor: doctor.id)


async def _appoint(services: Services, store: Store, now: datetime) -> Account:
    """Return the registrar; the digest of the access code is not a real hash, which would be slow to make."""
    clinics = await services.directory.clinics()
    await services.accounts.appoint(REGISTRAR, Role.REGISTRAR, clinics[0].id)
    account = await services.accounts.find_or_add(REGISTRAR, "ru")
    code = HashedCode(b"salt", b"digest")
    await store.storage.write(lambda uow: uow.access_codes.set(account.id, code, now))
    return await services.accounts.find_or_add(REGISTRAR, "ru")
