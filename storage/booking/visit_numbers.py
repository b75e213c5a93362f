"""The numbers of visits that people read aloud: what a number stands for, also once the visit's card is erased."""

from __future__ import annotations

from datetime import datetime

from bot.booking.records import VisitElsewhere
from bot.clinics.port import Booking
from bot.glossary import AccountId, AppointmentId, BookingRef, ClinicId, Ref, SystemName
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("visit_numbers")


class SqlVisitNumbers:
    """A trigger keeps the numbers of the live visits of an erased card; no other visit gets one of them meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def booking_of(self, ref: Ref, clinic: ClinicId) -> BookingRef | None:
        """Return the clinic's reference of the newest visit with this number, if it is at that clinic.

        A visit whose card is erased has one too.
        """
        row = await queries.find_booking_of_ref(self._connection, ref=ref, clinic=clinic)
        return None if row is None or row["booking"] is None else BookingRef(row["booking"])

    async def visit_of(self, ref: Ref, account: AccountId) -> AppointmentId | None:
        """Return the newest visit with this number that the account sees."""
        row = await queries.find_own_by_ref(self._connection, account=account, ref=ref)
        return None if row is None else AppointmentId(row["id"])

    async def take(self, visit: VisitElsewhere) -> Ref | None:
        """Return the number that the visit had on a card that is erased, and keep it no longer; None without one.

        The caller gives it to the visit's appointment.
        """
        row = await queries.take_kept_number(self._connection, system=visit.system, booking=visit.booking)
        return None if row is None else Ref(row["ref"])

    async def move(self, system: SystemName, booking: Booking) -> None:
        """Keep the number of a visit without a card for as long as the clinic says now."""
        await queries.move_kept_number(
            self._connection,
            system=system,
            booking=booking.ref,
            doctor=booking.doctor,
            ends_at=seconds(booking.ends_at),
        )

    async def forget(self, before: datetime) -> None:
        """Delete the numbers of visits without a card that ended before that moment."""
        await queries.delete_old_kept_numbers(self._connection, before=seconds(before))
