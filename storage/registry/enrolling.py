"""Enrollment at a clinic of the registry, and the districts of a clinic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.clinics.desk_port import AreaStreet
from bot.clinics.port import NotFound
from bot.glossary import ClinicRef, DoctorRef, PersonRef
from storage.registry.desk_tables import DeskTables
from storage.registry.rows import row_id
from storage.registry.store import queries


class EnrollingDesk(DeskTables):
    """The part of the embedded ``ClinicDesk`` about enrollment."""

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
