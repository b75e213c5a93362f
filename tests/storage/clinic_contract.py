"""The contract of every clinic system: tests that a connector inherits.

The connector's test class provides two fixtures, ``clinic_system`` and ``facts``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clinics.port import (
    NO_HOLDER,
    Booking,
    BookingStatus,
    ClinicSystem,
    FoundPolicy,
    HasActiveVisit,
    NotFound,
    PersonNotFound,
    PersonSearch,
    PolicyClaim,
    PolicyStatus,
    Refused,
    SlotIsGone,
    SlotIsTaken,
    Unsupported,
    VisitsOverlap,
)
from bot.clinics.reserving import GROUP_LASTS, MOST_IN_GROUP, WantedSlot
from bot.core.clinic import Slot
from bot.core.patient import NameField
from bot.core.people import PersonName
from bot.glossary import BookingRef, ClinicRef, DoctorRef, HolderRef, Key, PersonRef, SlotRef, SpecialtyRef


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tests know about the system under test."""

    clinic: ClinicRef
    specialty: SpecialtyRef
    """Has at least two doctors whose slots start together on at least two days."""
    other_specialty: SpecialtyRef
    """Has a slot that starts together with the first one of ``specialty``."""
    claim: PolicyClaim
    """Matches a child in the register exactly."""
    others: Sequence[PolicyClaim]
    """Claims of twenty more children."""
    search: PersonSearch
    """Finds only the child of ``claim``."""
    unknown: PolicyClaim
    phone: str
    """The clinic has it on file for the child of ``claim``, and for none of ``others``."""
    now: Callable[[], datetime]
    advance: Callable[[timedelta], None]
    hold_for: timedelta
    call_off: Callable[[Booking], Awaitable[None]]
    """Cancels a visit on the clinic's side."""
    enroll: Callable[[PersonRef, date], Awaitable[None]] | None = None
    """Enrolls a person at ``clinic`` on the clinic's side; None if the system tells nothing of it."""

    @property
    def until(self) -> datetime:
        return self.now() + timedelta(days=14)


class Scene:
    """The system under test with the steps that tests repeat."""

    def __init__(self, system: ClinicSystem, facts: Facts) -> None:
        self.system, self.facts = system, facts
        self._keys = 0

    def key(self) -> Key:
        self._keys += 1
        return Key(f"scene-{self._keys}")

    async def person(self, number: int | None = None) -> PersonRef:
        claim = self.facts.claim if number is None else self.facts.others[number]
        return (await self.system.check_policy(claim)).ref

    async def free(self, specialty: SpecialtyRef | None = None) -> list[Slot]:
        """Return all free slots of the first doctor of a specialty."""
        doctors = await self.system.doctors(self.facts.clinic, specialty or self.facts.specialty)
        first = min(doctors, key=lambda doctor: doctor.ref)
        return list(await self.system.slots(first.ref, self.facts.now(), self.facts.until))

    async def first_free(self) -> Slot:
        return (await self.free())[0]

    async def book(self, slot: Slot, person: PersonRef | None = None, key: Key | None = None) -> Booking:
        return await self.system.book(key or self.key(), person or await self.person(), slot.ref)


class _Contract:
    @pytest.fixture
    def scene(self, clinic_system: ClinicSystem, facts: Facts) -> Scene:
        return Scene(clinic_system, facts)


