"""A town whose operator lets no desk show full data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chat.town import Town, town


@pytest.fixture
async def silent_town(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with town(template, tmp_path, desk_shows="never") as silent:
        yield silent
