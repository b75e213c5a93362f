"""Fail one statement of a journey through services in each run; the journey must reach the same end."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.booking.errors import OutcomePending
from bot.booking.news import BookingAnswered, CancellationAnswered
from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicReason
from bot.core.errors import ClinicSilent
from bot.core.patient import Patient
from bot.core.people import Account, Purpose
from bot.glossary import AppointmentId, OrderId
from bot.patients.news import CheckAnswered
from bot.staff.errors import VisitGone
from storage.database.connection import Database, NotCommitted
from storage.database.telegram_ids import index_of
from tests.builders import claim_of
from tests.storage.registry_world import CHILDREN
from tests.stress.inline_database import inline_database
from tests.stress.invariants import find_violations
from tests.stress.reruns import RunsTwice
from tests.stress.service_town import Family, ServiceTown, open_service_town

ERRORS = ("disk I/O error", "database or disk is full", "database is locked")
MOST_TRIES = 4


@dataclass(slots=True)
class Result:
    """What runs with one fault each have left wrong."""

    sites: int = 0
    calls: int = 0
    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    """units of work whose second run differed from the first"""

    def __str__(self) -> str:
        found = f"lost={len(self.lost)} stuck={len(self.stuck)} doubled={len(self.doubled)}"
        found += f" differing={len(self.differing)}"
        return f"faults sites={self.sites} {found}"

    @property
    def clean(self) -> bool:
        return not (self.lost or self.stuck or self.doubled or self.differing)

    def report(self) -> str:
        return "\n".join([str(self), *(self.lost + self.stuck + self.doubled + self.differing)[:20]])

    def add(self, other: Result) -> None:
        self.sites += other.sites
        self.lost += other.lost
        self.stuck += other.stuck
        self.doubled += other.doubled
        self.differing += other.differing


class FailingProbe:
    """A probe that counts statements while it is armed and fails statement number ``at``."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.count, self.armed, self.failed = at, 0, False, ""

    def __call__(self, _number: int, sql: str) -> None:
        if not self.armed:
            return
        self.count += 1
        if self.count == self.at:
            self.failed = " ".join(sql.split())[:80]
            raise sqlite3.OperationalError(ERRORS[self.count % len(ERRORS)])


# --- the journey through services -------------------------------------------------------------------------------------

Step = Callable[["Journey"], Awaitable[None]]
TELEGRAM_ID = 77
CHILD = CHILDREN[20]
EXPECTED = ["CANCELLED BY_CLINIC", "CANCELLED BY_REPRESENTATIVE", "CANCELLED RESCHEDULED"]


class Journey:
    """A mother's steps from consent to a visit that the clinic cancels; each step may be repeated."""

    def __init__(self, town: ServiceTown) -> None:
        self.town, self.services = town, town.services
        self.order: OrderId | None = None
        self.account: Account | None = None

    @property
    def mother(self) -> Account:
        assert self.account is not None
        return self.account

    async def meet(self) -> None:
        self.account = await self.services.accounts.find_or_add(TELEGRAM_ID, "ru")

    async def agree(self) -> None:
        for purpose in Purpose:
            self.account = await self.services.consents.give(self.mother.id, purpose, "digest")

    async def link(self) -> None:
        patient = await self.services.patients.link(self.mother, claim_of(CHILD.policy_number, CHILD.name))
        await self.services.shown_news.withdraw(CheckAnswered(self.mother.id, patient.id).dedup)

    async def patient(self) -> Patient:
        (patient,) = await self.services.patients.list_of(self.mother.id)
        return patient

    async def review(self) -> None:
        patient = await self.patient()
        if not patient.is_verified:  # the worker retries the check
            self.town.clock.advance(timedelta(minutes=2))
            await self.town.work()
        await self._review(27, None)

    async def review_move(self) -> None:
        await self._review(30, (await self.visit()).appointment.id)

    async def _review(self, where: int, replaces: AppointmentId | None) -> None:
        time, patient = self.town.times(5)[where], await self.patient()
        await self.services.choices.days(self.mother.id, patient.id, time.doctor)
        reviewed = await self.services.booking.review(
            self.mother, patient.id, time.doctor, time.starts_at, time.visit_type, replaces
        )
        self.order = reviewed.order.id

    async def book(self) -> None:
        assert self.order is not None
        card = await self.services.booking.book(self.mother.id, self.order, None)
        assert card.appointment.is_live
        await self.services.shown_news.withdraw(BookingAnswered(self.mother.id, card.appointment.id).dedup)

    async def visit(self) -> AppointmentCard:
        (card,) = await self.services.visits.upcoming(self.mother.id)
        return card

    async def confirm(self) -> None:
        await self.services.attendance.confirm(self.mother.id, (await self.visit()).appointment.id)

    async def cancel(self) -> None:
        (row,) = await self.town.rows("SELECT id FROM appointments WHERE replaces IS NOT NULL")
        await self.services.cancellations.cancel(self.mother.id, row["id"], None)
        await self.services.shown_news.withdraw(CancellationAnswered(self.mother.id, row["id"]).dedup)

    async def cancel_at_desk(self) -> None:
        (row,) = await self.town.rows("SELECT max(id) AS id FROM registry_bookings WHERE key IS NOT NULL")
        try:
            await self.services.staff.cancel(self.town.desk, row["id"], ClinicReason.DOCTOR_ILL)
        except VisitGone:
            return  # the first press has cancelled it

    async def receive_news(self) -> None:
        self.town.clock.advance(timedelta(minutes=4))
        await self.town.work()


