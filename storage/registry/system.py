"""The embedded clinic system: a registry in SQL that carries a town, where one time never goes to two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.clinics.port import (
    Booking,
    BookingStatus,
    Capabilities,
    Changes,
    FoundPolicy,
    Hold,
    InsuredPerson,
    NotFound,
    PersonNotFound,
    PersonSearch,
    PolicyClaim,
    Refused,
    SlotIsTaken,
)
from bot.core.clinic import Clinic, Doctor, OpenDay, Slot, Specialty
from bot.core.clock import Clock
from bot.core.patient import NameField
from bot.core.timing import MOSCOW, local_day
from bot.glossary import BookingRef, ClinicRef, DoctorRef, Key, PersonRef, SlotRef, SpecialtyRef, SystemName
from bot.patients.rules.names import differing
from storage.database.connection import Connection, Database
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import moment, seconds
from storage.registry.rows import (
    Insured,
    Seals,
    Visit,
    clinic_of,
    doctor_of,
    from_second,
    row_id,
    slot_of,
    specialty_of,
)
from storage.registry.rules import is_changeable, require_open, require_welcome
from storage.registry.store import find_place, occupy, queries, take_slot, visits_of

RESCHEDULED = "rescheduled"
CHANGES_AT_ONCE = 100
"""rows of the change feed that one call returns at most"""


class Registry:
    """ports.ClinicSystem. ``registry_desk.RegistryDesk`` is the clinic's own side of the same tables."""

    name = SystemName("registry")

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._seals = Seals(cipher, index)

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            holds=True,
            reschedules=True,
            explains_mismatch=True,
            finds_by_person=True,
            feeds_changes=True,
            dedupes_by_key=True,
        )

    # --- the directory and the timetable ---

    async def clinics(self) -> Sequence[Clinic]:
        return [clinic_of(row) for row in await self._database.read(queries.list_clinics)]

    async def specialties(self, clinic: ClinicRef) -> Sequence[Specialty]:
        rows = await self._database.read(
            lambda connection: queries.list_specialties(connection, clinic=row_id(clinic), now=self._now())
        )
        return [specialty_of(row) for row in rows]

    async def doctors(self, clinic: ClinicRef, specialty: SpecialtyRef) -> Sequence[Doctor]:
        wanted = {"clinic": row_id(clinic), "specialty": row_id(specialty)}
        rows = await self._database.read(lambda connection: queries.list_doctors(connection, **wanted, now=self._now()))
        return [doctor_of(row) for row in rows]

    async def days(
        self, doctor: DoctorRef, since: datetime, until: datetime, person: PersonRef | None = None
    ) -> Sequence[OpenDay]:
        # Whatever the clinic's zone, its day is at most one away from that of UTC.
        first, last = since.astimezone(UTC).date() - timedelta(days=1), until.astimezone(UTC).date() + timedelta(days=1)
        rows = await self._database.read(
            lambda connection: queries.list_open_days(
                connection,
                doctor=row_id(doctor),
                since=from_second(since),
                until=from_second(until),
                first_day=first.isoformat(),
                last_day=last.isoformat(),
                now=self._now(),
                person=_holder(person),
            )
        )
        return [OpenDay(date.fromisoformat(day), free) for day, free in rows]

    async def slots(
        self, doctor: DoctorRef, since: datetime, until: datetime, person: PersonRef | None = None
    ) -> Sequence[Slot]:
        bounds = {"since": from_second(since), "until": from_second(until)}
        wanted = {"doctor": row_id(doctor), **bounds, "now": self._now(), "person": _holder(person)}
        rows = await self._database.read(lambda connection: queries.list_free_slots(connection, **wanted))
        return [slot_of(row) for row in rows]

    async def soonest(self, clinic: ClinicRef, specialty: SpecialtyRef, since: datetime, limit: int) -> Sequence[Slot]:
        wanted = {"clinic": row_id(clinic), "specialty": row_id(specialty), "since": from_second(since)}
        rows = await self._database.read(
            lambda connection: queries.list_soonest_slots(connection, **wanted, limit=limit, now=self._now())
        )
        return [slot_of(row) for row in rows]

    # --- the register of the insured ---

    async def check_policy(self, claim: PolicyClaim) -> InsuredPerson:
        row = await self._database.read(
            lambda connection: queries.find_person_by_policy(connection, number=self._seals.number(claim.policy_number))
        )
        (person,) = self._seals.open_candidates([row] if row else [])
        if row is None:
            raise PersonNotFound
        return InsuredPerson(
            ref=PersonRef(str(person.id)),
            status=person.status_on(self._today()),
            differs=differing(claim.name, person.name),
            birth_differs=(claim.birth_date, claim.sex) != (person.birth_date, person.sex),
            clinic=None if person.clinic is None else ClinicRef(str(person.clinic)),
            valid_until=person.valid_until,
        )

    async def find_policies(self, search: PersonSearch) -> Sequence[FoundPolicy]:
        rows = await self._database.read(
            lambda connection: queries.list_persons_by_snils(connection, snils=self._seals.snils(search.snils))
        )
        sought = frozenset[NameField](), search.birth_date
        return [
            FoundPolicy(person.policy_number, person.sex, person.status_on(self._today()))
            for person in self._seals.open_candidates(rows)
            if (differing(search.name, person.name), person.birth_date) == sought
        ]

    # --- visits ---

    async def hold(self, key: Key, person: PersonRef, slot: SlotRef) -> Hold:
        return await self._database.write(lambda connection: self._hold(connection, key, person, slot))

    async def release(self, key: Key) -> None:
        await self._database.write(lambda connection: queries.release_hold(connection, key=key))

    async def book(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking:
        return await self._database.write(lambda connection: self._book(connection, key, person, slot))

    async def reschedule(self, key: Key, person: PersonRef, booking: BookingRef, slot: SlotRef) -> Booking:
        return await self._database.write(lambda connection: self._reschedule(connection, key, person, booking, slot))

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        return await self._database.write(lambda connection: self._cancel(connection, person, booking))

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        return await self._database.read(lambda connection: self._made(connection, key, person))

    async def bookings(self, person: PersonRef, since: datetime) -> Sequence[Booking]:
        rows = await self._database.read(
            lambda connection: queries.list_visits_of_person(
                connection, person=row_id(person), since=from_second(since)
            )
        )
        return [self._seals.booking(row) for row in rows]

    async def changes(self, cursor: str | None) -> Changes:
        if cursor is None:
            newest = await self._database.read(queries.find_last_change)
            return Changes((), str(newest["id"]), more=False)
        rows = await self._database.read(
            lambda connection: queries.list_changes(connection, cursor=row_id(cursor), limit=CHANGES_AT_ONCE)
        )
        bookings = {row["id"]: self._seals.booking(row) for row in rows}
        last = str(rows[-1]["change"]) if rows else cursor
        return Changes(tuple(bookings.values()), last, more=len(rows) == CHANGES_AT_ONCE)

    # --- inside one write ---

    async def _hold(self, connection: Connection, key: Key, person: PersonRef, slot: SlotRef) -> Hold:
        now = self._clock.now()
        if await queries.find_visit_by_key(connection, key=key):
            raise SlotIsTaken("a visit was made with this key")
        place = require_open(await find_place(connection, slot), now)
        expires_at = seconds(now + place.hold_for)
        holder = await self._require_person(connection, person)
        await occupy(connection, key, holder, place, now, status=BookingStatus.HELD, expires_at=expires_at)
        return Hold(key, moment(expires_at))

    async def _book(self, connection: Connection, key: Key, person: PersonRef, slot: SlotRef) -> Booking:
        made = await self._made(connection, key, person)
        return made or await self._place(connection, key, person, slot)

    async def _reschedule(
        self, connection: Connection, key: Key, person: PersonRef, booking: BookingRef, slot: SlotRef
    ) -> Booking:
        if made := await self._made(connection, key, person):
            return made
        old = await self._require_visit_of(connection, person, booking)
        if not is_changeable(old, self._clock.now()):
            raise NotFound("no longer live")
        new = await self._place(connection, key, person, slot, replaces=old.id)
        await self._call_off(connection, old, RESCHEDULED)
        return new

    async def _cancel(self, connection: Connection, person: PersonRef, booking: BookingRef) -> Booking:
        visit = await self._require_visit_of(connection, person, booking)
        if visit.booking.status is BookingStatus.CANCELLED:
            return visit.booking
        if not is_changeable(visit, self._clock.now()):
            raise Refused("the visit has begun", existing=visit.booking)
        await self._call_off(connection, visit)
        return replace(visit.booking, status=BookingStatus.CANCELLED)

    async def _made(self, connection: Connection, key: Key, person: PersonRef) -> Booking | None:
        """What has already been made with this key; it stays the answer even where it was called off since."""
        row = await queries.find_visit_by_key(connection, key=key)
        if row and row["person_id"] != row_id(person):
            raise Refused("the key is another person's")
        return row and self._seals.booking(row)

    async def _place(
        self, connection: Connection, key: Key, person: PersonRef, slot: SlotRef, replaces: int | None = None
    ) -> Booking:
        now = self._clock.now()
        place = require_open(await find_place(connection, slot), now)
        visitor = await self._require_person(connection, person)
        others = [visit for visit in await visits_of(connection, self._seals, visitor.id, now) if visit.id != replaces]
        require_welcome(place, visitor, others, now, self._today())
        booking = await occupy(connection, key, visitor, place, now, replaces=replaces)
        await take_slot(connection, place.id)
        return self._seals.booking(await queries.find_visit(connection, booking=booking))

    async def _call_off(self, connection: Connection, visit: Visit, reason: str = "") -> None:
        sealed = self._seals.reason(visit.uid, reason) if reason else None
        await queries.cancel_visit(connection, booking=visit.id, reason=sealed)
        await queries.turn_slot(connection, slot=visit.slot, was="BUSY", status="FREE")

    async def _require_person(self, connection: Connection, person: PersonRef) -> Insured:
        row = await queries.find_person(connection, person=row_id(person))
        if row is None:
            raise PersonNotFound
        return self._seals.open_person(row)

    async def _require_visit_of(self, connection: Connection, person: PersonRef, booking: BookingRef) -> Visit:
        """A stranger's visit and a missing one are the same answer."""
        row = await queries.find_visit(connection, booking=row_id(booking))
        if row is None or row["person_id"] != row_id(person):
            raise NotFound
        return self._seals.visit(row)

    def _now(self) -> int:
        return seconds(self._clock.now())

    def _today(self) -> date:
        """The day by whose calendar a policy ends: the register of the insured is the country's."""
        return local_day(self._clock.now(), MOSCOW)


def _holder(person: PersonRef | None) -> int:
    """Whose holds do not count; no row has the number 0."""
    return row_id(person) if person else 0
