"""The demo of a test and its chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.chat.client import ChatClient
from tests.e2e.demo import Demo, running_demo

DAY, NOON = 24 * 3600, 9 * 3600
"""in seconds of UTC: noon is that of Moscow"""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running_demo(tmp_path) as shown:
        yield shown


@pytest.fixture
async def chat(demo: Demo) -> AsyncIterator[ChatClient]:
    """A client with the clock at noon of the next day in Moscow, so that results do not depend on the hour."""
    async with ChatClient(demo.url, key=demo.key) as client:
        midnight = await client.clock() // DAY * DAY
        await client.set_clock(midnight + DAY + NOON)
        yield client
