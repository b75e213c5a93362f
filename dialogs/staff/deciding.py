"""The screens by which a desk decides on an application of any kind: why it is refused, and what is to be corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from bot.applications.records import ApplicationKind, Filed, RefusalReason, ToCorrect
from bot.applications.rules import CORRECTION_DAYS, PARTS_OF, fields_of, is_overdue, toggled
from bot.core.decidable import Decidable, is_with_colleague
from bot.core.i18n import gettext as _, ngettext, spoken_moment
from bot.delivery.screen import Button, Screen
from dialogs.applications.wording import part_label, refusal_label
from dialogs.kit.flow import Visitor
from dialogs.kit.link import Action, Link
from dialogs.kit.pager import few
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.staff.wording import waiting_label

MARKS = {ApplicationKind.DOCUMENT: "📄 ", ApplicationKind.POLICY: "🪪 "}
"""stand before an application in the queue; one for enrollment has none"""
HELD = "👤 "
"""stands before what a colleague has open"""


def queue_button(visitor: Visitor, zone: ZoneInfo, found: Filed, to: Link, *, is_urgent: bool = False) -> Button:
    """Return the button of an application; it names nobody, so that looking at the queue reads no name."""
    due = spoken_moment(found.due_at, zone, visitor.now)
    held = held_mark(visitor, found)
    label = waiting_label(found.ref, due, is_late=is_overdue(found, visitor.now), is_urgent=is_urgent)
    return button(f"{held}{MARKS.get(found.kind, '')}{label}", to)


def held_mark(visitor: Visitor, row: Decidable) -> str:
    """Return what stands before a row that a colleague has open."""
    return HELD if is_with_colleague(row, visitor.account.id, visitor.now) else ""


def held_line(visitor: Visitor, rows: Iterable[Decidable]) -> str:
    """Return what the mark means, "" if no row has it."""
    return text(_("{mark}a colleague has it open."), mark=HELD) if any(held_mark(visitor, row) for row in rows) else ""


def due_line(visitor: Visitor, zone: ZoneInfo, found: Filed) -> str:
    """Return until when the desk has to decide, or that it is late."""
    due = spoken_moment(found.due_at, zone, visitor.now)
    return text(
        _("⚠️ Late: it was due by {when}") if is_overdue(found, visitor.now) else _("Decide by {when}"), when=due
    )


def refusal_screen(
    reasons: Sequence[RefusalReason], refuse: Callable[[RefusalReason], Action], back: Link, *more: str
) -> Screen:
    """Return the choice of the reason for a refusal."""
    return Screen(
        lines(
            _("Why do you refuse? The parent reads the reason and what can be done about it. A press refuses at once."),
            *more,
        ),
        (*few(reasons, lambda each: button(refusal_label(each), refuse(each))), ways_out(back)),
    )


def parts_screen(
    kind: ApplicationKind, bits: int, mark: Callable[[int], Link], give_back: Callable[[int], Action], back: Link
) -> Screen:
    """Return the choice of what is to be corrected, a set as ``bits``, and then of the days for it."""
    chosen = fields_of(bits)

    def part(each: ToCorrect) -> Button:
        return button(f"{'✅ ' if each in chosen else ''}{part_label(each)}", mark(toggled(bits, each)))

    def days(each: int) -> Button:
        return button(ngettext("Within {n} day", "Within {n} days", each).format(n=each), give_back(each))

    return Screen(
        lines(
            _("What has the parent to correct? Mark everything."),
            _("Then choose the time for it.") if chosen else "",
        ),
        (
            *few(PARTS_OF[kind], part),
            *(few(CORRECTION_DAYS, days, 2) if chosen else []),
            ways_out(back),
        ),
    )
