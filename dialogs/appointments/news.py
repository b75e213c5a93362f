"""Messages about a visit that was cancelled, or that the clinic has changed."""

from __future__ import annotations

from bot.appointments.news import CancelledByClinic, CancelledByOther, MovedByClinic
from bot.booking.news import CancellationAnswered
from bot.core.i18n import N_, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.appointments import as_it_stands, offered, other_time
from dialogs.appointments.links import Coming
from dialogs.booking.news import move_or_cancel, was_and_is
from dialogs.booking.wording import reason, where, who
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text


@news(CancellationAnswered, N_("the answer to a cancellation"))
async def cancellation(visitor: Visitor, message: CancellationAnswered) -> Screen | None:
    """What became of «Отменить»; where the clinic would not, the visit as it stands."""
    card = await visitor.services.appointments.about(message)
    if card is None:
        return None
    return as_it_stands(visitor, await visitor.services.appointments.show(message.account, card.appointment.id))


@news(CancelledByClinic, N_("the clinic has cancelled the visit"))
async def cancelled_by_clinic(visitor: Visitor, message: CancelledByClinic) -> Screen | None:
    card = await visitor.services.appointments.about(message)
    if card is None:
        return None
    offers = await visitor.services.appointments.offers(message.account, card.appointment.id)
    return Screen(
        lines(
            text(
                _("⚠️ <b>The clinic has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            because(message),
            who(card),
            text(_("Reception: {phone}"), phone=card.clinic.phone),
            [
                _("I can book another time at once:")
                if offers
                else _("You can choose another time or call the reception.")
            ],
        ),
        (*offered(card, offers, visitor.now), (*other_time(card), button(_("Not needed"), Home()))),
    )


def because(message: CancelledByClinic) -> str:
    return text(_("Reason: {why}"), why=reason(message.why)) if message.why else ""


@news(MovedByClinic, N_("the clinic has moved the visit"))
async def moved_by_clinic(visitor: Visitor, message: MovedByClinic) -> Screen | None:
    card = await visitor.services.appointments.about(message)
    if card is None:
        return None
    return Screen(
        lines(_("⚠️ <b>The clinic has moved the visit.</b>"), was_and_is(visitor, message.was, card)),
        (
            (button(_("That suits me"), Coming(appointment=card.appointment.id)),),
            move_or_cancel(card),
            (button(_("Menu"), Home()),),
        ),
    )


@news(CancelledByOther, N_("another representative has cancelled the visit"))
async def cancelled_by_other(visitor: Visitor, message: CancelledByOther) -> Screen | None:
    card = await visitor.services.appointments.about(message)
    if card is None:
        return None
    return Screen(
        lines(
            text(
                _("⚠️ <b>The other representative has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            who(card),
            where(card),
        ),
        ((*other_time(card), button(_("Menu"), Home())),),
    )
