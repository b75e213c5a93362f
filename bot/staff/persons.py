"""The clinic's list of patients at its desk: who is found in it, who is added, and double records made one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import (
    ClinicDesk,
    ClinicPerson,
    ClinicVisit,
    FitsPerson,
    HasPolicy,
    NotSamePerson,
    PersonHoldings,
    PolicyIsTaken,
)
from bot.clinics.directory import Directory
from bot.clinics.port import HasActiveVisit, NotFound, VisitsOverlap
from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput
from bot.core.pages import last_page
from bot.core.people import Account
from bot.core.readable import Readable
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.patients.rules.names import same_name
from bot.patients.rules.policy_number import parse_policy_number
from bot.staff.desk import MOST_FOUND
from bot.staff.errors import (
    FormUnfinished,
    MergeClashes,
    NotOnePerson,
    PersonGone,
    PersonHasPolicy,
    PolicyOfAnother,
)
from bot.staff.names import fits_name, read_name, shown_name
from bot.staff.person_form import answered, next_step, parse_policy_of
from bot.staff.problems import DeskProblem
from bot.staff.reading import journal_readings, journal_visits, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.records import PersonForm, PersonStep
from bot.staff.rights import Right, require_right

PERSONS_ON_A_PAGE = 10
MOST_DOUBLES = 30
"""records that a search for doubles shows"""
MOST_ALIKE = 5
"""records that are shown beside a new one because they are like it"""


class FoundPersons(NamedTuple):
    """One page of the persons whose name fits; ``total`` is at most MOST_FOUND."""

    clinic: Clinic
    wanted: str
    persons: Readable[ClinicPerson]
    total: int


class SeenPerson(NamedTuple):
    """A person of the clinic's list and the visits ahead at the clinic."""

    clinic: Clinic
    person: ClinicPerson
    visits: Readable[ClinicVisit]


class Merging(NamedTuple):
    """Two records of one person, and what moves from ``drop`` to ``keep``."""

    clinic: Clinic
    keep: ClinicPerson
    drop: ClinicPerson
    moves: PersonHoldings


