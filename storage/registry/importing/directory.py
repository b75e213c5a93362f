"""Clinics, specialties, and practices: compared with a file, and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clinic_file.records import ClinicFile, SpecialtyRow
from bot.clinic_file.usual_referrals import asks_for_referral
from bot.core.clinic import ClinicRules
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import rules_row, seconds
from storage.registry.importing.plan import (
    ImportProblem,
    ImportSheet,
    Key,
    KnownRow,
    Reason,
    Rows,
    SheetChanges,
    SheetSummary,
    Values,
    compare,
    summary,
)
from storage.registry.importing.rows import (
    clinic_row,
    doctors_by_code,
    practice_row,
    specialty_row,
)
from storage.registry.seed.clinics import RECEPTION, SPECIALTIES

queries = load_queries("importing")

DOCTOR = ["family", "given", "patronymic", "is_room", "position", "since_year", "category"]


@dataclass(slots=True)
class Known:
    """The rows of the registry by code; one that an earlier release has made is found by its name and gets its code."""

    clinics: dict[Key, KnownRow] = field(default_factory=dict)
    specialties: dict[Key, KnownRow] = field(default_factory=dict)
    practices: dict[Key, KnownRow] = field(default_factory=dict)
    clinic_codes: dict[int, str] = field(default_factory=dict)
    practice_codes: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class DirectoryPlan:
    clinics: SheetChanges
    specialties: SheetChanges
    practices: SheetChanges
    doctors: SheetSummary
    known: Known
    problems: list[ImportProblem]

    def changed_practices(self) -> set[int]:
        """Return the practices whose slots may be others, but for their timetable."""
        found = {each.id for each in self.practices.changed}
        clinics = {str(each.values["code"]) for each in self.clinics.changed}
        return found | {each.id for each in self.known.practices.values() if each.values["clinic"] in clinics}

    def ended_practices(self) -> set[int]:
        """Return the practices that end if what the file no longer names is retired."""
        clinics = {self.known.clinic_codes[each.id] for each in self.clinics.gone}
        found = {each.id for each in self.practices.gone}
        return found | {each.id for each in self.known.practices.values() if each.values["clinic"] in clinics}

    def summaries(self) -> list[SheetSummary]:
        return [
            summary(ImportSheet.CLINICS, self.clinics, lambda row: str(row["name"])),
            summary(ImportSheet.SPECIALTIES, self.specialties, lambda row: str(row["name"])),
            self.doctors,
            summary(ImportSheet.PRACTICES, self.practices, practice_label),
        ]


def practice_label(row: Values) -> str:
    name = " ".join(part for part in (row["family"], row["given"], row["patronymic"]) if part)
    return f"{row['code'] or '—'} ({name})"


# --- what is known ----------------------------------------------------------------------------------------------------


async def read_known(connection: Connection, file: ClinicFile) -> Known:
    known = await read_known_clinics(connection, file)
    for row in await queries.list_known_specialties(connection):
        known.specialties[row["code"]] = KnownRow(row["id"], dict(row))
    await _read_practices(connection, file, known)
    return known


async def read_known_clinics(connection: Connection, file: ClinicFile) -> Known:
    known = Known()
    names = {clinic.name: clinic.code for clinic in file.clinics}
    clinics = await queries.list_known_clinics(connection)
    coded = {row["code"] for row in clinics}
    for row in clinics:
        code = row["code"] or _unless(names.get(row["name"]), coded) or f"#{row['id']}"
        known.clinics[code] = KnownRow(row["id"], dict(row))
        known.clinic_codes[row["id"]] = code
    return known


async def _read_practices(connection: Connection, file: ClinicFile, known: Known) -> None:
    doctors = doctors_by_code(file)
    names = {
        _identity(practice_row(practice, doctors[practice.doctor])): practice.code
        for practice in file.practices
        if practice.doctor in doctors
    }
    practices = await queries.list_known_practices(connection)
    coded = {row["code"] for row in practices}
    for row in practices:
        values = dict(row) | {"clinic": known.clinic_codes[row["clinic_id"]]}
        code = row["code"] or _unless(names.get(_identity(values)), coded) or f"#{row['id']}"
        known.practices[code] = KnownRow(row["id"], values)
        known.practice_codes[row["id"]] = code


def _unless(code: str | None, taken: set[Any]) -> str | None:
    return None if code in taken else code


def _identity(row: Values) -> tuple[object, ...]:
    """Return what no two practices have in common."""
    return row["clinic"], row["specialty"], row["family"], row["given"], row["patronymic"]


# --- the plan ---------------------------------------------------------------------------------------------------------


async def plan_directory(connection: Connection, file: ClinicFile) -> DirectoryPlan:
    known = await read_known(connection, file)
    clinics: Rows = {clinic.code: clinic_row(clinic) for clinic in file.clinics}
    specialties = _wanted_specialties(file, known)
    doctors = doctors_by_code(file)
    practices: Rows = {
        practice.code: practice_row(practice, doctors[practice.doctor])
        for practice in file.practices
        if practice.doctor in doctors
    }
    changed = compare(specialties, known.specialties)
    used = {row["specialty"] for row in practices.values()}
    changed.gone = [
        found for found in changed.gone if file.specialties is not None and found.values["code"] not in used
    ]
    plan = DirectoryPlan(
        compare(clinics, known.clinics),
        changed,
        compare(practices, known.practices),
        _compare_doctors(practices, known),
        known,
        [],
    )
    plan.problems += [
        ImportProblem(ImportSheet.PRACTICES, practice.code, Reason.UNKNOWN_DOCTOR)
        for practice in file.practices
        if practice.doctor not in doctors
    ]
    plan.problems += _name_problems(clinics, known)
    plan.problems += _practice_problems(practices, known, clinics, specialties)
    return plan


def _wanted_specialties(file: ClinicFile, known: Known) -> Rows:
    """Return the specialties of all clinics, and those that only one clinic names and nobody has yet."""
    rows = file.specialties or ()
    wanted: Rows = {row.code: specialty_row(row) for row in rows if not row.clinic}
    for row in rows:
        if row.clinic and row.code not in wanted:
            found = known.specialties.get(row.code)
            columns = specialty_row(row)
            wanted[row.code] = columns if found is None else {key: found.values[key] for key in columns}
    if file.specialties is None:
        unknown = {practice.specialty for practice in file.practices} - {str(code) for code in known.specialties}
        wanted |= {code: specialty_row(standard_specialty(code)) for code in sorted(unknown)}
    return wanted


def standard_specialty(code: str) -> SpecialtyRow:
    """Return what is usual for a specialty that a file without its sheet names by code or by name."""
    for each in (*SPECIALTIES, RECEPTION):
        if code.casefold() in {each.code, each.name.casefold()}:
            return SpecialtyRow(code, each.name, "", (), each.min_age, each.max_age, each.sex, each.needs_referral)
    return SpecialtyRow(code, code, needs_referral=asks_for_referral(code))


def _name_problems(clinics: Rows, known: Known) -> Iterator[ImportProblem]:
    owners: dict[str, Key] = {found.values["name"]: code for code, found in known.clinics.items()}
    for code, row in clinics.items():
        if owners.setdefault(row["name"], code) != code:
            yield ImportProblem(ImportSheet.CLINICS, str(code), Reason.NAME_TAKEN)


def _practice_problems(practices: Rows, known: Known, clinics: Rows, specialties: Rows) -> Iterator[ImportProblem]:
    owners = {_identity(found.values): code for code, found in known.practices.items()}
    for code, row in practices.items():
        found = known.practices.get(code)
        if row["clinic"] not in clinics and row["clinic"] not in known.clinics:
            yield ImportProblem(ImportSheet.PRACTICES, str(code), Reason.UNKNOWN_CLINIC)
        elif row["specialty"] not in specialties and row["specialty"] not in known.specialties:
            yield ImportProblem(ImportSheet.PRACTICES, str(code), Reason.UNKNOWN_SPECIALTY)
        elif found and (found.values["clinic"], found.values["specialty"]) != (row["clinic"], row["specialty"]):
            yield ImportProblem(ImportSheet.PRACTICES, str(code), Reason.PRACTICE_MOVED)
        elif owners.setdefault(_identity(row), code) != code:
            yield ImportProblem(ImportSheet.PRACTICES, str(code), Reason.DOCTOR_TWICE)


def _compare_doctors(practices: Rows, known: Known) -> SheetSummary:
    """Count doctors, who are stored with their practices."""
    wanted = {row["doctor_code"]: _columns(row, DOCTOR) for row in practices.values()}
    stored: dict[Key, KnownRow] = {
        found.values["doctor_code"]: KnownRow(found.id, _columns(found.values, DOCTOR) | {"retired": 0})
        for found in known.practices.values()
        if found.values["doctor_code"] is not None and not found.values["retired"]
    }
    changes = compare(wanted, stored)
    names = tuple(" ".join(filter(None, [str(each.values[part]) for part in DOCTOR[:3]])) for each in changes.gone)
    return SheetSummary(
        ImportSheet.DOCTORS, len(changes.new), len(changes.changed), changes.same, 0, len(names), tuple(sorted(names))
    )


def _columns(row: Values, columns: list[str]) -> dict[str, Any]:
    return {column: row[column] for column in columns}


# --- writing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of the rows by code, after the directory is written."""

    clinics: dict[str, int]
    specialties: dict[str, int]
    practices: dict[str, int]


