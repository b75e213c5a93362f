"""Waiting for a change without polling."""

import asyncio


class ChangeSignal:
    """Counts changes and wakes the tasks that wait for the next one."""

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
        """Wait for the next change. Returns False after `limit` seconds without one."""
        return await any_change(self, limit=limit)

    def add(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.add(waiter)

    def discard(self, waiter: asyncio.Future[None]) -> None:
        self._waiters.discard(waiter)


async def any_change(*signals: ChangeSignal, limit: float | None = None) -> bool:
    """Wait until one of the signals changes. Returns False after `limit` seconds without a change."""
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
