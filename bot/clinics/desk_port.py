"""The port to the clinic's own side: what its staff does with visits, with the errors of the clinic port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.clinics.port import Booking, InsuredPerson, PolicyClaim, Referral, Refused
from bot.core.clinic import Slot
from bot.core.people import PersonName, Sex
from bot.core.readable import Readable
from bot.glossary import BookingRef, ClinicRef, DoctorRef, SlotRef, SpecialtyRef


class ClinicVisit(NamedTuple):
    """A visit as the desk sees it; ``number`` is the desk's own id of it, ``doctor_number`` that of its doctor."""

    number: int
    booking: Booking
    person: PersonName
    birth_date: date
    doctor_number: int
    doctor: PersonName
    specialty: str
    policy_number: str = ""
    """"" if the clinic does not tell it"""
    phone: str = ""
    """of the person, as the clinic has it; "" if it has none"""
    first_here: bool = False
    """the person has not been at this clinic before"""
    has_priority: bool = False
    """the desk has seen the papers of a benefit"""
    arrived_at: datetime | None = None
    """when the desk has checked the person in; only ``visit`` tells it"""


class DeskReferral(NamedTuple):
    """A referral that this clinic's desk has given and no visit has spent; ``number`` is the desk's own id of it."""

    number: int
    referral: Referral
    specialty: str


class EmptyDay(NamedTuple):
    """A day without visits, and the next day that has some.

    ``is_closed``: no doctor works then, though the timetable goes on after that day.
    """

    is_closed: bool
    next: date | None


FitsName = Callable[[PersonName], bool]
"""Whether a name is one that is looked for."""


class ClinicPerson(NamedTuple):
    """A person of the clinic's list; ``number`` is the desk's own id."""

    number: int
    name: PersonName
    birth_date: date
    sex: Sex
    policy_number: str = ""
    """"" until it is added: a newborn has none yet"""
    phone: str = ""


FitsPerson = Callable[[ClinicPerson], bool]
"""Whether a person is one that is looked for."""


class PolicyIsTaken(Refused):
    """Another person has the number, perhaps a double: see ``merge_persons``. ``person`` is None at another clinic."""

    def __init__(self, person: int | None) -> None:
        super().__init__("another person has the number")
        self.person = person


class HasPolicy(Refused):
    """The person has a policy number: it is not replaced, and such a record is not dropped."""


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


class ClinicDesk(Protocol):
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
    ) -> Sequence[Slot]:
        """List a doctor's free slots for a person of the clinic's list, with those that only the desk books, by start.

        Neither notice nor horizon of the clinic counts; ``person`` is the desk's own number.
        """
        ...

    async def book_visit(self, clinic: ClinicRef, person: int, slot: SlotRef) -> ClinicVisit:
        """Book a slot of ``free_slots`` for a person of the clinic's list. Raises as ``ClinicSystem.book``, NotFound.

        The visit has no key: nobody here has asked for it.
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

    async def referrals(self, clinic: ClinicRef, number: int) -> Sequence[DeskReferral]:
        """List what this desk has given the person of a visit and no visit has spent, by last day."""
        ...

    async def refer(self, clinic: ClinicRef, number: int, specialty: SpecialtyRef, until: date) -> Referral:
        """Refer the person of a live visit to a specialty, from its doctor, from today until a local day.

        The clinic gives the number. The same once more on the same day returns the referral that there is. Raises
        NotFound also for a visit that is not live and for an unknown specialty.
        """
        ...

    async def withdraw_referral(self, clinic: ClinicRef, number: int, referral: int) -> Referral:
        """Withdraw a referral of ``referrals``. Raises NotFound if there is none any more: a visit has spent it."""
        ...
