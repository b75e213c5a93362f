"""The rows of enrollments, of the consents to pass data to a clinic, and of a clinic's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.applications.limit_rules import EnrollmentLimits
from bot.applications.records import ApplicationKind, DeskStanding, Enrollment
from bot.glossary import AccountId, ClinicId, DoctorId, PatientId
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("applications")


class SqlEnrollments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def current(self, patient: PatientId) -> Enrollment | None:
        """Return where the patient is enrolled by a decision made in the bot."""
        row = await queries.find_enrollment(self._connection, patient=patient)
        return None if row is None else _read(row)

    async def list_of(self, patient: PatientId) -> Sequence[Enrollment]:
        """Return all enrollments of a patient, the newest first."""
        return [_read(row) for row in await queries.list_enrollments_of_patient(self._connection, patient=patient)]

    async def start(
        self, patient: PatientId, clinic: ClinicId, now: datetime, district: str, doctor: DoctorId | None
    ) -> None:
        """Enroll a patient, which ends the enrollment before and takes a place, and make the clinic the card's own."""
        await queries.finish_enrollment(self._connection, patient=patient, now=seconds(now))
        await queries.add_enrollment(
            self._connection, patient=patient, clinic=clinic, now=seconds(now), district=district, doctor=doctor
        )
        await queries.take_enrollment_place(self._connection, clinic=clinic)
        await queries.set_clinic_of_card(self._connection, patient=patient, clinic=clinic)

    async def forget(self, before: datetime) -> None:
        """Delete enrollments that ended before that moment."""
        await queries.delete_old_enrollments(self._connection, before=seconds(before))

    async def limits(self, clinic: ClinicId) -> EnrollmentLimits:
        row = await queries.find_enrollment_limits(self._connection, clinic=clinic)
        return EnrollmentLimits() if row is None else EnrollmentLimits(bool(row["is_full"]), bool(row["own_area_only"]))

    async def set_limits(self, clinic: ClinicId, limits: EnrollmentLimits, now: datetime) -> None:
        """Store whom a clinic takes, and the moment if it has taken up enrollment again."""
        flags = {"is_full": int(limits.is_full), "own_area_only": int(limits.own_area_only)}
        await queries.save_enrollment_limits(self._connection, clinic=clinic, **flags, now=seconds(now))

    async def counted_places(self) -> Mapping[ClinicId, datetime]:
        """Return since when the places of each clinic are counted that has a number of them."""
        rows = await queries.list_counted_places(self._connection)
        return {ClinicId(row["clinic_id"]): moment(row["places_since"]) for row in rows}

    async def count_places(self, clinic: ClinicId, places: int | None, since: datetime | None, now: datetime) -> None:
        """Count down from so many places since a moment; None: the clinic enrolls without a limit."""
        left = None
        if places is not None and since is not None:
            taken = await queries.count_enrolled_since(self._connection, clinic=clinic, since=seconds(since))
            left = max(places - (0 if taken is None else taken["n"]), 0)
        await queries.save_enrollment_places(
            self._connection,
            clinic=clinic,
            since=None if since is None else seconds(since),
            places=left,
            used_up=int(left == 0),
            now=seconds(now),
        )

    async def has_desk(self, clinic: ClinicId) -> bool:
        """Return whether somebody works at a clinic who may decide applications."""
        return await queries.find_desk_of_clinic(self._connection, clinic=clinic) is not None

    async def standing(self, clinic: ClinicId) -> DeskStanding:
        """Return what one statement tells of one clinic; a list of clinics reads those of all at once."""
        row = await queries.find_standing_of_clinic(self._connection, clinic=clinic)
        return DeskStanding(has_desk=bool(row["has_desk"]), is_full=bool(row["is_full"]))

    async def clinics_with_desk(self) -> frozenset[ClinicId]:
        """Return the clinics of which ``has_desk`` is true."""
        return frozenset(ClinicId(row["clinic_id"]) for row in await queries.list_clinics_with_desk(self._connection))

    async def full_clinics(self) -> frozenset[ClinicId]:
        """Return the clinics that take nobody at present."""
        return frozenset(ClinicId(row["clinic_id"]) for row in await queries.list_full_clinics(self._connection))


class SqlClinicConsents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def give(
        self,
        account: AccountId,
        patient: PatientId,
        clinic: ClinicId,
        kind: ApplicationKind,
        version: str,
        digest: str,
        now: datetime,
    ) -> None:
        """Store a consent for one kind of applications, unless one is in force.

        ``digest`` is the SHA-256 of the text that was shown.
        """
        which = {"account": account, "patient": patient, "clinic": clinic, "kind": kind}
        await queries.add_clinic_consent(self._connection, **which, version=version, digest=digest, now=seconds(now))

    async def is_given(self, account: AccountId, patient: PatientId, clinic: ClinicId, kind: ApplicationKind) -> bool:
        which = {"account": account, "patient": patient, "clinic": clinic, "kind": kind}
        return await queries.find_clinic_consent(self._connection, **which) is not None

    async def revoke(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, kind: ApplicationKind, now: datetime
    ) -> None:
        """End a consent, unless another open application of the kind needs it."""
        which = {"account": account, "patient": patient, "clinic": clinic, "kind": kind}
        await queries.revoke_clinic_consent(self._connection, **which, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        """Delete consents that were revoked before that moment."""
        await queries.delete_old_clinic_consents(self._connection, before=seconds(before))


def _read(row: Row) -> Enrollment:
    return Enrollment(
        PatientId(row["patient_id"]),
        ClinicId(row["clinic_id"]),
        moment(row["since"]),
        moment(row["ended_at"]),
        row["district"],
        None if row["doctor_id"] is None else DoctorId(row["doctor_id"]),
    )
