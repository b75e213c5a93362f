"""Find rows of a timetable that put one doctor into two visits at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from bot.clinic_file.records import Parity, PracticeRow, TimetableRow

Numbered = tuple[int, TimetableRow]


def find_overlaps(rows: Sequence[Numbered], practices: Sequence[PracticeRow]) -> Iterator[tuple[int, int, bool]]:
    """Yield the numbers of two rows at once, the smaller first, and whether both are of one practice."""
    known = {practice.code: practice for practice in practices}

    def key(numbered: Numbered) -> tuple[str, int]:
        return known[numbered[1].practice].doctor, numbered[1].weekday

    ours = sorted((each for each in rows if each[1].practice in known), key=key)
    for _, group in groupby(ours, key):
        day = sorted(group, key=lambda each: each[1].starts)
        for at, (number, row) in enumerate(day):
            for other_number, other in day[at + 1 :]:
                if other.starts >= row.ends:
                    break
                if _may_meet(row, other, known):
                    same = row.practice == other.practice
                    yield min(number, other_number), max(number, other_number), same


def _may_meet(one: TimetableRow, other: TimetableRow, known: dict[str, PracticeRow]) -> bool:
    """Return whether some day has both rows."""
    return (
        _parities_meet(one.weeks, other.weeks)
        and _parities_meet(one.dates, other.dates)
        and all(
            _days_meet(mine.valid_from, mine.valid_until, theirs.valid_from, theirs.valid_until)
            for mine in (one, known[one.practice])
            for theirs in (other, known[other.practice])
        )
    )


def _parities_meet(one: Parity, other: Parity) -> bool:
    return Parity.ALL in (one, other) or one is other


def _days_meet(first: date | None, last: date | None, other_first: date | None, other_last: date | None) -> bool:
    return (first or date.min) <= (other_last or date.max) and (other_first or date.min) <= (last or date.max)
