"""Print papers in a limited program, one at a time."""

from __future__ import annotations

import asyncio

from bot.delivery.paper import Chart, NotPrinted, Paper, SheetOfFigures
from bot.documents.charts import write_table
from bot.documents.frames import ReplyKind, Request, Task, packed_chart, packed_paper
from bot.documents.programs import LimitedPrograms, ProgramEnded, ProgramNotStarted, ProgramsClosed

PRINT_CPU, PRINT_WALL = 20, 40
"""seconds after which the program of a paper is ended"""
LARGEST_PDF = 48 << 20
"""bytes; Telegram takes files of 50 MB"""
LARGEST_PNG = 4 << 20
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
        request = Request(Task.PRINT, packed_paper(paper), PRINT_CPU, PRINT_WALL, LARGEST_PDF)
        return await self._in_turn(request, ReplyKind.PDF)

    async def print_qr(self, text: str) -> bytes:
        """Return the PNG. Raises NotPrinted."""
        return await self._in_turn(Request(Task.DRAW, text.encode(), PRINT_CPU, PRINT_WALL, LARGEST_PNG), ReplyKind.PNG)

    async def print_chart(self, chart: Chart) -> bytes:
        """Return the PNG. Raises NotPrinted."""
        request = Request(Task.CHART, packed_chart(chart), PRINT_CPU, PRINT_WALL, LARGEST_PNG)
        return await self._in_turn(request, ReplyKind.PNG)

    async def print_table(self, table: SheetOfFigures) -> bytes:
        """Return the XLSX, written in a thread: it is data of ours alone, and the library wants to write a file."""
        async with self._turn:
            return await asyncio.to_thread(write_table, table)

    async def _in_turn(self, request: Request, wanted: ReplyKind) -> bytes:
        if self._present >= MOST_PAPERS:
            raise NotPrinted
        self._present += 1
        try:
            async with self._turn:
                return await self._print(request, wanted)
        finally:
            self._present -= 1

    async def _print(self, request: Request, wanted: ReplyKind) -> bytes:
        try:
            replied = await self._programs.ask(request)
        except (ProgramEnded, ProgramsClosed, ProgramNotStarted):
            raise NotPrinted from None
        if replied.kind is not wanted:
            raise NotPrinted
        return replied.content
