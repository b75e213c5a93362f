"""Start limited programs, give each one request at a time, and end the one that uses up its limits."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from bot.delivery.alarms import Alarm, Alarms
from bot.documents.frames import REPLY, Replied, ReplyKind, Request
from bot.documents.process_size import SizeWatch

PROGRAMS = 2
MEMORY = 512 << 20
"""bytes of each program"""
START_WITHIN = 20
"""seconds"""
SPARE = 3
"""seconds that the bot waits longer than the program's own limit of time"""
SERVES = 50
"""requests; libraries in C may lose some memory with each file"""

ROOT = Path(__file__).parents[2]
# ``-I`` keeps the environment and the folder of the user out; the folder of this code is named, because the bot may run
# from a folder that is not installed.
BEGIN = """import sys
root = sys.argv[1]
root in sys.path or sys.path.insert(0, root)
from bot.documents.worker import main
main()"""

ENDS_PROGRAM = frozenset({ReplyKind.OUT_OF_MEMORY, ReplyKind.FAILED})

log = structlog.get_logger(__name__)


class ProgramEnded(Exception):
    """The request has used up its time or memory, and its program was ended."""


class ProgramsClosed(Exception):
    """The bot stops, so the request was given up."""


class ProgramNotStarted(Exception):
    """No limited program can be started on this machine."""


class LimitedProgram:
    """One running program; ``left`` is how many requests it may still serve."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a limited program needs pipes")
        self._process, self._requests, self._replies = process, process.stdin, process.stdout
        self._watch: SizeWatch | None = None
        self._is_ready = self._is_killed = False
        self.left = SERVES

    async def be_ready(self, memory: int) -> None:
        """Wait until the program is ready; watch its size from now on if the system does not limit it.

        Raises ProgramEnded if it was killed meanwhile, ProgramNotStarted if it is not ready in time.
        """
        if self._is_ready:
            return
        try:
            async with asyncio.timeout(START_WITHIN):
                greeting = await self._receive(0)
        except (TimeoutError, EOFError, ConnectionError, ValueError):
            if self._is_killed:
                raise ProgramEnded from None
            raise ProgramNotStarted from None
        self._is_ready = True
        if greeting.kind is ReplyKind.UNLIMITED:
            self._watch = SizeWatch(self._process.pid, memory)

    async def ask(self, request: Request) -> Replied:
        """Raises ProgramEnded."""
        self.left -= 1
        try:
            async with asyncio.timeout(request.wall + SPARE):
                with self._watched():
                    self._requests.write(request.packed())
                    await self._requests.drain()
                    return await self._receive(request.longest_reply)
        except (TimeoutError, EOFError, ConnectionError, ValueError):
            raise ProgramEnded from None

    @contextmanager
    def _watched(self) -> Iterator[None]:
        if self._watch is None:
            yield
            return
        with self._watch.during(self.kill):
            yield

    async def _receive(self, longest: int) -> Replied:
        """Raises EOFError, ConnectionError, and ValueError for what no program of ours would reply."""
        kind, length = REPLY.unpack(await self._replies.readexactly(REPLY.size))
        if length > longest:
            raise ValueError("the reply is too long")
        return Replied(ReplyKind(kind), await self._replies.readexactly(length))

    def kill(self) -> None:
        self._is_killed = True
        # Not by ``Process.kill``: it may reap a program that has just died, and asyncio waits for that itself.
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """Kill the program, and wait until it is gone. One caller at a time."""
        self.kill()
        self._requests.close()
        await self._process.communicate()


class LimitedPrograms:
    """At most so many programs: each is started when it is needed, used again after a sound reply, and ended else."""

    def __init__(
        self,
        alarms: Alarms | None = None,
        *,
        most: int = PROGRAMS,
        memory: int = MEMORY,
        limited_by_system: bool = True,
        python: str = sys.executable,
    ) -> None:
        self.alarms, self._python = alarms, python
        self._most, self._turns = most, asyncio.Semaphore(most)
        self._memory, self._limited_by_system = memory, limited_by_system
        self._idle: list[LimitedProgram] = []
        self._busy: set[LimitedProgram] = set()
        self._is_closed = False

    async def ask(self, request: Request) -> Replied:
        """Raises ProgramEnded, ProgramsClosed, ProgramNotStarted."""
        async with self._turns:
            if self._is_closed:
                raise ProgramsClosed
            program = self._idle.pop() if self._idle else await self._start()
            self._busy.add(program)
            try:
                replied = await self._greeted_and_asked(program, request)
            except ProgramNotStarted:
                await self._end(program)
                await self._tell_not_started()
                raise
            except BaseException:
                await self._end(program)
                raise
            if replied.kind in ENDS_PROGRAM or program.left <= 0 or self._is_closed:
                await self._end(program)
            else:
                self._busy.discard(program)
                self._idle.append(program)
        if replied.kind is ReplyKind.FAILED:
            error = replied.content.decode("ascii", "replace")
            log.error("a limited program has failed", task=request.task.name, error=error)
        return replied

    async def close(self) -> None:
        """Kill all programs at once, whatever they do, and wait until they are gone; further requests are refused."""
        self._is_closed = True
        for program in self._busy:
            program.kill()
        for _ in range(self._most):
            await self._turns.acquire()
        for program in self._idle:
            await program.end()
        self._idle.clear()
        for _ in range(self._most):
            self._turns.release()

    async def _greeted_and_asked(self, program: LimitedProgram, request: Request) -> Replied:
        try:
            await program.be_ready(self._memory)
            if self.alarms is not None:
                await self.alarms.end(Alarm.FILES_NOT_OPENED)
            return await program.ask(request)
        except ProgramEnded:
            if self._is_closed:
                raise ProgramsClosed from None
            log.warning("a limited program was ended", task=request.task.name, size=len(request.content))
            raise

    async def _end(self, program: LimitedProgram) -> None:
        self._busy.discard(program)
        await program.end()

    async def _tell_not_started(self) -> None:
        if self.alarms is not None:
            await self.alarms.start(Alarm.FILES_NOT_OPENED)

    async def _start(self) -> LimitedProgram:
        limit = self._memory if self._limited_by_system else 0
        try:
            process = await asyncio.create_subprocess_exec(
                *(self._python, "-I", "-c", BEGIN, str(ROOT), str(limit)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
                cwd="/",
                # Ctrl-C in the terminal of the bot must not end the programs before the bot has closed them.
                start_new_session=True,
            )
        except OSError:
            await self._tell_not_started()
            raise ProgramNotStarted from None
        return LimitedProgram(process)
