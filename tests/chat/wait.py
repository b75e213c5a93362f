"""Waiting for what has no event to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], bool], within: float = 5) -> None:
    """Look again and again; TimeoutError where it is not true ``within`` seconds."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - this is the one place that polls
            await asyncio.sleep(0.005)
