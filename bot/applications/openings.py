"""«Сообщить, когда откроется»: a representative asks to be told when a clinic without places enrolls again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.applications import rules
from bot.applications.errors import NothingToAwait
from bot.applications.filing import is_open_at
from bot.applications.news import EnrollmentOpened
from bot.applications.places import EnrollmentPlaces
from bot.applications.records import ApplicationStatus, EnrollmentWait, RefusalReason
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, ClinicId, PatientId

WAIT_FOR = timedelta(days=90)
"""after which a wish expires"""
TOLD_AT_ONCE = 50


class AwaitedClinic(NamedTuple):
    patient: Patient
    clinic: Clinic
    until: datetime


class EnrollmentOpenings:
    def __init__(self, storage: Storage, directory: Directory, places: EnrollmentPlaces, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock
        self._places = places

    @writes
    async def wait(self, uow: UnitOfWork, account: AccountId, patient: PatientId, clinic: ClinicId) -> None:
        """Tell this account when the clinic enrolls again; asked once more it waits longer.

        Raises NotYours; NothingToAwait if the clinic takes children and has not refused this one for want of places.
        """
        await uow.patients.require(account, patient)
        if not await _has_no_places(uow, account, patient, clinic):
            raise NothingToAwait(patient, clinic)
        now = self._clock.now()
        await uow.enrollment_waits.add(account, patient, clinic, now, now + WAIT_FOR)
        await uow.audit.add(Actor.account(account), Deed.OPENING_AWAITED, Subject.patient(patient), now)

    @writes
    async def stop(self, uow: UnitOfWork, account: AccountId, patient: PatientId, clinic: ClinicId) -> None:
        """Take the wish back. Raises NotYours."""
        await uow.patients.require(account, patient)
        now = self._clock.now()
        if await uow.enrollment_waits.find(account, patient, clinic, now) is None:
            return
        await uow.enrollment_waits.drop(account, patient, clinic)
        await uow.audit.add(Actor.account(account), Deed.OPENING_NOT_AWAITED, Subject.patient(patient), now)

    @reads
    async def until(
        self, view: UnitOfWork, account: AccountId, patient: PatientId, clinic: ClinicId
    ) -> datetime | None:
        """Return until when this account waits for the clinic, None if it does not. Raises NotYours."""
        await view.patients.require(account, patient)
        return await view.enrollment_waits.find(account, patient, clinic, self._clock.now())

    async def list_of(self, account: AccountId) -> Sequence[AwaitedClinic]:
        """List what this account waits for."""

        async def look(view: UnitOfWork) -> list[tuple[EnrollmentWait, Patient]]:
            cards = {each.id: each for each in await view.patients.list_of(account)}
            waits = await view.enrollment_waits.list_of(account, self._clock.now())
            return [(each, cards[each.patient]) for each in waits if each.patient in cards]

        return [
            AwaitedClinic(patient, await self._directory.clinic(wait.clinic), wait.until)
            for wait, patient in await self._storage.read(look)
        ]

    async def work(self) -> None:
        """Take over the places that imports have named, and tell whom a clinic is open for again."""
        await self._places.take_over()
        await self.tell()

    @writes
    async def tell(self, uow: UnitOfWork) -> None:
        """Tell those whose clinic enrolls again; the wish ends with that, so each is told once."""
        now = self._clock.now()
        for each in await uow.enrollment_waits.take_answered(now, TOLD_AT_ONCE):
            news = EnrollmentOpened(each.account, each.patient, each.clinic, each.id)
            await uow.outbox.add(news.due(now), now)

    async def about(self, message: EnrollmentOpened) -> tuple[Patient, Clinic] | None:
        """Return what a notice is about; None if there is nothing to apply for any more."""

        async def look(view: UnitOfWork) -> Patient | None:
            try:
                patient = await view.patients.require(message.account, message.patient)
            except NotYours:
                return None
            if (await view.enrollments.limits(message.clinic)).is_full:
                return None
            enrollment = await view.enrollments.current(patient.id)
            is_there = enrollment is not None and enrollment.clinic == message.clinic
            is_open = await is_open_at(view, message.patient, message.clinic)  # whoever has filed needs no invitation
            return None if is_there or is_open else patient

        patient, clinic = await self._storage.read(look), await self._directory.clinic(message.clinic)
        if patient is None or rules.not_enrolled(clinic, patient, self._clock.now()):
            return None
        return patient, clinic


async def _has_no_places(view: UnitOfWork, account: AccountId, patient: PatientId, clinic: ClinicId) -> bool:
    """Return whether the clinic takes nobody, or has refused this patient for want of places."""
    if (await view.enrollments.limits(clinic)).is_full:
        return True
    return any(
        each.patient == patient
        and each.clinic == clinic
        and each.status is ApplicationStatus.REFUSED
        and each.decision is not None
        and each.decision.reason is RefusalReason.NO_PLACES
        for each in await view.applications.list_of(account)
    )
