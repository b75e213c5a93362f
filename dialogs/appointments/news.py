"""Messages about a visit that was cancelled or moved after it was booked."""

from __future__ import annotations

from bot.appointments.news import CancelledByClinic, CancelledByOther, MovedByClinic
from bot.booking.news import CancellationAnswered
from bot.clinics.port import BookingStatus
from bot.core.i18n import N_, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.alternatives import offer_rows, other_time_button
from dialogs.appointments.links import Coming
from dialogs.booking.visit_screens import both_times, cancelled_now, move_or_cancel, visit, ways_below
from dialogs.booking.wording import cancel_reason, patient_and_doctor, place_of
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text


@news(CancellationAnswered, N_("the answer to a cancellation"))
async def cancellation_answered(visitor: Visitor, message: CancellationAnswered) -> Screen | None:
    """Return the visit as it is now: cancelled, or still active if the clinic refused."""
    card = await visitor.services.cancellations.find_for(message)
    if card is None:
        return None
    if card.appointment.status is BookingStatus.CANCELLED:
        return cancelled_now(visitor, card)
    return visit(visitor, await visitor.services.visits.details_of(message.account, card))


@news(CancelledByClinic, N_("the clinic has cancelled the visit"))
async def cancelled_by_clinic(visitor: Visitor, message: CancelledByClinic) -> Screen | None:
    card = await visitor.services.clinic_changes.find_for(message)
    if card is None:
        return None
    offers = await visitor.services.alternatives.list_for_message(message.account, card)
    return Screen(
        lines(
            text(
                _("⚠️ <b>The clinic has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            reason(message),
            patient_and_doctor(card),
            text(_("Reception: {phone}"), phone=card.clinic.phone),
            [
                _("I can book another time at once:")
                if offers
                else _("You can choose another time or call the reception.")
            ],
        ),
        (
            *offer_rows(card, offers, visitor.now),
            (other_time_button(card), button(_("Not needed"), Home())),
            ways_below(card),
        ),
    )


def reason(message: CancelledByClinic) -> str:
    return text(_("Reason: {why}"), why=cancel_reason(message.why)) if message.why else ""


@news(MovedByClinic, N_("the clinic has moved the visit"))
async def moved_by_clinic(visitor: Visitor, message: MovedByClinic) -> Screen | None:
    card = await visitor.services.clinic_changes.find_for(message)
    if card is None:
        return None
    return Screen(
        lines(_("⚠️ <b>The clinic has moved the visit.</b>"), both_times(visitor, message.was, card)),
        (
            (button(_("That suits me"), Coming(appointment=card.appointment.id)),),
            move_or_cancel(card),
            ways_below(card),
        ),
    )


@news(CancelledByOther, N_("another representative has cancelled the visit"))
async def cancelled_by_other(visitor: Visitor, message: CancelledByOther) -> Screen | None:
    card = await visitor.services.cancellations.find_for(message)
    if card is None:
        return None
    return Screen(
        lines(
            text(
                _("⚠️ <b>The other representative has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            patient_and_doctor(card),
            place_of(card),
        ),
        ((other_time_button(card),), ways_below(card)),
    )
