"""Clinics, specialties, practices and what belongs to them: compared with a file, and written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.clinic_file.records import ClinicFile, SpecialtyRow
from bot.core.clinic import ClinicRules
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import rules_row
from storage.registry.importing.plan import (
    Changes,
    Found,
    Key,
    Problem,
    Reason,
    Rows,
    Sheet,
    SheetSummary,
    Values,
    compare,
    compare_sets,
    summary,
)
from storage.registry.importing.rows import (
    DISTRICT,
    EXCEPTION,
    TIMETABLE,
    clinic_row,
    clinic_specialty_row,
    district_key,
    doctors_by_code,
    document_row,
    exception_key,
    practice_row,
    specialty_row,
    timetable_key,
)
from storage.registry.seed.clinics import SPECIALTIES

queries = load_queries("importing")

DOCTOR = ["family", "given", "patronymic", "is_room", "position", "since_year", "category"]


@dataclass(slots=True)
class Known:
    """The rows of the registry by code; one that an earlier release has made is found by its name and gets its code."""

    clinics: dict[Key, Found] = field(default_factory=dict)
    specialties: dict[Key, Found] = field(default_factory=dict)
    practices: dict[Key, Found] = field(default_factory=dict)
    clinic_codes: dict[int, str] = field(default_factory=dict)
    practice_codes: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class DirectoryPlan:
    clinics: Changes
    specialties: Changes
    practices: Changes
    doctors: SheetSummary
    known: Known
    problems: list[Problem]

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
            summary(Sheet.CLINICS, self.clinics, lambda row: str(row["name"])),
            summary(Sheet.SPECIALTIES, self.specialties, lambda row: str(row["name"])),
            self.doctors,
            summary(Sheet.PRACTICES, self.practices, practice_label),
        ]


def practice_label(row: Values) -> str:
    name = " ".join(part for part in (row["family"], row["given"], row["patronymic"]) if part)
    return f"{row['code'] or '—'} ({name})"


# --- what is known ----------------------------------------------------------------------------------------------------


async def read_known(connection: Connection, file: ClinicFile) -> Known:
    known = Known()
    names = {clinic.name: clinic.code for clinic in file.clinics}
    clinics = await queries.list_known_clinics(connection)
    coded = {row["code"] for row in clinics}
    for row in clinics:
        code = row["code"] or _unless(names.get(row["name"]), coded) or f"#{row['id']}"
        known.clinics[code] = Found(row["id"], dict(row))
        known.clinic_codes[row["id"]] = code
    for row in await queries.list_known_specialties(connection):
        known.specialties[row["code"]] = Found(row["id"], dict(row))
    await _read_practices(connection, file, known)
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
        known.practices[code] = Found(row["id"], values)
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
        Problem(Sheet.PRACTICES, practice.code, Reason.UNKNOWN_DOCTOR)
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
    for each in SPECIALTIES:
        if code.casefold() in {each.code, each.name.casefold()}:
            return SpecialtyRow(code, each.name, "", (), each.min_age, each.max_age, each.sex, each.needs_referral)
    return SpecialtyRow(code, code)


def _name_problems(clinics: Rows, known: Known) -> Iterator[Problem]:
    owners: dict[str, Key] = {found.values["name"]: code for code, found in known.clinics.items()}
    for code, row in clinics.items():
        if owners.setdefault(row["name"], code) != code:
            yield Problem(Sheet.CLINICS, str(code), Reason.NAME_TAKEN)


def _practice_problems(practices: Rows, known: Known, clinics: Rows, specialties: Rows) -> Iterator[Problem]:
    owners = {_identity(found.values): code for code, found in known.practices.items()}
    for code, row in practices.items():
        found = known.practices.get(code)
        if row["clinic"] not in clinics and row["clinic"] not in known.clinics:
            yield Problem(Sheet.PRACTICES, str(code), Reason.UNKNOWN_CLINIC)
        elif row["specialty"] not in specialties and row["specialty"] not in known.specialties:
            yield Problem(Sheet.PRACTICES, str(code), Reason.UNKNOWN_SPECIALTY)
        elif found and (found.values["clinic"], found.values["specialty"]) != (row["clinic"], row["specialty"]):
            yield Problem(Sheet.PRACTICES, str(code), Reason.PRACTICE_MOVED)
        elif owners.setdefault(_identity(row), code) != code:
            yield Problem(Sheet.PRACTICES, str(code), Reason.DOCTOR_TWICE)


def _compare_doctors(practices: Rows, known: Known) -> SheetSummary:
    """Count doctors, who are stored with their practices."""
    wanted = {row["doctor_code"]: _columns(row, DOCTOR) for row in practices.values()}
    stored: dict[Key, Found] = {
        found.values["doctor_code"]: Found(found.id, _columns(found.values, DOCTOR) | {"retired": 0})
        for found in known.practices.values()
        if found.values["doctor_code"] is not None and not found.values["retired"]
    }
    changes = compare(wanted, stored)
    names = tuple(" ".join(filter(None, [str(each.values[part]) for part in DOCTOR[:3]])) for each in changes.gone)
    return SheetSummary(
        Sheet.DOCTORS, len(changes.new), len(changes.changed), changes.same, 0, len(names), tuple(sorted(names))
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
    await queries.save_clinics(connection, [_with_id(found) for found in plan.clinics.changed])
    first = max((found.values["place"] for found in known.specialties.values()), default=-1) + 1
    new = [dict(row) | {"place": place} for place, row in enumerate(plan.specialties.new, first)]
    await queries.add_specialties(connection, new)
    await queries.save_specialties(connection, [_with_id(found) for found in plan.specialties.changed])
    clinics = {row["code"]: row["id"] for row in await queries.list_known_clinics(connection)}
    specialties = {row["code"]: row["id"] for row in await queries.list_known_specialties(connection)}
    rows = [
        dict(row) | {"clinic_id": clinics[row["clinic"]], "specialty_id": specialties[row["specialty"]]}
        for row in plan.practices.new
    ]
    await queries.add_practices(connection, rows)
    await queries.save_practices(connection, [_with_id(found) for found in plan.practices.changed])
    practices = {row["code"]: row["id"] for row in await queries.list_known_practices(connection)}
    return Ids(clinics, specialties, practices)


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


def _with_id(found: Found) -> dict[str, Any]:
    return dict(found.values) | {"id": found.id}


# --- rows without a code: the file replaces those of the practices or clinics that it names ---------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What has happened to a sheet, and the ids of the practices and clinics whose days it may have changed."""

    summary: SheetSummary
    practices: frozenset[int] = frozenset()
    clinics: frozenset[int] = frozenset()


