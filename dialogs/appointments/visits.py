"""The list of visits ahead and the card of one visit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.booking.records import AppointmentCard
from bot.booking.visits import PAST_ON_A_PAGE
from bot.core.i18n import gettext as _, numeric_date, zone_note
from bot.core.patient import Patient
from bot.delivery.screen import Button, Screen
from bot.glossary import ClinicId
from dialogs.account.links import Home
from dialogs.appointments.links import (
    AppointmentDetails,
    AppointmentList,
    Coming,
    Leave,
    MadeElsewhere,
    OpenVisit,
    PastVisits,
)
from dialogs.booking.links import ChoosePatient
from dialogs.booking.visit_screens import visit
from dialogs.booking.wording import day_and_time
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.names import brief_patient_name, patient_name
from dialogs.kit.pager import MOST, few, few_lines, first_lines, page_of, page_read
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.specialties import specialty_name
from dialogs.kit.unreadable import unreadable_visits

flow = Flow("appointments", commands={"visits": AppointmentList()})

VISITS_ON_A_PAGE = 8


@flow.screen(AppointmentList)
async def appointment_list(visitor: Visitor, link: AppointmentList) -> Outcome:
    account, services = visitor.account.id, visitor.services
    await services.elsewhere.look_at_new(account)
    services.elsewhere.look_soon(account)
    visits = await services.visits.upcoming(account)
    hidden = await services.elsewhere.hidden(account)
    damaged = unreadable_visits(visits.unreadable)
    past = await past_row(visitor)
    if len(visits) == 1 and not damaged and not hidden and not past:
        return Home() if link.up else AppointmentDetails(appointment=visits[0].appointment.id)
    if not visits and not damaged and not hidden:
        return Screen(_("No visits are booked."), ((button(_("Book a doctor"), ChoosePatient()),), *past, ways_out()))
    shown = page_of(link, visits, VISITS_ON_A_PAGE)
    return Screen(
        lines(
            _("<b>My visits</b>"),
            places(visitor, shown.items),
            shown.place,
            first_lines(hidden, made_elsewhere_line),
            damaged,
        ),
        (
            *shown.rows(lambda card: visit_button(visitor, card)),
            *few(hidden[:MOST], how_to_see_button),
            *past,
            ways_out(),
        ),
    )


async def past_row(visitor: Visitor) -> list[Row]:
    """Return the row that leads to the visits that are over, if there are any."""
    has_past = await visitor.services.visits.has_past(visitor.account.id)
    return [(button(_("Past visits"), PastVisits()),)] if has_past else []


@flow.screen(PastVisits)
async def past_visits(visitor: Visitor, link: PastVisits) -> Screen:
    visits, total = await visitor.services.visits.past(visitor.account.id, link.page)
    page = page_read(link, visits, total, PAST_ON_A_PAGE)
    return Screen(
        lines(
            _("<b>Past visits</b>"),
            page.place if total else _("No visits are over yet."),
            unreadable_visits(visits.unreadable),
        ),
        (*page.rows(past_button), ways_out(AppointmentList())),
    )


def past_button(card: AppointmentCard) -> Button:
    day = numeric_date(card.appointment.starts_at.astimezone(card.clinic.zone).date())
    label = f"{day} · {specialty_name(card.specialty)} · {brief_patient_name(card.patient)}"
    return button(label, AppointmentDetails(appointment=card.appointment.id))


def made_elsewhere_line(patient: Patient) -> str:
    return text(_("{name} has a visit that was not made by you."), name=patient_name(patient))


def how_to_see_button(patient: Patient) -> Button:
    return button(_("{name}: how to see it").format(name=patient_name(patient)), MadeElsewhere(patient=patient.id))


def places(visitor: Visitor, cards: Sequence[AppointmentCard]) -> list[str]:
    """Return a line for each clinic of these visits, with the times there."""
    by_clinic: dict[ClinicId, list[AppointmentCard]] = {}
    for card in cards:
        by_clinic.setdefault(card.clinic.id, []).append(card)

    def place_line(at_clinic: Sequence[AppointmentCard]) -> str:
        clinic = at_clinic[0].clinic
        times = ", ".join(day_and_time(card.appointment.starts_at, clinic, visitor.now) for card in at_clinic)
        note = zone_note(clinic.zone, at_clinic[0].appointment.starts_at)
        when = f"{times} {note}" if note else times
        return text(_("{clinic}, {address}: {times}"), clinic=clinic.name, address=clinic.address, times=when)

    return few_lines(by_clinic.values(), place_line)


def visit_button(visitor: Visitor, card: AppointmentCard) -> Button:
    mark = "" if card.appointment.is_live else "… "
    when = day_and_time(card.appointment.starts_at, card.clinic, visitor.now)
    label = f"{mark}{when} · {specialty_name(card.specialty)} · {brief_patient_name(card.patient)}"
    return button(label, AppointmentDetails(appointment=card.appointment.id))


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
