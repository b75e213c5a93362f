"""Rules of policy checks: what an answer means, how many refusals pause them, when a check is repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clinics.port import InsuredPerson, PolicyStatus
from bot.core.patient import NameField, Patient, RejectionReason, Verification, VerificationStatus
from bot.core.timing import in_quiet_hours
from bot.glossary import PatientId
from bot.patients.rules.corrections import claim_of
from bot.patients.rules.policy_number import policy_facts

MOST_FAILURES = 5
FAILURE_COUNTS_FOR = timedelta(hours=1)

RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(seconds=60),
    timedelta(minutes=5),
    timedelta(minutes=15),
)
"""The pause before the next try after one failure of the register to answer, after two, and so on."""

LATE_AFTER = timedelta(minutes=30)
"""The account is notified of a check that is open for this long."""

CORRECT_WITHIN = timedelta(days=7)
REMIND_BEFORE = timedelta(days=1)

MORNING = time(10)
LOOKS_TAKE = timedelta(hours=8)
"""Watched policies are checked once a day, from the morning of the clinic's zone on, each patient's a second later."""

JUST_NOW = timedelta(seconds=5)
"""A second press within this time gets the answer of the first one."""

NO_POLICY_OF_THEIRS = frozenset({RejectionReason.NOT_MATCHED, RejectionReason.AT_CLINIC})
"""The register does not agree that this person has this policy."""


# --- tries ------------------------------------------------------------------------------------------------------------


def paused_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when the next check is allowed after these failures, in any order; None for at once.

    The hour slides: a check is allowed once fewer than five failures are in the hour before it.
    """
    recent = sorted(at for at in failures if now < at + FAILURE_COUNTS_FOR)
    if len(recent) < MOST_FAILURES:
        return None
    return recent[-MOST_FAILURES] + FAILURE_COUNTS_FOR


def has_open_answers(failures: Sequence[datetime], open_checks: int, now: datetime) -> bool:
    """Return whether another question would be too much because the answers that are open may be refusals, too."""
    recent = [at for at in failures if now < at + FAILURE_COUNTS_FOR]
    return len(recent) + open_checks >= MOST_FAILURES


def is_failure(verification: Verification) -> bool:
    """Return whether the register refused what was typed: many such answers mean guessing."""
    is_refused = verification.reason in NO_POLICY_OF_THEIRS
    return is_refused or verification.status is VerificationStatus.NEEDS_CORRECTION


# --- the answer -------------------------------------------------------------------------------------------------------


def judge(asked: Patient, person: InsuredPerson | None, now: datetime) -> Verification:
    """Return what an answer means for a card; ``person`` is None if the register does not know the number.

    A refused number that is not of sixteen digits is checked at a clinic: the register may not have such papers.
    """
    before = asked.verification
    answer = verdict(person, now, before.queued_at, before.attempts)
    return general_refusal(asked, answer) if answer.reason is RejectionReason.NOT_MATCHED else answer


def general_refusal(asked: Patient, answer: Verification) -> Verification:
    """Return this answer as the refusal that names no wrong field."""
    is_known_form = policy_facts(asked.policy_number) is not None
    reason = RejectionReason.NOT_MATCHED if is_known_form else RejectionReason.AT_CLINIC
    return replace(answer, status=VerificationStatus.REJECTED, reason=reason, correct=None)


def without_field(asked: Patient, answer: Verification) -> Verification:
    """Return an answer that names no wrong field."""
    return general_refusal(asked, answer) if answer.status is VerificationStatus.NEEDS_CORRECTION else answer


def verdict(
    person: InsuredPerson | None, now: datetime, queued_at: datetime | None = None, attempts: int = 0
) -> Verification:
    """Return what an answer means; ``person`` is None if the register does not know the policy.

    A stranger learns nothing by guessing: an unknown number and another person's give the same answer, a wrong part of
    the name is named only if all the rest is right, and a suspended or expired policy only if everything is.
    """
    status, reason, correct = _judged(person)
    return Verification(status, reason, correct, queued_at=queued_at, checked_at=now, attempts=attempts)


def _judged(person: InsuredPerson | None) -> tuple[VerificationStatus, RejectionReason | None, NameField | None]:
    if person is None or person.birth_differs or len(person.differs) > 1:
        return VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED, None
    if person.differs:
        return VerificationStatus.NEEDS_CORRECTION, None, next(iter(person.differs))
    if person.status is PolicyStatus.ACTIVE:
        return VerificationStatus.VERIFIED, None, None
    return VerificationStatus.REJECTED, RejectionReason(person.status), None


def adult_verdict(now: datetime) -> Verification:
    return Verification(VerificationStatus.REJECTED, RejectionReason.ADULT, queued_at=now, checked_at=now)


def is_still_valid(asked: Patient, found: Patient) -> bool:
    """Return whether an answer about the card ``asked`` is valid for the card as it is ``found`` now."""
    if claim_of(asked) != claim_of(found):
        return False
    if asked.verification.is_open:
        return found.verification.is_open
    return asked.verification == found.verification


def is_answered(verification: Verification, now: datetime) -> bool:
    """Return whether a press needs no new check: one is under way or has just been answered."""
    if verification.status in {VerificationStatus.QUEUED, VerificationStatus.CHECKING}:
        return True
    return not verification.is_outdated and was_just_now(verification.checked_at, now)


def was_just_now(at: datetime | None, now: datetime) -> bool:
    """Return False for a moment in the future: the clock may have been set back."""
    return at is not None and at <= now < at + JUST_NOW


def is_watched(verification: Verification) -> bool:
    """Return whether the policy is checked daily: a suspended or expired one may come into force again."""
    may_return = verification.reason in {RejectionReason.SUSPENDED, RejectionReason.EXPIRED}
    return may_return or verification.status is VerificationStatus.VERIFIED


# --- when -------------------------------------------------------------------------------------------------------------


def retry_delay(attempts: int) -> timedelta:
    """Return the pause after this many failed attempts, the first being 1."""
    return RETRY_DELAYS[min(max(attempts, 1), len(RETRY_DELAYS)) - 1]


def next_try(queued_at: datetime, attempts: int, now: datetime) -> datetime:
    """Return when to retry; at the latest when the check becomes late, because the account is notified then."""
    late, usual = queued_at + LATE_AFTER, now + retry_delay(attempts)
    return min(late, usual) if now < late else usual


def is_late(queued_at: datetime, now: datetime) -> bool:
    return now >= queued_at + LATE_AFTER


def correct_until(checked_at: datetime) -> datetime:
    return checked_at + CORRECT_WITHIN


def next_look(now: datetime, zone: ZoneInfo, patient: PatientId) -> datetime:
    """Return this patient's first moment after ``now`` by the clinic's clock; the next patient's is a second later."""
    return _next_time_of_day(now, zone, timedelta(seconds=patient % int(LOOKS_TAKE.total_seconds())))


def by_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment itself, or 10:00 after the quiet hours if it is in them."""
    return _next_time_of_day(moment, zone, timedelta()) if in_quiet_hours(moment, zone) else moment


def _next_time_of_day(now: datetime, zone: ZoneInfo, after_morning: timedelta) -> datetime:
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), MORNING, zone) + after_morning
    return (today if local < today else today + timedelta(days=1)).astimezone(now.tzinfo)
