"""The desk: staff members see, cancel and move the visits of their own clinic, and may undo that for a minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.appointments.clinic_changes import ClinicChanges
from bot.booking.blocks import Block
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit, EmptyDay
from bot.clinics.directory import Directory
from bot.clinics.port import LIVE, ClinicReason, NotFound, SlotIsGone, SlotIsTaken
from bot.core.clinic import Clinic, OpenDay, Slot, VisitType
from bot.core.clock import Clock
from bot.core.decidable import UNDO_FOR
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput
from bot.core.pages import last_page
from bot.core.people import Account, PersonName
from bot.core.readable import Readable
from bot.core.refs import read_ref
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import BookingRef
from bot.staff.blocks import find_visit_block
from bot.staff.errors import CannotUndo, DeskSlotGone, VisitGone
from bot.staff.keepers import Keepers, find_keepers
from bot.staff.names import fits_name, read_name, shown_name
from bot.staff.problems import DeskProblem
from bot.staff.reading import journal_visits, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right
from bot.staff.rules import DayCounts, count_day
from bot.staff.unchecked import find_unchecked, unchecked_among

VISITS_ON_A_PAGE = 12
MOST_FOUND = 60
"""visits that a search shows; whoever finds more types more of the name"""
A_PAGE_COSTS = 1
"""names that a page of a day costs: it shows given names and initials, and a day has to be read whole"""


class ClinicDay(NamedTuple):
    """One page of the visits that are not cancelled of a local day, by start, of all doctors or of one."""

    clinic: Clinic
    day: date
    visits: Readable[ClinicVisit]
    total: int
    """the number of all visits of the day, or of the doctor's"""
    doctor: PersonName | None = None
    empty: EmptyDay | None = None
    """what is to be known of a day without visits"""
    unchecked: frozenset[int] = frozenset()
    """the numbers of the visits whose policy is not checked"""
    counts: DayCounts = DayCounts(0, 0, 0, 0)
    """of all pages"""
    confirmed: frozenset[BookingRef] = frozenset()
    """the visits of the day to which a parent says «Придём»"""


class DayDoctor(NamedTuple):
    """A doctor with visits on a day; ``number`` is the desk's own id."""

    number: int
    name: PersonName
    specialty: str
    visits: int
    specialty_code: str = ""


class FoundVisits(NamedTuple):
    """One page of the visits ahead of people whose name fits; ``total`` is at most MOST_FOUND."""

    clinic: Clinic
    wanted: str
    visits: Readable[ClinicVisit]
    total: int


class SeenVisit(NamedTuple):
    """A visit, live or cancelled, with what the bot knows of those who keep it."""

    clinic: Clinic
    visit: ClinicVisit
    keepers: Keepers
    is_unchecked: bool = False
    """the policy is not checked"""
    block: Block | None = None
    """of the card that has booked the visit in the bot"""


class MoveChoices(NamedTuple):
    """The days on which the visit's doctor has free slots, and the free slots of one of them."""

    clinic: Clinic
    visit: ClinicVisit
    days: Sequence[OpenDay]
    day: date | None
    slots: Sequence[Slot]


