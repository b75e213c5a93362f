"""Patients: what the register's answer means for one, and how long a silent register is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.models import (
    InsuredPerson,
    NameField,
    PolicyStatus,
    RejectionReason,
    Verification,
    VerificationStatus,
)

_DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(seconds=60),
    timedelta(minutes=5),
    timedelta(minutes=15),
)


def verdict(
    person: InsuredPerson | None, now: datetime, queued_at: datetime | None = None, attempts: int = 0
) -> Verification:
    """What the register's answer means. ``person`` is None where the register knows no such policy.

    A stranger learns nothing by guessing: an unknown number and somebody else's are one answer, the one wrong name is
    told only when all the rest is right, and a policy's trouble only when everything is.
    """
    status, reason, correct = _judged(person)
    return Verification(status, reason, correct, queued_at=queued_at, checked_at=now, attempts=attempts)


def _judged(
    person: InsuredPerson | None,
) -> tuple[VerificationStatus, RejectionReason | None, NameField | None]:
    if person is None or person.birth_differs or len(person.differs) > 1:
        return VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED, None
    if person.differs:
        return VerificationStatus.NEEDS_CORRECTION, None, next(iter(person.differs))
    if person.status is PolicyStatus.ACTIVE:
        return VerificationStatus.VERIFIED, None, None
    return VerificationStatus.REJECTED, RejectionReason(person.status), None


def retry_delay(attempts: int) -> timedelta:
    """How long to leave a silent register alone after so many failed attempts, the first being 1."""
    return _DELAYS[min(max(attempts, 1), len(_DELAYS)) - 1]
