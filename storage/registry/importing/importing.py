"""Import a clinic's file: a trial that is rolled back, or all of it in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.clinic_file.records import ClinicFile
from storage.database.connection import Connection, Database
from storage.database.crypto import BlindIndex, Cipher
from storage.registry.importing.belongings import (
    write_clinic_specialties,
    write_districts,
    write_documents,
    write_exceptions,
    write_timetable,
)
from storage.registry.importing.directory import (
    Ids,
    plan_directory,
    reference_problems,
    retire_directory,
    write_directory,
)
from storage.registry.importing.people import plan_patients, retire_patients, write_patients, write_referrals
from storage.registry.importing.plan import Imported, ImportProblem, Progress, SheetSummary
from storage.registry.importing.slots import publish_changes
from storage.registry.rows import RegistryCipher


class RolledBack(Exception):
    """Ends the transaction without a change; ``imported`` is what it would have changed."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


class Importer:
    """Compares files with a registry and writes them."""

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex) -> None:
        self._database = database
        self._sealing = RegistryCipher(cipher, index)

    async def dry_run(self, file: ClinicFile, now: datetime, *, retire: bool = False) -> Imported:
        """Return what an import would change; nothing is changed."""
        return await self._run(file, now, retire=retire, keep=False)

    async def apply(
        self, file: ClinicFile, now: datetime, *, retire: bool = False, progress: Progress | None = None
    ) -> Imported:
        """Write the file in one transaction. If it has problems, they are returned and nothing is changed."""
        return await self._run(file, now, retire=retire, keep=True, progress=progress)

    async def _run(
        self, file: ClinicFile, now: datetime, *, retire: bool, keep: bool, progress: Progress | None = None
    ) -> Imported:
        async def work(connection: Connection) -> Imported:
            imported = await import_file(
                connection, self._sealing, file, now, retire=retire, is_trial=not keep, progress=progress
            )
            if imported.problems or not keep:
                raise RolledBack(imported)
            return imported

        try:
            return await self._database.write(work)
        except RolledBack as end:
            return end.imported


async def import_file(
    connection: Connection,
    sealing: RegistryCipher,
    file: ClinicFile,
    now: datetime,
    *,
    retire: bool = False,
    is_trial: bool = False,
    publish: bool = True,
    progress: Progress | None = None,
) -> Imported:
    """Write a file within a transaction. The caller rolls it back if problems are returned.

    ``is_trial`` leaves out the patients, whose sealing takes long: they are compared only. Without ``publish`` no slot
    changes.
    """
    plan = await plan_directory(connection, file)
    problems = list(dict.fromkeys([*plan.problems, *reference_problems(file, plan)]))
    if problems:
        return Imported(tuple(plan.summaries()), tuple(problems))
    ids = await write_directory(connection, plan)
    retired = await retire_directory(connection, plan) if retire else 0
    changed = plan.changed_practices() | (plan.ended_practices() if retire else set())
    clinics: set[int] = set()
    others = await write_clinic_specialties(connection, file, ids)
    written = [
        await write_timetable(connection, file, ids),
        await write_exceptions(connection, file, ids),
        await write_districts(connection, file, ids),
        await write_documents(connection, file, ids, retire=retire),
    ]
    sheets = [*plan.summaries(), *(each.summary for each in written if each is not None)]
    sheets = [_with_more(sheet, others) for sheet in sheets]
    people = await _import_people(
        connection, sealing, file, ids, now, retire=retire, is_trial=is_trial, progress=progress
    )
    sheets += people[0]
    imported = Imported(tuple(sheets), tuple(people[1]), retired=retired + people[2])
    if not publish or imported.problems:
        return imported
    for each in filter(None, written):
        changed |= each.practices
        clinics |= each.clinics
    return await publish_changes(connection, imported, changed, clinics, now)


def _with_more(sheet: SheetSummary, others: int) -> SheetSummary:
    """Add what clinics say otherwise of specialties to the count of their sheet."""
    if sheet.sheet != "SPECIALTIES" or not others:
        return sheet
    return SheetSummary(
        sheet.sheet, sheet.new, sheet.changed + others, sheet.same, sheet.ended, sheet.gone, sheet.gone_names
    )


async def _import_people(
    connection: Connection,
    sealing: RegistryCipher,
    file: ClinicFile,
    ids: Ids,
    now: datetime,
    *,
    retire: bool,
    is_trial: bool,
    progress: Progress | None,
) -> tuple[list[SheetSummary], list[ImportProblem], int]:
    sheets: list[SheetSummary] = []
    problems: list[ImportProblem] = []
    retired = 0
    if file.patients is not None:
        patients = await plan_patients(connection, sealing, file.patients, ids.clinics)
        sheets.append(patients.summary())
        # A referral of the file may be that of a patient of the file.
        if not is_trial or file.referrals:
            await write_patients(connection, sealing, patients, ids.clinics, progress)
        retired += await retire_patients(connection, patients) if retire else 0
    if file.referrals is not None:
        found, problems = await write_referrals(
            connection, sealing, file.referrals, ids.specialties, now.astimezone(UTC).date(), retire=retire
        )
        sheets.append(found)
        retired += found.gone if retire else 0
    return sheets, problems, retired
