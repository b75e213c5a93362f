"""Closing hours at the desk: the hours, the reason, whom it touches, whom to telephone, and opening them again."""

from __future__ import annotations

from typing import Any

from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import ClinicReason
from bot.clinics.schedule_port import END_OF_DAY, DayHours, TimeState
from bot.core.clinic import Clinic
from bot.core.errors import InvalidInput
from bot.core.i18n import clock_time, gettext as _, long_day, ngettext, spoken_moment
from bot.core.people import PersonName
from bot.delivery.screen import Button, Screen
from bot.staff.calls import ToCall
from bot.staff.closing import Closed, Preview
from bot.staff.desk import VISITS_ON_A_PAGE
from bot.staff.problems import ScheduleProblem
from bot.staff.typed_hours import read_hours
from dialogs.booking.wording import cancel_reason
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of, page_read
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.calls import CALLS_ON_A_PAGE, call_facts, call_label, calls_file, calls_line
from dialogs.staff.day_links import DeskWaiting
from dialogs.staff.links import DeskVisit
from dialogs.staff.schedule_links import (
    AskReopen,
    ChooseCloseReason,
    ClosedHours,
    CloseHours,
    CloseNow,
    ClosePreview,
    DoctorDay,
    PrintCalls,
    Reopen,
    SetCalled,
)
from dialogs.staff.schedules import doctor_heading, hours_of, minutes_text
from dialogs.staff.wording import brief_child, day_and_time

flow = Flow("closing hours", open=True)

HOURS_TO_PRESS = 8


@flow.screen(CloseHours)
async def close_hours(visitor: Visitor, link: CloseHours) -> Screen:
    shown = await visitor.services.schedules.day(visitor.account, link.doctor, link.day)
    zone = shown.clinic.zone
    local = [each.starts_at.astimezone(zone) for each in shown.times if each.state is not TimeState.CLOSED]
    hours = sorted({at.hour for at in local if at > visitor.now.astimezone(zone)})[:HOURS_TO_PRESS]

    def hour_button(hour: int) -> Button:
        return button(_("From {time}").format(time=minutes_text(hour * 60)), reason_link(link, hour * 60, END_OF_DAY))

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            text(_("<b>{day}</b>"), day=long_day(link.day)),
            [_("Which hours do you want to close? Choose, or write them: 12:00–14:00. Nothing is changed and nobody is "
               "told before you confirm.")],
        ),
        (
            (button(_("The whole day"), reason_link(link, 0, END_OF_DAY)),),
            *few(hours, hour_button, 3),
            ways_out(DoctorDay(doctor=link.doctor, day=link.day)),
        ),
        asks=True,
    )  # fmt: skip


def reason_link(link: CloseHours, starts: int, ends: int) -> ChooseCloseReason:
    return ChooseCloseReason(doctor=link.doctor, day=link.day, starts=starts, ends=ends)


@flow.answer(CloseHours)
async def on_hours(visitor: Visitor, prompt: CloseHours, typed: str) -> Outcome:
    read = read_hours(typed)
    if read is None:
        raise InvalidInput(ScheduleProblem.HOURS)
    starts, ends = read
    return reason_link(prompt, starts, END_OF_DAY if ends is None else ends)


@flow.screen(ChooseCloseReason)
async def choose_reason(visitor: Visitor, link: ChooseCloseReason) -> Screen:
    shown = await visitor.services.schedules.day(visitor.account, link.doctor, link.day)
    where: dict[str, Any] = {"doctor": link.doctor, "day": link.day, "starts": link.starts, "ends": link.ends}

    def reason_button(why: ClinicReason) -> Button:
        return button(cancel_reason(why).capitalize(), ClosePreview(**where, reason=why))

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            what_closes(span_of(link)),
            [_("Why? Parents read the reason.")],
        ),
        (*few(ClinicReason, reason_button), ways_out(CloseHours(doctor=link.doctor, day=link.day))),
    )


