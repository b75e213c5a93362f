"""What an enrollment means afterwards: the patient's own pediatrician, and the visits at the clinic before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.applications.policy import open_together
from bot.applications.records import Application, ApplicationStatus, Enrollment
from bot.appointments.cancel import Cancellations
from bot.booking.records import AppointmentCard
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic, ClinicKind, Doctor
from bot.core.clock import Clock
from bot.core.errors import NotYours
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId, ApplicationId, AppointmentId, DoctorId, PatientId


class Enrolled(NamedTuple):
    """Where a patient is enrolled by a decision made in the bot; ``doctor`` is its own pediatrician."""

    enrollment: Enrollment
    clinic: Clinic
    doctor: Doctor | None


class Enrollments:
    def __init__(self, storage: Storage, directory: Directory, cancellations: Cancellations, clock: Clock) -> None:
        self._storage, self._directory, self._cancellations = storage, directory, cancellations
        self._clock = clock

    async def of(self, patient: PatientId) -> Enrolled | None:
        """Return the enrollment of a patient that the caller has found to be the account's."""
        found = await self._storage.read(lambda view: view.enrollments.current(patient))
        if found is None:
            return None
        doctor = None if found.doctor is None else await self._directory.doctor(found.doctor)
        return Enrolled(found, await self._directory.clinic(found.clinic), doctor)

    @reads
    async def with_policy(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Application | None:
        """Return the application that is one decision with the policy of a card at a desk. Raises NotYours."""
        await view.patients.require(account, patient)
        return await open_together(view, patient)

    @reads
    async def own_doctor(self, view: UnitOfWork, patient: PatientId) -> DoctorId | None:
        found = await view.enrollments.current(patient)
        return None if found is None else found.doctor

    @reads
    async def visits_elsewhere(
        self, view: UnitOfWork, account: AccountId, application: ApplicationId
    ) -> Sequence[AppointmentCard]:
        """List the visits ahead at other clinics of a patient whom an approved application has enrolled, by start.

        Nobody is enrolled at a dental clinic, so visits there go on. Raises NotYours.
        """
        found = await view.applications.get(application)
        if found is None:
            raise NotYours
        await view.representatives.representation(account, found.patient)
        if found.status is not ApplicationStatus.APPROVED or found.enrollment is None:
            return []
        return [
            card
            for card in await view.appointments.upcoming(account, self._clock.now())
            if card.patient.id == found.patient
            and card.clinic.id != found.clinic
            and card.clinic.kind is not ClinicKind.DENTAL
            and not card.appointment.cancelling
        ]

    async def cancel_elsewhere(
        self, account: AccountId, application: ApplicationId, appointment: AppointmentId, message: int | None
    ) -> AppointmentCard:
        """Cancel a visit of ``visits_elsewhere``, which never counts as late. Raises NotYours, as ``Cancellations``."""
        visits = await self.visits_elsewhere(account, application)
        if appointment not in {each.appointment.id for each in visits}:
            raise NotYours
        return await self._cancellations.cancel(account, appointment, message, is_excused=True)
