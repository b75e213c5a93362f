"""Limited programs: hostile files end only their own program, and what a program replies is checked."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import InvalidInput
from bot.core.people import PersonName
from bot.delivery.alarms import Alarm, Alarms
from bot.delivery.paper import NotPrinted, Paper, Section
from bot.documents import pdf_printer
from bot.documents.frames import (
    LONGEST_NAME,
    ForeignReply,
    ReplyKind,
    Request,
    Task,
    code_in,
    packed_code,
    packed_paper,
    packed_problem,
    paper_in,
    problem_in,
)
from bot.documents.pdf_printer import PdfPrinter
from bot.documents.printing import print_paper
from bot.documents.process_size import resident_size
from bot.documents.programs import MEMORY, LimitedPrograms, ProgramEnded, ProgramNotStarted, ProgramsClosed
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode
from tests.barcodes import barcode, on_paper, pdf, pdf417, png
from tests.builders import MONDAY, StoppedClock
from tests.chat.sent_files import text_of
from tests.chat.wait import wait_until
from tests.hostile_files import THIS_SECOND, drawn_forms, patterns

MARIA = PolicyCode("7796189784000014", PersonName("ИВАНОВА", "МАРИЯ", "СЕРГЕЕВНА"))
SHEET = on_paper(pdf417(barcode(MARIA.number, PersonName("Иванова", "Мария", "Сергеевна"))))


def reading(data: bytes, cpu: int = 30) -> Request:
    return Request(Task.READ, data, cpu, wall=60, longest_reply=4096)


async def outcome(programs: LimitedPrograms, data: bytes, cpu: int) -> ReplyKind | None:
    """Return what was replied, None if the program was ended."""
    try:
        return (await programs.ask(reading(data, cpu))).kind
    except ProgramEnded:
        return None


@pytest.fixture
async def programs() -> AsyncIterator[LimitedPrograms]:
    programs = LimitedPrograms()
    yield programs
    await programs.close()
    assert programs_now() == []


def programs_now() -> list[int]:
    """Return the limited programs that this process has started; other tests keep programs of their own."""
    here = Path(f"/proc/{os.getpid()}/task")
    children = [int(pid) for listed in here.glob("*/children") for pid in listed.read_text().split()]
    return [each for each in children if b"bot.documents.worker" in Path(f"/proc/{each}/cmdline").read_bytes()]


def largest_ended_child() -> int:
    """Return the bytes of memory of the largest program that this process has started and that has ended."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most if sys.platform == "darwin" else most << 10


def said_of(pid: int) -> tuple[bytes, str]:
    """Return the environment and the table of limits of a program."""
    return Path(f"/proc/{pid}/environ").read_bytes(), Path(f"/proc/{pid}/limits").read_text()


# --- hostile files ----------------------------------------------------------------------------------------------------


async def test_others_are_read_while_a_hostile_file_is_open(programs: LimitedPrograms) -> None:
    hostile = asyncio.gather(outcome(programs, drawn_forms(), cpu=2))
    others = [outcome(programs, pdf(SHEET), cpu=30) for _ in range(10)]
    assert set(await asyncio.gather(*others)) == {ReplyKind.CODE}
    assert list(await hostile) == [None]


async def test_size_of_a_program_is_watched_where_no_limit_is() -> None:
    """The file would end by its time as well, with gigabytes by then: the size says what has ended it."""
    programs = LimitedPrograms(memory=128 << 20, limited_by_system=False)
    assert await outcome(programs, drawn_forms(), cpu=30) is None
    assert largest_ended_child() < 2 * MEMORY
    assert await outcome(programs, pdf(SHEET), cpu=30) is ReplyKind.CODE
    assert 0 < resident_size(os.getpid()) < 16 << 30
    await programs.close()


async def test_program_has_no_environment_and_its_limits(programs: LimitedPrograms) -> None:
    await programs.ask(reading(png(SHEET)))
    [program] = programs_now()
    environment, limits = said_of(program)
    assert environment == b""
    named = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()}
    assert named["Max address space"] == str(MEMORY)
    assert named["Max core file size"] == named["Max file size"] == named["Max processes"] == "0"


async def test_program_serves_many_files(programs: LimitedPrograms) -> None:
    for _ in range(3):
        await programs.ask(reading(png(SHEET)))
    assert len(programs_now()) == 1


