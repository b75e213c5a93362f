"""A messenger that fails by a plan, and the hours in which a message must arrive whatever the plan is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.booking.news import VisitReminder
from bot.delivery.errors import DeliveryFailed, RecipientGone
from bot.delivery.news import News, Notice, OutboxMessage
from bot.delivery.outbox import Outbox
from bot.delivery.screen import Screen
from bot.glossary import AppointmentId
from dialogs.kit.news import KINDS
from storage.database.connection import Connection
from storage.database.opening import open_database
from storage.unit import Storage, UnitOfWork
from tests.builders import MONDAY, StoppedClock
from tests.storage.stored import CIPHER, INDEX, MOTHER, opened_world

MINUTE = timedelta(minutes=1)
CALM = 20 * MINUTE
"""without a trouble, after which nothing that may ring is left"""


class Trouble(Enum):
    REFUSES = "Telegram answers 5xx"
    CUT_BEFORE = "the connection is cut before the message has arrived"
    CUT_AFTER = "the connection is cut after the message has arrived"
    BLOCKED = "the person has blocked the bot"
    DOWN = "the bot does not run"


class Outage(NamedTuple):
    trouble: Trouble
    begins: timedelta
    lasts: timedelta
    """a cut harms one send and lasts a minute"""

    def is_on(self, now: datetime) -> bool:
        return self.begins <= now - MONDAY < self.begins + self.lasts


@dataclass(slots=True)
class Telegram:
    """Deliver screens, or fail as the outages of this moment say."""

    clock: StoppedClock
    outages: Sequence[Outage]
    arrived: list[tuple[str, datetime]] = field(default_factory=list)
    cut: set[Outage] = field(default_factory=set)
    repeatable: int = 0
    """messages that have arrived although their send was cut"""

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int:
        for outage in self.outages:
            if not outage.is_on(self.clock.now()) or outage in self.cut:
                continue
            match outage.trouble:
                case Trouble.REFUSES:
                    raise DeliveryFailed("502")
                case Trouble.BLOCKED:
                    raise RecipientGone("blocked")
                case Trouble.CUT_BEFORE | Trouble.CUT_AFTER:
                    self.cut.add(outage)
                    if outage.trouble is Trouble.CUT_AFTER:
                        self.repeatable += 1
                        self.arrived.append((screen.text, self.clock.now()))
                    raise DeliveryFailed("cut", uncertain=True)
        self.arrived.append((screen.text, self.clock.now()))
        return len(self.arrived)


class Plan(NamedTuple):
    """What happens from MONDAY on: when each news is planned, when the visit begins and when it is cancelled."""

    news: dict[type[News], timedelta]
    visit: timedelta
    cancelled: timedelta | None
    zone: ZoneInfo
    outages: list[Outage]
    set_back: tuple[timedelta, timedelta] | None = None
    """when the clock of the machine is set back, and by how much"""


class Run(NamedTuple):
    telegram: Telegram
    notices: list[Notice]
    starts_at: datetime
    statuses: dict[str, str]


async def make_template(folder: Path) -> None:
    """Store a mother with a visit of her child."""
    async with opened_world(folder) as world:
        await world.appoint(await world.order(await world.link()))


async def play(file: Path, plan: Plan, make: Callable[[type[News], datetime], News]) -> Run:
    """Play a plan on the database, until every message is sent or over."""
    clock = StoppedClock(MONDAY)
    telegram = Telegram(clock, plan.outages)
    starts_at = MONDAY + plan.visit
    async with AsyncExitStack() as stack:
        database = await open_database(f"sqlite:///{file}")
        stack.push_async_callback(database.close)
        storage = Storage(database, CIPHER, INDEX)
        await database.write(lambda connection: _set_visit(connection, starts_at, plan.zone))
        notices = [make(news, starts_at).due(MONDAY + at, starts_at=starts_at) for news, at in plan.news.items()]

        async def enqueue(uow: UnitOfWork) -> None:
            for notice in notices:
                await uow.outbox.add(notice, MONDAY)

        await storage.write(enqueue)

        async def render(message: OutboxMessage) -> Screen | None:
            news = KINDS[message.kind].news.read(message)
            news.require_moment(message, clock.now())
            is_cancelled = plan.cancelled is not None and clock.now() >= MONDAY + plan.cancelled
            return None if isinstance(news, VisitReminder) and is_cancelled else Screen(message.kind)

        await _sweep_through(storage, plan, clock, lambda: Outbox(storage, telegram, render, clock, "worker"))
        rows = await database.read(lambda connection: connection.fetch("SELECT kind, status FROM outbox", {}))
        return Run(telegram, notices, starts_at, {row["kind"]: row["status"] for row in rows})


async def _set_visit(connection: Connection, starts_at: datetime, zone: ZoneInfo) -> None:
    await connection.fetch("UPDATE appointments SET starts_at = :at", {"at": int(starts_at.timestamp())})
    await connection.fetch("UPDATE clinics SET zone = :zone", {"zone": zone.key})
    await connection.fetch("UPDATE patients SET clinic_id = (SELECT max(id) FROM clinics)", {})


async def _sweep_through(storage: Storage, plan: Plan, clock: StoppedClock, start: Callable[[], Outbox]) -> None:
    """Sweep whenever a message is due; a bot that was down starts anew, and a person who returns is reachable."""
    outbox, end = start(), MONDAY + timedelta(days=40)
    edges = sorted({MONDAY + at for each in plan.outages for at in (each.begins, each.begins + each.lasts)})
    was_down, set_back = False, plan.set_back
    while clock.now() < end:
        now = clock.now()
        is_down = any(each.trouble is Trouble.DOWN and each.is_on(now) for each in plan.outages)
        is_blocked = any(each.trouble is Trouble.BLOCKED and each.is_on(now) for each in plan.outages)
        if not is_down:
            if was_down:
                outbox = start()
                await storage.write(lambda uow: uow.outbox.reclaim())
            if not is_blocked:
                await storage.write(lambda uow: _return(uow))
            await outbox.sweep()
        was_down = is_down
        due = await storage.read(lambda view: view.outbox.next_due())
        if set_back is not None and now >= MONDAY + set_back[0]:
            clock.advance(-set_back[1])
            now, set_back = clock.now(), None
        later = [at for at in edges if at > now]
        if due is not None and not is_down and not is_blocked:
            later.append(max(due, now + timedelta(seconds=1)))
        if not later:
            return
        clock.advance(min(later) - now)


async def _return(uow: UnitOfWork) -> None:
    account = await uow.accounts.find(MOTHER)
    assert account is not None
    await uow.accounts.set_reachable(account.id, True)


def visit_of_template() -> AppointmentId:
    return AppointmentId(1)


def run(file: Path, plan: Plan, make: Callable[[type[News], datetime], News]) -> Run:
    return asyncio.run(play(file, plan, make))
