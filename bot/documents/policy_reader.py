"""Give each person's file its turn in a limited program, and pause the files of a person who sends hostile ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.clock import Clock
from bot.core.errors import InvalidInput
from bot.documents.frames import (
    ForeignReply,
    Replied,
    ReplyKind,
    Request,
    Task,
    code_in,
    pages_in,
    problem_in,
    texts_in,
)
from bot.documents.programs import LimitedPrograms, ProgramEnded, ProgramNotStarted, ProgramsClosed
from bot.glossary import AccountId
from bot.patients.errors import FilesBusy, FilesPaused
from bot.patients.problems import FileProblem
from bot.patients.records import FetchFile, PolicyCode
from bot.patients.rules.barcode import LARGEST_FILE

READ_CPU, READ_WALL = 4, 10
"""seconds after which the program of a file is ended; it begins no new attempt after three"""
LONGEST_REPLY = 4096
LONGEST_PAGES = LARGEST_FILE + 4096
"""bytes of the pages of a paper"""

FILES_AT_ONCE = 3
"""One is downloaded while two are read. All others wait as ids of Telegram, without their bytes."""
MOST_FILES = 16
"""that wait or are read; of each person one"""
WAIT_WITHIN = 15.0
"""seconds until a waiting person is asked to send the file again"""

MOST_KILLED = 3
PAUSE = timedelta(hours=1)
T = TypeVar("T")

MOST_REMEMBERED = 10_000
"""people with a file that was given up in the last hour"""


class PolicyReader:
    """Implement Documents with limited programs."""

    def __init__(self, programs: LimitedPrograms, clock: Clock) -> None:
        self._programs, self._clock = programs, clock
        self._turns, self._suspect = asyncio.Semaphore(FILES_AT_ONCE), asyncio.Lock()
        self._present: set[AccountId] = set()
        self._killed = KilledFiles()

    async def read_policy(self, account: AccountId, fetch: FetchFile) -> PolicyCode:
        """Return the policy of a file.

        Raises InvalidInput as ``read_codes``, TOO_HARD or UNREADABLE; FilesPaused; FilesBusy if the file gets no turn.
        """
        replied = await self._read(account, fetch, Task.READ)
        return _content_of(replied, ReplyKind.CODE, code_in)

    async def read_qr_codes(self, account: AccountId, fetch: FetchFile) -> Sequence[str]:
        """Return the texts of the QR codes in a file. Raises as ``read_policy``."""
        replied = await self._read(account, fetch, Task.SCAN)
        return _content_of(replied, ReplyKind.TEXTS, texts_in)

    async def redraw_paper(self, account: AccountId, fetch: FetchFile) -> Sequence[bytes]:
        """Return a JPEG picture of each page of a paper, drawn anew.

        Raises InvalidInput as ``redraw``, TOO_HARD or UNREADABLE; FilesBusy and FilesPaused as ``read_policy``.
        """
        return _content_of(await self._read(account, fetch, Task.REDRAW), ReplyKind.PAGES, pages_in)

    async def _read(self, account: AccountId, fetch: FetchFile, task: Task) -> Replied:
        until = self._killed.paused_until(account, self._clock.now())
        if until is not None:
            raise FilesPaused(until)
        if account in self._present or len(self._present) >= MOST_FILES:
            raise FilesBusy
        self._present.add(account)
        try:
            async with AsyncExitStack() as turn:
                await self._wait_for_turn(account, turn)
                return await self._open(account, await fetch(), task)
        finally:
            self._present.discard(account)

    async def _wait_for_turn(self, account: AccountId, turn: AsyncExitStack) -> None:
        """Take a turn, given back by ``turn``. Raises FilesBusy."""
        try:
            async with asyncio.timeout(WAIT_WITHIN):
                # People whose files were given up share one turn, so that others always have the rest.
                if self._killed.has(account):
                    await turn.enter_async_context(self._suspect)
                await turn.enter_async_context(self._turns)
        except TimeoutError:
            raise FilesBusy from None

    async def _open(self, account: AccountId, data: bytes, task: Task) -> Replied:
        if len(data) > LARGEST_FILE:
            raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
        try:
            longest = LONGEST_PAGES if task is Task.REDRAW else LONGEST_REPLY
            return await self._programs.ask(Request(task, data, READ_CPU, READ_WALL, longest))
        except ProgramsClosed:
            raise FilesBusy from None
        except ProgramNotStarted:
            raise InvalidInput(FileProblem.UNREADABLE) from None
        except ProgramEnded:
            self._killed.add(account, self._clock.now())
            raise InvalidInput(FileProblem.TOO_HARD) from None


def _content_of(replied: Replied, wanted: ReplyKind, read: Callable[[bytes], T]) -> T:
    """Raises InvalidInput."""
    try:
        if replied.kind is wanted:
            return read(replied.content)
        if replied.kind is ReplyKind.PROBLEM:
            raise problem_in(replied.content)
    except ForeignReply:
        raise InvalidInput(FileProblem.BROKEN) from None
    raise InvalidInput(FileProblem.TOO_HARD if replied.kind is ReplyKind.OUT_OF_MEMORY else FileProblem.BROKEN)


class KilledFiles:
    """When files of a person were given up; kept in memory, for an hour."""

    def __init__(self) -> None:
        self._moments: dict[AccountId, list[datetime]] = {}

    def add(self, account: AccountId, now: datetime) -> None:
        recent = [moment for moment in self._moments.pop(account, []) if moment > now - PAUSE]
        self._moments[account] = [*recent, now][-MOST_KILLED:]
        if len(self._moments) > MOST_REMEMBERED:
            del self._moments[next(iter(self._moments))]

    def has(self, account: AccountId) -> bool:
        return account in self._moments

    def paused_until(self, account: AccountId, now: datetime) -> datetime | None:
        """Return the end of the pause, an hour after the last of three within an hour; None if there is none."""
        moments = self._moments.get(account, [])
        if not moments or moments[-1] <= now - PAUSE:
            self._moments.pop(account, None)
            return None
        return moments[-1] + PAUSE if len(moments) == MOST_KILLED else None
