"""Changes of a card's check that no answer of the register causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.patient import Patient, RejectionReason, Verification, VerificationStatus
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, PatientId
from bot.patients.news import CheckAnswered, CheckLate
from bot.patients.rules import checks as rules, watch as watching

LATE = "late"
"""The matter under which it is recorded that the account was notified of a late check."""


async def mark_outdated(uow: UnitOfWork, corrected: Patient, now: datetime) -> None:
    """Mark the last answer as older than a correction; an open check stays as it is, one at a desk is withdrawn."""
    before = corrected.verification
    if corrected.is_at_desk:
        await uow.desk_checks.withdraw(corrected.id, now)
    if not before.is_open:
        # Moments are stored in whole seconds: a correction in the second of the answer must still come after it.
        after = now if before.checked_at is None else max(now, before.checked_at + timedelta(seconds=1))
        await uow.patients.set_verification(corrected.id, replace(before, queued_at=after))


async def notify_late(uow: UnitOfWork, account: AccountId, patient: PatientId, since: datetime, now: datetime) -> None:
    """Enqueue the notice of a late check, once for the check that is open ``since`` that moment."""
    if (await uow.checks.recorded_matters(patient)).get(LATE) == since:
        return
    await uow.checks.record_matter(patient, LATE, since)
    await uow.outbox.add(CheckLate(account, patient).due(now), now)


async def requeue_checks(uow: UnitOfWork, account: AccountId, now: datetime) -> None:
    """Queue every open check of an account, which has given its consents again, for the worker's next turn."""
    for patient in await uow.patients.list_of(account):
        if patient.verification.is_open:
            queued = Verification(VerificationStatus.QUEUED, queued_at=now)
            await uow.patients.set_verification(patient.id, queued, next_check=now)
            await uow.outbox.add(CheckAnswered(account, patient.id).unless_shown(now), now)


async def requeue_refused(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> None:
    """Queue a check of a card that an earlier release refused because another account's card had the policy."""
    card = await uow.patients.require(account, patient)
    if card.verification.reason is RejectionReason.LINKED_ELSEWHERE:
        queued = Verification(VerificationStatus.QUEUED, queued_at=now)
        await uow.patients.set_verification(patient, queued, next_check=now)
        await uow.outbox.add(CheckAnswered(account, patient).unless_shown(now), now)


async def close_card(uow: UnitOfWork, patient: PatientId, now: datetime) -> Verification:
    """Close the card of a patient who is of age until it is erased; return its verification from now on."""
    closed = rules.adult_verdict(now)
    await uow.checks.close(patient, now)
    await uow.desk_checks.withdraw(patient, now)
    await uow.patients.set_verification(patient, closed)
    await uow.checks.set_next_look(patient, watching.erased_on(now))
    return closed
