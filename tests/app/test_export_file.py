"""The JSON file of an export: the same text by pages as at once, and packed when it is long."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

import pytest

from bot.privacy import export_file
from bot.privacy.export_file import INNER, as_text, write_json
from bot.privacy.journals import PAGE, SHOWN, Entries, LongJournal
from bot.privacy.records import ExportRecord
from tests.builders import MONDAY

EXACT = 2 * PAGE


def entries(count: int) -> list[ExportRecord]:
    return [{"at": MONDAY, "subject": f"№ {number}\n", "numbers": [number]} for number in range(1, count + 1)]


def journal_of(count: int, *, newest_first: bool = False, hides: Sequence[int] = ()) -> LongJournal:
    """Return a journal with the numbers 1, 2, 3 ... or, with the newest first, backwards."""
    known = list(enumerate(entries(count), start=1))
    if newest_first:
        known.reverse()

    async def read(last: int | None) -> Entries:
        begin = 0 if last is None else [number for number, _entry in known].index(last) + 1
        return [(number, None if number in hides else entry) for number, entry in known[begin : begin + PAGE]]

    return LongJournal(read, newest_first=newest_first)


@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, EXACT])
async def test_pages_make_the_same_text_as_the_whole_tree(count: int) -> None:
    def tree(of_card: object, own: object) -> ExportRecord:
        return {"made_at": MONDAY, "patients": [{"name": "А", "journal": of_card}], "journal": own, "after": None}

    written = await write_json(tree(journal_of(count), journal_of(1)))
    assert not written.is_packed
    assert written.data.decode() == as_text(tree(entries(count), entries(1)))


async def test_entries_that_are_shown_elsewhere_are_left_out() -> None:
    journal = journal_of(PAGE + 1, hides=range(1, PAGE + 1))
    assert [entry["numbers"] for entry in await journal.whole()] == [[PAGE + 1]]
    assert (journal.total, len(journal.shown)) == (1, 1)


@pytest.mark.parametrize("newest_first", [True, False])
async def test_paper_gets_the_newest_entries_of_a_journal(newest_first: bool) -> None:
    journal = journal_of(EXACT + 7, newest_first=newest_first)
    read = await journal.whole()
    assert journal.total == len(read) == EXACT + 7
    assert list(journal.shown) == (read[:SHOWN] if newest_first else read[-SHOWN:])


async def test_long_text_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_file, "PLAIN_UP_TO", 10_000)
    written = await write_json({"journal": journal_of(EXACT)})
    assert written.is_packed
    with ZipFile(BytesIO(written.data)) as packed:
        assert len(json.loads(packed.read(INNER))["journal"]) == EXACT
