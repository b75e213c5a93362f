"""Kinds of cells: each reads what a spreadsheet or CSV has, and writes what it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.clinic_file.problems import CellRefused, FileFault
from bot.core.errors import InvalidInput
from bot.core.patient import NameField
from bot.core.typed_text import visible
from bot.patients.rules.names import parse_name_part
from bot.patients.rules.papers import parse_snils
from bot.patients.rules.policy_number import check_digit, parse_old_policy, policy_facts

Cell = str | int | float | bool | date | datetime | time | timedelta

_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_HOURS = re.compile(r"(\d{1,2}:\d{2}) ?[-–—−] ?(\d{1,2}:\d{2})")
_LONGEST_SHOWN = 40


class CellKind(Protocol):
    def read(self, cell: Cell) -> Any:
        """Return the value of a cell that is not empty. Raises CellRefused."""

    def write(self, value: Any) -> Cell:
        """Return a cell that reads as this value."""


def is_empty(cell: Cell) -> bool:
    return isinstance(cell, str) and not visible(cell)


def shown(cell: Cell) -> str:
    """Return a cell's value in a line, shortened."""
    text = visible(str(cell))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def text_of(cell: Cell) -> str:
    """Return the text of a cell; a whole number is its digits. Raises CellRefused for a date or a time."""
    if isinstance(cell, str):
        return visible(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    raise CellRefused(FileFault.NOT_TEXT, found=shown(cell))


@dataclass(frozen=True, slots=True)
class Text:
    longest: int = 200

    def read(self, cell: Cell) -> str:
        text = text_of(cell)
        if len(text) > self.longest:
            raise CellRefused(FileFault.TOO_LONG, longest=self.longest)
        return text

    def write(self, value: str) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class WordList:
    """WordList between commas."""

    def read(self, cell: Cell) -> tuple[str, ...]:
        return tuple(word for part in Text(500).read(cell).split(",") if (word := part.strip()))

    def write(self, value: tuple[str, ...]) -> Cell:
        return ", ".join(value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    values: Mapping[str, Any]

    def read(self, cell: Cell) -> Any:
        typed = ("да" if cell else "нет") if isinstance(cell, bool) else text_of(cell)
        plain = typed.casefold().replace("ё", "е")
        for word, value in self.values.items():
            if word.replace("ё", "е") == plain:
                return value
        raise CellRefused(FileFault.UNKNOWN_VALUE, found=shown(typed), allowed=", ".join(self.values))

    def write(self, value: Any) -> Cell:
        return next(word for word, known in self.values.items() if known == value)


YES_OR_NO = OneOf({"да": True, "нет": False})


@dataclass(frozen=True, slots=True)
class Whole:
    lowest: int
    highest: int

    def read(self, cell: Cell) -> int:
        try:
            number = float(text_of(cell).replace(",", "."))
            if number.is_integer() and self.lowest <= number <= self.highest:
                return int(number)
        except (ValueError, OverflowError):
            pass
        raise CellRefused(FileFault.NUMBER, found=shown(cell), lowest=self.lowest, highest=self.highest)

    def write(self, value: int) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class Coordinate:
    lowest: int
    highest: int

    def read(self, cell: Cell) -> float:
        try:
            number = float(text_of(cell).replace(",", "."))
        except ValueError:
            number = float("nan")
        if not -180 <= number <= 180:
            raise CellRefused(FileFault.COORDINATE, found=shown(cell), lowest=self.lowest, highest=self.highest)
        return round(number, 6)

    def write(self, value: float) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number of units of time."""

    unit: timedelta
    highest: int

    def read(self, cell: Cell) -> timedelta:
        return Whole(0, self.highest).read(cell) * self.unit

    def write(self, value: timedelta) -> Cell:
        return value // self.unit


@dataclass(frozen=True, slots=True)
class Day:
    def read(self, cell: Cell) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        found = _DATE.fullmatch(visible(cell)) if isinstance(cell, str) else None
        try:
            if found:
                return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            pass
        raise CellRefused(FileFault.DATE, found=shown(cell))

    def write(self, value: date) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    def read(self, cell: Cell) -> time:
        if isinstance(cell, time) and not (cell.second or cell.microsecond):
            return cell
        found = _TIME.fullmatch(visible(cell)) if isinstance(cell, str) else None
        try:
            if found:
                return time(int(found[1]), int(found[2]))
        except ValueError:
            pass
        raise CellRefused(FileFault.TIME, found=shown(cell))

    def write(self, value: time) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class WorkDay:
    """Opening hours of a day: «8:00–20:00»."""

    def read(self, cell: Cell) -> tuple[time, time]:
        found = _HOURS.fullmatch(visible(cell)) if isinstance(cell, str) else None
        if found is None:
            raise CellRefused(FileFault.HOURS, found=shown(cell))
        starts, ends = TimeOfDay().read(found[1]), TimeOfDay().read(found[2])
        if ends <= starts:
            raise CellRefused(FileFault.END_BEFORE_START, found=shown(cell))
        return starts, ends

    def write(self, value: tuple[time, time]) -> Cell:
        return f"{value[0]:%H:%M}–{value[1]:%H:%M}"


@dataclass(frozen=True, slots=True)
class Zone:
    def read(self, cell: Cell) -> str:
        name = text_of(cell)
        try:
            if "/" in name:
                return ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            pass
        raise CellRefused(FileFault.ZONE, found=shown(cell))

    def write(self, value: str) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy number of 16 or 9 digits, or series and number of an old one."""

    def read(self, cell: Cell) -> str:
        if not isinstance(cell, str):
            raise CellRefused(FileFault.NUMBER_CELL)
        digits = re.sub(r"[\s\-–—−]", "", visible(cell))
        if not (digits.isascii() and digits.isdigit()):
            return self._old(cell)
        if len(digits) == 16 and check_digit(digits[:-1]) != digits[-1]:
            raise CellRefused(FileFault.CHECK_DIGIT)
        if len(digits) == 9 or policy_facts(digits) is not None:
            return digits
        raise CellRefused(FileFault.POLICY)

    def _old(self, cell: str) -> str:
        try:
            return parse_old_policy(cell)
        except InvalidInput:
            raise CellRefused(FileFault.POLICY) from None

    def write(self, value: str) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class Snils:
    def read(self, cell: Cell) -> str:
        if not isinstance(cell, str):
            raise CellRefused(FileFault.NUMBER_CELL)
        try:
            return parse_snils(cell)
        except InvalidInput:
            raise CellRefused(FileFault.SNILS) from None

    def write(self, value: str) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class Phone:
    """A Russian number, of a mobile or not, as ``+`` and eleven digits."""

    def read(self, cell: Cell) -> str:
        digits = re.sub(r"[\s()\-–—−+]", "", text_of(cell))
        if digits.isascii() and digits.isdigit():
            if len(digits) == 10:
                return f"+7{digits}"
            if len(digits) == 11 and digits[0] in "78":
                return f"+7{digits[1:]}"
        raise CellRefused(FileFault.PHONE, found=shown(cell))

    def write(self, value: str) -> Cell:
        return value


@dataclass(frozen=True, slots=True)
class Name:
    """A part of a person's name, as documents spell it."""

    part: NameField = field(default=NameField.FAMILY)

    def read(self, cell: Cell) -> str:
        try:
            return parse_name_part(text_of(cell), self.part)
        except InvalidInput:
            raise CellRefused(FileFault.NAME) from None

    def write(self, value: str) -> Cell:
        return value