STEPS: tuple[Step, ...] = (
    *(Journey.meet, Journey.agree, Journey.link),
    *(Journey.review, Journey.book, Journey.review_move, Journey.book, Journey.confirm, Journey.cancel),
    *(Journey.review, Journey.book, Journey.cancel_at_desk, Journey.receive_news),
)


Wrap = Callable[[Database], Database]


def _as_it_is(database: Database) -> Database:
    return database


async def run_journey(template: Path, folder: Path, probe: FailingProbe, wrap: Wrap = _as_it_is) -> Result:
    """Run the whole journey; a step that fails is repeated."""
    path, result = folder / f"journey-{probe.at}.sqlite3", Result(sites=1)
    shutil.copy(template, path)
    async with (
        inline_database(path, Random(1), probe) as database,
        open_service_town(wrap(database), families=1) as town,
    ):
        town.mailbox.messages.clear()
        probe.armed, journey = True, Journey(town)
        for step in STEPS:
            await _repeat(step, journey, probe, result)
        probe.armed = False
        town.families.append(Family(journey.mother, [(await journey.patient()).id]))
        await town.come_to_rest()
        await _check_end(town, probe, result)
    assert probe.failed or probe.at is None, f"the journey has no statement {probe.at}"
    return result


async def _repeat(step: Step, journey: Journey, probe: FailingProbe, result: Result) -> None:
    """Repeat a step that raises; report it as stuck after ``MOST_TRIES`` attempts."""
    failure: Exception | None = None
    for _try in range(MOST_TRIES):
        try:
            await step(journey)
            return
        except (sqlite3.Error, NotCommitted, ClinicSilent) as error:
            failure = error
        except OutcomePending as pending:
            failure = pending
            journey.town.clock.advance(timedelta(seconds=25))
            await journey.town.work()
    result.stuck.append(f"{probe.at} {probe.failed}: {step.__name__} ended in {failure!r}")


async def _check_end(town: ServiceTown, probe: FailingProbe, result: Result) -> None:
    where = f"{probe.at} {probe.failed}"
    result.stuck += [f"{where}: {line}" for line in await find_violations(town.sources, at_rest=True)]
    rows = await town.rows("SELECT status, reason FROM appointments ORDER BY reason")
    found = [f"{row['status']} {row['reason']}" for row in rows]
    _compare(where, Counter(EXPECTED), Counter(found), result)
    sent = await town.rows(
        "SELECT o.dedup FROM outbox o JOIN accounts a ON a.id = o.account_id WHERE o.status = 'SENT' AND "
        "a.telegram_index = :person",
        person=index_of(TELEGRAM_ID, town.store.index),
    )
    messages = [screen for chat, screen in town.mailbox.messages if chat == TELEGRAM_ID]
    if len(messages) > len(sent):
        result.doubled.append(f"{where}: {len(messages)} messages for {[row['dedup'] for row in sent]}")
    if not any(row["dedup"].startswith("clinic:") for row in sent):
        result.lost.append(f"{where}: the news of the clinic; sent: {[row['dedup'] for row in sent]}")


def _compare(where: str, wanted: Counter[str], found: Counter[str], result: Result) -> None:
    result.lost += [f"{where}: {each}" for each in (wanted - found).elements()]
    result.doubled += [f"{where}: {each}" for each in (found - wanted).elements()]


async def rerun_services(template: Path, folder: Path) -> Result:
    """Run the journey with each unit of work run, rolled back and run again."""
    reruns: list[RunsTwice] = []

    def wrap(database: Database) -> Database:
        reruns.append(RunsTwice(database))
        return reruns[-1]

    result = await run_journey(template, folder, FailingProbe(), wrap)
    result.differing += reruns[0].differing
    return result


async def count_sites(template: Path, folder: Path) -> int:
    probe = FailingProbe()
    result = await run_journey(template, folder, probe)
    assert result.clean, result.report()
    return probe.count


async def fail_services(template: Path, folder: Path, chosen: Callable[[int], Iterable[int]]) -> Result:
    """Run the journey once for each statement that ``chosen`` selects from their count."""
    total = Result()
    for at in chosen(await count_sites(template, folder)):
        total.add(await run_journey(template, folder, FailingProbe(at)))
    return total


def every(count: int) -> range:
    return range(1, count + 1)


def some(seed: int, most: int) -> Callable[[int], list[int]]:
    """Return a function that selects at most ``most`` of the numbers 1 to ``count``; a seed selects the same ones."""

    def choose(count: int) -> list[int]:
        return sorted(Random(seed).sample(every(count), min(most, count)))

    return choose
