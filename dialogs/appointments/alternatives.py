"""What to book instead of a visit that was refused or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.appointments.instead import KeptOffer
from bot.booking.choose import DoctorSlot
from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _, spoken_moment
from bot.delivery.screen import Button, Screen
from dialogs.account.links import Home
from dialogs.appointments.links import Alternatives, AppointmentList, DeclineInstead
from dialogs.booking.links import Review
from dialogs.booking.visit_screens import same_specialty
from dialogs.booking.wording import day_and_time, doctor_names, patient_and_doctor, short_doctor_name
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, text, ways_out

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


@flow.action(DeclineInstead)
async def on_decline(visitor: Visitor, link: DeclineInstead) -> Outcome:
    await visitor.services.kept_times.decline(visitor.account.id, link.appointment)
    return Reply(Home(), line=_("Nothing is booked instead; the time that was kept is free for others."))


def kept_button(card: AppointmentCard, kept: KeptOffer, now: datetime) -> list[Row]:
    """Return the row of the time that is kept; none if nothing was left."""
    time, doctor = kept
    if doctor is None or time.starts_at is None or time.visit_type is None:
        return []
    to = Review(patient=card.patient.id, doctor=doctor.id, start=time.starts_at, kind=time.visit_type)
    return [(button(f"{short_doctor_name(doctor)} · {day_and_time(time.starts_at, card.clinic, now)}", to),)]


def kept_lines(visitor: Visitor, card: AppointmentCard, kept: KeptOffer) -> list[str]:
    """Return what is kept and until when, or that the patient is the first who waits."""
    time, doctor = kept
    if doctor is None or time.starts_at is None or time.until is None:
        return [_("No other time is free now. The patient is first in the line for a time that becomes free.")]
    zone = card.clinic.zone
    return [
        text(
            _("I keep another time for you: {doctor}, <b>{when}</b>."),
            when=spoken_moment(time.starts_at, zone, visitor.now),
            doctor=short_doctor_name(doctor),
        ),
        text(_("It is yours until {until}."), until=spoken_moment(time.until, zone, visitor.now)),
    ]


def offer_rows(card: AppointmentCard, offers: Sequence[DoctorSlot], now: datetime) -> list[Row]:
    names = doctor_names(offer.doctor for offer in offers)
    return few(offers, lambda offer: offer_button(card, offer, names[offer.doctor.id], now))


def offer_button(card: AppointmentCard, offer: DoctorSlot, name: str, now: datetime) -> Button:
    doctor, slot = offer
    to = Review(patient=card.patient.id, doctor=doctor.id, start=slot.starts_at, kind=slot.visit_type)
    return button(f"{name} · {day_and_time(slot.starts_at, card.clinic, now)}", to)


def other_time_button(card: AppointmentCard) -> Button:
    return button(_("Another time"), same_specialty(card))