def span_of(link: ChooseCloseReason | ClosePreview | CloseNow) -> DayHours:
    """Return the hours of a link; forged ones are cut to the day."""
    ends = min(max(link.ends, 1), END_OF_DAY)
    return DayHours(link.day, min(link.starts, ends - 1), ends)


def what_closes(span: DayHours) -> str:
    return text(_("<b>{day}: {hours}</b>"), day=long_day(span.day), hours=hours_of(span))


@flow.screen(ClosePreview)
async def preview(visitor: Visitor, link: ClosePreview) -> Screen:
    span = span_of(link)
    shown = await visitor.services.closing.preview(visitor.account, link.doctor, span, link.page)
    page = page_read(link, shown.visits, shown.total, VISITS_ON_A_PAGE)
    where: dict[str, Any] = {"doctor": link.doctor, "day": link.day, "starts": span.starts, "ends": span.ends}

    def visit_button(visit: ClinicVisit) -> Button:
        time = clock_time(visit.booking.starts_at, shown.clinic.zone)
        return button(f"{time} · {brief_child(visit)}", DeskVisit(number=visit.number))

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            text(_("<b>Close {day}: {hours}?</b>"), day=long_day(span.day), hours=hours_of(span)),
            text(_("Reason: {why}."), why=cancel_reason(link.reason)),
            touched_lines(shown),
            unreadable_at_desk(shown.visits.unreadable),
            page.place,
        ),
        (
            (button(_("Yes, close"), CloseNow(**where, reason=link.reason, touched=shown.total)),),
            *page.rows(visit_button),
            ways_out(ChooseCloseReason(**where)),
        ),
    )


def touched_lines(shown: Preview) -> list[str]:
    if not shown.total:
        return [_("Nobody is booked in these hours.")]
    booked = ngettext("{n} visit is called off.", "{n} visits are called off.", shown.total).format(n=shown.total)
    alone = _("⚠️ The bot reaches nobody for {n} of them: you get a list to telephone.")
    return [
        booked,
        _("Each is offered the soonest other time, which is kept until 20:00 of the next day; where nothing is left, "
          "the patient is first in the waiting list. Parents are told a minute after you confirm."),
        alone.format(n=shown.alone) if shown.alone else "",
    ]  # fmt: skip


@flow.action(CloseNow)
async def on_close(visitor: Visitor, link: CloseNow) -> Outcome:
    span = span_of(link)
    closure = await visitor.services.closing.close(visitor.account, link.doctor, span, link.reason, link.touched)
    return Reply(ClosedHours(closure=closure.number), line=_("✅ Closed."))


# --- what was closed --------------------------------------------------------------------------------------------------


@flow.screen(ClosedHours)
async def closed_hours(visitor: Visitor, link: ClosedHours) -> Screen:
    shown = await visitor.services.closing.closed(visitor.account, link.closure)
    closure, page = shown.closure, page_of(link, shown.to_call, CALLS_ON_A_PAGE)

    def call_button(each: ToCall) -> Button:
        visit, called = each.found.visit, each.found.called_at is not None
        label = call_label(each, shown.clinic.zone, brief_offer(each, shown.clinic))
        return button(label, SetCalled(closure=link.closure, visit=visit.number, called=not called, page=link.page))

    return Screen(
        lines(
            doctor_heading(closure.doctor),
            text(
                _("<b>Closed: {day}, {hours}</b> ({why})"),
                day=long_day(closure.span.day),
                hours=hours_of(closure.span),
                why=cancel_reason(closure.reason),
            ),
            outcome_lines(shown),
            unreadable_at_desk(shown.unreadable),
            page.place,
        ),
        (
            *page.rows(call_button),
            *print_rows(shown),
            *([(button(_("Waiting list"), DeskWaiting()),)] if closure.visits > closure.kept else []),
            (button(_("Open again"), AskReopen(closure=link.closure)),),
            ways_out(DoctorDay(doctor=closure.doctor.number, day=closure.span.day)),
        ),
    )


