"""What filing an application of any kind has in common: what is open, the daily limit, the owner and the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.applications import rules
from bot.applications.errors import ApplicationOpen, SentTooOften
from bot.applications.news import ApplicationByOther
from bot.applications.records import Application, ApplicationKind, ApplicationStep, EnrollmentWish, Wished
from bot.applications.sent import keep_sent
from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.transactions import UnitOfWork
from bot.delivery.news import News
from bot.glossary import AccountId, ApplicationId, ClinicId, DocumentId, PatientId, Ref


async def require_not_often(uow: UnitOfWork, patient: PatientId, now: datetime) -> None:
    """Raises SentTooOften if no more may be sent about a card today."""
    until = rules.next_sending(await uow.applications.sendings(patient, now - timedelta(days=1)))
    if until is not None:
        raise SentTooOften(patient, rules.MOST_SENT, until)


async def open_of(
    view: UnitOfWork, patient: Patient, kind: ApplicationKind, document: DocumentId | None = None
) -> Application | None:
    """Return this card's open application of a kind, for a document of one. Raises ApplicationOpen for another card's.

    The other card is one of the same child that another account keeps.
    """
    found = await view.applications.open_of_child(patient.id, kind, document)
    mine = _of_card(found, patient.id)
    if mine is None and found:
        raise ApplicationOpen(patient.id, None)
    return mine


async def is_open_at(view: UnitOfWork, patient: PatientId, clinic: ClinicId) -> bool:
    """Return whether an application of the child for enrollment at the clinic is open."""
    every = await view.applications.open_of_child(patient, ApplicationKind.ENROLLMENT)
    return any(each.clinic == clinic for each in every)


async def find_open(view: UnitOfWork, patient: PatientId, kind: ApplicationKind) -> Application | None:
    """Return this card's open application of a kind, whatever another card of the same child has."""
    return _of_card(await view.applications.open_of_child(patient, kind), patient)


def _of_card(found: Sequence[Application], patient: PatientId) -> Application | None:
    return next((each for each in found if each.patient == patient), None)


async def ask_owner(
    uow: UnitOfWork, account: AccountId, patient: PatientId, news: Callable[[AccountId], News], now: datetime
) -> None:
    """Ask the owner of a card by ``news`` to apply, unless it is this account. Raises NotYours, OverBudget."""
    await uow.patients.require(account, patient)
    owner = next(each for each in await uow.representatives.list_of(patient) if each.is_owner)
    if owner.account == account:
        return
    await uow.budgets.spend(account, Budget.ASK_OWNER, now)
    await uow.outbox.add(news(owner.account).due(now), now)


async def add_application(
    uow: UnitOfWork,
    account: AccountId,
    patient: Patient,
    where: Clinic,
    wish: Wished,
    ref: Ref,
    now: datetime,
    due_at: datetime,
) -> ApplicationId:
    """Add an application of any kind, and tell the others who act for the patient. Raises SentTooOften."""
    await require_not_often(uow, patient.id, now)
    filed = await uow.applications.file(ref, account, patient.id, where.id, wish, now, due_at)
    if isinstance(wish, EnrollmentWish):
        await uow.papers.attach(account, patient.id, where.id, filed)
        await uow.enrollment_waits.drop(account, patient.id, where.id)
    await uow.applications.add_step(filed, ApplicationStep.SUBMITTED, now, reason_of(wish))
    await keep_sent(uow, filed, account, patient, wish, now)
    await uow.audit.add(Actor.account(account), Deed.APPLICATION_FILED, Subject.patient(patient.id), now)
    await tell_others(uow, account, patient.id, filed, now)
    return filed


def reason_of(wish: Wished) -> str:
    """Return what the history keeps of a wish."""
    return wish.reason if isinstance(wish, EnrollmentWish) else ""


async def tell_others(
    uow: UnitOfWork, account: AccountId, patient: PatientId, application: ApplicationId, now: datetime
) -> None:
    """Tell the others who act for a patient that this account has changed an application."""
    for each in await uow.representatives.list_of(patient):
        if each.account != account:
            await uow.outbox.add(ApplicationByOther(each.account, application).due(now), now)
