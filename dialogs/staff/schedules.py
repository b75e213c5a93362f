"""Schedules at the desk: the doctors, a doctor's week and day, and times to add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.clinics.schedule_port import END_OF_DAY, Closure, DayHours, DeskDoctor, DeskTime, StandIn, TimeState
from bot.core.clinic import VisitType
from bot.core.errors import InvalidInput
from bot.core.i18n import clock_time, gettext as _, long_day, ngettext, numeric_day, past_day
from bot.core.timing import local_day
from bot.core.typed_dates import day_of, read_day
from bot.delivery.screen import Button, Screen
from bot.staff.problems import ScheduleProblem
from bot.staff.rights import Right, has_right
from bot.staff.schedules import WEEK, DoctorWeek
from bot.staff.typed_hours import read_hours
from dialogs.booking.wording import visit_kind
from dialogs.kit.doctors import Listed, position_line, told_apart
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, few_lines, page_of
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.staff.day_links import PrintFollowUps
from dialogs.staff.links import Desk, DeskDoctorDay
from dialogs.staff.schedule_links import (
    AddTimes,
    ChangeRoom,
    ChooseStandIn,
    ChooseTimesKind,
    ClosedHours,
    CloseHours,
    DoctorDay,
    OpenTimes,
    ScheduleDoctors,
    ScheduleWeek,
    TellDelay,
)
from dialogs.staff.wording import specialty_here

flow = Flow("schedules", open=True)

DOCTORS_ON_A_PAGE = 16
MOST_CLOSURES = 6
LENGTHS = (10, 15, 20, 30)


# --- the doctors, the week, the day -----------------------------------------------------------------------------------


@flow.screen(ScheduleDoctors)
async def doctors(visitor: Visitor, link: ScheduleDoctors) -> Screen:
    clinic, found = await visitor.services.schedules.doctors(visitor.account)
    page = page_of(link, found, DOCTORS_ON_A_PAGE)
    names = named(found)

    def doctor_button(each: DeskDoctor) -> Button:
        return button(names[each.number], ScheduleWeek(doctor=each.number))

    return Screen(
        lines(
            text(_("<b>{clinic}: schedules</b>"), clinic=clinic.name),
            _("Whose schedule?") if found else _("The clinic has no doctors here yet."),
            page.place,
        ),
        (*page.rows(doctor_button, 2), ways_out(Desk())),
    )


def named(found: Sequence[DeskDoctor]) -> dict[int, str]:
    """Return the names of doctors on buttons; two that look alike are told apart."""
    listed = [Listed(each.name.with_initials, each.name, specialty_here(each)) for each in found]
    return dict(zip((each.number for each in found), told_apart(listed), strict=True))


@flow.screen(ScheduleWeek)
async def week(visitor: Visitor, link: ScheduleWeek) -> Screen:
    shown = await visitor.services.schedules.week(visitor.account, link.doctor, link.day)
    days = [shown.first + timedelta(days=later) for later in range(WEEK)]
    today = local_day(visitor.now, shown.clinic.zone)

    def day_button(day: date) -> Button:
        return button(numeric_day(day), DoctorDay(doctor=link.doctor, day=day))

    ahead = [day for day in days if day >= today]
    return Screen(
        lines(
            doctor_heading(shown.doctor),
            [position_line(shown.doctor.facts, today), first_and_last_day(shown.doctor, today)],
            few_lines(days, lambda day: day_line(shown, day)),
            [_("Choose a day, or write it: 15.12.")],
        ),
        (
            *few(ahead, day_button, 3),
            turns(link.doctor, shown.first),
            *replace_rows(visitor, link.doctor, today),
            (button(_("Sheet of follow-up codes"), PrintFollowUps(doctor=link.doctor)),),
            ways_out(ScheduleDoctors()),
        ),
        asks=True,
    )


def doctor_heading(doctor: DeskDoctor) -> str:
    return text(_("<b>{doctor}</b>, {specialty}"), doctor=doctor.name.full, specialty=specialty_here(doctor))


def first_and_last_day(doctor: DeskDoctor, today: date) -> str:
    """Return the days from and until which the doctor sees patients at the clinic, "" if they have no limit."""
    first, last = doctor.facts.sees_from, doctor.facts.sees_until
    said = [
        text(_("Sees patients from {day} on."), day=past_day(first, today)) if first and first > today else "",
        text(_("Sees patients until {day}."), day=past_day(last, today)) if last else "",
    ]
    return " ".join(filter(None, said))


def day_line(shown: DoctorWeek, day: date) -> str:
    """Return «вт 24.11: 09:00–12:30, свободно 3, занято 4, предложено 1», who stands in, or that nobody does."""
    times = [each for each in shown.times if each.day == day and each.state is not TimeState.CLOSED]
    stand_ins = shown.stand_ins_on(day)
    if stand_ins and not times:
        names = ", ".join(name_and_hours(each) for each in stand_ins)
        return text(_("{day}: seen by {doctors}"), day=numeric_day(day), doctors=names)
    if not times:
        closed = any(each.day == day for each in shown.times)
        return text(_("{day}: closed") if closed else _("{day}: no times"), day=numeric_day(day))
    zone = shown.clinic.zone
    hours = f"{clock_time(times[0].starts_at, zone)}–{clock_time(times[-1].ends_at, zone)}"
    return text("{day}: {hours}, {counts}", day=numeric_day(day), hours=hours, counts=counted(times))


def counted(times: Sequence[DeskTime]) -> str:
    counts = {state: sum(each.state is state for each in times) for state in TimeState}
    words = {
        TimeState.FREE: _("free {n}"),
        TimeState.BOOKED: _("booked {n}"),
        TimeState.OFFERED: _("offered {n}"),
        TimeState.HELD: _("being chosen {n}"),
        TimeState.CLOSED: _("closed {n}"),
    }
    return ", ".join(words[state].format(n=counts[state]) for state in words if counts[state])


def turns(doctor: int, first: date) -> Row:
    before, after = first - timedelta(days=WEEK), first + timedelta(days=WEEK)
    return (
        button(_("‹ Week before"), ScheduleWeek(doctor=doctor, day=before)),
        button(_("Week after ›"), ScheduleWeek(doctor=doctor, day=after)),
    )


def replace_rows(visitor: Visitor, doctor: int, today: date) -> list[Row]:
    if not has_right(visitor.account, Right.REPLACE_FOR_GOOD):
        return []
    return [(button(_("Replace for good"), ChooseStandIn(doctor=doctor, day=today, for_good=True)),)]


@flow.answer(ScheduleWeek)
async def on_day(visitor: Visitor, prompt: ScheduleWeek, typed: str) -> Outcome:
    clinic = await visitor.services.schedules.clinic(visitor.account)
    today, read = local_day(visitor.now, clinic.zone), read_day(typed)
    found = None if read is None else day_of(read.year or today.year, read.month, read.day)
    if found is not None and read is not None and read.year is None and found < today:
        found = day_of(today.year + 1, read.month, read.day)
    if found is None or not today <= found <= today + timedelta(days=366):
        raise InvalidInput(ScheduleProblem.DAY)
    return DoctorDay(doctor=prompt.doctor, day=found)


@flow.screen(DoctorDay)
async def day(visitor: Visitor, link: DoctorDay) -> Screen:
    shown = await visitor.services.schedules.day(visitor.account, link.doctor, link.day)
    where: dict[str, Any] = {"doctor": link.doctor, "day": link.day}
    is_today = link.day == local_day(visitor.now, shown.clinic.zone)
    late = [(button(_("The doctor is late"), TellDelay(doctor=link.doctor)),)] if is_today else []

    def closure_button(closure: Closure) -> Button:
        label = _("Closed: {hours}").format(hours=hours_of(closure.span))
        return button(label, ClosedHours(closure=closure.number))

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            [text(_("<b>{day}</b>"), day=long_day(link.day)), *few_lines(shown.stand_ins_on(link.day), stand_in_line)],
            times_of_day(shown),
        ),
        (
            *few(shown.closures[:MOST_CLOSURES], closure_button),
            (button(_("Close hours"), CloseHours(**where)), button(_("Add times"), AddTimes(**where))),
            (button(_("Another room"), ChangeRoom(**where)), button(_("Stand-in"), ChooseStandIn(**where))),
            *late,
            (button(_("Visits of the day"), DeskDoctorDay(**where)),),
            ways_out(ScheduleWeek(**where)),
        ),
    )


def stand_in_line(stand_in: StandIn) -> str:
    """Return «Принимает: Громов И. А.», with the hours if they are not the whole day."""
    return text(_("Seen by: {doctor}"), doctor=name_and_hours(stand_in))


def name_and_hours(stand_in: StandIn) -> str:
    """Return «Громов И. А.», «Громов И. А. до 12:00», «… с 12:00» or «… 9:00–12:00» as plain text."""
    name, starts, ends = stand_in.doctor.with_initials, minutes_text(stand_in.starts), minutes_text(stand_in.ends)
    match stand_in.starts > 0, stand_in.ends < END_OF_DAY:
        case False, False:
            return name
        case False, True:
            return _("{doctor} until {time}").format(doctor=name, time=ends)
        case True, False:
            return _("{doctor} from {time}").format(doctor=name, time=starts)
    return f"{name} {starts}–{ends}"


def times_of_day(shown: DoctorWeek) -> list[str]:
    """Return a line for each state that times of the day have: «Занято: 09:00, 09:15».

    What a stand-in takes is not said to be closed.
    """
    if not shown.times:
        return [_("No times on this day.")]
    words = {
        TimeState.BOOKED: _("Booked: {times}"),
        TimeState.OFFERED: _("Offered: {times}"),
        TimeState.HELD: _("Being chosen: {times}"),
        TimeState.FREE: _("Free: {times}"),
        TimeState.CLOSED: _("Closed: {times}"),
    }
    zone = shown.clinic.zone
    said = [each for each in shown.times if each.state is not TimeState.CLOSED or not is_taken_over(shown, each)]
    at = {state: [clock_time(each.starts_at, zone) for each in said if each.state is state] for state in words}
    return few_lines(
        (state for state in words if at[state]), lambda state: words[state].format(times=", ".join(at[state]))
    )


def is_taken_over(shown: DoctorWeek, time: DeskTime) -> bool:
    local = time.starts_at.astimezone(shown.clinic.zone)
    return any(each.covers(local.hour * 60 + local.minute) for each in shown.stand_ins_on(time.day))


def hours_of(span: DayHours) -> str:
    """Return «весь день» or «12:00–14:00»."""
    return _("the whole day") if span.is_whole_day else f"{minutes_text(span.starts)}–{minutes_text(span.ends)}"


def minutes_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# --- times to add -----------------------------------------------------------------------------------------------------


@flow.screen(AddTimes)
async def add_times(visitor: Visitor, link: AddTimes) -> Screen:
    shown = await visitor.services.schedules.day(visitor.account, link.doctor, link.day)
    return Screen(
        lines(
            doctor_heading(shown.doctor),
            text(_("<b>{day}</b>"), day=long_day(link.day)),
            [_("Which times do you want to add? Write one time or hours: 12:30, or 14:00–16:00.")],
        ),
        (ways_out(DoctorDay(doctor=link.doctor, day=link.day)),),
        asks=True,
    )


@flow.answer(AddTimes)
async def on_times(visitor: Visitor, prompt: AddTimes, typed: str) -> Outcome:
    read = read_hours(typed)
    if read is None:
        raise InvalidInput(ScheduleProblem.HOURS)
    shown = await visitor.services.schedules.day(visitor.account, prompt.doctor, prompt.day)
    kinds = await visitor.services.schedules.kinds(visitor.account, prompt.doctor)
    starts, ends = read

    def length_button(minutes: int) -> Button:
        until = starts + minutes if ends is None else ends
        what: dict[str, Any] = {"starts": starts, "ends": until, "minutes": minutes}
        where: dict[str, Any] = {"doctor": prompt.doctor, "day": prompt.day}
        several = len(kinds) > 1
        to = ChooseTimesKind(**where, **what) if several else OpenTimes(**where, **what, kind=kinds[0])
        return button(_("{n} min").format(n=minutes), to)

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            asked_hours(prompt.day, starts, ends),
            [_("How long is a visit?")],
        ),
        (
            *few(LENGTHS, length_button, 4),
            ways_out(AddTimes(doctor=prompt.doctor, day=prompt.day)),
        ),
    )


def asked_hours(day: date, starts: int, ends: int | None) -> str:
    hours = minutes_text(starts) if ends is None else f"{minutes_text(starts)}–{minutes_text(ends)}"
    return text(_("<b>{day}, {hours}</b>"), day=long_day(day), hours=hours)


@flow.screen(ChooseTimesKind)
async def choose_kind(visitor: Visitor, link: ChooseTimesKind) -> Screen:
    shown = await visitor.services.schedules.day(visitor.account, link.doctor, link.day)
    kinds = await visitor.services.schedules.kinds(visitor.account, link.doctor)
    what: dict[str, Any] = {"starts": link.starts, "ends": link.ends, "minutes": link.minutes}

    def kind_button(kind: VisitType) -> Button:
        return button(visit_kind(kind).capitalize(), OpenTimes(doctor=link.doctor, day=link.day, **what, kind=kind))

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            asked_hours(link.day, link.starts, link.ends),
            [_("What are these times for?")],
        ),
        (*few(kinds, kind_button, 2), ways_out(AddTimes(doctor=link.doctor, day=link.day))),
    )


@flow.action(OpenTimes)
async def on_open(visitor: Visitor, link: OpenTimes) -> Outcome:
    span = DayHours(link.day, link.starts, link.ends)
    opened = await visitor.services.schedules.open_hours(visitor.account, link.doctor, span, link.minutes, link.kind)
    said = (
        ngettext("{n} time is open for booking.", "{n} times are open for booking.", opened).format(n=opened)
        if opened
        else _("Nothing was added: these times are there already, or they are over.")
    )
    return Reply(DoctorDay(doctor=link.doctor, day=link.day), alert=said)
