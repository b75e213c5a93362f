"""Guard the register against guessing by many accounts: count its refusals to all of them, and slow new accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.core.transactions import Storage
from bot.delivery.alarms import Alarm, Alarms
from bot.glossary import AccountId, PatientId
from bot.patients.errors import RegisterCrowded
from bot.patients.rules.checks import FAILURE_COUNTS_FOR

KNOWN_AFTER = timedelta(days=1)
"""An account with a card that is confirmed and at least so old is never slowed."""
TURN = timedelta(seconds=10)
"""between two questions of new accounts while there are too many refusals"""


class RegisterGuard:
    """While the register refuses too much, all new accounts share one line, and one question is sent in a turn.

    The line is in memory: after a restart it is empty, and the refusals are counted again.
    """

    def __init__(self, storage: Storage, alarms: Alarms, clock: Clock, refusals_limit: int) -> None:
        self._storage, self._alarms, self._clock, self._limit = storage, alarms, clock, refusals_limit
        self._is_slow = False
        self._free_at: datetime | None = None

    async def count_refusals(self) -> None:
        """Start the alarm at the limit of refusals in an hour, and end it below half of it."""
        since = self._clock.now() - FAILURE_COUNTS_FOR
        count = await self._storage.read(lambda view: view.checks.count_failures(since))
        if count >= self._limit:
            self._is_slow = True
            await self._alarms.start(Alarm.REGISTER_REFUSALS, count=count, limit=self._limit)
        elif count < self._limit / 2:
            self._is_slow, self._free_at = False, None
            await self._alarms.end(Alarm.REGISTER_REFUSALS)

    async def turn_of(self, account: AccountId) -> datetime | None:
        """Take a place in the line and return its moment; None if the account may ask at once."""
        now = self._clock.now()
        if not self._is_slow or await self._is_known(account, now):
            return None
        turn = max(self._free_at or now, now)
        self._free_at = turn + TURN
        return turn

    async def require_turn(self, account: AccountId, patient: PatientId | None = None) -> None:
        """Take a turn for a question that cannot wait. Raises RegisterCrowded if others are in the line."""
        now = self._clock.now()
        if not self._is_slow or await self._is_known(account, now):
            return
        if self._free_at is not None and self._free_at > now:
            raise RegisterCrowded(self._free_at, patient)
        self._free_at = now + TURN

    async def _is_known(self, account: AccountId, now: datetime) -> bool:
        return await self._storage.read(lambda view: view.checks.has_card_older_than(account, now - KNOWN_AFTER))
