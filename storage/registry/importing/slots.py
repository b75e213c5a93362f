"""The slots after an import: days of changed practices are planned again, and new practices are published."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from storage.database.connection import Connection, Database
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.registry.importing.plan import Imported, ImportSheet, Progress, TouchedVisits
from storage.registry.publishing import (
    Replanned,
    Template,
    in_units,
    plan_changes,
    read_open_days,
    read_template,
    replan,
)

queries = load_queries("importing")


async def mark_practices(
    connection: Connection, practices: set[int], clinics: set[int], now: datetime
) -> list[Template]:
    """Mark whose slots may be others than before, which all practices of ``clinics`` may have; return the templates.

    The marks are in the transaction of the import: what an import does not live to open, the bot or the next import
    opens.
    """
    practices = practices | {row["doctor_id"] for row in await queries.list_marked_practices(connection)}
    rows = await queries.list_known_practices(connection)
    ids = [row["id"] for row in rows if row["id"] in practices or row["clinic_id"] in clinics]
    await queries.mark_replan(connection, [{"practice": id, "now": seconds(now)} for id in ids])
    return [await read_template(connection, id, now) for id in ids]


async def open_days(
    database: Database, imported: Imported, templates: Sequence[Template], now: datetime, progress: Progress | None
) -> Imported:
    """Bring the slots up to the templates, some practices in a transaction, so that the bot never waits long.

    Booked and held slots stay; the booked ones are reported.
    """

    async def change(unit: Sequence[Template]) -> list[Replanned]:
        return await database.write(partial(replan, practices=[each.id for each in unit], now=now))

    return await _count(imported, templates, change, progress)


async def foretell_days(
    database: Database, imported: Imported, templates: Sequence[Template], now: datetime
) -> Imported:
    """Count what ``open_days`` would change."""

    async def plan(unit: Sequence[Template]) -> list[Replanned]:
        async def read(connection: Connection) -> list[Replanned]:
            found = [(each, await read_open_days(connection, each, now)) for each in unit]
            return [plan_changes(template, days, now).counts for template, days in found]

        return await database.read(read)

    return await _count(imported, templates, plan, None)


async def _count(
    imported: Imported,
    templates: Sequence[Template],
    do: Callable[[Sequence[Template]], Awaitable[list[Replanned]]],
    progress: Progress | None,
) -> Imported:
    new, withdrawn, done, touched = 0, 0, 0, list[TouchedVisits]()
    by_id = {each.id: each for each in templates}
    for ids in in_units([*by_id], max((each.clinic.length for each in templates), default=1)):
        unit = [by_id[id] for id in ids]
        for template, found in zip(unit, await do(unit), strict=True):
            new, withdrawn = new + found.new, withdrawn + found.withdrawn
            touched += _touched(template, found)
        done += len(unit)
        if progress:
            progress(ImportSheet.TIMETABLE, done, len(templates))
    return replace(imported, new_slots=new, withdrawn_slots=withdrawn, touched=tuple(touched))


def _touched(template: Template, found: Replanned) -> Iterator[TouchedVisits]:
    if found.booked:
        yield TouchedVisits(template.code, template.doctor, len(found.booked), found.booked[0], found.booked[-1])
