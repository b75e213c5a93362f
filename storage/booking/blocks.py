"""The late cancellations and missed visits that count towards a block of booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.booking.records import CountedVisit
from bot.clinics.port import BookingStatus
from bot.glossary import AppointmentId, ClinicId, PatientId, Ref
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("blocks")


class SqlBlocks:
    """Visits of cards that are shared with a card count as its own: all representatives see them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def counted(
        self, patient: PatientId, clinic: ClinicId, since: datetime, *, missed: bool
    ) -> Sequence[CountedVisit]:
        """Return what counts of the visits of a card that began or would have begun from ``since`` on, by start.

        ``missed``: missed visits count too.
        """
        rows = await queries.list_counted_visits(
            self._connection, patient=patient, clinic=clinic, since=seconds(since), missed=int(missed)
        )
        return [
            CountedVisit(
                AppointmentId(row["id"]),
                Ref(row["ref"]),
                moment(row["starts_at"]),
                row["status"] == BookingStatus.NO_SHOW,
            )
            for row in rows
        ]

    async def forgive(self, patient: PatientId, clinic: ClinicId) -> None:
        """Let nothing of the past count any more."""
        await queries.set_forgiven(self._connection, patient=patient, clinic=clinic)

    async def cards_with(self, clinic: ClinicId, since: datetime, least: int, *, missed: bool) -> Sequence[PatientId]:
        """Return the cards with at least so many visits that count."""
        rows = await queries.list_cards_with_counted_visits(
            self._connection, clinic=clinic, since=seconds(since), least=least, missed=int(missed)
        )
        return [PatientId(row["patient_id"]) for row in rows]

    async def was_called_off(self, patient: PatientId, clinic: ClinicId, since: datetime) -> bool:
        """Whether the clinic has called off a visit of the card since then, and nothing is booked instead."""
        row = await queries.find_called_off(self._connection, patient=patient, clinic=clinic, since=seconds(since))
        return row is not None
