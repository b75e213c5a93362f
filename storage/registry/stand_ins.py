"""The hours in which others see the patients of a doctor: those of the stand-ins, less those that are closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from bot.clinics.schedule_port import END_OF_DAY, StandIn
from bot.core.people import PersonName
from storage.database.connection import Connection, Row
from storage.registry.store import queries

Hours = tuple[int, int]
"""minutes after midnight; the end is not included"""

WHOLE_DAY: Hours = (0, END_OF_DAY)


async def list_stand_in_hours(
    connection: Connection, clinic: int, doctor: int, first: date, last: date
) -> list[StandIn]:
    """Return the hours of stand-ins by day, the latest word first."""
    where = {"clinic": clinic, "doctor": doctor, "first_day": first.isoformat(), "last_day": last.isoformat()}
    named = list(await queries.list_stand_ins_of_days(connection, **where))
    if not named:
        return []
    closings = list(await queries.list_closings_of_days(connection, **where))
    days = [first + timedelta(days=later) for later in range((last - first).days + 1)]
    return [each for day in days for row in named if _covers(row, day) for each in _of_day(row, day, closings)]


async def list_open_hours(connection: Connection, clinic: int, doctor: int, day: date) -> Sequence[Hours]:
    """Return the hours of a day that no closing covers."""
    where = {"clinic": clinic, "doctor": doctor, "first_day": day.isoformat(), "last_day": day.isoformat()}
    closings = await queries.list_closings_of_days(connection, **where)
    return list(hours_left(WHOLE_DAY, [_hours(each) for each in closings]))


def _of_day(row: Row, day: date, closings: Iterable[Row]) -> Iterator[StandIn]:
    closed = [_hours(each) for each in closings if _covers(each, day) and not _leaves(each, row)]
    name = PersonName(row["family"], row["given"], row["patronymic"])
    for starts, ends in hours_left(_hours(row), closed):
        yield StandIn(name, day, starts, ends)


def _leaves(closing: Row, stand_in: Row) -> bool:
    """Return whether a closing leaves the stand-in what was handed over before it."""
    return closing["id"] > stand_in["id"] and bool(closing["of_published"])


def hours_left(hours: Hours, closed: Iterable[Hours]) -> Iterator[Hours]:
    """Yield the parts of the hours that nothing closes, by start."""
    starts, ends = hours
    for from_, until in sorted(closed):
        if starts < min(from_, ends):
            yield starts, min(from_, ends)
        starts = max(starts, until)
    if starts < ends:
        yield starts, ends


def _covers(row: Row, day: date) -> bool:
    return bool(row["first_day"] <= day.isoformat() <= row["last_day"])


def _hours(row: Row) -> Hours:
    return row["starts"] or 0, END_OF_DAY if row["ends"] is None else row["ends"]
