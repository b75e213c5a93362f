"""Rules of applications: who may do what when, the clinic's limits, the yearly change, and the deadlines.

SUBMITTED --opened--> IN_REVIEW --approve--> APPROVED
    |                     |    ---refuse---> REFUSED
    |                     |    ---return---> NEEDS_CORRECTION --sent again--> SUBMITTED
    +------withdraw-------+------withdraw----------+--withdraw, lapse--> WITHDRAWN
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.applications.records import (
    Application,
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    EnrollmentReason,
    Filed,
    LastChange,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.core.ages import ADULT_AGE, age_on
from bot.core.clinic import Clinic, ClinicKind, Enrolling
from bot.core.decidable import (
    CLAIM_FOR as CLAIM_FOR,
    UNDO_FOR as UNDO_FOR,
    has_claimed as has_claimed,
    may_claim as may_claim,
    may_undo as may_undo,
)
from bot.core.patient import Patient
from bot.core.places import Place
from bot.core.timing import local_day
from bot.core.working_hours import end_of_working_day

WORKING_DAYS = 2
"""within which a clinic decides on an enrollment, by law"""
MOST_SENT = 5
"""applications about one card that are filed or sent again within a day"""
YEAR = timedelta(days=365)
CORRECTION_DAYS = (3, 7, 14, 30)
"""the terms among which a desk chooses"""

S = ApplicationStatus
MOVES: Mapping[tuple[ApplicationStatus, ApplicationStep], ApplicationStatus] = {
    (S.SUBMITTED, ApplicationStep.OPENED): S.IN_REVIEW,
    (S.IN_REVIEW, ApplicationStep.OPENED): S.IN_REVIEW,
    (S.IN_REVIEW, ApplicationStep.APPROVED): S.APPROVED,
    (S.IN_REVIEW, ApplicationStep.REFUSED): S.REFUSED,
    (S.IN_REVIEW, ApplicationStep.RETURNED): S.NEEDS_CORRECTION,
    (S.NEEDS_CORRECTION, ApplicationStep.RESENT): S.SUBMITTED,
    (S.NEEDS_CORRECTION, ApplicationStep.LAPSED): S.WITHDRAWN,
    (S.SUBMITTED, ApplicationStep.WITHDRAWN): S.WITHDRAWN,
    (S.IN_REVIEW, ApplicationStep.WITHDRAWN): S.WITHDRAWN,
    (S.NEEDS_CORRECTION, ApplicationStep.WITHDRAWN): S.WITHDRAWN,
}
"""Every change of a status; a step that is missing here is refused."""

STEP_OF: Mapping[Verdict, ApplicationStep] = {
    Verdict.APPROVE: ApplicationStep.APPROVED,
    Verdict.REFUSE: ApplicationStep.REFUSED,
    Verdict.RETURN: ApplicationStep.RETURNED,
}


def after(status: ApplicationStatus, step: ApplicationStep) -> ApplicationStatus | None:
    """Return the status after a step, None if the step is not possible."""
    return MOVES.get((status, step))


# --- the desk ---------------------------------------------------------------------------------------------------------


def is_overdue(application: Filed, now: datetime) -> bool:
    return application.awaits_desk and application.due_at <= now


REFUSALS_OF: Mapping[ApplicationKind, tuple[RefusalReason, ...]] = {
    ApplicationKind.ENROLLMENT: tuple(
        each
        for each in RefusalReason
        if each not in {RefusalReason.DOCTOR_FIRST, RefusalReason.HAS_POLICY, RefusalReason.NOT_IN_SYSTEM}
    ),
    ApplicationKind.DOCUMENT: (
        RefusalReason.DOCTOR_FIRST,
        RefusalReason.DATA_DIFFER,
        RefusalReason.NO_RIGHT,
        RefusalReason.AGE,
        RefusalReason.POLICY_INACTIVE,
        RefusalReason.PAPERS_MISSING,
        RefusalReason.OTHER,
    ),
    ApplicationKind.POLICY: (
        RefusalReason.HAS_POLICY,
        RefusalReason.DATA_DIFFER,
        RefusalReason.NO_RIGHT,
        RefusalReason.PAPERS_MISSING,
        RefusalReason.OTHER,
    ),
}
"""why a clinic may refuse an application of a kind, in the order of the buttons"""
PARTS_OF: Mapping[ApplicationKind, tuple[ToCorrect, ...]] = {
    ApplicationKind.ENROLLMENT: tuple(each for each in ToCorrect if each not in {ToCorrect.DETAILS, ToCorrect.SEX}),
    ApplicationKind.DOCUMENT: (
        ToCorrect.DETAILS,
        ToCorrect.NAME,
        ToCorrect.BIRTH_DATE,
        ToCorrect.POLICY,
        ToCorrect.PAPERS,
    ),
    ApplicationKind.POLICY: (
        ToCorrect.NAME,
        ToCorrect.BIRTH_DATE,
        ToCorrect.SEX,
        ToCorrect.SNILS,
        ToCorrect.ADDRESS,
        ToCorrect.PAPERS,
    ),
}
"""what may have to be corrected in an application of a kind, in the order of the buttons"""


def is_complete(decision: Decision) -> bool:
    """Return whether a decision says what it has to: why it refuses, what is to be corrected and until when."""
    match decision.verdict:
        case Verdict.APPROVE:
            return decision.reason is None and not decision.fields
        case Verdict.REFUSE:
            return decision.reason is not None
        case Verdict.RETURN:
            return bool(decision.fields) and decision.days in CORRECTION_DAYS
    return False


def fits(decision: Decision, kind: ApplicationKind) -> bool:
    """Return whether a decision names only what an application of a kind has, and how a policy that is ready is got."""
    why = decision.reason is None or decision.reason in REFUSALS_OF[kind]
    is_placed = decision.doctor is not None or bool(decision.district)
    gives_policy = kind is ApplicationKind.POLICY and decision.verdict is Verdict.APPROVE
    return (
        why
        and set(decision.fields) <= {*PARTS_OF[kind]}
        and (kind is ApplicationKind.ENROLLMENT or not is_placed)
        and (decision.ready is not None) is gives_policy
    )


# --- deadlines --------------------------------------------------------------------------------------------------------


def due_of(filed_at: datetime, clinic: Clinic) -> datetime:
    """Return when the clinic must have decided: the end of the second working day after the day of filing."""
    return end_of_working_day(WORKING_DAYS, filed_at, clinic.zone)


def due_again(application: Application, now: datetime, clinic: Clinic) -> datetime:
    """Return when the clinic must have decided an application that is sent again now."""
    document = application.document
    return due_of(now, clinic) if document is None else end_of_working_day(document.days, now, clinic.zone)


def correct_until(now: datetime, days: int, clinic: Clinic) -> datetime:
    """Return the end of the local day that is so many days ahead."""
    midnight = (now + timedelta(days=days + 1)).astimezone(clinic.zone).replace(hour=0, minute=0, second=0)
    return midnight.replace(microsecond=0).astimezone(now.tzinfo)


TOLD_AFTER = timedelta(minutes=30)
"""of a clinic system that does not answer about a decision"""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=15)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait before a silent system is asked again: twice as long each time, at most 15 minutes."""
    return min(_FIRST_PAUSE * (1 << min(attempts, 10)), _LONGEST_PAUSE)


