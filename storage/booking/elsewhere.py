"""What clinics know of visits that were made elsewhere, and when they were asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.booking.records import ClinicLook, VisitElsewhere
from bot.clinics.port import LIVE, Booking, BookingStatus
from bot.core.clinic import VisitType
from bot.glossary import AccountId, BookingRef, ClinicId, DoctorId, Key, PatientId, SpecialtyId, SystemName
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("elsewhere")


class SqlElsewhere:
    """A row is what a clinic says; whether an account may see it, its rules decide."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, patient: PatientId, system: SystemName, booking: Booking) -> None:
        """Store a live booking of the card's person that the card has not made; delete one that is no longer live."""
        if booking.status not in LIVE:
            await queries.delete_visit(self._connection, patient=patient, system=system, booking=booking.ref)
            return
        await queries.record_visit(
            self._connection,
            patient=patient,
            system=system,
            booking=booking.ref,
            key=booking.key,
            doctor=booking.doctor,
            starts_at=seconds(booking.starts_at),
            ends_at=seconds(booking.ends_at),
            visit_type=booking.visit_type,
            room=booking.room,
            status=booking.status,
        )

    async def replace(self, patient: PatientId, system: SystemName, bookings: Iterable[Booking]) -> None:
        """Store the bookings of the card's person at a system in place of those that are stored."""
        listed = {booking.ref: booking for booking in bookings}
        stored = await queries.list_bookings(self._connection, patient=patient, system=system)
        for gone in {row["booking"] for row in stored} - listed.keys():
            await queries.delete_visit(self._connection, patient=patient, system=system, booking=gone)
        for booking in listed.values():
            await self.note(patient, system, booking)

    async def forget_one(self, visit: VisitElsewhere) -> None:
        """Forget a visit of the card that is one of its own by now."""
        which = {"patient": visit.patient, "system": visit.system, "booking": visit.booking}
        await queries.delete_visit(self._connection, **which)

    async def end(self, system: SystemName, booking: BookingRef) -> None:
        """Forget a booking that was cancelled or moved here."""
        await queries.delete_booking(self._connection, system=system, booking=booking)

    async def hidden(
        self, account: AccountId, now: datetime, patient: PatientId | None = None
    ) -> Sequence[VisitElsewhere]:
        """Return the visits ahead of the account's patients that it does not see in the bot, by patient and start."""
        rows = await queries.list_hidden(self._connection, account=account, patient=patient, now=seconds(now))
        return [_read_visit(row) for row in rows]

    async def unclaimed(self, patient: PatientId, now: datetime) -> Sequence[VisitElsewhere]:
        """Return the visits ahead of a card that no account has in the bot, by start."""
        rows = await queries.list_unclaimed(self._connection, patient=patient, now=seconds(now))
        return [_read_visit(row) for row in rows]

    async def looks(self, patient: PatientId) -> Mapping[SystemName, ClinicLook]:
        """Return what each system has answered when it was last asked about the card's person."""
        return {
            SystemName(row["system"]): ClinicLook(
                AccountId(row["account_id"]), bool(row["knows_phone"]), moment(row["looked_at"])
            )
            for row in await queries.list_looks(self._connection, patient=patient)
        }

    async def never_looked_at(self, account: AccountId) -> Sequence[PatientId]:
        """Return the account's cards about whose person no clinic was asked, by id."""
        rows = await queries.list_never_looked_at(self._connection, account=account)
        return [PatientId(row["id"]) for row in rows]

    async def set_look(self, patient: PatientId, system: SystemName, look: ClinicLook) -> None:
        await queries.set_look(
            self._connection,
            patient=patient,
            system=system,
            account=look.account,
            knows_phone=int(look.knows_phone),
            now=seconds(look.at),
        )

    async def forget(self, before: datetime) -> None:
        """Delete visits that ended before that moment."""
        await queries.delete_ended_visits(self._connection, before=seconds(before))

    async def forget_looks(self, before: datetime) -> None:
        """Delete answers from before that moment."""
        await queries.delete_old_looks(self._connection, before=seconds(before))


def _read_visit(row: Row) -> VisitElsewhere:
    return VisitElsewhere(
        patient=PatientId(row["patient_id"]),
        system=SystemName(row["system"]),
        booking=BookingRef(row["booking"]),
        clinic=ClinicId(row["clinic_id"]),
        specialty=SpecialtyId(row["specialty_id"]),
        doctor=DoctorId(row["doctor_id"]),
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        visit_type=VisitType(row["visit_type"]),
        room=row["room"],
        status=BookingStatus(row["status"]),
        key=None if row["key"] is None else Key(row["key"]),
    )