@pytest.mark.parametrize("python", ["/nonexistent", "/bin/true"])
async def test_program_that_does_not_start_is_an_alarm_until_one_starts(python: str) -> None:
    alarms = Alarms(StoppedClock())
    missing, present = LimitedPrograms(alarms, python=python), LimitedPrograms(alarms)
    with pytest.raises(ProgramNotStarted):
        await missing.ask(reading(png(SHEET)))
    assert [each.alarm for each in alarms.ringing()] == [Alarm.FILES_NOT_OPENED]
    await present.ask(reading(png(SHEET)))
    assert alarms.ringing() == []
    await missing.close()
    await present.close()


async def test_closing_gives_up_what_is_read_and_what_waits() -> None:
    programs = LimitedPrograms(most=1)
    requests = [asyncio.gather(programs.ask(reading(drawn_forms()))) for _ in range(3)]
    await wait_until(lambda: bool(programs_now()))
    await programs.close()
    assert programs_now() == []
    for request in requests:
        with pytest.raises(ProgramsClosed):
            await request
    with pytest.raises(ProgramsClosed):
        await programs.ask(reading(png(SHEET)))


async def test_closing_kills_a_program_that_is_busy() -> None:
    """The program's own limit of time would end it later, by another signal."""
    programs = LimitedPrograms(most=1)
    request = asyncio.gather(programs.ask(Request(Task.READ, patterns(), 600, wall=20, longest_reply=4096)))
    await wait_until(lambda: bool(programs._busy))
    [program] = programs._busy
    await programs.close()
    assert program._process.returncode == -signal.SIGKILL
    with pytest.raises(ProgramsClosed):
        await request


# --- what a program replies -------------------------------------------------------------------------------------------


def test_code_and_problem_are_the_same_after_the_way() -> None:
    for code in (MARIA, PolicyCode(MARIA.number)):
        assert code_in(packed_code(code)) == code
    for refused in (InvalidInput(FileProblem.TOO_BIG, limit=5), InvalidInput(FileProblem.KIND)):
        received = problem_in(packed_problem(refused))
        assert (received.problem, received.facts) == (refused.problem, refused.facts)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"number": 7796189784000014, "name": null}',
        b'{"number": "7796", "name": null}',
        b'{"number": "779618978400001x", "name": null}',
        b'{"number": "7796189784000014", "name": ["a", "b"]}',
        b'{"number": "7796189784000014", "name": ["a", "b", "%s"]}' % (b"x" * (LONGEST_NAME + 1)),
    ],
)
def test_reply_that_is_no_code_is_refused(content: bytes) -> None:
    with pytest.raises(ForeignReply):
        code_in(content)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"problem": "POLICY_ADULT", "facts": {}}', b'{"problem": 5}'])
def test_reply_that_is_no_problem_of_a_file_is_refused(content: bytes) -> None:
    with pytest.raises(ForeignReply):
        problem_in(content)


async def test_reply_that_is_too_long_ends_its_program(programs: LimitedPrograms) -> None:
    with pytest.raises(ProgramEnded):
        await programs.ask(Request(Task.READ, png(SHEET), cpu=30, wall=60, longest_reply=10))


# --- papers -----------------------------------------------------------------------------------------------------------


def paper(pages: int) -> Paper:
    lines = tuple((f"строка {at}", "слово " * 50) for at in range(pages * 5))
    return Paper("Заголовок", (Section("Раздел", lines),), MONDAY, mark="Не полис", footer="Внизу")


def test_paper_is_the_same_after_the_way() -> None:
    assert paper_in(packed_paper(paper(2))) == paper(2)


async def test_paper_is_printed_by_a_program(programs: LimitedPrograms) -> None:
    printed = await PdfPrinter(programs).print_paper(paper(1))
    assert text_of(printed) == text_of(print_paper(paper(1)))


async def test_endless_paper_is_refused_and_the_next_is_printed(
    programs: LimitedPrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = PdfPrinter(programs)
    monkeypatch.setattr(pdf_printer, "PRINT_CPU", THIS_SECOND)
    with pytest.raises(NotPrinted):
        await printer.print_paper(paper(3000))
    monkeypatch.undo()
    assert "Заголовок" in text_of(await printer.print_paper(paper(1)))
