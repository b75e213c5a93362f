"""The turns of people's files: how many wait, whose are paused, and what is downloaded when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from bot.core.errors import InvalidInput
from bot.core.people import PersonName
from bot.documents import policy_reader
from bot.documents.policy_reader import FILES_AT_ONCE, MOST_FILES, MOST_KILLED, PAUSE, KilledFiles, PolicyReader
from bot.documents.programs import LimitedPrograms
from bot.glossary import AccountId
from bot.patients.errors import FilesBusy, FilesPaused
from bot.patients.problems import FileProblem
from bot.patients.records import FetchFile, PolicyCode
from bot.patients.rules.barcode import LARGEST_FILE
from tests.barcodes import barcode, jpeg, on_paper, pdf417, seen
from tests.builders import MONDAY, StoppedClock
from tests.chat.wait import wait_until
from tests.hostile_files import THIS_SECOND, drawn_forms

MARIA = PolicyCode("7796189784000014", PersonName("ИВАНОВА", "МАРИЯ", "СЕРГЕЕВНА"))
CODE = pdf417(barcode(MARIA.number, PersonName("Иванова", "Мария", "Сергеевна")), scale=6)
HERS = jpeg(on_paper(CODE))
MOTHER, STRANGER = AccountId(1), AccountId(2)


class World:
    """A reader with its clock, and a telegraph that delivers nothing while it is held."""

    def __init__(self, programs: LimitedPrograms) -> None:
        self.clock, self.programs = StoppedClock(), programs
        self.reader = PolicyReader(self.programs, self.clock)
        self.delivers = asyncio.Event()
        self.downloads = 0

    def file(self, data: bytes) -> FetchFile:
        async def fetch() -> bytes:
            self.downloads += 1
            await self.delivers.wait()
            return data

        return fetch

    async def read(self, account: int, data: bytes = HERS) -> PolicyCode | Exception:
        try:
            return await self.reader.read_policy(AccountId(account), self.file(data))
        except (InvalidInput, FilesBusy, FilesPaused) as refused:
            return refused


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World(LimitedPrograms())
    world.delivers.set()
    yield world
    await world.programs.close()


async def read_together(world: World, accounts: Sequence[int]) -> list[PolicyCode | Exception]:
    """Send files that are all there before the first is delivered."""
    world.delivers.clear()
    reading = asyncio.gather(*(world.read(account) for account in accounts))
    at_once = min(FILES_AT_ONCE, len(set(accounts)))
    await wait_until(lambda: world.downloads == at_once)
    world.delivers.set()
    return await reading


@pytest.mark.requirement("E8")
async def test_ten_photos_at_once_are_all_read(world: World) -> None:
    photos = [jpeg(seen(on_paper(CODE).resize((4000, 3000)), turn=turn)) for turn in range(10)]
    read = await asyncio.gather(*(world.read(account, photo) for account, photo in enumerate(photos)))
    assert read == [MARIA] * 10


async def test_waiting_file_is_not_downloaded(world: World) -> None:
    world.delivers.clear()
    reading = asyncio.gather(*(world.read(account) for account in range(10)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert world.downloads == FILES_AT_ONCE
    world.delivers.set()
    assert await reading == [MARIA] * 10


async def test_file_over_the_limit_of_the_queue_is_refused(world: World) -> None:
    *served, last = await read_together(world, range(MOST_FILES + 1))
    assert served == [MARIA] * MOST_FILES
    assert isinstance(last, FilesBusy)
    assert await world.read(MOST_FILES) == MARIA


async def test_queue_holds_one_file_of_a_person(world: World) -> None:
    first, second = await read_together(world, [MOTHER, MOTHER])
    assert first == MARIA
    assert isinstance(second, FilesBusy)


async def test_file_that_waits_too_long_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_reader, "WAIT_WITHIN", 0.05)
    world.delivers.clear()
    reading = [asyncio.gather(world.read(account)) for account in range(FILES_AT_ONCE + 1)]
    [last] = await reading.pop()
    assert isinstance(last, FilesBusy)
    world.delivers.set()
    assert [code for [code] in await asyncio.gather(*reading)] == [MARIA] * FILES_AT_ONCE


@pytest.mark.requirement("A13")
async def test_three_hostile_files_pause_their_sender_for_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(policy_reader, "READ_CPU", THIS_SECOND)
        for _ in range(MOST_KILLED):
            refused = await world.read(STRANGER, drawn_forms())
            assert isinstance(refused, InvalidInput)
            assert refused.problem is FileProblem.TOO_HARD
    paused = await world.read(STRANGER)
    assert isinstance(paused, FilesPaused)
    assert paused.until == world.clock.now() + PAUSE
    assert await world.read(MOTHER) == MARIA
    world.clock.advance(PAUSE)
    assert await world.read(STRANGER) == MARIA


def test_pause_needs_three_files_within_an_hour() -> None:
    killed = KilledFiles()
    for minutes in (0, 40, 61):
        killed.add(STRANGER, MONDAY + timedelta(minutes=minutes))
    assert killed.paused_until(STRANGER, MONDAY + timedelta(minutes=61)) is None
    killed.add(STRANGER, MONDAY + timedelta(minutes=62))
    assert killed.paused_until(STRANGER, MONDAY + timedelta(minutes=63)) == MONDAY + timedelta(minutes=122)
    assert killed.paused_until(MOTHER, MONDAY + timedelta(minutes=63)) is None
    assert killed.paused_until(STRANGER, MONDAY + timedelta(minutes=122)) is None


def test_killed_files_of_few_people_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_reader, "MOST_REMEMBERED", 2)
    killed = KilledFiles()
    for account in (1, 2, 3):
        killed.add(AccountId(account), MONDAY)
    assert [killed.has(AccountId(account)) for account in (1, 2, 3)] == [False, True, True]


async def test_people_with_hostile_files_share_one_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sent one gets a turn after the other, so that others always have the rest."""
    hostile = range(10, 10 + FILES_AT_ONCE)
    with monkeypatch.context() as patch:
        patch.setattr(policy_reader, "READ_CPU", THIS_SECOND)
        await asyncio.gather(*(world.read(account, drawn_forms()) for account in hostile))
    world.downloads = 0
    world.delivers.clear()
    reading = asyncio.gather(*(world.read(account) for account in hostile))
    for _ in range(20):
        await asyncio.sleep(0)
    assert world.downloads == 1
    world.delivers.set()
    assert await reading == [MARIA] * FILES_AT_ONCE


async def test_file_that_is_too_big_is_not_opened(world: World) -> None:
    refused = await world.read(MOTHER, HERS.ljust(LARGEST_FILE + 1, b"\0"))
    assert isinstance(refused, InvalidInput)
    assert refused.problem is FileProblem.TOO_BIG


async def test_person_is_asked_for_the_number_where_no_program_starts() -> None:
    world = World(LimitedPrograms(python="/nonexistent"))
    world.delivers.set()
    refused = await world.read(MOTHER)
    assert isinstance(refused, InvalidInput)
    assert refused.problem is FileProblem.UNREADABLE


async def test_bot_that_stops_asks_to_send_the_file_again(world: World) -> None:
    await world.programs.close()
    assert isinstance(await world.read(MOTHER), FilesBusy)
