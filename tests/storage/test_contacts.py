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

from bot.account.access_code import AccessCodes
from bot.account.contacts import Contacts
from bot.account.errors import TakeoverPaused
from bot.account.records import Contact, Takeover, TakeoverStatus
from bot.account.rules.consents import CONSENT_VERSIONS
from bot.appointments.news import MovedByClinic
from bot.booking.news import VisitReminder
from bot.booking.reminders import Reminders
from bot.core.deeds import Actor
from bot.core.errors import NotYours
from bot.core.people import Account, Purpose
from bot.delivery.alarms import Alarms
from bot.delivery.failed_rows import FailedRows
from bot.delivery.news import Notice, OutboxMessage
from bot.glossary import AccountId, ClinicId, PatientId, PersonRef, Ref, TakeoverId
from bot.patients.records import DeskMatter, Relationship, Rights
from bot.privacy.news import TakeoverLapsed, TakeoverMovedAway, TakeoverMovedHere
from bot.privacy.own_data import OwnData
from bot.privacy.takeover import Takeovers
from storage.database.connection import Connection, NotCommitted, Row
from storage.database.queries import QUERIES
from storage.unit import UnitOfWork
from tests.builders import StoppedClock
from tests.storage.personal_data import put
from tests.storage.stored import NOW, World, opened_world

PHONE = "+79161234567"
DAY = timedelta(days=1)

