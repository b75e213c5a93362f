"""Who a patient is: one door to the rules of policies, names and ages, and what the register's answer means."""

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
from bot.rules.ages import ADULT_AGE, age_on, is_child
from bot.rules.names import differing, parse_full_name, parse_name_part, patronymic_fits, same_name
from bot.rules.policy import (
    check_digit,
    make_policy_number,
    parse_old_policy,
    parse_policy,
    parse_policy_number,
    policy_facts,
    policy_kind,
)

__all__ = [
    "ADULT_AGE",
    "age_on",
    "check_digit",
    "differing",
    "is_child",
    "make_policy_number",
    "parse_full_name",
    "parse_name_part",
    "parse_old_policy",
    "parse_policy",
    "parse_policy_number",
    "patronymic_fits",
    "policy_facts",
    "policy_kind",
    "retry_delay",
    "same_name",
    "verdict",
]

_DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(seconds=60),
    timedelta(minutes=5),
    timedelta(minutes=15),
)


# --- the register's answer --------------------------------------------------------------------------------------------


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
