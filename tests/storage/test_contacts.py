"""Contacts and takeovers in the database: sealed, a telephone is one account's, and all of one is moved or nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.account.contacts import Contacts
from bot.account.errors import TakeoverPaused
from bot.account.records import Contact, Takeover, TakeoverStatus
from bot.account.rules.consents import CONSENT_VERSIONS
from bot.appointments.news import MovedByClinic
from bot.booking.news import VisitReminder
from bot.booking.reminders import Reminders
from bot.core.errors import NotYours
from bot.core.people import Account, Purpose
from bot.delivery.news import Notice, OutboxMessage
from bot.glossary import AccountId, PatientId, Ref, TakeoverId
from bot.patients.records import DeskMatter, Relationship, Rights
from bot.privacy.news import TakenOver, TakeoverMade
from bot.privacy.takeover import Takeovers
from storage.database.connection import Connection, NotCommitted, Row
from storage.database.queries import QUERIES
from storage.unit import UnitOfWork
from tests.builders import StoppedClock
from tests.storage.stored import NOW, World, opened_world

PHONE = "+79161234567"
DAY = timedelta(days=1)

STAYS = {
    ("consents", "account_id"): "each account gives its own",
    ("audit", "account_id"): "who did what does not change",
    ("contacts", "account_id"): "sealed for their row: the service writes them anew",
    ("pins", "account_id"): "a code is never moved",
    ("offered_pins", "account_id"): "nor one that is being chosen",
    ("takeovers", "old_id"): "the one that is made is dropped",
    ("takeovers", "new_id"): "what the old account has asked of others ends with it",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def hanging_on_accounts(connection: Connection) -> list[tuple[str, str]]:
    found = []
    for row in await connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {}):
        for key in await connection.fetch(f"PRAGMA foreign_key_list({row['name']})", {}):
            if key["table"] == "accounts":
                found.append((row["name"], key["from"]))
    return found


# --- contacts ---------------------------------------------------------------------------------------------------------


async def test_a_telephone_is_one_accounts_and_found_without_being_opened(world: World) -> None:
    mother, stranger = world.mother.id, world.stranger.id

    async def change(uow: UnitOfWork) -> None:
        assert await uow.contacts.get(mother) == Contact()
        await uow.contacts.set_phone(mother, PHONE)
        await uow.contacts.set_email(mother, "anna@example.org")
        assert await uow.contacts.get(mother) == Contact(PHONE, "anna@example.org")
        assert await uow.contacts.get(stranger) == Contact()
        assert await uow.contacts.find_owner(PHONE) == mother
        assert await uow.contacts.find_owner("+79161234568") is None

    await world.storage.write(change)
    raw = b"".join(path.read_bytes() for path in await files(world))
    assert b"9161234567" not in raw
    assert b"example.org" not in raw

    async def change_again(uow: UnitOfWork) -> None:
        await uow.contacts.set_phone(mother, None)
        assert await uow.contacts.get(mother) == Contact(email="anna@example.org")
        assert await uow.contacts.find_owner(PHONE) is None
        await uow.contacts.set_phone(stranger, PHONE)
        await uow.contacts.set_email(mother, None)

    await world.storage.write(change_again)
    rows = await world.database.read(lambda connection: connection.fetch("SELECT account_id FROM contacts", {}))
    assert [row["account_id"] for row in rows] == [stranger]


async def files(world: World) -> list[Path]:
    (row,) = await world.database.read(lambda connection: connection.fetch("PRAGMA database_list", {}))
    return list(Path(row["file"]).parent.glob("*.sqlite3*"))


# --- takeovers --------------------------------------------------------------------------------------------------------


async def asked(world: World, due_at: datetime = NOW + DAY) -> TakeoverId:
    async def change(uow: UnitOfWork) -> TakeoverId:
        takeover = await uow.takeovers.offer(world.mother.id, world.stranger.id, PHONE, due_at)
        await uow.takeovers.set_status(takeover, TakeoverStatus.ASKED, due_at)
        return takeover

    return await world.storage.write(change)


async def test_a_takeover_is_found_by_both_sides_and_by_its_time(world: World) -> None:
    mother, stranger = world.mother.id, world.stranger.id

    async def change(uow: UnitOfWork) -> None:
        first = await uow.takeovers.offer(mother, stranger, PHONE, NOW + DAY)
        second = await uow.takeovers.offer(mother, stranger, PHONE, NOW + DAY)
        assert await uow.takeovers.find(first) is None
        offered = Takeover(second, mother, stranger, PHONE, TakeoverStatus.OFFERED, NOW + DAY)
        assert await uow.takeovers.find(second) == await uow.takeovers.find_of_asker(stranger) == offered
        assert await uow.takeovers.find_of_owner(mother) is None
        await uow.takeovers.set_status(second, TakeoverStatus.REFUSED, NOW + 2 * DAY)
        assert await uow.takeovers.find_of_asker(stranger) is None
        refused = await uow.takeovers.find_of_owner(mother)
        assert refused is not None
        assert (refused.id, refused.due_at) == (second, NOW + 2 * DAY)
        assert await uow.takeovers.due(NOW + DAY, limit=9) == []
        assert await uow.takeovers.due(NOW + 2 * DAY, limit=9) == [refused]

    await world.storage.write(change)


async def test_a_takeover_of_an_account_that_is_erased_is_due_at_once(world: World) -> None:
    takeover = await asked(world)

    async def change(uow: UnitOfWork) -> Takeover:
        await uow.accounts.erase(world.mother.id)
        (lost,) = await uow.takeovers.due(NOW, limit=9)
        return lost

    lost = await world.storage.write(change)
    assert (lost.id, lost.old, lost.phone) == (takeover, None, PHONE)

    async def change_again(uow: UnitOfWork) -> None:
        await uow.accounts.erase(world.stranger.id)
        assert await uow.takeovers.due(NOW, limit=9) == []

    await world.storage.write(change_again)


async def test_whatever_hangs_on_an_account_is_moved_or_stays_for_a_reason(world: World) -> None:
    """A new table with accounts in it has to decide."""
    sql = (QUERIES / "account.sql").read_text()
    columns = await world.database.read(lambda connection: hanging_on_accounts(connection))
    moved = set(re.findall(r"UPDATE (\w+) SET (\w+) = :new", sql))
    assert moved | STAYS.keys() == set(columns)
    assert not moved & STAYS.keys()


async def family(world: World) -> PatientId:
    """What a mother may have: a child with a visit, an order, a draft, a matter, a request, a message on its way."""
    mother = world.mother.id
    patient = await world.link()
    visit = await world.appoint(await world.order(patient))
    await world.order(patient, hour=11)
    card = await world.link(policy="1" * 16, verified=False)
    third = await world.storage.write(lambda uow: uow.accounts.add(1003, NOW))
    theirs = await world.link(third, policy="2" * 16)

    async def change(uow: UnitOfWork) -> None:
        await uow.family.ask(Ref("AA11-BB"), theirs, mother, card, NOW, NOW + DAY)
        await uow.family.invite("token", patient, mother, NOW, NOW + DAY)
        await uow.matters.open(Ref("AA11-CC"), mother, patient, DeskMatter.PAPERS, NOW)
        await uow.checks.note_failure(mother, "1" * 16, NOW)
        await uow.drafts.add(mother, "policy", {"number": "1"}, NOW)
        await uow.contacts.set_phone(mother, PHONE)
        await uow.contacts.set_email(mother, "anna@example.org")
        for kind, dedup in ((VisitReminder.kind, "a"), (MovedByClinic.kind, "b")):
            await uow.outbox.add(Notice(mother, kind, NOW, dedup, edits=5, appointment=visit.id), NOW)
        await uow.outbox.claim(NOW, NOW, DAY, limit=1)

    await world.storage.write(change)
    return patient


async def holdings(world: World, account: AccountId) -> dict[tuple[str, str], int]:
    """How many rows of each table name an account; of messages only those that are still to be told."""

    async def look(connection: Connection) -> dict[tuple[str, str], int]:
        found = {}
        for table, column in await hanging_on_accounts(connection):
            live = " AND status IN ('QUEUED', 'CLAIMED')" if table == "outbox" else ""
            sql = f"SELECT count(*) FROM {table} WHERE {column} = :account{live}"  # noqa: S608 - names of ours
            found[table, column] = int((await connection.fetch(sql, {"account": account}))[0][0])
        return found

    found = await world.database.read(look)
    return {place: many for place, many in found.items() if many}


class Fails:
    """A probe under which one statement of the next unit of work fails."""

    def __init__(self) -> None:
        self.at, self.seen = 0, 0

    def __call__(self, _number: int, _sql: str) -> None:
        self.seen += 1
        if self.seen == self.at:
            raise OSError("the disk is gone")


async def test_a_takeover_that_fails_halfway_has_moved_nothing_and_the_next_try_moves_all(tmp_path: Path) -> None:
    fails = Fails()
    async with opened_world(tmp_path, fails) as world:
        mother, stranger = world.mother.id, world.stranger.id
        await family(world)
        takeover = await asked(world)
        service, before = Takeovers(world.storage, StoppedClock(), Reminders(18)), await holdings(world, mother)
        failed = 0
        for at in count(1):
            fails.at, fails.seen = at, 0
            try:
                await service.allow(mother, takeover)
                break
            except (OSError, NotCommitted):
                failed += 1
            fails.at = 0
            assert await holdings(world, mother) == before
            assert await holdings(world, stranger) == {("takeovers", "new_id"): 1}
        assert failed > 40
        fails.at = 0
        after = await holdings(world, stranger)
        told = ("outbox", "account_id")
        assert {place for place in before if place[0] != "takeovers"} - after.keys() == set()
        assert after[told] == before[told] + 1
        assert await holdings(world, mother) == {told: 1, ("audit", "account_id"): 1}


async def test_a_message_on_its_way_to_the_old_chat_is_told_in_the_new_one_and_edits_nothing(world: World) -> None:
    await family(world)
    await world.storage.write(lambda uow: uow.takeovers.move(world.mother.id, world.stranger.id))
    told: list[OutboxMessage] = []
    for _turn in range(3):

        async def change(uow: UnitOfWork) -> Sequence[OutboxMessage]:
            claimed = await uow.outbox.claim(NOW, NOW, DAY, limit=9)
            for message in claimed:
                await uow.outbox.sent(message.id, 1, NOW)
            return claimed

        told += await world.storage.write(change)
    assert sorted((message.chat, message.kind, message.edits) for message in told) == [
        (1002, MovedByClinic.kind, None),
        (1002, VisitReminder.kind, None),
    ]


async def test_of_two_representations_of_one_child_the_owners_stays_with_the_papers_seen(world: World) -> None:
    mother, stranger = world.mother.id, world.stranger.id
    hers, his = await world.link(), await world.link(world.stranger, policy="2" * 16)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(stranger, hers, Relationship.PARENT, NOW)
        await uow.representatives.add(mother, his, Relationship.PARENT, NOW)
        await uow.representatives.set_papers(stranger, hers, NOW)
        await uow.representatives.set_papers(mother, his, NOW)
        await uow.takeovers.move(mother, stranger)
        for patient in (hers, his):
            (kept,) = await uow.representatives.list_of(patient)
            assert (kept.account, kept.rights, kept.papers_at) == (stranger, Rights.OWNER, NOW)

    await world.storage.write(change)


async def test_what_both_would_be_told_of_one_visit_is_told_once(world: World) -> None:
    patient = await family(world)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(world.stranger.id, patient, Relationship.PARENT, NOW)
        (card,) = await uow.appointments.upcoming(world.mother.id, NOW)
        his = Notice(world.stranger.id, VisitReminder.kind, NOW, "his", appointment=card.appointment.id)
        await uow.outbox.add(his, NOW)
        await uow.takeovers.move(world.mother.id, world.stranger.id)

    await world.storage.write(change)

    async def look(connection: Connection) -> list[Row]:
        live = "SELECT kind FROM outbox WHERE status IN ('QUEUED', 'CLAIMED') ORDER BY kind"
        return await connection.fetch(live, {})

    rows = await world.database.read(look)
    assert [row["kind"] for row in rows] == [MovedByClinic.kind, VisitReminder.kind]


async def test_an_answer_in_the_moment_when_the_day_is_over_moves_everything_once(world: World) -> None:
    await family(world)
    takeover = await asked(world, due_at=NOW)

    async def change(uow: UnitOfWork) -> None:
        for purpose, version in CONSENT_VERSIONS.items():
            await uow.consents.give(world.stranger.id, purpose, version, "digest", NOW)

    await world.storage.write(change)
    service = Takeovers(world.storage, StoppedClock(), Reminders(18))
    ended = await asyncio.gather(
        service.allow(world.mother.id, takeover), service.finish_due(), service.finish_due(), return_exceptions=True
    )
    # Whoever comes second finds nothing left to answer.
    assert {type(each) for each in ended if isinstance(each, BaseException)} <= {NotYours}
    rows = await world.database.read(
        lambda connection: connection.fetch("SELECT kind FROM outbox WHERE kind LIKE 'TAKE%' ORDER BY kind", {})
    )
    assert [row["kind"] for row in rows] == [TakenOver.kind, TakeoverMade.kind]


async def test_a_second_asker_waits_until_the_worker_has_come_to_the_first(world: World) -> None:
    await asked(world, due_at=NOW)

    async def change(uow: UnitOfWork) -> tuple[Account, TakeoverId]:
        await uow.contacts.set_phone(world.mother.id, PHONE)
        second = await uow.accounts.add(1009, NOW)
        offered = await uow.takeovers.offer(world.mother.id, second.id, PHONE, NOW + DAY)
        return second, offered

    second, offered = await world.storage.write(change)
    with pytest.raises(TakeoverPaused):
        await Takeovers(world.storage, StoppedClock(), Reminders(18)).ask(second.id, offered)


async def test_of_two_who_share_one_free_telephone_at_once_one_has_it_and_the_other_is_offered_a_takeover(
    world: World,
) -> None:
    service = Contacts(world.storage, StoppedClock())
    both = [replace(account, consents=frozenset(Purpose)) for account in (world.mother, world.stranger)]
    await asyncio.gather(*(service.share_phone(account, "8 916 123-45-67") for account in both))
    standings = [await service.standing(account.id) for account in both]
    assert sorted(standing.contact.phone or "" for standing in standings) == ["", PHONE]
    assert [standing.mine is None for standing in standings] == [
        standing.contact.phone == PHONE for standing in standings
    ]
