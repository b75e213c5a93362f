"""Patients and referrals of a clinic's file: sealed, and found by blind indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.clinic_file.records import PatientRow, ReferralRow
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, make_uid
from storage.database.queries import load_queries
from storage.registry.importing.plan import ImportProblem, ImportSheet, Progress, Reason, SheetSummary
from storage.registry.rows import RegistryCipher, person_values

queries = load_queries("importing")

PAGE = 5000
"""persons read at once, so that a long list needs little memory"""


@dataclass(slots=True)
class PatientsPlan:
    new: list[tuple[bytes, PatientRow]] = field(default_factory=list)
    changed: list[tuple[bytes, bytes, PatientRow]] = field(default_factory=list)
    """index of the number, uid of the row, patient"""
    same: int = 0
    gone: list[int] = field(default_factory=list)

    def summary(self) -> SheetSummary:
        """Return how many there are; the names stay out of what is printed."""
        return SheetSummary(ImportSheet.PATIENTS, len(self.new), len(self.changed), self.same, 0, len(self.gone))


async def plan_patients(
    connection: Connection, sealing: RegistryCipher, patients: Sequence[PatientRow], clinics: Mapping[str, int]
) -> PatientsPlan:
    plan = PatientsPlan()
    wanted = {sealing.policy_index(patient.policy_number): patient for patient in patients}
    after, is_last = 0, False
    while not is_last:
        rows = await queries.list_persons_after(connection, after=after, limit=PAGE)
        is_last = len(rows) < PAGE
        for row in rows:
            after = row["id"]
            patient = wanted.pop(row["number_index"], None)
            if patient is not None:
                _compare(plan, sealing, row, patient, clinics)
            elif row["from_file"] and row["clinic_id"] is not None:
                plan.gone.append(row["id"])
    plan.new = list(wanted.items())
    return plan


def _compare(
    plan: PatientsPlan, sealing: RegistryCipher, row: Row, patient: PatientRow, clinics: Mapping[str, int]
) -> None:
    columns = _open_columns(patient, clinics) | {"snils_index": sealing.snils_index(patient.snils), "from_file": 1}
    is_same = all(row[column] == value for column, value in columns.items())
    if is_same and _opened(sealing, row) == _values(patient):
        plan.same += 1
    else:
        plan.changed.append((row["number_index"], row["uid"], patient))


def _opened(sealing: RegistryCipher, row: Row) -> list[str] | None:
    try:
        return sealing.open_values(row["uid"], row["person"])
    except CannotOpen:
        return None


def _values(patient: PatientRow) -> list[str]:
    return person_values(patient.name, patient.birth_date, patient.policy_number, patient.snils, patient.phone)


def _open_columns(patient: PatientRow, clinics: Mapping[str, int]) -> dict[str, Any]:
    return {
        "sex": patient.sex,
        "status": patient.status,
        "valid_until": _iso(patient.valid_until),
        "clinic_id": clinics[patient.clinic] if patient.clinic else None,
        "attached_on": _iso(patient.attached_on),
        "district": patient.district,
        "priority": int(patient.has_priority),
    }


async def write_patients(
    connection: Connection,
    sealing: RegistryCipher,
    plan: PatientsPlan,
    clinics: Mapping[str, int],
    progress: Progress | None = None,
) -> None:
    total = len(plan.new) + len(plan.changed)

    def rows() -> Iterator[dict[str, Any]]:
        for number, patient in plan.new:
            yield _row(sealing, number, make_uid(), patient, clinics)

    def changed() -> Iterator[dict[str, Any]]:
        for number, uid, patient in plan.changed:
            yield _row(sealing, number, uid, patient, clinics)

    await queries.add_persons(connection, _counted(rows(), 0, total, progress))
    await queries.save_persons(connection, _counted(changed(), len(plan.new), total, progress))


def _counted(
    rows: Iterator[dict[str, Any]], done: int, total: int, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, done + 1):
        yield row
        if progress and (number % 500 == 0 or number == total):
            progress(ImportSheet.PATIENTS, number, total)


def _row(
    sealing: RegistryCipher, number: bytes, uid: bytes, patient: PatientRow, clinics: Mapping[str, int]
) -> dict[str, Any]:
    return _open_columns(patient, clinics) | {
        "uid": uid,
        "number": number,
        "snils": sealing.snils_index(patient.snils),
        "person": sealing.seal_values(uid, _values(patient)),
    }


async def retire_patients(connection: Connection, plan: PatientsPlan) -> int:
    """Detach those whom the list no longer names from their clinic; their visits stay."""
    await queries.close_persons(connection, [{"id": id} for id in plan.gone])
    return len(plan.gone)


# --- referrals --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ReferralsPlan:
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    same: int = 0
    gone: list[Row] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


async def write_referrals(
    connection: Connection,
    sealing: RegistryCipher,
    referrals: Sequence[ReferralRow],
    specialties: Mapping[str, int],
    today: date,
    *,
    retire: bool,
) -> tuple[SheetSummary, list[ImportProblem]]:
    """Write referrals; return what has changed, and those whose patient nobody knows. A spent one keeps its visit."""
    stored = {row["number_index"]: row for row in await queries.list_referrals(connection)}
    plan = ReferralsPlan()
    for referral in referrals:
        row = stored.pop(sealing.referral_index(referral.number), None)
        await _plan_referral(connection, sealing, plan, referral, row, specialties)
    plan.gone = [row for row in stored.values() if _can_end(row, today)]
    await queries.add_referrals(connection, plan.new)
    await queries.save_referrals(connection, plan.changed)
    if retire:
        yesterday = (today - timedelta(days=1)).isoformat()
        await queries.close_referrals(connection, [{"id": row["id"], "day": yesterday} for row in plan.gone])
    return (
        SheetSummary(ImportSheet.REFERRALS, len(plan.new), len(plan.changed), plan.same, 0, len(plan.gone)),
        plan.problems,
    )


async def _plan_referral(
    connection: Connection,
    sealing: RegistryCipher,
    plan: ReferralsPlan,
    referral: ReferralRow,
    row: Row | None,
    specialties: Mapping[str, int],
) -> None:
    person = await queries.find_person_of_referral(connection, number=sealing.policy_index(referral.policy_number))
    if person is None or referral.specialty not in specialties:
        reason = Reason.NO_PATIENT if person is None else Reason.UNKNOWN_SPECIALTY
        plan.problems.append(ImportProblem(ImportSheet.REFERRALS, referral.number, reason))
        return
    columns = {
        "person_id": person["id"],
        "issued_on": referral.issued_on.isoformat(),
        "valid_until": referral.valid_until.isoformat(),
    }
    if row is not None and _is_same_referral(sealing, row, referral, columns):
        plan.same += 1
        return
    uid = make_uid() if row is None else row["uid"]
    more = {
        "uid": uid,
        "number": sealing.referral_index(referral.number),
        "referral": sealing.seal_referral(uid, referral.number, referral.from_whom),
        "specialty_id": specialties[referral.specialty],
    }
    (plan.new if row is None else plan.changed).append(columns | more)


def _can_end(row: Row, today: date) -> bool:
    return bool(row["from_file"]) and row["booking_id"] is None and row["valid_until"] >= today.isoformat()


def _is_same_referral(sealing: RegistryCipher, row: Row, referral: ReferralRow, columns: Mapping[str, Any]) -> bool:
    if not row["from_file"] or row["specialty"] != referral.specialty:
        return False
    if any(row[column] != value for column, value in columns.items()):
        return False
    try:
        known = sealing.read_referral(row)
    except CannotOpen:
        return False
    return (known.number, known.from_whom) == (referral.number, referral.from_whom)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
