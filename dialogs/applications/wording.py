"""Words of applications that the screens of representatives and of the desk share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.applications.records import (
    Application,
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    EnrollmentReason,
    LastChange,
    RefusalReason,
    StepTaken,
    ToCorrect,
)
from bot.core.clinic import Clinic
from bot.core.i18n import N_, clock_time, gettext as _, past_day
from bot.core.timing import local_day
from dialogs.kit.flow import Visitor
from dialogs.kit.pager import first_lines
from dialogs.kit.screen import text
from dialogs.kit.wording import capitalised

REASONS: Mapping[EnrollmentReason, str] = {
    EnrollmentReason.REGISTERED: N_("Registered nearby"),
    EnrollmentReason.LIVES: N_("Lives nearby"),
    EnrollmentReason.MOVED: N_("We have moved"),
    EnrollmentReason.CHOICE: N_("By choice"),
}
LAST_CHANGES: Mapping[LastChange, str] = {
    LastChange.UNKNOWN: N_("I do not remember"),
    LastChange.LONG_AGO: N_("Over a year ago or never"),
    LastChange.THIS_YEAR: N_("Less than a year ago"),
}
REFUSALS: Mapping[RefusalReason, str] = {
    RefusalReason.DATA_DIFFER: N_("the data do not agree"),
    RefusalReason.NO_RIGHT: N_("no right to act for the child"),
    RefusalReason.NO_PLACES: N_("no places"),
    RefusalReason.OTHER_AREA: N_("another district"),
    RefusalReason.AGE: N_("the age"),
    RefusalReason.ALREADY_CHANGED: N_("the clinic was changed this year"),
    RefusalReason.POLICY_INACTIVE: N_("the policy is not in force"),
    RefusalReason.PAPERS_MISSING: N_("papers are missing"),
    RefusalReason.OTHER: N_("another reason"),
    RefusalReason.DOCTOR_FIRST: N_("a doctor has to see the child first"),
    RefusalReason.HAS_POLICY: N_("the child has a policy already"),
    RefusalReason.NOT_IN_SYSTEM: N_("the desk agreed, but the clinic's system does not find the child"),
}
PARTS: Mapping[ToCorrect, str] = {
    ToCorrect.NAME: N_("the name"),
    ToCorrect.BIRTH_DATE: N_("the date of birth"),
    ToCorrect.POLICY: N_("the policy number"),
    ToCorrect.SNILS: N_("the SNILS"),
    ToCorrect.ADDRESS: N_("the address"),
    ToCorrect.REASON: N_("the reason"),
    ToCorrect.SEX: N_("the sex"),
    ToCorrect.DETAILS: N_("the days, the place or the doctor"),
    ToCorrect.PAPERS: N_("bring the papers to the reception"),
}
PAPERS_SAID = N_("the papers (bring them to the reception)")
"""in a sentence that names what is to be corrected"""
STATUSES: Mapping[ApplicationStatus, str] = {
    ApplicationStatus.SUBMITTED: N_("sent"),
    ApplicationStatus.IN_REVIEW: N_("in review"),
    ApplicationStatus.NEEDS_CORRECTION: N_("to correct"),
    ApplicationStatus.APPROVED: N_("approved"),
    ApplicationStatus.REFUSED: N_("refused"),
    ApplicationStatus.WITHDRAWN: N_("withdrawn"),
}
STATUSES_OF_DOCUMENTS: Mapping[ApplicationStatus, str] = {
    **STATUSES,
    ApplicationStatus.IN_REVIEW: N_("in work"),
    ApplicationStatus.APPROVED: N_("ready"),
}
STATUSES_OF: Mapping[ApplicationKind, Mapping[ApplicationStatus, str]] = {
    ApplicationKind.ENROLLMENT: STATUSES,
    ApplicationKind.DOCUMENT: STATUSES_OF_DOCUMENTS,
    ApplicationKind.POLICY: {**STATUSES, ApplicationStatus.APPROVED: N_("ready")},
}
STEPS: Mapping[ApplicationStep, str] = {
    ApplicationStep.SUBMITTED: N_("sent"),
    ApplicationStep.OPENED: N_("the reception has begun to look at it"),
    ApplicationStep.RETURNED: N_("given back to be corrected: {what}"),
    ApplicationStep.RESENT: N_("sent again"),
    ApplicationStep.APPROVED: N_("approved"),
    ApplicationStep.REFUSED: N_("refused: {what}"),
    ApplicationStep.WITHDRAWN: N_("withdrawn"),
    ApplicationStep.LAPSED: N_("closed: it was not corrected in time"),
    ApplicationStep.LATE: N_("the clinic has not answered in time"),
    ApplicationStep.STUCK: N_("the clinic's system does not answer; number for support: {what}"),
}

MOST_STEPS = 12


def reason_label(reason: EnrollmentReason) -> str:
    return _(REASONS[reason])


def reason_word(reason: EnrollmentReason) -> str:
    """Return the reason for a sentence."""
    return _(REASONS[reason]).lower()


def last_change_word(said: LastChange) -> str:
    """Return when the clinic was changed last, for a sentence."""
    return _(LAST_CHANGES[said]).lower()


def refusal_label(reason: RefusalReason) -> str:
    return capitalised(_(REFUSALS[reason]))


def status_word(status: ApplicationStatus, kind: ApplicationKind) -> str:
    return _(STATUSES_OF[kind][status])


def status_label(status: ApplicationStatus, kind: ApplicationKind = ApplicationKind.ENROLLMENT) -> str:
    return capitalised(status_word(status, kind))


def step_word(step: ApplicationStep, what: str, kind: ApplicationKind = ApplicationKind.ENROLLMENT) -> str:
    """Return what a step is, with its detail."""
    if step is ApplicationStep.APPROVED and kind is not ApplicationKind.ENROLLMENT:
        return _("ready")
    return _(STEPS[step]).format(what=what)


def part_label(part: ToCorrect) -> str:
    return capitalised(_(PARTS[part]))


def decided_together() -> str:
    return _("The reception checks the policy and the enrollment together: there is one answer to both.")


def policy_word(found: Application, *, waits: bool = False) -> str:
    """Return what is known of a policy that is one decision with an application, "" if none is; ``waits``: not yet."""
    if waits:
        return _("is checked together with the application")
    if found.decision is None or found.decision.check is None or found.awaits_desk:
        return ""
    if found.status is ApplicationStatus.APPROVED:
        return _("checked together with the application and confirmed")
    if found.status in {ApplicationStatus.REFUSED, ApplicationStatus.NEEDS_CORRECTION}:
        return _("checked together with the application, not confirmed")
    return ""


def complain_line(kind: ApplicationKind) -> str:
    """Return who hears of a refusal; a child without a policy has no insurer."""
    if kind is ApplicationKind.POLICY:
        return _("Where to complain: the head of the clinic, then the regional OMS fund.")
    return _("Where to complain: the head of the clinic, the insurer of the policy, then Roszdravnadzor.")


def parts_of(parts: Sequence[ToCorrect]) -> str:
    """Return «фамилию и имя, адрес» for a sentence."""
    return ", ".join(_(PAPERS_SAID if each is ToCorrect.PAPERS else PARTS[each]) for each in parts)


def detail_of(taken: StepTaken) -> str:
    """Return the words for what a step has stored beside itself."""
    if taken.step is ApplicationStep.REFUSED and taken.detail:
        return _(REFUSALS[RefusalReason(taken.detail)])
    if taken.step is ApplicationStep.RETURNED and taken.detail:
        return parts_of([ToCorrect(each) for each in taken.detail.split(",")])
    return taken.detail if taken.step is ApplicationStep.STUCK else ""


def history_lines(
    visitor: Visitor, clinic: Clinic, steps: Sequence[StepTaken], kind: ApplicationKind = ApplicationKind.ENROLLMENT
) -> list[str]:
    """Return a line for each step, the newest first, by the clock of the clinic."""
    if not steps:
        return []
    return [
        _("<b>History</b>"),
        *first_lines([*reversed(steps)], lambda each: step_line(visitor, clinic, each, kind), MOST_STEPS),
    ]


def step_line(visitor: Visitor, clinic: Clinic, taken: StepTaken, kind: ApplicationKind) -> str:
    day = past_day(local_day(taken.at, clinic.zone), local_day(visitor.now, clinic.zone))
    what = step_word(taken.step, detail_of(taken), kind)
    return text("{day}, {time}: {what}", day=day, time=clock_time(taken.at, clinic.zone), what=what)
