"""A visit whose policy was not checked when it was booked: it is marked at the desk and settled at arrival."""

from __future__ import annotations

from collections.abc import Iterable

from bot.booking.records import Appointment
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit
from bot.clinics.directory import Directory
from bot.clinics.port import NotFound
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import DeskCheckId
from bot.staff.errors import DeskCheckGone, VisitGone
from bot.staff.reading import booked_in_bot
from bot.staff.rights import Right, require_right


class UncheckedAtDesk:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, clock: Clock) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock

    @clinic_call
    async def check(self, staff: Account, number: int) -> DeskCheckId:
        """Return the check of the policy of an unchecked visit; one that was answered or withdrawn is opened anew.

        Raises NotYours, StaffCodeNeeded, VisitGone, DeskCheckGone if a decision may still be undone, or if nothing is
        left to check.
        """
        clinic = await self._directory.clinic(require_right(staff, Right.CHECK_POLICIES))
        try:
            visit = await self._desk.visit(clinic.ref, number)
        except NotFound:
            raise VisitGone from None
        return await self._storage.write(lambda uow: self._open(uow, staff, clinic, visit))

    async def _open(self, uow: UnitOfWork, staff: Account, clinic: Clinic, visit: ClinicVisit) -> DeskCheckId:
        booked, now = await find_unchecked(uow, visit), self._clock.now()
        if booked is None:
            raise DeskCheckGone
        last = await uow.desk_checks.last_of(booked.patient)
        if last is not None and last.closed_at is None:
            if last.clinic != clinic.id or not last.awaits_desk:
                raise DeskCheckGone
            return last.id
        opened = await uow.desk_checks.open(booked.account, booked.patient, clinic.id, now, now)
        if opened is None:
            raise DeskCheckGone
        subject = Subject.patient(booked.patient)
        await uow.audit.add(Actor.staff(staff.id, clinic.id), Deed.DESK_CHECK_SENT, subject, now)
        return opened


async def find_unchecked(view: UnitOfWork, visit: ClinicVisit) -> Appointment | None:
    """Return the bot's visit if its policy was not checked when it was booked and is not right yet, else None."""
    key = visit.booking.key
    booked = None if key is None or visit.policy_number else await view.appointments.find_of_key(key)
    if booked is None:
        return None
    return booked if await view.unchecked.find(booked.patient, booked.clinic) == visit.booking.person else None


async def unchecked_among(view: UnitOfWork, visits: Iterable[ClinicVisit]) -> frozenset[int]:
    """Return the desk's numbers of the visits whose policy is not checked."""
    of_number = {visit.number: visit for visit in visits if not visit.policy_number}
    booked = await booked_in_bot(view, of_number.values())
    known = await view.unchecked.of_cards(each.patient for each in booked.values())
    return frozenset(
        number
        for number, each in booked.items()
        if known.get((each.patient, each.clinic)) == of_number[number].booking.person
    )
