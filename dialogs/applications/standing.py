"""Where an application of any kind stands, in the words of its page: in review, late, to be corrected, or ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.applications.records import ApplicationKind, ApplicationStatus, ApplicationStep, Filed, RefusalReason
from bot.applications.seen import AnyFollowed, Followed
from bot.core.i18n import N_, gettext as _, spoken_day, spoken_moment
from bot.core.timing import local_day
from dialogs.applications.wording import REFUSALS, complain_line, parts_of
from dialogs.kit.flow import Visitor
from dialogs.kit.screen import text

MARKS = {ApplicationStatus.APPROVED: "✅ ", ApplicationStatus.NEEDS_CORRECTION: "⚠️ "}
"""stand before an application in a list"""
HELPS = {
    RefusalReason.DATA_DIFFER: N_("Compare the card with the policy and the birth certificate, then apply once more."),
    RefusalReason.NO_RIGHT: N_("Come to a reception with your passport and the child's birth certificate."),
    RefusalReason.NO_PLACES: N_("Choose another clinic: its card says whether it takes applications."),
    RefusalReason.OTHER_AREA: N_("Check the address in the card, or choose the clinic of your own district."),
    RefusalReason.AGE: N_("Check the date of birth in the card, or choose a clinic for that age."),
    RefusalReason.ALREADY_CHANGED: N_("A clinic may be changed once a year. After a move it may be earlier: say so."),
    RefusalReason.POLICY_INACTIVE: N_("Check the policy in the card; the insurer puts it right."),
    RefusalReason.PAPERS_MISSING: N_("Bring your passport, the birth certificate, the policy and the SNILS."),
    RefusalReason.OTHER: N_("Call the clinic: it says what is missing."),
    RefusalReason.DOCTOR_FIRST: N_("Book a doctor at the clinic. After the visit ask for the document once more."),
    RefusalReason.HAS_POLICY: N_("Ask the insurer or look on Gosuslugi for the number, then link the policy here."),
    RefusalReason.NOT_IN_SYSTEM: N_(
        "Call the clinic or come with the policy: it checks its list of patients. Then apply once more, or choose "
        "another clinic."
    ),
}
HELPS_OF: Mapping[ApplicationKind, Mapping[RefusalReason, str]] = {
    ApplicationKind.ENROLLMENT: HELPS,
    ApplicationKind.DOCUMENT: {
        **HELPS,
        RefusalReason.AGE: N_("Check the date of birth in the card; the reception says for whom the document is."),
    },
    ApplicationKind.POLICY: {
        **HELPS,
        RefusalReason.DATA_DIFFER: N_("Compare the form with the birth certificate, then apply once more."),
        RefusalReason.NO_RIGHT: N_("Come to the reception with your passport and the child's birth certificate."),
        RefusalReason.PAPERS_MISSING: N_("Bring your passport, the birth certificate and the SNILS to the reception."),
    },
}
"""what the parent is told to do after a refusal"""


def stage_line(found: Filed) -> str:
    """Return how far an application that waits has come."""
    if found.status is ApplicationStatus.IN_REVIEW:
        return _("The reception is looking at it.")
    return _("The clinic has it and will look at it.")


def stuck_line() -> str:
    return _("⚠️ The clinic has decided, but its system does not answer. I try again myself; nothing is lost.")


def late_lines(visitor: Visitor, seen: AnyFollowed) -> list[str]:
    """Return what is said of one that the clinic has not decided, or whose document it has not made, in time."""
    due = spoken_moment(seen.filed.due_at, seen.clinic.zone, visitor.now)
    late = _("⚠️ The clinic has not decided in time, by {when}. Its head is told.")
    if seen.filed.kind is ApplicationKind.DOCUMENT:
        late = _("⚠️ The clinic has not made it in time, by {when}. Its head is told.")
    return [text(late, when=due), text(_("You can call: {phone}"), phone=seen.clinic.phone)]


def correction_lines(visitor: Visitor, seen: AnyFollowed) -> list[str]:
    """Return what is to be corrected, by whom, and on which day at the latest."""
    found, zone = seen.filed, seen.clinic.zone
    again = _("Send it again, at the latest on {when}: otherwise it is closed.")
    if isinstance(seen, Followed) and not seen.is_owner:
        again = _(
            "The owner of the card corrects it and sends it again, at the latest on {when}: otherwise it is closed."
        )
    until = ""
    if found.correct_until is not None:  # a midnight
        last_day = local_day(found.correct_until - timedelta(seconds=1), zone)
        until = spoken_day(last_day, local_day(visitor.now, zone))
    return [
        text(_("⚠️ To be corrected: {parts}."), parts=parts_of(found.decision.fields if found.decision else ())),
        text(again, when=until) if until else "",
    ]


def refused_lines(seen: AnyFollowed) -> list[str]:
    reason = seen.filed.refused_because or RefusalReason.OTHER
    return [
        text(_("⚠️ Refused: {reason}."), reason=_(REFUSALS[reason])),
        _(HELPS_OF[seen.filed.kind][reason]),
        text(_("Phone of the clinic: {phone}"), phone=seen.clinic.phone),
        complain_line(seen.filed.kind),
    ]


def closed_line(seen: AnyFollowed) -> str:
    if any(each.step is ApplicationStep.LAPSED for each in seen.steps):
        return _("It was closed: it was not corrected in time.")
    return _("It is withdrawn.")
