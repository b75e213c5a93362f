"""Confirming a booking: the review screen holds a time, and «Записаться» books its order."""

from __future__ import annotations

from bot.booking.book import Reviewed
from bot.core.clinic import ClinicFacts
from bot.core.i18n import duration, gettext as _, ngettext, spoken_moment
from bot.core.timing import local_day
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentDetails
from dialogs.booking.links import Book, Doctors, GiveUp, OtherTime, Review, TakeSoonest, Times
from dialogs.booking.visit_screens import booked
from dialogs.booking.wording import minutes_of, patient_and_doctor, place, referral_line, unchecked_line, visit_kind
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import first_lines
from dialogs.kit.screen import button, lines, relative, text

flow = Flow("confirming")

A_DAY = 24
"""hours"""


@flow.screen(Review)
async def review(visitor: Visitor, link: Review) -> Screen:
    reviewed = await visitor.services.booking.review(
        visitor.account, link.patient, link.doctor, link.start, link.kind, link.replaces
    )
    return review_screen(visitor, reviewed)


@flow.action(TakeSoonest)
async def on_soonest(visitor: Visitor, link: TakeSoonest) -> Outcome:
    soonest = await visitor.services.choices.soonest(visitor.account.id, link.patient, link.clinic, link.specialty)
    if not soonest:
        return Doctors(patient=link.patient, clinic=link.clinic, specialty=link.specialty)
    doctor, slot = soonest[0]
    return Review(patient=link.patient, doctor=doctor.id, start=slot.starts_at, kind=slot.visit_type)


def review_screen(visitor: Visitor, reviewed: Reviewed) -> Screen:
    chosen, order, _deadline, old, _meanwhile = reviewed
    clinic, slot = chosen.clinic, order.slot
    was = (
        text(_("Instead of: {when}"), when=spoken_moment(old.appointment.starts_at, clinic.zone, visitor.now))
        if old
        else ""
    )
    referral = chosen.referral_on(local_day(slot.starts_at, clinic.zone))
    leave = _("Do not move") if old else _("Do not book")
    return Screen(
        lines(
            _("<b>Check the move</b>") if old else _("<b>Check the visit</b>"),
            [
                patient_and_doctor(chosen),
                text(
                    _("<b>{when}</b>, {duration}"),
                    when=spoken_moment(slot.starts_at, clinic.zone, visitor.now),
                    duration=duration(minutes_of(slot)),
                ),
                text(_("Kind of visit: {kind}"), kind=visit_kind(slot.visit_type)),
                place(clinic, slot.room or chosen.doctor.room),
                was,
                referral_line(referral, local_day(visitor.now, clinic.zone)) if referral else "",
            ],
            meanwhile_lines(visitor, reviewed),
            [unchecked_line()] if chosen.is_unchecked else "",
            [cancel_rule(visitor, reviewed), late_rule(clinic.facts), hold_time(visitor, reviewed)],
        ),
        (
            (button(_("Move the visit") if old else _("Book"), Book(order=order.id)),),
            (button(_("Another time"), OtherTime(order=order.id), up=True), button(leave, GiveUp(order=order.id))),
            (button(_("Menu"), Home()),),
        ),
    )


def meanwhile_lines(visitor: Visitor, reviewed: Reviewed) -> list[str]:
    """Return a line for each other child who has a visit in another clinic at this time."""
    return first_lines(
        reviewed.meanwhile,
        lambda card: text(
            _("⚠️ At this time {name} already has a visit: {clinic}, {when}."),
            name=patient_name(card.patient),
            clinic=card.clinic.name,
            when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
        ),
    )


def cancel_rule(visitor: Visitor, reviewed: Reviewed) -> str:
    clinic = reviewed.chosen.clinic
    if reviewed.deadline > visitor.now:
        return text(
            _("You can cancel or move it without consequences until {when}."),
            when=spoken_moment(reviewed.deadline, clinic.zone, visitor.now),
        )
    hours = int(clinic.rules.cancel_before.total_seconds()) // 3600
    if hours == A_DAY:
        return _("Less than a day is left: you can cancel, but it will count as late.")
    return ngettext(
        "Less than {n} hour is left: you can cancel, but it will count as late.",
        "Less than {n} hours are left: you can cancel, but it will count as late.",
        hours,
    ).format(n=hours)


def late_rule(facts: ClinicFacts) -> str:
    """Return what the clinic says of a patient who comes late, "" if it says nothing; the bot cancels nothing."""
    if not facts.late_after:
        return ""
    return ngettext(
        "Whoever is late by more than {n} minute may have to book again.",
        "Whoever is late by more than {n} minutes may have to book again.",
        facts.late_after,
    ).format(n=facts.late_after)


def hold_time(visitor: Visitor, reviewed: Reviewed) -> str:
    """Return until when the time is held, "" if the clinic has no holds."""
    until = reviewed.order.expires_at
    if until is None:
        return ""
    minutes = max(1, round((until - visitor.now).total_seconds() / 60))
    words = ngettext("in {n} minute", "in {n} minutes", minutes).format(n=minutes)
    return _("I hold this time for you. The hold ends: {when}.").format(when=relative(until, words))


@flow.action(Book)
async def on_book(visitor: Visitor, link: Book) -> Outcome:
    card = await visitor.services.booking.book(visitor.account.id, link.order, visitor.message)
    if not card.appointment.is_live:
        return AppointmentDetails(appointment=card.appointment.id)
    return booked(visitor, await visitor.services.visits.details_of(visitor.account.id, card))


@flow.action(OtherTime)
async def on_other_time(visitor: Visitor, link: OtherTime) -> Outcome:
    order = await visitor.services.booking.release(visitor.account.id, link.order)
    clinic = await visitor.services.choices.clinic_of(order.doctor)
    day = local_day(order.slot.starts_at, clinic.zone)
    return Times(patient=order.patient, doctor=order.doctor, day=day, replaces=order.replaces)


@flow.action(GiveUp)
async def on_give_up(visitor: Visitor, link: GiveUp) -> Outcome:
    order = await visitor.services.booking.release(visitor.account.id, link.order)
    return AppointmentDetails(appointment=order.replaces) if order.replaces else Home()
