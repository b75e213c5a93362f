"""What to book instead of a visit that was refused or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.booking.choose import DoctorSlot
from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, Screen
from dialogs.appointments.links import Alternatives, AppointmentList
from dialogs.booking.links import Review
from dialogs.booking.visit_screens import same_specialty
from dialogs.booking.wording import day_and_time, doctor_names, patient_and_doctor
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, ways_out

flow = Flow("alternatives")

MOST_OFFERS = 6


@flow.screen(Alternatives)
async def alternatives(visitor: Visitor, link: Alternatives) -> Screen:
    card = await visitor.services.visits.require(visitor.account.id, link.appointment)
    offers = await visitor.services.alternatives.list_for(visitor.account.id, card, MOST_OFFERS)
    heading = (
        _("What is free, soonest first:") if offers else _("Nothing is free for this specialist at the clinic now.")
    )
    return Screen(
        lines(heading, patient_and_doctor(card)),
        (*offer_rows(card, offers, visitor.now), (other_time_button(card),), ways_out(AppointmentList())),
    )


def offer_rows(card: AppointmentCard, offers: Sequence[DoctorSlot], now: datetime) -> list[Row]:
    names = doctor_names(offer.doctor for offer in offers)
    return few(offers, lambda offer: offer_button(card, offer, names[offer.doctor.id], now))


def offer_button(card: AppointmentCard, offer: DoctorSlot, name: str, now: datetime) -> Button:
    doctor, slot = offer
    to = Review(patient=card.patient.id, doctor=doctor.id, start=slot.starts_at, kind=slot.visit_type)
    return button(f"{name} · {day_and_time(slot.starts_at, card.clinic, now)}", to)


def other_time_button(card: AppointmentCard) -> Button:
    return button(_("Another time"), same_specialty(card))
