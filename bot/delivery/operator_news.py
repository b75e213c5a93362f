"""Tell the operator in Telegram that an alarm has started or is over, at most once an hour for each code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.alarms import Alarm, Alarms, Fact, Told
from bot.delivery.errors import CannotDeliver, MessengerError, RecipientGone
from bot.delivery.messenger import Messenger
from bot.delivery.screen import Screen

QUIET_FOR = timedelta(hours=1)
"""between two messages that the same alarm has started"""
SETTLES_IN = timedelta(minutes=10)
"""after a start of the bot: an alarm that was told before the start and is not on by then is over"""
RETRY_IN = timedelta(minutes=1)

log = structlog.get_logger(__name__)

Describe = Callable[[Alarm, Mapping[str, Fact] | None], Screen]
"""Returns the message about an alarm that has started, with its facts, or about one that is over, with None."""


class OperatorNews:
    """What was told is stored: a bot that is restarted again and again does not repeat itself."""

    def __init__(
        self, storage: Storage, alarms: Alarms, messenger: Messenger, describe: Describe, clock: Clock, chat: int | None
    ) -> None:
        self._storage, self._alarms, self._messenger = storage, alarms, messenger
        self._describe, self._clock, self._chat = describe, clock, chat
        self._told: dict[Alarm, Told] | None = None
        self._settled_at = self._waits_until = clock.now()

    async def tell_due(self) -> None:
        """Tell what is due. A message that was not delivered is tried again a minute later."""
        now = self._clock.now()
        if self._chat is None or now < self._waits_until:
            return
        if self._told is None:
            self._told, self._settled_at = dict(await self._read()), now + SETTLES_IN
        try:
            await self._tell(self._chat, self._told, now)
        except MessengerError as trouble:
            log.warning("the operator was not told of an alarm", trouble=type(trouble).__name__)
            self._waits_until = now + RETRY_IN

    async def _tell(self, chat: int, told: dict[Alarm, Told], now: datetime) -> None:
        ringing = {each.alarm: each.facts for each in self._alarms.ringing()}
        for alarm, facts in ringing.items():
            before = told.get(alarm)
            if before is None or (not before.is_on and now >= before.started_at + QUIET_FOR):
                await self._send(chat, self._describe(alarm, facts))
                told[alarm] = Told(now, is_on=True)
                await self._save(alarm, told[alarm])
        if now < self._settled_at:
            return
        for alarm in [each for each, last in told.items() if last.is_on and each not in ringing]:
            await self._send(chat, self._describe(alarm, None))
            told[alarm] = Told(told[alarm].started_at, is_on=False)
            await self._save(alarm, told[alarm])

    async def _send(self, chat: int, screen: Screen) -> None:
        try:
            await self._messenger.deliver(chat, screen)
        except (RecipientGone, CannotDeliver) as trouble:
            # A repeat would not help, and the log and /health have the alarm.
            log.error("OPERATOR_CHAT gets no messages", trouble=type(trouble).__name__)

    @reads
    async def _read(self, view: UnitOfWork) -> Mapping[Alarm, Told]:
        return await view.alarms.told()

    @writes
    async def _save(self, uow: UnitOfWork, alarm: Alarm, told: Told) -> None:
        await uow.alarms.record(alarm, told)
