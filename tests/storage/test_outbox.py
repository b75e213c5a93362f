"""Tests of the outbox table: messages are claimed once, in order, for reachable accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.booking.news import BookingAnswered, CancellationAnswered, VisitReminder
from bot.clinics.port import BookingStatus
from bot.core.people import Account, Purpose
from bot.delivery.news import Notice, OutboxMessage, Urgency
from bot.glossary import AppointmentId
from bot.patients.news import CheckAnswered
from bot.patients.records import Relationship
from storage.database.crypto import Cipher
from storage.migrations import list_migrations
from storage.unit import Storage, UnitOfWork
from tests.storage.stored import INDEX, NOW, World, opened_world

LEASE = timedelta(minutes=3)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def notice(
    account: Account,
    dedup: str,
    due_at: datetime = NOW,
    urgency: Urgency = Urgency.NEWS,
    kind: str = BookingAnswered.kind,
    expires_at: datetime | None = None,
    appointment: AppointmentId | None = None,
    edits: int | None = None,
) -> Notice:
    return Notice(account.id, kind, due_at, dedup, {"word": dedup, "n": 7}, urgency, expires_at, edits, appointment)


async def enqueue(world: World, *wanted: Notice) -> None:
    async def change(uow: UnitOfWork) -> None:
        for each in wanted:
            await uow.outbox.add(each, NOW)

    await world.storage.write(change)


async def claim(
    storage: Storage, now: datetime = NOW, wall: datetime | None = None, limit: int = 20
) -> list[OutboxMessage]:
    async def change(uow: UnitOfWork) -> list[OutboxMessage]:
        return list(await uow.outbox.claim(now, wall or now, LEASE, limit))

    return await storage.write(change)


def words(messages: list[OutboxMessage]) -> list[object]:
    return [message.facts["word"] for message in messages]


async def statuses(world: World) -> dict[str, str]:
    """Return the status of the newest row of each deduplication key."""
    rows = await world.database.read(
        lambda connection: connection.fetch("SELECT dedup, status FROM outbox ORDER BY id", {})
    )
    return {row["dedup"]: row["status"] for row in rows}


async def test_claimed_message_has_all_that_sending_needs(world: World) -> None:
    await enqueue(world, notice(world.mother, "a", edits=55), notice(world.stranger, "later", NOW + SECOND))
    (message,) = await claim(world.storage)
    assert (message.account, message.chat, message.language) == (world.mother.id, 1001, "ru")
    assert (message.kind, message.facts, message.due_at) == (BookingAnswered.kind, {"word": "a", "n": 7}, NOW)
    assert (message.attempts, message.edits) == (1, 55)
    assert await statuses(world) == {"a": "CLAIMED", "later": "QUEUED"}


async def test_claim_orders_by_urgency_and_age_one_per_account(world: World) -> None:
    others = []

    async def change(uow: UnitOfWork) -> None:
        for number in range(4):
            others.append(await uow.accounts.add(2000 + number, NOW))

    await world.storage.write(change)
    await enqueue(
        world,
        notice(others[0], "routine", NOW - 9 * SECOND, Urgency.ROUTINE),
        notice(others[1], "news", NOW - SECOND),
        notice(others[2], "older news", NOW - 2 * SECOND),
        notice(others[3], "personal", NOW, Urgency.PERSONAL),
        notice(others[3], "his routine", NOW - 9 * SECOND, Urgency.ROUTINE),
    )
    assert words(await claim(world.storage)) == ["personal", "older news", "news", "routine"]
    assert await claim(world.storage) == []


async def test_claim_waits_for_the_message_in_flight_of_the_account(world: World) -> None:
    await enqueue(world, notice(world.mother, "first"), notice(world.mother, "second"))
    (first,) = await claim(world.storage)
    assert await claim(world.storage) == []
    await world.storage.write(lambda uow: uow.outbox.mark_sent(first.id, 777, NOW))
    assert words(await claim(world.storage)) == ["second"]
    assert await statuses(world) == {"first": "SENT", "second": "CLAIMED"}


async def test_claim_by_four_workers_has_no_duplicates(world: World) -> None:
    async def change(uow: UnitOfWork) -> list[Account]:
        return [await uow.accounts.add(3000 + number, NOW) for number in range(20)]

    people = await world.storage.write(change)
    await enqueue(world, *(notice(person, str(person.id)) for person in people))

    async def worker() -> list[OutboxMessage]:
        taken: list[OutboxMessage] = []
        while claimed := await claim(world.storage, limit=3):
            taken += claimed
        return taken

    taken = [message.id for messages in await asyncio.gather(*(worker() for _ in range(4))) for message in messages]
    assert len(taken) == len(set(taken)) == 20


async def test_message_with_expired_lease_is_claimable_in_real_time(world: World) -> None:
    await enqueue(world, notice(world.mother, "a"))
    await claim(world.storage)
    tomorrow = NOW + timedelta(days=1)
    assert await claim(world.storage, now=tomorrow, wall=NOW + LEASE - SECOND) == []
    (again,) = await claim(world.storage, now=NOW, wall=NOW + LEASE)
    assert again.attempts == 2


async def test_message_past_its_time_expires(world: World) -> None:
    await enqueue(
        world,
        notice(world.mother, "late", NOW, expires_at=NOW + SECOND),
        notice(world.stranger, "in time", NOW, expires_at=NOW + 9 * SECOND),
    )
    assert words(await claim(world.storage, NOW + SECOND)) == ["in time"]
    assert await claim(world.storage, NOW + 9 * SECOND, NOW + LEASE + SECOND) == []
    assert await statuses(world) == {"late": "EXPIRED", "in time": "EXPIRED"}


async def test_message_of_unreachable_account_waits(world: World) -> None:
    await enqueue(world, notice(world.mother, "a"))
    await world.storage.write(lambda uow: uow.accounts.set_reachable(world.mother.id, False))
    assert await claim(world.storage) == []
    await world.storage.write(lambda uow: uow.accounts.set_reachable(world.mother.id, True))
    assert words(await claim(world.storage)) == ["a"]


async def test_newer_message_replaces_the_live_one(world: World) -> None:
    await enqueue(world, notice(world.mother, "a", NOW + SECOND), notice(world.mother, "a", NOW))

    async def look(view: UnitOfWork) -> None:
        assert await view.outbox.next_due() == NOW

    await world.storage.read(look)
    (message,) = await claim(world.storage)
    await enqueue(world, notice(world.mother, "a", NOW + SECOND))
    await world.storage.write(lambda uow: uow.outbox.mark_sent(message.id, 777, NOW))
    assert words(await claim(world.storage, NOW + SECOND)) == ["a"]


async def test_sent_message_may_be_enqueued_again(world: World) -> None:
    await enqueue(world, notice(world.mother, "a"))
    (message,) = await claim(world.storage)
    await world.storage.write(lambda uow: uow.outbox.mark_sent(message.id, 777, NOW))
    await enqueue(world, notice(world.mother, "a"))
    assert len(await claim(world.storage)) == 1


async def test_appointment_has_one_live_reminder(world: World) -> None:
    visit = (await world.appoint(await world.order(await world.link()))).id
    reminder = VisitReminder.kind
    first = notice(world.mother, "one", NOW + SECOND, kind=reminder, appointment=visit)
    second = notice(world.mother, "two", NOW + 2 * SECOND, kind=reminder, appointment=visit)
    await enqueue(world, first, second, notice(world.mother, "told", NOW, appointment=visit))
    assert await statuses(world) == {"one": "WITHDRAWN", "two": "QUEUED", "told": "QUEUED"}

    async def look(view: UnitOfWork) -> None:
        assert await view.outbox.due_of(VisitReminder(world.mother.id, visit)) == NOW + 2 * SECOND
        assert await view.outbox.due_of(CancellationAnswered(world.mother.id, visit)) is None

    await world.storage.read(look)


async def test_messages_are_withdrawn_by_key_and_by_appointment(world: World) -> None:
    visit = (await world.appoint(await world.order(await world.link()))).id
    await enqueue(
        world,
        notice(world.mother, "by dedup"),
        notice(world.mother, "by visit", kind=VisitReminder.kind, appointment=visit),
        notice(world.mother, "by kind", kind=CheckAnswered.kind),
        notice(world.stranger, "of another", kind=CheckAnswered.kind),
    )

    async def change(uow: UnitOfWork) -> None:
        await uow.outbox.withdraw("by dedup")
        await uow.outbox.withdraw_of(visit, VisitReminder)
        await uow.outbox.withdraw_kind(world.mother.id, CheckAnswered)

    await world.storage.write(change)
    assert words(await claim(world.storage)) == ["of another"]


async def test_message_is_retried_or_failed(world: World) -> None:
    await enqueue(world, notice(world.mother, "again"), notice(world.stranger, "hopeless"))
    again, hopeless = await claim(world.storage)

    async def change(uow: UnitOfWork) -> None:
        await uow.outbox.retry(again.id, NOW + SECOND, "timeout")
        await uow.outbox.give_up(hopeless.id, "chat not found")

    await world.storage.write(change)
    assert await claim(world.storage) == []
    (message,) = await claim(world.storage, NOW + SECOND)
    assert (message.facts["word"], message.attempts) == ("again", 2)
    await world.storage.write(lambda uow: uow.outbox.drop(message.id, "the visit is off"))
    assert await statuses(world) == {"again": "WITHDRAWN", "hopeless": "FAILED"}


async def test_message_withdrawn_in_flight_is_not_retried(world: World) -> None:
    await enqueue(world, notice(world.mother, "a"), notice(world.stranger, "b"))
    first, second = await claim(world.storage)

    async def change(uow: UnitOfWork) -> None:
        await uow.outbox.withdraw("a")
        await uow.outbox.withdraw("b")
        await uow.outbox.retry(first.id, NOW, "timeout")
        await uow.outbox.mark_sent(second.id, 777, NOW)
        await uow.outbox.give_up(second.id, "too late to fail")

    await world.storage.write(change)
    assert await statuses(world) == {"a": "WITHDRAWN", "b": "SENT"}
    assert await claim(world.storage, wall=NOW + 2 * LEASE) == []


async def test_outbox_knows_the_next_due_time(world: World) -> None:
    async def look(view: UnitOfWork) -> None:
        assert await view.outbox.next_due() is None

    await world.storage.read(look)
    await enqueue(
        world,
        notice(world.mother, "a", NOW + 9 * SECOND, Urgency.PERSONAL),
        notice(world.mother, "b", NOW + 5 * SECOND, Urgency.ROUTINE),
    )

    async def look_again(view: UnitOfWork) -> None:
        assert await view.outbox.next_due() == NOW + 5 * SECOND

    await world.storage.read(look_again)


async def test_message_is_rolled_back_with_its_unit(world: World) -> None:
    with pytest.raises(LookupError):
        await enqueue_and_fail(world)
    assert await claim(world.storage) == []


async def enqueue_and_fail(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        await uow.outbox.add(notice(world.mother, "a"), NOW)
        raise LookupError

    await world.storage.write(change)


async def test_message_that_no_key_opens_waits_for_its_key(world: World) -> None:
    """It is no attempt, and the message is sent once the key is back."""
    await enqueue(world, notice(world.mother, "a"), notice(world.mother, "b", NOW + SECOND))
    other = Storage(world.database, Cipher({"k2": bytes(32)}, "k2"), INDEX)
    assert await claim(other) == []
    assert await statuses(world) == {"a": "QUEUED", "b": "QUEUED"}
    assert words(await claim(world.storage, NOW + SECOND)) == ["b"], "it holds up no other message"
    await world.storage.write(lambda uow: uow.outbox.reclaim())
    later = NOW + timedelta(hours=1)
    await world.storage.write(lambda uow: uow.outbox.withdraw("b"))
    [message] = await claim(world.storage, later)
    assert (message.facts["word"], message.attempts) == ("a", 1)


async def test_message_that_no_key_opens_still_expires(world: World) -> None:
    await enqueue(world, notice(world.mother, "a", expires_at=NOW + timedelta(hours=1)))
    other = Storage(world.database, Cipher({"k2": bytes(32)}, "k2"), INDEX)
    for hours in range(3):
        assert await claim(other, NOW + timedelta(hours=hours)) == []
    assert await statuses(world) == {"a": "EXPIRED"}


async def test_queued_reminders_are_copied_for_everybody_who_agreed(world: World) -> None:
    """The migration's statement: an older release has planned one for the account that booked."""
    patient = await world.link()
    visit = (await world.appoint(await world.order(patient))).id
    [migration] = [each for each in list_migrations() if each.name.endswith("_reminders.sql")]

    async def prepare(uow: UnitOfWork) -> None:
        await uow.representatives.add(world.stranger.id, patient, Relationship.PARENT, NOW)
        await uow.consents.give(world.stranger.id, Purpose.REMINDERS, "1", "digest", NOW)
        await uow.appointments.settle(visit, BookingStatus.BOOKED, None)
        await uow.outbox.add(VisitReminder(world.mother.id, visit).due(NOW, starts_at=NOW + LEASE), NOW)

    await world.storage.write(prepare)
    for _time in range(2):
        await world.database.write(lambda connection: connection.execute(migration.sql, {}))
    claimed = await claim(world.storage)
    assert {each.account for each in claimed} == {world.mother.id, world.stranger.id}
    assert [VisitReminder.read(each).appointment for each in claimed] == [visit, visit]
