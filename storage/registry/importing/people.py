"""Patients and referrals of a clinic's file: sealed, and found by blind indexes."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from itertools import islice
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Any

from bot.clinic_file.records import ClinicFile, PatientRow, ReferralRow
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, make_uid
from storage.database.queries import load_queries
from storage.registry.importing.plan import ImportProblem, ImportSheet, Progress, Reason, SheetSummary
from storage.registry.rows import RegistryCipher, person_values

queries = load_queries("importing")

PAGE = 5000
"""persons read at once, so that a long list needs little memory"""
AT_ONCE = 100
"""patients of a file that are compared at once: as many as the query has places for"""
LONG = 10_000
"""rows from which the order of the database's index is faster"""
PARTS = 16
"""of a long list, by the first bits of the keys, which are sorted one after another"""
IN_MEMORY = 1 << 20
"""bytes of sealed rows after which they are kept in a file"""


class SealedRows:
    """Rows on their way into the registry, in a file without a name: it is gone when the program ends, however it ends.

    What is personal in them is sealed as in the database. ``arrange`` puts a long list in the order of the numbers'
    index, so that the database goes through its own index once and does not jump about in it. It also puts rows
    together in blocks: reading them back takes a third of the time, and nobody else can write meanwhile.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY, "w+b")  # noqa: SIM115 - ``close`` closes it
        self._keys, self._places = array("Q"), array("Q")

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list that is arranged."""
        for at in range(len(self._places)):
            yield from self._read(at)

    def add(self, row: Mapping[str, Any]) -> None:
        plain = {name: value.value if isinstance(value, Enum) else value for name, value in row.items()}
        self._keys.append(int.from_bytes(row["number"][:8]))
        self._places.append(self._file.tell())
        self._file.write(marshal.dumps(plain))

    def arrange(self) -> None:
        """Put the rows in order and into blocks; no row is added after it."""
        blocks, rows = SpooledTemporaryFile(IN_MEMORY, "w+b"), self._in_order()  # noqa: SIM115 - ``close`` closes it
        places = array("Q")
        while block := [*islice(rows, AT_ONCE)]:
            places.append(blocks.tell())
            blocks.write(marshal.dumps(block))
        self._file.close()
        self._file, self._places = blocks, places

    def _in_order(self) -> Iterator[dict[str, Any]]:
        if len(self) < LONG:
            yield from map(self._read, range(len(self)))
            return
        for first in range(PARTS):  # sorting all at once would take ten times the memory of the keys
            part = [at for at, key in enumerate(self._keys) if key * PARTS >> 64 == first]
            yield from map(self._read, sorted(part, key=self._keys.__getitem__))

    def _read(self, at: int) -> Any:
        end = self._places[at + 1] if at + 1 < len(self._places) else self._file.seek(0, SEEK_END)
        self._file.seek(self._places[at])
        return marshal.loads(self._file.read(end - self._places[at]))  # noqa: S302 - our own file

    def close(self) -> None:
        self._file.close()


@dataclass(slots=True)
class PreparedPeople:
    """The patients of a file, compared with the registry and sealed before the transaction that writes them."""

    is_listed: bool = False
    """the file has a sheet of patients"""
    new: SealedRows = field(default_factory=SealedRows)
    changed: SealedRows = field(default_factory=SealedRows)
    same: int = 0
    gone: list[int] = field(default_factory=list)
    clinics: dict[str, None] = field(default_factory=dict)
    """the codes of the clinics that the sheet names"""
    named: set[bytes] = field(default_factory=set)
    """indexes of the policy numbers of referrals whose patients the file names"""

    def summary(self) -> SheetSummary:
        """Return how many there are; the names stay out of what is printed."""
        return SheetSummary(ImportSheet.PATIENTS, len(self.new), len(self.changed), self.same, 0, len(self.gone))

    def close(self) -> None:
        self.new.close()
        self.changed.close()


async def prepare_people(
    connection: Connection,
    sealing: RegistryCipher,
    file: ClinicFile,
    clinics: Mapping[str, int],
    progress: Progress | None = None,
) -> PreparedPeople:
    """Compare and seal the patients of a file. It only reads, and takes as long as it takes; the caller closes it.

    ``clinics`` are the ids of those that the registry has, by code.
    """
    prepared = PreparedPeople(is_listed=file.patients is not None)
    try:
        if file.patients is not None:
            wanted = {sealing.policy_index(each.policy_number) for each in file.referrals or ()}
            await _compare_all(connection, sealing, file.patients, clinics, prepared, wanted, progress)
        prepared.new.arrange()
        prepared.changed.arrange()
    except BaseException:
        prepared.close()
        raise
    return prepared


async def _compare_all(
    connection: Connection,
    sealing: RegistryCipher,
    patients: Collection[PatientRow],
    clinics: Mapping[str, int],
    prepared: PreparedPeople,
    wanted: set[bytes],
    progress: Progress | None,
) -> None:
    seen, left, count = bytearray(), iter(patients), 0
    while some := {sealing.policy_index(each.policy_number): each for each in islice(left, AT_ONCE)}:
        known = await _list_known(connection, [*some])
        for number, patient in some.items():
            _compare(prepared, sealing, number, known.get(number), patient, clinics)
            prepared.clinics[patient.clinic] = None
        for row in known.values():
            _mark(seen, row["id"])
        prepared.named |= wanted & some.keys()
        count += len(some)
        if progress:
            progress(ImportSheet.PATIENTS, count, len(patients))
    prepared.gone = [id async for id in _list_gone(connection, seen)]


