"""What people were told of a visit, compared with what the clinic states."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.appointments.news import CancelledByClinic, MovedByClinic
from bot.appointments.rules import (
    COMPARED,
    NOT_TOLD,
    STATES,
    KnownVisit,
    VisitState,
    compare,
    is_worth_telling,
    night_of,
    reckon_facts,
    rivals,
    share_of_night,
    told_before,
)
from bot.booking.records import Appointment
from bot.clinics.port import Booking, BookingStatus
from bot.core.clinic import VisitType
from bot.core.timing import MOSCOW
from bot.glossary import AccountId, AppointmentId, ClinicId, DoctorId, Key, PatientId, Ref, SlotRef, SpecialtyId

START = datetime(2026, 11, 26, 5, tzinfo=UTC)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
TOLD = KnownVisit(
    starts_at=START,
    length=QUARTER,
    visit_type=VisitType.CHECKUP,
    doctor=DoctorId(1),
    doctor_name="Петрова Анна Сергеевна",
    specialty=SpecialtyId(2),
    clinic=ClinicId(3),
    address="Садовая, 5",
    zone=MOSCOW,
    room="101",
    state=VisitState.LIVE,
)
OTHER = KnownVisit(
    starts_at=START + HOUR,
    length=2 * QUARTER,
    visit_type=VisitType.SHORT,
    doctor=DoctorId(4),
    doctor_name="",
    specialty=SpecialtyId(5),
    clinic=ClinicId(6),
    address="Полевая, 18",
    zone=ZoneInfo("Asia/Yekaterinburg"),
    room="",
    state=VisitState.CANCELLED,
)
"""differs from TOLD in every field"""
FIELDS = [each.name for each in fields(KnownVisit)]


def with_other(field: str) -> KnownVisit:
    return replace(TOLD, **{field: getattr(OTHER, field)})


def test_every_field_of_a_booking_is_compared_or_named_as_not_told() -> None:
    booking = {each.name for each in fields(Booking)}
    assert COMPARED.keys() | NOT_TOLD.keys() == booking
    assert not COMPARED.keys() & NOT_TOLD.keys()
    assert all(NOT_TOLD.values()), "each with its reason"
    assert {name for told in COMPARED.values() for name in told} == set(FIELDS)
    assert STATES.keys() == set(BookingStatus)


@pytest.mark.requirement("D3")
@pytest.mark.parametrize("field", FIELDS)
def test_difference_in_any_field_is_found_and_told_in_both_directions(field: str) -> None:
    changed = with_other(field)
    before = START - HOUR
    for was, now in ((TOLD, changed), (changed, TOLD)):
        [found] = compare(was, now)
        assert found == (field, getattr(was, field), getattr(now, field))
        assert is_worth_telling(was, now, before)
        assert not is_worth_telling(now, now, before)


@pytest.mark.parametrize("field", FIELDS)
def test_what_was_told_is_stored_and_read_back(field: str) -> None:
    assert KnownVisit.read(with_other(field).written(), TOLD) == with_other(field)


def test_fields_that_another_release_stored_or_did_not_are_no_difference() -> None:
    assert KnownVisit.read("", TOLD) == TOLD
    assert KnownVisit.read('{"room": "7", "floor": 2}', TOLD) == replace(TOLD, room="7")


def test_zones_whose_clocks_show_the_same_are_no_difference() -> None:
    there = replace(TOLD, zone=ZoneInfo("Europe/Simferopol"))
    assert compare(TOLD, there) == []
    assert not is_worth_telling(TOLD, there, START - HOUR)
    assert [each.field for each in compare(TOLD, replace(there, room="7"))] == ["room"]


def test_message_of_a_release_that_knew_only_the_time_was_of_a_live_visit() -> None:
    off = replace(TOLD, state=VisitState.CANCELLED)
    old = CancelledByClinic(AccountId(1), AppointmentId(1), START - HOUR)
    assert told_before(old, off) == replace(TOLD, starts_at=START - HOUR)
    assert told_before(replace(old, told=with_other("room").written()), off) == with_other("room")


def test_facts_of_a_message_are_reckoned_by_another_law() -> None:
    moved = MovedByClinic(AccountId(1), AppointmentId(1), START, "ILL", TOLD.written())
    after = reckon_facts(moved.facts, lambda at: at + HOUR)
    told = replace(TOLD, starts_at=START + HOUR).written()
    assert after == replace(moved, was=START + HOUR, told=told).facts
    of_time_only = replace(moved, told="")
    assert reckon_facts(of_time_only.facts, lambda at: at + HOUR) == replace(of_time_only, was=START + HOUR).facts
    assert reckon_facts({"hours": 2}, lambda at: at + HOUR) == {"hours": 2}


@pytest.mark.parametrize(
    ("was", "now", "hours", "told"),
    [
        (VisitState.LIVE, VisitState.TOOK_PLACE, -1, True),
        (VisitState.LIVE, VisitState.TOOK_PLACE, 1, False),
        (VisitState.TOOK_PLACE, VisitState.LIVE, 1, False),
        (VisitState.LIVE, VisitState.MISSED, 1, True),
        (VisitState.MISSED, VisitState.LIVE, 1, True),
        (VisitState.MISSED, VisitState.TOOK_PLACE, 1, True),
        (VisitState.CANCELLED, VisitState.MISSED, 1, True),
        (VisitState.LIVE, VisitState.CANCELLED, 1, True),
        (VisitState.CANCELLED, VisitState.LIVE, 1, True),
    ],
)
def test_status_is_told_unless_the_visit_took_place_as_told(
    was: VisitState, now: VisitState, hours: int, told: bool
) -> None:
    at = START + hours * HOUR
    assert is_worth_telling(replace(TOLD, state=was), replace(TOLD, state=now), at) is told


def test_room_of_a_visit_that_is_off_or_over_is_not_told() -> None:
    for state, at in product((VisitState.CANCELLED, VisitState.TOOK_PLACE), (START - HOUR, START)):
        off = replace(TOLD, state=state)
        assert not is_worth_telling(off, replace(off, room="7"), at)
    assert is_worth_telling(TOLD, with_other("room"), START + QUARTER - timedelta(seconds=1))
    assert not is_worth_telling(TOLD, with_other("room"), START + QUARTER)


def visit(number: int, hour: int, specialty: int = 1, **other: object) -> Appointment:
    starts_at = START + hour * HOUR
    known = Appointment(
        AppointmentId(number),
        Ref("AAAABB"),
        AccountId(1),
        PatientId(1),
        ClinicId(1),
        SpecialtyId(specialty),
        DoctorId(1),
        starts_at,
        starts_at + QUARTER,
        VisitType.CHECKUP,
        "",
        BookingStatus.BOOKED,
        Key("k"),
        SlotRef("s"),
    )
    return replace(known, **other)  # type: ignore[arg-type]  # fields of an Appointment


def test_visits_of_one_specialty_or_one_time_compete() -> None:
    mine = visit(1, 2)
    same, clash = visit(2, 30), visit(3, 2, specialty=2)
    elsewhere = [
        mine,
        visit(4, 5, specialty=2),
        visit(5, 30, patient=PatientId(2)),
        visit(6, 30, status=BookingStatus.CANCELLED),
        visit(7, 30, cancelling=True),
        visit(8, 0),
    ]
    assert rivals(mine, [same, clash, *elsewhere], START) == [clash, same]
    assert rivals(mine, [visit(9, 30, status=BookingStatus.PENDING)], START) != []


def test_night_is_the_clinics_own() -> None:
    assert night_of(START, MOSCOW) is None
    assert night_of(START - 4 * HOUR, MOSCOW) == (START - 7 * HOUR, START - 3 * HOUR)
    assert night_of(START - 7 * HOUR, MOSCOW) is not None
    assert night_of(START - 3 * HOUR, MOSCOW) is None


@given(st.integers(0, 5000), st.integers(1, 480))
def test_night_is_long_enough_for_all(people: int, runs: int) -> None:
    every, ends = timedelta(seconds=30), START
    left, shares = people, []
    for run in range(runs, 0, -1):
        shares.append(min(share_of_night(left, ends - run * every, ends, every), left))
        left -= shares[-1]
    assert left == 0
    assert max(shares) - min(shares) <= 1, "spread evenly"