class ClinicContract(_Contract):
    """The tests for every system."""

    # --- what is free ---

    async def test_specialty_nearest_is_that_of_its_nearest_doctor(self, scene: Scene) -> None:
        system, facts = scene.system, scene.facts
        for specialty in await system.specialties(facts.clinic):
            doctors = await system.doctors(facts.clinic, specialty.ref)
            nearest = [doctor.nearest for doctor in doctors if doctor.nearest]
            assert specialty.nearest == min(nearest, default=None)

    async def test_doctor_is_listed_at_one_clinic_for_one_specialty(self, scene: Scene) -> None:
        system = scene.system
        listed: list[DoctorRef] = []
        for clinic in await system.clinics():
            for specialty in await system.specialties(clinic.ref):
                listed += [doctor.ref for doctor in await system.doctors(clinic.ref, specialty.ref)]
        assert listed
        assert len(set(listed)) == len(listed)

    async def test_doctor_nearest_is_the_first_slot(self, scene: Scene) -> None:
        system, facts = scene.system, scene.facts
        for doctor in await system.doctors(facts.clinic, facts.specialty):
            slots = await system.slots(doctor.ref, facts.now(), facts.until)
            assert doctor.nearest == slots[0].starts_at

    @pytest.mark.requirement("C33")
    async def test_days_with_free_slots_are_listed_with_their_count(self, scene: Scene) -> None:
        system, facts = scene.system, scene.facts
        zone = next(clinic.zone for clinic in await system.clinics() if clinic.ref == facts.clinic)
        doctor = (await scene.first_free()).doctor
        days = await system.days(doctor, facts.now(), facts.until)
        found = [slot.starts_at.astimezone(zone).date() for slot in await scene.free()]
        assert [(day, free) for day, free in days] == [(day, found.count(day)) for day in sorted(set(found))]
        assert len(days) > 1

    async def test_slots_are_sorted_and_within_the_bounds(self, scene: Scene) -> None:
        every = await scene.free()
        first, second, last = every[0], every[1], every[-1]
        assert every == sorted(every, key=lambda slot: slot.starts_at)
        within = await scene.system.slots(first.doctor, second.starts_at, last.starts_at)
        assert within == every[1:-1], "the end of the search is not in it"

    async def test_soonest_slots_are_of_any_doctor(self, scene: Scene) -> None:
        system, facts = scene.system, scene.facts
        doctors = await system.doctors(facts.clinic, facts.specialty)
        slots = [slot for doctor in doctors for slot in await system.slots(doctor.ref, facts.now(), facts.until)]
        soonest = await system.soonest(facts.clinic, facts.specialty, facts.now(), 5)
        assert [slot.starts_at for slot in soonest] == sorted(slot.starts_at for slot in slots)[:5]
        assert set(soonest) <= set(slots)

    async def test_every_moment_is_aware(self, scene: Scene) -> None:
        slot = await scene.first_free()
        booking = await scene.book(slot)
        moments = [slot.starts_at, slot.ends_at, booking.starts_at, booking.ends_at]
        assert all(moment.tzinfo is not None for moment in moments)
        assert (booking.starts_at, booking.ends_at) == (slot.starts_at, slot.ends_at)

    async def test_begun_slot_is_neither_offered_nor_booked(self, scene: Scene) -> None:
        slot = await scene.first_free()
        person = await scene.person()
        scene.facts.advance(slot.starts_at - scene.facts.now())
        assert slot not in await scene.system.slots(slot.doctor, slot.starts_at - timedelta(days=1), scene.facts.until)
        with pytest.raises(SlotIsGone):
            await scene.book(slot, person)

    @pytest.mark.parametrize("ref", ["0", "no-such-slot", "9" * 200, ""])
    async def test_unknown_slot_is_gone(self, scene: Scene, ref: str) -> None:
        with pytest.raises(SlotIsGone):
            await scene.system.book(scene.key(), await scene.person(), SlotRef(ref))

    # --- the register of the insured ---

    async def test_check_policy_confirms_a_right_claim(self, scene: Scene) -> None:
        found = await scene.system.check_policy(scene.facts.claim)
        assert (found.status, found.differs, found.birth_differs) == (PolicyStatus.ACTIVE, frozenset(), False)

    async def test_check_policy_refuses_unknown_policy(self, scene: Scene) -> None:
        with pytest.raises(PersonNotFound):
            await scene.system.check_policy(scene.facts.unknown)

    async def test_check_policy_names_the_part_of_the_name_that_differs(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).explains_mismatch:
            pytest.skip("this system does not explain")
        name = scene.facts.claim.name
        claimed = replace(scene.facts.claim, name=PersonName(name.family, name.given, "Никаноровна"))
        found = await scene.system.check_policy(claimed)
        assert found.differs == {NameField.PATRONYMIC}
        assert not found.birth_differs

    async def test_check_policy_separates_birth_date_from_name(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).explains_mismatch:
            pytest.skip("this system does not explain")
        born = scene.facts.claim.birth_date - timedelta(days=1)
        found = await scene.system.check_policy(replace(scene.facts.claim, birth_date=born))
        assert (found.differs, found.birth_differs) == (frozenset(), True)

    @pytest.mark.requirement("C11")
    async def test_find_policies_needs_name_birth_date_and_snils(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).finds_by_person:
            pytest.skip("this system does not search")
        claim, search = scene.facts.claim, scene.facts.search
        (found,) = await scene.system.find_policies(search)
        assert found == FoundPolicy(claim.policy_number, claim.sex, PolicyStatus.ACTIVE)
        spelled = PersonName(search.name.family.upper(), search.name.given.lower(), search.name.patronymic)
        assert await scene.system.find_policies(replace(search, name=spelled)) == [found]

    @pytest.mark.requirement("C11")
    async def test_find_policies_returns_nothing_if_anything_differs(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).finds_by_person:
            pytest.skip("this system does not search")
        search = scene.facts.search
        name = search.name
        for other in (
            replace(search, name=replace(name, family="Никанорова")),
            replace(search, name=replace(name, given="Аглая")),
            replace(search, name=replace(name, patronymic="")),
            replace(search, birth_date=search.birth_date - timedelta(days=1)),
            replace(search, snils="12345678964"),
            replace(search, snils=""),
        ):
            assert list(await scene.system.find_policies(other)) == []

    async def test_phone_is_known_only_with_the_person_who_has_it(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).knows_phones:
            pytest.skip("this system tells nothing of telephones")
        system, phone = scene.system, scene.facts.phone
        assert await system.knows_phone(await scene.person(), phone)
        assert not await system.knows_phone(await scene.person(), f"{phone[:-1]}{(int(phone[-1]) + 1) % 10}")
        assert not await system.knows_phone(await scene.person(), "")
        assert not await system.knows_phone(await scene.person(0), phone)
        assert not await system.knows_phone(await scene.person(0), "")
        assert not await system.knows_phone(PersonRef("nobody"), phone)

    @pytest.mark.requirement("A27")
    async def test_enrollment_is_told_with_its_day_and_of_known_persons_only(self, scene: Scene) -> None:
        system, person = scene.system, await scene.person()
        if not (await system.capabilities()).tells_enrollment or scene.facts.enroll is None:
            with pytest.raises(Unsupported):
                await system.enrolled_at(person)
            return
        since = scene.facts.now().date() - timedelta(days=40)
        await scene.facts.enroll(person, since)
        found = await system.enrolled_at(person)
        assert found is not None
        assert (found.clinic, found.since) == (scene.facts.clinic, since)
        assert await system.enrolled_at(PersonRef("nobody")) is None

    # --- booking ---

    @pytest.mark.requirement("B19", "B21")
    async def test_booked_slot_leaves_every_list(self, scene: Scene) -> None:
        system, facts = scene.system, scene.facts
        slot = await scene.first_free()
        booking = await scene.book(slot)
        assert booking.status is BookingStatus.BOOKED
        assert slot not in await scene.free()
        assert slot not in await system.soonest(facts.clinic, facts.specialty, facts.now(), 50)
        assert list(await system.bookings(booking.person, facts.now())) == [booking]

    @pytest.mark.requirement("B21")
    async def test_slot_goes_to_one_of_two_persons(self, scene: Scene) -> None:
        slot = await scene.first_free()
        await scene.book(slot)
        with pytest.raises(SlotIsTaken):
            await scene.book(slot, await scene.person(0))

    @pytest.mark.requirement("B21", "D3")
    async def test_slot_goes_to_one_of_twenty_at_once(self, scene: Scene) -> None:
        slot = await scene.first_free()
        persons = [await scene.person(number) for number in range(20)]
        answers = await asyncio.gather(*(scene.book(slot, person) for person in persons), return_exceptions=True)
        booked = [answer for answer in answers if isinstance(answer, Booking)]
        assert len(booked) == 1
        assert all(isinstance(answer, (Booking, SlotIsTaken)) for answer in answers)
        visits = [visit for person in persons for visit in await scene.system.bookings(person, scene.facts.now())]
        assert visits == booked

    @pytest.mark.requirement("D3")
    async def test_same_key_books_one_visit(self, scene: Scene) -> None:
        slot, person, key = await scene.first_free(), await scene.person(), scene.key()
        first, second = await asyncio.gather(scene.book(slot, person, key), scene.book(slot, person, key))
        assert first == second == await scene.book(slot, person, key)
        assert list(await scene.system.bookings(person, scene.facts.now())) == [first]

    async def test_second_visit_to_specialty_is_refused_with_the_first(self, scene: Scene) -> None:
        slots, person = await scene.free(), await scene.person()
        first = await scene.book(slots[0], person)
        with pytest.raises(HasActiveVisit) as refusal:
            await scene.book(slots[-1], person)
        assert refusal.value.existing == first

    async def test_overlapping_visit_is_refused_with_the_first(self, scene: Scene) -> None:
        slot, person = await scene.first_free(), await scene.person()
        others = await scene.free(scene.facts.other_specialty)
        same_time = next(other for other in others if other.starts_at == slot.starts_at)
        first = await scene.book(slot, person)
        with pytest.raises(VisitsOverlap) as refusal:
            await scene.book(same_time, person)
        assert refusal.value.existing == first

    async def test_bookings_are_listed_since_a_moment(self, scene: Scene) -> None:
        booking = await scene.book(await scene.first_free())
        after = booking.starts_at + timedelta(seconds=1)
        assert list(await scene.system.bookings(booking.person, booking.starts_at)) == [booking]
        assert list(await scene.system.bookings(booking.person, after)) == []

    # --- cancelling ---

    async def test_cancelled_slot_is_free_again(self, scene: Scene) -> None:
        slot = await scene.first_free()
        booking = await scene.book(slot)
        cancelled = await scene.system.cancel(scene.key(), booking.person, booking.ref)
        assert (cancelled.ref, cancelled.status) == (booking.ref, BookingStatus.CANCELLED)
        assert await scene.first_free() == slot
        assert (await scene.book(slot, await scene.person(0))).ref != booking.ref

    async def test_cancelling_twice_succeeds(self, scene: Scene) -> None:
        booking = await scene.book(await scene.first_free())
        first = await scene.system.cancel(scene.key(), booking.person, booking.ref)
        assert await scene.system.cancel(scene.key(), booking.person, booking.ref) == first

    async def test_cancelling_twice_keeps_a_later_booking_of_the_slot(self, scene: Scene) -> None:
        slot = await scene.first_free()
        booking = await scene.book(slot)
        await scene.system.cancel(scene.key(), booking.person, booking.ref)
        await scene.book(slot, await scene.person(0))
        await scene.system.cancel(scene.key(), booking.person, booking.ref)
        assert slot not in await scene.free()

    async def test_stranger_cannot_cancel(self, scene: Scene) -> None:
        booking = await scene.book(await scene.first_free())
        with pytest.raises(NotFound):
            await scene.system.cancel(scene.key(), await scene.person(0), booking.ref)
        (still,) = await scene.system.bookings(booking.person, scene.facts.now())
        assert still == booking

    async def test_unknown_visit_cannot_be_cancelled(self, scene: Scene) -> None:
        with pytest.raises(NotFound):
            await scene.system.cancel(scene.key(), await scene.person(), BookingRef("no-such-visit"))

    # --- rescheduling ---

    async def test_rescheduled_visit_frees_its_old_slot(self, scene: Scene) -> None:
        slots = await scene.free()
        old = await scene.book(slots[0])
        new = await scene.system.reschedule(scene.key(), old.person, old.ref, slots[1].ref)
        assert (new.starts_at, new.status) == (slots[1].starts_at, BookingStatus.BOOKED)
        assert await scene.free() == [slots[0], *slots[2:]]
        states = {visit.ref: visit.status for visit in await scene.system.bookings(old.person, scene.facts.now())}
        assert states == {old.ref: BookingStatus.CANCELLED, new.ref: BookingStatus.BOOKED}

    async def test_refused_reschedule_keeps_the_old_visit(self, scene: Scene) -> None:
        slots = await scene.free()
        old = await scene.book(slots[0])
        await scene.book(slots[1], await scene.person(0))
        with pytest.raises(SlotIsTaken):
            await scene.system.reschedule(scene.key(), old.person, old.ref, slots[1].ref)
        with pytest.raises(SlotIsGone):
            await scene.system.reschedule(scene.key(), old.person, old.ref, SlotRef("no-such-slot"))
        assert list(await scene.system.bookings(old.person, scene.facts.now())) == [old]
        assert await scene.free() == slots[2:]

    async def test_same_key_reschedules_once(self, scene: Scene) -> None:
        slots, key = await scene.free(), scene.key()
        old = await scene.book(slots[0])
        new = await scene.system.reschedule(key, old.person, old.ref, slots[1].ref)
        assert await scene.system.reschedule(key, old.person, old.ref, slots[1].ref) == new
        assert len(await scene.system.bookings(old.person, scene.facts.now())) == 2

    async def test_cancelled_visit_cannot_be_rescheduled(self, scene: Scene) -> None:
        slots = await scene.free()
        old = await scene.book(slots[0])
        await scene.system.cancel(scene.key(), old.person, old.ref)
        with pytest.raises(NotFound):
            await scene.system.reschedule(scene.key(), old.person, old.ref, slots[1].ref)
        assert await scene.free() == slots

    async def test_stranger_cannot_reschedule(self, scene: Scene) -> None:
        slots = await scene.free()
        old = await scene.book(slots[0])
        with pytest.raises(NotFound):
            await scene.system.reschedule(scene.key(), await scene.person(0), old.ref, slots[1].ref)
        assert list(await scene.system.bookings(old.person, scene.facts.now())) == [old]

    # --- what became of it ---

    async def test_booking_is_recovered_by_its_key(self, scene: Scene) -> None:
        slot, person, key = await scene.first_free(), await scene.person(), scene.key()
        assert await scene.system.recover(key, person, slot.ref) is None
        booking = await scene.book(slot, person, key)
        assert await scene.system.recover(key, person, slot.ref) == booking

    async def test_refused_booking_is_not_recovered(self, scene: Scene) -> None:
        slot, person, key = await scene.first_free(), await scene.person(), scene.key()
        await scene.book(slot, await scene.person(0))
        with pytest.raises(Refused):
            await scene.book(slot, person, key)
        assert await scene.system.recover(key, person, slot.ref) is None

    async def test_feed_starts_now_and_returns_the_clinics_changes(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).feeds_changes:
            pytest.skip("this system has no feed")
        booking = await scene.book(await scene.first_free())
        start = await scene.system.changes(None)
        assert (list(start.bookings), start.more) == ([], False)
        await scene.facts.call_off(booking)
        feed = await scene.system.changes(start.cursor)
        assert [(visit.ref, visit.status) for visit in feed.bookings] == [(booking.ref, BookingStatus.CANCELLED)]
        assert list((await scene.system.changes(feed.cursor)).bookings) == []
        assert list((await scene.system.changes(start.cursor)).bookings) == list(feed.bookings)


