"""The clinic systems of this installation, with a timeout and a circuit breaker around every call.

A call raises ClinicError and nothing else: a read that fails or takes too long raises Unavailable, a write of a
visit raises OutcomeUnknown. A system that is silent is not asked for a while: any call raises Unavailable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog

from bot.clinics.breaker import Breaker
from bot.clinics.capabilities import Capabilities
from bot.clinics.enrolled import EnrolledAt
from bot.clinics.port import (
    NO_HOLDER,
    Booking,
    Changes,
    ClinicError,
    ClinicSystem,
    FoundPolicy,
    Hold,
    InsuredPerson,
    OutcomeUnknown,
    PersonSearch,
    PolicyClaim,
    Referral,
    Unavailable,
)
from bot.clinics.reserving import NO_RESERVATION, Openings, Reservation, WantedSlot
from bot.core import limits
from bot.core.clinic import Clinic, Doctor, OpenDay, Slot, Specialty
from bot.core.clock import Clock
from bot.glossary import BookingRef, ClinicRef, DoctorRef, HolderRef, Key, PersonRef, SlotRef, SpecialtyRef, SystemName

BACKGROUND_TIMEOUT = 10.0
"""seconds for a call that no tap waits for"""

T = TypeVar("T")
Call = Coroutine[Any, Any, T]
log = structlog.get_logger(__name__)


class Systems:
    """Implements ClinicSystems; the register of the first system checks policies."""

    def __init__(self, systems: Sequence[ClinicSystem], clock: Clock) -> None:
        self._systems = {system.name: TimeLimited(system, Breaker(system.name, clock)) for system in systems}

    @property
    def register(self) -> ClinicSystem:
        return next(iter(self._systems.values()))

    def serving(self, system: SystemName) -> ClinicSystem:
        return self._systems[system]

    def every(self) -> Sequence[ClinicSystem]:
        return tuple(self._systems.values())

    def silent(self) -> Sequence[SystemName]:
        return [name for name, system in self._systems.items() if system.breaker.is_silent]


class TimeLimited:
    """A clinic system whose calls always end in time, with a ClinicError if need be."""

    def __init__(self, system: ClinicSystem, breaker: Breaker) -> None:
        self.name, self._system, self.breaker = system.name, system, breaker

    async def _for_tap(self, call: Call[T]) -> T:
        return await self._limited(call, limits.TAP_TIMEOUT, Unavailable)

    async def _in_background(self, call: Call[T]) -> T:
        return await self._limited(call, BACKGROUND_TIMEOUT, Unavailable)

    async def _write(self, call: Call[T]) -> T:
        return await self._limited(call, BACKGROUND_TIMEOUT, OutcomeUnknown)

    async def _limited(self, call: Call[T], seconds: float, failure: type[ClinicError]) -> T:
        if not self.breaker.admits():
            call.close()
            raise Unavailable("silent")
        if self.breaker.is_silent:
            # The call that tries a silent system must not hold up the job that makes it.
            seconds = min(seconds, limits.TAP_TIMEOUT)
        with self.breaker.watching():
            return await self._in_time(call, seconds, failure)

    async def _in_time(self, call: Call[T], seconds: float, failure: type[ClinicError]) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await call
        except ClinicError:
            raise
        except TimeoutError:
            raise failure("no answer in time") from None
        except Exception as error:
            log.warning("a call of a clinic system failed", system=self.name, error=type(error).__name__)
            raise failure(type(error).__name__) from error

    async def capabilities(self) -> Capabilities:
        return await self._for_tap(self._system.capabilities())

    async def clinics(self) -> Sequence[Clinic]:
        # The directory itself limits what a tap waits for.
        return await self._in_background(self._system.clinics())

    async def specialties(self, clinic: ClinicRef) -> Sequence[Specialty]:
        return await self._for_tap(self._system.specialties(clinic))

    async def doctors(self, clinic: ClinicRef, specialty: SpecialtyRef) -> Sequence[Doctor]:
        return await self._for_tap(self._system.doctors(clinic, specialty))

    async def days(
        self,
        doctor: DoctorRef,
        since: datetime,
        until: datetime,
        person: PersonRef | None = None,
        holder: HolderRef = NO_HOLDER,
    ) -> Sequence[OpenDay]:
        return await self._for_tap(self._system.days(doctor, since, until, person, holder))

    async def slots(
        self,
        doctor: DoctorRef,
        since: datetime,
        until: datetime,
        person: PersonRef | None = None,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Sequence[Slot]:
        return await self._for_tap(self._system.slots(doctor, since, until, person, holder, reserved))

    async def soonest(self, clinic: ClinicRef, specialty: SpecialtyRef, since: datetime, limit: int) -> Sequence[Slot]:
        return await self._for_tap(self._system.soonest(clinic, specialty, since, limit))

    async def check_policy(self, claim: PolicyClaim) -> InsuredPerson:
        return await self._in_background(self._system.check_policy(claim))

    async def find_policies(self, search: PersonSearch) -> Sequence[FoundPolicy]:
        return await self._for_tap(self._system.find_policies(search))

    async def knows_phone(self, person: PersonRef, phone: str) -> bool:
        return await self._in_background(self._system.knows_phone(person, phone))

    async def referrals(self, person: PersonRef, booking: BookingRef | None = None) -> Sequence[Referral]:
        return await self._for_tap(self._system.referrals(person, booking))

    async def enrolled_at(self, person: PersonRef) -> EnrolledAt | None:
        return await self._for_tap(self._system.enrolled_at(person))

    async def hold(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Hold:
        return await self._for_tap(self._system.hold(key, person, slot, holder, reserved))

    async def hold_group(self, person: PersonRef, wanted: Sequence[WantedSlot], holder: HolderRef) -> datetime:
        return await self._for_tap(self._system.hold_group(person, wanted, holder))

    async def reserve(self, key: Key, slot: SlotRef, until: datetime) -> Reservation:
        return await self._in_background(self._system.reserve(key, slot, until))

    async def release_reservation(self, key: Key) -> None:
        await self._in_background(self._system.release_reservation(key))

    async def openings(self, cursor: str | None) -> Openings:
        return await self._in_background(self._system.openings(cursor))

    async def release(self, key: Key) -> None:
        await self._for_tap(self._system.release(key))

    async def book(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        return await self._write(self._system.book(key, person, slot, holder, reserved))

    async def reschedule(
        self,
        key: Key,
        person: PersonRef,
        booking: BookingRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        return await self._write(self._system.reschedule(key, person, booking, slot, holder, reserved))

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        return await self._write(self._system.cancel(key, person, booking))

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        return await self._in_background(self._system.recover(key, person, slot))

    async def bookings(self, person: PersonRef, since: datetime) -> Sequence[Booking]:
        return await self._in_background(self._system.bookings(person, since))

    async def changes(self, cursor: str | None) -> Changes:
        return await self._in_background(self._system.changes(cursor))
