"""Choosing which visit to keep, after the clinic has put one back and another was booked instead."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _, ngettext
from bot.delivery.screen import Button, Screen
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentDetails, AppointmentList, AskKeep, Keep
from dialogs.booking.visit_screens import summary
from dialogs.booking.wording import day_and_time
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.pager import few, few_paragraphs
from dialogs.kit.screen import Row, button, lines

flow = Flow("keeping")


def keep_rows(visitor: Visitor, cards: Sequence[AppointmentCard]) -> list[Row]:
    """Return a button for each of the visits that compete, and the ways out that keep all of them."""
    return [
        *few(cards, lambda card: keep_button(visitor, card)),
        (button(_("My visits"), AppointmentList()), button(_("Menu"), Home())),
    ]


def keep_button(visitor: Visitor, card: AppointmentCard) -> Button:
    when = day_and_time(card.appointment.starts_at, card.clinic, visitor.now)
    return button(_("Keep {when}").format(when=when), AskKeep(appointment=card.appointment.id))


@flow.screen(AskKeep)
async def ask_keep(visitor: Visitor, link: AskKeep) -> Outcome:
    card, others = await visitor.services.keeping.require_choice(visitor.account.id, link.appointment)
    if not others:
        return AppointmentDetails(appointment=link.appointment)
    question = ngettext(
        "I will cancel this visit at the clinic:", "I will cancel these visits at the clinic:", len(others)
    )
    dropped = few_paragraphs(others, partial(summary, visitor))
    return Screen(
        lines(_("<b>Keep this visit?</b>"), summary(visitor, card), [question, *dropped[0]], *dropped[1:]),
        (
            (button(_("Yes, keep this one"), Keep(appointment=link.appointment)),),
            (button(_("Keep all"), AppointmentList()), button(_("Menu"), Home())),
        ),
    )


@flow.action(Keep)
async def on_keep(visitor: Visitor, link: Keep) -> Outcome:
    await visitor.services.keeping.keep(visitor.account.id, link.appointment)
    return AppointmentDetails(appointment=link.appointment)
