"""Compare what people were told of a visit with what the clinic states now."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, NamedTuple, Self, get_type_hints
from zoneinfo import ZoneInfo

from bot.appointments.news import ChangedByClinic
from bot.booking.records import Appointment, AppointmentCard
from bot.clinics.port import LIVE, BookingStatus
from bot.core.clinic import VisitType
from bot.delivery.news import Fact
from bot.glossary import ClinicId, DoctorId, SpecialtyId

NIGHT_FROM, NIGHT_UNTIL = time(1), time(5)
"""the hours of a clinic's zone in which visits are compared"""


class VisitState(StrEnum):
    """What a person was told of the status of a visit."""

    WAITING = "WAITING"
    """no visit yet"""
    LIVE = "LIVE"
    CANCELLED = "CANCELLED"
    TOOK_PLACE = "TOOK_PLACE"
    MISSED = "MISSED"


STATES: Mapping[BookingStatus, VisitState] = {
    BookingStatus.HELD: VisitState.WAITING,
    BookingStatus.PENDING: VisitState.WAITING,
    BookingStatus.REFUSED: VisitState.CANCELLED,
    BookingStatus.CANCELLED: VisitState.CANCELLED,
    BookingStatus.BOOKED: VisitState.LIVE,
    BookingStatus.CHECKED_IN: VisitState.LIVE,
    BookingStatus.FULFILLED: VisitState.TOOK_PLACE,
    BookingStatus.NO_SHOW: VisitState.MISSED,
}


@dataclass(frozen=True, slots=True)
class KnownVisit:
    """What a person was told of a visit. Every field is compared, so that a new one cannot be forgotten."""

    starts_at: datetime
    length: timedelta
    visit_type: VisitType
    doctor: DoctorId
    doctor_name: str
    specialty: SpecialtyId
    clinic: ClinicId
    address: str
    zone: ZoneInfo
    """in which the time was told"""
    room: str
    state: VisitState

    def written(self) -> str:
        """Return the text that is stored with a message."""
        return json.dumps({each.name: _written(getattr(self, each.name)) for each in fields(self)}, ensure_ascii=False)

    @classmethod
    def read(cls, text: str, otherwise: Self) -> Self:
        """Parse a stored text; a field that it does not have, as that of another release, is that of ``otherwise``."""
        stored: dict[str, Any] = json.loads(text) if text else {}
        kinds = get_type_hints(cls)
        known: dict[str, Any] = {name: _read(kinds[name], value) for name, value in stored.items() if name in kinds}
        return replace(otherwise, **known)


class Difference(NamedTuple):
    """``field`` is the name of a field of KnownVisit."""

    field: str
    was: Any
    now: Any


COMPARED: Mapping[str, tuple[str, ...]] = {
    "starts_at": ("starts_at",),
    "ends_at": ("length",),
    "visit_type": ("visit_type",),
    "doctor": ("doctor", "doctor_name"),
    "specialty": ("specialty",),
    "clinic": ("clinic", "address", "zone"),
    "room": ("room",),
    "status": ("state",),
}
"""the fields of KnownVisit that come from each field of a Booking; names, addresses and zones are those of the lists"""

NOT_TOLD: Mapping[str, str] = {
    "ref": "the system's own name of the visit, by which the visit is found; people read our Ref",
    "key": "the bot's own idempotency key",
    "person": "a reference that a corrected policy or merged records change; the visit stays the same one",
    "undo_until": "until then nobody is told of the change, for the clinic may undo it",
    "instead": "said in the message of the cancellation, as what can be booked at once",
    "reason": "said in the message of the cancellation that it explains, and nowhere else",
}
"""the other fields of a Booking, each with the reason why no person is told of it"""


def told_of(card: AppointmentCard) -> KnownVisit:
    """Return what people know of a visit by its stored state."""
    visit = card.appointment
    return KnownVisit(
        starts_at=visit.starts_at,
        length=visit.ends_at - visit.starts_at,
        visit_type=visit.visit_type,
        doctor=visit.doctor,
        doctor_name=card.doctor.name.full if card.told_doctor is None else card.told_doctor,
        specialty=visit.specialty,
        clinic=visit.clinic,
        address=card.clinic.address if card.told_address is None else card.told_address,
        zone=card.told_zone or card.clinic.zone,
        room=visit.room or card.doctor.room,
        state=STATES[visit.status],
    )


