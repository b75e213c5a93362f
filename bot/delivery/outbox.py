"""The outbox worker: it sends queued messages, loses none, and after a crash repeats only those in flight.

A message is claimed with a lease, rendered from what is true at that moment, sent, and marked SENT one by one. It is
tried until its last useful moment: what surely failed soon and then slower, what may have arrived after longer pauses.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.errors import (
    CannotDeliver,
    DeliveryFailed,
    MessengerError,
    NotNow,
    NotYet,
    RecipientGone,
    SlowDown,
    TooLate,
)
from bot.delivery.messenger import Messenger
from bot.delivery.news import OutboxMessage, Urgency
from bot.delivery.screen import Screen
from bot.glossary import OutboxId

Render = Callable[[OutboxMessage], Awaitable[Screen | None]]

LEASE = timedelta(minutes=3)
"""longer than a claimed batch takes, even if each of its requests runs into the messenger's timeout"""
BATCH = 12
IN_FLIGHT = 4
CHAT_GAP = 1.1
"""seconds between two messages to one chat"""
WAITS = tuple(timedelta(seconds=each) for each in (5, 10, 20, 40, 80, 160, 320, 600))
"""before a message is rendered again whose facts are not known yet; the last one again and again, as below"""
PAUSES = tuple(timedelta(seconds=each) for each in (1, 3, 10, 30, 60, 120, 300))
"""before each retry of a message that surely has not arrived"""
UNCERTAIN_PAUSES = tuple(timedelta(minutes=each) for each in (1 / 6, 1, 10, 60, 360, 1440))
"""before each retry of a message that may have arrived: a repeat is better than silence, but not often"""

log = structlog.get_logger(__name__)


class Held(NamedTuple):
    """A chat in which a message failed: what is not more urgent waits behind it."""

    message: OutboxMessage
    until: datetime
    order: Urgency
    """messages of this urgency and less urgent ones wait"""


