"""The port to the clinic's own side: what its staff does with visits, with the errors of the clinic port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.clinics.port import Booking, InsuredPerson, PolicyClaim, Referral, Refused, SlotIsTaken
from bot.clinics.schedule_port import KeepsSchedules
from bot.clinics.visits_at_desk import ClinicVisit as ClinicVisit
from bot.core.clinic import Slot
from bot.core.clinic_documents import ClinicDocument
from bot.core.people import PersonName, Sex
from bot.core.readable import Readable
from bot.glossary import BookingRef, ClinicRef, DoctorRef, PersonRef, SlotRef, SpecialtyRef


class DeskReferral(NamedTuple):
    """A referral that this clinic's desk has given and no visit has spent; ``number`` is the desk's own id of it."""

    number: int
    referral: Referral
    specialty: str
    specialty_code: str = ""


class EmptyDay(NamedTuple):
    """A day without visits, and the next day that has some.

    ``is_closed``: no doctor works then, though the timetable goes on after that day.
    """

    is_closed: bool
    next: date | None


FitsName = Callable[[PersonName], bool]
"""Whether a name is one that is looked for."""


class ClinicPerson(NamedTuple):
    """A person of the clinic's list; ``number`` is the desk's own id, ``ref`` that of ``ClinicSystem``."""

    number: int
    ref: PersonRef
    name: PersonName
    birth_date: date
    sex: Sex
    policy_number: str = ""
    """"" until it is added: a newborn has none yet"""
    phone: str = ""


class PersonHoldings(NamedTuple):
    """How much merging moves to the kept record; ``ahead`` of the ``visits`` are live and have not ended."""

    ahead: int
    visits: int
    referrals: int


class AreaStreet(NamedTuple):
    """A street of a clinic's district (участок), with the houses as the clinic writes them and the practice there."""

    district: str
    doctor: DoctorRef
    street: str
    houses: str = ""


FitsPerson = Callable[[ClinicPerson], bool]
"""Whether a person is one that is looked for."""


class PolicyIsTaken(Refused):
    """Another person has the number, perhaps a double: see ``merge_persons``. ``person`` is None at another clinic."""

    def __init__(self, person: int | None) -> None:
        super().__init__("another person has the number")
        self.person = person


class HasPolicy(Refused):
    """The person has a policy number: it is not replaced, and such a record is not dropped."""


class NumberIsTaken(Refused):
    """The clinic has a referral with this number."""


class SlotIsOffered(SlotIsTaken):
    """The time is kept for somebody else, and the desk has not said that it gives it away."""


class DeskFree(NamedTuple):
    """A time that the desk may book; ``is_offered``: it is kept for somebody else, so the desk is asked first."""

    slot: Slot
    is_offered: bool


class NotSamePerson(Refused):
    """The two records differ in birth date or sex."""


class DoctorDayFigures(NamedTuple):
    """One day of a doctor in numbers; ``number`` is the desk's own of the doctor. Blocked times are not counted."""

    number: int
    doctor: PersonName
    specialty: str
    day: date
    slots: int
    booked: int
    came: int
    """checked in, or the visit took place"""
    missed: int
    cancelled: int
    specialty_code: str = ""


