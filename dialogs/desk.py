"""The clinic's desk: a registrar sees the day, and cancels or moves a visit for the clinic."""

from __future__ import annotations

from datetime import date

from bot.i18n import clock_time, grid_day, long_day, ngettext, spoken_moment
from bot.i18n import gettext as _
from bot.models import Button, Clinic, ClinicReason, Screen, VisitOnDesk
from dialogs.kit import Flow, Outcome, Reply, Visitor, button, grid, lines, pages, text, ways_out
from dialogs.links import DeskAskCancel, DeskCancel, DeskDay, DeskMove, DeskMoveTo, DeskVisit
from dialogs.visits import KINDS, moment, reason

flow = Flow("desk", open=True)

VISITS_ON_A_SCREEN = 12
DAYS_TO_CHOOSE = 6

REASONS_GIVEN = tuple(ClinicReason)
"""Buttons carry a reason by its place here: new ones go to the end."""


@flow.screen(DeskDay)
async def day(visitor: Visitor, link: DeskDay) -> Screen:
    shown = await visitor.services.staff.day(visitor.account, date.fromordinal(link.day) if link.day else None)
    first = link.page * VISITS_ON_A_SCREEN
    buttons = [visit_button(shown.clinic, visit) for visit in shown.visits[first : first + VISITS_ON_A_SCREEN]]
    at = shown.day.toordinal()
    around = (
        button(f"‹ {grid_day(date.fromordinal(at - 1))}", DeskDay(day=at - 1)),
        button(_("Today"), DeskDay()),
        button(f"{grid_day(date.fromordinal(at + 1))} ›", DeskDay(day=at + 1)),
    )
    return Screen(
        lines(
            text(_("<b>{clinic}: {day}</b>"), clinic=shown.clinic.name, day=long_day(shown.day)),
            ngettext("{n} visit", "{n} visits", len(shown.visits)).format(n=len(shown.visits))
            if buttons
            else _("Nobody is booked on this day."),
        ),
        (*grid(buttons, 1), *pages(link, link.page, len(shown.visits), VISITS_ON_A_SCREEN), around, ways_out()),
    )


def visit_button(clinic: Clinic, visit: VisitOnDesk) -> Button:
    time = clock_time(visit.booking.starts_at, clinic.zone)
    return button(f"{time} · {visit.person.short} · {visit.specialty}", DeskVisit(number=visit.number))


@flow.screen(DeskVisit)
async def one_visit(visitor: Visitor, link: DeskVisit) -> Screen:
    clinic, visit = await visitor.services.staff.visit(visitor.account, link.number)
    back = DeskDay(day=visit.booking.starts_at.astimezone(clinic.zone).toordinal())
    phone = await visitor.services.staff.phone_for(visitor.account, link.number)
    return Screen(
        lines(
            described(visitor, clinic, visit),
            text(_("The representative's phone: {phone}"), phone=phone) if phone else "",
        ),
        (
            (
                button(_("Move"), DeskMove(number=link.number)),
                button(_("Cancel for the clinic"), DeskAskCancel(number=link.number)),
            ),
            ways_out(back),
        ),
    )


def described(visitor: Visitor, clinic: Clinic, visit: VisitOnDesk) -> list[str]:
    return [
        text(_("<b>{name}</b>"), name=visit.person.full),
        text(_("{specialty}, {doctor}"), specialty=visit.specialty, doctor=visit.doctor.with_initials),
        text(_("<b>{when}</b>"), when=spoken_moment(visit.booking.starts_at, clinic.zone, visitor.now)),
    ]


@flow.screen(DeskAskCancel)
async def ask_cancel(visitor: Visitor, link: DeskAskCancel) -> Screen:
    clinic, visit = await visitor.services.staff.visit(visitor.account, link.number)
    buttons = [
        button(reason(why).capitalize(), DeskCancel(number=link.number, reason=at))
        for at, why in enumerate(REASONS_GIVEN)
    ]
    return Screen(
        lines(_("<b>Cancel this visit for the clinic?</b> Why?"), described(visitor, clinic, visit)),
        (*grid(buttons, 1), ways_out(DeskVisit(number=link.number))),
    )


@flow.action(DeskCancel)
async def on_cancel(visitor: Visitor, link: DeskCancel) -> Outcome:
    why = REASONS_GIVEN[link.reason % len(REASONS_GIVEN)]
    day_of_visit = await visitor.services.staff.cancel(visitor.account, link.number, why)
    return Reply(DeskDay(day=day_of_visit.toordinal()), alert=_("The visit is cancelled. The parent is being told."))


@flow.screen(DeskMove)
async def move(visitor: Visitor, link: DeskMove) -> Screen:
    at = date.fromordinal(link.day) if link.day else None
    choice = await visitor.services.staff.choices(visitor.account, link.number, at)
    days = [
        button(grid_day(open_day.day), DeskMove(number=link.number, day=open_day.day.toordinal()))
        for open_day in choice.days[:DAYS_TO_CHOOSE]
    ]
    times = [
        button(
            clock_time(slot.starts_at, choice.clinic.zone),
            DeskMoveTo(number=link.number, start=int(slot.starts_at.timestamp()), kind=KINDS.index(slot.visit_type)),
        )
        for slot in choice.slots
    ]
    heading = text(_("Move to: {day}"), day=long_day(choice.day)) if choice.day else _("This doctor has no free time.")
    return Screen(
        lines(heading, described(visitor, choice.clinic, choice.visit)),
        (*grid(times, 4), *grid(days, 3), ways_out(DeskVisit(number=link.number))),
    )


@flow.action(DeskMoveTo)
async def on_move(visitor: Visitor, link: DeskMoveTo) -> Outcome:
    kind = KINDS[link.kind % len(KINDS)]
    await visitor.services.staff.move(visitor.account, link.number, moment(link.start), kind)
    return Reply(DeskVisit(number=link.number), alert=_("The visit is moved. The parent is being told."))
