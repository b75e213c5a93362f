"""What the confirmation and the correspondence of an application of any kind have in common on paper."""

from __future__ import annotations

from collections.abc import Sequence

from bot.applications.records import AnyApplication
from bot.applications.seen import AnyFollowed, Followed
from bot.core.i18n import MOSCOW, clock_time, gettext as _
from bot.core.policy_form import PolicyReady
from bot.delivery.paper import Paper, Section
from dialogs.applications.sent import moment_of
from dialogs.applications.wording import policy_word, refusal_label, status_label
from dialogs.kit.flow import Visitor
from dialogs.kit.wording import moscow_date

Line = tuple[str, str]


def about_section(seen: AnyFollowed, *asked: Line) -> Section:
    """Return the number, the clinic, and where an application stands; ``asked`` stands after the number."""
    found, clinic = seen.filed, seen.clinic
    reason = found.refused_because
    known = (
        (_("Number"), found.ref),
        *asked,
        (_("Clinic"), ", ".join(filter(None, (clinic.name, clinic.address, clinic.phone)))),
        (_("Sent"), moment_of(found.filed_at, clinic)),
        (_("State"), status_label(found.status, found.kind)),
        (_("Policy"), policy_word(seen.application, waits=seen.with_policy) if isinstance(seen, Followed) else ""),
        (_("Where the number is"), number_place(found)),
        (_("Decision is due"), moment_of(found.due_at, clinic) if found.awaits_desk else ""),
        (_("Refused because"), refusal_label(reason) if reason else ""),
    )
    return Section("", tuple((label, value) for label, value in known if value))


def number_place(found: AnyApplication) -> str:
    """Return where the number of a policy that is ready is got."""
    ready = found.decision.ready if found.decision is not None else None
    if ready is None or found.is_open:
        return ""
    return _("at the reception") if ready is PolicyReady.RECEPTION else _("on Gosuslugi, and at the insurer")


def application_paper(visitor: Visitor, title: str, sections: Sequence[Section], link: str) -> Paper:
    """Return the paper with the check code; a section without lines is left out."""
    return Paper(
        title=title,
        sections=tuple(each for each in sections if each.lines),
        made_at=visitor.now,
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(visitor.now), time=clock_time(visitor.now, MOSCOW)
        ),
        codes=((_("Check at the reception of the clinic"), link),),
    )
