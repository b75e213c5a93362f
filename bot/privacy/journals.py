"""The journals of an export: they may be long, so they are read by pages, and a paper shows their newest entries."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from bot.privacy.records import ExportRecord

PAGE = 500
"""entries that are read at once"""
SHOWN = 200
"""entries of a journal that a paper shows"""

Entries = Sequence[tuple[int, ExportRecord | None]]
"""Entries with their ids; None in place of an entry that is shown elsewhere."""
ReadPage = Callable[[int | None], Awaitable[Entries]]
"""Returns the next page after the entry with this id, the first one after None; less than PAGE entries are the last."""


class LongJournal:
    """A journal in the tree of an export, before and after it was read."""

    def __init__(self, read: ReadPage, *, newest_first: bool) -> None:
        self._read, self._newest_first = read, newest_first
        self.mark = secrets.token_hex(16)
        """stands in the JSON text where the entries go"""
        self.total = 0
        self.shown: deque[ExportRecord] = deque(maxlen=SHOWN)
        """the newest entries of those that were read"""

    async def pages(self) -> AsyncIterator[Sequence[ExportRecord]]:
        """Yield the entries in their order; a page may be empty."""
        last: int | None = None
        while True:
            page = await self._read(last)
            entries = [entry for _id, entry in page if entry is not None]
            self.total += len(entries)
            self.shown.extend(entries[: SHOWN - len(self.shown)] if self._newest_first else entries)
            yield entries
            if len(page) < PAGE:
                return
            last = page[-1][0]

    async def whole(self) -> list[ExportRecord]:
        return [entry async for page in self.pages() for entry in page]
