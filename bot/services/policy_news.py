"""News of a policy and its holder: what to enqueue, and by day where nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.models import AccountId, Notice, NoticeKind, PatientId, Urgency
from bot.ports import UnitOfWork
from bot.rules import checks as rules
from bot.services import notices

CHANGE_IS_NEWS_FOR = timedelta(days=30)


async def zone_of(uow: UnitOfWork, patient: PatientId, account: AccountId) -> ZoneInfo:
    """The zone of the patient's clinic, Moscow's where none is known."""
    found = await uow.patients.require(account, patient)
    clinic = None if found.clinic is None else await uow.directory.clinic(found.clinic)
    return rules.MOSCOW if clinic is None else clinic.zone


def of_late_check(account: AccountId, patient: PatientId, now: datetime) -> Notice:
    """The register has been silent for so long that the person wonders."""
    return Notice(
        account,
        NoticeKind.CHECK_LATE,
        now,
        f"late:{patient}",
        facts={"patient": patient},
        urgency=Urgency.PERSONAL,
    )


def of_correction(account: AccountId, patient: PatientId, checked_at: datetime, zone: ZoneInfo) -> Notice:
    """A day before the end of the term for mending what differs."""
    until = rules.correct_until(checked_at)
    return Notice(
        account,
        NoticeKind.CORRECTION_DUE,
        rules.by_day(until - rules.REMIND_BEFORE, zone),
        f"correct:{patient}",
        facts={"patient": patient, "checked": int(checked_at.timestamp())},
        urgency=Urgency.ROUTINE,
        expires_at=until,
    )


def of_change(account: AccountId, patient: PatientId, now: datetime, zone: ZoneInfo) -> Notice:
    """The register says another thing of a confirmed policy than before."""
    return Notice(
        account,
        NoticeKind.POLICY_CHANGED,
        rules.by_day(now, zone),
        f"policy:{patient}:{account}",
        facts={"patient": patient},
        expires_at=now + CHANGE_IS_NEWS_FOR,
    )


async def of_answer(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime, *, by_hand: bool) -> None:
    """Tell every representative that the policy stands otherwise now; who waits on a screen, where it has not."""
    zone = await zone_of(uow, patient, account)
    for each in await uow.checks.representatives(patient):
        waits = by_hand and each == account
        told = notices.of_check(each, patient, now) if waits else of_change(each, patient, now, zone)
        await uow.outbox.add(told, now)
