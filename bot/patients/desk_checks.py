"""Send a policy that no list confirms to a clinic's desk, and follow what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.clinics.directory import Directory
from bot.core.budgets import Budget
from bot.core.clinic import CheckedBy, Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.core.working_hours import due_within
from bot.glossary import AccountId, ClinicId, PatientId
from bot.patients.errors import AlreadyUrgent, CannotSendToDesk, TooManyDeskChecks
from bot.patients.news import DeskAnswered, DeskCheckLate
from bot.patients.records import DeskCheck
from bot.patients.rules import desk_checks as rules


class AtDesk(NamedTuple):
    """The check of a card that is open or was answered last, and its clinic."""

    check: DeskCheck
    clinic: Clinic


class CardAtDesk(NamedTuple):
    patient: Patient
    at_desk: AtDesk
    has_visit: bool = False
    """a visit ahead was booked before the policy was checked"""


async def checking_clinics(directory: Directory) -> Sequence[Clinic]:
    """Return the clinics that check policies at their desks; a list that is known is not asked for again."""
    every = directory.known_clinics() or await directory.clinics()
    return [clinic for clinic in every if clinic.checked_by is CheckedBy.DESK]


async def send_to_desk(
    uow: UnitOfWork, account: AccountId, card: Patient, clinic: ClinicId, due_at: datetime, now: datetime
) -> None:
    """Open a check of a card that is at no desk. Raises CannotSendToDesk, TooManyDeskChecks, OverBudget."""
    if not rules.may_send(card.verification):
        raise CannotSendToDesk(card.id)
    if await uow.desk_checks.count_open(account) >= rules.MOST_OPEN:
        raise TooManyDeskChecks(card.id, rules.MOST_OPEN)
    await uow.budgets.spend(account, Budget.DESK_CHECK, now)
    await uow.desk_checks.open(account, card.id, clinic, now, due_at)
    await uow.audit.add(Actor.account(account), Deed.DESK_CHECK_SENT, Subject.patient(card.id), now)


class DeskChecks:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    def clinics(self) -> Sequence[Clinic]:
        """Return the known clinics whose desks may be asked."""
        return [clinic for clinic in self._directory.known_clinics() if clinic.checked_by is CheckedBy.DESK]

    async def of(self, account: AccountId, patient: PatientId) -> AtDesk | None:
        """Return the open check of a card, else the one that was answered last. Raises NotYours."""

        async def look(view: UnitOfWork) -> DeskCheck | None:
            await view.patients.require(account, patient)
            return await view.desk_checks.last_of(patient)

        return await self._with_clinic(await self._storage.read(look))

    async def _with_clinic(self, check: DeskCheck | None) -> AtDesk | None:
        return None if check is None else AtDesk(check, await self._directory.clinic(check.clinic))

    async def send(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> None:
        """Send a card whose policy the list refuses to a clinic's desk; one that is there stays.

        Raises NotYours, CannotSendToDesk, TooManyDeskChecks, OverBudget.
        """
        where, now = await self._directory.clinic(clinic), self._clock.now()
        if where.checked_by is not CheckedBy.DESK:
            raise CannotSendToDesk(patient)
        due_at = due_within(where.check_hours, now, where.zone)

        async def send(uow: UnitOfWork) -> None:
            found = await uow.patients.require(account, patient)
            before = await uow.desk_checks.last_of(patient)
            if before is not None and before.closed_at is None:
                return
            await send_to_desk(uow, account, found, where.id, due_at, now)

        await self._storage.write(send)

    async def lift(self, account: AccountId, patient: PatientId) -> Clinic:
        """Call the open check urgent, once a day; return its clinic, to call it. Raises NotYours, AlreadyUrgent."""
        found = await self.of(account, patient)
        if found is None or found.check.closed_at is not None:
            raise NotYours
        await self._lift(account, found)
        return found.clinic

    @writes
    async def _lift(self, uow: UnitOfWork, account: AccountId, found: AtDesk) -> None:
        now, check = self._clock.now(), found.check
        if not rules.may_lift(await uow.desk_checks.lifted_at(account), now):
            raise AlreadyUrgent(check.patient, found.clinic.phone)
        await uow.desk_checks.lift(check.id, now)
        await uow.audit.add(Actor.account(account), Deed.DESK_CHECK_URGENT, Subject.patient(check.patient), now)

    async def about(self, message: DeskAnswered | DeskCheckLate) -> CardAtDesk | None:
        """Return the card of a notice and its check, or None if that is no longer true."""
        found = await self._card_of(message)
        if found is None:
            return None
        patient, check, has_visit = found
        if isinstance(message, DeskCheckLate) != check.awaits_desk:
            return None
        at_desk = await self._with_clinic(check)
        return None if at_desk is None else CardAtDesk(patient, at_desk, has_visit)

    @reads
    async def _card_of(
        self, view: UnitOfWork, message: DeskAnswered | DeskCheckLate
    ) -> tuple[Patient, DeskCheck, bool] | None:
        try:
            patient = await view.patients.require(message.account, message.patient)
        except NotYours:
            return None
        check = await view.desk_checks.last_of(patient.id)
        if check is None or check.id != message.check:
            return None
        ahead = await view.patients.list_visits_ahead(message.account, patient.id, self._clock.now())
        return patient, check, bool(ahead) and await view.unchecked.find(patient.id, check.clinic) is not None
