"""Tests of contacts and takeovers in the database."""

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
from bot.delivery.alarms import Alarms
from bot.delivery.failed_rows import FailedRows
from bot.delivery.news import Notice, OutboxMessage
from bot.glossary import AccountId, PatientId, Ref, TakeoverId
from bot.patients.records import DeskMatter, Relationship, Rights
from bot.privacy.news import TakeoverMovedAway, TakeoverMovedHere
from bot.privacy.own_data import OwnData
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
    ("dialogs", "account_id"): "an open prompt is deleted",
    ("pins", "account_id"): "a code is never moved",
    ("offered_pins", "account_id"): "nor one that is being chosen",
    ("budgets", "account_id"): "each account has its own, gone within a day",
    ("takeovers", "old_id"): "the one that is made is dropped",
    ("takeovers", "new_id"): "what the old account has asked of others ends with it",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def failed_rows_of(world: World) -> FailedRows:
    return FailedRows(world.storage, Alarms(StoppedClock()), StoppedClock())


async def list_account_columns(connection: Connection) -> list[tuple[str, str]]:
    found = []
    for row in await connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {}):
        for key in await connection.fetch(f"PRAGMA foreign_key_list({row['name']})", {}):
            if key["table"] == "accounts":
                found.append((row["name"], key["from"]))
    return found


# --- contacts ---------------------------------------------------------------------------------------------------------


async def test_phone_belongs_to_one_account_and_is_found_sealed(world: World) -> None:
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


async def ask_takeover(world: World, due_at: datetime = NOW + DAY) -> TakeoverId:
    async def change(uow: UnitOfWork) -> TakeoverId:
        takeover = await uow.takeovers.offer(world.mother.id, world.stranger.id, PHONE, due_at)
        await uow.takeovers.set_status(takeover, TakeoverStatus.ASKED, due_at)
        return takeover

    return await world.storage.write(change)


async def test_takeover_is_found_by_both_accounts_and_when_due(world: World) -> None:
    mother, stranger = world.mother.id, world.stranger.id

    async def change(uow: UnitOfWork) -> None:
        first = await uow.takeovers.offer(mother, stranger, PHONE, NOW + DAY)
        second = await uow.takeovers.offer(mother, stranger, PHONE, NOW + DAY)
        assert await uow.takeovers.find(first) is None
        offered = Takeover(second, mother, stranger, PHONE, TakeoverStatus.OFFERED, NOW + DAY)
        assert await uow.takeovers.find(second) == await uow.takeovers.find_by_new(stranger) == offered
        assert await uow.takeovers.find_by_old(mother) is None
        await uow.takeovers.set_status(second, TakeoverStatus.REFUSED, NOW + 2 * DAY)
        assert await uow.takeovers.find_by_new(stranger) is None
        refused = await uow.takeovers.find_by_old(mother)
        assert refused is not None
        assert (refused.id, refused.due_at) == (second, NOW + 2 * DAY)
        assert await uow.takeovers.due(NOW + DAY, limit=9) == []
        assert await uow.takeovers.due(NOW + 2 * DAY, limit=9) == [refused]

    await world.storage.write(change)


async def test_takeover_of_erased_account_is_due_at_once(world: World) -> None:
    takeover = await ask_takeover(world)

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


async def test_every_account_column_is_moved_or_stays_for_a_reason(world: World) -> None:
    """A migration that adds a column with accounts has to decide whether takeovers move it."""
    sql = (QUERIES / "account.sql").read_text()
    columns = await world.database.read(lambda connection: list_account_columns(connection))
    moved = set(re.findall(r"UPDATE (\w+) SET (\w+) = :new", sql))
    assert moved | STAYS.keys() == set(columns)
    assert not moved & STAYS.keys()


async def family(world: World) -> PatientId:
    """Give the mother a row in every table that a takeover moves."""
    mother = world.mother.id
    patient = await world.link()
    visit = await world.appoint(await world.order(patient))
    await world.order(patient, hour=11)
    card = await world.link(policy="1" * 16, verified=False)
    third = await world.storage.write(lambda uow: uow.accounts.add(1003, NOW))
    theirs = await world.link(third, policy="2" * 16)

    async def change(uow: UnitOfWork) -> None:
        await uow.family.add_request(Ref("AA11-BB"), theirs, mother, card, NOW, NOW + DAY)
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
    """Count the rows of each table that refer to an account; of messages only those not sent yet."""

    async def look(connection: Connection) -> dict[tuple[str, str], int]:
        found = {}
        for table, column in await list_account_columns(connection):
            live = " AND status IN ('QUEUED', 'CLAIMED')" if table == "outbox" else ""
            sql = f"SELECT count(*) FROM {table} WHERE {column} = :account{live}"  # noqa: S608 - our own names
            found[table, column] = int((await connection.fetch(sql, {"account": account}))[0][0])
        return found

    found = await world.database.read(look)
    return {place: many for place, many in found.items() if many}


