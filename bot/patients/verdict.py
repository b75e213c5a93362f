"""Record the register's verdict on a policy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clinics.port import InsuredPerson
from bot.core.clinic import Clinic
from bot.core.deeds import Actor, Subject
from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId
from bot.patients import notices
from bot.patients.deeds import POLICY_CHECKED
from bot.patients.news import CheckAnswered
from bot.patients.rules import checks as rules, watch as watching
from bot.patients.zones import zone_of


@dataclass(frozen=True, slots=True)
class Answer:
    """The register's answer about a card as it was ``asked``.

    ``clinic`` is the patient's clinic by the register: the card shows it only after papers or another card's consent.
    """

    account: AccountId
    asked: Patient
    verdict: Verification
    person: InsuredPerson | None
    clinic: Clinic | None
    by_hand: bool
    """the account waits for the answer on a screen"""


Announce = Callable[[UnitOfWork, AccountId, Patient, datetime], Awaitable[None]]
"""Tells the other cards of a policy that the register has confirmed one more."""


async def without_hint(uow: UnitOfWork, answer: Answer, now: datetime) -> Answer:
    """Return the answer to a guess: while a number is refused too often, by anybody, no wrong field is named.

    Who knows everything gets the policy all the same: a pause binds the accounts that guess, not the number.
    """
    if answer.verdict.status is not VerificationStatus.NEEDS_CORRECTION:
        return answer
    failures = await uow.checks.failures_about(answer.asked.policy_number, now - rules.FAILURE_COUNTS_FOR)
    if rules.paused_until(failures, now) is None:
        return answer
    return replace(answer, verdict=rules.without_field(answer.asked, answer.verdict))


async def record_verdict(uow: UnitOfWork, answer: Answer, found: Patient, now: datetime, announce: Announce) -> Patient:
    """Write an answer to the card, which is ``found`` now, and enqueue its notices; return the card as it is then."""
    recorded = _changed(answer, found)
    await _write(uow, answer, recorded, now)
    if recorded.person is not None and recorded.person != found.person:
        await announce(uow, answer.account, recorded, now)
    if answer.verdict.status is VerificationStatus.VERIFIED and not answer.asked.is_verified:
        await uow.checks.record_matter(recorded.id, watching.CONFIRMED, now)
    if answer.asked.verification.is_open:
        await _finish_check(uow, answer, now)
    elif _outcome(answer.verdict) != _outcome(answer.asked.verification):
        await _notify_of_change(uow, answer, now)
    return recorded


def _changed(answer: Answer, found: Patient) -> Patient:
    """Return the card after the answer. It loses a confirmed policy only if the register no longer has it."""
    asked, person = answer.asked, answer.person
    judged = replace(found, verification=answer.verdict)
    if answer.verdict.status is VerificationStatus.VERIFIED and person is not None:
        return replace(judged, person=person.ref)
    return judged if asked.person is None or _has_policy(answer.verdict) else replace(judged, person=None)


def _has_policy(verdict: Verification) -> bool:
    """Return whether the register has the policy for this person: in force, not in force, or with another name."""
    return rules.is_watched(verdict) or verdict.status is VerificationStatus.NEEDS_CORRECTION


async def _write(uow: UnitOfWork, answer: Answer, recorded: Patient, now: datetime) -> None:
    is_watched = rules.is_watched(answer.verdict) or (_has_policy(answer.verdict) and answer.asked.person is not None)
    if is_watched:
        next_look = rules.next_look(now, await _zone(uow, answer), recorded.id)
        clinic = None if answer.clinic is None else answer.clinic.id
        await uow.patients.record_verdict(recorded, next_look, answer.person, clinic)
    else:
        await uow.patients.record_verdict(recorded, None, None)


async def _finish_check(uow: UnitOfWork, answer: Answer, now: datetime) -> None:
    """Send the queued notice of the answer now; count a refusal as a failure."""
    account, patient, verdict = answer.account, answer.asked, answer.verdict
    if rules.is_failure(verdict):
        await uow.checks.note_failure(account, patient.policy_number, now)
    for each in await uow.representatives.list_of(patient.id):
        await uow.outbox.hasten(CheckAnswered(each.account, patient.id).dedup, now)
    await _remind_to_correct(uow, answer)
    await uow.audit.add(Actor.system(account), POLICY_CHECKED[verdict.status], Subject.patient(patient.id), now)


async def _notify_of_change(uow: UnitOfWork, answer: Answer, now: datetime) -> None:
    """Notify every representative; the account that waits on a screen only if the screen does not show the answer."""
    account, patient = answer.account, answer.asked.id
    zone = await _zone(uow, answer)
    for each in await uow.representatives.list_of(patient):
        waits = answer.by_hand and each.account == account
        changed = notices.policy_changed(each.account, patient, now, zone)
        await uow.outbox.add(CheckAnswered(account, patient).unless_shown(now) if waits else changed, now)
    await _remind_to_correct(uow, answer)
    await uow.audit.add(Actor.system(account), POLICY_CHECKED[answer.verdict.status], Subject.patient(patient), now)


async def _remind_to_correct(uow: UnitOfWork, answer: Answer) -> None:
    """Enqueue the reminder for the owner, the only one who can correct the card."""
    verdict, patient = answer.verdict, answer.asked.id
    if verdict.status is not VerificationStatus.NEEDS_CORRECTION or verdict.checked_at is None:
        return
    [owner, *_others] = await uow.representatives.list_of(patient)
    reminder = notices.correction_due(owner.account, patient, verdict.checked_at, await _zone(uow, answer))
    await uow.outbox.add(reminder, verdict.checked_at)


def _outcome(verification: Verification) -> tuple[object, ...]:
    return verification.status, verification.reason, verification.correct


async def _zone(uow: UnitOfWork, answer: Answer) -> ZoneInfo:
    return await zone_of(uow, answer.asked.clinic) if answer.clinic is None else answer.clinic.zone