# --- the form ---------------------------------------------------------------------------------------------------------


def enrolling_of(
    clinic: Clinic, patient: Patient | None, now: datetime, *, takes_applications: bool, is_full: bool
) -> Enrolling:
    """Return how a clinic enrolls a patient, or anybody if it is None.

    ``takes_applications``: the clinic's system takes them, and somebody at its desk in the bot may decide them.
    """
    why_not = not_enrolled(clinic, patient, now)
    if why_not is not None:
        return why_not
    if not (clinic.facts.enrolls_online and takes_applications):
        return Enrolling.AT_RECEPTION
    return Enrolling.FULL if is_full else Enrolling.IN_THE_BOT


def not_enrolled(clinic: Clinic, patient: Patient | None, now: datetime) -> Enrolling | None:
    """Return why a clinic enrolls no patient of this age, or nobody; None if it may."""
    why_not = unsuited(clinic, patient, now)
    if why_not is not None or patient is None:
        return why_not
    age, facts = age_on(patient.birth_date, local_day(now, clinic.zone)), clinic.facts
    is_old_enough = facts.min_age is None or age >= facts.min_age
    is_young_enough = facts.max_age is None or age <= facts.max_age
    return None if is_old_enough and is_young_enough else Enrolling.OTHER_AGE


def unsuited(clinic: Clinic, patient: Patient | None, now: datetime) -> Enrolling | None:
    """Return why a clinic of this kind never has a patient of this age, or anybody; None if it may."""
    if clinic.kind is ClinicKind.DENTAL:
        return Enrolling.NOBODY
    if patient is None:
        return None
    age = age_on(patient.birth_date, local_day(now, clinic.zone))
    if clinic.kind is ClinicKind.CHILDREN and age >= ADULT_AGE:
        return Enrolling.TOO_OLD
    if clinic.kind is ClinicKind.ADULT and age < ADULT_AGE:
        return Enrolling.TOO_YOUNG
    return None