async def write_timetable(connection: Connection, file: ClinicFile, ids: Ids) -> Written:
    codes = {id: code for code, id in ids.practices.items()}
    named = {practice.code for practice in file.practices}
    stored = {
        (codes[row["doctor_id"]], *(row[column] for column in TIMETABLE)): dict(row)
        for row in await queries.list_timetable(connection)
        if codes.get(row["doctor_id"]) in named
    }
    new, same, ended = compare_sets(map(timetable_key, file.timetable), stored)
    rows = [dict(zip(TIMETABLE, key[1:], strict=True)) | {"doctor_id": ids.practices[key[0]]} for key in _tuples(new)]
    await queries.delete_timetable(connection, [{"id": row["id"]} for row in ended])
    await queries.add_timetable(connection, rows)
    touched = frozenset(row["doctor_id"] for row in [*rows, *ended])
    return Written(SheetSummary(Sheet.TIMETABLE, len(new), 0, same, len(ended)), touched)


async def write_exceptions(connection: Connection, file: ClinicFile, ids: Ids) -> Written | None:
    if file.exceptions is None:
        return None
    clinic_of = {practice.code: practice.clinic for practice in file.practices}
    clinics, practices = _codes(ids.clinics), _codes(ids.practices) | {None: ""}
    named = {clinic.code for clinic in file.clinics}
    stored = {
        (
            clinics[row["clinic_id"]],
            practices.get(row["doctor_id"], "#"),
            practices.get(row["substitute_id"], "#"),
            *(row[column] for column in EXCEPTION),
        ): dict(row)
        for row in await queries.list_exceptions(connection)
        if clinics.get(row["clinic_id"]) in named
    }
    wanted = [exception_key(row, row.clinic or clinic_of.get(row.practice, "")) for row in file.exceptions]
    new, same, ended = compare_sets(wanted, stored)
    rows: list[dict[str, Any]] = [
        dict(zip(EXCEPTION, key[3:], strict=True))
        | {
            "clinic_id": ids.clinics[key[0]],
            "doctor_id": ids.practices[key[1]] if key[1] else None,
            "substitute_id": ids.practices[key[2]] if key[2] else None,
        }
        for key in _tuples(new)
    ]
    await queries.delete_exceptions(connection, [{"id": row["id"]} for row in ended])
    await queries.add_exceptions(connection, rows)
    changed = [*rows, *ended]
    return Written(
        SheetSummary(Sheet.EXCEPTIONS, len(new), 0, same, len(ended)),
        frozenset(row[key] for row in changed for key in ("doctor_id", "substitute_id") if row[key] is not None),
        frozenset(row["clinic_id"] for row in changed if row["doctor_id"] is None),
    )


