"""A paper is drawn anew: what its file holds beside the picture is gone, and a file that is none gets an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image

from bot.core.errors import InvalidInput
from bot.documents.frames import MOST_PAPER_PAGES, ForeignReply, ReplyKind, Request, Task, packed_pages, pages_in
from bot.documents.policy_reader import LONGEST_PAGES
from bot.documents.programs import LimitedPrograms, ProgramEnded
from bot.documents.redrawing import LONGEST_SIDE, redraw
from bot.patients.problems import FileProblem
from bot.patients.rules.barcode import LARGEST_FILE
from tests.hostile_files import (
    HOSTILE,
    THIS_SECOND,
    MakeFile,
    circular_pages,
    claimed_jpeg,
    huge_png,
    thousands_of_pages,
)
from tests.sent_papers import COMMENT, PLACE, photo_with_place, scanned_pdf


def pictures_of(data: bytes) -> list[Image.Image]:
    return [Image.open(BytesIO(page)) for page in redraw(data)]


@pytest.mark.requirement("A13")
def test_position_and_comment_of_a_photo_are_gone() -> None:
    data = photo_with_place()
    assert PLACE in data
    assert COMMENT in data
    [page] = redraw(data)
    assert PLACE not in page
    assert COMMENT not in page
    [picture] = pictures_of(data)
    assert not picture.getexif()
    assert not {"exif", "comment", "icc_profile"} & picture.info.keys()


def test_photo_that_was_turned_by_its_mark_is_turned_for_good() -> None:
    [picture] = pictures_of(photo_with_place(turned=True))
    assert picture.width < picture.height
    assert redraw(photo_with_place(turned=True)) != redraw(photo_with_place())


def test_large_photo_becomes_as_large_as_telegram_keeps_it() -> None:
    [picture] = pictures_of(photo_with_place(size=(4000, 3000)))
    assert max(picture.size) == LONGEST_SIDE


def test_strip_becomes_a_photo_that_telegram_takes() -> None:
    [picture] = pictures_of(photo_with_place(size=(2000, 20)))
    assert max(picture.size) < 20 * min(picture.size)


@pytest.mark.requirement("A13")
def test_each_page_of_a_pdf_becomes_a_picture() -> None:
    assert len(pictures_of(scanned_pdf(MOST_PAPER_PAGES))) == MOST_PAPER_PAGES


REFUSED: dict[FileProblem, list[Callable[[], bytes]]] = {
    FileProblem.TOO_BIG: [lambda: photo_with_place() + bytes(LARGEST_FILE)],
    FileProblem.KIND: [lambda: b"MZ" + bytes(500), lambda: huge_png("RGB", 10, 10), lambda: b""],
    FileProblem.HEIC: [lambda: bytes(4) + b"ftypheic" + bytes(100)],
    FileProblem.BROKEN: [lambda: b"\xff\xd8\xff" + bytes(500), lambda: b"%PDF-1.7\n"],
    FileProblem.TOO_LARGE: [claimed_jpeg],
    FileProblem.PAGES: [lambda: scanned_pdf(MOST_PAPER_PAGES + 1), lambda: thousands_of_pages(1000), circular_pages],
}


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(("problem", "make"), [(problem, make) for problem, every in REFUSED.items() for make in every])
def test_what_is_no_paper_is_refused_by_its_content(problem: FileProblem, make: Callable[[], bytes]) -> None:
    with pytest.raises(InvalidInput) as refused:
        redraw(make())
    assert refused.value.problem is problem


def test_pages_go_through_a_frame_and_nothing_else_does() -> None:
    pages = redraw(scanned_pdf(2))
    assert list(pages_in(packed_pages(pages))) == pages
    foreign = [b"", b"\0", packed_pages([b"MZ"]), packed_pages(pages * 2), packed_pages(pages)[:-1]]
    for content in foreign:
        with pytest.raises(ForeignReply):
            pages_in(content)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def programs() -> AsyncIterator[LimitedPrograms]:
    """The programs of all these tests, as of a bot."""
    programs = LimitedPrograms()
    yield programs
    await programs.close()


async def outcome(programs: LimitedPrograms, data: bytes, cpu: int) -> ReplyKind | None:
    """Return what a program replies to a paper, None if it was ended."""
    try:
        return (await programs.ask(Request(Task.REDRAW, data, cpu, 60, LONGEST_PAGES))).kind
    except ProgramEnded:
        return None


@pytest.mark.requirement("A13")
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_paper_ends_at_most_its_program(programs: LimitedPrograms, make: MakeFile) -> None:
    assert await outcome(programs, make(), THIS_SECOND) is not ReplyKind.FAILED
    assert await outcome(programs, scanned_pdf(), cpu=30) is ReplyKind.PAGES
