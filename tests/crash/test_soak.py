"""A short soak, and the growth that the judgement of a long one must find."""

from __future__ import annotations

import re

import pytest

from tests.crash.short_run import run_program
from tests.crash.soak import MOST_LOG, SHIFTS, Figure, Soaked, find_leaks, read_memory

LINE = re.compile(r"^soak seconds=8 visits=\d+ files=\d+ connections=\d+ tasks=\d+ log=\d+$")
HOUR = 3600
QUIET = Figure(0, 100_000_000, 900_000, 200_000_000, 20, 3, 7, 4_000_000)


def an_hour(
    heap: float = 0.0, blocks: float = 0.0, resident: float = 0.0, files: int = 0, tasks: int = 0, log: float = 0.0
) -> list[Figure]:
    """Return the rests of an hour with some noise, that grow by so much in it."""
    return [
        Figure(
            at,
            int(QUIET.heap * (1 + heap * at / HOUR)) + at % 7 * 20_000,
            int(QUIET.blocks * (1 + blocks * at / HOUR)) + at % 11 * 200,
            int(QUIET.resident * (1 + resident * at / HOUR)) + at % 7 * 10_000,
            QUIET.files + files * at // HOUR,
            QUIET.connections + at % 4,
            QUIET.tasks + tasks * at // HOUR,
            int(QUIET.log * (1 + log * at / HOUR)),
        )
        for at in range(HOUR // SHIFTS, HOUR + 1, HOUR // SHIFTS)
    ]


def leaks(rests: list[Figure], *, largest_log: int = 0, seconds: float = HOUR) -> list[str]:
    return find_leaks(Soaked(QUIET, rests, largest_log, visits=1), seconds)


def test_steady_hour_has_no_leak() -> None:
    assert leaks(an_hour()) == []


def test_one_file_of_twenty_is_no_leak() -> None:
    for first in range(SHIFTS + 1):
        rests = [each._replace(files=each.files + (at >= first)) for at, each in enumerate(an_hour())]
        assert leaks(rests) == []
    assert leaks([*an_hour()[:-1], QUIET._replace(at=HOUR, files=23)])[0] == "files at rest: 20 before, 23 after"


def test_connection_that_waits_for_its_end_is_no_leak_and_many_are() -> None:
    *rests, last = an_hour()
    first = rests[0].connections
    assert leaks([*rests, last._replace(connections=first + 4)]) == []
    found = f"connections at rest: {first} before, {first + 5} after"
    assert leaks([*rests, last._replace(connections=first + 5)]) == [found]


def test_largest_moment_that_stays_resident_is_no_leak() -> None:
    assert leaks(an_hour(resident=0.03, log=0.03)) == []


def test_what_the_process_has_in_use_is_read() -> None:
    before = read_memory()
    kept = [bytes(100) for _number in range(200_000)], bytearray(30_000_000)
    after = read_memory()
    assert after.blocks - before.blocks >= len(kept[0])
    assert before.heap == 0 or after.heap - before.heap >= len(kept[1])


@pytest.mark.parametrize(
    ("rests", "name"),
    [
        (an_hour(heap=0.02), "heap"),
        (an_hour(blocks=0.02), "blocks"),
        (an_hour(resident=0.1), "resident"),
        (an_hour(files=6), "files"),
        (an_hour(tasks=6), "tasks"),
        (an_hour(log=0.1), "log"),
    ],
)
def test_growth_beyond_its_limit_is_found(rests: list[Figure], name: str) -> None:
    assert {line.split()[0] for line in leaks(rests)} == {name}


def test_what_does_not_come_back_and_a_long_log_are_found() -> None:
    assert leaks([QUIET._replace(tasks=10, files=23, connections=12)], largest_log=MOST_LOG + 1, seconds=20) == [
        "tasks at rest: 7 before, 10 after",
        "files at rest: 20 before, 23 after",
        "connections at rest: 3 before, 12 after",
        f"the log had {MOST_LOG + 1} bytes",
    ]


async def test_tasks_files_and_log_come_back_after_work() -> None:
    line = await run_program("tests.crash.soak", "--seconds", "8", "--people", "5")
    assert LINE.match(line), line
