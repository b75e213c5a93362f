"""Waiting without polling: a signal wakes everyone who waits for a change, an activity knows when a chat is at rest."""

import asyncio
import time


class Signal:
    """Counts changes and wakes those who wait for the next one."""

    def __init__(self) -> None:
        self.revision = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        self.revision += 1
        if not self._waiters:
            return
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, limit: float | None = None) -> bool:
        """Wait for the next change; False when the time ran out first."""
        return await any_change(self, limit=limit)

    def add(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.add(waiter)

    def discard(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.discard(waiter)


async def any_change(*signals: Signal, limit: float | None = None) -> bool:
    """Wait until one of the signals comes; False when the time ran out first."""
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for signal in signals:
        signal.add(waiter)
    try:
        async with asyncio.timeout(limit):
            await waiter
    except TimeoutError:
        return False
    finally:
        for signal in signals:
            signal.discard(waiter)
    return True


class Activity:
    """Whether the bot still has something to do in a chat: updates to take, calls in work, presses to answer."""

    def __init__(self, parent: "Activity | None" = None) -> None:
        self.parent = parent
        self.waiting = 0
        self.running = 0
        self.spinning = 0
        self.owing = 0
        self.owed_since = 0.0
        self.last = 0.0
        self.changed = Signal()

    def note(self, *, waiting: int = 0, running: int = 0, spinning: int = 0, owing: int = 0) -> None:
        self.waiting += waiting
        self.running += running
        self.spinning += spinning
        self.last = time.monotonic()
        if owing:
            self.owing += owing
            self.owed_since = self.last
        self.changed.notify()
        if self.parent is not None:
            self.parent.note(waiting=waiting, running=running, spinning=spinning, owing=owing)

    def owe(self) -> None:
        """The bot has taken an update and has not yet said anything here."""
        if not self.owing:
            self.note(owing=1)

    def paid(self) -> None:
        if self.owing:
            self.note(owing=-1)

    def forget(self) -> None:
        """Take this chat's part out of the whole, when the chat itself goes."""
        self.note(waiting=-self.waiting, running=-self.running, spinning=-self.spinning, owing=-self.owing)
        self.parent = None

    def rest_in(self, quiet: float, patience: float) -> float | None:
        """Seconds until this counts as at rest if nothing happens meanwhile; None while something is in work."""
        if self.waiting or self.running or self.spinning:
            return None
        ready = self.last + quiet
        if self.owing:
            ready = max(ready, self.owed_since + patience)
        return max(0.0, ready - time.monotonic())

    async def rest(self, quiet: float, patience: float, limit: float) -> bool:
        """Wait for rest, at most `limit` seconds."""
        deadline = time.monotonic() + limit
        while (wait := self.rest_in(quiet, patience)) != 0.0:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            await self.changed.wait(left if wait is None else min(wait, left))
        return True

    def as_json(self) -> dict[str, int]:
        return {
            "waiting": self.waiting,
            "running": self.running,
            "spinning": self.spinning,
            "changes": self.changed.revision,
        }
