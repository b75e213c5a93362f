"""Tests of the clinic's own list of persons: a person without a policy, the number added later, doubles merged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.clinics.desk_port import ClinicDesk, ClinicPerson, HasPolicy, NotSamePerson, PolicyIsTaken
from bot.clinics.enrolled import EnrolledAt
from bot.clinics.port import Booking, HasActiveVisit, NotFound, PersonNotFound, PolicyClaim, VisitsOverlap
from bot.core.people import PersonName, Sex
from bot.glossary import PersonRef, SlotRef
from bot.patients.rules.policy_number import make_policy_number
from storage.database.crypto import BlindIndex, Cipher
from storage.keys.reindex import reindex
from storage.registry.desk import RegistryDesk
from storage.registry.system import Registry
from tests.storage.registry_world import GIRL, PHONE, SNILS, World, at, child, key, world_in

BORN = date(2026, 11, 16)
NEWBORN = PersonName("Королёва", "Анна", "Ильинична")
NUMBER = make_policy_number("77", BORN, Sex.FEMALE, 7)
CLAIM = PolicyClaim(NUMBER, NEWBORN, BORN, Sex.FEMALE)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as world:
        yield world


async def add(world: World, policy_number: str = "", phone: str = "", sex: Sex = Sex.FEMALE) -> ClinicPerson:
    desk: ClinicDesk = world.desk
    return await desk.add_person(await world.clinic(), NEWBORN, BORN, sex, policy_number, phone)


async def go_on() -> None:
    """Reindex without a pause."""


async def book(world: World, person: ClinicPerson, slot: SlotRef | None = None, number: int = 1) -> Booking:
    ref = PersonRef(str(person.number))
    return await world.registry.book(key(number), ref, slot or await world.slot())


async def test_persons_without_a_policy_do_not_collide(world: World) -> None:
    clinic, first, second = await world.clinic(), await add(world, phone=PHONE), await add(world)
    assert first.number != second.number
    assert await world.desk.person(clinic, first.number) == first
    assert first == ClinicPerson(first.number, PersonRef(str(first.number)), NEWBORN, BORN, Sex.FEMALE, "", PHONE)
    found = await world.desk.find_persons(clinic, lambda person: person.name.family == "Королёва", 9)
    assert list(found) == [first, second]
    assert list(await world.desk.find_persons(clinic, lambda person: person.name == NEWBORN, 1)) == [first]


async def test_person_of_a_desks_list_is_enrolled_once_a_day_or_the_file_says_so(world: World) -> None:
    ref = (await add(world)).ref
    assert await world.registry.enrolled_at(ref) is None
    await world.run("UPDATE registry_persons SET from_file = 1 WHERE id = :id", id=int(ref))
    clinic = await world.clinic()
    assert await world.registry.enrolled_at(ref) == EnrolledAt(clinic)
    await world.run(
        "UPDATE registry_persons SET from_file = 0, attached_on = '2026-11-17', district = '4' WHERE id = :id",
        id=int(ref),
    )
    await world.run(
        "INSERT INTO registry_districts (clinic_id, district, doctor_id, street, houses) "
        "SELECT clinic_id, '4', MIN(id), 'Садовая', '' FROM registry_doctors WHERE clinic_id = :clinic",
        clinic=int(clinic),
    )
    found = await world.registry.enrolled_at(ref)
    assert found is not None
    assert found.doctor is not None
    assert found == EnrolledAt(clinic, date(2026, 11, 17), "4", found.doctor)
    assert await world.registry.enrolled_at(PersonRef("987654")) is None
    assert await world.registry.enrolled_at(PersonRef("nobody")) is None


async def test_no_number_finds_a_person_without_a_policy(world: World) -> None:
    await add(world)
    for number in ("", NUMBER):
        with pytest.raises(PersonNotFound):
            await world.registry.check_policy(replace(CLAIM, policy_number=number))


async def test_visit_made_before_the_policy_is_found_by_it(world: World) -> None:
    person = await add(world, phone=PHONE)
    booking = await book(world, person)
    assert (await world.desk.visit(await world.clinic(), int(booking.ref))).policy_number == ""
    added = await world.desk.add_policy(await world.clinic(), person.number, NUMBER)
    assert added == person._replace(policy_number=NUMBER)
    insured = await world.registry.check_policy(CLAIM)
    assert (insured.differs, insured.birth_differs) == (frozenset(), False)
    assert [visit.ref for visit in await world.registry.bookings(insured.ref, world.clock.now())] == [booking.ref]
    assert await world.registry.knows_phone(insured.ref, PHONE)


async def test_number_of_another_person_is_refused_and_tells_whose_it_is(world: World) -> None:
    clinic, person, girl = await world.clinic(), await add(world), await world.person()
    with pytest.raises(PolicyIsTaken) as refusal:
        await world.desk.add_policy(clinic, person.number, GIRL.policy_number)
    assert refusal.value.person == int(girl)
    with pytest.raises(PolicyIsTaken):
        await add(world, GIRL.policy_number)
    assert await world.desk.person(clinic, person.number) == person


async def test_number_of_a_person_of_another_clinic_tells_nobody(world: World) -> None:
    other = await world.clinic("Уральская")
    stranger = await world.desk.add_person(other, NEWBORN, BORN, Sex.FEMALE)
    with pytest.raises(PolicyIsTaken) as refusal:
        await world.desk.add_policy(other, stranger.number, GIRL.policy_number)
    assert refusal.value.person is None


async def test_number_is_not_replaced(world: World) -> None:
    person = await add(world, NUMBER)
    with pytest.raises(HasPolicy):
        await world.desk.add_policy(await world.clinic(), person.number, child(901).policy_number)


async def test_person_of_another_clinic_is_not_found(world: World) -> None:
    person, second, other = await add(world), await add(world), await world.clinic("Уральская")
    with pytest.raises(NotFound):
        await world.desk.person(other, person.number)
    with pytest.raises(NotFound):
        await world.desk.add_policy(other, person.number, NUMBER)
    with pytest.raises(NotFound):
        await world.desk.merge_persons(other, person.number, second.number)
    assert list(await world.desk.find_persons(other, lambda _person: True, 9)) == []
    stranger = await world.desk.add_person(other, NEWBORN, BORN, Sex.FEMALE)
    for keep, drop in ((person, stranger), (stranger, person)):
        with pytest.raises(NotFound):
            await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)


async def test_merging_moves_visits_to_the_kept_person_and_the_feed_tells_it(world: World) -> None:
    keep, drop = await add(world, NUMBER), await add(world, phone=PHONE)
    booking = await book(world, drop)
    held = await world.slot(hour=11)
    await world.registry.hold(key(2), PersonRef(str(drop.number)), held)
    cursor = (await world.registry.changes(None)).cursor
    merged = await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)
    assert merged == keep._replace(phone=PHONE)
    insured = (await world.registry.check_policy(CLAIM)).ref
    assert [visit.ref for visit in await world.registry.bookings(insured, world.clock.now())] == [booking.ref]
    (told,) = (await world.registry.changes(cursor)).bookings
    assert (told.ref, told.person) == (booking.ref, insured)
    with pytest.raises(NotFound):
        await world.desk.person(await world.clinic(), drop.number)
    assert 11 in await world.free_hours()


@pytest.mark.requirement("B62")
async def test_merging_keeps_the_benefit_that_the_desk_has_noted(world: World) -> None:
    keep, drop = await add(world, NUMBER), await add(world, phone=PHONE)
    booking, clinic = await book(world, drop), await world.clinic()
    await world.desk.set_priority(clinic, int(booking.ref), has_priority=True)
    await world.desk.merge_persons(clinic, keep.number, drop.number)
    assert (await world.desk.visit(clinic, int(booking.ref))).has_priority


async def test_merging_keeps_what_else_the_kept_person_has(world: World) -> None:
    clinic, girl = await world.clinic(), await world.person()
    drop = await world.desk.add_person(clinic, GIRL.name, GIRL.birth_date, GIRL.sex, phone="+79160000000")
    await world.desk.merge_persons(clinic, int(girl), drop.number)
    assert await world.registry.knows_phone(girl, PHONE)
    rows = await world.rows("SELECT id FROM registry_persons WHERE snils_index = :s", s=world.cipher.snils_index(SNILS))
    assert [row["id"] for row in rows] == [int(girl)]


async def test_referral_of_the_dropped_person_is_the_kept_ones(world: World) -> None:
    keep, drop = await add(world, NUMBER), await add(world)
    await world.run(
        """INSERT INTO registry_referrals (uid, number_index, referral, person_id, specialty_id, issued_on, valid_until)
        VALUES (:uid, :uid, :referral, :person, 1, '2026-11-01', '2026-12-31')""",
        uid=b"u" * 16,
        referral=world.cipher.seal_referral(b"u" * 16, "Н-7", "Петрова А. С."),
        person=drop.number,
    )
    await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)
    (referral,) = await world.registry.referrals(PersonRef(str(keep.number)))
    assert referral.number == "Н-7"


async def test_merging_is_refused_if_both_have_a_visit_to_one_specialty(world: World) -> None:
    keep, drop = await add(world, NUMBER), await add(world)
    kept = await book(world, keep)
    moved = await book(world, drop, await world.slot(hour=11), 2)
    with pytest.raises(HasActiveVisit) as refusal:
        await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)
    assert refusal.value.existing == kept
    assert (await world.registry.bookings(moved.person, world.clock.now()))[0] == moved


async def test_merging_is_refused_if_visits_overlap(world: World) -> None:
    keep, drop = await add(world, NUMBER), await add(world)
    kept = await book(world, keep, await world.slot("Зайцев"))
    await book(world, drop, await world.slot("Петрова"), 2)
    with pytest.raises(VisitsOverlap) as refusal:
        await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)
    assert refusal.value.existing == kept


async def test_visits_that_have_ended_do_not_stop_merging(world: World) -> None:
    keep, drop = await add(world, NUMBER), await add(world)
    await book(world, keep, await world.slot("Зайцев"))
    await book(world, drop, await world.slot("Петрова"), 2)
    world.clock.advance(at(10) - world.clock.now())
    await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)
    assert len(await world.registry.bookings(PersonRef(str(keep.number)), at(8))) == 2


async def test_record_with_a_policy_is_not_dropped(world: World) -> None:
    keep, drop = await add(world), await add(world, NUMBER)
    with pytest.raises(HasPolicy):
        await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)


async def test_different_persons_are_not_merged(world: World) -> None:
    girl, boy = await add(world), await add(world, sex=Sex.MALE)
    for keep, drop in ((girl, boy), (girl, girl)):
        with pytest.raises(NotSamePerson):
            await world.desk.merge_persons(await world.clinic(), keep.number, drop.number)


async def test_new_index_key_keeps_persons_without_a_policy_apart(world: World) -> None:
    first, second = await add(world), await add(world)
    cipher, index = Cipher({"test": b"k" * 32}, "test"), BlindIndex({"2": b"n" * 32, "1": b"i" * 32})
    await reindex(world.database, cipher, index, world.clock.now(), lambda _rows: None, go_on)
    given = world.database, cipher, index, world.clock
    desk, clinic = RegistryDesk(*given), await world.clinic()
    assert await desk.person(clinic, second.number) == second
    await desk.add_policy(clinic, first.number, NUMBER)
    assert (await Registry(*given).check_policy(CLAIM)).ref == PersonRef(str(first.number))
    rows = await world.rows("SELECT DISTINCT number_index FROM registry_persons")
    assert len(rows) == len(await world.rows("SELECT id FROM registry_persons"))
