"""Rules of policy checks at a clinic's desk: who may decide one, what a decision means, and when it is undone or final.

waiting --claim--> waiting --decide--> decided --a minute--> closed
   |                  |                   |
   +----withdraw------+---withdraw--------+----undo--> waiting
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.clinic import Clinic
from bot.core.decidable import (
    CLAIM_FOR as CLAIM_FOR,
    UNDO_FOR as UNDO_FOR,
    has_claimed as has_claimed,
    may_claim as is_free_for,
    may_undo as may_undo,
)
from bot.core.patient import NameField, Patient, RejectionReason, Verification, VerificationStatus
from bot.glossary import AccountId
from bot.patients.records import DeskCheck, DeskDecision
from bot.patients.rules.policy_number import check_digit, policy_facts

MOST_OPEN = 3
"""checks of one account that wait at desks at the same time"""
MOST_WRONG_DIGITS = 3
HIDDEN_DIGITS = 4
"""the last ones of a number: the desk types them from its own system"""
ASK_AGAIN_AFTER = timedelta(days=365)
URGENT_EVERY = timedelta(days=1)

NAMED: Mapping[DeskDecision, NameField] = {
    DeskDecision.FIX_FAMILY: NameField.FAMILY,
    DeskDecision.FIX_GIVEN: NameField.GIVEN,
    DeskDecision.FIX_PATRONYMIC: NameField.PATRONYMIC,
}
"""which part of a name the parent is to correct"""
INACTIVE: Mapping[DeskDecision, RejectionReason] = {
    DeskDecision.SUSPENDED: RejectionReason.SUSPENDED,
    DeskDecision.EXPIRED: RejectionReason.EXPIRED,
}


def may_send(verification: Verification) -> bool:
    """Return whether the list has refused what the card says now, so that a desk may be asked."""
    if verification.is_open or verification.is_outdated:
        return False
    refused = verification.reason in {RejectionReason.NOT_MATCHED, RejectionReason.AT_CLINIC}
    return refused or verification.status is VerificationStatus.NEEDS_CORRECTION


def may_book_unchecked(check: DeskCheck | None, clinic: Clinic, *, needs_referral: bool) -> bool:
    """Return whether a visit may be booked before the policy is checked: where it is checked, to a direct doctor."""
    is_there = check is not None and check.closed_at is None and check.clinic == clinic.id
    return is_there and clinic.books_unchecked and not needs_referral


def may_claim(check: DeskCheck, member: AccountId, now: datetime) -> bool:
    """Return whether a member of the staff may decide: nobody else is at it, and the member has not guessed digits."""
    return is_free_for(check, member, now) and check.barred != member


def is_late(check: DeskCheck, now: datetime) -> bool:
    return check.awaits_desk and check.due_at <= now


def may_lift(lifted_at: datetime | None, now: datetime) -> bool:
    """Return whether an account that has called a check urgent at that moment may do so again."""
    return lifted_at is None or lifted_at + URGENT_EVERY <= now


def last_digits(number: str) -> str:
    return number[-HIDDEN_DIGITS:]


def without_last_digits(number: str) -> str:
    """Return «779618978400••••»: whoever checks a policy takes the last digits from the clinic's own system."""
    return number[:-HIDDEN_DIGITS] + "•" * HIDDEN_DIGITS


def number_is_right(number: str) -> bool:
    """Return whether the check digit of sixteen digits is right."""
    return len(number) == 16 and number.isdigit() and check_digit(number[:15]) == number[15]


def number_fits(number: str, birth_date: date) -> bool:
    """Return whether the birth date in the number is that of the card."""
    facts = policy_facts(number)
    return facts is not None and facts.birth_date == birth_date


def verdict_of(decision: DeskDecision, now: datetime) -> Verification:
    """Return what a decision means for the card; a number not found and another person's are one answer."""
    if decision is DeskDecision.MATCHED:
        return Verification(VerificationStatus.VERIFIED, checked_at=now)
    if decision in NAMED:
        return Verification(VerificationStatus.NEEDS_CORRECTION, correct=NAMED[decision], checked_at=now)
    reason = INACTIVE.get(decision, RejectionReason.NOT_MATCHED)
    return Verification(VerificationStatus.REJECTED, reason, checked_at=now)


def with_verdict(card: Patient, decision: DeskDecision, now: datetime) -> Patient:
    """Return the card after a decision; the caller adds the person of a policy that is right."""
    return replace(card, verification=verdict_of(decision, now), person=None)
