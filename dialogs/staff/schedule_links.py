"""Links and actions of the desk's schedules."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.clinics.port import ClinicReason
from bot.core.clinic import VisitType
from bot.delivery.screen import Colour
from dialogs.kit.link import Action, Day, Link, Page


class SchedulePrompts(StatesGroup):
    """What is typed about a schedule: a day, hours, a room, minutes."""

    week = State()
    close = State()
    add = State()
    room = State()
    late = State()


class ScheduleDoctors(Link, code="xs"):
    """The doctors whose schedules the desk may change."""

    page: Page = Page(0)


class ScheduleWeek(Link, code="xw", state=SchedulePrompts.week):
    """A doctor's week; a typed day opens that day."""

    doctor: int
    day: Day | None = None
    """a day of the week; None: today"""


class DoctorDay(Link, code="xd"):
    """One day of a doctor: its times, and what can be changed."""

    doctor: int
    day: Day


class CloseHours(Link, code="xh", state=SchedulePrompts.close):
    """The prompt for the hours to close."""

    doctor: int
    day: Day


class ChooseCloseReason(Link, code="xq"):
    """The choice why hours are closed."""

    doctor: int
    day: Day
    starts: int
    ends: int


class ClosePreview(Link, code="xp", kept=True):
    """Whom a closing touches, before anything is changed."""

    doctor: int
    day: Day
    starts: int
    ends: int
    reason: ClinicReason
    page: Page = Page(0)


class CloseNow(Action, code="Xc", colour=Colour.RED):
    """Close hours; ``touched`` is how many visits were shown."""

    doctor: int
    day: Day
    starts: int
    ends: int
    reason: ClinicReason
    touched: int


class ClosedHours(Link, code="xz"):
    """What was closed, what became of the visits, and whom to telephone."""

    closure: int
    page: Page = Page(0)


class SetCalled(Action, code="Xt"):
    """Note that the desk has telephoned somebody, or take the note back."""

    closure: int
    visit: int
    called: bool
    page: Page = Page(0)


class PrintCalls(Action, code="Xp"):
    """Print the list of those to telephone."""

    closure: int


class AskReopen(Link, code="xo"):
    """The question whether to open closed hours again."""

    closure: int


class Reopen(Action, code="Xo"):
    """Open closed hours again."""

    closure: int


class AddTimes(Link, code="xa", state=SchedulePrompts.add):
    """The prompt for the times to add to a day."""

    doctor: int
    day: Day


class ChooseTimesKind(Link, code="re"):
    """The choice what the times that are added are for, where the doctor has several kinds."""

    doctor: int
    day: Day
    starts: int
    ends: int
    minutes: int


class OpenTimes(Action, code="Xa"):
    """Open hours with times of so many minutes."""

    doctor: int
    day: Day
    starts: int
    ends: int
    minutes: int
    kind: VisitType | None = None
    """None: planned"""


class ChangeRoom(Link, code="xr", state=SchedulePrompts.room):
    """The prompt for the room of a day."""

    doctor: int
    day: Day


class ChooseStandIn(Link, code="xu"):
    """The choice of the doctor who stands in, for a day or for good."""

    doctor: int
    day: Day
    for_good: bool = False
    page: Page = Page(0)


class ConfirmStandIn(Link, code="xv"):
    """The question whether that doctor stands in."""

    doctor: int
    day: Day
    substitute: int
    for_good: bool


class StandInNow(Action, code="Xs"):
    """Let another doctor see the patients."""

    doctor: int
    day: Day
    substitute: int
    for_good: bool


class TellDelay(Link, code="xt", state=SchedulePrompts.late):
    """The choice by how many minutes a doctor is late."""

    doctor: int


class ConfirmDelay(Link, code="xe"):
    """The question whether to tell of a delay, with how many families are told."""

    doctor: int
    minutes: int


class TellDelayNow(Action, code="Xl", main=True, later=1):
    """Tell those still to come that the doctor is late; the question comes first."""

    doctor: int
    minutes: int
    is_sure: bool = False


class CallsOfDelay(Link, code="xy"):
    """Whom to telephone about a delay; ``minutes`` is 0 if the desk comes back to the list."""

    doctor: int
    minutes: int = 0
    page: Page = Page(0)


class SetLateCalled(Action, code="Xe"):
    """Note that the desk has telephoned somebody about a delay, or take the note back."""

    doctor: int
    minutes: int
    page: Page
    visit: int
    called: bool


class PrintLateCalls(Action, code="Xy"):
    """Print the list of those to telephone about a delay."""

    doctor: int
    minutes: int = 0
