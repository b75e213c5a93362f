"""Tests of referrals in the registry: a visit spends one, and gives it back when it is called off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.clinics.port import Booking, BookingStatus, NoReferral
from bot.core.timing import local_day
from bot.glossary import PersonRef, SlotRef
from storage.database.crypto import make_uid
from tests.storage.registry_world import GIRL, MOSCOW, TUESDAY, World, child, key, world_in

REFERRAL = """
INSERT INTO registry_referrals (uid, number_index, referral, person_id, specialty_id, issued_on, valid_until)
SELECT :uid, :index, :referral, :person, id, :issued_on, :valid_until FROM registry_specialties WHERE code = :code
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The pediatricians and the ENT doctor of the clinic want a referral."""
    async with world_in(tmp_path) as world:
        await world.run("UPDATE registry_specialties SET needs_referral = 1 WHERE code IN ('pediatrician', 'ent')")
        yield world


async def refer(
    world: World,
    number: str,
    *,
    until: date = date(2026, 12, 31),
    since: date = date(2026, 11, 1),
    code: str = "pediatrician",
    person: PersonRef | None = None,
) -> None:
    uid = make_uid()
    await world.run(
        REFERRAL,
        uid=uid,
        index=world.cipher.referral_index(number),
        referral=world.cipher.seal_referral(uid, number, "Петрова А. С."),
        person=int(person or await world.person()),
        issued_on=since.isoformat(),
        valid_until=until.isoformat(),
        code=code,
    )


async def free(world: World) -> list[str]:
    """Return the numbers of the girl's referrals that no visit has spent."""
    return [referral.number for referral in await world.registry.referrals(await world.person())]


async def book(world: World, number: int = 1, slot: SlotRef | None = None) -> Booking:
    return await world.registry.book(key(number), await world.person(), slot or await world.slot())


async def test_referral_is_listed_with_what_it_says(world: World) -> None:
    await refer(world, "Н-7")
    (referral,) = await world.registry.referrals(await world.person())
    (pediatrician, *_) = await world.registry.specialties(await world.clinic())
    assert (referral.specialty, referral.number, referral.from_whom) == (pediatrician.ref, "Н-7", "Петрова А. С.")
    assert (referral.issued_on, referral.valid_until) == (date(2026, 11, 1), date(2026, 12, 31))


async def test_referrals_of_another_person_are_not_listed(world: World) -> None:
    await refer(world, "Н-7", person=await world.person(child(100)))
    assert await free(world) == []
    assert list(await world.registry.referrals(PersonRef("nobody"))) == []


async def test_visit_spends_the_referral_that_ends_first(world: World) -> None:
    await refer(world, "later")
    await refer(world, "sooner", until=date(2026, 12, 1))
    await book(world)
    assert await free(world) == ["later"]


async def test_visit_without_a_referral_is_refused_and_takes_nothing(world: World) -> None:
    slot = await world.slot()
    with pytest.raises(NoReferral):
        await book(world, slot=slot)
    assert await world.status(slot) == "FREE"


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (date(2026, 11, 1), TUESDAY - timedelta(days=1), "pediatrician"),
        (TUESDAY + timedelta(days=1), date(2026, 12, 31), "pediatrician"),
        (date(2026, 11, 1), date(2026, 12, 31), "ent"),
    ],
    ids=["ended", "not yet valid", "to another doctor"],
)
async def test_referral_that_does_not_fit_the_visit_is_refused(
    world: World, since: date, until: date, code: str
) -> None:
    await refer(world, "Н-7", since=since, until=until, code=code)
    with pytest.raises(NoReferral):
        await book(world)


async def test_referral_is_good_on_its_last_day(world: World) -> None:
    await refer(world, "Н-7", until=TUESDAY, since=TUESDAY)
    assert local_day((await book(world)).starts_at, MOSCOW) == TUESDAY


async def test_cancelled_visit_gives_the_referral_back(world: World) -> None:
    await refer(world, "Н-7")
    booking = await book(world)
    assert await free(world) == []
    await world.registry.cancel(key(2), booking.person, booking.ref)
    assert await free(world) == ["Н-7"]


async def test_moved_visit_keeps_its_referral(world: World) -> None:
    await refer(world, "Н-7")
    booking = await book(world)
    moved = await world.registry.reschedule(key(2), booking.person, booking.ref, await world.slot(hour=11))
    assert (moved.status, await free(world)) == (BookingStatus.BOOKED, [])
    await world.registry.cancel(key(3), moved.person, moved.ref)
    assert await free(world) == ["Н-7"]


async def test_cancelling_at_the_desk_gives_it_back_and_undoing_spends_it(world: World) -> None:
    await refer(world, "Н-7")
    booking, clinic = await book(world), await world.clinic()
    until = world.clock.now() + timedelta(minutes=1)
    await world.desk.cancel_visit(clinic, int(booking.ref), "врач заболел", until)
    assert await free(world) == ["Н-7"]
    await world.desk.undo(clinic, int(booking.ref))
    assert await free(world) == []


async def test_referral_that_has_ended_is_not_listed(world: World) -> None:
    await refer(world, "Н-7", until=local_day(world.clock.now(), MOSCOW))
    assert await free(world) == ["Н-7"]
    world.clock.advance(timedelta(days=1))
    assert await free(world) == []


async def test_specialty_that_needs_no_referral_spends_none(world: World) -> None:
    await refer(world, "Н-7", code="gynecologist")
    await world.registry.book(key(1), await world.person(GIRL), await world.slot("Рябова"))
    assert await free(world) == ["Н-7"]
