"""Tests of the embedded registry: the contract of the port, its own rules, the desk."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.clinics.desk_port import ClinicDesk
from bot.clinics.port import (
    Booking,
    BookingStatus,
    ClinicSystem,
    FoundPolicy,
    HasActiveVisit,
    NotEligible,
    NotFound,
    PersonNotFound,
    PersonSearch,
    PolicyInactive,
    PolicyStatus,
    Refused,
    SlotIsGone,
    SlotIsTaken,
    VisitsOverlap,
)
from bot.core.people import PersonName, Sex
from bot.glossary import ClinicRef, DoctorRef, PersonRef, SlotRef, SpecialtyRef
from storage.database.connection import Conflict, Connection
from storage.database.crypto import BlindIndex, Cipher
from storage.registry.system import Registry
from tests.storage.clinic_contract import (
    ClinicContract,
    Facts,
    GroupContract,
    HoldingContract,
    LackingContract,
    OpeningsContract,
    ReservingContract,
)
from tests.storage.registry_world import (
    CHILDREN,
    GIRL,
    PHONE,
    SNILS,
    TUESDAY,
    URAL,
    World,
    at,
    child,
    key,
    world_in,
)

INSERT = "INSERT INTO registry_bookings (uid, slot_id, person_id, status) VALUES (:uid, :slot, :person, :status)"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as world:
        yield world


class TestRegistryKeepsTheContract(
    ClinicContract, HoldingContract, GroupContract, ReservingContract, OpeningsContract, LackingContract
):
    @pytest.fixture
    def clinic_system(self, world: World) -> ClinicSystem:
        return world.registry

    @pytest.fixture
    async def facts(self, world: World) -> Facts:
        clinic = await world.clinic()
        pediatrician, ent, *_ = await world.registry.specialties(clinic)

        async def call_off(booking: Booking) -> None:
            await world.desk.cancel_visit(clinic, int(booking.ref), "врач заболел")

        async def enroll(person: PersonRef, since: date) -> None:
            await world.desk.enroll(clinic, person, since, "")

        return Facts(
            clinic=clinic,
            specialty=pediatrician.ref,
            other_specialty=ent.ref,
            claim=GIRL,
            others=CHILDREN,
            search=PersonSearch(GIRL.name, GIRL.birth_date, SNILS),
            unknown=child(999),
            phone=PHONE,
            now=world.clock.now,
            advance=world.clock.advance,
            hold_for=timedelta(minutes=3),
            call_off=call_off,
            enroll=enroll,
        )


def test_registry_and_desk_implement_their_ports(world: World) -> None:
    system: ClinicSystem = world.registry
    desk: ClinicDesk = world.desk
    assert system.name == "registry"
    assert not isinstance(desk, Registry)


# --- what is free -----------------------------------------------------------------------------------------------------


async def test_specialties_with_doctors_come_in_catalogue_order(world: World) -> None:
    garden = await world.registry.specialties(await world.clinic("Садовая"))
    assert [specialty.code for specialty in garden] == ["pediatrician", "ent", "gynecologist", "teen"]
    ural = await world.registry.specialties(await world.clinic("Уральская"))
    assert [specialty.code for specialty in ural] == ["pediatrician"]


async def test_doctors_are_sorted_by_nearest_slot(world: World) -> None:
    clinic = await world.clinic()
    pediatrician = (await world.registry.specialties(clinic))[0].ref
    for hour in (9, 10, 11, 12):
        await world.run(
            "UPDATE registry_slots SET status = 'BLOCKED' WHERE id = :id", id=int(await world.slot("Громов", hour))
        )
    doctors = await world.registry.doctors(clinic, pediatrician)
    assert [(doctor.name.family, doctor.nearest) for doctor in doctors] == [
        ("Петрова", at(9)),
        ("Громов", at(9, day=1)),
    ]
    await world.run("UPDATE registry_slots SET status = 'BLOCKED' WHERE doctor_id = :id", id=int(await world.doctor()))
    doctors = await world.registry.doctors(clinic, pediatrician)
    assert [(doctor.name.family, doctor.nearest) for doctor in doctors] == [("Громов", at(9, day=1)), ("Петрова", None)]


async def test_day_is_in_the_clinics_zone(world: World) -> None:
    await world.add_slot("Ветров", at(1, 30, day=2, zone=URAL))
    doctor = await world.doctor("Ветров")
    days = await world.registry.days(doctor, at(0, day=1, zone=URAL), at(0, day=3, zone=URAL))
    assert [(day.day, day.free) for day in days] == [(TUESDAY + timedelta(days=1), 4), (TUESDAY + timedelta(days=2), 5)]


async def test_days_search_at_night_finds_the_local_day(world: World) -> None:
    await world.add_slot("Ветров", at(1, 30, day=2, zone=URAL))
    since, until = at(1, day=2, zone=URAL), at(2, day=2, zone=URAL)
    assert since.date() == until.date() == TUESDAY + timedelta(days=1), "still yesterday in UTC"
    days = await world.registry.days(await world.doctor("Ветров"), since, until)
    assert [(day.day, day.free) for day in days] == [(TUESDAY + timedelta(days=2), 1)]


async def test_slots_search_excludes_start_a_moment_earlier(world: World) -> None:
    since = at(9) + timedelta(milliseconds=1)
    assert [slot.starts_at for slot in await world.registry.slots(await world.doctor(), since, at(11))] == [at(10)]


@pytest.mark.requirement("B18")
async def test_slot_has_length_and_visit_type(world: World) -> None:
    first = await world.add_slot("Петрова", at(8), 15, visit_type="CERTIFICATE")
    second = await world.add_slot("Петрова", at(8, 15), 45, visit_type="EXTENDED")
    slots = await world.registry.slots(await world.doctor(), at(8), at(9))
    found = [(slot.ref, slot.visit_type, slot.ends_at - slot.starts_at, slot.room) for slot in slots]
    assert found == [
        (first, "CERTIFICATE", timedelta(minutes=15), "101"),
        (second, "EXTENDED", timedelta(minutes=45), "101"),
    ]


@pytest.mark.requirement("B34")
async def test_slot_beyond_horizon_is_neither_offered_nor_booked(world: World) -> None:
    await world.run("UPDATE registry_clinics SET horizon = :day", day=86_400)
    person, beyond = await world.person(), await world.slot(hour=12, day=1)
    until = at(0, day=5)
    assert await world.free_hours() == [9, 10, 11]
    assert [day.day for day in await world.registry.days(await world.doctor(), world.clock.now(), until)] == [TUESDAY]
    with pytest.raises(SlotIsGone):
        await world.registry.hold(key(1), person, beyond)
    with pytest.raises(SlotIsGone):
        await world.registry.book(key(2), person, beyond)


@pytest.mark.requirement("B34")
async def test_blocked_slot_is_neither_offered_nor_booked(world: World) -> None:
    slot, person = await world.slot(), await world.person()
    await world.run("UPDATE registry_slots SET status = 'BLOCKED' WHERE id = :slot", slot=int(slot))
    assert await world.free_hours() == [10, 11, 12]
    for ask in (world.registry.hold, world.registry.book):
        with pytest.raises(SlotIsGone):
            await ask(key(1), person, slot)


@pytest.mark.parametrize("ref", ["", "x", "-1", "0", "1.0", "9" * 30])
async def test_foreign_ref_finds_nothing(world: World, ref: str) -> None:
    registry, now, until = world.registry, world.clock.now(), at(0, day=9)
    assert list(await registry.specialties(ClinicRef(ref))) == []
    assert list(await registry.doctors(ClinicRef(ref), SpecialtyRef(ref))) == []
    assert list(await registry.slots(DoctorRef(ref), now, until)) == []
    assert list(await registry.days(DoctorRef(ref), now, until)) == []
    assert list(await registry.soonest(ClinicRef(ref), SpecialtyRef(ref), now, 5)) == []
    assert list(await registry.bookings(PersonRef(ref), now)) == []
    assert list(await world.desk.visits(ClinicRef(ref), TUESDAY)) == []
    with pytest.raises(PersonNotFound):
        await registry.book(key(1), PersonRef(ref), await world.slot())


# --- who may come -----------------------------------------------------------------------------------------------------


async def test_age_limit_counts_on_the_day_of_the_visit(world: World) -> None:
    born = TUESDAY.replace(year=TUESDAY.year - 14) + timedelta(days=1)
    person = await world.insure(child(1, birth_date=born))
    with pytest.raises(NotEligible):
        await world.registry.book(key(1), person, await world.slot("Ильина", day=0))
    assert await world.registry.book(key(2), person, await world.slot("Ильина", day=1))


async def test_specialty_for_girls_refuses_boys(world: World) -> None:
    with pytest.raises(NotEligible):
        await world.registry.book(key(1), await world.person(CHILDREN[0]), await world.slot("Рябова"))
    assert await world.registry.book(key(2), await world.person(GIRL), await world.slot("Рябова"))


async def test_suspended_policy_cannot_book(world: World) -> None:
    claim = child(1)
    person = await world.insure(claim, PolicyStatus.SUSPENDED)
    assert (await world.registry.check_policy(claim)).status is PolicyStatus.SUSPENDED
    with pytest.raises(PolicyInactive):
        await world.registry.book(key(1), person, await world.slot())
    assert await world.free_hours() == [9, 10, 11, 12]


async def test_policy_is_active_through_its_last_day(world: World) -> None:
    claim, last = child(1), date(2026, 11, 23)
    person = await world.insure(claim, valid_until=last.isoformat())
    found = await world.registry.check_policy(claim)
    assert (found.status, found.valid_until) == (PolicyStatus.ACTIVE, last)
    world.clock.advance(timedelta(hours=12))
    assert (await world.registry.check_policy(claim)).status is PolicyStatus.EXPIRED
    with pytest.raises(PolicyInactive):
        await world.registry.book(key(1), person, await world.slot())


async def test_check_policy_returns_clinic_but_not_the_registered_name(world: World) -> None:
    found = await world.registry.check_policy(GIRL)
    assert found.clinic == await world.clinic()
    other = await world.registry.check_policy(replace(child(100), policy_number=GIRL.policy_number, sex=Sex.FEMALE))
    assert other.ref == found.ref
    assert len(other.differs) == 3
    assert "Иванова" not in repr(other)


@pytest.mark.requirement("A8", "C12")
@pytest.mark.parametrize("number", ["304517826", "46-12 № 1234567"], ids=["a certificate", "an old policy"])
async def test_check_policy_accepts_every_kind_of_number(world: World, number: str) -> None:
    claim = replace(child(1), policy_number=number)
    await world.insure(claim)
    found = await world.registry.check_policy(claim)
    assert (found.status, found.differs, found.birth_differs) == (PolicyStatus.ACTIVE, frozenset(), False)
    assert (await world.registry.check_policy(replace(claim, sex=Sex.FEMALE))).birth_differs


async def test_find_policies_returns_all_policies_with_status(world: World) -> None:
    snils, today = "08765430300", date(2026, 11, 23)
    old, new = replace(child(1), policy_number="304517826"), child(1)
    ended = (today - timedelta(days=1)).isoformat()
    await world.insure(old, snils=world.cipher.snils_index(snils), valid_until=ended)
    await world.insure(new, snils=world.cipher.snils_index(snils))
    search = PersonSearch(new.name, new.birth_date, snils)
    assert list(await world.registry.find_policies(search)) == [
        FoundPolicy("304517826", Sex.MALE, PolicyStatus.EXPIRED),
        FoundPolicy(new.policy_number, Sex.MALE, PolicyStatus.ACTIVE),
    ]


async def test_search_decrypts_one_person_even_if_unknown(world: World) -> None:
    """The time of the answer must not show whether the person is known."""
    opened: list[str] = []

    class Watched(Cipher):
        def open(self, table: str, column: str, uid: bytes, sealed: bytes) -> str:
            opened.append(column)
            return super().open(table, column, uid, sealed)

    index = BlindIndex(b"i" * 32)
    registry = Registry(world.database, Watched({"test": b"k" * 32}, "test"), index, world.clock)
    found = PersonSearch(GIRL.name, GIRL.birth_date, SNILS)
    for search in (found, replace(found, birth_date=TUESDAY), replace(found, snils="12345678964")):
        opened.clear()
        await registry.find_policies(search)
        assert opened == ["person"]
    opened.clear()
    with pytest.raises(PersonNotFound):
        await registry.check_policy(child(999))
    assert opened == ["person"]


async def test_snils_is_stored_only_as_blind_index(world: World) -> None:
    (row,) = await world.rows("SELECT * FROM registry_persons WHERE snils_index IS NOT NULL")
    assert row["snils_index"] == world.cipher.snils_index(SNILS)
    assert not any(SNILS in str(value) or SNILS.encode() in value for value in row if isinstance(value, bytes))


async def test_past_visit_blocks_no_booking(world: World) -> None:
    person = await world.person()
    await world.registry.book(key(1), person, await world.slot(hour=9))
    world.clock.advance(at(9, 31) - world.clock.now())
    assert await world.registry.book(key(2), person, await world.slot(hour=10))


async def test_current_visit_blocks_its_time(world: World) -> None:
    person = await world.person()
    first = await world.registry.book(key(1), person, await world.add_slot("Петрова", at(8), 60))
    world.clock.advance(at(8, 10) - world.clock.now())
    with pytest.raises(VisitsOverlap) as refusal:
        await world.registry.book(key(2), person, await world.add_slot("Зайцев", at(8, 30)))
    assert refusal.value.existing == first


async def test_adjacent_visits_do_not_overlap(world: World) -> None:
    person = await world.person(GIRL)
    await world.registry.book(key(1), person, await world.slot("Петрова", hour=9))
    assert await world.registry.book(key(2), person, await world.add_slot("Зайцев", at(9, 30)))
    assert await world.registry.book(key(3), person, await world.add_slot("Рябова", at(8, 30)))


async def test_reschedule_may_overlap_the_old_visit(world: World) -> None:
    person = await world.person()
    old = await world.registry.book(key(1), person, await world.add_slot("Петрова", at(14), 60))
    new = await world.registry.reschedule(key(2), person, old.ref, await world.add_slot("Громов", at(14, 30)))
    assert new.starts_at == at(14, 30)
    replaced = await world.rows("SELECT replaces FROM registry_bookings WHERE id = :id", id=int(new.ref))
    assert [row["replaces"] for row in replaced] == [int(old.ref)]


async def test_reschedule_into_another_visit_is_refused(world: World) -> None:
    person = await world.person()
    old = await world.registry.book(key(1), person, await world.slot("Петрова", hour=9))
    other = await world.registry.book(key(2), person, await world.slot("Зайцев", hour=10))
    with pytest.raises(VisitsOverlap) as refusal:
        await world.registry.reschedule(key(3), person, old.ref, await world.slot("Петрова", hour=10))
    assert refusal.value.existing == other
    assert (await world.registry.bookings(person, at(0)))[0] == old


async def test_begun_visit_is_neither_cancelled_nor_rescheduled(world: World) -> None:
    person, slot = await world.person(), await world.slot()
    booking = await world.registry.book(key(1), person, slot)
    world.clock.advance(booking.starts_at - world.clock.now())
    with pytest.raises(Refused):
        await world.registry.cancel(key(2), person, booking.ref)
    with pytest.raises(NotFound):
        await world.registry.reschedule(key(3), person, booking.ref, await world.slot(hour=11))
    assert await world.status(slot) == "BUSY"


# --- keys and holds ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D3")
async def test_key_of_cancelled_visit_still_returns_it(world: World) -> None:
    person, slot = await world.person(), await world.slot()
    booking = await world.registry.book(key(1), person, slot)
    cancelled = await world.registry.cancel(key(2), person, booking.ref)
    assert await world.registry.book(key(1), person, slot) == cancelled
    assert await world.registry.recover(key(1), person, slot) == cancelled
    assert await world.status(slot) == "FREE"


async def test_key_of_another_person_is_refused(world: World) -> None:
    slot = await world.slot()
    await world.registry.book(key(1), await world.person(), slot)
    with pytest.raises(Refused):
        await world.registry.book(key(1), await world.person(CHILDREN[0]), slot)


async def test_used_key_cannot_hold(world: World) -> None:
    person = await world.person()
    await world.registry.book(key(1), person, await world.slot())
    with pytest.raises(SlotIsTaken):
        await world.registry.hold(key(1), person, await world.slot(hour=10))


async def test_second_key_takes_over_the_persons_own_hold(world: World) -> None:
    person, slot = await world.person(), await world.slot()
    await world.registry.hold(key(1), person, slot)
    await world.registry.hold(key(2), person, slot)
    await world.registry.release(key(1))
    assert await world.free_hours() == [10, 11, 12], "the first key no longer holds anything"
    assert (await world.registry.book(key(3), person, slot)).key == key(3)


async def test_hold_requires_only_a_known_person(world: World) -> None:
    with pytest.raises(PersonNotFound):
        await world.registry.hold(key(1), PersonRef("7777"), await world.slot())


async def test_booking_another_slot_releases_the_hold(world: World) -> None:
    person = await world.person()
    await world.registry.hold(key(1), person, await world.slot(hour=9))
    await world.registry.book(key(1), person, await world.slot(hour=10))
    assert await world.free_hours() == [9, 11, 12]


async def test_concurrent_keys_of_one_person_make_one_visit(world: World) -> None:
    person = await world.person()
    booking = await world.registry.book(key(1), person, await world.slot("Петрова"))
    with pytest.raises(HasActiveVisit) as refusal:
        await world.registry.book(key(2), person, await world.slot("Громов"))
    assert refusal.value.existing == booking


# --- the clinic's own side --------------------------------------------------------------------------------------------


async def test_desk_lists_live_visits_of_a_day_by_start(world: World) -> None:
    boy, girl = await world.person(CHILDREN[0]), await world.person(GIRL)
    later = await world.registry.book(key(1), boy, await world.slot(hour=10))
    sooner = await world.registry.book(key(2), girl, await world.slot("Зайцев", hour=9))
    await world.registry.book(key(3), girl, await world.slot(hour=9, day=1))
    called_off = await world.registry.book(key(4), await world.person(CHILDREN[1]), await world.slot(hour=12))
    await world.registry.cancel(key(5), called_off.person, called_off.ref)
    await world.registry.hold(key(6), await world.person(CHILDREN[2]), await world.slot(hour=11))
    visits = await world.desk.visits(await world.clinic(), TUESDAY)
    assert [(visit.number, visit.booking) for visit in visits] == [(int(sooner.ref), sooner), (int(later.ref), later)]
    assert (visits[0].person, visits[0].doctor.family, visits[0].specialty) == (GIRL.name, "Зайцев", "ЛОР")
    assert await world.desk.visit(await world.clinic(), visits[0].number) == visits[0]


async def test_desk_reaches_only_live_visits_of_its_clinic(world: World) -> None:
    booking = await world.registry.book(key(1), await world.person(), await world.slot())
    ural, number = await world.clinic("Уральская"), int(booking.ref)
    assert list(await world.desk.visits(ural, TUESDAY)) == []
    for ask in (
        world.desk.visit(ural, number),
        world.desk.cancel_visit(ural, number, "нет"),
        world.desk.move_visit(ural, number, await world.slot("Ветров", zone=URAL)),
        world.desk.visit(await world.clinic(), number + 1),
    ):
        with pytest.raises(NotFound):
            await ask
    assert list(await world.registry.bookings(booking.person, at(0))) == [booking]


async def test_visit_cancelled_by_desk_blocks_its_slot(world: World) -> None:
    slot, clinic = await world.slot(), await world.clinic()
    booking = await world.registry.book(key(1), await world.person(), slot)
    cancelled = await world.desk.cancel_visit(clinic, int(booking.ref), "врач заболел")
    assert (cancelled.status, cancelled.reason) == (BookingStatus.CANCELLED, "врач заболел")
    assert await world.status(slot) == "BLOCKED"
    assert await world.free_hours() == [10, 11, 12]
    assert await world.registry.cancel(key(2), booking.person, booking.ref) == cancelled
    assert await world.status(slot) == "BLOCKED", "the parent's own cancelling brings nothing back"
    with pytest.raises(NotFound):
        await world.desk.cancel_visit(clinic, int(booking.ref), "ещё раз")


async def test_visit_moved_by_desk_keeps_key_and_blocks_old_slot(world: World) -> None:
    old, new, clinic = await world.slot(hour=9), await world.slot(hour=11), await world.clinic()
    booking = await world.registry.book(key(1), await world.person(), old)
    moved = await world.desk.move_visit(clinic, int(booking.ref), new)
    assert moved == replace(booking, starts_at=at(11), ends_at=at(11, 30))
    assert (await world.status(old), await world.status(new)) == ("BLOCKED", "BUSY")
    assert await world.registry.recover(key(1), booking.person, old) == moved


async def test_desk_moves_only_to_free_slot_of_clinic_and_specialty(world: World) -> None:
    clinic = await world.clinic()
    booking = await world.registry.book(key(1), await world.person(), await world.slot(hour=9))
    busy, held, closed = [await world.slot(hour=hour) for hour in (10, 11, 12)]
    await world.registry.book(key(2), await world.person(CHILDREN[0]), busy)
    await world.registry.hold(key(3), await world.person(CHILDREN[1]), held)
    await world.run("UPDATE registry_slots SET status = 'BLOCKED' WHERE id = :slot", slot=int(closed))
    number = int(booking.ref)
    for slot, refusal in (
        (busy, SlotIsTaken),
        (held, SlotIsTaken),
        (closed, SlotIsGone),
        (await world.slot("Ветров", zone=URAL), SlotIsGone),
        (await world.add_slot("Петрова", world.clock.now()), SlotIsGone),
        (await world.slot("Зайцев", hour=12), SlotIsGone),
        (SlotRef("no-such-slot"), SlotIsGone),
    ):
        with pytest.raises(refusal):
            await world.desk.move_visit(clinic, number, slot)
    assert list(await world.registry.bookings(booking.person, at(0))) == [booking]
    world.clock.advance(timedelta(minutes=3))
    assert (await world.desk.move_visit(clinic, number, held)).starts_at == at(11)


async def test_desk_does_not_move_onto_another_visit_of_the_person(world: World) -> None:
    person = await world.person()
    booking = await world.registry.book(key(1), person, await world.slot("Петрова", hour=9))
    other = await world.registry.book(key(2), person, await world.slot("Зайцев", hour=10))
    with pytest.raises(SlotIsTaken) as refusal:
        await world.desk.move_visit(await world.clinic(), int(booking.ref), await world.slot("Громов", hour=10))
    assert refusal.value.existing == other
    overlapping = await world.add_slot("Петрова", at(9, 15))
    assert await world.desk.move_visit(await world.clinic(), int(booking.ref), overlapping), "its own time is free"


async def test_desk_undoes_its_last_change_until_that_moment(world: World) -> None:
    old, new, clinic = await world.slot(hour=9), await world.slot(hour=11), await world.clinic()
    booking = await world.registry.book(key(1), await world.person(), old)
    number, until = int(booking.ref), world.clock.now() + timedelta(minutes=1)
    moved = await world.desk.move_visit(clinic, number, new, until)
    assert moved.undo_until == until
    assert (await world.desk.visit(clinic, number)).booking == moved
    assert await world.desk.undo(clinic, number) == booking
    assert (await world.status(old), await world.status(new)) == ("BUSY", "FREE")
    cancelled = await world.desk.cancel_visit(clinic, number, "врач заболел", until)
    assert (await world.desk.visit(clinic, number)).booking == cancelled
    assert await world.desk.undo(clinic, number) == booking
    assert await world.status(old) == "BUSY"
    with pytest.raises(NotFound):
        await world.desk.undo(clinic, number)
    await world.desk.cancel_visit(clinic, number, "врач заболел", until)
    world.clock.advance(timedelta(minutes=1))
    with pytest.raises(NotFound):
        await world.desk.undo(clinic, number)


async def test_desk_does_not_undo_over_what_the_person_did_since(world: World) -> None:
    clinic, person, until = await world.clinic(), await world.person(), world.clock.now() + timedelta(minutes=1)
    booking = await world.registry.book(key(1), person, await world.slot(hour=9))
    await world.desk.cancel_visit(clinic, int(booking.ref), "врач заболел", until)
    other = await world.registry.book(key(2), person, await world.slot(hour=11))
    with pytest.raises(SlotIsTaken):
        await world.desk.undo(clinic, int(booking.ref))
    await world.desk.move_visit(clinic, int(other.ref), await world.slot(hour=12), until)
    await world.registry.cancel(key(3), person, other.ref)
    with pytest.raises(NotFound):
        await world.desk.undo(clinic, int(other.ref))


async def test_desk_finds_visits_ahead_by_name(world: World) -> None:
    clinic = await world.clinic()
    boy, girl = await world.person(CHILDREN[0]), await world.person(GIRL)
    later = await world.registry.book(key(1), girl, await world.slot(hour=9, day=1))
    await world.registry.book(key(2), boy, await world.slot(hour=10))
    sooner = await world.registry.book(key(3), girl, await world.slot("Зайцев", hour=9))

    async def numbers(since: date, limit: int = 9) -> list[int]:
        found = await world.desk.find(clinic, since, lambda name: name == GIRL.name, limit)
        return [visit.number for visit in found]

    assert await numbers(TUESDAY) == [int(sooner.ref), int(later.ref)]
    assert await numbers(TUESDAY, limit=1) == [int(sooner.ref)]
    assert await numbers(TUESDAY + timedelta(days=1)) == [int(later.ref)]
    assert (await world.desk.visit_of(clinic, later.ref)).birth_date == GIRL.birth_date
    monday = TUESDAY - timedelta(days=1)
    assert (await world.desk.empty_day(clinic, monday)).next == TUESDAY
    assert (await world.desk.empty_day(clinic, TUESDAY + timedelta(days=1))).next is None


@pytest.mark.requirement("D3")
async def test_feed_returns_each_desk_change_once_in_its_last_state(world: World) -> None:
    clinic = await world.clinic()
    quiet = await world.registry.book(key(1), await world.person(CHILDREN[0]), await world.slot("Громов"))
    booking = await world.registry.book(key(2), await world.person(), await world.slot())
    start = (await world.registry.changes(None)).cursor
    await world.registry.cancel(key(3), quiet.person, quiet.ref)
    await world.desk.move_visit(clinic, int(booking.ref), await world.slot(hour=11))
    await world.desk.cancel_visit(clinic, int(booking.ref), "карантин")
    found = await world.registry.changes(start)
    assert [(visit.starts_at, visit.status, visit.reason) for visit in found.bookings] == [
        (at(11), BookingStatus.CANCELLED, "карантин")
    ]
    assert (await world.registry.changes(found.cursor)).cursor == found.cursor


async def test_long_feed_is_read_in_pages(world: World) -> None:
    booking = await world.registry.book(key(1), await world.person(), await world.slot())
    last = await world.registry.book(key(2), await world.person(CHILDREN[0]), await world.slot("Громов"))
    add = "INSERT INTO registry_changes (booking_id, made_at) VALUES (:booking, 1)"

    async def change(connection: Connection) -> None:
        await connection.execute_many(add, [{"booking": int(booking.ref)} for _ in range(100)])
        await connection.execute(add, {"booking": int(last.ref)})

    await world.database.write(change)
    first = await world.registry.changes("0")
    assert (list(first.bookings), first.more) == ([booking], True)
    second = await world.registry.changes(first.cursor)
    assert (list(second.bookings), second.more) == ([last], False)


# --- the rows themselves ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("B21")
@pytest.mark.parametrize("status", ["HELD", "BOOKED", "CHECKED_IN", "FULFILLED"])
async def test_database_refuses_second_person_in_slot(world: World, status: str) -> None:
    slot, first, second = await world.slot(), await world.person(), await world.person(CHILDREN[0])
    await world.run(INSERT, uid=b"1", slot=int(slot), person=int(first), status=status)
    with pytest.raises(Conflict):
        await world.run(INSERT, uid=b"2", slot=int(slot), person=int(second), status="BOOKED")


async def test_database_refuses_second_hold_of_person(world: World) -> None:
    person = int(await world.person())
    await world.run(INSERT, uid=b"1", slot=int(await world.slot(hour=9)), person=person, status="HELD")
    with pytest.raises(Conflict):
        await world.run(INSERT, uid=b"2", slot=int(await world.slot(hour=10)), person=person, status="HELD")


def read_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_file_does_not_contain_insured_persons(world: World, tmp_path: Path) -> None:
    booking = await world.registry.book(key(1), await world.person(), await world.slot())
    await world.desk.cancel_visit(await world.clinic(), int(booking.ref), "у Маши ветрянка")
    written = read_all(tmp_path)
    for secret in ("Иванова", "Мария", "ветрянка", GIRL.policy_number, GIRL.birth_date.isoformat()):
        assert secret.encode() not in written


async def test_reschedule_is_all_or_nothing_under_any_failure(tmp_path: Path) -> None:
    failing: list[int] = []

    def probe(number: int, sql: str) -> None:
        if failing and not sql.startswith(("ROLLBACK", "SAVEPOINT", "RELEASE")):
            failing[0] -= 1
            if failing[0] == 0:
                raise sqlite3.OperationalError("disk I/O error")

    async with world_in(tmp_path, probe) as world:
        person, slots = await world.person(), [await world.slot(hour=9), await world.slot(hour=11)]
        old = await world.registry.book(key(1), person, slots[0])
        for statement in range(1, 40):
            failing[:] = [statement]
            try:
                new = await world.registry.reschedule(key(2), person, old.ref, slots[1])
            except Exception:
                failing.clear()
                assert list(await world.registry.bookings(person, at(0))) == [old]
                assert [await world.status(slot) for slot in slots] == ["BUSY", "FREE"]
            else:
                break
        failing.clear()
        assert statement > 8, "every statement of a reschedule has failed once"
        assert await world.registry.recover(key(2), person, slots[1]) == new
        assert [await world.status(slot) for slot in slots] == ["FREE", "BUSY"]


# --- a person whom the desk enters ------------------------------------------------------------------------------------


async def test_person_confirmed_by_the_desk_is_in_the_register(world: World) -> None:
    clinic, claim = await world.clinic(), child(999)
    entered = await world.desk.enter_person(clinic, claim)
    assert (entered.status, entered.clinic) == (PolicyStatus.ACTIVE, clinic)
    assert await world.registry.check_policy(claim) == entered
    assert await world.desk.enter_person(clinic, claim) == entered


async def test_number_of_another_person_is_left_as_it_is(world: World) -> None:
    clinic = await world.clinic()
    other = replace(GIRL, name=PersonName("Чужая", "Ирина"))
    entered = await world.desk.enter_person(clinic, other)
    assert entered.differs
    assert not (await world.registry.check_policy(GIRL)).differs
