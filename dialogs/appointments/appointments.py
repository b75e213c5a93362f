"""Appointments: what is booked, one visit's card, cancelling it, and what to take instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.appointments.appointments import Shown
from bot.booking.choose import Soonest
from bot.booking.news import BookingAnswered, CancellationAnswered
from bot.booking.records import AppointmentCard as Card
from bot.booking.records import CancelReason
from bot.clinics.port import BookingStatus
from bot.core.i18n import gettext as _
from bot.core.i18n import spoken_moment
from bot.delivery.screen import Button, Screen
from dialogs.account.links import Help, Home
from dialogs.appointments.links import Alternatives, AppointmentCard, AppointmentList, AskCancel, Cancel, Coming, Leave
from dialogs.booking.links import ChoosePatient, Doctors, Review
from dialogs.booking.wording import come_early, doctor_name, identity_paper, move_of, near, where, who
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import Row, button, grid, lines, makes_needless, text, unbroken, ways_out

flow = Flow("appointments", commands={"visits": AppointmentList()})

TOLD_IN_FULL = 15
"""A message has its limit; further visits are buttons alone."""


@flow.screen(AppointmentList)
async def appointment_list(visitor: Visitor, link: AppointmentList) -> Outcome:
    visits = await visitor.services.appointments.upcoming(visitor.account.id)
    if len(visits) == 1:
        return AppointmentCard(appointment=visits[0].appointment.id)
    if not visits:
        return Screen(_("No visits are booked."), ((button(_("Book a doctor"), ChoosePatient()),), ways_out()))
    buttons = [button(one_line(visitor, card), AppointmentCard(appointment=card.appointment.id)) for card in visits]
    told = [summary(visitor, card) for card in visits[:TOLD_IN_FULL]]
    return Screen(lines(_("<b>My visits</b>"), *told), (*grid(buttons, 1), ways_out()))


def one_line(visitor: Visitor, card: Card) -> str:
    mark = "" if card.appointment.is_live else "… "
    when = near(card.appointment.starts_at, card.clinic, visitor.now)
    return f"{mark}{when} · {card.specialty.name} · {card.patient.name.given}"


@flow.screen(AppointmentCard)
async def appointment_card(visitor: Visitor, link: AppointmentCard) -> Screen:
    return as_it_stands(visitor, await visitor.services.appointments.show(visitor.account.id, link.appointment))


def as_it_stands(visitor: Visitor, shown: Shown) -> Screen:
    status = shown.card.appointment.status
    if status is BookingStatus.PENDING:
        return pending(visitor, shown.card)
    if shown.card.appointment.cancelling:
        return cancelling(visitor, shown.card)
    if status is BookingStatus.CANCELLED:
        return cancelled(visitor, shown.card)
    if status is BookingStatus.REFUSED:
        return refused(visitor, shown.card)
    if not is_ahead(visitor, shown.card):
        return past(visitor, shown.card)
    return active(visitor, shown, _("<b>Visit {ref}</b>"))


def is_ahead(visitor: Visitor, card: Card) -> bool:
    return card.appointment.is_live and card.appointment.starts_at > visitor.now


def booked(visitor: Visitor, shown: Shown) -> Screen:
    """The screen right after «Записаться»: it makes the outbox's word about it needless."""
    title = _("✅ Moved. Visit number {ref}") if shown.card.appointment.replaces else _("✅ Booked. Visit number {ref}")
    return active(visitor, shown, f"<b>{title}</b>")


def active(visitor: Visitor, shown: Shown, title: str) -> Screen:
    card, appointment = shown.card, shown.card.appointment
    answered = BookingAnswered(visitor.account.id, appointment.id)
    return Screen(
        lines(
            text(title, ref=unbroken(appointment.ref)),
            summary(visitor, card),
            [
                text(
                    _("Take the policy {policy} and {paper}."),
                    policy=card.patient.masked_policy,
                    paper=identity_paper(card),
                ),
                come_early(card.clinic),
                _("You have confirmed that you are coming.") if appointment.confirmed else "",
                reminding(visitor, shown),
            ],
        ),
        (*visit_buttons(shown.card), ways_out(AppointmentList())),
        shows=makes_needless(answered.dedup, appointment.created_at, visitor.now),
    )


def summary(visitor: Visitor, card: Card) -> list[str]:
    appointment = card.appointment
    return [
        who(card),
        text(_("<b>{when}</b>"), when=spoken_moment(appointment.starts_at, card.clinic.zone, visitor.now)),
        where(card),
    ]


def reminding(visitor: Visitor, shown: Shown) -> str:
    if shown.reminder is None or shown.reminder <= visitor.now:
        return ""
    return text(
        _("I will remind you: {when}."), when=spoken_moment(shown.reminder, shown.card.clinic.zone, visitor.now)
    )


def visit_buttons(card: Card) -> list[Row]:
    cancel = AskCancel(appointment=card.appointment.id)
    return [(button(_("Move"), move_of(card)), button(_("Cancel the visit"), cancel))]


def pending(visitor: Visitor, card: Card) -> Screen:
    return waiting(visitor, card, _("I am checking whether the visit is booked: the clinic has not confirmed in time."))


def cancelling(visitor: Visitor, card: Card) -> Screen:
    return waiting(visitor, card, _("I am cancelling the visit: the clinic has not confirmed yet."))


