"""Rules of what a clinic's desk decides: one member claims it, decides it, and may undo the decision for a minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.glossary import AccountId

CLAIM_FOR = timedelta(minutes=10)
UNDO_FOR = timedelta(minutes=1)
"""how long a member of the staff may undo a decision or a change; the parents are told when it ends"""


class Decidable(Protocol):
    """A row of a desk's queue; ``awaits_desk``: nobody has decided it. A decision may be undone until ``final_at``."""

    @property
    def is_open(self) -> bool: ...
    @property
    def awaits_desk(self) -> bool: ...
    @property
    def claimed_by(self) -> AccountId | None: ...
    @property
    def claimed_until(self) -> datetime | None: ...
    @property
    def decided_by(self) -> AccountId | None: ...
    @property
    def final_at(self) -> datetime | None: ...


def may_claim(row: Decidable, member: AccountId, now: datetime) -> bool:
    """Return whether a member of the staff may decide: it waits, and nobody else is at it."""
    return row.awaits_desk and (not _is_held(row, now) or row.claimed_by in {None, member})


def has_claimed(row: Decidable, member: AccountId, now: datetime) -> bool:
    return row.awaits_desk and _is_held(row, now) and row.claimed_by == member


def may_undo(row: Decidable, member: AccountId, now: datetime) -> bool:
    """Return whether a decision may be taken back: by who has made it, within the minute."""
    in_time = row.final_at is not None and now < row.final_at
    return row.is_open and not row.awaits_desk and in_time and row.decided_by == member


def is_with_colleague(row: Decidable, member: AccountId, now: datetime) -> bool:
    """Return whether another member has claimed a row that waits."""
    return row.awaits_desk and _is_held(row, now) and row.claimed_by not in {None, member}


def _is_held(row: Decidable, now: datetime) -> bool:
    return row.claimed_until is not None and now < row.claimed_until
