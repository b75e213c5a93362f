"""Notices about a policy and its holder: when each is due and when it expires.

A notice that no account waits for is due by day in the patient's zone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.timing import MOSCOW
from bot.delivery.news import Notice
from bot.glossary import AccountId, PatientId
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
from bot.patients.rules import checks as rules, watch as watching
from bot.patients.rules.watch import Occasion

NEWS_FOR = timedelta(days=30)
"""until a notice of a change expires"""
REMIND_AFTER = timedelta(days=14)
"""from the press of a parent whose child has no policy to the reminder"""


def correction_due(account: AccountId, patient: PatientId, checked_at: datetime, zone: ZoneInfo) -> Notice:
    """Return the reminder that is due a day before the term for a correction ends."""
    until = rules.correct_until(checked_at)
    at = rules.by_day(until - rules.REMIND_BEFORE, zone)
    return CorrectionDue(account, patient, checked_at).due(at, expires_at=until)


def policy_changed(account: AccountId, patient: PatientId, now: datetime, zone: ZoneInfo) -> Notice:
    """Return the notice that the register's answer about a confirmed policy is no longer the same."""
    return PolicyChanged(account, patient).due(rules.by_day(now, zone), expires_at=now + NEWS_FOR)


def occasion_came(
    account: AccountId, patient: PatientId, occasion: Occasion, now: datetime, valid_until: date | None
) -> Notice:
    """Return the notice of an occasion of the calendar."""
    news: OccasionNews = PatientGrown(account, patient, occasion)
    if occasion is Occasion.ENDS and valid_until is not None:
        news = PolicyEnds(account, patient, occasion, valid_until)
    elif occasion is Occasion.CONFIRM:
        news = CardToConfirm(account, patient, occasion)
    return news.due(now, expires_at=now + NEWS_FOR)


def card_closed(account: AccountId, patient: PatientId, now: datetime) -> Notice:
    """Return the notice that the patient is of age; it expires when the card is erased."""
    return CardClosed(account, patient).due(now, expires_at=watching.erased_on(now))


def policy_wanted(account: AccountId, cards: int, now: datetime) -> Notice:
    """Return the reminder for an account whose child has no policy yet and that has ``cards`` of other children."""
    return PolicyWanted(account, cards).due(rules.by_day(now + REMIND_AFTER, MOSCOW))
