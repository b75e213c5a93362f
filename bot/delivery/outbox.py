"""The outbox worker: it sends queued messages, loses none, and after a crash repeats only those in flight.

A message is claimed with a lease, rendered from what is true at that moment, sent, and marked SENT one by one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.errors import CannotDeliver, DeliveryFailed, MessengerError, NotYet, RecipientGone, SlowDown
from bot.delivery.messenger import Messenger
from bot.delivery.news import OutboxMessage
from bot.delivery.screen import Screen
from bot.glossary import OutboxId

Render = Callable[[OutboxMessage], Awaitable[Screen | None]]

LEASE = timedelta(minutes=3)
"""longer than a claimed batch takes, even if each of its requests runs into the messenger's timeout"""
BATCH = 12
IN_FLIGHT = 4
CHAT_GAP = 1.1
"""seconds between two messages to one chat"""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
UNCERTAIN_PAUSES = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10))
"""before each retry of a message that may have arrived: a repeat is better than silence, but only a few times"""
MOST_ATTEMPTS = 150
"""a day of attempts, most of them at the longest pause"""

log = structlog.get_logger(__name__)


class Outbox:
    def __init__(self, storage: Storage, messenger: Messenger, render: Render, clock: Clock, worker: str) -> None:
        self._storage, self._messenger, self._render, self._clock = storage, messenger, render, clock
        self._log = log.bind(worker=worker)
        self._closing = False
        self._sweep_lock = asyncio.Lock()
        self._send_slots = asyncio.Semaphore(IN_FLIGHT)
        self._free_at: dict[int, float] = {}
        self._held_chats: dict[int, tuple[OutboxId, datetime]] = {}
        self._uncertain_sends: dict[OutboxId, int] = {}
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
        self._held_chats = {chat: first for chat, first in self._held_chats.items() if first[1] > now}

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
        earlier, until = self._held_chats.get(message.chat, (message.id, message.due_at))
        if message.id in self._sent_unmarked:
            await self._mark(message, self._sent_unmarked[message.id])
        elif earlier != message.id and until > self._clock.now():
            await self._retry(message, until, "behind an earlier message")
        elif (screen := await self._rendered(message)) is not None:
            await self._deliver(message, screen)

    async def _rendered(self, message: OutboxMessage) -> Screen | None:
        """Render a message. Return None if there is nothing to send now: the row says why."""
        try:
            screen = await self._render(message)
        except NotYet:
            # No limit of attempts: the account was promised an answer and gets it when it is known.
            await self._retry(message, self._clock.now() + _pause(message), "its facts are not known yet")
            return None
        except Exception:
            self._log.exception("a message cannot be rendered", message=message.id, kind=message.kind)
            await self._back_off(message, "it cannot be rendered")
            return None
        if screen is None:
            await self._storage.write(lambda uow: uow.outbox.drop(message.id, "nobody needs it any more"))
        return screen

    async def _deliver(self, message: OutboxMessage, screen: Screen) -> None:
        try:
            shown = await self._send(message, screen)
        except RecipientGone as gone:
            await self._mark_unreachable(message, str(gone))
        except CannotDeliver as refusal:
            await self._give_up(message, f"refused: {refusal}")
        except SlowDown as pause:
            self._slow_downs += 1
            await self._hold_chat(message, timedelta(seconds=pause.retry_after), "asked to slow down")
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
        self._uncertain_sends.pop(message.id, None)

    async def _mark_unreachable(self, message: OutboxMessage, why: str) -> None:
        async def mark(uow: UnitOfWork) -> None:
            await uow.accounts.set_reachable(message.account, False)
            await uow.outbox.give_up(message.id, why)

        await self._storage.write(mark)
        self._log.info("an account cannot be reached", message=message.id, kind=message.kind)

    async def _retry_failed(self, message: OutboxMessage, failure: DeliveryFailed) -> None:
        before = self._uncertain_sends.get(message.id, 0)
        if not failure.uncertain:
            await self._back_off(message, str(failure), keeps_order=True)
        elif before < len(UNCERTAIN_PAUSES):
            self._uncertain_sends[message.id] = before + 1
            await self._hold_chat(message, UNCERTAIN_PAUSES[before], f"may have arrived: {failure}")
        else:
            del self._uncertain_sends[message.id]
            await self._give_up(message, f"may have arrived {before + 1} times: {failure}")

    async def _back_off(self, message: OutboxMessage, why: str, *, keeps_order: bool = False) -> None:
        pause = _pause(message)
        if message.attempts >= MOST_ATTEMPTS:
            await self._give_up(message, why)
        elif keeps_order:
            await self._hold_chat(message, pause, why)
        else:
            await self._retry(message, self._clock.now() + pause, why)

    async def _hold_chat(self, message: OutboxMessage, pause: timedelta, why: str) -> None:
        """Retry later, and hold the later messages of this chat until then."""
        until = self._clock.now() + pause
        self._held_chats[message.chat] = (message.id, until)
        await self._retry(message, until, why)

    @writes
    async def _retry(self, uow: UnitOfWork, message: OutboxMessage, due_at: datetime, why: str) -> None:
        await uow.outbox.retry(message.id, due_at, why)

    async def _give_up(self, message: OutboxMessage, why: str) -> None:
        await self._storage.write(lambda uow: uow.outbox.give_up(message.id, why))
        self._log.error("a message was given up", message=message.id, kind=message.kind, why=why)


def _pause(message: OutboxMessage) -> timedelta:
    """Return how long to back off: 5 s, doubled with each attempt, at most 10 minutes."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(message.attempts - 1, 10)))
