"""What the desk may do with a visit when its patient stands there: a visit and a moment in, an answer out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.clinics.port import Booking, BookingStatus
from bot.core.timing import local_day


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
