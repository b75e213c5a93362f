"""The alarm about a member of the staff who reads many names."""

from __future__ import annotations

from datetime import datetime

from bot.core.budgets import BUCKETS, Budget
from bot.core.clock import Clock
from bot.core.people import Account
from bot.delivery.alarms import Alarm, Alarms
from bot.glossary import AccountId

ALARM_AT = 150
"""names an hour, half of what the budget allows"""


class ReadingAlarm:
    def __init__(self, alarms: Alarms, clock: Clock) -> None:
        self._alarms, self._clock = alarms, clock
        self._calm_at: dict[AccountId, datetime] = {}

    async def note(self, member: Account, names: int) -> None:
        """Start the alarm if the member has read so many names in the last hour."""
        if names < ALARM_AT:
            return
        self._calm_at[member.id] = self._clock.now() + BUCKETS[Budget.DESK_NAMES].cost(names - ALARM_AT + 1)
        await self._alarms.start(Alarm.DESK_READING, member=member.id, clinic=member.clinic or 0, names=names)

    async def end_due(self) -> None:
        """End the alarm once no member is above the limit."""
        now = self._clock.now()
        self._calm_at = {member: at for member, at in self._calm_at.items() if now < at}
        if not self._calm_at:
            await self._alarms.end(Alarm.DESK_READING)
