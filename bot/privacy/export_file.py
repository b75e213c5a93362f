"""Write the tree of an export as a JSON file, its journals page by page; a file that becomes long is packed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from textwrap import indent
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from bot.privacy.journals import LongJournal
from bot.privacy.records import ExportRecord

PLAIN_UP_TO = 8 << 20
"""bytes; a longer text is packed, because Telegram takes files of 50 MB"""
INNER = "export.json"
"""the name of the text in a packed file"""


class ExportFile(NamedTuple):
    data: bytes
    is_packed: bool
    """whether it is a zip with the JSON text"""


async def write_json(tree: ExportRecord) -> ExportFile:
    """Return the JSON text of a tree; its journals are read now, in the order of the text."""
    text, sink = as_text(tree), _Sink()
    for journal in journals_of(tree):
        before, _mark, text = text.partition(json.dumps(journal.mark))
        await sink.write(before)
        await _write_journal(sink, journal, before.rpartition("\n")[2])
    await sink.write(text)
    return await sink.close()


def as_text(tree: ExportRecord) -> str:
    """Return the JSON text, with its mark in place of each journal that is read by pages."""
    return json.dumps(tree, ensure_ascii=False, indent=2, default=_plain)


def journals_of(value: object) -> Iterator[LongJournal]:
    """Return the journals in a tree in the order of its text."""
    if isinstance(value, LongJournal):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from journals_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from journals_of(inner)


async def _write_journal(sink: _Sink, journal: LongJournal, line: str) -> None:
    """Write the entries as ``json.dumps`` would; ``line`` is the line that the list begins on."""
    margin, is_empty = " " * (len(line) - len(line.lstrip())), True
    async for page in journal.pages():
        if page:
            # In a thread: the text of a page takes longer than other people should wait.
            entries = await asyncio.to_thread(_entries, page, f"{margin}  ")
            await sink.write(f"{'[' if is_empty else ','}\n{entries}")
            is_empty = False
    await sink.write("[]" if is_empty else f"\n{margin}]")


def _entries(page: Sequence[ExportRecord], margin: str) -> str:
    return ",\n".join(indent(as_text(entry), margin) for entry in page)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, LongJournal):
        return value.mark
    raise TypeError(f"an export cannot contain {type(value).__name__}")


class _Sink:
    """Bytes in memory, packed from PLAIN_UP_TO on: no plain text is written to a disk."""

    def __init__(self) -> None:
        self._bytes = BytesIO()
        self._zip: ZipFile | None = None

    async def write(self, text: str) -> None:
        data = text.encode()
        if self._zip is None and self._bytes.tell() + len(data) > PLAIN_UP_TO:
            data, self._bytes = self._bytes.getvalue() + data, BytesIO()
            self._zip = ZipFile(self._bytes, "w", ZIP_DEFLATED)
            self._inner = self._zip.open(INNER, "w", force_zip64=True)
        if self._zip is None:
            self._bytes.write(data)
        else:
            await asyncio.to_thread(self._inner.write, data)

    async def close(self) -> ExportFile:
        if self._zip is not None:
            self._inner.close()
            self._zip.close()
        return ExportFile(self._bytes.getvalue(), self._zip is not None)
