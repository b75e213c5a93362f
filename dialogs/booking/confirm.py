"""Confirming: the review screen holds a time and shows the rules; «Записаться» carries its order and nothing else."""

from __future__ import annotations

from datetime import datetime

from bot.booking.book import Reviewed
from bot.core.i18n import duration, ngettext, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.appointments import booked
from dialogs.appointments.links import AppointmentCard
from dialogs.booking.links import Book, Doctors, GiveUp, OtherTime, Review, TakeSoonest, Times
from dialogs.booking.wording import doctor_title, local_date, minutes_of, place
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import button, lines, text
from dialogs.kit.wording import in_a_sentence

flow = Flow("confirming")


@flow.screen(Review)
async def review(visitor: Visitor, link: Review) -> Screen:
    reviewed = await visitor.services.orders.review(
        visitor.account.id, link.patient, link.doctor, link.start, link.kind, link.replaces
    )
    return to_confirm(visitor, reviewed)


@flow.action(TakeSoonest)
async def on_soonest(visitor: Visitor, link: TakeSoonest) -> Outcome:
    soonest = await visitor.services.booking.soonest(visitor.account.id, link.patient, link.clinic, link.specialty)
    for doctor, slot in soonest:
        return Review(patient=link.patient, doctor=doctor.id, start=slot.starts_at, kind=slot.visit_type)
    return Doctors(patient=link.patient, clinic=link.clinic, specialty=link.specialty)


def to_confirm(visitor: Visitor, reviewed: Reviewed) -> Screen:
    chosen, order, deadline, old = reviewed
    clinic, slot = chosen.clinic, order.slot
    was = (
        text(_("Instead of: {when}"), when=spoken_moment(old.appointment.starts_at, clinic.zone, visitor.now))
        if old
        else ""
    )
    leave = _("Do not move") if old else _("Do not book")
    return Screen(
        lines(
            _("<b>Check the move</b>") if old else _("<b>Check the visit</b>"),
            [
                text(
                    _("{name} → {specialty} {doctor}"),
                    name=chosen.patient.name.short,
                    specialty=in_a_sentence(chosen.specialty),
                    doctor=doctor_title(chosen.doctor),
                ),
                text(
                    _("<b>{when}</b>, {duration}"),
                    when=spoken_moment(slot.starts_at, clinic.zone, visitor.now),
                    duration=duration(minutes_of(slot)),
                ),
                place(clinic, slot.room or chosen.doctor.room),
                was,
            ],
            [rules(visitor, reviewed, deadline), held(visitor, reviewed)],
        ),
        (
            (button(_("Move the visit") if old else _("Book"), Book(order=order.id)),),
            (button(_("Another time"), OtherTime(order=order.id)), button(leave, GiveUp(order=order.id))),
            (button(_("Menu"), Home()),),
        ),
    )


def rules(visitor: Visitor, reviewed: Reviewed, deadline: datetime) -> str:
    zone = reviewed.chosen.clinic.zone
    if deadline > visitor.now:
        return text(
            _("You can cancel or move it without consequences until {when}."),
            when=spoken_moment(deadline, zone, visitor.now),
        )
    hours = int(reviewed.chosen.clinic.rules.cancel_before.total_seconds()) // 3600
    return ngettext(
        "Less than {n} hour is left: you can cancel, but it will count as late.",
        "Less than {n} hours are left: you can cancel, but it will count as late.",
        hours,
    ).format(n=hours)


def held(visitor: Visitor, reviewed: Reviewed) -> str:
    if reviewed.order.expires_at is None:
        return ""
    minutes = max(1, round((reviewed.order.expires_at - visitor.now).total_seconds() / 60))
    return ngettext(
        "I hold this time for you for {n} minute.", "I hold this time for you for {n} minutes.", minutes
    ).format(n=minutes)


@flow.action(Book)
async def on_book(visitor: Visitor, link: Book) -> Outcome:
    card = await visitor.services.orders.book(visitor.account.id, link.order, visitor.message)
    if not card.appointment.is_live:
        return AppointmentCard(appointment=card.appointment.id)
    return booked(visitor, await visitor.services.appointments.show(visitor.account.id, card.appointment.id))


@flow.action(OtherTime)
async def on_other_time(visitor: Visitor, link: OtherTime) -> Outcome:
    order = await visitor.services.orders.give_up(visitor.account.id, link.order)
    clinic = await visitor.services.booking.clinic_of(order.doctor)
    day = local_date(order.slot.starts_at, clinic)
    return Times(patient=order.patient, doctor=order.doctor, day=day, replaces=order.replaces)


@flow.action(GiveUp)
async def on_give_up(visitor: Visitor, link: GiveUp) -> Outcome:
    order = await visitor.services.orders.give_up(visitor.account.id, link.order)
    return AppointmentCard(appointment=order.replaces) if order.replaces else Home()