def brief_offer(each: ToCall, clinic: Clinic) -> str:
    """Return what the desk says on the telephone: «чт 26.11 14:00», or that there is nothing."""
    if each.found.is_booked:
        return _("has booked")
    if each.instead is None:
        return _("nothing is left")
    return day_and_time(each.instead.starts_at, clinic.zone)


def outcome_lines(shown: Closed) -> list[str]:
    closure = shown.closure
    if not closure.visits:
        return [_("Nobody was booked in these hours.")]
    left = closure.visits - closure.kept
    return [
        _("Visits called off: {n}").format(n=closure.visits),
        _("Another time is kept: {n}").format(n=closure.kept),
        _("Nothing was left: {n}").format(n=left) if left else "",
        calls_line(shown.to_call),
    ]


def print_rows(shown: Closed) -> list[Row]:
    return [(button(_("Print the list"), PrintCalls(closure=shown.closure.number)),)] if shown.to_call else []


@flow.action(SetCalled)
async def on_called(visitor: Visitor, link: SetCalled) -> Outcome:
    await visitor.services.closing.set_called(visitor.account, link.closure, link.visit, called=link.called)
    return ClosedHours(closure=link.closure, page=link.page)


@flow.action(PrintCalls)
async def on_print(visitor: Visitor, link: PrintCalls) -> Outcome:
    shown = await visitor.services.closing.calls(visitor.account, link.closure)
    names, closure, zone = await visitor.services.closing.doctor_names(shown.clinic), shown.closure, shown.clinic.zone
    rows = [
        call_facts(each, zone, offer_on_paper(visitor, shown, each, names), has_names=shown.has_names)
        for each in shown.to_call
    ]
    why = cancel_reason(closure.reason).capitalize()
    file = await calls_file(visitor, closure.doctor, closure.span.day, why, rows)
    return Reply(ClosedHours(closure=link.closure), files=(file,))


def offer_on_paper(visitor: Visitor, shown: Closed, each: ToCall, doctors: dict[str, PersonName]) -> str:
    if each.found.is_booked:
        return _("has booked another visit")
    if each.instead is None:
        return _("nothing is left")
    doctor = doctors.get(each.instead.doctor, PersonName("", "")).with_initials
    when = spoken_moment(each.instead.starts_at, shown.clinic.zone, visitor.now)
    return _("kept: {when}, {doctor}").format(when=when, doctor=doctor)


@flow.screen(AskReopen)
async def ask_reopen(visitor: Visitor, link: AskReopen) -> Screen:
    shown = await visitor.services.closing.closed(visitor.account, link.closure)
    closure, called = shown.closure, sum(each.found.called_at is not None for each in shown.to_call)
    return Screen(
        lines(
            doctor_heading(closure.doctor),
            text(_("<b>Open {day}: {hours} again?</b>"), day=long_day(closure.span.day), hours=hours_of(closure.span)),
            [_("Whoever has chosen nothing else gets the visit back and is told; what was kept for them is free again. "
               "Whoever has chosen keeps it.")],
            _("⚠️ Already called: {n}. Print the list first and call them again.").format(n=called) if called else "",
        ),
        ((button(_("Yes, open"), Reopen(closure=link.closure)),), ways_out(ClosedHours(closure=link.closure))),
    )  # fmt: skip


@flow.action(Reopen)
async def on_reopen(visitor: Visitor, link: Reopen) -> Outcome:
    closure, done = await visitor.services.closing.reopen(visitor.account, link.closure)
    said = _("Open again. Visits given back: {n}.").format(n=done.given_back)
    if done.still_closed:
        said += " " + _("Still closed by another closing: {n}.").format(n=done.still_closed)
    return Reply(DoctorDay(doctor=closure.doctor.number, day=closure.span.day), alert=said)
