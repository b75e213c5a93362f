"""Links and actions of the clinic's day: who has come, and who is said not to have."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.booking.records import LiftReason
from bot.core.clinic import VisitType
from bot.delivery.screen import Colour
from bot.glossary import DoctorId, SpecialtyId
from bot.staff.records import TicketKind
from dialogs.kit.link import Action, Day, Link, Moment, Page


class DayPrompts(StatesGroup):
    """Screens of the day on which a family name or a Ref may be typed as well."""

    whom = State()
    persons = State()
    specialties = State()
    doctors = State()
    times = State()


class CheckIn(Action, code="Qi", colour=Colour.GREEN):
    """Note that the patient of a visit has come."""

    number: int


class TicketAnswer(Link, code="qt"):
    """What a ticket is to whoever has opened it, if it leads to no visit."""

    kind: TicketKind


class DeskMissed(Link, code="qm", kept=True):
    """The missed visits whose parents say that they were there."""

    page: Page = Page(0)


class AgreeMissed(Action, code="Qc", colour=Colour.GREEN):
    """Agree that a visit that was noted as missed took place."""

    number: int


class DenyMissed(Action, code="Qd"):
    """Stay with the note that nobody came."""

    number: int


class DeskBlocked(Link, code="rb", kept=True):
    """The cards that late cancellations block at the clinic, by the number of the last visit."""

    page: Page = Page(0)


class AskLiftBlock(Link, code="rl"):
    """The choice why a card may book again."""

    number: int


class LiftBlock(Action, code="Rl"):
    """Let the card of a visit book again."""

    number: int
    why: LiftReason


class DeskWaiting(Link, code="rw", kept=True):
    """Who waits for a time because the clinic has called a visit off and nothing was left."""

    page: Page = Page(0)


class PrintDay(Action, code="Qp"):
    """Print the visits of a day, of all doctors or of one."""

    day: Day
    doctor: int | None = None
    """the desk's own number; None: all"""


class AskBenefit(Link, code="qv"):
    """The question whether the papers of a benefit were seen."""

    number: int


class SetBenefit(Action, code="Qv"):
    """Note that a patient has a benefit, or has none any more."""

    number: int
    on: bool


class DeskFollowUp(Link, code="rh"):
    """The choice after how many days the patient of a visit comes again."""

    number: int


class MakeFollowUp(Action, code="Rh"):
    """Make the QR code of a follow-up of a visit, so many days after it."""

    number: int
    days: int


class PrintFollowUps(Action, code="Rs"):
    """Print the sheet with the follow-up codes of a doctor."""

    doctor: int


class DeskWhom(Link, code="qw", state=DayPrompts.whom):
    """The prompt for the name of a person whom the desk books."""


class DeskPersons(Link, code="qn", state=DayPrompts.persons):
    """People of the clinic's list whose name was typed; the name stands in the sealed prompt (``Visitor.noted``)."""

    page: Page = Page(0)


class DeskSpecialtiesFor(Link, code="qs", state=DayPrompts.specialties):
    """The specialties to which the desk may book a person."""

    person: int
    """the desk's own number, as in all links below"""
    page: Page = Page(0)


class DeskDoctorsFor(Link, code="qd", state=DayPrompts.doctors):
    """The doctors of a specialty for a person."""

    person: int
    specialty: SpecialtyId
    page: Page = Page(0)


class DeskTimesFor(Link, code="qf", state=DayPrompts.times):
    """The days and times of a doctor for a person."""

    person: int
    doctor: DoctorId
    day: Day | None = None
    page: Page = Page(0)


class DeskReviewFor(Link, code="qr"):
    """The question whether to book a person at the desk."""

    person: int
    doctor: DoctorId
    start: Moment
    kind: VisitType


class BookFor(Action, code="Qb", colour=Colour.GREEN):
    """Book a person at the desk."""

    person: int
    doctor: DoctorId
    start: Moment
    kind: VisitType
    away: bool = False
    """the time is kept for somebody else, and the desk gives it away"""


class DeskFigures(Link, code="qo"):
    """The figures of the clinic in one week."""

    day: Day | None = None
    """None: the present week"""


class DrawWeek(Action, code="Qo"):
    """Draw how full a week is."""

    day: Day


class TakeMonth(Action, code="Qm"):
    """Write the figures of a month as a workbook."""

    day: Day


class CheckUnchecked(Action, code="Vc"):
    """Open the check of the policy of a visit that was booked before the policy was checked."""

    number: int


class ClinicPoster(Link, code="up"):
    """The link and the poster of the member's clinic."""


class PrintPoster(Action, code="Up"):
    """Print the poster of the member's clinic."""
