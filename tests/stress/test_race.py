"""Concurrent operations keep the invariants: one visit per time, one reminder per visit, bot and clinic agree."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from structlog.testing import capture_logs

from bot.booking.news import CancellationAnswered
from bot.booking.records import AppointmentCard, CancelReason
from storage.unit import UnitOfWork
from tests.stress.inline_database import inline_database
from tests.stress.invariants import find_violations
from tests.stress.operations import WEIGHTS, Operations
from tests.stress.race import run
from tests.stress.service_town import make_template, open_service_town

OPERATIONS = 2000
"""`make race` runs a hundred thousand."""
NUMBERS = st.integers(0, 99)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_template(tmp_path_factory.mktemp("small")))


@pytest.mark.parametrize("seed", [1, 2])
def test_concurrent_operations_keep_invariants(seed: int) -> None:
    result = run(seed, OPERATIONS)
    print(result)
    assert not result.violations, result


# --- one step after another -------------------------------------------------------------------------------------------


class TownMachine(RuleBasedStateMachine):
    """Random operations one at a time; hypothesis shrinks a failing sequence."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "town.sqlite3")
        self.runner, self.closing = asyncio.Runner(), AsyncExitStack()
        self.operations = self.runner.run(self._open())

    async def _open(self) -> Operations:
        database = await self.closing.enter_async_context(inline_database(self.folder / "town.sqlite3", Random(0)))
        return Operations(await self.closing.enter_async_context(open_service_town(database, families=2)), days=3)

    def teardown(self) -> None:
        self.runner.run(self._close())
        self.runner.close()
        shutil.rmtree(self.folder)

    async def _close(self) -> None:
        await self.operations.town.come_to_rest()
        found = await find_violations(self.operations.town.sources, at_rest=True)
        await self.closing.aclose()
        assert found == []

    @rule(name=st.sampled_from(sorted(WEIGHTS)), a=NUMBERS, b=NUMBERS, c=NUMBERS)
    def run_operation(self, name: str, a: int, b: int, c: int) -> None:
        self.runner.run(self.operations.do(name, a, b, c))

    @rule(who=NUMBERS, child=NUMBERS, where=NUMBERS)
    def book_visit(self, who: int, child: int, where: int) -> None:
        self.runner.run(self.operations.do("review", who, child, where))
        self.runner.run(self.operations.do("book_twice", 0, 0, 0))

    @invariant()
    def invariants_hold(self) -> None:
        assert self.runner.run(find_violations(self.operations.town.sources, at_rest=False)) == []


def test_every_single_operation_keeps_invariants(small: Path) -> None:
    TownMachine.template = small
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    machine = TownMachine.TestCase
    machine.settings = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks, derandomize=True
    )
    with capture_logs():
        machine("runTest").runTest()


# --- between the clinic's change and its answer -----------------------------------------------------------------------


@pytest.fixture
async def operations(small: Path, tmp_path: Path) -> AsyncIterator[Operations]:
    path = tmp_path / "town.sqlite3"
    shutil.copy(small, path)
    async with inline_database(path, Random(1)) as database, open_service_town(database, families=2) as town:
        yield Operations(town, days=5)


async def booked(operations: Operations) -> AppointmentCard:
    """Book a visit of the first child of the first family on the third day."""
    await operations.review(0, 0, 30)
    await operations.book(0, 0, 0)
    return await newest_visit(operations)


async def newest_visit(operations: Operations) -> AppointmentCard:
    (row,) = await operations.town.rows("SELECT max(id) AS id FROM appointments")
    return await operations.services.visits.require(operations.family(0).account.id, row["id"])


async def is_consistent(operations: Operations) -> bool:
    await operations.town.come_to_rest()
    assert await find_violations(operations.town.sources, at_rest=True) == []
    return True


def sent_texts(operations: Operations) -> str:
    return "\n".join(screen.text for _chat, screen in operations.town.mailbox.messages)


