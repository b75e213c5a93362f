"""The words for visits that the bot forgets and that stay at the clinic: told once, in a message that stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _, ngettext, spoken_moment
from dialogs.booking.visit_screens import summary
from dialogs.kit.flow import Visitor
from dialogs.kit.pager import MOST, few_paragraphs, first_lines
from dialogs.kit.screen import text

MOST_IN_FULL = 10
"""The text of a message is limited: further visits have their time and telephone only."""


def kept_visits(visitor: Visitor, visits: Sequence[AppointmentCard]) -> list[list[str]]:
    """Return the blocks that tell each visit: doctor, time, place and telephone; none without visits.

    The bot forgets the number with the visit, so the desk does not find it by the number.
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
    how = _("To move or cancel, call the reception and tell the child's family name and the time of the visit.")
    return [[heading, how], *in_full, short]


def paragraph(visitor: Visitor, card: AppointmentCard) -> list[str]:
    return [*summary(visitor, card), phone(card)]


def phone(card: AppointmentCard) -> str:
    return text(_("Reception: {phone}"), phone=card.clinic.phone)


def in_one_line(visitor: Visitor, card: AppointmentCard) -> str:
    when = spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)
    return text("{when} · {phone}", when=when, phone=card.clinic.phone)
