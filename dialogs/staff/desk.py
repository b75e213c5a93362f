"""The screens of the desk: the visits of a day, cancelling one and moving one."""

from __future__ import annotations

from datetime import timedelta

from bot.clinics.port import ClinicReason, ClinicVisit
from bot.core.clinic import Clinic, OpenDay, Slot
from bot.core.i18n import clock_time, gettext as _, grid_day, long_day, near_day, ngettext, spoken_moment
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.desk import VISITS_ON_A_PAGE
from dialogs.booking.wording import cancel_reason
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of, page_read
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.links import DeskAskCancel, DeskCancel, DeskDay, DeskMove, DeskMoveDays, DeskMoveTo, DeskVisit

flow = Flow("desk", open=True)

DAYS_TO_CHOOSE = 6
DAYS_ON_A_PAGE, TIMES_ON_A_PAGE = 15, 24
ONE_DAY = timedelta(days=1)


@flow.screen(DeskDay)
async def day(visitor: Visitor, link: DeskDay) -> Screen:
    shown = await visitor.services.staff.day(visitor.account, link.day, link.page)
    page = page_read(link, shown.visits, shown.total, VISITS_ON_A_PAGE)
    before, after = shown.day - ONE_DAY, shown.day + ONE_DAY
    is_today = shown.day == local_day(visitor.now, shown.clinic.zone) and not page.page
    around = (
        button(f"‹ {grid_day(before)}", DeskDay(day=before)),
        *(() if is_today else (button(_("Today"), DeskDay()),)),
        button(f"{grid_day(after)} ›", DeskDay(day=after)),
    )
    return Screen(
        lines(
            text(_("<b>{clinic}: {day}</b>"), clinic=shown.clinic.name, day=long_day(shown.day)),
            ngettext("{n} visit", "{n} visits", shown.total).format(n=shown.total)
            if shown.visits or shown.visits.unreadable
            else _("Nobody is booked on this day."),
            page.place,
            unreadable_at_desk(shown.visits.unreadable),
        ),
        (*page.rows(lambda visit: visit_button(shown.clinic, visit)), around, ways_out()),
    )


def visit_button(clinic: Clinic, visit: ClinicVisit) -> Button:
    time = clock_time(visit.booking.starts_at, clinic.zone)
    return button(f"{time} · {visit.person.short} · {visit.specialty}", DeskVisit(number=visit.number))


@flow.screen(DeskVisit)
async def one_visit(visitor: Visitor, link: DeskVisit) -> Screen:
    clinic, visit = await visitor.services.staff.visit(visitor.account, link.number)
    back = DeskDay(day=visit.booking.starts_at.astimezone(clinic.zone).date())
    phone = await visitor.services.staff.phone_for(visitor.account, link.number)
    return Screen(
        lines(
            visit_lines(visitor, clinic, visit),
            text(_("The representative's phone: {phone}"), phone=phone) if phone else "",
        ),
        (
            (
                button(_("Move"), DeskMove(number=link.number)),
                button(_("Cancel for the clinic"), DeskAskCancel(number=link.number)),
            ),
            *copying(phone=phone or ""),
            ways_out(back),
        ),
    )


def visit_lines(visitor: Visitor, clinic: Clinic, visit: ClinicVisit) -> list[str]:
    return [
        text(_("<b>{name}</b>"), name=visit.person.full),
        text(_("{specialty}, {doctor}"), specialty=visit.specialty, doctor=visit.doctor.with_initials),
        text(_("<b>{when}</b>"), when=spoken_moment(visit.booking.starts_at, clinic.zone, visitor.now)),
    ]


@flow.screen(DeskAskCancel)
async def ask_cancel(visitor: Visitor, link: DeskAskCancel) -> Screen:
    clinic, visit = await visitor.services.staff.visit(visitor.account, link.number)

    def reason_button(why: ClinicReason) -> Button:
        return button(cancel_reason(why).capitalize(), DeskCancel(number=link.number, reason=why))

    return Screen(
        lines(_("<b>Cancel this visit for the clinic?</b> Why?"), visit_lines(visitor, clinic, visit)),
        (*few(ClinicReason, reason_button), ways_out(DeskVisit(number=link.number))),
    )


@flow.action(DeskCancel)
async def on_cancel(visitor: Visitor, link: DeskCancel) -> Outcome:
    day_of_visit = await visitor.services.staff.cancel(visitor.account, link.number, link.reason)
    return Reply(DeskDay(day=day_of_visit), alert=_("The visit is cancelled. The parent is being told."))


@flow.screen(DeskMove)
async def move(visitor: Visitor, link: DeskMove) -> Screen:
    choice = await visitor.services.staff.choices(visitor.account, link.number, link.day)
    times = page_of(link, choice.slots, TIMES_ON_A_PAGE)
    other_days = [each for each in choice.days if each.day != choice.day]

    def time_button(slot: Slot) -> Button:
        to = DeskMoveTo(number=link.number, start=slot.starts_at, kind=slot.visit_type)
        return button(clock_time(slot.starts_at, choice.clinic.zone), to)

    heading = text(_("Move to: {day}"), day=long_day(choice.day)) if choice.day else _("This doctor has no free time.")
    return Screen(
        lines(heading, visit_lines(visitor, choice.clinic, choice.visit), times.place),
        (
            *times.rows(time_button, 4),
            *few(other_days[:DAYS_TO_CHOOSE], lambda each: other_day_button(link.number, each), 3),
            *([all_days_row(link.number)] if len(other_days) > DAYS_TO_CHOOSE else []),
            ways_out(DeskVisit(number=link.number)),
        ),
    )


def other_day_button(number: int, open_day: OpenDay) -> Button:
    return button(grid_day(open_day.day), DeskMove(number=number, day=open_day.day))


def all_days_row(number: int) -> Row:
    return (button(_("All days"), DeskMoveDays(number=number)),)


@flow.screen(DeskMoveDays)
async def days_to_move_to(visitor: Visitor, link: DeskMoveDays) -> Screen:
    choice = await visitor.services.staff.choices(visitor.account, link.number, None)
    shown = page_of(link, choice.days, DAYS_ON_A_PAGE)
    question = _("Which day? Beside it is the number of places.") if choice.days else _("This doctor has no free time.")
    today = local_day(visitor.now, choice.clinic.zone)

    def day_button(open_day: OpenDay) -> Button:
        to = DeskMove(number=link.number, day=open_day.day)
        return button(f"{near_day(open_day.day, today)} · {open_day.free}", to)

    return Screen(
        lines(question, visit_lines(visitor, choice.clinic, choice.visit), shown.place),
        (*shown.rows(day_button, 3), ways_out(DeskMove(number=link.number))),
    )


@flow.action(DeskMoveTo)
async def on_move(visitor: Visitor, link: DeskMoveTo) -> Outcome:
    await visitor.services.staff.move(visitor.account, link.number, link.start, link.kind)
    return Reply(DeskVisit(number=link.number), alert=_("The visit is moved. The parent is being told."))
