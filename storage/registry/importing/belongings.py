"""Hours, days off, districts and papers: the file replaces those of the practices or clinics that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.clinic_file.records import ClinicFile
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.registry.importing.directory import Ids, with_id
from storage.registry.importing.plan import (
    ImportSheet,
    Key,
    KnownRow,
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
    clinic_specialty_row,
    district_key,
    document_row,
    exception_key,
    timetable_key,
)

queries = load_queries("importing")


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
    return Written(SheetSummary(ImportSheet.TIMETABLE, len(new), 0, same, len(ended)), touched)


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
        SheetSummary(ImportSheet.EXCEPTIONS, len(new), 0, same, len(ended)),
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
    return Written(SheetSummary(ImportSheet.DISTRICTS, len(new), 0, same, len(ended)))


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
    stored: dict[Key, KnownRow] = {
        (clinics[row["clinic_id"]], row["code"]): KnownRow(row["id"], dict(row) | {"clinic": clinics[row["clinic_id"]]})
        for row in await queries.list_documents(connection)
        if clinics.get(row["clinic_id"]) in named
    }
    changes = compare({(row.clinic, row.code): document_row(row) for row in file.documents}, stored)
    await queries.add_documents(
        connection, [dict(row) | {"clinic_id": ids.clinics[row["clinic"]]} for row in changes.new]
    )
    await queries.save_documents(connection, [with_id(found) for found in changes.changed])
    if retire:
        await queries.close_documents(connection, [{"id": found.id} for found in changes.gone])
    return Written(summary(ImportSheet.DOCUMENTS, changes, lambda row: f"{row['clinic']} {row['code']}"))


def _codes(ids: dict[str, int]) -> dict[Any, str]:
    return {id: code for code, id in ids.items()}


def _tuples(keys: list[Key]) -> Iterator[tuple[Any, ...]]:
    for key in keys:
        assert isinstance(key, tuple)  # noqa: S101 - the keys of these sheets are tuples
        yield key