STAYS = {
    ("representations", "account_id"): "the new account gets rows of its own, the old one's are suspended",
    ("orders", "account_id"): "a time is confirmed in the chat where it was chosen, within minutes",
    ("failed_checks", "account_id"): "each account has its own tries, for an hour",
    ("desk_checks", "account_id"): "a desk answers every representative, whoever has asked",
    ("desk_checks", "claimed_by"): "the staff member who decides does not change",
    ("desk_checks", "barred_id"): "nor who has typed wrong digits",
    ("desk_checks", "decided_by"): "nor who has decided",
    ("applications", "account_id"): "a clinic answers every representative, whoever has filed it",
    ("applications", "claimed_by"): "the staff member who decides does not change",
    ("applications", "decided_by"): "nor who has decided",
    ("policy_requests", "claimed_by"): "the staff member who decides does not change",
    ("policy_requests", "decided_by"): "nor who has decided",
    ("application_papers", "account_id"): "a file that is not sent is gone within two days; then they go with the card",
    ("enrollment_waits", "account_id"): "the new account gets a wish of its own, the old one's is silent if suspended",
    ("clinic_consents", "account_id"): "each account gives its own",
    ("invitations", "account_id"): "an open link ends when the owner changes",
    ("invitations", "opened_by"): "who has opened a link does not change",
    ("staff_invitations", "made_by"): "who has made a link to a post does not change",
    ("staff_invitations", "opened_by"): "who has opened a link does not change",
    ("passing_messages", "account_id"): "the message stands in the chat of this account",
    ("moves", "old_id"): "the move itself",
    ("moves", "new_id"): "the move itself",
    ("consents", "account_id"): "each account gives its own",
    ("audit", "account_id"): "who did what does not change",
    ("contacts", "account_id"): "sealed for their row: the service writes them anew",
    ("dialogs", "account_id"): "an open prompt is deleted",
    ("pins", "account_id"): "a code is never moved",
    ("offered_pins", "account_id"): "nor one that is being chosen",
    ("budgets", "account_id"): "each account has its own, gone within a day",
    ("favourites", "account_id"): "each account keeps a list of its own",
    ("clinic_looks", "account_id"): "what a clinic said of this account's telephone: it is asked about the new one's",
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


async def test_desk_lists_takeovers_of_its_own_children_and_of_no_clinics(world: World) -> None:
    """None whose old account has given up the telephone, or acts for nobody any more."""
    takeover, mother = await ask_takeover(world), world.mother.id
    here, elsewhere = world.clinic.id, ClinicId(world.clinic.id + 1)

    async def listed(clinic: ClinicId) -> list[TakeoverId]:
        return [each.id for each in await world.storage.read(lambda view: view.takeovers.at_desk(clinic, 9))]

    await world.storage.write(lambda uow: uow.contacts.set_phone(mother, PHONE))
    await world.storage.write(lambda uow: uow.takeovers.ask(takeover, Ref("T7KM-9X"), NOW + DAY))
    assert await listed(here) == []
    patient = await world.link()
    assert await listed(here) == await listed(elsewhere) == [takeover]
    await world.storage.write(lambda uow: uow.patients.set_person(patient, PersonRef("p"), here))
    assert (await listed(here), await listed(elsewhere)) == ([takeover], [])
    await world.storage.write(lambda uow: uow.contacts.set_phone(mother, "+79161234568"))
    assert await listed(here) == []
    await world.storage.write(lambda uow: uow.contacts.set_phone(mother, None))
    assert await listed(here) == []


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
    sql = (QUERIES / "moves.sql").read_text()
    columns = await world.database.read(lambda connection: list_account_columns(connection))
    moved = set(re.findall(r"UPDATE (\w+) SET (\w+) = :new", sql))
    assert set(columns) - moved - STAYS.keys() == set(), "move it in moves.sql, or say in STAYS why not"
    assert moved | STAYS.keys() <= set(columns)
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
    request = {"account_id": mother, "clinic_id": world.clinic.id, "filed_at": 1, "due_at": 2, "status": "SUBMITTED"}
    sealed = {"uid": b"u", "sealed_form": b"s", "consent_version": "1", "digest": "d"}
    await put(world, "policy_requests", ref="M7KM-9X", **request, **sealed)
    await put(world, "enrollment_waits", account_id=mother, patient_id=patient, clinic_id=1, since=1, until=2)
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


def service_of(world: World) -> Takeovers:
    clock = StoppedClock()
    return Takeovers(world.storage, clock, Reminders(18), AccessCodes(world.storage, clock), failed_rows_of(world))


async def agree(world: World) -> None:
    """Let the stranger store patients."""

    async def change(uow: UnitOfWork) -> None:
        for purpose, version in CONSENT_VERSIONS.items():
            await uow.consents.give(world.stranger.id, purpose, version, "digest", NOW)

    await world.storage.write(change)


async def move(world: World) -> TakeoverId:
    """Move everything of the mother to the stranger."""
    await agree(world)
    takeover = await ask_takeover(world)
    await service_of(world).allow(world.mother.id, takeover)
    return takeover


async def fail_at_each_statement(world: World, fails: Fails, takeover: TakeoverId) -> int:
    """Allow a takeover whose first, then second, … statement fails, until none does; return how many failed."""
    accounts = (world.mother.id, world.stranger.id)
    service, before = service_of(world), [await holdings(world, account) for account in accounts]
    for at in count(1):
        fails.at, fails.seen = at, 0
        try:
            await service.allow(world.mother.id, takeover)
        except (OSError, NotCommitted):
            fails.at = 0
            assert [await holdings(world, account) for account in accounts] == before
        else:
            break
    fails.at = 0
    return at


async def test_failed_takeover_moves_nothing_and_retry_moves_all(tmp_path: Path) -> None:
    fails = Fails()
    async with opened_world(tmp_path, fails) as world:
        mother, stranger = world.mother.id, world.stranger.id
        await family(world)
        await agree(world)
        takeover = await ask_takeover(world)
        before = await holdings(world, mother)
        assert await fail_at_each_statement(world, fails, takeover) > 40
        after, left = await holdings(world, stranger), await holdings(world, mother)
        queue = ("outbox", "account_id")
        stays = {*STAYS} - {("representations", "account_id"), ("contacts", "account_id")}
        assert {place for place in before if place not in stays} - after.keys() == set()
        assert after[queue] == before[queue] + 1
        assert left[queue] == 1
        assert left["representations", "account_id"] == before["representations", "account_id"]
        assert left.keys() - {queue} <= STAYS.keys()


async def test_undone_takeover_leaves_the_rows_as_they_were(world: World) -> None:
    mother, stranger = world.mother.id, world.stranger.id
    await family(world)
    await agree(world)
    ignored = {("outbox", "account_id"), ("audit", "account_id"), ("invitations", "account_id")}

    async def rows() -> list[dict[tuple[str, str], int]]:
        found = [await holdings(world, account) for account in (mother, stranger)]
        return [{place: many for place, many in each.items() if place not in ignored} for each in found]

    before = await rows()
    takeover = await move(world)
    assert await rows() != before
    await service_of(world).undo(Actor.account(mother), takeover)
    pause = [{("takeovers", "old_id"): 1}, {("takeovers", "new_id"): 1}]
    assert await rows() == [known | more for known, more in zip(before, pause, strict=True)]


async def test_claimed_message_is_sent_again_in_the_new_chat(world: World) -> None:
    """The copy edits nothing: the message to edit is in the old chat."""
    await family(world)
    await move(world)
    claimed_again: list[OutboxMessage] = []
    for _turn in range(6):

        async def change(uow: UnitOfWork) -> Sequence[OutboxMessage]:
            claimed = await uow.outbox.claim(NOW + DAY, NOW, DAY, limit=9)
            for message in claimed:
                await uow.outbox.mark_sent(message.id, 1, NOW)
            return claimed

        claimed_again += await world.storage.write(change)
    of_visits = [message for message in claimed_again if message.kind in (MovedByClinic.kind, VisitReminder.kind)]
    assert sorted((message.chat, message.kind, message.edits) for message in of_visits) == [
        (1002, MovedByClinic.kind, None),
        (1002, VisitReminder.kind, None),
    ]


async def test_takeover_makes_the_new_account_owner_where_the_old_was(world: World) -> None:
    """Papers that a desk has seen for the old account count for the new one; an owner keeps the card."""
    mother, stranger = world.mother.id, world.stranger.id
    hers, his = await world.link(), await world.link(world.stranger, policy="2" * 16)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(mother, his, Relationship.PARENT, NOW)
        await uow.representatives.set_papers(mother, hers, NOW)

    await world.storage.write(change)
    await move(world)

    async def look(view: UnitOfWork) -> None:
        for patient, papers in ((hers, NOW), (his, None)):
            (kept,) = await view.representatives.list_of(patient)
            assert (kept.account, kept.rights, kept.papers_at) == (stranger, Rights.OWNER, papers)

    await world.storage.read(look)


async def test_takeover_sends_one_message_of_one_visit(world: World) -> None:
    patient = await family(world)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(world.stranger.id, patient, Relationship.PARENT, NOW)
        (card,) = await uow.appointments.upcoming(world.mother.id, NOW)
        his = Notice(world.stranger.id, VisitReminder.kind, NOW, "his", appointment=card.appointment.id)
        await uow.outbox.add(his, NOW)

    await world.storage.write(change)
    await move(world)

    async def look(connection: Connection) -> list[Row]:
        live = """
            SELECT kind FROM outbox WHERE status IN ('QUEUED', 'CLAIMED') AND appointment_id IS NOT NULL ORDER BY kind
        """
        return await connection.fetch(live, {})

    rows = await world.database.read(look)
    assert [row["kind"] for row in rows] == [MovedByClinic.kind, VisitReminder.kind]


async def test_takeover_answered_when_due_moves_everything_or_nothing(world: World) -> None:
    await family(world)
    await agree(world)
    takeover = await ask_takeover(world, due_at=NOW)
    service = service_of(world)
    ended = await asyncio.gather(
        service.allow(world.mother.id, takeover), service.finish_due(), service.finish_due(), return_exceptions=True
    )
    # The second one finds nothing left to answer.
    assert {type(each) for each in ended if isinstance(each, BaseException)} <= {NotYours}
    rows = await world.database.read(
        lambda connection: connection.fetch("SELECT kind FROM outbox WHERE kind LIKE 'TAKE%' ORDER BY kind", {})
    )
    kinds = [row["kind"] for row in rows]
    assert kinds in ([TakeoverMovedAway.kind, TakeoverMovedHere.kind], [TakeoverLapsed.kind])


async def test_second_takeover_waits_until_the_first_is_done(world: World) -> None:
    await ask_takeover(world, due_at=NOW)

    async def change(uow: UnitOfWork) -> tuple[Account, TakeoverId]:
        await uow.contacts.set_phone(world.mother.id, PHONE)
        second = await uow.accounts.add(1009, NOW)
        offered = await uow.takeovers.offer(world.mother.id, second.id, PHONE, NOW + DAY)
        return second, offered

    second, offered = await world.storage.write(change)
    with pytest.raises(TakeoverPaused):
        await service_of(world).ask(second.id, offered)


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