class Fails:
    """A probe that fails one statement of the next unit of work."""

    def __init__(self) -> None:
        self.at, self.seen = 0, 0

    def __call__(self, _number: int, _sql: str) -> None:
        self.seen += 1
        if self.seen == self.at:
            raise OSError("the disk is gone")


async def test_failed_takeover_moves_nothing_and_retry_moves_all(tmp_path: Path) -> None:
    fails = Fails()
    async with opened_world(tmp_path, fails) as world:
        mother, stranger = world.mother.id, world.stranger.id
        await family(world)
        takeover = await ask_takeover(world)
        service, before = (
            Takeovers(world.storage, StoppedClock(), Reminders(18), failed_rows_of(world)),
            await holdings(world, mother),
        )
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
        queue = ("outbox", "account_id")
        assert {place for place in before if place[0] != "takeovers"} - after.keys() == set()
        assert after[queue] == before[queue] + 1
        assert await holdings(world, mother) == {queue: 1, ("audit", "account_id"): 1}


async def test_claimed_message_is_sent_again_in_the_new_chat(world: World) -> None:
    """The copy edits nothing: the message to edit is in the old chat."""
    await family(world)
    await world.storage.write(lambda uow: uow.takeovers.move(world.mother.id, world.stranger.id))
    claimed_again: list[OutboxMessage] = []
    for _turn in range(3):

        async def change(uow: UnitOfWork) -> Sequence[OutboxMessage]:
            claimed = await uow.outbox.claim(NOW, NOW, DAY, limit=9)
            for message in claimed:
                await uow.outbox.mark_sent(message.id, 1, NOW)
            return claimed

        claimed_again += await world.storage.write(change)
    assert sorted((message.chat, message.kind, message.edits) for message in claimed_again) == [
        (1002, MovedByClinic.kind, None),
        (1002, VisitReminder.kind, None),
    ]


async def test_takeover_keeps_the_owners_representation(world: World) -> None:
    """Papers that a desk has seen for either account stay seen."""
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


async def test_takeover_sends_one_message_of_one_visit(world: World) -> None:
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


async def test_takeover_answered_when_due_moves_everything_once(world: World) -> None:
    await family(world)
    takeover = await ask_takeover(world, due_at=NOW)

    async def change(uow: UnitOfWork) -> None:
        for purpose, version in CONSENT_VERSIONS.items():
            await uow.consents.give(world.stranger.id, purpose, version, "digest", NOW)

    await world.storage.write(change)
    service = Takeovers(world.storage, StoppedClock(), Reminders(18), failed_rows_of(world))
    ended = await asyncio.gather(
        service.allow(world.mother.id, takeover), service.finish_due(), service.finish_due(), return_exceptions=True
    )
    # The second one finds nothing left to answer.
    assert {type(each) for each in ended if isinstance(each, BaseException)} <= {NotYours}
    rows = await world.database.read(
        lambda connection: connection.fetch("SELECT kind FROM outbox WHERE kind LIKE 'TAKE%' ORDER BY kind", {})
    )
    assert [row["kind"] for row in rows] == [TakeoverMovedAway.kind, TakeoverMovedHere.kind]


async def test_second_takeover_waits_until_the_first_is_done(world: World) -> None:
    await ask_takeover(world, due_at=NOW)

    async def change(uow: UnitOfWork) -> tuple[Account, TakeoverId]:
        await uow.contacts.set_phone(world.mother.id, PHONE)
        second = await uow.accounts.add(1009, NOW)
        offered = await uow.takeovers.offer(world.mother.id, second.id, PHONE, NOW + DAY)
        return second, offered

    second, offered = await world.storage.write(change)
    with pytest.raises(TakeoverPaused):
        await Takeovers(world.storage, StoppedClock(), Reminders(18), failed_rows_of(world)).ask(second.id, offered)


async def test_phone_entered_by_two_at_once_has_one_owner(
    world: World,
) -> None:
    """One account gets the free phone; the other is offered a takeover."""
    service = Contacts(world.storage, StoppedClock())
    both = [replace(account, consents=frozenset(Purpose)) for account in (world.mother, world.stranger)]
    await asyncio.gather(*(service.share_phone(account, "8 916 123-45-67") for account in both))
    own_data = OwnData(world.storage, StoppedClock())
    standings = [await own_data.contacts(account.id) for account in both]
    assert sorted(standing.contact.phone or "" for standing in standings) == ["", PHONE]
    assert [standing.as_new is None for standing in standings] == [
        standing.contact.phone == PHONE for standing in standings
    ]
