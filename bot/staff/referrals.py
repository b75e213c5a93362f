"""Referrals at the desk: given to the patient of a visit of the clinic, and withdrawn while no visit has spent them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from bot.booking.referrals import tell_of_given, tell_of_withdrawn
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, DeskReferral, NumberIsTaken
from bot.clinics.directory import Directory
from bot.clinics.port import NotFound, Referral
from bot.core.ages import age_on
from bot.core.clinic import Specialty
from bot.core.clock import Clock
from bot.core.decidable import UNDO_FOR
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput
from bot.core.people import Account
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import SpecialtyId
from bot.staff.desk import SeenVisit, Staff
from bot.staff.errors import ReferralGone, ReferralNumberTaken, VisitGone
from bot.staff.problems import ReferralFormProblem
from bot.staff.records import DAYS, Term
from bot.staff.referral_form import LONGEST_TERM
from bot.staff.rights import Right


class ReferralChoices(NamedTuple):
    """``specialties`` are those of the clinic that need a referral and see patients of this age."""

    seen: SeenVisit
    specialties: Sequence[Specialty]
    today: date


class Given(NamedTuple):
    """``is_told``: somebody in the bot may see the referral and is told of it in a minute."""

    referral: Referral
    is_told: bool


class Referring:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, staff: Staff, clock: Clock) -> None:
        self._storage, self._directory, self._desk = storage, directory, desk
        self._staff, self._clock = staff, clock

    @clinic_call
    async def choices(self, account: Account, number: int) -> ReferralChoices:
        """Return to whom the patient of a live visit can be referred. Raises NotYours, StaffCodeNeeded, VisitGone."""
        seen = await self._staff.live_visit(account, number, Right.REFER)
        today = local_day(self._clock.now(), seen.clinic.zone)
        age = age_on(seen.visit.birth_date, today)
        every = await self._directory.specialties(seen.clinic)
        fitting = [each for each in every if each.needs_referral and each.min_age <= age <= each.max_age]
        return ReferralChoices(seen, fitting, today)

    @clinic_call
    async def given(self, account: Account, number: int) -> tuple[SeenVisit, Sequence[DeskReferral]]:
        """List what the desk has given the patient of a visit and no visit has spent. Raises as ``choices``."""
        seen = await self._staff.live_visit(account, number, Right.REFER)
        return seen, await self._desk.referrals(seen.clinic.ref, number)

    @clinic_call
    async def give(
        self,
        account: Account,
        number: int,
        specialty: SpecialtyId,
        term: Term,
        until: date | None = None,
        printed: str = "",
    ) -> Given:
        """Refer the patient of a live visit; whoever may see it is told in a minute.

        ``until`` is a last day in place of the term, ``printed`` the number on the form. Raises as ``choices``,
        InvalidInput, ReferralNumberTaken.
        """
        seen, specialties, today = await self.choices(account, number)
        wanted = next((each for each in specialties if each.id == specialty), None)
        if wanted is None:
            raise VisitGone
        last, clinic = until or today + timedelta(days=DAYS[term]), seen.clinic
        if not today <= last <= today + LONGEST_TERM:
            raise InvalidInput(ReferralFormProblem.LAST_DAY)
        try:
            referral = await self._desk.refer(clinic.ref, number, wanted.ref, last, printed)
        except NotFound:
            raise VisitGone from None
        except NumberIsTaken:
            raise ReferralNumberTaken(number, specialty) from None
        now, actor = self._clock.now(), Actor.staff(account.id, account.clinic)

        async def record(uow: UnitOfWork) -> bool:
            person = seen.visit.booking.person
            cards = await tell_of_given(uow, person, clinic, wanted.id, referral, now + UNDO_FOR)
            for subject in (Subject.visit(number), *map(Subject.patient, cards)):
                await uow.audit.add(actor, Deed.REFERRAL_GIVEN, subject, now)
            return bool(cards)

        return Given(referral, await self._storage.write(record))

    @clinic_call
    async def withdraw(self, account: Account, number: int, referral: int) -> Referral:
        """Withdraw a referral that no visit has spent; whoever was told of it is told that.

        Raises as ``choices``, and ReferralGone.
        """
        seen = await self._staff.live_visit(account, number, Right.REFER)
        try:
            withdrawn = await self._desk.withdraw_referral(seen.clinic.ref, number, referral)
        except NotFound:
            raise ReferralGone(number) from None
        now, actor = self._clock.now(), Actor.staff(account.id, account.clinic)
        clinic, person = seen.clinic, seen.visit.booking.person
        specialty = await self._directory.specialty_of(clinic.system, withdrawn.specialty)

        async def record(uow: UnitOfWork) -> None:
            if specialty is not None:
                await tell_of_withdrawn(uow, person, clinic, specialty.id, withdrawn.ref, now)
            await uow.audit.add(actor, Deed.REFERRAL_WITHDRAWN, Subject.visit(number), now)

        await self._storage.write(record)
        return withdrawn
