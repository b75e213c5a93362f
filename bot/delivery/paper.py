"""What is printed to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.core.errors import RuleError


class NotPrinted(RuleError):
    pass


class Section(NamedTuple):
    """A part of a paper; a line is a label and its value, or a paragraph where the label is empty."""

    heading: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed to be kept; ``mark`` is what must not be overlooked."""

    title: str
    sections: tuple[Section, ...]
    made_at: datetime
    mark: str = ""
    footer: str = ""


class Printer(Protocol):
    """What goes out as a file."""

    async def print_paper(self, paper: Paper) -> bytes:
        """A PDF. Raises NotPrinted where it takes too long."""
        ...
