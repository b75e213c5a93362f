"""Builders for tests of pure rules: a stopped clock, its moment, and the claim of a policy number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clinics.port import PolicyClaim
from bot.core.people import PersonName
from bot.patients.rules.policy_number import policy_facts

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Noon in Moscow on 23 November 2026: the moment of every stopped clock."""


class StoppedClock:
    """Implements Clock: moves only by ``advance``, wall time as well."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def wall(self) -> datetime:
        return self._moment

    def advance(self, by: timedelta) -> None:
        self._moment += by


def claim_of(policy_number: str, name: PersonName) -> PolicyClaim:
    """Return a claim with the birth date and the sex in the number."""
    facts = policy_facts(policy_number)
    assert facts is not None
    return PolicyClaim(policy_number, name, facts.birth_date, facts.sex)
