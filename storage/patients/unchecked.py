"""The records that clinics have of children whose policy was not checked when a visit was booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.glossary import ClinicId, PatientId, PersonRef
from bot.patients.records import UncheckedPerson
from storage.database.connection import Connection
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("unchecked")


class SqlUnchecked:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, patient: PatientId, clinic: ClinicId, person: PersonRef, now: datetime) -> None:
        """Store the record of a card's child at a clinic; one that is stored stays."""
        whose = {"patient": patient, "clinic": clinic, "person": person}
        await queries.add_unchecked_person(self._connection, **whose, now=seconds(now))

    async def find(self, patient: PatientId, clinic: ClinicId) -> PersonRef | None:
        row = await queries.find_unchecked_person(self._connection, patient=patient, clinic=clinic)
        return None if row is None else PersonRef(row["person"])

    async def of_cards(self, patients: Iterable[PatientId]) -> Mapping[tuple[PatientId, ClinicId], PersonRef]:
        """Return the records that ``find`` finds of these cards."""
        found = {}
        for some in in_places(patients):
            for row in await queries.list_unchecked_persons(self._connection, **some):
                found[PatientId(row["patient_id"]), ClinicId(row["clinic_id"])] = PersonRef(row["person"])
        return found

    async def has(self, patient: PatientId) -> bool:
        """Return whether any clinic has such a record of the card's child."""
        return await queries.find_unchecked_persons_of(self._connection, patient=patient) is not None

    async def checked(self, limit: int) -> Sequence[UncheckedPerson]:
        """List records of cards whose policy is right by now, the oldest first."""
        rows = await queries.list_checked_persons(self._connection, limit=limit)
        return [
            UncheckedPerson(PatientId(row["patient_id"]), ClinicId(row["clinic_id"]), PersonRef(row["person"]))
            for row in rows
        ]

    async def drop(self, patient: PatientId, clinic: ClinicId) -> None:
        await queries.delete_unchecked_person(self._connection, patient=patient, clinic=clinic)

    async def forget(self, before: datetime) -> None:
        """Delete the records that were made before that moment."""
        await queries.delete_old_unchecked_persons(self._connection, before=seconds(before))