def waiting(visitor: Visitor, card: Card, for_what: str) -> Screen:
    return Screen(
        lines(
            for_what,
            _("I will write as soon as I know, usually within a minute; no need to press again."),
            summary(visitor, card),
            [text(_("Number of the request: {ref}"), ref=unbroken(card.appointment.ref))],
        ),
        (
            (
                button(_("How is it going?"), AppointmentCard(appointment=card.appointment.id)),
                button(_("Menu"), Leave(appointment=card.appointment.id)),
            ),
        ),
    )


@flow.action(Leave)
async def on_leave(visitor: Visitor, link: Leave) -> Outcome:
    await visitor.services.appointments.leave(visitor.account.id, link.appointment)
    return Home()


def cancelled(visitor: Visitor, card: Card) -> Screen:
    appointment = card.appointment
    title = {
        CancelReason.BY_CLINIC: _("⚠️ <b>The clinic has cancelled this visit.</b>"),
        CancelReason.RESCHEDULED: _("<b>This visit has been moved to another time.</b>"),
    }.get(appointment.reason or CancelReason.BY_REPRESENTATIVE, _("✅ <b>The visit is cancelled.</b>"))
    late = _("It was cancelled late: the clinic may take note of it.") if appointment.late else ""
    again = Doctors(patient=card.patient.id, clinic=card.clinic.id, specialty=card.specialty.id)
    return Screen(
        lines(title, late, summary(visitor, card)),
        ((button(_("Book again"), again), button(_("My visits"), AppointmentList())), (button(_("Menu"), Home()),)),
        shows=CancellationAnswered(visitor.account.id, appointment.id).dedup,
    )


def refused(visitor: Visitor, card: Card) -> Screen:
    return Screen(
        lines(_("⚠️ <b>The visit could not be booked:</b> this time is no longer free."), summary(visitor, card)),
        (
            (button(_("What is free nearby?"), Alternatives(appointment=card.appointment.id)),),
            (button(_("Help"), Help()), button(_("Menu"), Home())),
        ),
        shows=BookingAnswered(visitor.account.id, card.appointment.id).dedup,
    )


def past(visitor: Visitor, card: Card) -> Screen:
    again = Doctors(patient=card.patient.id, clinic=card.clinic.id, specialty=card.specialty.id)
    return Screen(
        lines(_("<b>This visit is in the past.</b>"), summary(visitor, card)),
        ((button(_("Book again"), again),), ways_out()),
    )


# --- coming, cancelling -----------------------------------------------------------------------------------------------


@flow.action(Coming)
async def on_coming(visitor: Visitor, link: Coming) -> Outcome:
    await visitor.services.appointments.confirm(visitor.account.id, link.appointment)
    return AppointmentCard(appointment=link.appointment)


@flow.screen(AskCancel)
async def ask_cancel(visitor: Visitor, link: AskCancel) -> Screen:
    shown = await visitor.services.appointments.require_cancellable(visitor.account.id, link.appointment)
    return Screen(
        lines(_("<b>Cancel this visit?</b>"), summary(visitor, shown.card), [consequence(visitor, shown.deadline)]),
        (
            (button(_("Yes, cancel"), Cancel(appointment=link.appointment)),),
            (
                button(_("Move instead"), move_of(shown.card)),
                button(_("Keep it"), AppointmentCard(appointment=link.appointment)),
            ),
            (button(_("Menu"), Home()),),
        ),
    )


def consequence(visitor: Visitor, deadline: datetime) -> str:
    if deadline > visitor.now:
        return _("The place goes to somebody else.")
    return _(
        "Little time is left, so it will count as late. Still, better cancel than not come: somebody gets the place."
    )


@flow.action(Cancel)
async def on_cancel(visitor: Visitor, link: Cancel) -> Outcome:
    card = await visitor.services.appointments.cancel(visitor.account.id, link.appointment, visitor.message)
    return cancelled(visitor, card)


@flow.screen(Alternatives)
async def alternatives(visitor: Visitor, link: Alternatives) -> Screen:
    card = await visitor.services.appointments.require(visitor.account.id, link.appointment)
    offers = await visitor.services.appointments.alternatives(visitor.account.id, card.appointment.id, limit=6)
    heading = (
        _("What is free, soonest first:") if offers else _("Nothing is free for this specialist at the clinic now.")
    )
    return Screen(
        lines(heading, summary(visitor, card)[0]),
        (*offered(card, offers, visitor.now), other_time(card), ways_out(AppointmentList())),
    )


def offered(card: Card, offers: Sequence[Soonest], now: datetime) -> list[Row]:
    return [(offer_button(card, offer, now),) for offer in offers]


def other_time(card: Card) -> Row:
    to = Doctors(patient=card.patient.id, clinic=card.clinic.id, specialty=card.specialty.id)
    return (button(_("Another time"), to),)


def offer_button(card: Card, offer: Soonest, now: datetime) -> Button:
    to = Review(patient=card.patient.id, doctor=offer.doctor.id, start=offer.slot.starts_at, kind=offer.slot.visit_type)
    return button(f"{doctor_name(offer.doctor)} · {near(offer.slot.starts_at, card.clinic, now)}", to)
