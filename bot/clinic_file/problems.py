"""What may be wrong with a clinic's file, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SHOWN = 200


class FileFault(StrEnum):
    UNREADABLE = "UNREADABLE"
    MISSING_SHEET = "MISSING_SHEET"
    UNKNOWN_SHEET = "UNKNOWN_SHEET"
    SHEET_TWICE = "SHEET_TWICE"
    HIDDEN_SHEET = "HIDDEN_SHEET"
    MISSING_HEADER = "MISSING_HEADER"
    UNKNOWN_HEADER = "UNKNOWN_HEADER"
    HEADER_TWICE = "HEADER_TWICE"
    BEYOND_HEADERS = "BEYOND_HEADERS"
    ERROR_CELL = "ERROR_CELL"
    MERGED_CELLS = "MERGED_CELLS"
    MISSING = "MISSING"
    TOO_LONG = "TOO_LONG"
    NUMBER_CELL = "NUMBER_CELL"
    NOT_TEXT = "NOT_TEXT"
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    NUMBER = "NUMBER"
    DATE = "DATE"
    TIME = "TIME"
    HOURS = "HOURS"
    END_BEFORE_START = "END_BEFORE_START"
    ZONE = "ZONE"
    COORDINATE = "COORDINATE"
    SWAPPED = "SWAPPED"
    POLICY = "POLICY"
    CHECK_DIGIT = "CHECK_DIGIT"
    SNILS = "SNILS"
    PHONE = "PHONE"
    NAME = "NAME"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    TWICE = "TWICE"
    DOCTOR_TWICE = "DOCTOR_TWICE"
    LENGTH = "LENGTH"
    OVERLAP = "OVERLAP"
    TWO_PLACES = "TWO_PLACES"
    ONE_OF_TWO = "ONE_OF_TWO"
    NEEDED_FOR = "NEEDED_FOR"
    OTHER_CLINIC = "OTHER_CLINIC"
    NO_PATIENT = "NO_PATIENT"


class CellRefused(Exception):
    """A cell that does not parse."""

    def __init__(self, fault: FileFault, **facts: int | str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.facts = facts


@dataclass(frozen=True, slots=True)
class RowProblem:
    """``row`` is the number that a spreadsheet shows, 0 for a whole sheet; ``column`` is its header, or ""."""

    sheet: str
    row: int
    column: str
    fault: FileFault
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(slots=True)
class Problems:
    """The first problems of a file, how many there are, and what is only worth saying."""

    shown: list[RowProblem] = field(default_factory=list)
    remarks: list[RowProblem] = field(default_factory=list)
    count: int = 0
    examples: int = 0
    """rows that were left out because they are examples"""

    def add(self, sheet: str, row: int, column: str, fault: FileFault, **facts: int | str) -> None:
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(RowProblem(sheet, row, column, fault, facts))

    def remark(self, sheet: str, fault: FileFault, **facts: int | str) -> None:
        """Say something that does not stop the import."""
        self.remarks.append(RowProblem(sheet, 0, "", fault, facts))

    @property
    def unshown(self) -> int:
        return self.count - len(self.shown)
