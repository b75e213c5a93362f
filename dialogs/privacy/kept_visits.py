"""The words for visits that the bot forgets and that stay at the clinic: told once, in a message that stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _, ngettext, spoken_moment
from dialogs.booking.visit_screens import summary
from dialogs.kit.flow import Visitor
from dialogs.kit.pager import MOST, few_paragraphs, first_lines
from dialogs.kit.screen import text, unbroken

MOST_IN_FULL = 10
"""The text of a message is limited: further visits have their time and telephone only."""


def kept_visits(visitor: Visitor, visits: Sequence[AppointmentCard]) -> list[list[str]]:
    """Return the blocks that tell each visit: number, doctor, time, place and telephone; none without visits.

    The reception finds the visit by the number until it is over, although the card is erased.
    """
    if not visits:
        return []
    heading = ngettext(
        "The visit stays at the clinic. I forget it: keep this message.",
        "The visits stay at the clinic. I forget them: keep this message.",
        len(visits),
    )
    in_full = few_paragraphs(visits[:MOST_IN_FULL], partial(paragraph, visitor))
    short = first_lines(visits[MOST_IN_FULL:], partial(in_one_line, visitor), MOST)
    how = ngettext(
        "To move or cancel it, call the reception and tell its number. If you add the child again, I show the visit "
        "again under the same number.",
        "To move or cancel one, call the reception and tell its number. If you add the child again, I show the visits "
        "again under the same numbers.",
        len(visits),
    )
    return [[heading, how], *in_full, short]


def paragraph(visitor: Visitor, card: AppointmentCard) -> list[str]:
    return [*number(card), *summary(visitor, card), phone(card)]


def number(card: AppointmentCard) -> list[str]:
    """Return the line with the number; none for a visit that the clinic has not confirmed: it may not come about."""
    ref = card.appointment.ref
    return [text(_("Number of the visit: <b>{ref}</b>"), ref=unbroken(ref))] if card.appointment.is_live else []


def phone(card: AppointmentCard) -> str:
    return text(_("Reception: {phone}"), phone=card.clinic.phone)


def in_one_line(visitor: Visitor, card: AppointmentCard) -> str:
    when = spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)
    return text("{ref} · {when} · {phone}", ref=unbroken(card.appointment.ref), when=when, phone=card.clinic.phone)
