"""What becomes of the open applications of an account that stops acting for a child, or deletes everything.

The clinic got the child's data by the consent of that account, so they are withdrawn and never handed over: whoever
keeps the card now is told, and applies anew by a press.
"""

from __future__ import annotations

from datetime import datetime

from bot.applications.news import ApplicationLeft
from bot.applications.policy import take_from_desk, tell_policy
from bot.applications.records import Application, ApplicationStatus, ApplicationStep
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, PatientId


async def withdraw_applications_of(
    uow: UnitOfWork, account: AccountId, now: datetime, patient: PatientId | None = None
) -> None:
    """Withdraw the open applications that an account has sent, of one patient if it is given; tell the others.

    The caller has ended the representation. An enrollment that the clinic's system is doing goes on. What the account
    has sent about a card that others keep stays in their history: it goes over to the owner.
    """
    for found in await uow.applications.list_open_from(account):
        if (patient is None or found.patient == patient) and not found.system_asked:
            await _withdraw(uow, account, found, now)
    for card in await uow.applications.cards_from(account):
        if patient is None or card == patient:
            await _hand_over(uow, account, card)


async def _withdraw(uow: UnitOfWork, account: AccountId, found: Application, now: datetime) -> None:
    await take_from_desk(uow, found, now)
    await uow.applications.close(found.id, ApplicationStatus.WITHDRAWN, now)
    await uow.applications.add_step(found.id, ApplicationStep.WITHDRAWN, now)
    await uow.clinic_consents.revoke(account, found.patient, found.clinic, found.kind, now)
    await uow.audit.add(Actor.account(account), Deed.APPLICATION_WITHDRAWN, Subject.patient(found.patient), now)
    await tell_policy(uow, found, now)
    for each in await uow.representatives.list_of(found.patient):
        if each.account != account:
            await uow.outbox.add(ApplicationLeft(each.account, found.id).due(now), now)


async def _hand_over(uow: UnitOfWork, account: AccountId, card: PatientId) -> None:
    heir = next((each.account for each in await uow.representatives.list_of(card) if each.account != account), None)
    if heir is not None:
        await uow.applications.hand_over(card, account, heir)
