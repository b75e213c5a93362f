"""The embedded clinic system, seen by patients: a registry in SQL that never gives one slot to two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.clinics.capabilities import Capabilities
from bot.clinics.enrolled import EnrolledAt
from bot.clinics.port import (
    NO_HOLDER,
    Booking,
    BookingStatus,
    Changes,
    FoundPolicy,
    Hold,
    InsuredPerson,
    NotFound,
    PersonNotFound,
    PersonSearch,
    PolicyClaim,
    Referral,
    Refused,
)
from bot.clinics.reserving import NO_RESERVATION
from bot.core.clinic import Clinic, Doctor, OpenDay, Slot, Specialty
from bot.core.clock import Clock
from bot.core.patient import NameField
from bot.core.people import PersonName
from bot.core.timing import MOSCOW, local_day
from bot.glossary import BookingRef, ClinicRef, DoctorRef, HolderRef, Key, PersonRef, SlotRef, SpecialtyRef, SystemName
from bot.patients.rules.names import differing
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import moment, seconds
from storage.registry.doctors import read_doctor
from storage.registry.offers import has_called_off, let_offers_go
from storage.registry.reserving import ReservingRegistry
from storage.registry.rows import (
    RegisteredPerson,
    RegistryCipher,
    RegistryVisit,
    ceil_seconds,
    compared,
    read_clinic,
    read_instead,
    read_slot,
    read_specialty,
    row_id,
)
from storage.registry.rules import is_changeable, require_allowed, require_bookable, require_unreserved
from storage.registry.store import (
    find_slot,
    free_slot,
    list_recent_visits,
    occupy_slot,
    queries,
    require_holdable,
    require_referral,
    take_slot,
)

RESCHEDULED = "rescheduled"
CHANGES_AT_ONCE = 100
"""Rows of the change feed that one call returns at most."""


class Taker(NamedTuple):
    """Who wants to book which slot, with the key of the request and that of a reservation."""

    key: Key
    person: PersonRef
    slot: SlotRef
    holder: HolderRef
    reserved: Key


class Registry(ReservingRegistry):
    """The embedded ``ClinicSystem``. ``RegistryDesk`` is the clinic's own side of the same tables."""

    name = SystemName("registry")

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._cipher = RegistryCipher(cipher, index)

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            holds=True,
            explains_mismatch=True,
            finds_by_person=True,
            feeds_changes=True,
            knows_phones=True,
            knows_referrals=True,
            tells_enrollment=True,
            holds_groups=True,
            reserves=True,
            feeds_openings=True,
            takes_applications=True,
        )

    # --- the directory and the timetable ---

    async def clinics(self) -> Sequence[Clinic]:
        return [read_clinic(row) for row in await self._database.read(queries.list_clinics)]

    async def specialties(self, clinic: ClinicRef) -> Sequence[Specialty]:
        rows = await self._database.read(
            lambda connection: queries.list_specialties(connection, clinic=row_id(clinic), now=self._now())
        )
        return [read_specialty(row) for row in rows]

    async def doctors(self, clinic: ClinicRef, specialty: SpecialtyRef) -> Sequence[Doctor]:
        wanted = {"clinic": row_id(clinic), "specialty": row_id(specialty)}
        rows = await self._database.read(lambda connection: queries.list_doctors(connection, **wanted, now=self._now()))
        return [read_doctor(row) for row in rows]

    async def days(
        self,
        doctor: DoctorRef,
        since: datetime,
        until: datetime,
        person: PersonRef | None = None,
        holder: HolderRef = NO_HOLDER,
    ) -> Sequence[OpenDay]:
        # A clinic's local day differs from the day in UTC by one at most.
        first, last = since.astimezone(UTC).date() - timedelta(days=1), until.astimezone(UTC).date() + timedelta(days=1)
        wanted = self._wanted(doctor, since, until, holder) | {
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
        }

        async def list_days(connection: Connection) -> list[Row]:
            return list(await queries.list_open_days(connection, **wanted, **await self._whose(connection, person)))

        return [OpenDay(date.fromisoformat(day), free) for day, free in await self._database.read(list_days)]

    async def slots(
        self,
        doctor: DoctorRef,
        since: datetime,
        until: datetime,
        person: PersonRef | None = None,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Sequence[Slot]:
        wanted = self._wanted(doctor, since, until, holder) | {"reserved": reserved}

        async def list_slots(connection: Connection) -> list[Row]:
            return list(await queries.list_free_slots(connection, **wanted, **await self._whose(connection, person)))

        return [read_slot(row) for row in await self._database.read(list_slots)]

    def _wanted(self, doctor: DoctorRef, since: datetime, until: datetime, holder: HolderRef) -> dict[str, object]:
        bounds = {"since": ceil_seconds(since), "until": ceil_seconds(until)}
        return {"doctor": row_id(doctor), **bounds, "now": self._now(), "holder": holder}

    async def _whose(self, connection: Connection, person: PersonRef | None) -> dict[str, object]:
        """Return what a list of free slots must know of a person: 0 is nobody, whose slots are those of everybody."""
        row = await queries.find_person(connection, person=row_id(person)) if person else None
        known = self._cipher.open_person(row) if row else None
        return {"person": known.id if known else 0, "infant_until": known.infant_until if known else ""}

    async def soonest(self, clinic: ClinicRef, specialty: SpecialtyRef, since: datetime, limit: int) -> Sequence[Slot]:
        wanted = {"clinic": row_id(clinic), "specialty": row_id(specialty), "since": ceil_seconds(since)}
        rows = await self._database.read(
            lambda connection: queries.list_soonest_slots(connection, **wanted, limit=limit, now=self._now())
        )
        return [read_slot(row) for row in rows]

    # --- the register of the insured ---

    async def check_policy(self, claim: PolicyClaim) -> InsuredPerson:
        row = await self._database.read(
            lambda connection: queries.find_person_by_policy(
                connection, number=self._cipher.policy_index(claim.policy_number)
            )
        )
        (person,) = self._cipher.open_candidates([row] if row else [])
        if row is None:
            raise PersonNotFound
        return compared(claim, person, self._today())

    async def find_policies(self, search: PersonSearch) -> Sequence[FoundPolicy]:
        async def list_persons(connection: Connection) -> list[Row]:
            # By every key, hit or miss: an answer must not tell by its time whether there is such a person.
            found = [
                await queries.list_persons_by_snils(connection, snils=snils)
                for snils in self._cipher.snils_indexes(search.snils)
            ]
            return [row for rows in found for row in rows]

        rows = await self._database.read(list_persons)
        sought = frozenset[NameField](), search.birth_date
        return [
            FoundPolicy(person.policy_number, person.sex, person.status_on(self._today()))
            for person in self._cipher.open_candidates(rows)
            if (differing(search.name, person.name), person.birth_date) == sought
        ]

    async def knows_phone(self, person: PersonRef, phone: str) -> bool:
        row = await self._database.read(lambda connection: queries.find_person(connection, person=row_id(person)))
        return bool(row and phone) and self._cipher.open_person(row).phone == phone

    async def referrals(self, person: PersonRef, booking: BookingRef | None = None) -> Sequence[Referral]:
        spent_by = row_id(booking) if booking else 0
        wanted = {"person": row_id(person), "booking": spent_by, "today": self._today().isoformat()}
        rows = await self._database.read(lambda connection: queries.list_referrals(connection, **wanted))
        return [self._cipher.read_referral(row) for row in rows]

    async def enrolled_at(self, person: PersonRef) -> EnrolledAt | None:
        row = await self._database.read(
            lambda connection: queries.find_person_enrollment(connection, person=row_id(person))
        )
        if row is None:
            return None
        since = date.fromisoformat(row["attached_on"]) if row["attached_on"] else None
        doctor = PersonName(row["family"], row["given"], row["patronymic"]) if row["family"] else None
        return EnrolledAt(ClinicRef(str(row["clinic_id"])), since, row["district"], doctor)

    # --- visits ---

    async def hold(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Hold:
        async def hold(connection: Connection) -> Hold:
            now = self._clock.now()
            target = await require_holdable(connection, key, slot, reserved, now)
            whose = await self._require_person(connection, person)
            expires_at = seconds(now + target.hold_for)
            held = BookingStatus.HELD
            await occupy_slot(connection, key, whose, target, now, status=held, expires_at=expires_at, holder=holder)
            return Hold(key, moment(expires_at))

        return await self._database.write(hold)

    async def release(self, key: Key) -> None:
        await self._database.write(lambda connection: queries.release_hold(connection, key=key))

    async def book(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        taker = Taker(key, person, slot, holder, reserved)
        return await self._database.write(lambda connection: self._book(connection, taker))

    async def reschedule(
        self,
        key: Key,
        person: PersonRef,
        booking: BookingRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        taker = Taker(key, person, slot, holder, reserved)
        return await self._database.write(lambda connection: self._reschedule(connection, taker, booking))

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        return await self._database.write(lambda connection: self._cancel(connection, person, booking))

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        return await self._database.read(lambda connection: self._find_made(connection, key, person))

    async def bookings(self, person: PersonRef, since: datetime) -> Sequence[Booking]:
        rows = await self._database.read(
            lambda connection: queries.list_visits_of_person(
                connection, person=row_id(person), since=ceil_seconds(since)
            )
        )
        return [self._cipher.read_booking(row) for row in rows]

    async def changes(self, cursor: str | None) -> Changes:
        if cursor is None:
            newest = await self._database.read(queries.find_last_change)
            return Changes((), str(newest["id"]), more=False)
        rows = await self._database.read(
            lambda connection: queries.list_changes(connection, cursor=row_id(cursor), limit=CHANGES_AT_ONCE)
        )
        bookings = {
            row["id"]: replace(
                self._cipher.read_booking(row),
                undo_until=moment(row["undo_until"]),
                instead=None if row["closure_id"] is None else read_instead(row),
            )
            for row in rows
        }
        last = str(rows[-1]["change"]) if rows else cursor
        return Changes(tuple(bookings.values()), last, more=len(rows) == CHANGES_AT_ONCE)

    # --- inside one write ---

    async def _book(self, connection: Connection, taker: Taker) -> Booking:
        made = await self._find_made(connection, taker.key, taker.person)
        return made or await self._book_slot(connection, taker)

    async def _reschedule(self, connection: Connection, taker: Taker, booking: BookingRef) -> Booking:
        if made := await self._find_made(connection, taker.key, taker.person):
            return made
        old = await self._require_own_visit(connection, taker.person, booking)
        if not is_changeable(old, self._clock.now()):
            raise NotFound("no longer live")
        new = await self._book_slot(connection, taker, replaces=old.id)
        await self._cancel_visit(connection, old, RESCHEDULED)
        return new

    async def _cancel(self, connection: Connection, person: PersonRef, booking: BookingRef) -> Booking:
        visit = await self._require_own_visit(connection, person, booking)
        if visit.booking.status is BookingStatus.CANCELLED:
            return visit.booking
        if not is_changeable(visit, self._clock.now()):
            raise Refused("the visit has begun", existing=visit.booking)
        await self._cancel_visit(connection, visit)
        return replace(visit.booking, status=BookingStatus.CANCELLED)

    async def _find_made(self, connection: Connection, key: Key, person: PersonRef) -> Booking | None:
        """Return the booking made with this key, even if it was cancelled since, or None.

        Raises Refused if the key was used for another person.
        """
        row = await queries.find_visit_by_key(connection, key=key)
        if row and row["person_id"] != row_id(person):
            raise Refused("the key is another person's")
        return row and self._cipher.read_booking(row)

    async def _book_slot(self, connection: Connection, taker: Taker, replaces: int | None = None) -> Booking:
        now, holder = self._clock.now(), taker.holder
        target = require_bookable(await find_slot(connection, taker.slot), now)
        require_unreserved(target, taker.reserved, now)
        visitor = await self._require_person(connection, taker.person)
        recent = await list_recent_visits(connection, self._cipher, visitor.id, now)
        require_allowed(target, visitor, [visit for visit in recent if visit.id != replaces], now, self._today())
        referral = await require_referral(connection, visitor.id, target, replaces)
        booking = await occupy_slot(connection, taker.key, visitor, target, now, replaces=replaces, holder=holder)
        await take_slot(connection, target.id)
        if replaces is None and has_called_off(recent, target.specialty):
            await let_offers_go(connection, visitor.id, target.specialty, now)
        if referral is not None:
            await queries.save_referral(connection, referral=referral, booking=booking)
        return self._cipher.read_booking(await queries.find_visit(connection, booking=booking))

    async def _cancel_visit(self, connection: Connection, visit: RegistryVisit, reason: str = "") -> None:
        sealed = self._cipher.seal_reason(visit.uid, reason) if reason else None
        await queries.cancel_visit(connection, booking=visit.id, reason=sealed)
        await queries.release_referral(connection, booking=visit.id)
        await free_slot(connection, visit.slot, self._clock.now())

    async def _require_person(self, connection: Connection, person: PersonRef) -> RegisteredPerson:
        row = await queries.find_person(connection, person=row_id(person))
        if row is None:
            raise PersonNotFound
        return self._cipher.open_person(row)

    async def _require_own_visit(self, connection: Connection, person: PersonRef, booking: BookingRef) -> RegistryVisit:
        """Return the person's visit. Raises NotFound for a missing visit and for another person's."""
        row = await queries.find_visit(connection, booking=row_id(booking))
        if row is None or row["person_id"] != row_id(person):
            raise NotFound
        return self._cipher.read_visit(row)

    def _now(self) -> int:
        return seconds(self._clock.now())

    def _today(self) -> date:
        """Return the day in Moscow: the register of the insured is national, and policies end by Moscow time."""
        return local_day(self._clock.now(), MOSCOW)
