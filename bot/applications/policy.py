"""A policy that is not checked yet and an application for enrollment at the same desk, which are one decision.

The two are decided by one unit of work and undone by one; the application is concluded after the check. What belongs
together is seen from the rows: both wait at one desk, or the application's decision names the check.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.applications.errors import PolicyFirst
from bot.applications.filing import find_open
from bot.applications.records import AT_DESK, Application, ApplicationKind, Verdict
from bot.core.clinic import CheckedBy, Clinic
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, DeskCheckId, PatientId
from bot.patients.desk_checks import send_to_desk
from bot.patients.news import DeskAnswered
from bot.patients.records import DeskCheck
from bot.patients.rules.desk_checks import may_send

KIND = ApplicationKind.ENROLLMENT


class PolicyStanding(StrEnum):
    """How the policy stands for an application whose minute is over."""

    SETTLED = "SETTLED"
    WAITS = "WAITS"
    """the check that was decided with it is not done yet"""
    LOST = "LOST"
    """the check was taken back or withdrawn, or the policy is not confirmed any more: the desk decides anew"""


# --- filing -----------------------------------------------------------------------------------------------------------


async def decides_policy(view: UnitOfWork, card: Patient, where: Clinic) -> bool:
    """Return whether the desk decides on the policy with an application, False if it is confirmed.

    Raises PolicyFirst if it is neither, and nothing may be sent to this desk.
    """
    if card.is_verified:
        return False
    filed = await find_open(view, card.id, KIND)
    if filed is not None and filed.clinic == where.id:
        return True  # nothing more is filed
    if where.checked_by is not CheckedBy.DESK:
        raise PolicyFirst(card.id)
    check = await view.desk_checks.last_of(card.id)
    if check is None or not check.is_open:
        possible = may_send(card.verification)
    else:
        moves = check.clinic != where.id and await application_around(view, check) is not None
        possible = check.awaits_desk and (check.clinic == where.id or moves)
    if not possible:
        raise PolicyFirst(card.id)
    return True


async def ask_desk(
    uow: UnitOfWork, account: AccountId, card: Patient, where: Clinic, due_at: datetime, now: datetime
) -> None:
    """Let the desk decide on the policy until the application's term. Raises TooManyDeskChecks, OverBudget."""
    check = await uow.desk_checks.last_of(card.id)
    if check is None or not check.is_open:
        await send_to_desk(uow, account, card, where.id, due_at, now)
    else:
        await uow.desk_checks.postpone(check.id, due_at)


async def ask_desk_again(
    uow: UnitOfWork, actor: Actor, application: Application, card: Patient, where: Clinic, now: datetime
) -> None:
    """Open a check for an application that has lost its own: the card was corrected, or the list was asked once more.

    Nothing happens if the policy is confirmed, is at a desk, or if the list has not refused what the card says now.
    """
    if not asks_desk_again(application, card, where):
        return
    if await uow.desk_checks.open(application.account, card.id, where.id, now, application.due_at) is not None:
        await uow.audit.add(actor, Deed.DESK_CHECK_SENT, Subject.patient(card.id), now)


def asks_desk_again(application: Application, card: Patient, where: Clinic) -> bool:
    """Return whether the desk checks the policy of an application that is before it again."""
    unchecked = application.enrollment is not None and not card.is_verified
    return unchecked and where.checked_by is CheckedBy.DESK and may_send(card.verification)


async def take_from_desk(uow: UnitOfWork, application: Application, now: datetime) -> None:
    """Withdraw the check that is one decision with an application: both go to another clinic."""
    if await check_within(uow, application) is not None:
        await uow.desk_checks.withdraw(application.patient, now)


async def tell_policy(uow: UnitOfWork, application: Application, now: datetime) -> None:
    """Tell what the desk has answered about the policy, if only the answer about the application was to tell it."""
    number = _check_of(application)
    check = None if number is None else await uow.desk_checks.get(number)
    if check is None or check.is_open or check.decision is None:
        return
    for each in await uow.representatives.list_of(application.patient):
        await uow.outbox.add(DeskAnswered(each.account, application.patient, check.id).due(now), now)


# --- what belongs together --------------------------------------------------------------------------------------------


async def check_within(view: UnitOfWork, application: Application) -> DeskCheck | None:
    """Return the check that waits at the desk before which an application for enrollment waits."""
    if application.enrollment is None or not application.awaits_desk:
        return None
    check = await view.desk_checks.last_of(application.patient)
    return check if check is not None and check.awaits_desk and check.clinic == application.clinic else None


async def application_around(view: UnitOfWork, check: DeskCheck) -> Application | None:
    """Return the application with which a check that waits at a desk is one decision."""
    if not check.awaits_desk:
        return None
    found = await find_open(view, check.patient, KIND)
    return found if found is not None and found.awaits_desk and found.clinic == check.clinic else None


async def decided_with(view: UnitOfWork, check: DeskCheck) -> Application | None:
    """Return the open application that was decided with a check."""
    found = await find_open(view, check.patient, KIND)
    return found if found is not None and _check_of(found) == check.id else None


async def open_together(view: UnitOfWork, patient: PatientId) -> Application | None:
    """Return the application of a card that is before the desk with its policy, decided or not."""
    found, check = await find_open(view, patient, KIND), await view.desk_checks.last_of(patient)
    if found is None or check is None or not check.is_open or found.status not in AT_DESK:
        return None
    return found if check.clinic == found.clinic else None


def _check_of(application: Application) -> DeskCheckId | None:
    return None if application.decision is None else application.decision.check


# --- concluding -------------------------------------------------------------------------------------------------------


async def standing_of(view: UnitOfWork, application: Application, card: Patient | None) -> PolicyStanding:
    """Return whether a decision may be done: after the check that was decided with it, and never without a policy."""
    number, decision = _check_of(application), application.decision
    check = None if number is None else await view.desk_checks.get(number)
    if check is not None and check.is_open and check.decision is not None:
        return PolicyStanding.WAITS
    if check is not None and check.decision is None:
        return PolicyStanding.LOST
    enrolls = decision is not None and decision.verdict is Verdict.APPROVE and application.enrollment is not None
    if enrolls and card is not None and not card.is_verified:
        return PolicyStanding.LOST
    return PolicyStanding.SETTLED