def by_distance(here: Clinic, clinics: Sequence[Clinic]) -> list[Clinic]:
    """Return the clinics by their distance from one; those whose place is not known are last, in their order."""
    place = here.facts.place

    def distance(each: Clinic) -> float:
        if place is None or each.facts.place is None:
            return math.inf
        return Place(*place).kilometres_to(Place(*each.facts.place))

    return sorted(clinics, key=distance)


def is_in_street(address: str, street: str) -> bool:
    """Return whether an address as a person types it names a street: «ул. Садовая, 5, кв. 3» names «Садовая»."""
    words = re.findall(r"\w+", address.casefold().replace("ё", "е"))
    wanted = re.findall(r"\w+", street.casefold().replace("ё", "е"))
    size = len(wanted)
    return bool(wanted) and any(words[at : at + size] == wanted for at in range(len(words) - size + 1))


def warns_of_year(reason: EnrollmentReason, said: LastChange, enrolled_since: datetime | None, now: datetime) -> bool:
    """Return whether the clinic may refuse because it was changed within a year; a move is an exception by law.

    ``enrolled_since`` is when the present clinic has taken the child; what the representative says counts only if that
    is not known. The clinic decides.
    """
    if reason is EnrollmentReason.MOVED:
        return False
    if enrolled_since is not None:
        return now < enrolled_since + YEAR
    return said is LastChange.THIS_YEAR


def last_known_change(decided: datetime | None, registered: date | None, clinic: Clinic) -> datetime | None:
    """Return the later of a decision made in the bot and the day in the register; None if neither is known."""
    midnight = None if registered is None else datetime.combine(registered, time(), clinic.zone).astimezone(UTC)
    return max((each for each in (decided, midnight) if each is not None), default=None)


def next_sending(sent: Sequence[datetime]) -> datetime | None:
    """Return from when one more may be sent about a card, None: now. ``sent`` are those of a day, in their order."""
    return None if len(sent) < MOST_SENT else sent[-MOST_SENT] + timedelta(days=1)


def fields_of(bits: int) -> tuple[ToCorrect, ...]:
    """Return the parts of a set as a button carries it."""
    return tuple(part for place, part in enumerate(ToCorrect) if bits >> place & 1)


def toggled(bits: int, part: ToCorrect) -> int:
    """Return the set with the part taken in or out."""
    return bits ^ 1 << list(ToCorrect).index(part)


class WayOut(StrEnum):
    """What may help after a refusal."""

    CORRECT = "CORRECT"
    """the card"""
    AGAIN = "AGAIN"
    """apply once more"""
    RECEPTION = "RECEPTION"
    """come with the papers"""
    ELSEWHERE = "ELSEWHERE"
    """another clinic"""
    DOCTOR = "DOCTOR"
    """a visit"""


WAYS_OUT: Mapping[RefusalReason, tuple[WayOut, ...]] = {
    RefusalReason.DATA_DIFFER: (WayOut.CORRECT, WayOut.AGAIN),
    RefusalReason.NO_RIGHT: (WayOut.RECEPTION,),
    RefusalReason.NO_PLACES: (WayOut.ELSEWHERE,),
    RefusalReason.OTHER_AREA: (WayOut.CORRECT, WayOut.ELSEWHERE),
    RefusalReason.AGE: (WayOut.CORRECT, WayOut.ELSEWHERE),
    RefusalReason.ALREADY_CHANGED: (WayOut.AGAIN,),
    RefusalReason.POLICY_INACTIVE: (WayOut.CORRECT, WayOut.AGAIN),
    RefusalReason.PAPERS_MISSING: (WayOut.RECEPTION, WayOut.AGAIN),
    RefusalReason.OTHER: (WayOut.AGAIN,),
    RefusalReason.DOCTOR_FIRST: (WayOut.DOCTOR, WayOut.AGAIN),
    RefusalReason.HAS_POLICY: (WayOut.AGAIN,),
    RefusalReason.NOT_IN_SYSTEM: (WayOut.AGAIN, WayOut.ELSEWHERE, WayOut.RECEPTION),
}