class ClinicDesk(KeepsSchedules, Protocol):
    """The clinic's own side. Raises NotFound for a visit or a person that is missing or another clinic's.

    What it changes it can undo until ``undo_until``; without that moment the change is final at once.
    """

    async def visits(self, clinic: ClinicRef, day: date) -> Readable[ClinicVisit]:
        """List the visits of one local day that are not cancelled, by start."""
        ...

    async def find(self, clinic: ClinicRef, since: date, fits: FitsName, limit: int) -> Readable[ClinicVisit]:
        """List at most ``limit`` live visits, from that local day on, of persons whose name fits, by start."""
        ...

    async def empty_day(self, clinic: ClinicRef, day: date) -> EmptyDay:
        """Return what is to be known of a day that has no visits."""
        ...

    async def visit(self, clinic: ClinicRef, number: int) -> ClinicVisit:
        """Return a visit, whatever its status."""
        ...

    async def visit_of(self, clinic: ClinicRef, booking: BookingRef) -> ClinicVisit:
        """Return the visit with a reference of ``ClinicSystem``, whatever its status."""
        ...

    async def visits_of(self, clinic: ClinicRef, bookings: Sequence[BookingRef]) -> Readable[ClinicVisit]:
        """Return the visits with these references in this order; one that is missing is left out."""
        ...

    async def cancel_visit(
        self, clinic: ClinicRef, number: int, reason: str, undo_until: datetime | None = None
    ) -> Booking:
        """Cancel a live visit. Raises NotFound also if it is not live."""
        ...

    async def move_visit(
        self, clinic: ClinicRef, number: int, slot: SlotRef, undo_until: datetime | None = None
    ) -> Booking:
        """Move a live visit to a free slot. Raises SlotIsTaken, SlotIsGone, NotFound also if it is not live."""
        ...

    async def figures(self, clinic: ClinicRef, since: date, until: date) -> Sequence[DoctorDayFigures]:
        """List the days of all doctors from the local day ``since`` until ``until``, which is not included."""
        ...

    async def free_slots(
        self, clinic: ClinicRef, person: int, doctor: DoctorRef, since: datetime, until: datetime
    ) -> Sequence[DeskFree]:
        """List a doctor's free slots for a person of the clinic's list, with those that only the desk books, by start.

        Neither notice nor horizon of the clinic counts; ``person`` is the desk's own number.
        """
        ...

    async def book_visit(
        self, clinic: ClinicRef, person: int, slot: SlotRef, *, gives_away: bool = False
    ) -> ClinicVisit:
        """Book a slot of ``free_slots`` for a person of the clinic's list. Raises as ``ClinicSystem.book``, NotFound.

        The visit has no key: nobody here has asked for it. What is kept for the person's own called-off visits to the
        specialty is let go. SlotIsOffered: the slot is kept for somebody else; with ``gives_away`` that one gets
        another, or none, which the feed of changes tells.
        """
        ...

    async def check_in(self, clinic: ClinicRef, number: int, undo_until: datetime | None = None) -> Booking:
        """Note that the person of a BOOKED visit has come. Raises NotFound also for one with another status."""
        ...

    async def set_priority(self, clinic: ClinicRef, number: int, has_priority: bool) -> None:
        """Note that the person of a visit has a benefit, or has none: the desk has seen the papers."""
        ...

    async def fulfil(self, clinic: ClinicRef, number: int) -> Booking:
        """Note that a NO_SHOW visit took place after all. Raises NotFound also for one with another status."""
        ...

    async def undo(self, clinic: ClinicRef, number: int) -> Booking:
        """Undo the last change of a visit: it is live in its old slot again, or nobody has come yet.

        Raises NotFound if there is nothing to undo any more, SlotIsTaken if the person or somebody else has taken that
        time meanwhile.
        """
        ...

    async def add_person(
        self, clinic: ClinicRef, name: PersonName, birth_date: date, sex: Sex, policy_number: str = "", phone: str = ""
    ) -> ClinicPerson:
        """Add a person to the clinic's list, with or without a policy. Raises PolicyIsTaken."""
        ...

    async def person(self, clinic: ClinicRef, number: int) -> ClinicPerson:
        """Return a person of the clinic's list."""
        ...

    async def person_of(self, clinic: ClinicRef, ref: PersonRef) -> ClinicPerson:
        """Return the person of the clinic's list with a reference of ``ClinicSystem``."""
        ...

    async def person_with(self, clinic: ClinicRef, policy_number: str) -> ClinicPerson:
        """Return the person of the clinic's list who has this policy number."""
        ...

    async def visits_of_person(self, clinic: ClinicRef, number: int) -> Readable[ClinicVisit]:
        """List the person's live visits at this clinic that have not ended, by start."""
        ...

    async def holdings(self, clinic: ClinicRef, number: int) -> PersonHoldings:
        """Return how much ``merge_persons`` would move if this person were dropped."""
        ...

    async def find_persons(self, clinic: ClinicRef, fits: FitsPerson, limit: int) -> Readable[ClinicPerson]:
        """List at most ``limit`` persons of the clinic's list that fit, in the order in which they were added."""
        ...

    async def add_policy(self, clinic: ClinicRef, number: int, policy_number: str) -> ClinicPerson:
        """Add the policy number of a person who has none. Raises HasPolicy, PolicyIsTaken."""
        ...

    async def merge_persons(self, clinic: ClinicRef, keep: int, drop: int) -> ClinicPerson:
        """Make one person of two records: what the dropped one has becomes the kept one's. It cannot be undone.

        The dropped one must have no policy, so nobody has linked it. Its holds end. Raises HasPolicy if it has one,
        NotSamePerson, HasActiveVisit and VisitsOverlap (``existing`` is the kept one's visit) if both have visits that
        one person cannot have.
        """
        ...

    async def enter_person(self, clinic: ClinicRef, claim: PolicyClaim) -> InsuredPerson:
        """Enter a person whose policy the desk has confirmed, with an active policy; the same data make one person.

        A number that is known already with other data is left as it is, and the answer says what differs.
        """
        ...

    async def enroll(self, clinic: ClinicRef, person: PersonRef, since: date, district: str) -> None:
        """Make a person one of this clinic's from that local day on, whichever had it before; twice is once.

        Raises NotFound for an unknown person.
        """
        ...

    async def streets(self, clinic: ClinicRef) -> Sequence[AreaStreet]:
        """List the streets of the clinic's districts, by district."""
        ...

    async def documents(self, clinic: ClinicRef) -> Sequence[ClinicDocument]:
        """List the documents that the clinic makes, in its own order."""
        ...

    async def adopt_unchecked(self, clinic: ClinicRef, unchecked: PersonRef, person: PersonRef) -> None:
        """Let what a record without a policy has be the person's, whoever's list that is in; the record goes.

        A record that is gone is success. Raises HasPolicy if the record has a policy, NotFound for an unknown person.
        """
        ...

    async def referrals(self, clinic: ClinicRef, number: int) -> Sequence[DeskReferral]:
        """List what this desk has given the person of a visit and no visit has spent, by last day."""
        ...

    async def refer(
        self, clinic: ClinicRef, number: int, specialty: SpecialtyRef, until: date, printed: str = ""
    ) -> Referral:
        """Refer the person of a live visit to a specialty, from its doctor, from today until a local day.

        ``printed`` is the number on its form; without it the clinic gives one. The same once more on the same day
        returns the referral that there is. Raises NotFound also for a visit that is not live and for an unknown
        specialty, NumberIsTaken.
        """
        ...

    async def withdraw_referral(self, clinic: ClinicRef, number: int, referral: int) -> Referral:
        """Withdraw a referral of ``referrals``. Raises NotFound if there is none any more: a visit has spent it."""
        ...
