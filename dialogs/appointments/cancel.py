"""Cancelling a visit after one question."""

from __future__ import annotations

from datetime import datetime

from bot.booking.rules import is_too_late_to_move
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentDetails, AskCancel, Cancel
from dialogs.booking.blocked import ahead_line
from dialogs.booking.visit_screens import cancelled_now, no_move_line, other_days, summary
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import button, lines

flow = Flow("cancelling")


@flow.screen(AskCancel)
async def ask_cancel(visitor: Visitor, link: AskCancel) -> Screen:
    card, deadline, *_more = await visitor.services.cancellations.require_cancellable(
        visitor.account.id, link.appointment
    )
    ahead = await visitor.services.blocks.ahead(card) if deadline <= visitor.now else None
    move = button(_("Move instead"), other_days(card))
    return Screen(
        lines(
            _("<b>Cancel this visit?</b>"),
            summary(visitor, card),
            [consequence(visitor, deadline), no_move_line(card, visitor.now)],
            [ahead_line(ahead)],
        ),
        (
            (button(_("Yes, cancel"), Cancel(appointment=link.appointment)),),
            (
                *([] if is_too_late_to_move(card.appointment, card.clinic.rules, visitor.now) else [move]),
                button(_("Keep it"), AppointmentDetails(appointment=link.appointment)),
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
    card = await visitor.services.cancellations.cancel(visitor.account.id, link.appointment, visitor.message)
    return cancelled_now(visitor, card)
