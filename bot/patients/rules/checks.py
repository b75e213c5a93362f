"""Asking the register: what its answer means for a card, how often it may say no, and when it is asked again."""

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
"""for how long a register that has failed to answer once, twice … is left alone"""

LATE_AFTER = timedelta(minutes=30)
"""A check open for so long is told of."""

CORRECT_WITHIN = timedelta(days=7)
REMIND_BEFORE = timedelta(days=1)

MORNING = time(10)
LOOKS_TAKE = timedelta(hours=8)
"""A watched policy is looked at once a day in the clinic's zone, from the morning on, each at a second of its own."""

JUST_NOW = timedelta(seconds=5)
"""A second press is answered by the first one's answer for so long."""

UNDER_WAY = frozenset({VerificationStatus.QUEUED, VerificationStatus.CHECKING})

NO_POLICY_OF_THEIRS = frozenset({RejectionReason.NOT_MATCHED, RejectionReason.AT_CLINIC})
"""Refusals after which a card has no right to the policy."""

NOT_IN_FORCE = frozenset({RejectionReason.SUSPENDED, RejectionReason.EXPIRED})
"""Refusals of a policy that is theirs all the same: it may come into force again."""


# --- tries ------------------------------------------------------------------------------------------------------------


def paused_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """When the register may be asked again after these failures, in any order; None: at once.

    The hour slides: a new try is free as soon as fewer than five failures lie in the hour before it.
    """
    recent = sorted(at for at in failures if now < at + FAILURE_COUNTS_FOR)
    if len(recent) < MOST_FAILURES:
        return None
    return recent[-MOST_FAILURES] + FAILURE_COUNTS_FOR


def is_failure(verification: Verification) -> bool:
    """Whether the register has said that what was typed is wrong: that is what guessing looks like."""
    wrong = verification.reason in NO_POLICY_OF_THEIRS
    return wrong or verification.status is VerificationStatus.NEEDS_CORRECTION


# --- the answer -------------------------------------------------------------------------------------------------------


def judge(asked: Patient, person: InsuredPerson | None, now: datetime) -> Verification:
    """What the register's answer means for a card; ``person`` is None where it knows no such number.

    Papers of before the sixteen digits are looked at in the clinic where the register does not agree.
    """
    before = asked.verification
    said = verdict(person, now, before.queued_at, before.attempts)
    if said.reason is RejectionReason.NOT_MATCHED and policy_facts(asked.policy_number) is None:
        return replace(said, reason=RejectionReason.AT_CLINIC)
    return said


def verdict(
    person: InsuredPerson | None, now: datetime, queued_at: datetime | None = None, attempts: int = 0
) -> Verification:
    """What the register's answer means. ``person`` is None where the register knows no such policy.

    A stranger learns nothing by guessing: an unknown number and somebody else's are one answer, the one wrong name is
    told only when all the rest is right, and a policy's trouble only when everything is.
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


def of_an_adult(now: datetime) -> Verification:
    return Verification(VerificationStatus.REJECTED, RejectionReason.ADULT, queued_at=now, checked_at=now)


def answers(asked: Patient, found: Patient) -> bool:
    """Whether an answer about a card as it was ``asked`` still speaks of the card as it is ``found`` by then."""
    if claim_of(asked) != claim_of(found):
        return False
    if asked.verification.is_open:
        return found.verification.is_open
    return asked.verification == found.verification


def is_answered(verification: Verification, now: datetime) -> bool:
    """Whether one more press needs no question of its own: the check is under way, or has just had its answer."""
    if verification.status in UNDER_WAY:
        return True
    if verification.is_outdated:
        return False
    return was_just_now(verification.checked_at, now)


def was_just_now(at: datetime | None, now: datetime) -> bool:
    """Never so for a moment still to come: the clock may have been put back."""
    return at is not None and at <= now < at + JUST_NOW


def is_watched(verification: Verification) -> bool:
    """Whether the register is asked again by itself: the policy is theirs, in force or not."""
    return verification.status is VerificationStatus.VERIFIED or verification.reason in NOT_IN_FORCE


# --- when -------------------------------------------------------------------------------------------------------------


def retry_delay(attempts: int) -> timedelta:
    """How long to leave a silent register alone after so many failed attempts, the first being 1."""
    return RETRY_DELAYS[min(max(attempts, 1), len(RETRY_DELAYS)) - 1]


def next_try(queued_at: datetime, attempts: int, now: datetime) -> datetime:
    """When a silent register is asked again; at the latest when the check becomes late, for that must be told."""
    late, usual = queued_at + LATE_AFTER, now + retry_delay(attempts)
    return min(late, usual) if now < late else usual


def is_late(queued_at: datetime, now: datetime) -> bool:
    return now >= queued_at + LATE_AFTER


def correct_until(checked_at: datetime) -> datetime:
    return checked_at + CORRECT_WITHIN


def next_look(now: datetime, zone: ZoneInfo, patient: PatientId) -> datetime:
    """The first moment after ``now`` that is this patient's by the clinic's clock; neighbours' are a second apart."""
    return _next(now, zone, timedelta(seconds=patient % int(LOOKS_TAKE.total_seconds())))


def by_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """That moment, or 10:00 after the night that it falls into."""
    return _next(moment, zone, timedelta()) if in_quiet_hours(moment, zone) else moment


def _next(now: datetime, zone: ZoneInfo, into_day: timedelta) -> datetime:
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), MORNING, zone) + into_day
    return (today if local < today else today + timedelta(days=1)).astimezone(now.tzinfo)
