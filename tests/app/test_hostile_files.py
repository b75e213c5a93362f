"""Hostile files, one after another: each is given up, and the next file is read by the programs that are left."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.documents.frames import ReplyKind
from bot.documents.programs import LimitedPrograms
from tests.app.test_limited_programs import SHEET, outcome
from tests.barcodes import pdf
from tests.hostile_files import HOSTILE, MEGABYTE, THIS_SECOND, MakeFile, packed_run


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def programs() -> AsyncIterator[LimitedPrograms]:
    """The programs of all these tests, as of a bot: starting one takes longer than reading ten good files."""
    programs = LimitedPrograms()
    yield programs
    await programs.close()


@pytest.mark.requirement("A13")
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_file_is_given_up_and_the_next_is_read(programs: LimitedPrograms, make: MakeFile) -> None:
    hostile = make()
    assert len(hostile) < 5 << 20
    assert await outcome(programs, hostile, THIS_SECOND) in {None, ReplyKind.PROBLEM, ReplyKind.OUT_OF_MEMORY}
    assert await outcome(programs, pdf(SHEET), cpu=30) is ReplyKind.CODE


@pytest.mark.parametrize("count", [1, MEGABYTE - 1, MEGABYTE, 3 * MEGABYTE + 17])
def test_packed_run_is_unpacked_to_equal_bytes(count: int) -> None:
    assert zlib.decompress(packed_run(ord(" "), count)) == b" " * count
