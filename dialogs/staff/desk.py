"""The screens of the desk: the visits of a day, cancelling one and moving one."""

from __future__ import annotations

from datetime import timedelta

from bot.clinics.port import ClinicReason, ClinicVisit
from bot.core.clinic import Clinic
from bot.core.i18n import clock_time, gettext as _, grid_day, long_day, ngettext, spoken_moment
from bot.delivery.screen import Button, Screen
from bot.staff.desk import VISITS_ON_A_PAGE
from dialogs.booking.wording import cancel_reason
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, copying, grid, lines, pages, text, ways_out
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.links import DeskAskCancel, DeskCancel, DeskDay, DeskMove, DeskMoveTo, DeskVisit

flow = Flow("desk", open=True)

DAYS_TO_CHOOSE = 6
ONE_DAY = timedelta(days=1)


@flow.screen(DeskDay)
async def day(visitor: Visitor, link: DeskDay) -> Screen:
    shown = await visitor.services.staff.day(visitor.account, link.day, link.page)
    buttons = [visit_button(shown.clinic, visit) for visit in shown.visits]
    before, after = shown.day - ONE_DAY, shown.day + ONE_DAY
    around = (
        button(f"‹ {grid_day(before)}", DeskDay(day=before)),
        button(_("Today"), DeskDay()),
        button(f"{grid_day(after)} ›", DeskDay(day=after)),
    )
    return Screen(
        lines(
            text(_("<b>{clinic}: {day}</b>"), clinic=shown.clinic.name, day=long_day(shown.day)),
            ngettext("{n} visit", "{n} visits", shown.total).format(n=shown.total)
            if buttons or shown.visits.unreadable
            else _("Nobody is booked on this day."),
            unreadable_at_desk(shown.visits.unreadable),
        ),
        (*grid(buttons, 1), *pages(link, link.page, shown.total, VISITS_ON_A_PAGE), around, ways_out()),
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
    buttons = [
        button(cancel_reason(why).capitalize(), DeskCancel(number=link.number, reason=why)) for why in ClinicReason
    ]
    return Screen(
        lines(_("<b>Cancel this visit for the clinic?</b> Why?"), visit_lines(visitor, clinic, visit)),
        (*grid(buttons, 1), ways_out(DeskVisit(number=link.number))),
    )


@flow.action(DeskCancel)
async def on_cancel(visitor: Visitor, link: DeskCancel) -> Outcome:
    day_of_visit = await visitor.services.staff.cancel(visitor.account, link.number, link.reason)
    return Reply(DeskDay(day=day_of_visit), alert=_("The visit is cancelled. The parent is being told."))


@flow.screen(DeskMove)
async def move(visitor: Visitor, link: DeskMove) -> Screen:
    choice = await visitor.services.staff.choices(visitor.account, link.number, link.day)
    days = [
        button(grid_day(open_day.day), DeskMove(number=link.number, day=open_day.day))
        for open_day in choice.days[:DAYS_TO_CHOOSE]
    ]
    times = [
        button(
            clock_time(slot.starts_at, choice.clinic.zone),
            DeskMoveTo(number=link.number, start=slot.starts_at, kind=slot.visit_type),
        )
        for slot in choice.slots
    ]
    heading = text(_("Move to: {day}"), day=long_day(choice.day)) if choice.day else _("This doctor has no free time.")
    return Screen(
        lines(heading, visit_lines(visitor, choice.clinic, choice.visit)),
        (*grid(times, 4), *grid(days, 3), ways_out(DeskVisit(number=link.number))),
    )


@flow.action(DeskMoveTo)
async def on_move(visitor: Visitor, link: DeskMoveTo) -> Outcome:
    await visitor.services.staff.move(visitor.account, link.number, link.start, link.kind)
    return Reply(DeskVisit(number=link.number), alert=_("The visit is moved. The parent is being told."))
