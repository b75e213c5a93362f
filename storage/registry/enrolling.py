"""Enrollment at a clinic of the registry, the districts of a clinic, and the documents that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.clinic_file.records import IssuedBy
from bot.clinics.desk_port import AreaStreet
from bot.clinics.port import NotFound
from bot.core.clinic_documents import ClinicDocument, DocumentAsks
from bot.glossary import ClinicRef, DoctorRef, DocumentId, PersonRef
from storage.registry.desk_tables import DeskTables
from storage.registry.rows import row_id
from storage.registry.store import queries


class EnrollingDesk(DeskTables):
    """The part of the embedded ``ClinicDesk`` about enrollment and documents."""

    async def enroll(self, clinic: ClinicRef, person: PersonRef, since: date, district: str) -> None:
        what = {"clinic": row_id(clinic), "person": row_id(person), "since": since.isoformat(), "district": district}
        row = await self._database.write(lambda connection: queries.set_clinic_of_person(connection, **what))
        if row is None:
            raise NotFound

    async def streets(self, clinic: ClinicRef) -> Sequence[AreaStreet]:
        rows = await self._database.read(
            lambda connection: queries.list_streets_of_clinic(connection, clinic=row_id(clinic))
        )
        return [
            AreaStreet(row["district"], DoctorRef(str(row["doctor_id"])), row["street"], row["houses"]) for row in rows
        ]

    async def documents(self, clinic: ClinicRef) -> Sequence[ClinicDocument]:
        rows = await self._database.read(
            lambda connection: queries.list_documents_of_clinic(connection, clinic=row_id(clinic))
        )
        return [
            ClinicDocument(
                DocumentId(row["id"]),
                row["name"],
                row["audience"],
                row["bring"],
                row["days"],
                row["valid_days"],
                row["min_age"],
                row["max_age"],
                DocumentAsks.NOTHING if row["asks"] is None else DocumentAsks(row["asks"]),
                row["issued_by"] == IssuedBy.FILE,
            )
            for row in rows
        ]
