"""The list of visits ahead and the card of one visit."""

from __future__ import annotations

from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentDetails, AppointmentList, Coming, Leave, MadeElsewhere, OpenVisit
from dialogs.booking.links import ChoosePatient
from dialogs.booking.visit_screens import summary, visit
from dialogs.booking.wording import day_and_time
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import button, grid, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_visits

flow = Flow("appointments", commands={"visits": AppointmentList()})

MOST_SUMMARIES = 15
"""The text of a message is limited: further visits are shown by their buttons only."""


@flow.screen(AppointmentList)
async def appointment_list(visitor: Visitor, link: AppointmentList) -> Outcome:
    account, services = visitor.account.id, visitor.services
    services.elsewhere.look_soon(account)
    visits = await services.visits.upcoming(account)
    hidden = await services.elsewhere.hidden(account)
    damaged = unreadable_visits(visits.unreadable)
    if len(visits) == 1 and not damaged and not hidden:
        return AppointmentDetails(appointment=visits[0].appointment.id)
    if not visits and not damaged and not hidden:
        return Screen(_("No visits are booked."), ((button(_("Book a doctor"), ChoosePatient()),), ways_out()))
    made_elsewhere = [
        text(_("{name} has a visit that was not made by you."), name=patient.name.short) for patient in hidden
    ]
    how = [
        button(_("{name}: how to see it").format(name=patient.name.short), MadeElsewhere(patient=patient.id))
        for patient in hidden
    ]
    buttons = [button(label(visitor, card), AppointmentDetails(appointment=card.appointment.id)) for card in visits]
    summaries = [summary(visitor, card) for card in visits[:MOST_SUMMARIES]]
    return Screen(
        lines(_("<b>My visits</b>"), *summaries, made_elsewhere, damaged),
        (*grid([*buttons, *how], 1), ways_out()),
    )


def label(visitor: Visitor, card: AppointmentCard) -> str:
    mark = "" if card.appointment.is_live else "… "
    when = day_and_time(card.appointment.starts_at, card.clinic, visitor.now)
    return f"{mark}{when} · {card.specialty.name} · {card.patient.name.given}"


@flow.screen(AppointmentDetails)
async def appointment_details(visitor: Visitor, link: AppointmentDetails) -> Screen:
    return visit(visitor, await visitor.services.visits.details(visitor.account.id, link.appointment))


@flow.screen(OpenVisit)
async def open_visit(visitor: Visitor, link: OpenVisit) -> Outcome:
    return AppointmentDetails(appointment=link.appointment)


@flow.action(Leave)
async def on_leave(visitor: Visitor, link: Leave) -> Outcome:
    await visitor.services.settlement.send_anew(visitor.account.id, link.appointment)
    return Home()


@flow.action(Coming)
async def on_coming(visitor: Visitor, link: Coming) -> Outcome:
    await visitor.services.attendance.confirm(visitor.account.id, link.appointment)
    return AppointmentDetails(appointment=link.appointment)
