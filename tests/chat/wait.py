"""Polling for a condition that has no event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.time_limits import BUSY


async def wait_until(condition: Callable[[], bool], within: float = BUSY) -> None:
    """Raise TimeoutError if the condition is not true within so many seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - this is the one place that polls
            await asyncio.sleep(0.005)
