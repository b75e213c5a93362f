"""Tests of the directory, orders and appointments in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.booking.records import Appointment, AppointmentCard, CancelReason
from bot.clinics.port import BookingStatus
from bot.core.clinic import Clinic, ClinicRules, Doctor, Specialty
from bot.core.errors import NotYours, RefCollision
from bot.core.people import PersonName, Sex
from bot.glossary import (
    AccountId,
    AppointmentId,
    BookingRef,
    ClinicId,
    DoctorId,
    DoctorRef,
    Key,
    OrderId,
    SpecialtyId,
    SpecialtyRef,
    SystemName,
)
from storage.database.connection import Conflict, Connection
from storage.unit import UnitOfWork
from tests.storage.personal_data import put
from tests.storage.stored import (
    CLINIC,
    IVANOVA,
    NOW,
    PEDIATRICIAN,
    ROOM,
    SYSTEM,
    World,
    at,
    clinic_booking,
    opened_world,
)

MINUTE = timedelta(minutes=1)
FHIR = SystemName("fhir")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


# --- directory --------------------------------------------------------------------------------------------------------


async def test_directory_finds_what_it_stored_by_id(world: World) -> None:
    _ivanova, learned = await world.storage.write(
        lambda uow: uow.directory.learn_doctors(SYSTEM, at(world.clinic, world.specialty, IVANOVA, ROOM))
    )

    async def look(view: UnitOfWork) -> Doctor | None:
        assert await view.directory.clinic(world.clinic.id) == world.clinic
        assert await view.directory.specialty(world.specialty.id) == world.specialty
        assert await view.directory.doctor(world.doctor.id) == world.doctor
        return await view.directory.doctor(learned.id)

    room = await world.storage.read(look)
    assert room is not None
    assert room.is_room
    assert (world.clinic.name, world.clinic.zone.key) == ("детская № 12", "Asia/Omsk")
    assert (world.doctor.name, world.doctor.clinic) == (IVANOVA.name, world.clinic.id)


async def test_directory_returns_none_for_unknown_id(world: World) -> None:
    async def look(view: UnitOfWork) -> None:
        assert await view.directory.clinic(ClinicId(99)) is None
        assert await view.directory.specialty(SpecialtyId(99)) is None
        assert await view.directory.doctor(DoctorId(99)) is None

    await world.storage.read(look)


async def test_directory_update_keeps_ids(world: World) -> None:
    moved = replace(CLINIC, address="ул. Новая, 1", rules=ClinicRules(cancel_before=timedelta(hours=3)))
    grown = replace(PEDIATRICIAN, needs_referral=True, sex=Sex.FEMALE, nearest=NOW)
    renamed = replace(IVANOVA, name=PersonName("Сидорова", "Анна", "Сергеевна"), nearest=NOW)

    async def change(uow: UnitOfWork) -> tuple[Clinic, Specialty, Doctor, Doctor]:
        (clinic,) = await uow.directory.learn_clinics(SYSTEM, [moved])
        (specialty,) = await uow.directory.learn_specialties(SYSTEM, [grown])
        room, doctor = await uow.directory.learn_doctors(SYSTEM, at(clinic, specialty, ROOM, renamed))
        assert await uow.directory.doctor(doctor.id) == replace(doctor, nearest=None)
        assert await uow.directory.doctor(room.id) == room
        return clinic, specialty, room, doctor

    clinic, specialty, room, doctor = await world.storage.write(change)
    assert clinic == replace(world.clinic, address=moved.address, rules=moved.rules)
    assert specialty == replace(world.specialty, needs_referral=True, sex=Sex.FEMALE, nearest=NOW)
    assert doctor == replace(world.doctor, name=renamed.name, nearest=NOW)
    assert room.id != doctor.id
    assert room.is_room


async def test_directory_update_without_changes_writes_nothing(world: World) -> None:
    async def change(connection: Connection) -> int:
        return int((await connection.fetch("SELECT total_changes() AS n", {}))[0]["n"])

    before = await world.database.write(change)

    async def change_again(uow: UnitOfWork) -> None:
        await uow.directory.learn_clinics(SYSTEM, [CLINIC])
        await uow.directory.learn_specialties(SYSTEM, [PEDIATRICIAN])
        await uow.directory.learn_doctors(SYSTEM, at(world.clinic, world.specialty, IVANOVA, ROOM))

    await world.storage.write(change_again)

    async def change_once_more(connection: Connection) -> None:
        assert (await connection.fetch("SELECT total_changes() AS n", {}))[0]["n"] == before

    await world.database.write(change_once_more)


async def test_directory_separates_refs_of_two_systems(world: World) -> None:
    other = Specialty(SpecialtyRef("ped"), "dentist", "Стоматолог")

    async def change(uow: UnitOfWork) -> tuple[Clinic, Specialty, Doctor]:
        (clinic,) = await uow.directory.learn_clinics(FHIR, [replace(CLINIC, name="другая")])
        (specialty,) = await uow.directory.learn_specialties(FHIR, [other])
        (doctor,) = await uow.directory.learn_doctors(FHIR, at(clinic, specialty, IVANOVA))
        assert await uow.directory.learn_clinics(FHIR, []) == []
        assert await uow.directory.learn_doctors(FHIR, []) == []
        return clinic, specialty, doctor

    clinic, specialty, doctor = await world.storage.write(change)
    assert (doctor.clinic, doctor.specialty) == (clinic.id, specialty.id)
    assert {world.clinic.id, world.doctor.id}.isdisjoint({clinic.id, doctor.id})


async def test_directory_refuses_doctor_of_unknown_clinic(world: World) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await learn_lost_doctor(world)


async def learn_lost_doctor(world: World) -> None:
    await world.storage.write(
        lambda uow: uow.directory.learn_doctors(
            SYSTEM, [replace(world.doctor, ref=DoctorRef("lost"), clinic=ClinicId(99))]
        )
    )


# --- orders -----------------------------------------------------------------------------------------------------------


async def test_order_is_found_only_by_its_account(world: World) -> None:
    order = await world.order(await world.link())

    async def look(view: UnitOfWork) -> None:
        assert await view.orders.find(world.mother.id, order.id) == order
        assert await view.orders.find(world.stranger.id, order.id) is None
        assert await view.orders.find(world.mother.id, OrderId(99)) is None

    await world.storage.read(look)


async def test_old_orders_are_deleted_and_ids_not_reused(world: World) -> None:
    patient = await world.link()
    order = await world.order(patient)

    async def change(uow: UnitOfWork) -> None:
        await uow.orders.forget(NOW)
        assert await uow.orders.find(world.mother.id, order.id) == order
        await uow.orders.forget(NOW + MINUTE)
        assert await uow.orders.find(world.mother.id, order.id) is None

    await world.storage.write(change)
    assert (await world.order(patient)).id > order.id


# --- appointments -----------------------------------------------------------------------------------------------------


async def test_order_confirmed_twice_is_one_appointment(world: World) -> None:
    order = await world.order(await world.link())
    first = await world.appoint(order, "AB12-CE", status=None)
    assert await world.appoint(order, "XX99-XX", status=None) == first
    assert (first.status, first.ref, first.key, first.created_at) == (BookingStatus.PENDING, "AB12-CE", order.key, NOW)

    async def look(view: UnitOfWork) -> None:
        assert await view.appointments.find_of_order(world.mother.id, order.key) == first
        assert await view.appointments.find_of_order(world.stranger.id, order.key) is None
        assert await view.appointments.find_of_order(world.mother.id, Key("unknown")) is None

    await world.storage.read(look)


async def test_ref_in_use_is_refused_and_another_ref_accepted(world: World) -> None:
    patient = await world.link()
    await world.appoint(await world.order(patient, 10), "AB12-CE")
    order = await world.order(patient, 11)

    async def add(ref: str) -> Appointment:
        return await world.storage.write(
            lambda uow: uow.appointments.add(order, world.clinic.id, world.specialty.id, ref, NOW)
        )

    with pytest.raises(RefCollision):
        await add("AB12-CE")
    assert (await add("AB12-CH")).ref == "AB12-CH"


async def test_number_of_a_kept_visit_is_given_to_no_other(world: World) -> None:
    """It is that of the visit at the clinic until the visit is over."""
    patient = await world.link()
    kept = {"system": "registry", "booking": "8", "clinic_id": world.clinic.id, "ends_at": 1}
    await put(world, "kept_numbers", ref="AB12-CE", **kept)
    order = await world.order(patient, 11)
    with pytest.raises(RefCollision):
        await world.storage.write(
            lambda uow: uow.appointments.add(order, world.clinic.id, world.specialty.id, "AB12-CE", NOW)
        )


async def test_rescheduled_appointment_keeps_ref(world: World) -> None:
    patient = await world.link()
    first = await world.appoint(await world.order(patient, 10), "AB12-CE")
    second = await world.appoint(await world.order(patient, 11, replaces=first), "XX99-XX")
    third = await world.appoint(await world.order(patient, 12, replaces=second), "YY99-YY")
    assert (second.ref, third.ref) == (first.ref, first.ref)
    assert (second.replaces, third.replaces) == (first.id, second.id)


async def test_settle_stores_the_clinics_booking(world: World) -> None:
    order = await world.order(await world.link())
    pending = await world.appoint(order, status=None)
    later = order.slot.starts_at + timedelta(hours=1)
    booking = replace(clinic_booking(order, BookingStatus.BOOKED, later), doctor=ROOM.ref)

    async def change(uow: UnitOfWork) -> tuple[AppointmentCard, AppointmentCard | None]:
        await uow.appointments.settle(pending.id, BookingStatus.BOOKED, booking)
        card = await uow.appointments.require(world.mother.id, pending.id)
        await uow.appointments.settle(pending.id, BookingStatus.CANCELLED, None, CancelReason.BY_CLINIC)
        after = await uow.appointments.get(pending.id)
        return card, after

    card, after = await world.storage.write(change)
    booked = card.appointment
    assert (booked.status, booked.booking, booked.room, booked.starts_at) == ("BOOKED", booking.ref, "301", later)
    assert booked.ends_at == later + timedelta(minutes=15)
    assert (booked.doctor, card.doctor.ref) == (card.doctor.id, ROOM.ref)
    assert after is not None
    assert after.appointment == replace(booked, status=BookingStatus.CANCELLED, reason=CancelReason.BY_CLINIC)


async def test_settle_keeps_room_and_doctor_if_clinic_has_none(world: World) -> None:
    order = await world.order(await world.link())
    booked = await world.appoint(order)
    strange = replace(clinic_booking(order, BookingStatus.BOOKED), room="", doctor=DoctorRef("unknown"))

    async def change(uow: UnitOfWork) -> AppointmentCard | None:
        await uow.appointments.settle(booked.id, BookingStatus.BOOKED, strange)
        return await uow.appointments.get(booked.id)

    card = await world.storage.write(change)
    assert card is not None
    assert card.appointment == booked


async def test_appointment_card_has_patient_doctor_and_clinic(world: World) -> None:
    patient = await world.link()
    made = await world.appoint(await world.order(patient))

    async def look(view: UnitOfWork) -> AppointmentCard:
        card = await view.appointments.require(world.mother.id, made.id)
        told = await view.appointments.get(made.id)
        assert told == replace(
            card,
            told_doctor=world.doctor.name.full,
            told_address=world.clinic.address,
            told_zone=world.clinic.zone,
        )
        assert card.patient == await view.patients.require(world.mother.id, patient)
        return card

    card = await world.storage.read(look)
    assert (card.appointment, card.clinic, card.specialty, card.doctor) == (
        made,
        world.clinic,
        world.specialty,
        world.doctor,
    )


async def test_strangers_appointment_is_answered_like_missing_one(world: World) -> None:
    made = await world.appoint(await world.order(await world.link()))
    with pytest.raises(NotYours):
        await world.storage.read(lambda view: view.appointments.require(world.stranger.id, made.id))
    with pytest.raises(NotYours):
        await world.storage.read(lambda view: view.appointments.require(world.mother.id, AppointmentId(99)))
    assert await world.storage.read(lambda view: view.appointments.get(AppointmentId(99))) is None
    assert await world.storage.read(lambda view: view.appointments.upcoming(world.stranger.id, NOW)) == []


async def test_upcoming_appointments_are_live_and_sorted_by_start(world: World) -> None:
    patient = await world.link()
    late = await world.appoint(await world.order(patient, 12), "AA11-AA")
    pending = await world.appoint(await world.order(patient, 10), "BB11-AA", status=None)
    await world.appoint(await world.order(patient, 11), "CC11-AA", status=BookingStatus.REFUSED)
    off = await world.appoint(await world.order(patient, 13), "EE11-AA")

    async def change(uow: UnitOfWork) -> None:
        await uow.appointments.settle(off.id, BookingStatus.CANCELLED, None, CancelReason.BY_REPRESENTATIVE)
        cards = await uow.appointments.upcoming(world.mother.id, NOW)
        assert [card.appointment for card in cards] == [pending, late]
        assert await uow.appointments.planned(world.mother.id, NOW) == [pending, late]
        during = late.starts_at + MINUTE
        assert [card.appointment for card in await uow.appointments.upcoming(world.mother.id, during)] == [late]
        assert await uow.appointments.upcoming(world.mother.id, late.ends_at) == []

    await world.storage.write(change)


async def test_appointment_is_found_by_booking_ref_and_system(world: World) -> None:
    order = await world.order(await world.link())
    made = await world.appoint(order)
    booking = made.booking
    assert booking is not None

    async def look(view: UnitOfWork) -> None:
        assert await view.appointments.find_booked(SYSTEM, booking) == made
        assert await view.appointments.find_booked(FHIR, booking) is None
        assert await view.appointments.find_booked(SYSTEM, BookingRef("unknown")) is None

    await world.storage.read(look)


async def test_one_booking_has_one_live_appointment(world: World) -> None:
    patient = await world.link()
    order = await world.order(patient, 10)
    await world.appoint(order, "AB12-CE")
    second = await world.appoint(await world.order(patient, 11), "AB12-CH", status=None)
    same = clinic_booking(order, BookingStatus.BOOKED)
    with pytest.raises(Conflict):
        await world.storage.write(lambda uow: uow.appointments.settle(second.id, BookingStatus.BOOKED, same))


async def test_appointment_keeps_cancel_request_and_confirmation(world: World) -> None:
    made = await world.appoint(await world.order(await world.link()))

    async def change(uow: UnitOfWork) -> AppointmentCard | None:
        await uow.appointments.set_confirmed(made.id)
        await uow.appointments.request_cancellation(made.id, late=True, next_try=NOW + MINUTE)
        card = await uow.appointments.get(made.id)
        assert card is not None
        assert card.appointment == replace(made, confirmed=True, cancelling=True, late=True)
        await uow.appointments.settle(made.id, BookingStatus.CANCELLED, None, CancelReason.BY_REPRESENTATIVE)
        return await uow.appointments.get(made.id)

    card = await world.storage.write(change)
    assert card is not None
    assert (card.appointment.cancelling, card.appointment.late) == (False, True)


async def test_unsettled_appointments_are_claimed_by_one_worker(world: World) -> None:
    patient = await world.link()
    pending = await world.appoint(await world.order(patient, 10), "AB12-CE", status=None)
    cancelling = await world.appoint(await world.order(patient, 11), "AB12-CH")
    settled = await world.appoint(await world.order(patient, 12), "AB12-CK")

    async def change(uow: UnitOfWork) -> None:
        await uow.appointments.request_cancellation(cancelling.id, late=False, next_try=NOW + MINUTE)
        assert await uow.appointments.claim_unsettled(NOW, NOW + MINUTE, 10) == []
        due = NOW + MINUTE
        assert await uow.appointments.claim_unsettled(due, due + MINUTE, 10) == [pending.id, cancelling.id]
        assert await uow.appointments.claim_unsettled(due, due + MINUTE, 10) == []
        await uow.appointments.settle(pending.id, BookingStatus.PENDING, None)
        await uow.appointments.settle(cancelling.id, BookingStatus.CANCELLED, None)
        assert await uow.appointments.claim_unsettled(due + MINUTE, due + 2 * MINUTE, 10) == [pending.id]

    await world.storage.write(change)
    assert settled.id not in (pending.id, cancelling.id)


async def test_appointment_requires_account(world: World) -> None:
    order = replace(await world.order(await world.link()), account=AccountId(99), key=Key("other"))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await world.appoint(order)
