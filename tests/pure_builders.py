"""What tests of pure rules build on: the moment at which a clock stands, and the claim that a policy number makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clinics.port import PolicyClaim
from bot.core.people import PersonName
from bot.patients.rules.policy_number import policy_facts

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""23 November 2026, noon in Moscow: when the clock of a test stands still."""


class StoppedClock:
    """Implements ports.Clock: stands still until a test moves it, real time with it."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def wall(self) -> datetime:
        return self._moment

    def advance(self, by: timedelta) -> None:
        self._moment += by


def claim_of(policy_number: str, name: PersonName) -> PolicyClaim:
    """With the birth date and the sex that the number tells."""
    facts = policy_facts(policy_number)
    assert facts is not None
    return PolicyClaim(policy_number, name, facts.birth_date, facts.sex)
