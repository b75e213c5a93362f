"""News of a policy and its holder: what to enqueue, and by day where nobody waits for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.people import Account
from bot.core.timing import MOSCOW
from bot.core.transactions import UnitOfWork
from bot.delivery.news import Notice
from bot.glossary import AccountId, ClinicId, PatientId
from bot.patients.news import (
    CardClosed,
    CardToConfirm,
    CorrectionDue,
    OccasionNews,
    PatientGrown,
    PolicyChanged,
    PolicyEnds,
    PolicyWanted,
)
from bot.patients.rules import checks as rules
from bot.patients.rules import watch as watching
from bot.patients.rules.watch import Occasion

NEWS_FOR = timedelta(days=30)
REMIND_AFTER = timedelta(days=14)


async def zone_of(uow: UnitOfWork, clinic: ClinicId | None) -> ZoneInfo:
    """The zone of a patient's clinic, Moscow's where none is known."""
    known = None if clinic is None else await uow.directory.clinic(clinic)
    return MOSCOW if known is None else known.zone


async def keepers(uow: UnitOfWork, patient: PatientId) -> list[Account]:
    """Who acts for a patient and lets the bot keep the data, the owner first; without one it does nothing with them."""
    known = [await uow.accounts.get(each.account) for each in await uow.representatives.list_of(patient)]
    return [account for account in known if account is not None and account.may_link]


def of_correction(account: AccountId, patient: PatientId, checked_at: datetime, zone: ZoneInfo) -> Notice:
    """A day before the end of the term for correcting what differs."""
    until = rules.correct_until(checked_at)
    at = rules.by_day(until - rules.REMIND_BEFORE, zone)
    return CorrectionDue(account, patient, checked_at).due(at, expires_at=until)


def of_change(account: AccountId, patient: PatientId, now: datetime, zone: ZoneInfo) -> Notice:
    """The register says another thing of a confirmed policy than before."""
    return PolicyChanged(account, patient).due(rules.by_day(now, zone), expires_at=now + NEWS_FOR)


def of_occasion(
    account: AccountId, patient: PatientId, occasion: Occasion, now: datetime, valid_until: date | None
) -> Notice:
    """Something that the calendar has brought."""
    news: OccasionNews = PatientGrown(account, patient, occasion)
    if occasion is Occasion.ENDS and valid_until is not None:
        news = PolicyEnds(account, patient, occasion, valid_until)
    elif occasion is Occasion.CONFIRM:
        news = CardToConfirm(account, patient, occasion)
    return news.due(now, expires_at=now + NEWS_FOR)


def of_closing(account: AccountId, patient: PatientId, now: datetime) -> Notice:
    """The patient is of age: the card is closed and will be erased."""
    return CardClosed(account, patient).due(now, expires_at=watching.erased_on(now))


def of_getting_policy(account: AccountId, cards: int, now: datetime) -> Notice:
    """Asked for by an account whose child has no policy yet, and which has so many cards of others."""
    return PolicyWanted(account, cards).due(rules.by_day(now + REMIND_AFTER, MOSCOW))
