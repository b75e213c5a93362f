"""The rules by which the registry refuses a visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from bot.core.clinic import Audience
from bot.glossary import Key
from storage.registry.rows import RegisteredPerson, RegistrySlot, RegistryVisit


def require_bookable(slot: RegistrySlot | None, now: datetime) -> RegistrySlot:
    """Return a slot that is open for booking.

    Raises SlotIsGone if it is missing, blocked, the desk's, sooner than the clinic's notice or beyond its horizon,
    SlotIsTaken if it is busy.
    """
    if slot is None or slot.status == "BLOCKED" or slot.audience is Audience.DESK:
        raise SlotIsGone
    if not now + slot.notice < slot.starts_at < now + slot.horizon:
        raise SlotIsGone
    if slot.status == "BUSY":
        raise SlotIsTaken
    return slot


def require_unreserved(slot: RegistrySlot, reserved: Key, now: datetime) -> None:
    """Raise SlotIsTaken if the slot is reserved with another key than ``reserved``."""
    if slot.reserved_until is not None and slot.reserved_until > now and slot.reserved_key != reserved:
        raise SlotIsTaken("the slot is reserved")


def require_at_desk(slot: RegistrySlot | None, clinic: int, now: datetime) -> RegistrySlot:
    """Return a slot that the desk of a clinic may book, one of its own too. Raises SlotIsGone, SlotIsTaken."""
    if slot is None or slot.clinic != clinic or slot.status == "BLOCKED" or slot.starts_at <= now:
        raise SlotIsGone
    if slot.status == "BUSY":
        raise SlotIsTaken
    return slot


def require_allowed(
    slot: RegistrySlot, person: RegisteredPerson, others: Iterable[RegistryVisit], now: datetime, today: date
) -> None:
    """Raise PolicyInactive, NotEligible (age, sex), HasActiveVisit or VisitsOverlap if the person may not visit.

    ``others`` are the person's other visits, without the one that the new visit replaces.
    """
    if person.status_on(today) is not PolicyStatus.ACTIVE:
        raise PolicyInactive
    of_age = slot.min_age <= age_on(person.birth_date, slot.day) <= slot.max_age
    if not of_age or slot.sex not in {None, person.sex}:
        raise NotEligible
    if slot.audience is Audience.INFANTS and slot.day.isoformat() >= person.infant_until:
        raise NotEligible("the slot is for children under one year")
    for visit in others:
        if refusal := _conflict(slot, visit, now):
            raise refusal


def _conflict(slot: RegistrySlot, visit: RegistryVisit, now: datetime) -> Refused | None:
    if visit.booking.status not in LIVE:
        return None
    if visit.specialty == slot.specialty and visit.booking.starts_at > now:
        return HasActiveVisit(existing=visit.booking)
    return VisitsOverlap(existing=visit.booking) if _overlaps(slot, visit) else None


def require_target(
    slot: RegistrySlot | None, visit: RegistryVisit, others: Iterable[RegistryVisit], now: datetime
) -> RegistrySlot:
    """Return a slot to which the desk may move a visit.

    Raises SlotIsGone if it is missing, in the past, at another clinic or of another specialty, SlotIsTaken if the
    person has another visit then. The database decides whether the slot is free.
    """
    if slot is None or slot.starts_at <= now:
        raise SlotIsGone
    if (slot.clinic, slot.specialty) != (visit.clinic, visit.specialty):
        raise SlotIsGone
    for other in others:
        if other.id != visit.id and other.booking.status in LIVE and _overlaps(slot, other):
            raise SlotIsTaken("the person has another visit then", existing=other.booking)
    return slot


def require_restorable(
    slot: RegistrySlot | None, visit: RegistryVisit, others: Iterable[RegistryVisit], now: datetime
) -> RegistrySlot:
    """Return the slot to which a change of the desk is undone.

    Raises SlotIsGone if it is missing or in the past, SlotIsTaken if it was opened again since, or if the person has
    booked another visit that the old one would conflict with.
    """
    if slot is None or slot.starts_at <= now:
        raise SlotIsGone
    if slot.status != "BLOCKED":
        raise SlotIsTaken
    for other in others:
        if other.id != visit.id and (refusal := _conflict(slot, other, now)):
            raise SlotIsTaken("the person has another visit", existing=refusal.existing)
    return slot


def require_mergeable(slots: Iterable[RegistrySlot], visits: Sequence[RegistryVisit], now: datetime) -> None:
    """Check that one person may have the visits in ``slots`` and ``visits``. Raises HasActiveVisit, VisitsOverlap."""
    for slot in slots:
        for visit in visits:
            if visit.booking.ends_at > now and (refusal := _conflict(slot, visit, now)):
                raise refusal


def _overlaps(slot: RegistrySlot, visit: RegistryVisit) -> bool:
    return visit.booking.starts_at < slot.ends_at and slot.starts_at < visit.booking.ends_at


def is_changeable(visit: RegistryVisit, now: datetime) -> bool:
    """Return whether the person may still cancel or reschedule the visit: it is booked and has not begun."""
    return visit.booking.status is BookingStatus.BOOKED and visit.booking.starts_at > now