async def write_districts(connection: Connection, file: ClinicFile, ids: Ids) -> Written | None:
    if file.districts is None:
        return None
    clinics, practices = _codes(ids.clinics), _codes(ids.practices)
    named = {clinic.code for clinic in file.clinics}
    stored = {
        (
            clinics[row["clinic_id"]],
            practices.get(row["doctor_id"], "#"),
            *(row[column] for column in DISTRICT),
        ): dict(row)
        for row in await queries.list_districts(connection)
        if clinics.get(row["clinic_id"]) in named
    }
    new, same, ended = compare_sets(map(district_key, file.districts), stored)
    rows = [
        dict(zip(DISTRICT, key[2:], strict=True))
        | {"clinic_id": ids.clinics[key[0]], "doctor_id": ids.practices[key[1]]}
        for key in _tuples(new)
    ]
    await queries.delete_districts(connection, [{"id": row["id"]} for row in ended])
    await queries.add_districts(connection, rows)
    return Written(SheetSummary(Sheet.DISTRICTS, len(new), 0, same, len(ended)))


async def write_clinic_specialties(connection: Connection, file: ClinicFile, ids: Ids) -> int:
    """Write what a clinic says otherwise of a specialty; return how many rows have changed."""
    if file.specialties is None:
        return 0
    named = {ids.clinics[clinic.code] for clinic in file.clinics}
    stored = {
        (row["clinic_id"], row["specialty_id"]): dict(row)
        for row in await queries.list_clinic_specialties(connection)
        if row["clinic_id"] in named
    }
    wanted = {}
    for each in file.specialties:
        if each.clinic:
            place = ids.clinics[each.clinic], ids.specialties[each.code]
            wanted[place] = dict(clinic_specialty_row(each)) | {"clinic_id": place[0], "specialty_id": place[1]}
    changed = [row for key, row in wanted.items() if key not in stored or _is_other(row, stored[key])]
    ended = [row for key, row in stored.items() if key not in wanted]
    await queries.upsert_clinic_specialties(connection, changed)
    await queries.delete_clinic_specialties(connection, ended)
    return len(changed) + len(ended)


def _is_other(wanted: Values, stored: Values) -> bool:
    return any(stored[column] != value for column, value in wanted.items() if column in stored)


async def write_documents(connection: Connection, file: ClinicFile, ids: Ids, *, retire: bool) -> Written | None:
    if file.documents is None:
        return None
    clinics = _codes(ids.clinics)
    named = {clinic.code for clinic in file.clinics}
    stored: dict[Key, Found] = {
        (clinics[row["clinic_id"]], row["code"]): Found(row["id"], dict(row) | {"clinic": clinics[row["clinic_id"]]})
        for row in await queries.list_documents(connection)
        if clinics.get(row["clinic_id"]) in named
    }
    changes = compare({(row.clinic, row.code): document_row(row) for row in file.documents}, stored)
    await queries.add_documents(
        connection, [dict(row) | {"clinic_id": ids.clinics[row["clinic"]]} for row in changes.new]
    )
    await queries.save_documents(connection, [_with_id(found) for found in changes.changed])
    if retire:
        await queries.close_documents(connection, [{"id": found.id} for found in changes.gone])
    return Written(summary(Sheet.DOCUMENTS, changes, lambda row: f"{row['clinic']} {row['code']}"))


def reference_problems(file: ClinicFile, plan: DirectoryPlan) -> Iterator[Problem]:
    """Yield the rows that name a clinic or a practice which neither the file nor the registry has."""
    practices = {practice.code for practice in file.practices} | {str(code) for code in plan.known.practices}
    clinics = {clinic.code for clinic in file.clinics} | {str(code) for code in plan.known.clinics}
    for sheet, code in _named_practices(file):
        if code and code not in practices:
            yield Problem(sheet, code, Reason.UNKNOWN_PRACTICE)
    for sheet, code in _named_clinics(file):
        if code and code not in clinics:
            yield Problem(sheet, code, Reason.UNKNOWN_CLINIC)


def _named_practices(file: ClinicFile) -> Iterator[tuple[Sheet, str]]:
    yield from ((Sheet.TIMETABLE, row.practice) for row in file.timetable)
    for exception in file.exceptions or ():
        yield from ((Sheet.EXCEPTIONS, code) for code in (exception.practice, exception.substitute))
    yield from ((Sheet.DISTRICTS, row.practice) for row in file.districts or ())


def _named_clinics(file: ClinicFile) -> Iterator[tuple[Sheet, str]]:
    yield from ((Sheet.SPECIALTIES, row.clinic) for row in file.specialties or ())
    yield from ((Sheet.EXCEPTIONS, row.clinic) for row in file.exceptions or ())
    yield from ((Sheet.PATIENTS, row.clinic) for row in file.patients or ())
    yield from ((Sheet.DISTRICTS, row.clinic) for row in file.districts or ())
    yield from ((Sheet.DOCUMENTS, row.clinic) for row in file.documents or ())


def _codes(ids: dict[str, int]) -> dict[Any, str]:
    return {id: code for code, id in ids.items()}


def _tuples(keys: list[Key]) -> Iterator[tuple[Any, ...]]:
    for key in keys:
        assert isinstance(key, tuple)  # noqa: S101 - the keys of these sheets are tuples
        yield key
