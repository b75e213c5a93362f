"""The screen after a decision of a desk's queue, which can be undone for a minute: it repeats what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from bot.applications.records import ApplicationKind, Decision, Filed, Verdict
from bot.core.decidable import Decidable, may_undo
from bot.core.i18n import gettext as _, ngettext
from bot.delivery.screen import Screen
from dialogs.applications.wording import parts_of, refusal_label
from dialogs.kit.flow import Visitor
from dialogs.kit.link import Action, Link
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out


def decided_screen(
    visitor: Visitor, found: Decidable, said: Sequence[str], undo: Action, queue: Link, *more: Row
) -> Screen:
    """Return the screen with what was ``said``, and with the button to undo it while that is possible."""
    can_undo = may_undo(found, visitor.account.id, visitor.now)
    return Screen(
        lines(
            said,
            _("Recorded. I tell the parent in a minute; until then it can be undone.")
            if can_undo
            else _("It cannot be undone: the minute is over, or a colleague has decided."),
        ),
        (*([(button(_("Undo"), undo),)] if can_undo else []), *more, ways_out(queue)),
    )


def decided_lines(found: Filed) -> list[str]:
    """Return the number of an application and what the desk has decided about it."""
    said = "" if found.decision is None else decision_line(found.decision, found.kind)
    return [text(_("<b>Application {ref}</b>"), ref=unbroken(found.ref)), said]


def decision_line(decision: Decision, kind: ApplicationKind) -> str:
    if decision.verdict is Verdict.REFUSE and decision.reason is not None:
        return text(_("Decision: refuse, reason: {reason}"), reason=refusal_label(decision.reason).lower())
    if decision.verdict is Verdict.RETURN:
        template = ngettext(
            "Decision: give back to correct within {n} day: {what}",
            "Decision: give back to correct within {n} days: {what}",
            decision.days,
        )
        return text(template, n=str(decision.days), what=parts_of(decision.fields))
    if kind is not ApplicationKind.ENROLLMENT:
        return _("Decision: ready")
    if decision.district:
        return text(_("Decision: enroll, district {district}"), district=decision.district)
    return _("Decision: enroll")
