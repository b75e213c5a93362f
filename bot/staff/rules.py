"""What the desk needs to know of a visit and of a day: visits and a moment in, an answer out."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import Booking, BookingStatus
from bot.core.ages import age_on
from bot.core.timing import local_day
from bot.glossary import BookingRef


class VisitStanding(StrEnum):
    """How a visit stands for whoever looks at it at the desk."""

    EXPECTED = "EXPECTED"
    """its day is today, and nobody has come yet"""
    OTHER_DAY = "OTHER_DAY"
    """booked, for a day that is ahead"""
    CHECKED_IN = "CHECKED_IN"
    CANCELLED = "CANCELLED"
    NOT_MARKED = "NOT_MARKED"
    """its day is over, and nobody has noted whether the patient came"""
    TOOK_PLACE = "TOOK_PLACE"
    MISSED = "MISSED"


def standing_of(booking: Booking, zone: ZoneInfo, now: datetime) -> VisitStanding:
    match booking.status:
        case BookingStatus.CHECKED_IN:
            return VisitStanding.CHECKED_IN
        case BookingStatus.FULFILLED:
            return VisitStanding.TOOK_PLACE
        case BookingStatus.NO_SHOW:
            return VisitStanding.MISSED
        case BookingStatus.BOOKED:
            day, today = local_day(booking.starts_at, zone), local_day(now, zone)
            if day == today:
                return VisitStanding.EXPECTED
            return VisitStanding.OTHER_DAY if day > today else VisitStanding.NOT_MARKED
    return VisitStanding.CANCELLED


FOLLOWED_UP = frozenset({BookingStatus.BOOKED, BookingStatus.CHECKED_IN, BookingStatus.FULFILLED})


def may_follow_up(booking: Booking) -> bool:
    """Whether a visit can be followed by another one: it is live or took place."""
    return booking.status in FOLLOWED_UP


INFANT_UNTIL = 1
"""the birthday on which a child is no infant any more"""


class Mark(StrEnum):
    """What the desk sees at a glance beside a visit, in this order."""

    INFANT = "INFANT"
    """under one year old on the day of the visit: comes before others"""
    BENEFIT = "BENEFIT"
    """the desk has seen the papers of a benefit: comes before others"""
    FIRST_HERE = "FIRST_HERE"
    CONFIRMED = "CONFIRMED"
    """a parent says «Придём»"""


PRIORITY = frozenset({Mark.INFANT, Mark.BENEFIT})


def marks_of(visit: ClinicVisit, zone: ZoneInfo, confirmed: Container[BookingRef]) -> list[Mark]:
    day = local_day(visit.booking.starts_at, zone)
    known = {
        Mark.INFANT: age_on(visit.birth_date, day) < INFANT_UNTIL,
        Mark.BENEFIT: visit.has_priority,
        Mark.FIRST_HERE: visit.first_here,
        Mark.CONFIRMED: visit.booking.ref in confirmed,
    }
    return [mark for mark, is_so in known.items() if is_so]


class DayCounts(NamedTuple):
    """Of the visits of a day: how many have come, are confirmed, are first visits to the clinic, and were missed."""

    came: int
    confirmed: int
    first_here: int
    missed: int


CAME = frozenset({BookingStatus.CHECKED_IN, BookingStatus.FULFILLED})


def count_day(visits: Iterable[ClinicVisit], confirmed: Container[BookingRef]) -> DayCounts:
    every = list(visits)
    return DayCounts(
        came=sum(each.booking.status in CAME for each in every),
        confirmed=sum(each.booking.ref in confirmed for each in every),
        first_here=sum(each.first_here for each in every),
        missed=sum(each.booking.status is BookingStatus.NO_SHOW for each in every),
    )
