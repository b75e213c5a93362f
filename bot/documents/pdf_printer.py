"""Print papers in a limited program, one at a time."""

from __future__ import annotations

import asyncio

from bot.delivery.paper import NotPrinted, Paper
from bot.documents.frames import ReplyKind, Request, Task, packed_paper
from bot.documents.programs import LimitedPrograms, ProgramEnded, ProgramNotStarted, ProgramsClosed

PRINT_CPU, PRINT_WALL = 20, 40
"""seconds after which the program of a paper is ended"""
LARGEST_PDF = 48 << 20
"""bytes; Telegram takes files of 50 MB"""
MOST_PAPERS = 8
"""that wait or are printed"""


class PdfPrinter:
    """Implement Printer: one paper at a time, so that one program is always left for photos."""

    def __init__(self, programs: LimitedPrograms) -> None:
        self._programs = programs
        self._turn = asyncio.Semaphore(1)
        self._present = 0

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted if it takes too much time or memory, or many papers wait."""
        if self._present >= MOST_PAPERS:
            raise NotPrinted
        self._present += 1
        try:
            async with self._turn:
                return await self._print(paper)
        finally:
            self._present -= 1

    async def _print(self, paper: Paper) -> bytes:
        request = Request(Task.PRINT, packed_paper(paper), PRINT_CPU, PRINT_WALL, LARGEST_PDF)
        try:
            replied = await self._programs.ask(request)
        except (ProgramEnded, ProgramsClosed, ProgramNotStarted):
            raise NotPrinted from None
        if replied.kind is not ReplyKind.PDF:
            raise NotPrinted
        return replied.content
