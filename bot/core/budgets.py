"""Budgets: how much of a costly deed one account may do in a while, as token buckets.

A bucket is full at first. A deed takes tokens out, and they come back evenly. Only one moment of a bucket is stored:
when it is full again. A bucket that is full needs no row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.errors import RuleError


class Budget(StrEnum):
    """A costly deed; the value is stored. Its sentence stands in ``dialogs/kit/budgets.py``."""

    EXPORT = "EXPORT"
    """a copy of all data, or of the data of one card"""
    DRAFT = "DRAFT"
    """a form about a new card is begun"""
    DESK_NAMES = "DESK_NAMES"
    """a patient's name that a member of the staff sees for the first time on that day"""
    NUMBERS = "NUMBERS"
    """the full numbers of a card are shown"""
    CARD_FILE = "CARD_FILE"
    """a card is printed"""
    DETAIL = "DETAIL"
    """a detail of a card is changed"""
    INVITATION = "INVITATION"
    """the link of an invitation is made"""
    VISIT = "VISIT"
    """a visit is cancelled or moved: whoever books without end must do so, too"""
    DESK_CHECK = "DESK_CHECK"
    """a policy is sent to a clinic's desk"""
    DESK_PERSON = "DESK_PERSON"
    """a patient is added to a clinic's list, gets a policy there or is merged: a number must not be guessed so"""
    TICKET = "TICKET"
    """the QR code of a visit is drawn"""
    ASK_OWNER = "ASK_OWNER"
    """the owner of a card is asked to apply at a clinic"""
    REFERRAL = "REFERRAL"
    """the number of a referral is typed: numbers must not be guessed"""
    POLICY_REQUEST = "POLICY_REQUEST"
    """an application for a policy is sent, or sent again"""
    PAPER = "PAPER"
    """a file of a paper is sent: it is downloaded, opened and stored"""


@dataclass(frozen=True, slots=True)
class Bucket:
    """``size`` deeds at once, and an empty bucket is full again after ``refill``."""

    size: int
    refill: timedelta

    def cost(self, amount: int = 1) -> timedelta:
        """Return how much later the bucket is full after that many deeds; one costs whole seconds, rounded up."""
        return amount * timedelta(seconds=math.ceil(self.refill.total_seconds() / self.size))

    def spend(self, full_at: datetime, now: datetime, amount: int = 1) -> datetime | None:
        """Return when the bucket is full again after the deeds, or None if there are too few tokens for them."""
        after = max(full_at, now) + self.cost(amount)
        return after if after <= now + self.cost(self.size) else None

    def possible_at(self, full_at: datetime, amount: int = 1) -> datetime:
        """Return when there are enough tokens; more than the size never are, and then this is when it is full."""
        return full_at + self.cost(min(amount, self.size)) - self.cost(self.size)

    def used(self, full_at: datetime, now: datetime) -> int:
        """Return how many tokens are missing."""
        return -(-max(full_at - now, timedelta()) // self.cost())


BUCKETS: Mapping[Budget, Bucket] = {
    Budget.EXPORT: Bucket(6, timedelta(hours=1)),
    Budget.DRAFT: Bucket(30, timedelta(hours=1)),
    Budget.DESK_NAMES: Bucket(300, timedelta(hours=1)),
    Budget.NUMBERS: Bucket(30, timedelta(hours=1)),
    Budget.CARD_FILE: Bucket(20, timedelta(hours=1)),
    Budget.DETAIL: Bucket(60, timedelta(hours=1)),
    Budget.INVITATION: Bucket(20, timedelta(hours=1)),
    Budget.VISIT: Bucket(30, timedelta(hours=1)),
    Budget.DESK_CHECK: Bucket(6, timedelta(days=1)),
    Budget.DESK_PERSON: Bucket(60, timedelta(hours=1)),
    Budget.TICKET: Bucket(30, timedelta(hours=1)),
    Budget.ASK_OWNER: Bucket(3, timedelta(days=1)),
    Budget.REFERRAL: Bucket(5, timedelta(hours=1)),
    Budget.POLICY_REQUEST: Bucket(5, timedelta(days=1)),
    Budget.PAPER: Bucket(20, timedelta(days=1)),
}


class OverBudget(RuleError):
    """The account has done this too often; the next is possible at ``until``."""

    def __init__(self, budget: Budget, until: datetime) -> None:
        super().__init__(budget)
        self.budget, self.until = budget, until