class Outbox:
    def __init__(self, storage: Storage, messenger: Messenger, render: Render, clock: Clock, worker: str) -> None:
        self._storage, self._messenger, self._render, self._clock = storage, messenger, render, clock
        self._log = log.bind(worker=worker)
        self._closing = False
        self._sweep_lock = asyncio.Lock()
        self._send_slots = asyncio.Semaphore(IN_FLIGHT)
        self._free_at: dict[int, float] = {}
        self._held_chats: dict[int, Held] = {}
        self._failed_sends = Counter[OutboxId]()
        self._uncertain_sends = Counter[OutboxId]()
        self._sent_unmarked: dict[OutboxId, int] = {}
        self._slow_downs = 0

    async def close(self) -> None:
        """Claim no more messages and wait until those in flight are marked."""
        self._closing = True
        async with self._sweep_lock:
            return

    async def sweep(self) -> int:
        """Send all due messages; return how many were claimed."""
        attempted = 0
        async with self._sweep_lock, asyncio.TaskGroup() as group:
            self._begin_sweep()
            running: set[asyncio.Task[None]] = set()
            while True:
                claimed = await self._claim(BATCH - len(running))
                running |= {group.create_task(self._attempt(message)) for message in claimed}
                attempted += len(claimed)
                if not running:
                    return attempted
                _done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    def _begin_sweep(self) -> None:
        real, now = asyncio.get_running_loop().time(), self._clock.now()
        self._slow_downs = 0
        self._free_at = {chat: at for chat, at in self._free_at.items() if at > real}
        self._held_chats = {chat: held for chat, held in self._held_chats.items() if held.until > now}

    async def _claim(self, limit: int) -> Sequence[OutboxMessage]:
        # Several SlowDowns in a row mean that the whole bot is throttled: claiming more messages would not help.
        if self._closing or self._slow_downs >= IN_FLIGHT:
            return ()
        try:
            return await self._storage.write(
                lambda uow: uow.outbox.claim(self._clock.now(), self._clock.wall(), LEASE, limit)
            )
        except Exception:
            self._log.exception("messages cannot be claimed")
            return ()

    async def _attempt(self, message: OutboxMessage) -> None:
        """Deliver one message; after a failure its lease expires. Never raises: the other messages must go on."""
        try:
            await self._render_and_deliver(message)
        except Exception:
            self._log.exception("a message waits until its lease expires", message=message.id, kind=message.kind)

    async def _render_and_deliver(self, message: OutboxMessage) -> None:
        if message.id in self._sent_unmarked:
            await self._mark(message, self._sent_unmarked[message.id])
        elif (held := self._held_chats.get(message.chat)) is not None and await self._waits_behind(message, held):
            await self._postpone(message, held.until, "behind an earlier message")
        elif (screen := await self._rendered(message)) is not None:
            await self._deliver(message, screen)

    async def _waits_behind(self, message: OutboxMessage, held: Held) -> bool:
        """Return whether an earlier message of the chat goes first; one that is not true any more is dropped."""
        if held.message.id == message.id or held.until <= self._clock.now() or message.urgency < held.order:
            return False
        try:
            if await self._render(held.message) is not None:
                return True
            await self._drop(held.message)
        except (NotNow, NotYet, TooLate):
            pass
        except Exception:
            return True  # its own attempt logs it
        self._held_chats.pop(message.chat, None)
        return False

    async def _rendered(self, message: OutboxMessage) -> Screen | None:
        """Render a message. Return None if there is nothing to send now: the row says why."""
        now = self._clock.now()
        try:
            screen = await self._render(replace(message, may_have_arrived=self._uncertain_sends[message.id] > 0))
        except NotNow as later:
            await self._postpone(message, later.at, "quiet hours")
        except TooLate:
            await self._storage.write(lambda uow: uow.outbox.expire(message.id))
        except NotYet:
            await self._retry(message, now + _step(WAITS, message.attempts - 1), "its facts are not known yet")
        except Exception:
            self._log.exception("a message cannot be rendered", message=message.id, kind=message.kind)
            await self._retry(message, now + _step(WAITS, message.attempts - 1), "it cannot be rendered")
        else:
            if screen is None:
                await self._drop(message)
            return screen
        return None

    async def _drop(self, message: OutboxMessage) -> None:
        await self._storage.write(lambda uow: uow.outbox.drop(message.id, "nobody needs it any more"))

    async def _deliver(self, message: OutboxMessage, screen: Screen) -> None:
        try:
            shown = await self._send(message, screen)
        except RecipientGone as gone:
            await self._mark_unreachable(message, str(gone))
        except CannotDeliver as refusal:
            await self._give_up(message, f"refused: {refusal}")
        except SlowDown as pause:
            self._slow_downs += 1
            await self._hold_chat(message, timedelta(seconds=pause.retry_after), "asked to slow down", min(Urgency))
        except DeliveryFailed as failure:
            await self._retry_failed(message, failure)
        else:
            self._slow_downs = 0
            await self._mark(message, shown)

    async def _send(self, message: OutboxMessage, screen: Screen) -> int:
        time = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._free_at.get(message.chat, 0.0) - time()))
        async with self._send_slots:
            try:
                return await self._messenger.deliver(message.chat, screen, message.edits)
            except MessengerError:
                raise
            except Exception as bug:
                self._log.exception("the messenger failed", message=message.id, kind=message.kind)
                raise DeliveryFailed("the messenger broke", uncertain=True) from bug
            finally:
                self._free_at[message.chat] = time() + CHAT_GAP

    async def _mark(self, message: OutboxMessage, shown: int) -> None:
        # Kept until the mark is durable: a claim after an expired lease marks the message again without sending it.
        self._sent_unmarked[message.id] = shown
        await self._storage.write(lambda uow: uow.outbox.mark_sent(message.id, shown, self._clock.now()))
        self._sent_unmarked.pop(message.id, None)  # another claim after an expired lease may have marked it too
        self._forget_failures(message)

    async def _mark_unreachable(self, message: OutboxMessage, why: str) -> None:
        """Keep the message: it is told when the account returns, if it is still worth telling then."""

        async def mark(uow: UnitOfWork) -> None:
            await uow.accounts.set_reachable(message.account, False)
            await uow.outbox.postpone(message.id, message.due_at, why)

        await self._storage.write(mark)
        self._log.info("an account cannot be reached", message=message.id, kind=message.kind)

    async def _retry_failed(self, message: OutboxMessage, failure: DeliveryFailed) -> None:
        counts = self._uncertain_sends if failure.uncertain else self._failed_sends
        pause = _step(UNCERTAIN_PAUSES if failure.uncertain else PAUSES, counts[message.id])
        counts[message.id] += 1
        why = f"may have arrived: {failure}" if failure.uncertain else str(failure)
        await self._hold_chat(message, pause, why, message.urgency)

    async def _hold_chat(self, message: OutboxMessage, pause: timedelta, why: str, order: Urgency) -> None:
        """Retry later, and hold the later messages of this chat until then."""
        until = self._clock.now() + pause
        self._held_chats[message.chat] = Held(message, until, order)
        await self._retry(message, until, why)

    async def _postpone(self, message: OutboxMessage, due_at: datetime, why: str) -> None:
        await self._storage.write(lambda uow: uow.outbox.postpone(message.id, due_at, why))

    @writes
    async def _retry(self, uow: UnitOfWork, message: OutboxMessage, due_at: datetime, why: str) -> None:
        await uow.outbox.retry(message.id, due_at, why)

    async def _give_up(self, message: OutboxMessage, why: str) -> None:
        await self._storage.write(lambda uow: uow.outbox.give_up(message.id, why))
        self._forget_failures(message)
        self._log.error("a message was given up", message=message.id, kind=message.kind, why=why)

    def _forget_failures(self, message: OutboxMessage) -> None:
        self._failed_sends.pop(message.id, None)
        self._uncertain_sends.pop(message.id, None)


def _step(pauses: Sequence[timedelta], failures: int) -> timedelta:
    """Return the pause after so many earlier failures; the last one again and again."""
    return pauses[min(failures, len(pauses) - 1)]
