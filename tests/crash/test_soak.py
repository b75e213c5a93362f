"""A short soak, and the growth that the judgement of a long one must find."""

from __future__ import annotations

import asyncio
import re
import sys

import pytest

from tests.crash.soak import MOST_LOG, Figure, find_leaks, growths, read_memory
from tests.project_files import ROOT

LINE = re.compile(r"^soak seconds=8 visits=\d+ files=\d+ tasks=\d+ log=\d+$")
HOUR = 3600
QUIET = Figure(0, 100_000_000, 900_000, 200_000_000, 20, 7, 4_000_000)


def an_hour(
    heap: float = 0.0, blocks: float = 0.0, resident: float = 0.0, files: int = 0, tasks: int = 0, log: float = 0.0
) -> list[Figure]:
    """Return figures of an hour with some noise, that grow by so much in it."""
    return [
        Figure(
            at,
            int(100_000_000 * (1 + heap * at / HOUR)) + at % 7 * 500_000,
            int(900_000 * (1 + blocks * at / HOUR)) + at % 11 * 4_000,
            int(200_000_000 * (1 + resident * at / HOUR)) + at % 7 * 10_000,
            20 + files * at // HOUR + at % 5,
            7 + tasks * at // HOUR + at % 11,
            int(4_000_000 * (1 + log * at / HOUR)) - at % 60 * 50_000,
        )
        for at in range(0, HOUR, 5)
    ]


def test_steady_hour_has_no_leak() -> None:
    assert find_leaks(QUIET, an_hour(), QUIET, HOUR) == []
    assert all(abs(grown.part) < 0.001 for grown in growths(an_hour()).values())


def test_one_file_of_twenty_is_no_leak_as_long_as_it_comes_back() -> None:
    for since in range(HOUR // 2, HOUR, 60):
        one_more = [figure._replace(files=figure.files + (figure.at > since)) for figure in an_hour()]
        assert find_leaks(QUIET, one_more, QUIET, HOUR) == []
    assert find_leaks(QUIET, an_hour(), QUIET._replace(files=23), HOUR) == ["files at rest: 20 before, 23 after"]


def test_memory_that_was_in_use_once_and_stays_resident_is_no_leak() -> None:
    assert find_leaks(QUIET, an_hour(resident=0.03), QUIET, HOUR) == []


def test_what_the_process_has_in_use_is_read() -> None:
    before = read_memory()
    kept = [bytes(100) for _number in range(200_000)], bytearray(30_000_000)
    after = read_memory()
    assert after.blocks - before.blocks >= len(kept[0])
    assert before.heap == 0 or after.heap - before.heap >= len(kept[1])


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        (an_hour(heap=0.02), "heap"),
        (an_hour(blocks=0.02), "blocks"),
        (an_hour(resident=0.1), "resident"),
        (an_hour(files=6), "files"),
        (an_hour(tasks=6), "tasks"),
        (an_hour(log=0.05), "log"),
    ],
)
def test_growth_of_more_than_one_per_cent_an_hour_is_found(figures: list[Figure], name: str) -> None:
    assert [line.split()[0] for line in find_leaks(QUIET, figures, QUIET, HOUR)] == [name]


def test_what_does_not_come_back_and_a_long_log_are_found() -> None:
    left = QUIET._replace(tasks=10)
    assert find_leaks(QUIET, [QUIET._replace(log=MOST_LOG + 1)], left._replace(files=28), 20) == [
        "tasks at rest: 7 before, 10 after",
        f"the log had {MOST_LOG + 1} bytes",
    ]


async def test_tasks_files_and_log_come_back_after_work() -> None:
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crash.soak", "--seconds", "8", "--people", "5"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _none = await asyncio.wait_for(run.communicate(), 110)
    finally:
        if run.returncode is None:
            run.kill()
            await run.wait()
    assert run.returncode == 0, output.decode()
    assert LINE.match(output.decode().splitlines()[-1]), output.decode()