class ClinicPersons:
    def __init__(
        self, storage: Storage, directory: Directory, desk: ClinicDesk, alarm: ReadingAlarm, clock: Clock
    ) -> None:
        self._storage, self._directory, self._desk = storage, directory, desk
        self._alarm, self._clock = alarm, clock

    async def clinic(self, account: Account) -> Clinic:
        """Return the clinic whose patients the account keeps. Raises NotYours, StaffCodeNeeded."""
        return await self._directory.clinic(require_right(account, Right.KEEP_PATIENTS))

    # --- reading ------------------------------------------------------------------------------------------------------

    @clinic_call
    async def search(self, account: Account, typed: str, page: int = 0) -> FoundPersons:
        """Return persons whose name fits the typed words, and journal who is shown.

        Raises NotYours, StaffCodeNeeded, InvalidInput, OverBudget.
        """
        clinic, wanted = await self.clinic(account), read_name(typed)
        if wanted is None:
            raise InvalidInput(DeskProblem.SEARCH)
        found = await self._find(clinic, lambda person: fits_name(wanted, person.name), MOST_FOUND)
        first = last_page(page, len(found), PERSONS_ON_A_PAGE) * PERSONS_ON_A_PAGE
        shown = Readable(found[first : first + PERSONS_ON_A_PAGE], found.unreadable)
        await self._journal(account, clinic, shown, Deed.NAME_FOUND)
        return FoundPersons(clinic, shown_name(wanted, (each.name for each in found)), shown, len(found))

    async def _find(self, clinic: Clinic, fits: FitsPerson, most: int) -> Readable[ClinicPerson]:
        return await self._desk.find_persons(clinic.ref, fits, most)

    @clinic_call
    async def find_number(self, account: Account, typed: str) -> int:
        """Return the person who has the policy number that was typed.

        Raises NotYours, StaffCodeNeeded, InvalidInput, PersonGone, OverBudget: numbers must not be tried.
        """
        clinic = await self.clinic(account)
        number = parse_policy_number(typed, local_day(self._clock.now(), clinic.zone))
        try:
            return (await self._desk.person_with(clinic.ref, number)).number
        except NotFound:
            await self._spend(account)
            raise PersonGone from None

    @clinic_call
    async def person_of_visit(self, account: Account, visit: int) -> int | None:
        """Return the person of a visit; None if that is another clinic's. Raises NotYours, StaffCodeNeeded."""
        clinic = await self.clinic(account)
        try:
            booking = (await self._desk.visit(clinic.ref, visit)).booking
            return (await self._desk.person_of(clinic.ref, booking.person)).number
        except NotFound:
            return None

    @clinic_call
    async def see(self, account: Account, number: int) -> SeenPerson:
        """Return a person of the clinic's list, and journal that the record is shown.

        Raises NotYours, StaffCodeNeeded, PersonGone, OverBudget.
        """
        clinic = await self.clinic(account)
        person = await self._require(clinic, number)
        visits = await self._desk.visits_of_person(clinic.ref, number)
        await self._journal(account, clinic, [person], Deed.PERSON_READ, visits)
        return SeenPerson(clinic, person, visits)

    async def _require(self, clinic: Clinic, number: int) -> ClinicPerson:
        try:
            return await self._desk.person(clinic.ref, number)
        except NotFound:
            raise PersonGone from None

    async def _journal(
        self,
        account: Account,
        clinic: Clinic,
        persons: Sequence[ClinicPerson],
        deed: Deed,
        visits: Sequence[ClinicVisit] = (),
    ) -> None:
        """Journal who is shown; the visits of a person who is shown cost nothing more."""
        now = self._clock.now()

        async def journal(uow: UnitOfWork) -> int:
            await keep_desk_open(uow, account, now)
            subjects = await subjects_of_persons(uow, persons)
            used = await journal_readings(uow, account, clinic, subjects, deed, now, len(persons))
            return max(used, await journal_visits(uow, account, clinic, visits, Deed.NAME_LISTED, now, 0))

        await self._alarm.note(account, await self._storage.write(journal))

    # --- adding -------------------------------------------------------------------------------------------------------

    async def answer(self, account: Account, form: PersonForm, step: PersonStep, typed: str) -> PersonForm:
        """Return the form of a new patient with what was typed. Raises NotYours, StaffCodeNeeded, InvalidInput."""
        clinic = await self.clinic(account)
        return answered(form, step, typed, local_day(self._clock.now(), clinic.zone))

    @clinic_call
    async def alike(self, account: Account, form: PersonForm) -> Readable[ClinicPerson]:
        """Return the records that may be of the same patient: the same birth date and sex, and family or given name.

        Raises NotYours, StaffCodeNeeded, FormUnfinished, OverBudget.
        """
        clinic = await self.clinic(account)
        if next_step(form) is not None:
            raise FormUnfinished
        found = await self._find(clinic, lambda person: _is_alike(person, form), MOST_ALIKE)
        await self._journal(account, clinic, found, Deed.NAME_FOUND)
        return found

    @clinic_call
    async def add(self, account: Account, form: PersonForm) -> ClinicPerson:
        """Add a patient who has no policy yet. Raises NotYours, StaffCodeNeeded, FormUnfinished, OverBudget.

        The same name, birth date and sex make one record: a second press returns that of the first.
        """
        clinic = await self.clinic(account)
        if next_step(form) is not None or form.birth_date is None or form.sex is None:
            raise FormUnfinished
        whose = form.name, form.birth_date, form.sex
        if same := await self._find(clinic, lambda person: (person.name, person.birth_date, person.sex) == whose, 1):
            return same[0]
        await self._spend(account)
        added = await self._desk.add_person(clinic.ref, *whose, phone=form.phone or "")
        await self._record(account, added, Deed.PERSON_ADDED)
        return added

    @clinic_call
    async def read_policy(self, account: Account, number: int, typed: str) -> str:
        """Return the policy number that was typed for a person of the list.

        Raises NotYours, StaffCodeNeeded, PersonGone, PersonHasPolicy, InvalidInput.
        """
        clinic = await self.clinic(account)
        person = await self._require(clinic, number)
        if person.policy_number:
            raise PersonHasPolicy(number)
        return parse_policy_of(typed, person.birth_date, person.sex, local_day(self._clock.now(), clinic.zone))

    @clinic_call
    async def add_policy(self, account: Account, number: int, policy_number: str) -> ClinicPerson:
        """Add the policy number to a person without one. Raises as ``read_policy``, and PolicyOfAnother, OverBudget."""
        wanted, clinic = await self.read_policy(account, number, policy_number), await self.clinic(account)
        await self._spend(account)
        try:
            person = await self._desk.add_policy(clinic.ref, number, wanted)
        except NotFound:
            raise PersonGone from None
        except HasPolicy:
            raise PersonHasPolicy(number) from None
        except PolicyIsTaken as taken:
            raise PolicyOfAnother(number, is_here=taken.person is not None) from None
        await self._record(account, person, Deed.PERSON_POLICY_ADDED)
        return person

    # --- merging ------------------------------------------------------------------------------------------------------

    @clinic_call
    async def doubles(self, account: Account, number: int) -> tuple[SeenPerson, Readable[ClinicPerson]]:
        """Return a person and the records that may be of the same one: the same birth date and sex, the likest first.

        Of two records with a policy none may go. Raises as ``see``.
        """
        clinic = await self.clinic(account)
        person = await self._require(clinic, number)

        def fits(other: ClinicPerson) -> bool:
            is_other = other.number != number and not (other.policy_number and person.policy_number)
            return is_other and (other.birth_date, other.sex) == (person.birth_date, person.sex)

        found = await self._find(clinic, fits, MOST_DOUBLES)
        found.sort(key=lambda other: -_likeness(other, person))
        await self._journal(account, clinic, [person], Deed.PERSON_READ)
        await self._journal(account, clinic, found, Deed.NAME_FOUND)
        return SeenPerson(clinic, person, Readable()), found

    @clinic_call
    async def compare(self, account: Account, one: int, other: int) -> Merging:
        """Return which of two records stays, the one with a policy or else ``one``, and what moves to it.

        Raises as ``see``, and NotOnePerson, PersonHasPolicy if both have a policy.
        """
        clinic = await self.clinic(account)
        first, second = await self._require(clinic, one), await self._require(clinic, other)
        keep, drop = (second, first) if second.policy_number and not first.policy_number else (first, second)
        if drop.policy_number:
            raise PersonHasPolicy(drop.number)
        if one == other or (keep.birth_date, keep.sex) != (drop.birth_date, drop.sex):
            raise NotOnePerson(one)
        await self._journal(account, clinic, [keep, drop], Deed.PERSON_READ)
        return Merging(clinic, keep, drop, await self._desk.holdings(clinic.ref, drop.number))

    @clinic_call
    async def merge(self, account: Account, keep: int, drop: int) -> ClinicPerson:
        """Make one record of two. Raises as ``compare``, and MergeClashes, OverBudget."""
        clinic = await self.clinic(account)
        await self._spend(account)
        try:
            person = await self._desk.merge_persons(clinic.ref, keep, drop)
        except NotFound:
            raise PersonGone from None
        except HasPolicy:
            raise PersonHasPolicy(drop) from None
        except NotSamePerson:
            raise NotOnePerson(keep) from None
        except (HasActiveVisit, VisitsOverlap):
            raise MergeClashes(keep) from None
        await self._record(account, person, Deed.PERSONS_MERGED)
        return person

    async def _spend(self, account: Account) -> None:
        now = self._clock.now()
        await self._storage.write(lambda uow: uow.budgets.spend(account.id, Budget.DESK_PERSON, now))

    async def _record(self, account: Account, person: ClinicPerson, deed: Deed) -> None:
        """Journal a deed, in the journals of the cards too; the full data that were shown are deleted."""
        now, actor = self._clock.now(), Actor.staff(account.id, account.clinic)

        async def record(uow: UnitOfWork) -> None:
            for subject in dict.fromkeys((Subject.person(person.number), *await subjects_of(uow, person))):
                await uow.audit.add(actor, deed, subject, now)
            await uow.passing.end(account.id, now)

        await self._storage.write(record)


async def subjects_of(uow: UnitOfWork, person: ClinicPerson) -> list[Subject]:
    """Return the cards of a person, whose keepers read the entry, else the desk's own record."""
    return await subjects_of_persons(uow, [person])


async def subjects_of_persons(uow: UnitOfWork, persons: Sequence[ClinicPerson]) -> list[Subject]:
    """Return the same for a list of persons."""
    cards = await uow.patients.ids_of_persons(person.ref for person in persons)
    return [
        subject
        for person in persons
        for subject in ([*map(Subject.patient, cards[person.ref])] or [Subject.person(person.number)])
    ]


def _is_alike(person: ClinicPerson, form: PersonForm) -> bool:
    is_same_name = same_name(person.name.family, form.family) or same_name(person.name.given, form.given)
    return is_same_name and (person.birth_date, person.sex) == (form.birth_date, form.sex)


def _likeness(one: ClinicPerson, other: ClinicPerson) -> int:
    return same_name(one.name.family, other.name.family) + same_name(one.name.given, other.name.given)
