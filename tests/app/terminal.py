"""A terminal for a program that asks questions: what it prints, and what a person types."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.app.program import Program, start_program
from tests.time_limits import BUSY

LISTENS_WITHIN = 10
"""seconds after which a program that still runs has overlooked Ctrl+C"""


class Terminal:
    def __init__(self, process: Program, screen: asyncio.StreamReader, keyboard: int) -> None:
        self.process, self._screen, self._keyboard = process, screen, keyboard
        self.shown = ""
        self._read = 0

    async def until(self, text: str) -> str:
        """Wait until the program has printed a text after the last one; return what came before it."""
        async with asyncio.timeout(BUSY):
            while (place := self.shown.find(text, self._read)) < 0:
                if not await self._read_more():
                    raise AssertionError(f"the program has ended without {text!r}:\n{self.shown}")
        before = self.shown[self._read : place]
        self._read = place + len(text)
        return before

    async def _read_more(self) -> bool:
        with suppress(OSError):  # a terminal whose program has ended cannot be read
            if data := await self._screen.read(4096):
                self.shown += data.decode(errors="replace").replace("\r\n", "\n")
                return True
        return False

    def type(self, line: str) -> None:
        os.write(self._keyboard, f"{line}\n".encode())

    async def answer(self, question: str, line: str) -> str:
        """Type a line at a question; return what was printed before the question."""
        before = await self.until(question)
        await self.until(": ")
        self.type(line)
        return before

    async def interrupt(self) -> int:
        """Press Ctrl+C until the program ends: one that comes just before it begins to read is overlooked."""
        async with asyncio.timeout(BUSY):
            # What is printed last is read while it waits: a closed terminal gives nothing more.
            await asyncio.gather(self._press_until_ended(), self._read_all())
        return await self.ended()

    async def _press_until_ended(self) -> None:
        while self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), LISTENS_WITHIN)

    async def _read_all(self) -> None:
        while await self._read_more():
            pass

    async def ended(self) -> int:
        """Return the exit status, with everything shown."""
        async with asyncio.timeout(BUSY):
            await self._read_all()
            return await self.process.wait()


@asynccontextmanager
async def terminal(*arguments: str, folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Terminal]:
    """Run `registratura` with a terminal of its own; kill it at the end if it still runs."""
    ours, its = os.openpty()
    try:
        process = await start_program(
            arguments, folder=folder, environment=environment, streams=(its, its, its), session=True
        )
    finally:
        os.close(its)
    screen = asyncio.StreamReader()
    keyboard = os.dup(ours)  # the pipe closes its own end once the program has ended
    pipe, _protocol = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(screen), os.fdopen(ours, "rb", buffering=0)
    )
    try:
        yield Terminal(process, screen, keyboard)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        pipe.close()
        os.close(keyboard)
