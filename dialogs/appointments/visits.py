"""The list of visits ahead and the card of one visit."""

from __future__ import annotations

from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _, numeric_date
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentDetails, AppointmentList, Coming, Leave, PastVisits
from dialogs.booking.links import ChoosePatient
from dialogs.booking.visit_screens import summary, visit
from dialogs.booking.wording import day_and_time
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Page
from dialogs.kit.screen import Row, button, grid, lines, ways_out
from dialogs.kit.unreadable import unreadable_visits

flow = Flow("appointments", commands={"visits": AppointmentList()})

MOST_SUMMARIES = 15
"""The text of a message is limited: further visits are shown by their buttons only."""


@flow.screen(AppointmentList)
async def appointment_list(visitor: Visitor, link: AppointmentList) -> Outcome:
    visits = await visitor.services.visits.upcoming(visitor.account.id)
    damaged = unreadable_visits(visits.unreadable)
    past = await past_row(visitor)
    if len(visits) == 1 and not damaged and not past:
        return AppointmentDetails(appointment=visits[0].appointment.id)
    if not visits and not damaged:
        return Screen(_("No visits are booked."), ((button(_("Book a doctor"), ChoosePatient()),), *past, ways_out()))
    buttons = [button(label(visitor, card), AppointmentDetails(appointment=card.appointment.id)) for card in visits]
    summaries = [summary(visitor, card) for card in visits[:MOST_SUMMARIES]]
    return Screen(lines(_("<b>My visits</b>"), *summaries, damaged), (*grid(buttons, 1), *past, ways_out()))


async def past_row(visitor: Visitor) -> list[Row]:
    """Return the row that leads to the visits that are over, if there are any."""
    visits, _more = await visitor.services.visits.past(visitor.account.id)
    return [(button(_("Past visits"), PastVisits()),)] if visits or visits.unreadable else []


@flow.screen(PastVisits)
async def past_visits(visitor: Visitor, link: PastVisits) -> Screen:
    visits, more = await visitor.services.visits.past(visitor.account.id, link.page)
    newer = [button(_("‹ Newer"), PastVisits(page=Page(link.page - 1)))] if link.page else []
    older = [button(_("Older ›"), PastVisits(page=Page(link.page + 1)))] if more else []
    turns: list[Row] = [(*newer, *older)] if newer or older else []
    buttons = [button(past_label(card), AppointmentDetails(appointment=card.appointment.id)) for card in visits]
    return Screen(
        lines(
            _("<b>Past visits</b>"),
            "" if visits else _("No visits are over yet."),
            unreadable_visits(visits.unreadable),
        ),
        (*grid(buttons, 1), *turns, ways_out(AppointmentList())),
    )


def past_label(card: AppointmentCard) -> str:
    day = numeric_date(card.appointment.starts_at.astimezone(card.clinic.zone).date())
    return f"{day} · {card.specialty.name} · {card.patient.name.given}"


def label(visitor: Visitor, card: AppointmentCard) -> str:
    mark = "" if card.appointment.is_live else "… "
    when = day_and_time(card.appointment.starts_at, card.clinic, visitor.now)
    return f"{mark}{when} · {card.specialty.name} · {card.patient.name.given}"


@flow.screen(AppointmentDetails)
async def appointment_details(visitor: Visitor, link: AppointmentDetails) -> Screen:
    return visit(visitor, await visitor.services.visits.details(visitor.account.id, link.appointment))


@flow.action(Leave)
async def on_leave(visitor: Visitor, link: Leave) -> Outcome:
    await visitor.services.settlement.send_anew(visitor.account.id, link.appointment)
    return Home()


@flow.action(Coming)
async def on_coming(visitor: Visitor, link: Coming) -> Outcome:
    await visitor.services.attendance.confirm(visitor.account.id, link.appointment)
    return AppointmentDetails(appointment=link.appointment)