class HoldingContract(_Contract):
    """The tests for systems that can hold a slot."""

    @pytest.mark.requirement("C34")
    async def test_held_slot_is_hidden_until_the_hold_expires(self, scene: Scene) -> None:
        slot = await scene.first_free()
        hold = await scene.system.hold(scene.key(), await scene.person(), slot.ref)
        assert hold.expires_at.astimezone(UTC) == scene.facts.now() + scene.facts.hold_for
        assert slot not in await scene.free()
        scene.facts.advance(scene.facts.hold_for - timedelta(seconds=1))
        assert slot not in await scene.free()
        scene.facts.advance(timedelta(seconds=1))
        assert await scene.first_free() == slot

    async def test_held_slot_is_refused_to_others(self, scene: Scene) -> None:
        slot, key = await scene.first_free(), scene.key()
        holder, other = await scene.person(), await scene.person(0)
        await scene.system.hold(key, holder, slot.ref)
        with pytest.raises(SlotIsTaken):
            await scene.system.hold(scene.key(), other, slot.ref)
        with pytest.raises(SlotIsTaken):
            await scene.book(slot, other)
        assert (await scene.book(slot, holder, key)).status is BookingStatus.BOOKED

    async def test_expired_hold_frees_the_slot(self, scene: Scene) -> None:
        slot, key = await scene.first_free(), scene.key()
        holder, other = await scene.person(), await scene.person(0)
        await scene.system.hold(key, holder, slot.ref)
        scene.facts.advance(scene.facts.hold_for)
        await scene.system.hold(scene.key(), other, slot.ref)
        with pytest.raises(SlotIsTaken):
            await scene.book(slot, holder, key)

    async def test_expired_hold_still_books_a_free_slot(self, scene: Scene) -> None:
        slot, person, key = await scene.first_free(), await scene.person(), scene.key()
        await scene.system.hold(key, person, slot.ref)
        scene.facts.advance(scene.facts.hold_for)
        assert (await scene.book(slot, person, key)).key == key

    async def test_each_holder_has_a_hold_of_its_own_for_one_person(self, scene: Scene) -> None:
        """Two accounts act for one child: neither drops the other's hold, sees its slot as free or books it."""
        slots, person, key = await scene.free(), await scene.person(), scene.key()
        hers, his = HolderRef("1"), HolderRef("2")
        await scene.system.hold(key, person, slots[0].ref, hers)
        with pytest.raises(SlotIsTaken):
            await scene.system.hold(scene.key(), person, slots[0].ref, his)
        await scene.system.hold(scene.key(), person, slots[1].ref, his)
        with pytest.raises(SlotIsTaken):
            await scene.system.book(scene.key(), person, slots[0].ref, his)
        assert await scene.free() == slots[2:]
        assert (await scene.system.book(key, person, slots[0].ref, hers)).status is BookingStatus.BOOKED

    async def test_new_hold_releases_the_old_one(self, scene: Scene) -> None:
        slots, person = await scene.free(), await scene.person()
        await scene.system.hold(scene.key(), person, slots[0].ref)
        await scene.system.hold(scene.key(), person, slots[1].ref)
        assert await scene.free() == [slots[0], *slots[2:]]

    async def test_refused_hold_keeps_the_old_one(self, scene: Scene) -> None:
        slots, person = await scene.free(), await scene.person()
        await scene.system.hold(scene.key(), person, slots[0].ref)
        await scene.book(slots[1], await scene.person(0))
        with pytest.raises(SlotIsTaken):
            await scene.system.hold(scene.key(), person, slots[1].ref)
        assert await scene.free() == slots[2:]

    async def test_repeated_hold_restarts_its_time(self, scene: Scene) -> None:
        slot, person, key = await scene.first_free(), await scene.person(), scene.key()
        await scene.system.hold(key, person, slot.ref)
        scene.facts.advance(timedelta(minutes=1))
        again = await scene.system.hold(key, person, slot.ref)
        assert again.expires_at == scene.facts.now() + scene.facts.hold_for

    async def test_released_slot_is_free_and_releasing_never_fails(self, scene: Scene) -> None:
        slot, key = await scene.first_free(), scene.key()
        await scene.system.hold(key, await scene.person(), slot.ref)
        for _ in range(2):
            await scene.system.release(key)
            assert await scene.first_free() == slot
        await scene.system.release(Key("never sent"))

    async def test_releasing_a_booked_key_changes_nothing(self, scene: Scene) -> None:
        slot, key = await scene.first_free(), scene.key()
        booking = await scene.book(slot, key=key)
        await scene.system.release(key)
        assert list(await scene.system.bookings(booking.person, scene.facts.now())) == [booking]
        assert slot not in await scene.free()

    async def test_hold_is_not_a_visit(self, scene: Scene) -> None:
        slot, person, key = await scene.first_free(), await scene.person(), scene.key()
        await scene.system.hold(key, person, slot.ref)
        assert await scene.system.recover(key, person, slot.ref) is None
        assert list(await scene.system.bookings(person, scene.facts.now())) == []
        with pytest.raises(SlotIsGone):
            await scene.system.hold(scene.key(), person, SlotRef("no-such-slot"))


