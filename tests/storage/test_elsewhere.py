"""Visits made elsewhere in the database: one row a booking and card; answers end with what they are about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.account.records import Contact
from bot.booking.records import ClinicLook
from bot.clinics.port import Booking, BookingStatus
from bot.core.clinic import VisitType
from bot.glossary import BookingRef, Key, PatientId, PersonRef
from storage.unit import UnitOfWork
from tests.storage.stored import IVANOVA, NOW, SYSTEM, World, clinic_booking, opened_world

AT = NOW + timedelta(days=2)
DESK = Booking(
    BookingRef("desk-1"),
    None,
    PersonRef("p"),
    IVANOVA.ref,
    AT,
    AT + timedelta(minutes=15),
    VisitType.CHECKUP,
    BookingStatus.BOOKED,
    "214",
)
"""a visit that the clinic has made"""

PHONE = "+79161234567"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def note(world: World, patient: PatientId, *bookings: Booking) -> list[BookingRef]:
    """Note bookings; return what the mother does not see."""

    async def change(uow: UnitOfWork) -> list[BookingRef]:
        for booking in bookings:
            await uow.elsewhere.note(patient, SYSTEM, booking)
        return [visit.booking for visit in await uow.elsewhere.hidden(world.mother.id, NOW)]

    return await world.storage.write(change)


async def test_booking_is_noted_once_a_card_and_as_it_was_told_last(world: World) -> None:
    patient = await world.link()
    later = replace(DESK, starts_at=AT + timedelta(days=1), ends_at=AT + timedelta(days=1, minutes=15))
    assert await note(world, patient, DESK, later) == [DESK.ref]
    [visit] = await world.storage.read(lambda view: view.elsewhere.hidden(world.mother.id, NOW, patient))
    assert (visit.starts_at, visit.doctor, visit.clinic) == (later.starts_at, world.doctor.id, world.clinic.id)
    assert await note(world, patient, replace(DESK, status=BookingStatus.CANCELLED)) == []


async def test_own_visit_is_not_one_made_elsewhere(world: World) -> None:
    """By the clinic's reference, and by our key while that is not recorded; but one that was given up may be booked."""
    patient = await world.link()
    order = await world.order(patient)
    pending = await world.appoint(order, status=None)
    booking = clinic_booking(order, BookingStatus.BOOKED)
    assert await note(world, patient, booking) == []
    await world.storage.write(lambda uow: uow.appointments.settle(pending.id, BookingStatus.BOOKED, booking))
    assert await note(world, patient, replace(booking, key=None)) == []
    await world.storage.write(lambda uow: uow.appointments.settle(pending.id, BookingStatus.REFUSED, None))
    assert await note(world, patient, booking) == [booking.ref]


async def test_only_a_doctor_of_the_directory_is_noted(world: World) -> None:
    patient = await world.link()
    assert await note(world, patient, replace(DESK, doctor=type(DESK.doctor)("unheard-of"))) == []


async def test_what_a_clinic_lists_no_more_is_replaced(world: World) -> None:
    patient = await world.link()
    other = replace(DESK, ref=BookingRef("desk-2"))

    async def change(uow: UnitOfWork) -> list[BookingRef]:
        await uow.elsewhere.replace(patient, SYSTEM, [DESK, other])
        await uow.elsewhere.replace(patient, SYSTEM, [other])
        return [visit.booking for visit in await uow.elsewhere.unclaimed(patient, NOW)]

    assert await world.storage.write(change) == [other.ref]


async def test_visit_that_one_card_shows_is_unclaimed_by_no_other(world: World) -> None:
    hers, his = await world.link(), await world.link(world.stranger)
    await note(world, hers, DESK)
    await note(world, his, DESK)

    async def change(uow: UnitOfWork) -> None:
        [visit] = await uow.elsewhere.unclaimed(hers, NOW)
        added = await uow.appointments.add_elsewhere(visit, world.mother.id, Key("k"), "AB12-CE", NOW)
        assert await uow.elsewhere.unclaimed(hers, NOW) == []
        assert await uow.elsewhere.unclaimed(his, NOW) == []
        assert await uow.elsewhere.hidden(world.mother.id, NOW) == []
        assert [each.patient for each in await uow.elsewhere.hidden(world.stranger.id, NOW)] == [his]
        card = await uow.appointments.require(world.mother.id, added)
        assert (card.appointment.elsewhere, card.appointment.booking) == (True, DESK.ref)
        await uow.appointments.drop_elsewhere(hers, SYSTEM, NOW)
        assert [each.booking for each in await uow.elsewhere.hidden(world.mother.id, NOW)] == [DESK.ref]

    await world.storage.write(change)


async def test_visit_that_is_being_cancelled_is_not_dropped(world: World) -> None:
    patient = await world.link()
    await note(world, patient, DESK)

    async def change(uow: UnitOfWork) -> None:
        [visit] = await uow.elsewhere.unclaimed(patient, NOW)
        added = await uow.appointments.add_elsewhere(visit, world.mother.id, Key("k"), "AB12-CE", NOW)
        await uow.appointments.request_cancellation(added, late=False, next_try=NOW)
        await uow.appointments.drop_elsewhere(patient, SYSTEM, NOW)
        assert await uow.appointments.get(added) is not None

    await world.storage.write(change)


async def looks_after(world: World, change: str) -> list[bool]:
    """Return what the clinic has said of the mother's telephone, after a change of it or of the card."""
    patient = await world.link()

    async def begin(uow: UnitOfWork) -> None:
        await uow.contacts.set_phone(world.mother.id, PHONE)
        await uow.contacts.set_email(world.mother.id, "anna@example.org")
        await uow.elsewhere.note(patient, SYSTEM, DESK)
        await uow.elsewhere.set_look(patient, SYSTEM, ClinicLook(world.mother.id, True, NOW))

    async def go_on(uow: UnitOfWork) -> list[bool]:
        match change:
            case "the same phone":
                await uow.contacts.set_phone(world.mother.id, PHONE)
            case "another phone":
                await uow.contacts.set_phone(world.mother.id, "+79990000000")
            case "no phone":
                await uow.contacts.set_phone(world.mother.id, None)
            case "no contacts":
                await uow.contacts.forget(world.mother.id)
            case "another child":
                await uow.patients.set_person(patient, PersonRef("q"), None)
                assert await uow.elsewhere.unclaimed(patient, NOW) == []
        return [look.knows_phone for look in (await uow.elsewhere.looks(patient)).values()]

    await world.storage.write(begin)
    assert (await world.storage.read(lambda view: view.contacts.get(world.mother.id))) == Contact(
        PHONE, "anna@example.org"
    )
    return await world.storage.write(go_on)


@pytest.mark.parametrize("change", ["another phone", "no phone", "no contacts", "another child"])
async def test_answer_of_a_clinic_ends_with_what_it_is_about(world: World, change: str) -> None:
    assert await looks_after(world, change) == []


async def test_answer_of_a_clinic_stays_with_the_same_phone(world: World) -> None:
    assert await looks_after(world, "the same phone") == [True]


async def test_cards_of_a_person_are_found_for_the_change_feed(world: World) -> None:
    hers, his = await world.link(), await world.link(world.stranger)
    await world.link(policy="1" * 16, verified=False)

    async def look(view: UnitOfWork) -> None:
        assert await view.patients.ids_of_person(PersonRef("p")) == [hers, his]
        assert await view.patients.ids_of_person(PersonRef("q")) == []

    await world.storage.read(look)