async def _list_known(connection: Connection, numbers: Sequence[bytes]) -> dict[bytes, Row]:
    values = dict.fromkeys((f"n{place}" for place in range(AT_ONCE)), None)
    values |= {f"n{place}": number for place, number in enumerate(numbers)}
    return {row["number_index"]: row for row in await queries.list_known_persons(connection, **values)}


def _mark(seen: bytearray, id: int) -> None:
    """Note an id: a byte for each costs less than a set of those that were seen."""
    if id >= len(seen):
        seen.extend(bytes(id + 1 - len(seen)))
    seen[id] = 1


async def _list_gone(connection: Connection, seen: bytearray) -> AsyncIterator[int]:
    """Yield the persons whom an earlier file has named and this one does not."""
    after: int | None = 0
    while after is not None:
        rows = await queries.list_filed_persons(connection, after=after, limit=PAGE)
        for row in rows:
            if row["id"] >= len(seen) or not seen[row["id"]]:
                yield row["id"]
        after = rows[-1]["id"] if len(rows) == PAGE else None


def _compare(
    prepared: PreparedPeople,
    sealing: RegistryCipher,
    number: bytes,
    row: Row | None,
    patient: PatientRow,
    clinics: Mapping[str, int],
) -> None:
    if row is None:
        prepared.new.add(_row(sealing, number, make_uid(), patient))
        return
    columns = _open_columns(patient) | {
        "snils_index": sealing.snils_index(patient.snils),
        "from_file": 1,
        "clinic_id": clinics.get(patient.clinic, 0) if patient.clinic else None,
    }
    if row["desk_priority"] is not None:
        # The desk has seen the papers.
        columns["priority"] = row["desk_priority"]
    is_same = all(row[column] == value for column, value in columns.items())
    if is_same and _opened(sealing, row) == _values(patient):
        prepared.same += 1
    else:
        prepared.changed.add(_row(sealing, number, row["uid"], patient))


def _opened(sealing: RegistryCipher, row: Row) -> list[str] | None:
    try:
        return sealing.open_values(row["uid"], row["person"])
    except CannotOpen:
        return None


def _values(patient: PatientRow) -> list[str]:
    return person_values(patient.name, patient.birth_date, patient.policy_number, patient.snils, patient.phone)


def _open_columns(patient: PatientRow) -> dict[str, Any]:
    return {
        "sex": patient.sex.value,
        "status": patient.status.value,
        "valid_until": _iso(patient.valid_until),
        "attached_on": _iso(patient.attached_on),
        "district": patient.district,
        "priority": int(patient.has_priority),
    }


def _row(sealing: RegistryCipher, number: bytes, uid: bytes, patient: PatientRow) -> dict[str, Any]:
    return _open_columns(patient) | {
        "uid": uid,
        "number": number,
        "snils": sealing.snils_index(patient.snils),
        "person": sealing.seal_values(uid, _values(patient)),
        "clinic": patient.clinic,
    }


async def write_people(connection: Connection, prepared: PreparedPeople, clinics: Mapping[str, int]) -> None:
    await queries.add_persons(connection, _with_clinics(prepared.new, clinics))
    await queries.save_persons(connection, _with_clinics(prepared.changed, clinics))


def _with_clinics(rows: SealedRows, clinics: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        row["clinic_id"] = clinics[row["clinic"]] if row["clinic"] else None
        yield row


async def retire_people(connection: Connection, prepared: PreparedPeople) -> int:
    """Detach those whom the list no longer names from their clinic; their visits stay."""
    await queries.close_persons(connection, [{"id": id} for id in prepared.gone])
    return len(prepared.gone)


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
    will_be_known: Set[bytes] | None = None,
) -> tuple[SheetSummary, list[ImportProblem]]:
    """Write referrals; return what has changed, and those whose patient nobody knows. A spent one keeps its visit.

    A trial, which has written no patients, gives those of the file in ``will_be_known`` and only counts.
    """
    stored = {row["number_index"]: row for row in await queries.list_referrals(connection)}
    plan = ReferralsPlan()
    for referral in referrals:
        row = stored.pop(sealing.referral_index(referral.number), None)
        await _plan_referral(connection, sealing, plan, referral, row, specialties, will_be_known or frozenset())
    plan.gone = [row for row in stored.values() if _can_end(row, today)]
    if will_be_known is None:
        await queries.add_referrals(connection, plan.new)
        await queries.save_referrals(connection, plan.changed)
    if retire and will_be_known is None:
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
    will_be_known: Set[bytes],
) -> None:
    number = sealing.policy_index(referral.policy_number)
    person = await queries.find_person_of_referral(connection, number=number)
    if person is None and number in will_be_known:
        person = {"id": 0}
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
