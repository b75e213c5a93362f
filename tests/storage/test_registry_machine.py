"""Random actions of persons, the desk and the clock: a slot never goes to two persons."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.clinics.port import LIVE, NO_HOLDER, Booking, Refused
from bot.clinics.reserving import WantedSlot
from bot.glossary import ClinicRef, DoctorRef, PersonRef, SlotRef
from tests.storage.registry_world import CHILDREN, DOCTORS, World, at, key, world_in

T = TypeVar("T")

SLOTS, PERSONS, KEYS = st.integers(0, 7), st.integers(0, 3), st.integers(0, 9)
MOVES = st.sampled_from([timedelta(minutes=1), timedelta(minutes=3), timedelta(hours=6)])


async def _make_template(folder: Path) -> Path:
    async with world_in(folder):
        return folder / "registratura.sqlite3"


class RegistryMachine(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder)
        self.runner = asyncio.Runner()
        self.closing = AsyncExitStack()
        self.world: World = self.run(self.closing.enter_async_context(world_in(self.folder)))
        self.made: list[Booking] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.closing.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    @initialize()
    def look_around(self) -> None:
        """Two specialties of one clinic with four slots each, and four children who book them."""
        self.clinic: ClinicRef = self.run(self.world.clinic())
        hours = [(family, hour) for family in ("Петрова", "Зайцев") for hour in (9, 10, 11, 12)]
        self.slots: list[SlotRef] = [self.run(self.world.slot(family, hour)) for family, hour in hours]
        self.persons: list[PersonRef] = [self.run(self.world.person(claim)) for claim in CHILDREN[:4]]
        self.doctors: list[DoctorRef] = [self.run(self.world.doctor(family)) for *_, family, _room in DOCTORS]

    def ask(self, work: Coroutine[Any, Any, object]) -> None:
        """Accept a refusal as a result; remember bookings, which later steps cancel or move."""
        try:
            answer = self.run(work)
        except Refused:
            return
        if isinstance(answer, Booking):
            self.made.append(answer)

    @rule(name=KEYS, person=PERSONS, slot=SLOTS)
    def hold(self, name: int, person: int, slot: int) -> None:
        # A key belongs to one person and one slot, as the bot makes it.
        own = key(name * 10 + person)
        self.ask(self.world.registry.hold(own, self.persons[person], self.slots[slot]))

    @rule(name=KEYS, person=PERSONS, slots=st.lists(SLOTS, min_size=1, max_size=7, unique=True))
    def hold_group(self, name: int, person: int, slots: list[int]) -> None:
        wanted = [WantedSlot(key(2000 + name * 100 + person * 10 + slot), self.slots[slot]) for slot in slots]
        self.ask(self.world.registry.hold_group(self.persons[person], wanted, NO_HOLDER))

    @rule(name=KEYS, slot=SLOTS, hours=st.sampled_from([1, 6, 30]))
    def reserve(self, name: int, slot: int, hours: int) -> None:
        until = self.world.clock.now() + timedelta(hours=hours)
        self.ask(self.world.registry.reserve(key(9000 + name), self.slots[slot], until))

    @rule(name=KEYS)
    def let_go(self, name: int) -> None:
        self.ask(self.world.registry.release_reservation(key(9000 + name)))

    @rule(name=KEYS, person=PERSONS, slot=SLOTS)
    def take_offer(self, name: int, person: int, slot: int) -> None:
        own, reserved = key(3000 + name * 10 + person), key(9000 + name)
        self.ask(self.world.registry.book(own, self.persons[person], self.slots[slot], reserved=reserved))

    @rule(name=KEYS, person=PERSONS)
    def release(self, name: int, person: int) -> None:
        self.ask(self.world.registry.release(key(name * 10 + person)))

    @rule(name=KEYS, person=PERSONS, slot=SLOTS)
    def book(self, name: int, person: int, slot: int) -> None:
        own = key(name * 10 + person)
        self.ask(self.world.registry.book(own, self.persons[person], self.slots[slot]))

    @rule(slot=SLOTS)
    def all_book_at_once(self, slot: int) -> None:
        async def crowd() -> None:
            asks = [
                self.world.registry.book(key(1000 + slot * 10 + number), person, self.slots[slot])
                for number, person in enumerate(self.persons)
            ]
            answers = await asyncio.gather(*asks, return_exceptions=True)
            self.made += [answer for answer in answers if isinstance(answer, Booking)]

        self.run(crowd())

    @rule(name=KEYS, which=st.integers(0, 30), person=PERSONS, slot=SLOTS)
    def reschedule(self, name: int, which: int, person: int, slot: int) -> None:
        if self.made:
            old, own = self.made[which % len(self.made)], key(500 + name * 10 + person)
            self.ask(self.world.registry.reschedule(own, self.persons[person], old.ref, self.slots[slot]))

    @rule(which=st.integers(0, 30), person=PERSONS)
    def cancel(self, which: int, person: int) -> None:
        if self.made:
            old = self.made[which % len(self.made)]
            self.ask(self.world.registry.cancel(key(0), self.persons[person], old.ref))

    @rule(which=st.integers(0, 30))
    def clinic_cancels(self, which: int) -> None:
        if self.made:
            number = int(self.made[which % len(self.made)].ref)
            self.ask(self.world.desk.cancel_visit(self.clinic, number, "карантин"))

    @rule(which=st.integers(0, 30), slot=SLOTS)
    def clinic_moves(self, which: int, slot: int) -> None:
        if self.made:
            number = int(self.made[which % len(self.made)].ref)
            self.ask(self.world.desk.move_visit(self.clinic, number, self.slots[slot]))

    @rule(by=MOVES)
    def time_passes(self, by: timedelta) -> None:
        self.world.clock.advance(by)

    @invariant()
    def one_time_is_one_persons(self) -> None:
        rows = self.run(self.world.rows("SELECT slot_id, status FROM registry_bookings"))
        live = Counter(row["slot_id"] for row in rows if row["status"] in LIVE)
        statuses = {row["id"]: row["status"] for row in self.run(self.world.rows("SELECT * FROM registry_slots"))}
        assert set(live.values()) <= {1}
        assert set(live) == {slot for slot, status in statuses.items() if status == "BUSY"}

    @invariant()
    def the_free_lists_are_all_that_is_free(self) -> None:
        now = self.world.clock.now()
        sql = """
            SELECT id FROM registry_slots WHERE status = 'FREE' AND starts_at > :now
            EXCEPT SELECT slot_id FROM registry_bookings WHERE status = 'HELD' AND expires_at > :now
            EXCEPT SELECT slot_id FROM registry_reservations WHERE expires_at > :now
        """
        truly = {str(row["id"]) for row in self.run(self.world.rows(sql, now=int(now.timestamp())))}
        listed = [
            slot.ref
            for doctor in self.doctors
            for slot in self.run(self.world.registry.slots(doctor, at(0, day=-2), at(0, day=9)))
        ]
        counted = sum(
            day.free for doctor in self.doctors for day in self.run(self.world.registry.days(doctor, now, at(0, day=9)))
        )
        assert sorted(listed) == sorted(truly)
        assert counted == len(truly)

    @invariant()
    def what_is_reserved_is_free_and_reserved_once(self) -> None:
        sql = "SELECT s.status FROM registry_reservations r JOIN registry_slots s ON s.id = r.slot_id"
        assert {row["status"] for row in self.run(self.world.rows(sql))} <= {"FREE"}

    @invariant()
    def a_person_holds_one_group_and_has_one_visit_of_a_kind_and_at_a_time(self) -> None:
        sql = """
            SELECT b.person_id, b.status, b.hold_group, s.id AS slot, s.specialty_id, s.starts_at
            FROM registry_bookings b
            JOIN registry_slots s ON s.id = b.slot_id
            WHERE b.status = 'HELD' OR (b.status = 'BOOKED' AND s.starts_at > :now)
        """
        rows = self.run(self.world.rows(sql, now=int(self.world.clock.now().timestamp())))
        groups = {(row["person_id"], row["hold_group"] or row["slot"]) for row in rows if row["status"] == "HELD"}
        holds = Counter(person for person, _group in groups)
        visits = Counter((row["person_id"], row["specialty_id"]) for row in rows if row["status"] == "BOOKED")
        times = Counter((row["person_id"], row["starts_at"]) for row in rows if row["status"] == "BOOKED")
        assert {*holds.values(), *visits.values(), *times.values()} <= {1}


def test_slot_never_goes_to_two_persons(tmp_path: Path) -> None:
    RegistryMachine.template = asyncio.run(_make_template(tmp_path))
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    case = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    machine = RegistryMachine.TestCase
    machine.settings = case
    machine("runTest").runTest()
