"""What the registry refuses and why: facts of its own rows in, a refusal out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.clinics.port import (
    LIVE,
    BookingStatus,
    HasActiveVisit,
    NotEligible,
    PolicyInactive,
    PolicyStatus,
    Refused,
    SlotIsGone,
    SlotIsTaken,
    VisitsOverlap,
)
from bot.core.ages import age_on
from storage.registry.rows import Insured, Place, Visit


def require_open(place: Place | None, now: datetime) -> Place:
    """A slot of the timetable that is still ahead, within the days that the clinic has opened, and not busy."""
    if place is None or place.status == "BLOCKED" or not now < place.starts_at < now + place.horizon:
        raise SlotIsGone
    if place.status == "BUSY":
        raise SlotIsTaken
    return place


def require_welcome(place: Place, person: Insured, others: Iterable[Visit], now: datetime, today: date) -> None:
    """``others`` are the person's visits besides the one that gives way to this."""
    if person.status_on(today) is not PolicyStatus.ACTIVE:
        raise PolicyInactive
    of_age = place.min_age <= age_on(person.birth_date, place.day) <= place.max_age
    if not of_age or place.sex not in {None, person.sex}:
        raise NotEligible
    for visit in others:
        if refusal := _clash(place, visit, now):
            raise refusal


def _clash(place: Place, visit: Visit, now: datetime) -> Refused | None:
    if visit.booking.status not in LIVE:
        return None
    if visit.specialty == place.specialty and visit.booking.starts_at > now:
        return HasActiveVisit(existing=visit.booking)
    return VisitsOverlap(existing=visit.booking) if _overlaps(place, visit) else None


def require_movable(place: Place | None, visit: Visit, others: Iterable[Visit], now: datetime) -> Place:
    """A time that the desk may give a visit instead of its own: same clinic, same specialty, the person free then.

    Whether the slot is free is for the database to say.
    """
    if place is None or place.starts_at <= now:
        raise SlotIsGone
    if (place.clinic, place.specialty) != (visit.clinic, visit.specialty):
        raise SlotIsGone
    for other in others:
        if other.id != visit.id and other.booking.status in LIVE and _overlaps(place, other):
            raise SlotIsTaken("the person has another visit then", existing=other.booking)
    return place


def _overlaps(place: Place, visit: Visit) -> bool:
    return visit.booking.starts_at < place.ends_at and place.starts_at < visit.booking.ends_at


def is_changeable(visit: Visit, now: datetime) -> bool:
    """Whether the person may still call the visit off or move it: not once it has begun."""
    return visit.booking.status is BookingStatus.BOOKED and visit.booking.starts_at > now
