"""What a file changes in the registry: each sheet compared with the rows that are there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Values = Mapping[str, Any]
Key = Hashable
Rows = dict[Key, Values]
"""rows of a sheet by what tells them apart; they refer to others by code"""
Progress = Callable[["ImportSheet", int, int], None]
"""Called with the sheet, how many of its rows are done, and how many there are."""


class ImportSheet(StrEnum):
    CLINICS = "CLINICS"
    SPECIALTIES = "SPECIALTIES"
    DOCTORS = "DOCTORS"
    PRACTICES = "PRACTICES"
    TIMETABLE = "TIMETABLE"
    EXCEPTIONS = "EXCEPTIONS"
    PATIENTS = "PATIENTS"
    REFERRALS = "REFERRALS"
    DISTRICTS = "DISTRICTS"
    DOCUMENTS = "DOCUMENTS"


class Reason(StrEnum):
    """Why a row cannot be written although it is well-formed."""

    UNKNOWN_CLINIC = "UNKNOWN_CLINIC"
    UNKNOWN_SPECIALTY = "UNKNOWN_SPECIALTY"
    UNKNOWN_DOCTOR = "UNKNOWN_DOCTOR"
    UNKNOWN_PRACTICE = "UNKNOWN_PRACTICE"
    NAME_TAKEN = "NAME_TAKEN"
    """another clinic has this name"""
    DOCTOR_TWICE = "DOCTOR_TWICE"
    """the doctor has another practice at this clinic in this specialty"""
    PRACTICE_MOVED = "PRACTICE_MOVED"
    """a practice stays at its clinic and in its specialty, because its visits are there: another needs a new code"""
    NO_PATIENT = "NO_PATIENT"
    """the policy number of a referral is in no list"""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A row that cannot be written; ``row`` is its code, never personal data."""

    sheet: ImportSheet
    row: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row of the file, and the id of the row that it changes."""

    id: int
    values: Values


@dataclass(slots=True)
class SheetChanges:
    """What the file says of one sheet.

    ``ended`` are rows without a code that the file replaces by others (hours, days off); ``gone`` are rows with a code
    that the file no longer names: they stay unless they are retired.
    """

    new: list[Values] = field(default_factory=list)
    changed: list[KnownRow] = field(default_factory=list)
    same: int = 0
    ended: list[Values] = field(default_factory=list)
    gone: list[KnownRow] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.ended)


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """How many rows of a sheet are new, changed, the same, replaced and no longer named; ``gone_names`` are codes."""

    sheet: ImportSheet
    new: int
    changed: int
    same: int
    ended: int = 0
    gone: int = 0
    gone_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TouchedVisits:
    """Booked visits whose time the file no longer has: nothing cancels or moves them."""

    practice: str
    doctor: str
    visits: int
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has changed, or would change."""

    sheets: tuple[SheetSummary, ...]
    problems: tuple[ImportProblem, ...] = ()
    touched: tuple[TouchedVisits, ...] = ()
    new_slots: int = 0
    withdrawn_slots: int = 0
    retired: int = 0

    @property
    def changes_nothing(self) -> bool:
        changed = any(sheet.new or sheet.changed or sheet.ended for sheet in self.sheets)
        return not (changed or self.retired or self.new_slots or self.withdrawn_slots)


def compare(wanted: Mapping[Any, Values], stored: Mapping[Key, KnownRow]) -> SheetChanges:
    """Compare rows that have a code. A stored row is compared in the columns that the file gives."""
    changes = SheetChanges()
    for key, values in wanted.items():
        found = stored.get(key)
        if found is None:
            changes.new.append(values)
        elif _differs(values, found.values):
            changes.changed.append(KnownRow(found.id, values))
        else:
            changes.same += 1
    changes.gone = [found for key, found in stored.items() if key not in wanted and not found.values["retired"]]
    return changes


def compare_sets(wanted: Iterable[Key], stored: Mapping[Any, Values]) -> tuple[list[Key], int, list[Values]]:
    """Compare rows without a code: return those to add, how many are there already, and those to delete."""
    distinct = dict.fromkeys(wanted)
    new = [key for key in distinct if key not in stored]
    ended = [values for key, values in stored.items() if key not in distinct]
    return new, len(distinct) - len(new), ended


def _differs(wanted: Values, stored: Values) -> bool:
    return any(stored[column] != value for column, value in wanted.items())


def summary(sheet: ImportSheet, changes: SheetChanges, names: Callable[[Values], str]) -> SheetSummary:
    gone = tuple(names(found.values) for found in changes.gone)
    return SheetSummary(
        sheet, len(changes.new), len(changes.changed), changes.same, len(changes.ended), len(gone), gone
    )