class GroupContract(_Contract):
    """The tests for systems that can hold several slots for one person."""

    async def group(self, scene: Scene, slots: Sequence[Slot], holder: HolderRef = NO_HOLDER) -> list[WantedSlot]:
        wanted = [WantedSlot(scene.key(), slot.ref) for slot in slots]
        await scene.system.hold_group(await scene.person(), wanted, holder)
        return wanted

    async def test_group_holds_all_of_its_slots_until_it_expires(self, scene: Scene) -> None:
        slots = await scene.free()
        await self.group(scene, slots[:MOST_IN_GROUP])
        scene.facts.advance(GROUP_LASTS - timedelta(seconds=1))
        assert await scene.free() == slots[MOST_IN_GROUP:]
        scene.facts.advance(timedelta(seconds=1))
        assert await scene.free() == slots

    async def test_booking_one_of_a_group_keeps_the_others_held(self, scene: Scene) -> None:
        slots, others = await scene.free(), await scene.free(scene.facts.other_specialty)
        later = next(each for each in others if each.starts_at > slots[0].ends_at)
        first, second = await self.group(scene, [slots[0], later])
        await scene.system.book(first.key, await scene.person(), first.slot)
        with pytest.raises(SlotIsTaken):
            await scene.system.book(scene.key(), await scene.person(0), second.slot)
        assert (await scene.system.book(second.key, await scene.person(), second.slot)).key == second.key

    async def test_group_with_a_taken_slot_holds_nothing_and_keeps_the_old_one(self, scene: Scene) -> None:
        slots = await scene.free()
        await scene.book(slots[2], await scene.person(0))
        await self.group(scene, slots[:1])
        with pytest.raises(SlotIsTaken):
            await self.group(scene, slots[1:3])
        assert await scene.free() == [slots[1], *slots[3:]]

    async def test_new_group_or_hold_releases_the_old_group(self, scene: Scene) -> None:
        slots = await scene.free()
        await self.group(scene, slots[:3])
        await self.group(scene, slots[2:5])
        assert await scene.free() == [*slots[:2], *slots[5:]]
        await scene.system.hold(scene.key(), await scene.person(), slots[6].ref)
        assert await scene.free() == [*slots[:6], *slots[7:]]

    async def test_each_holder_has_a_group_of_its_own(self, scene: Scene) -> None:
        slots = await scene.free()
        await self.group(scene, slots[:2], HolderRef("1"))
        await self.group(scene, slots[2:4], HolderRef("2"))
        assert await scene.free() == slots[4:]
        with pytest.raises(SlotIsTaken):
            await self.group(scene, slots[1:2], HolderRef("2"))

    async def test_group_of_none_of_eight_and_of_one_slot_twice_is_refused(self, scene: Scene) -> None:
        slots = await scene.free()
        for wrong in ([], slots[: MOST_IN_GROUP + 1], [slots[0], slots[0]]):
            with pytest.raises(Refused):
                await self.group(scene, wrong)
        assert await scene.free() == slots

    async def test_one_slot_of_a_group_is_released_by_its_key(self, scene: Scene) -> None:
        slots = await scene.free()
        first, _second = await self.group(scene, slots[:2])
        await scene.system.release(first.key)
        assert await scene.free() == [slots[0], *slots[2:]]