async def desk_cancels(operations: Operations) -> None:
    await operations.desk_cancels(0, 0, 0)
    await operations.sync(0, 0, 0)


async def desk_moves(operations: Operations) -> None:
    await operations.desk_moves(0, 40, 0)
    await operations.sync(0, 0, 0)


@pytest.mark.parametrize("change", [desk_cancels, desk_moves])
async def test_clinics_change_before_its_answer_to_a_booking_is_kept(
    operations: Operations, change: Callable[[Operations], Awaitable[None]]
) -> None:
    await operations.review(0, 0, 30)
    operations.town.registry.meanwhile = lambda: change(operations)
    await operations.book(0, 0, 0)
    assert await is_consistent(operations)


@pytest.mark.parametrize("change", [desk_cancels, desk_moves])
async def test_clinics_change_before_its_answer_to_a_move_is_kept(
    operations: Operations, change: Callable[[Operations], Awaitable[None]]
) -> None:
    await booked(operations)
    await operations.review_move(0, 0, 33)
    operations.town.registry.meanwhile = lambda: change(operations)
    await operations.book(0, 0, 0)
    assert await is_consistent(operations)


async def test_worker_does_not_give_up_a_request_under_way(operations: Operations) -> None:
    """The machine sleeps for an hour before the request arrives, so the worker finds an old pending visit."""
    workers: list[asyncio.Task[int]] = []

    async def sleep_for_an_hour() -> None:
        operations.town.clock.advance(timedelta(hours=1))
        workers.append(operations.town.tasks.start(operations.services.settlement.settle_due()))
        for _turn in range(100):
            await asyncio.sleep(0)

    await operations.review(0, 0, 30)
    operations.town.registry.beforehand = sleep_for_an_hour
    await operations.book(0, 0, 0)
    await workers[0]
    assert (await newest_visit(operations)).appointment.is_live
    assert await is_consistent(operations)


async def test_visit_cancelled_before_its_answer_is_news_of_the_clinic(
    operations: Operations,
) -> None:
    await operations.review(0, 0, 30)
    operations.town.registry.meanwhile = lambda: kill_and_cancel_at_desk(operations)
    with suppress(asyncio.CancelledError):
        await operations.book(0, 0, 0)
    assert await is_consistent(operations)
    assert (await newest_visit(operations)).appointment.reason is CancelReason.BY_CLINIC
    assert "Поликлиника отменила" in sent_texts(operations)


async def kill_and_cancel_at_desk(operations: Operations) -> None:
    await operations.desk_cancels(0, 0, 0)
    operations.town.tasks.kill()
    await asyncio.sleep(0)


async def test_own_move_is_not_reported_as_a_cancellation_by_the_clinic(operations: Operations) -> None:
    """The desk moves the old visit; when the feed is read, the own move has already cancelled it."""
    await booked(operations)
    await operations.desk_moves(0, 36, 0)
    await operations.review_move(0, 0, 33)
    operations.town.registry.meanwhile = lambda: operations.sync(0, 0, 0)
    await operations.book(0, 0, 0)
    assert await is_consistent(operations)
    assert "Поликлиника отменила" not in sent_texts(operations)


async def test_cancellation_after_the_visits_start_keeps_the_visit(operations: Operations) -> None:
    card = await booked(operations)
    operations.town.tasks.kill()
    now = operations.town.clock.now()

    async def request_cancellation(uow: UnitOfWork) -> None:
        await uow.appointments.request_cancellation(card.appointment.id, False, next_try=now)
        wish = CancellationAnswered(card.appointment.account, card.appointment.id).unless_shown(
            operations.town.clock.now()
        )
        await uow.outbox.add(wish, operations.town.clock.now())

    await operations.town.store.storage.write(request_cancellation)
    operations.town.clock.advance(card.appointment.starts_at - operations.town.clock.now() + timedelta(minutes=1))
    assert await is_consistent(operations)
    assert (await newest_visit(operations)).appointment.cancelling is False
    assert "отмен" not in sent_texts(operations).lower()