def told_before(message: ChangedByClinic, now: KnownVisit) -> KnownVisit:
    """Return what the reader of a message was told before it; ``now`` is what the visit is.

    A message of a release that stored the time only is about a visit that was live.
    """
    if message.told:
        return KnownVisit.read(message.told, now)
    return replace(now, starts_at=message.was, state=VisitState.LIVE)


def compare(was: KnownVisit, now: KnownVisit) -> list[Difference]:
    """Return every field that differs, in the order of KnownVisit; zones whose clocks show the same do not."""
    if _shows_same_time(was, now):
        was = replace(was, zone=now.zone)
    pairs = ((each.name, getattr(was, each.name), getattr(now, each.name)) for each in fields(KnownVisit))
    return [Difference(name, before, after) for name, before, after in pairs if before != after]


def _shows_same_time(was: KnownVisit, now: KnownVisit) -> bool:
    return all(at.astimezone(was.zone).utcoffset() == at.astimezone(now.zone).utcoffset() for at in _starts(was, now))


def _starts(was: KnownVisit, now: KnownVisit) -> tuple[datetime, ...]:
    return (was.starts_at,) if was.starts_at == now.starts_at else (was.starts_at, now.starts_at)


def is_worth_telling(was: KnownVisit, now: KnownVisit, moment: datetime) -> bool:
    """Whether people are told of what differs.

    They are not told of a visit that is off and stays off, of one that took place after it had begun, and of the room
    or doctor of one that has ended.
    """
    if not compare(was, now):
        return False
    states = {was.state, now.state}
    if VisitState.MISSED in states:
        return len(states) > 1
    if VisitState.TOOK_PLACE in states:
        return len(states) > 1 and max(was.starts_at, now.starts_at) > moment
    if VisitState.LIVE in states:
        return len(states) > 1 or max(each.starts_at + each.length for each in (was, now)) > moment
    return False


def reckon_facts(facts: Mapping[str, Fact], reckon: Callable[[datetime], datetime]) -> Mapping[str, Fact]:
    """Return the facts of a message with the moments of its visit by another law of its zone."""

    def after(stored: Fact) -> int:
        return int(reckon(datetime.fromtimestamp(int(stored), UTC)).timestamp())

    changed = dict(facts) | {"was": after(facts["was"])} if "was" in facts else dict(facts)
    if known := json.loads(str(facts.get("told") or "{}")):
        told = known | {"starts_at": after(known["starts_at"])} if "starts_at" in known else known
        changed["told"] = json.dumps(told, ensure_ascii=False)
    return changed


def rivals(visit: Appointment, others: Sequence[Appointment], now: datetime) -> list[Appointment]:
    """Return the patient's other visits ahead that the visit competes with, by start: of its specialty or its time."""
    found = [each for each in others if _is_ahead(each, now) and _competes(visit, each)]
    return sorted(found, key=lambda each: each.starts_at)


def _is_ahead(visit: Appointment, now: datetime) -> bool:
    is_planned = visit.status in LIVE or visit.status is BookingStatus.PENDING
    return is_planned and not visit.cancelling and visit.starts_at > now


def _competes(visit: Appointment, other: Appointment) -> bool:
    if other.id == visit.id or other.patient != visit.patient:
        return False
    overlaps = other.starts_at < visit.ends_at and visit.starts_at < other.ends_at
    return overlaps or other.specialty == visit.specialty


# --- the night --------------------------------------------------------------------------------------------------------


def night_of(now: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Return when the night of a zone began and ends, in UTC, or None if it is not night there."""
    local = now.astimezone(zone)
    if not NIGHT_FROM <= local.time() < NIGHT_UNTIL:
        return None
    began, ends = (datetime.combine(local.date(), each, zone).astimezone(UTC) for each in (NIGHT_FROM, NIGHT_UNTIL))
    return began, ends


def share_of_night(left: int, now: datetime, ends: datetime, every: timedelta) -> int:
    """Return how many of what is left one run takes, so that runs of this interval have taken all when it ends."""
    runs = max((ends - now) // every, 1)
    return math.ceil(left / runs)


def _written(value: object) -> int | str:
    match value:
        case datetime():
            return int(value.timestamp())
        case timedelta():
            return int(value.total_seconds())
        case int():
            return value
    return str(value)


def _read(kind: Any, stored: int | str) -> object:
    if kind is datetime:
        return datetime.fromtimestamp(int(stored), UTC)
    if kind is timedelta:
        return timedelta(seconds=int(stored))
    return kind(stored)
