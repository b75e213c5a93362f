"""Papers that the bot prints as PDF files, with the port of the printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.core.errors import RuleError


class NotPrinted(RuleError):
    """The PDF was not ready in time, or is too long to be printed."""


class Section(NamedTuple):
    """A part of a paper; a line is a label and its value, or a paragraph where the label is empty."""

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


class Printer(Protocol):
    """Prints papers."""

    async def print_paper(self, paper: Paper) -> bytes:
        """Return a PDF. Raises NotPrinted if printing takes too much time or memory."""
        ...

    async def print_qr(self, text: str) -> bytes:
        """Return a PNG of a QR code. Raises NotPrinted."""
        ...