async def write_directory(connection: Connection, plan: DirectoryPlan) -> Ids:
    known = plan.known
    rules = rules_row(ClinicRules())
    await queries.add_clinics(connection, [rules | dict(row) for row in plan.clinics.new])
    await queries.save_clinics(connection, [with_id(found) for found in plan.clinics.changed])
    first = max((found.values["place"] for found in known.specialties.values()), default=-1) + 1
    new = [dict(row) | {"place": place} for place, row in enumerate(plan.specialties.new, first)]
    await queries.add_specialties(connection, new)
    await queries.save_specialties(connection, [with_id(found) for found in plan.specialties.changed])
    clinics = {row["code"]: row["id"] for row in await queries.list_known_clinics(connection)}
    specialties = {row["code"]: row["id"] for row in await queries.list_known_specialties(connection)}
    rows = [
        dict(row) | {"clinic_id": clinics[row["clinic"]], "specialty_id": specialties[row["specialty"]]}
        for row in plan.practices.new
    ]
    await queries.add_practices(connection, rows)
    await queries.save_practices(connection, [with_id(found) for found in plan.practices.changed])
    practices = {row["code"]: row["id"] for row in await queries.list_known_practices(connection)}
    return Ids(clinics, specialties, practices)


async def note_places(connection: Connection, file: ClinicFile, ids: Ids, now: datetime) -> None:
    """Note since when the places are counted that each clinic of the file names: since this import."""
    named = {each.code for each in file.clinics if "places" in each.details}
    rows = [{"id": ids.clinics[each.code], "at": seconds(now) if each.code in named else None} for each in file.clinics]
    await queries.set_places_at(connection, rows)


