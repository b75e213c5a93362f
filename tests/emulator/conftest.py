"""The fixture that most tests of the emulator use."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.emulator.telegram import Telegram, telegram_of


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Anna has started the bot, and the bot has received that update."""
    async with telegram_of() as telegram:
        await telegram.anna.start()
        await telegram.take_updates()
        yield telegram
