"""The slots after an import: days of changed practices are planned again, and new practices are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.registry.importing.plan import Imported, TouchedVisits
from storage.registry.publishing import days_to_publish, publish_missing, replan

queries = load_queries("importing")


async def publish_changes(
    connection: Connection, imported: Imported, practices: set[int], clinics: set[int], now: datetime
) -> Imported:
    """Bring the slots up to the template. Booked and held ones stay; the booked ones are reported.

    ``practices`` may have other slots than before, and so may all practices of ``clinics``.
    """
    of_clinic: dict[int, set[int]] = defaultdict(set)
    for row in await queries.list_known_practices(connection):
        if row["id"] in practices or row["clinic_id"] in clinics:
            of_clinic[row["clinic_id"]].add(row["id"])
    new, withdrawn, booked = 0, 0, set[int]()
    for row in await queries.list_clinics_to_plan(connection):
        days = days_to_publish(row, now)
        if changed := of_clinic.get(row["id"]):
            found = await replan(connection, days, changed, now)
            new, withdrawn = new + found.new, withdrawn + found.withdrawn
            booked |= {*found.booked}
        if not row["retired"]:
            new += (await publish_missing(connection, days, now)).slots
    touched = [visits for each in of_clinic.values() for visits in await _list_touched(connection, each, booked, now)]
    return replace(imported, new_slots=new, withdrawn_slots=withdrawn, touched=tuple(touched))


async def _list_touched(
    connection: Connection, practices: set[int], booked: set[int], now: datetime
) -> Sequence[TouchedVisits]:
    if not booked:
        return []
    found = []
    for practice in sorted(practices):
        rows = await queries.list_touched_visits(connection, practice=practice, now=seconds(now))
        found += [*_touched([row for row in rows if row["id"] in booked])]
    return found


def _touched(rows: Sequence[Row]) -> Iterator[TouchedVisits]:
    if rows:
        first = rows[0]
        doctor = " ".join(part for part in (first["family"], first["given"], first["patronymic"]) if part)
        yield TouchedVisits(first["code"] or "", doctor, len(rows), first["local_day"], rows[-1]["local_day"])