async def retire_directory(connection: Connection, plan: DirectoryPlan) -> int:
    """End the rows that the file no longer names; return how many."""
    ended = 0
    for close, changes in (
        (queries.close_practices, plan.practices),
        (queries.close_specialties, plan.specialties),
        (queries.close_clinics, plan.clinics),
    ):
        await close(connection, [{"id": found.id} for found in changes.gone])
        ended += len(changes.gone)
    return ended


def with_id(found: KnownRow) -> dict[str, Any]:
    return dict(found.values) | {"id": found.id}


# --- references -------------------------------------------------------------------------------------------------------


def reference_problems(file: ClinicFile, plan: DirectoryPlan, of_patients: Iterable[str]) -> Iterator[ImportProblem]:
    """Yield the rows that name a clinic or a practice which neither the file nor the registry has.

    ``of_patients`` are the clinics that the sheet of patients names: going through it takes too long here.
    """
    practices = {practice.code for practice in file.practices} | {str(code) for code in plan.known.practices}
    clinics = {clinic.code for clinic in file.clinics} | {str(code) for code in plan.known.clinics}
    for sheet, code in _named_practices(file):
        if code and code not in practices:
            yield ImportProblem(sheet, code, Reason.UNKNOWN_PRACTICE)
    named = [*_named_clinics(file), *((ImportSheet.PATIENTS, code) for code in of_patients)]
    for sheet, code in named:
        if code and code not in clinics:
            yield ImportProblem(sheet, code, Reason.UNKNOWN_CLINIC)


def _named_practices(file: ClinicFile) -> Iterator[tuple[ImportSheet, str]]:
    yield from ((ImportSheet.TIMETABLE, row.practice) for row in file.timetable)
    for exception in file.exceptions or ():
        yield from ((ImportSheet.EXCEPTIONS, code) for code in (exception.practice, exception.substitute))
    yield from ((ImportSheet.DISTRICTS, row.practice) for row in file.districts or ())


def _named_clinics(file: ClinicFile) -> Iterator[tuple[ImportSheet, str]]:
    yield from ((ImportSheet.SPECIALTIES, row.clinic) for row in file.specialties or ())
    yield from ((ImportSheet.EXCEPTIONS, row.clinic) for row in file.exceptions or ())
    yield from ((ImportSheet.DISTRICTS, row.clinic) for row in file.districts or ())
    yield from ((ImportSheet.DOCUMENTS, row.clinic) for row in file.documents or ())