class Staff:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        changes: ClinicChanges,
        alarm: ReadingAlarm,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock
        self._changes, self._alarm = changes, alarm

    async def _clinic(self, account: Account, right: Right) -> Clinic:
        """Return the clinic where the account works. Raises NotYours, StaffCodeNeeded."""
        return await self._directory.clinic(require_right(account, right))

    # --- reading ------------------------------------------------------------------------------------------------------

    @clinic_call
    async def day(
        self, account: Account, day: date | None = None, page: int = 0, doctor: int | None = None
    ) -> ClinicDay:
        """Return visits of a local day, today by default, and journal that their names are shown.

        ``doctor`` is the desk's number of a doctor; None: of all. Raises NotYours, StaffCodeNeeded, OverBudget.
        """
        clinic = await self._clinic(account, Right.SEE_VISITS)
        at = day or local_day(self._clock.now(), clinic.zone)
        visits = await self._desk.visits(clinic.ref, at)
        of_doctor = [visit for visit in visits if doctor in {None, visit.doctor_number}]
        shown = Readable(_page(of_doctor, page), visits.unreadable)
        await self._journal(account, clinic, shown, Deed.NAME_LISTED, A_PAGE_COSTS)
        unchecked = await self._storage.read(lambda view: unchecked_among(view, shown))
        empty = None if visits or visits.unreadable else await self._desk.empty_day(clinic.ref, at)
        whose = of_doctor[0].doctor if of_doctor and doctor is not None else None
        confirmed = await self.confirmed(clinic, at)
        counts = count_day(of_doctor, confirmed)
        return ClinicDay(clinic, at, shown, len(of_doctor), whose, empty, unchecked, counts, confirmed)

    async def confirmed(self, clinic: Clinic, day: date) -> frozenset[BookingRef]:
        """Return the visits of a clinic's day to which a parent says «Придём»."""
        since, until = day_bounds(day, clinic.zone)
        return await self._storage.read(lambda view: view.presence.list_confirmed(clinic.id, since, until))

    @clinic_call
    async def whole_day(self, account: Account, day: date, doctor: int | None) -> tuple[Clinic, Readable[ClinicVisit]]:
        """Return all visits of a day, of all doctors or of one, without journaling. Raises NotYours, StaffCodeNeeded.

        Whoever shows them journals it.
        """
        clinic = await self._clinic(account, Right.SEE_VISITS)
        visits = await self._desk.visits(clinic.ref, day)
        return clinic, Readable([each for each in visits if doctor in {None, each.doctor_number}], visits.unreadable)

    @clinic_call
    async def doctors(self, account: Account, day: date) -> tuple[Clinic, Sequence[DayDoctor]]:
        """List the doctors who have visits on a local day, by name. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._clinic(account, Right.SEE_VISITS)
        visits = await self._desk.visits(clinic.ref, day)
        counts: dict[int, int] = {}
        for visit in visits:
            counts[visit.doctor_number] = counts.get(visit.doctor_number, 0) + 1
        known = {visit.doctor_number: visit for visit in visits}
        found = [
            DayDoctor(number, seen.doctor, seen.specialty, counts[number], seen.specialty_code)
            for number, seen in known.items()
        ]
        return clinic, sorted(found, key=lambda each: (each.name.family, each.name.given, each.number))

    @clinic_call
    async def search(self, account: Account, typed: str, page: int = 0) -> FoundVisits:
        """Return visits from today on of people whose family name has these letters, and journal who is shown.

        Raises NotYours, StaffCodeNeeded, InvalidInput, OverBudget.
        """
        clinic, wanted = await self._clinic(account, Right.SEE_VISITS), read_name(typed)
        if wanted is None:
            raise InvalidInput(DeskProblem.SEARCH)
        today = local_day(self._clock.now(), clinic.zone)
        found = await self._desk.find(clinic.ref, today, lambda name: fits_name(wanted, name), MOST_FOUND)
        shown = Readable(_page(found, page), found.unreadable)
        await self._journal(account, clinic, shown, Deed.NAME_FOUND)
        return FoundVisits(clinic, shown_name(wanted, (each.person for each in found)), shown, len(found))

    @clinic_call
    async def find_number(self, account: Account, typed: str) -> int | None:
        """Return the desk's number of the visit whose Ref was typed; None if there is none at this clinic.

        Raises NotYours, StaffCodeNeeded.
        """
        clinic, ref = await self._clinic(account, Right.SEE_VISITS), read_ref(typed)
        if ref is None:
            return None
        booking = await self._storage.read(lambda view: view.visit_numbers.booking_of(ref, clinic.id))
        return None if booking is None else await self._number_of(clinic, booking)

    async def _number_of(self, clinic: Clinic, booking: BookingRef) -> int | None:
        try:
            return (await self._desk.visit_of(clinic.ref, booking)).number
        except NotFound:
            return None

    @clinic_call
    async def visit(self, account: Account, number: int, right: Right = Right.SEE_VISITS) -> SeenVisit:
        """Return a visit of the staff member's clinic, and journal that it is shown.

        Raises NotYours, StaffCodeNeeded, VisitGone, OverBudget.
        """
        clinic = await self._clinic(account, right)
        visit = await self._find(clinic, number)
        await self._journal(account, clinic, [visit], Deed.VISIT_READ)
        return await self._seen(clinic, visit)

    @clinic_call
    async def live_visit(self, account: Account, number: int, right: Right) -> SeenVisit:
        """Do the same for a visit that the staff member wants to change. Raises VisitGone also if it is cancelled."""
        clinic, visit = await self._require(account, number, right)
        await self._journal(account, clinic, [visit], Deed.VISIT_READ)
        return await self._seen(clinic, visit)

    async def require_visit(self, account: Account, number: int, right: Right) -> tuple[Clinic, ClinicVisit]:
        """Return a visit, whatever its status, which the member is about to change.

        Raises NotYours, StaffCodeNeeded, VisitGone, ClinicError.
        """
        clinic = await self._clinic(account, right)
        return clinic, await self._find(clinic, number)

    async def journal_list(self, account: Account, clinic: Clinic, visits: Readable[ClinicVisit], most: int) -> None:
        """Journal that the names of a list are shown. Raises OverBudget."""
        await self._journal(account, clinic, visits, Deed.NAME_LISTED, most)

    async def _seen(self, clinic: Clinic, visit: ClinicVisit) -> SeenVisit:
        async def look(view: UnitOfWork) -> SeenVisit:
            is_unchecked = await find_unchecked(view, visit) is not None
            keepers = await find_keepers(view, clinic.system, visit.booking)
            block = await find_visit_block(view, clinic, visit.booking, self._clock.now())
            return SeenVisit(clinic, visit, keepers, is_unchecked, block and block.block)

        return await self._storage.read(look)

    async def _find(self, clinic: Clinic, number: int) -> ClinicVisit:
        try:
            return await self._desk.visit(clinic.ref, number)
        except NotFound:
            raise VisitGone from None

    async def _require(self, account: Account, number: int, right: Right) -> tuple[Clinic, ClinicVisit]:
        clinic = await self._clinic(account, right)
        visit = await self._find(clinic, number)
        if visit.booking.status not in LIVE:
            raise VisitGone
        return clinic, visit

    async def _journal(
        self, account: Account, clinic: Clinic, visits: Sequence[ClinicVisit], deed: Deed, most: int | None = None
    ) -> None:
        now = self._clock.now()

        async def journal(uow: UnitOfWork) -> int:
            await keep_desk_open(uow, account, now)
            return await journal_visits(uow, account, clinic, visits, deed, now, most)

        await self._alarm.note(account, await self._storage.write(journal))

    # --- changing -----------------------------------------------------------------------------------------------------

    @clinic_call
    async def cancel(self, account: Account, number: int, reason: ClinicReason) -> Keepers:
        """Cancel a visit for the clinic; return who is told of it in a minute. Raises NotYours, VisitGone."""
        clinic, visit = await self._require(account, number, Right.CANCEL_VISITS)
        try:
            await self._desk.cancel_visit(clinic.ref, number, reason, self._clock.now() + UNDO_FOR)
        except NotFound:
            raise VisitGone from None
        return await self.changed(account, clinic, visit, Deed.CANCELLED_AT_DESK)

    @clinic_call
    async def choices(self, account: Account, number: int, day: date | None) -> MoveChoices:
        """Return the free slots of the visit's doctor on ``day``, by default the first day that has any.

        Raises NotYours, VisitGone.
        """
        clinic, visit = await self._require(account, number, Right.MOVE_VISITS)
        await self._journal(account, clinic, [visit], Deed.VISIT_READ)
        system, now = self._directory.serving(clinic), self._clock.now()
        days = await system.days(visit.booking.doctor, now, now + clinic.rules.horizon)
        at = day or (days[0].day if days else None)
        if at is None:
            return MoveChoices(clinic, visit, days, None, ())
        since, until = day_bounds(at, clinic.zone)
        return MoveChoices(clinic, visit, days, at, await system.slots(visit.booking.doctor, max(since, now), until))

    @clinic_call
    async def move(self, account: Account, number: int, starts_at: datetime, visit_type: VisitType) -> Keepers:
        """Move a visit to a free slot of its doctor; return who is told of it in a minute.

        Raises NotYours, VisitGone, DeskSlotGone.
        """
        clinic, visit = await self._require(account, number, Right.MOVE_VISITS)
        system = self._directory.serving(clinic)
        free = await system.slots(visit.booking.doctor, starts_at, starts_at + timedelta(seconds=1))
        wanted = next((slot for slot in free if slot.visit_type is visit_type), None)
        try:
            if wanted is None:
                raise SlotIsGone
            await self._desk.move_visit(clinic.ref, number, wanted.ref, self._clock.now() + UNDO_FOR)
        except NotFound:
            raise VisitGone from None
        except (SlotIsTaken, SlotIsGone):
            raise DeskSlotGone(number) from None
        return await self.changed(account, clinic, visit, Deed.MOVED_AT_DESK)

    @clinic_call
    async def undo(self, account: Account, number: int) -> Keepers:
        """Undo the last change of a visit within a minute. Raises NotYours, VisitGone, CannotUndo."""
        clinic = await self._clinic(account, Right.CANCEL_VISITS)
        visit = await self._find(clinic, number)
        try:
            await self._desk.undo(clinic.ref, number)
        except (NotFound, SlotIsTaken, SlotIsGone):
            raise CannotUndo(number) from None
        return await self.changed(account, clinic, visit, Deed.UNDONE_AT_DESK)

    async def changed(self, account: Account, clinic: Clinic, visit: ClinicVisit, deed: Deed) -> Keepers:
        """Record what the member has just done with a visit at the clinic, and apply it to the bot's own visit at once.

        The full data of the child that were shown are deleted. Return who is told of the change.
        """
        await self._record(account, deed, visit.number)
        await self._changes.sync_one(self._directory.serving(clinic))
        return (await self._seen(clinic, visit)).keepers

    @writes
    async def _record(self, uow: UnitOfWork, account: Account, deed: Deed, number: int) -> None:
        now = self._clock.now()
        await uow.audit.add(Actor.staff(account.id, account.clinic), deed, Subject.visit(number), now)
        await uow.passing.end(account.id, now)


def _page(visits: Sequence[ClinicVisit], page: int) -> Sequence[ClinicVisit]:
    """Return the visits of a page; those of the last one if there are not so many."""
    first = last_page(page, len(visits), VISITS_ON_A_PAGE) * VISITS_ON_A_PAGE
    return visits[first : first + VISITS_ON_A_PAGE]
