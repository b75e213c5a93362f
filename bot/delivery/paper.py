"""Papers that the bot prints as PDF files, with the port of the printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.core.errors import RuleError


class NotPrinted(RuleError):
    """The PDF was not ready in time, or is too long to be printed."""


class Section(NamedTuple):
    """A part of a paper; a line is a label and its value, or a paragraph where the label is empty.

    A label that begins with ☐ or ☑ has a box there, empty or ticked.
    """

    heading: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The content of a printed document; ``mark`` is a warning in large type."""

    title: str
    sections: tuple[Section, ...]
    made_at: datetime
    mark: str = ""
    footer: str = ""
    narrow: bool = False
    """the labels are short, such as times: their column is narrow"""
    code: str = ""
    """the text of a large QR code under the title"""
    codes: tuple[tuple[str, str], ...] = ()
    """QR codes below the sections, two in a row: the words under each, and its text"""


Cell = tuple[str, float]
"""the text of a cell, and its share from 0 to 1, which is its colour"""


class Chart(NamedTuple):
    """A picture of shares: a label and a cell for each column; None is a cell without a value."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


class SheetOfFigures(NamedTuple):
    """One sheet of a workbook."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int | date, ...], ...]


class Printer(Protocol):
    """Prints papers."""

    async def print_paper(self, paper: Paper) -> bytes:
        """Return a PDF. Raises NotPrinted if printing takes too much time or memory."""
        ...

    async def print_qr(self, text: str) -> bytes:
        """Return a PNG of a QR code. Raises NotPrinted."""
        ...

    async def print_chart(self, chart: Chart) -> bytes:
        """Return a PNG. Raises NotPrinted."""
        ...

    async def print_table(self, table: SheetOfFigures) -> bytes:
        """Return an XLSX. Raises NotPrinted."""
        ...