class ReservingContract(_Contract):
    """The tests for systems that can keep a slot for an offer."""

    async def test_reserved_slot_is_hidden_and_refused_but_for_its_key(self, scene: Scene) -> None:
        system, facts, slots, key = scene.system, scene.facts, await scene.free(), scene.key()
        kept = await system.reserve(key, slots[0].ref, facts.now() + timedelta(hours=1))
        assert (kept.key, kept.slot.ref) == (key, slots[0].ref)
        assert await scene.free() == slots[1:]
        assert slots[0] not in await system.soonest(facts.clinic, facts.specialty, facts.now(), 50)
        assert sum(each.free for each in await system.days(slots[0].doctor, facts.now(), facts.until)) == len(slots) - 1
        with pytest.raises(SlotIsTaken):
            await scene.book(slots[0])
        with pytest.raises(SlotIsTaken):
            await system.hold(scene.key(), await scene.person(0), slots[0].ref)
        with pytest.raises(SlotIsTaken):
            await system.reserve(scene.key(), slots[0].ref, facts.now() + timedelta(hours=2))
        shown = await system.slots(slots[0].doctor, facts.now(), facts.until, reserved=key)
        assert list(shown) == slots
        hold = await system.hold(scene.key(), await scene.person(), slots[0].ref, reserved=key)
        booked = await system.book(hold.key, await scene.person(), slots[0].ref, reserved=key)
        assert booked.starts_at == slots[0].starts_at

    async def test_reserved_slot_is_booked_and_moved_to_without_a_hold(self, scene: Scene) -> None:
        slots, now = await scene.free(), scene.facts.now()
        first, second = scene.key(), scene.key()
        await scene.system.reserve(first, slots[0].ref, now + timedelta(hours=1))
        await scene.system.reserve(second, slots[1].ref, now + timedelta(hours=1))
        old = await scene.system.book(scene.key(), await scene.person(), slots[0].ref, reserved=first)
        with pytest.raises(SlotIsTaken):
            await scene.system.reschedule(scene.key(), old.person, old.ref, slots[1].ref, reserved=first)
        new = await scene.system.reschedule(scene.key(), old.person, old.ref, slots[1].ref, reserved=second)
        assert new.starts_at == slots[1].starts_at
        assert await scene.free() == [slots[0], *slots[2:]], "the reservations have ended with the bookings"

    async def test_reservation_ends_by_itself_or_is_let_go(self, scene: Scene) -> None:
        slots, key = await scene.free(), scene.key()
        await scene.system.reserve(key, slots[0].ref, scene.facts.now() + timedelta(hours=1))
        await scene.system.reserve(key, slots[0].ref, scene.facts.now() + timedelta(hours=2))
        scene.facts.advance(timedelta(hours=1))
        assert await scene.free() == slots[1:]
        scene.facts.advance(timedelta(hours=1))
        assert await scene.free() == slots
        await scene.system.reserve(scene.key(), slots[0].ref, scene.facts.now() + timedelta(hours=1))
        again = scene.key()
        await scene.system.reserve(again, slots[1].ref, scene.facts.now() + timedelta(hours=1))
        for _ in range(2):
            await scene.system.release_reservation(again)
        assert await scene.free() == slots[1:]

    async def test_only_a_free_slot_is_reserved_and_not_after_its_start(self, scene: Scene) -> None:
        slots, soon = await scene.free(), scene.facts.now() + timedelta(hours=1)
        await scene.book(slots[0], await scene.person(0))
        await scene.system.hold(scene.key(), await scene.person(1), slots[1].ref)
        for taken in slots[:2]:
            with pytest.raises(SlotIsTaken):
                await scene.system.reserve(scene.key(), taken.ref, soon)
        with pytest.raises(SlotIsGone):
            await scene.system.reserve(scene.key(), SlotRef("no-such-slot"), soon)
        for moment in (scene.facts.now(), slots[2].starts_at + timedelta(seconds=1)):
            with pytest.raises(Refused):
                await scene.system.reserve(scene.key(), slots[2].ref, moment)
        key = scene.key()
        await scene.system.reserve(key, slots[3].ref, soon)
        with pytest.raises(SlotIsTaken):
            await scene.system.reserve(key, slots[4].ref, soon)

    async def test_one_of_twenty_takes_what_is_reserved_for_three(self, scene: Scene) -> None:
        """An offer goes to several families; all bring its key, and the first one books."""
        slot, key = await scene.first_free(), scene.key()
        await scene.system.reserve(key, slot.ref, scene.facts.now() + timedelta(hours=1))
        persons = [await scene.person(number) for number in range(20)]
        asks = [
            scene.system.book(scene.key(), person, slot.ref, reserved=key if number % 7 == 0 else Key("another"))
            for number, person in enumerate(persons)
        ]
        answers = await asyncio.gather(*asks, return_exceptions=True)
        [booked] = [answer for answer in answers if isinstance(answer, Booking)]
        assert persons.index(booked.person) % 7 == 0
        assert all(isinstance(answer, (Booking, SlotIsTaken)) for answer in answers)


