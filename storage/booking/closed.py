"""Visits that a clinic has called off with its hours: what it keeps instead, and who is first in the waiting list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.booking.records import KeptTime, WaitingVisit
from bot.clinics.port import Booking
from bot.clinics.reserving import NO_RESERVATION, Instead
from bot.core.clinic import VisitType
from bot.glossary import (
    AccountId,
    AppointmentId,
    BookingRef,
    ClinicId,
    DoctorId,
    Key,
    PatientId,
    SpecialtyId,
    SystemName,
)
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("closed")

WAIT_FOR = timedelta(days=60)
"""how long an entry of the waiting list lasts"""


class SqlClosedVisits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, visit: AppointmentId, instead: Instead, now: datetime) -> None:
        """Store what is kept instead of a visit; where nothing was left, it is first in the waiting list."""
        slot = instead.slot
        await queries.upsert_closed_visit(
            self._connection,
            appointment=visit,
            slot=slot and slot.ref,
            doctor=slot and slot.doctor,
            starts_at=slot and seconds(slot.starts_at),
            visit_type=slot and slot.visit_type,
            reservation=slot and instead.key,
            until=seconds(instead.until),
            now=seconds(now),
        )
        if slot is None:
            until = seconds(now + WAIT_FOR)
            await queries.add_first_in_line(self._connection, appointment=visit, now=seconds(now), until=until)

    async def note_person(
        self, system: SystemName, booking: Booking, clinic: ClinicId, specialty: SpecialtyId, now: datetime
    ) -> None:
        """Put a person without the bot first in the waiting list, whose visit was called off and got nothing else."""
        await queries.add_waiting_person(
            self._connection,
            system=system,
            booking=booking.ref,
            person=booking.person,
            clinic=clinic,
            specialty=specialty,
            now=seconds(now),
            until=seconds(now + WAIT_FOR),
        )

    async def end_of_visit(self, system: SystemName, booking: BookingRef, now: datetime) -> None:
        """End the place of a person without the bot: another time is kept, or the visit stands again."""
        await queries.close_waiting_visit(self._connection, system=system, booking=booking, now=seconds(now))

    async def end_of_person(self, system: SystemName, booking: Booking, specialty: SpecialtyId, now: datetime) -> None:
        """End what a person without the bot waits for: a visit to the specialty is booked."""
        what = {"system": system, "person": booking.person, "specialty": specialty}
        await queries.close_waiting_person(self._connection, **what, now=seconds(now))

    async def choose(self, patient: PatientId, clinic: ClinicId, specialty: SpecialtyId, now: datetime) -> None:
        """Note that a card has another visit to a specialty: what was kept for it is not wanted any more."""
        where = {"patient": patient, "clinic": clinic, "specialty": specialty, "now": seconds(now)}
        await queries.set_chosen(self._connection, **where)
        await queries.close_entries(self._connection, **where)

    async def waiting(self, clinic: ClinicId, now: datetime) -> Sequence[WaitingVisit]:
        """Return who waits at a clinic because their visit was called off, the first in line first."""
        rows = await queries.list_waiting(self._connection, clinic=clinic, now=seconds(now))
        return [
            WaitingVisit(
                BookingRef(row["booking"]), SpecialtyId(row["specialty_id"]), moment(row["since"]), bool(row["in_bot"])
            )
            for row in rows
        ]

    async def end(self, visit: AppointmentId, now: datetime) -> None:
        """Forget what was kept and the place in the waiting list: the visit stands again."""
        await queries.delete_closed_visit(self._connection, appointment=visit)
        await queries.close_entry(self._connection, appointment=visit, now=seconds(now))

    async def find(self, visit: AppointmentId) -> KeptTime | None:
        """Return what is kept instead of a visit; None if no closing has called it off."""
        row = await queries.find_closed_visit(self._connection, appointment=visit)
        if row is None:
            return None
        if row["slot"] is None or row["doctor_id"] is None:
            return KeptTime(declined_at=moment(row["declined_at"]))
        return KeptTime(
            DoctorId(row["doctor_id"]),
            moment(row["starts_at"]),
            VisitType(row["visit_type"]),
            moment(row["until"]),
            moment(row["declined_at"]),
            Key(row["reservation"]),
        )

    async def reservation(
        self,
        account: AccountId,
        patient: PatientId,
        doctor: DoctorId,
        starts_at: datetime,
        visit_type: VisitType,
        now: datetime,
    ) -> Key:
        """Return the key of a time that is kept for a visit of the patient; NO_RESERVATION if none is."""
        whose = {"account": account, "patient": patient, "now": seconds(now)}
        what = {"doctor": doctor, "starts_at": seconds(starts_at), "visit_type": visit_type}
        row = await queries.find_reservation(self._connection, **whose, **what)
        return NO_RESERVATION if row is None else Key(row["reservation"])

    async def decline(self, visit: AppointmentId, now: datetime) -> Key | None:
        """Note that nothing is wanted instead; return the key of what was kept."""
        row = await queries.set_declined(self._connection, appointment=visit, now=seconds(now))
        await queries.close_entry(self._connection, appointment=visit, now=seconds(now))
        return row and row["reservation"] and Key(row["reservation"])

    async def declined(self, system: SystemName, clinic: ClinicId) -> frozenset[BookingRef]:
        """Return the bookings of a clinic instead of which nothing is wanted."""
        rows = await queries.list_declined(self._connection, system=system, clinic=clinic)
        return frozenset(BookingRef(row["booking"]) for row in rows if row["booking"])

    async def forget(self, before: datetime) -> None:
        """Delete what was closed before that moment."""
        await queries.delete_old_closed_visits(self._connection, before=seconds(before))

    async def forget_entries(self, before: datetime) -> None:
        """Delete the entries of the waiting list that were over before that moment."""
        await queries.delete_old_entries(self._connection, before=seconds(before))

    async def forget_persons(self, before: datetime) -> None:
        """Do the same for people without the bot."""
        await queries.delete_old_waiting_persons(self._connection, before=seconds(before))
