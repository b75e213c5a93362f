"""Add an application of any kind to a unit of work, within the daily limit, and tell the others of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.applications import rules
from bot.applications.errors import SentTooOften
from bot.applications.news import ApplicationByOther
from bot.applications.records import ApplicationStep, EnrollmentWish, Wished
from bot.applications.sent import keep_sent
from bot.core.clinic import Clinic
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, ApplicationId, PatientId, Ref


async def require_not_often(uow: UnitOfWork, patient: PatientId, now: datetime) -> None:
    """Raises SentTooOften if no more may be sent about a card today."""
    if not rules.may_send(await uow.applications.count_sent(patient, now - timedelta(days=1))):
        raise SentTooOften(patient, rules.MOST_SENT)


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
