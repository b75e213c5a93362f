"""The rules of a policy's check: what an answer means, how many refusals pause it, when it is repeated."""

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
"""The account is notified of a check that is open for so long."""

CORRECT_WITHIN = timedelta(days=7)
REMIND_BEFORE = timedelta(days=1)

MORNING = time(10)
LOOKS_TAKE = timedelta(hours=8)
"""A watched policy is looked at once a day in the clinic's zone, from the morning on; patients differ by seconds."""

JUST_NOW = timedelta(seconds=5)
"""For so long a second press gets the answer of the first."""

UNDER_WAY = frozenset({VerificationStatus.QUEUED, VerificationStatus.CHECKING})

NO_POLICY_OF_THEIRS = frozenset({RejectionReason.NOT_MATCHED, RejectionReason.AT_CLINIC})
"""Refusals after which the policy is not the card's."""

NOT_IN_FORCE = frozenset({RejectionReason.SUSPENDED, RejectionReason.EXPIRED})
"""Refusals of a policy that stays the card's: it may come into force again."""


# --- tries ------------------------------------------------------------------------------------------------------------


def paused_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when the next check is allowed after these failures, in any order; None for at once.

    The hour slides: a check is allowed once fewer than five failures are in the hour before it.
    """
    recent = sorted(at for at in failures if now < at + FAILURE_COUNTS_FOR)
    if len(recent) < MOST_FAILURES:
        return None
    return recent[-MOST_FAILURES] + FAILURE_COUNTS_FOR


def is_failure(verification: Verification) -> bool:
    """Return whether the register refused what was typed: many such answers mean guessing."""
    wrong = verification.reason in NO_POLICY_OF_THEIRS
    return wrong or verification.status is VerificationStatus.NEEDS_CORRECTION


# --- the answer -------------------------------------------------------------------------------------------------------


def judge(asked: Patient, person: InsuredPerson | None, now: datetime) -> Verification:
    """Return what an answer means for a card; ``person`` is None if the register does not know the number.

    If the register does not agree to a paper from before the sixteen digits, the clinic looks at it.
    """
    before = asked.verification
    answer = verdict(person, now, before.queued_at, before.attempts)
    if answer.reason is RejectionReason.NOT_MATCHED and policy_facts(asked.policy_number) is None:
        return replace(answer, reason=RejectionReason.AT_CLINIC)
    return answer


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
    if verification.status in UNDER_WAY:
        return True
    if verification.is_outdated:
        return False
    return was_just_now(verification.checked_at, now)


def was_just_now(at: datetime | None, now: datetime) -> bool:
    """Return False for a moment in the future: the clock may have been set back."""
    return at is not None and at <= now < at + JUST_NOW


def is_watched(verification: Verification) -> bool:
    """Return whether the policy is checked daily: it is the card's, in force or not."""
    return verification.status is VerificationStatus.VERIFIED or verification.reason in NOT_IN_FORCE


# --- when -------------------------------------------------------------------------------------------------------------


def retry_delay(attempts: int) -> timedelta:
    """Return the pause after so many failed attempts, the first being 1."""
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
    return _next(now, zone, timedelta(seconds=patient % int(LOOKS_TAKE.total_seconds())))


def by_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment itself, or 10:00 if it is in the quiet hours before."""
    return _next(moment, zone, timedelta()) if in_quiet_hours(moment, zone) else moment


def _next(now: datetime, zone: ZoneInfo, into_day: timedelta) -> datetime:
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), MORNING, zone) + into_day
    return (today if local < today else today + timedelta(days=1)).astimezone(now.tzinfo)
