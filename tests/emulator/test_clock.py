"""The clock of the emulator."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.emulator.telegram import Telegram, telegram_of
from tests.time_limits import BUSY


async def test_clock_moves_stops_and_resumes(telegram: Telegram) -> None:
    real = await telegram.chat.clock()
    assert await telegram.chat.advance(3600) == pytest.approx(real + 3600, abs=1)
    assert (await telegram.send())["date"] == pytest.approx(real + 3600, abs=2)
    assert await telegram.chat.stop_clock(1_900_000_000) == 1_900_000_000
    assert await telegram.chat.advance(60) == 1_900_000_060
    assert await telegram.chat.clock() == 1_900_000_060
    assert (await telegram.send())["date"] == 1_900_000_060
    await telegram.chat.resume_clock()
    assert await telegram.chat.clock() > 1_900_000_060
    assert await telegram.chat.set_clock(2_000_000_000) == pytest.approx(2_000_000_000, abs=1)
    state = await telegram.chat.request("GET", "/clock")
    assert state.keys() == {"now", "offset", "stopped", "revision"}


async def test_clock_can_be_replaced() -> None:
    async with telegram_of(now=lambda: 1_800_000_000.5) as telegram:
        await telegram.anna.start()
        assert await telegram.chat.clock() == 1_800_000_000.5
        assert (await telegram.send())["date"] == 1_800_000_000


async def test_clock_stream_sends_every_change(telegram: Telegram) -> None:
    async with telegram.session.get(f"{telegram.url}/emulator/clock/stream") as stream:

        async def event() -> Any:
            lines = [await stream.content.readline() for _ in range(3)]
            assert lines[0] == b"event: clock\n"
            return json.loads(lines[1].removeprefix(b"data: "))

        before = await event()
        await telegram.chat.advance(86400)
        async with asyncio.timeout(BUSY):
            assert (await event())["offset"] == pytest.approx(before["offset"] + 86400)
