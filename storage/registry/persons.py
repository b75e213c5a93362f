"""The clinic's list of persons at its desk: found, added, given a policy, and double records made one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.clinics.desk_port import (
    ClinicPerson,
    ClinicVisit,
    FitsPerson,
    HasPolicy,
    NotSamePerson,
    PersonHoldings,
    PolicyIsTaken,
)
from bot.clinics.port import LIVE, NotFound
from bot.core.people import PersonName, Sex
from bot.core.readable import Readable, read_each
from bot.glossary import ClinicRef, PersonRef, SlotRef
from storage.database.connection import Connection, Row
from storage.database.crypto import make_uid
from storage.database.rows import seconds
from storage.registry.desk_tables import DeskTables, require_person
from storage.registry.rows import RegistryVisit, row_id
from storage.registry.rules import require_mergeable
from storage.registry.store import find_slot, list_recent_visits, queries

READ_AT_ONCE = 500
"""rows that are decrypted between two hops to the database"""


class RegistryPersons(DeskTables):
    """The part of the embedded ``ClinicDesk`` about persons."""

    async def add_person(
        self, clinic: ClinicRef, name: PersonName, birth_date: date, sex: Sex, policy_number: str = "", phone: str = ""
    ) -> ClinicPerson:
        person = ClinicPerson(0, PersonRef(""), name, birth_date, sex, policy_number, phone)

        async def add(connection: Connection) -> ClinicPerson:
            row = self._cipher.person_row(make_uid(), person)
            added = await queries.add_person(connection, **row, sex=sex, clinic=row_id(clinic))
            if added is None:
                raise await self._taken(connection, clinic, policy_number)
            return person._replace(number=added["id"], ref=PersonRef(str(added["id"])))

        return await self._database.write(add)

    async def person(self, clinic: ClinicRef, number: int) -> ClinicPerson:
        return self._cipher.read_person(
            await self._database.read(lambda connection: require_person(connection, clinic, number))
        )

    async def person_of(self, clinic: ClinicRef, ref: PersonRef) -> ClinicPerson:
        return await self.person(clinic, row_id(ref))

    async def person_with(self, clinic: ClinicRef, policy_number: str) -> ClinicPerson:
        row = await self._database.read(lambda connection: self._find_by_policy(connection, policy_number))
        if row is None or row["clinic_id"] != row_id(clinic):
            raise NotFound
        return self._cipher.read_person(row)

    async def visits_of_person(self, clinic: ClinicRef, number: int) -> Readable[ClinicVisit]:
        now = seconds(self._clock.now())

        async def look(connection: Connection) -> list[Row]:
            await require_person(connection, clinic, number)
            whose = {"clinic": row_id(clinic), "person": number, "now": now}
            return list(await queries.list_visits_of_clinic_person(connection, **whose))

        return read_each(await self._database.read(look), self._cipher.read_desk_visit)

    async def holdings(self, clinic: ClinicRef, number: int) -> PersonHoldings:
        now = seconds(self._clock.now())

        async def look(connection: Connection) -> Row:
            await require_person(connection, clinic, number)
            row: Row = await queries.count_holdings(connection, person=number, now=now)
            return row

        row = await self._database.read(look)
        return PersonHoldings(row["ahead"], row["visits"], row["referrals"])

    async def find_persons(self, clinic: ClinicRef, fits: FitsPerson, limit: int) -> Readable[ClinicPerson]:
        found: Readable[ClinicPerson] = Readable()
        after, more = 0, True
        while more and len(found) < limit:
            rows = await self._list_persons(clinic, after)
            opened = read_each(rows, self._cipher.read_person)
            found.extend(person for person in opened if fits(person))
            found.unreadable += opened.unreadable
            more = len(rows) == READ_AT_ONCE
            if more:
                after = rows[-1]["id"]
        del found[limit:]
        return found

    async def _list_persons(self, clinic: ClinicRef, after: int) -> list[Row]:
        page = {"clinic": row_id(clinic), "after": after, "limit": READ_AT_ONCE}
        return list(await self._database.read(lambda connection: queries.list_clinic_persons(connection, **page)))

    async def add_policy(self, clinic: ClinicRef, number: int, policy_number: str) -> ClinicPerson:
        async def add(connection: Connection) -> ClinicPerson:
            row = await require_person(connection, clinic, number)
            person = self._cipher.read_person(row)
            if person.policy_number:
                raise HasPolicy
            if await self._find_by_policy(connection, policy_number):
                raise await self._taken(connection, clinic, policy_number)
            return await self._save_person(connection, row, person._replace(policy_number=policy_number))

        return await self._database.write(add)

    async def adopt_unchecked(self, clinic: ClinicRef, unchecked: PersonRef, person: PersonRef) -> None:
        async def adopt(connection: Connection) -> None:
            drop, keep = row_id(unchecked), row_id(person)
            row = await queries.find_clinic_person(connection, clinic=row_id(clinic), person=drop)
            if row is None or drop == keep:
                return
            if self._cipher.read_person(row).policy_number:
                raise HasPolicy
            if await queries.find_person(connection, person=keep) is None:
                raise NotFound
            await self._move_to(connection, keep, drop, await self._list_ahead(connection, drop))

        await self._database.write(adopt)

    async def merge_persons(self, clinic: ClinicRef, keep: int, drop: int) -> ClinicPerson:
        async def merge(connection: Connection) -> ClinicPerson:
            kept_row = await require_person(connection, clinic, keep)
            kept = self._cipher.read_person(kept_row)
            dropped = self._cipher.read_person(await require_person(connection, clinic, drop))
            if dropped.policy_number:
                raise HasPolicy
            if keep == drop or (kept.birth_date, kept.sex) != (dropped.birth_date, dropped.sex):
                raise NotSamePerson
            moved = await self._require_mergeable(connection, keep, drop)
            await self._move_to(connection, keep, drop, moved)
            return await self._save_person(connection, kept_row, kept._replace(phone=kept.phone or dropped.phone))

        return await self._database.write(merge)

    async def _move_to(self, connection: Connection, keep: int, drop: int, moved: Sequence[RegistryVisit]) -> None:
        """Make what the dropped record has the kept one's, tell of the visits ahead, and delete the record."""
        await queries.delete_holds(connection, person=drop)
        await queries.merge_visits(connection, keep=keep, drop=drop)
        await queries.merge_referrals(connection, keep=keep, drop=drop)
        await queries.merge_benefit(connection, keep=keep, drop=drop)
        await queries.delete_person(connection, person=drop)
        for visit in moved:
            await self._add_change(connection, visit)

    async def _list_ahead(self, connection: Connection, person: int) -> list[RegistryVisit]:
        """Return the person's live visits that have not ended."""
        now = self._clock.now()
        recent = await list_recent_visits(connection, self._cipher, person, now)
        return [visit for visit in recent if visit.booking.status in LIVE and visit.booking.ends_at > now]

    async def _require_mergeable(self, connection: Connection, keep: int, drop: int) -> list[RegistryVisit]:
        """Return the dropped person's live visits that have not ended."""
        now, moved = self._clock.now(), await self._list_ahead(connection, drop)
        slots = [await find_slot(connection, SlotRef(str(visit.slot))) for visit in moved]
        kept = await list_recent_visits(connection, self._cipher, keep, now)
        require_mergeable([slot for slot in slots if slot is not None], kept, now)
        return moved

    async def _save_person(self, connection: Connection, row: Row, person: ClinicPerson) -> ClinicPerson:
        await queries.save_person(
            connection, **self._cipher.person_row(row["uid"], person, self._cipher.read_snils(row))
        )
        return person

    async def _find_by_policy(self, connection: Connection, policy_number: str) -> Row | None:
        row: Row | None = await queries.find_person_by_policy(
            connection, number=self._cipher.policy_index(policy_number)
        )
        return row

    async def _taken(self, connection: Connection, clinic: ClinicRef, policy_number: str) -> PolicyIsTaken:
        other = await self._find_by_policy(connection, policy_number)
        is_ours = other is not None and other["clinic_id"] == row_id(clinic)
        return PolicyIsTaken(other["id"] if other is not None and is_ours else None)