class OpeningsContract(_Contract):
    """The tests for systems with a feed of what has become free."""

    async def test_feed_starts_now_and_returns_each_slot_that_opens(self, scene: Scene) -> None:
        system, slots = scene.system, await scene.free()
        moved = await scene.book(slots[0])
        cancelled = await scene.book(slots[2], await scene.person(0))
        start = await system.openings(None)
        assert (list(start.openings), start.more) == ([], False)
        await system.reschedule(scene.key(), moved.person, moved.ref, slots[1].ref)
        await system.cancel(scene.key(), cancelled.person, cancelled.ref)
        feed = await system.openings(start.cursor)
        assert [each.slot for each in feed.openings] == [slots[0], slots[2]]
        assert {(each.clinic, each.specialty) for each in feed.openings} == {
            (scene.facts.clinic, scene.facts.specialty)
        }
        assert list((await system.openings(feed.cursor)).openings) == []

    async def test_slot_that_is_taken_again_or_has_begun_is_not_returned(self, scene: Scene) -> None:
        system, slots = scene.system, await scene.free()
        start = await system.openings(None)
        for slot in slots[:2]:
            booking = await scene.book(slot)
            await system.cancel(scene.key(), booking.person, booking.ref)
        await scene.book(slots[1])
        assert [each.slot for each in (await system.openings(start.cursor)).openings] == [slots[0]]
        scene.facts.advance(slots[0].starts_at - scene.facts.now())
        late = await system.openings(start.cursor)
        assert (list(late.openings), late.cursor != start.cursor) == ([], True)

    async def test_reservation_that_is_let_go_opens_its_slot(self, scene: Scene) -> None:
        if not (await scene.system.capabilities()).reserves:
            pytest.skip("this system reserves nothing")
        slot, key = await scene.first_free(), scene.key()
        booking = await scene.book(slot)
        start = await scene.system.openings(None)
        await scene.system.cancel(scene.key(), booking.person, booking.ref)
        await scene.system.reserve(key, slot.ref, scene.facts.now() + timedelta(hours=1))
        kept = await scene.system.openings(start.cursor)
        assert list(kept.openings) == []
        await scene.system.release_reservation(key)
        assert [each.slot for each in (await scene.system.openings(kept.cursor)).openings] == [slot]


class LackingContract(_Contract):
    """The test for every system: what it says it lacks is refused as Unsupported, and does nothing."""

    async def test_lacking_capability_is_refused(self, scene: Scene) -> None:
        able, slot, person = await scene.system.capabilities(), await scene.first_free(), await scene.person()
        soon, wanted = scene.facts.now() + timedelta(hours=1), [WantedSlot(scene.key(), slot.ref)]
        asks: dict[str, Callable[[], Awaitable[object]]] = {
            "holds_groups": lambda: scene.system.hold_group(person, wanted, NO_HOLDER),
            "reserves": lambda: scene.system.reserve(scene.key(), slot.ref, soon),
            "feeds_openings": lambda: scene.system.openings(None),
        }
        for name in (each for each in asks if not getattr(able, each)):
            with pytest.raises(Unsupported):
                await asks[name]()
        if able.reserves or able.holds_groups:
            return
        assert await scene.first_free() == slot
