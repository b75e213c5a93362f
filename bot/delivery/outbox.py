"""Tells people what the services wrote down: nothing is lost, and only what was in flight at a crash is repeated.

A row is claimed with a lease, rendered against the world as it is by then, sent, and marked SENT one by one.
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
"""a claimed handful is sent within it even if every request of it runs into the messenger's time limit"""
HANDFUL = 12
IN_FLIGHT = 4
CHAT_GAP = 1.1
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
UNCERTAIN_PAUSES = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10))
"""before each more attempt at what may have arrived: rather heard twice than never, but not time and again"""
MOST_ATTEMPTS = 150
"""a day of attempts, most of them at the longest pause"""

log = structlog.get_logger(__name__)


class Outbox:
    def __init__(self, storage: Storage, messenger: Messenger, render: Render, clock: Clock, worker: str) -> None:
        self._storage, self._messenger, self._render, self._clock = storage, messenger, render, clock
        self._log = log.bind(worker=worker)
        self._closing = False
        self._sweeping = asyncio.Lock()
        self._wires = asyncio.Semaphore(IN_FLIGHT)
        self._free_at: dict[int, float] = {}
        self._waiting: dict[int, tuple[OutboxId, datetime]] = {}
        self._uncertain: dict[OutboxId, int] = {}
        self._unmarked: dict[OutboxId, int] = {}
        self._slowed = 0

    async def close(self) -> None:
        """Claim nothing more and wait until what is in flight is marked."""
        self._closing = True
        async with self._sweeping:
            return

    async def sweep(self) -> int:
        """Tell everything that is due; return how many messages were handled."""
        handled = 0
        async with self._sweeping, asyncio.TaskGroup() as group:
            self._start_afresh()
            running: set[asyncio.Task[None]] = set()
            while True:
                claimed = await self._claim(HANDFUL - len(running))
                running |= {group.create_task(self._handle(message)) for message in claimed}
                handled += len(claimed)
                if not running:
                    return handled
                _done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    def _start_afresh(self) -> None:
        real, now = asyncio.get_running_loop().time(), self._clock.now()
        self._slowed = 0
        self._free_at = {chat: at for chat, at in self._free_at.items() if at > real}
        self._waiting = {chat: first for chat, first in self._waiting.items() if first[1] > now}

    async def _claim(self, limit: int) -> Sequence[OutboxMessage]:
        # A handful slowed down in a row means that the whole bot was: the rest need not be claimed to learn it.
        if self._closing or self._slowed >= IN_FLIGHT:
            return ()
        try:
            return await self._storage.write(
                lambda uow: uow.outbox.claim(self._clock.now(), self._clock.wall(), LEASE, limit)
            )
        except Exception:
            self._log.exception("nothing can be claimed")
            return ()

    async def _handle(self, message: OutboxMessage) -> None:
        """Never raises: one bad message must not stop the others. What was not written down, the lease gives back."""
        try:
            await self._tell(message)
        except Exception:
            self._log.exception("a message is left to its lease", message=message.id, kind=message.kind)

    async def _tell(self, message: OutboxMessage) -> None:
        earlier, until = self._waiting.get(message.chat, (message.id, message.due_at))
        if message.id in self._unmarked:
            await self._mark(message, self._unmarked[message.id])
        elif earlier != message.id and until > self._clock.now():
            await self._retry(message, until, "behind an earlier message")
        elif (screen := await self._screen(message)) is not None:
            await self._deliver(message, screen)

    async def _screen(self, message: OutboxMessage) -> Screen | None:
        """What there is to say now; None where the message's fate is already written down."""
        try:
            screen = await self._render(message)
        except NotYet:
            # However long it takes: whoever was promised an answer is told it when it comes.
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
            await self._lose_recipient(message, str(gone))
        except CannotDeliver as refusal:
            await self._give_up(message, f"refused: {refusal}")
        except SlowDown as pause:
            self._slowed += 1
            await self._wait_first(message, timedelta(seconds=pause.retry_after), "asked to slow down")
        except DeliveryFailed as failure:
            await self._try_again(message, failure)
        else:
            self._slowed = 0
            await self._mark(message, shown)

    async def _send(self, message: OutboxMessage, screen: Screen) -> int:
        time = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._free_at.get(message.chat, 0.0) - time()))
        async with self._wires:
            try:
                return await self._messenger.deliver(message.chat, screen, message.edits)
            except MessengerError:
                raise
            except Exception as bug:
                self._log.exception("the messenger broke", message=message.id, kind=message.kind)
                raise DeliveryFailed("the messenger broke", uncertain=True) from bug
            finally:
                self._free_at[message.chat] = time() + CHAT_GAP

    async def _mark(self, message: OutboxMessage, shown: int) -> None:
        # Until the mark is durable it is kept here: a claim after a lapsed lease marks again and does not send again.
        self._unmarked[message.id] = shown
        await self._storage.write(lambda uow: uow.outbox.sent(message.id, shown, self._clock.now()))
        self._unmarked.pop(message.id, None)  # another claim after a lapsed lease may have marked it too
        self._uncertain.pop(message.id, None)

    async def _lose_recipient(self, message: OutboxMessage, why: str) -> None:
        async def lose(uow: UnitOfWork) -> None:
            await uow.accounts.set_reachable(message.account, False)
            await uow.outbox.give_up(message.id, why)

        await self._storage.write(lose)
        self._log.info("a person cannot be reached any more", message=message.id, kind=message.kind)

    async def _try_again(self, message: OutboxMessage, failure: DeliveryFailed) -> None:
        before = self._uncertain.get(message.id, 0)
        if not failure.uncertain:
            await self._back_off(message, str(failure), first_in_line=True)
        elif before < len(UNCERTAIN_PAUSES):
            self._uncertain[message.id] = before + 1
            await self._wait_first(message, UNCERTAIN_PAUSES[before], f"may have arrived: {failure}")
        else:
            del self._uncertain[message.id]
            await self._give_up(message, f"may have arrived {before + 1} times: {failure}")

    async def _back_off(self, message: OutboxMessage, why: str, *, first_in_line: bool = False) -> None:
        pause = _pause(message)
        if message.attempts >= MOST_ATTEMPTS:
            await self._give_up(message, why)
        elif first_in_line:
            await self._wait_first(message, pause, why)
        else:
            await self._retry(message, self._clock.now() + pause, why)

    async def _wait_first(self, message: OutboxMessage, pause: timedelta, why: str) -> None:
        """Try later, and keep this chat's later messages behind this one meanwhile."""
        until = self._clock.now() + pause
        self._waiting[message.chat] = (message.id, until)
        await self._retry(message, until, why)

    @writes
    async def _retry(self, uow: UnitOfWork, message: OutboxMessage, due_at: datetime, why: str) -> None:
        await uow.outbox.retry(message.id, due_at, why)

    async def _give_up(self, message: OutboxMessage, why: str) -> None:
        await self._storage.write(lambda uow: uow.outbox.give_up(message.id, why))
        self._log.error("a message was given up", message=message.id, kind=message.kind, why=why)


def _pause(message: OutboxMessage) -> timedelta:
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(message.attempts - 1, 10)))
