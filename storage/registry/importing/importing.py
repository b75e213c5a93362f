"""Import a clinic's file: a trial that is rolled back, or all of it in one transaction.

The transaction is short, so that the bot can work meanwhile: patients are compared and sealed before it, and the days
of changed practices are opened after it in many short ones, which the bot finishes if the import is killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    note_places,
    plan_directory,
    read_known_clinics,
    reference_problems,
    retire_directory,
    write_directory,
)
from storage.registry.importing.people import (
    PreparedPeople,
    prepare_people,
    retire_people,
    write_people,
    write_referrals,
)
from storage.registry.importing.plan import Imported, ImportProblem, Progress, SheetSummary
from storage.registry.importing.slots import foretell_days, mark_practices, open_days
from storage.registry.publishing import Template
from storage.registry.rows import RegistryCipher


class RolledBack(Exception):
    """Ends the transaction without a change; ``written`` is what it would have changed."""

    def __init__(self, written: WrittenFile) -> None:
        super().__init__()
        self.written = written


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What a transaction has written, and the templates of the practices whose slots are to follow."""

    imported: Imported
    templates: Sequence[Template] = ()


class Importer:
    """Compares files with a registry and writes them."""

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex) -> None:
        self._database = database
        self._sealing = RegistryCipher(cipher, index)

    async def dry_run(self, file: ClinicFile, now: datetime, *, retire: bool = False) -> Imported:
        """Return what an import would change; nothing is changed."""
        written = await self._write(file, now, None, retire=retire, keep=False)
        return await foretell_days(self._database, written.imported, written.templates, now)

    async def apply(
        self, file: ClinicFile, now: datetime, *, retire: bool = False, progress: Progress | None = None
    ) -> Imported:
        """Write the file in one transaction. If it has problems, they are returned and nothing is changed."""
        written = await self._write(file, now, progress, retire=retire, keep=True)
        return await open_days(self._database, written.imported, written.templates, now, progress)

    async def _write(
        self, file: ClinicFile, now: datetime, progress: Progress | None, *, retire: bool, keep: bool
    ) -> WrittenFile:
        prepared = await self._database.read_long(
            lambda connection: _prepare(connection, self._sealing, file, progress)
        )

        async def work(connection: Connection) -> WrittenFile:
            written = await _write_file(
                connection, self._sealing, file, prepared, now, retire=retire, is_trial=not keep
            )
            if written.imported.problems or not keep:
                raise RolledBack(written)
            return written

        try:
            return await self._database.write(work)
        except RolledBack as end:
            return end.written
        finally:
            prepared.close()


async def import_file(connection: Connection, sealing: RegistryCipher, file: ClinicFile, now: datetime) -> None:
    """Write a file without problems within a transaction; no slot changes."""
    prepared = await _prepare(connection, sealing, file)
    try:
        await _write_file(connection, sealing, file, prepared, now, publish=False)
    finally:
        prepared.close()


async def _prepare(
    connection: Connection, sealing: RegistryCipher, file: ClinicFile, progress: Progress | None = None
) -> PreparedPeople:
    known = await read_known_clinics(connection, file)
    clinics = {str(code): found.id for code, found in known.clinics.items()}
    return await prepare_people(connection, sealing, file, clinics, progress)


async def _write_file(
    connection: Connection,
    sealing: RegistryCipher,
    file: ClinicFile,
    people: PreparedPeople,
    now: datetime,
    *,
    retire: bool = False,
    is_trial: bool = False,
    publish: bool = True,
) -> WrittenFile:
    """Write a file within a transaction. The caller rolls it back if problems are returned, or if ``is_trial``."""
    plan = await plan_directory(connection, file)
    problems = list(dict.fromkeys([*plan.problems, *reference_problems(file, plan, people.clinics)]))
    if problems:
        return WrittenFile(Imported(tuple(plan.summaries()), tuple(problems)))
    ids = await write_directory(connection, plan)
    await note_places(connection, file, ids, now)
    retired = await retire_directory(connection, plan) if retire else 0
    others = await write_clinic_specialties(connection, file, ids)
    belongings = [
        await write_timetable(connection, file, ids),
        await write_exceptions(connection, file, ids),
        await write_districts(connection, file, ids),
        await write_documents(connection, file, ids, retire=retire),
    ]
    sheets = [*plan.summaries(), *(each.summary for each in belongings if each is not None)]
    sheets = [_with_more(sheet, others) for sheet in sheets]
    found = await _write_people(connection, sealing, file, people, ids, now, retire=retire, is_trial=is_trial)
    imported = Imported((*sheets, *found.sheets), tuple(found.problems), retired=retired + found.retired)
    if not publish or imported.problems:
        return WrittenFile(imported)
    changed = plan.changed_practices() | (plan.ended_practices() if retire else set())
    clinics: set[int] = set()
    for each in filter(None, belongings):
        changed |= each.practices
        clinics |= each.clinics
    return WrittenFile(imported, await mark_practices(connection, changed, clinics, now))


def _with_more(sheet: SheetSummary, others: int) -> SheetSummary:
    """Add what clinics say otherwise of specialties to the count of their sheet."""
    if sheet.sheet != "SPECIALTIES" or not others:
        return sheet
    return SheetSummary(
        sheet.sheet, sheet.new, sheet.changed + others, sheet.same, sheet.ended, sheet.gone, sheet.gone_names
    )


@dataclass(slots=True)
class _WrittenPeople:
    sheets: list[SheetSummary] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    retired: int = 0


async def _write_people(
    connection: Connection,
    sealing: RegistryCipher,
    file: ClinicFile,
    people: PreparedPeople,
    ids: Ids,
    now: datetime,
    *,
    retire: bool,
    is_trial: bool,
) -> _WrittenPeople:
    found = _WrittenPeople()
    if people.is_listed:
        found.sheets.append(people.summary())
        if not is_trial:
            await write_people(connection, people, ids.clinics)
        found.retired += await retire_people(connection, people) if retire else 0
    if file.referrals is not None:
        summary, found.problems = await write_referrals(
            connection,
            sealing,
            file.referrals,
            ids.specialties,
            now.astimezone(UTC).date(),
            retire=retire,
            will_be_known=people.named if is_trial else None,
        )
        found.sheets.append(summary)
        found.retired += summary.gone if retire else 0
    return found
