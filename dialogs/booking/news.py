"""Messages about a booking: what became of it, its reminder, its new time, and papers seen at a desk."""

from __future__ import annotations

from datetime import datetime

from bot.booking.news import BookingAnswered, MovedByOther, VisitReminder
from bot.booking.records import AppointmentCard as Card
from bot.clinics.port import BookingStatus
from bot.core.i18n import N_, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from bot.patients.news import PapersSeen
from dialogs.account.links import Home
from dialogs.appointments.appointments import booked, cancelled, refused
from dialogs.appointments.links import AppointmentCard, AskCancel, Coming
from dialogs.booking.links import Specialties
from dialogs.booking.wording import come_early, identity_paper, move_of, where, who
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out


@news(BookingAnswered, N_("the answer to a booking"))
async def booking(visitor: Visitor, message: BookingAnswered) -> Screen | None:
    card = await visitor.services.orders.about(message)
    if card is None:
        return None
    if card.appointment.status is BookingStatus.REFUSED:
        return refused(visitor, card)
    if not card.appointment.is_live:
        return cancelled(visitor, card)
    return booked(visitor, await visitor.services.appointments.show(message.account, card.appointment.id))


@news(VisitReminder, N_("a reminder of a visit"))
async def reminder(visitor: Visitor, message: VisitReminder) -> Screen | None:
    card = await visitor.services.orders.about(message)
    if card is None:
        return None
    appointment = card.appointment
    when = spoken_moment(appointment.starts_at, card.clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("<b>Reminder: {when}</b>"), when=when),
            who(card),
            where(card),
            [
                text(_("Take with you: the policy, {paper}."), paper=identity_paper(card)),
                come_early(card.clinic),
                text(_("Visit number {ref}"), ref=unbroken(appointment.ref)),
            ],
        ),
        (
            (button(_("We are coming"), Coming(appointment=appointment.id)),),
            move_or_cancel(card),
            (button(_("Details"), AppointmentCard(appointment=appointment.id)), button(_("Menu"), Home())),
        ),
    )


@news(MovedByOther, N_("another representative has moved the visit"))
async def moved_by_other(visitor: Visitor, message: MovedByOther) -> Screen | None:
    card = await visitor.services.orders.about(message)
    if card is None:
        return None
    return Screen(
        lines(_("⚠️ <b>The other representative has moved the visit.</b>"), was_and_is(visitor, message.was, card)),
        ((button(_("Details"), AppointmentCard(appointment=card.appointment.id)), button(_("Menu"), Home())),),
    )


def was_and_is(visitor: Visitor, was: datetime, card: Card) -> list[str]:
    """A visit that was moved, at both its times."""
    zone = card.clinic.zone
    return [
        who(card),
        text(_("Was: {when}"), when=spoken_moment(was, zone, visitor.now)),
        text(_("<b>Now: {when}</b>"), when=spoken_moment(card.appointment.starts_at, zone, visitor.now)),
        where(card),
    ]


def move_or_cancel(card: Card) -> Row:
    cancel = button(_("Cancel the visit"), AskCancel(appointment=card.appointment.id))
    return button(_("Move"), move_of(card)), cancel


@news(PapersSeen, N_("the papers have been seen"))
async def papers_seen(visitor: Visitor, message: PapersSeen) -> Screen | None:
    patient = await visitor.services.levels.about(message)
    if patient is None:
        return None
    return Screen(
        text(_("✅ The reception has seen your papers: <b>{name}</b> can be booked here."), name=patient.name.short),
        ((button(_("Book a doctor"), Specialties(patient=patient.id)),), ways_out()),
    )
