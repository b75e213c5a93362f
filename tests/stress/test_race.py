"""Whatever many people do at once: one time for one person, one reminder a visit, one truth for bot and clinic."""

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
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from structlog.testing import capture_logs

from bot.booking.news import CancellationAnswered
from bot.booking.records import AppointmentCard, CancelReason
from bot.delivery import outbox
from storage.unit import UnitOfWork
from tests.stress.inline import inline_database
from tests.stress.invariants import broken
from tests.stress.operations import WEIGHTS, Life
from tests.stress.race import run
from tests.stress.town import make_template, town_over

DEEDS = 4000
NUMBERS = st.integers(0, 99)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "CHAT_GAP", 0)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_template(tmp_path_factory.mktemp("small")))


@pytest.mark.parametrize("seed", [1, 2])
def test_four_thousand_deeds_at_once_leave_everything_true(seed: int) -> None:
    result = run(seed, DEEDS)
    print(result)
    assert not result.broken, result


# --- one step after another ------------------------------------------------------------------------------------------


class TownMachine(RuleBasedStateMachine):
    """Every deed of the storm, one at a time and shrunk when it breaks something; the loop is its own."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "town.sqlite3")
        self.runner, self.closing = asyncio.Runner(), AsyncExitStack()
        self.life = self.runner.run(self._open())

    async def _open(self) -> Life:
        database = await self.closing.enter_async_context(inline_database(self.folder / "town.sqlite3", Random(0)))
        return Life(await self.closing.enter_async_context(town_over(database, families=2)), days=3)

    def teardown(self) -> None:
        self.runner.run(self._close())
        self.runner.close()
        shutil.rmtree(self.folder)

    async def _close(self) -> None:
        await self.life.town.come_to_rest()
        found = await broken(self.life.town.asked, at_rest=True)
        await self.closing.aclose()
        assert found == []

    @rule(name=st.sampled_from(sorted(WEIGHTS)), a=NUMBERS, b=NUMBERS, c=NUMBERS)
    def somebody_does(self, name: str, a: int, b: int, c: int) -> None:
        self.runner.run(self.life.do(name, a, b, c))

    @rule(who=NUMBERS, child=NUMBERS, where=NUMBERS)
    def somebody_books(self, who: int, child: int, where: int) -> None:
        self.runner.run(self.life.do("look", who, child, where))
        self.runner.run(self.life.do("tap_twice", 0, 0, 0))

    @invariant()
    def everything_is_true(self) -> None:
        assert self.runner.run(broken(self.life.town.asked, at_rest=False)) == []


def test_every_step_of_a_towns_life_leaves_everything_true(small: Path) -> None:
    TownMachine.template = small
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    machine = TownMachine.TestCase
    machine.settings = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks, derandomize=True
    )
    with capture_logs():
        machine("runTest").runTest()


# --- between the clinic's deed and its answer -------------------------------------------------------------------------


@pytest.fixture
async def life(small: Path, tmp_path: Path) -> AsyncIterator[Life]:
    path = tmp_path / "town.sqlite3"
    shutil.copy(small, path)
    async with inline_database(path, Random(1)) as database, town_over(database, families=2) as town:
        yield Life(town, days=5)


async def booked(life: Life) -> AppointmentCard:
    """The first family's first child on the third day."""
    await life.look(0, 0, 30)
    await life.book(0, 0, 0)
    return await the_visit(life)


async def the_visit(life: Life) -> AppointmentCard:
    (row,) = await life.town.rows("SELECT max(id) AS id FROM appointments")
    return await life.services.visits.require(life.family(0).account.id, row["id"])


async def all_true(life: Life) -> bool:
    await life.town.come_to_rest()
    assert await broken(life.town.asked, at_rest=True) == []
    return True


def told(life: Life) -> str:
    return "\n".join(screen.text for _chat, screen in life.town.mailbox.letters)


async def desk_cancels(life: Life) -> None:
    await life.desk_cancels(0, 0, 0)
    await life.sync(0, 0, 0)


async def desk_moves(life: Life) -> None:
    await life.desk_moves(0, 40, 0)
    await life.sync(0, 0, 0)


@pytest.mark.parametrize("deed", [desk_cancels, desk_moves])
async def test_what_the_clinic_changes_before_its_answer_to_a_booking_arrives_is_not_lost(
    life: Life, deed: Callable[[Life], Awaitable[None]]
) -> None:
    await life.look(0, 0, 30)
    life.town.registry.meanwhile = lambda: deed(life)
    await life.book(0, 0, 0)
    assert await all_true(life)


@pytest.mark.parametrize("deed", [desk_cancels, desk_moves])
async def test_what_the_clinic_changes_before_its_answer_to_a_move_arrives_is_not_lost(
    life: Life, deed: Callable[[Life], Awaitable[None]]
) -> None:
    await booked(life)
    await life.look_to_move(0, 0, 33)
    life.town.registry.meanwhile = lambda: deed(life)
    await life.book(0, 0, 0)
    assert await all_true(life)


async def test_a_wish_that_is_on_its_way_to_the_clinic_is_not_given_up_by_the_worker(life: Life) -> None:
    """A machine that slept for an hour: the worker finds an old wish whose question has not even arrived."""
    workers: list[asyncio.Task[int]] = []

    async def sleep_for_an_hour() -> None:
        life.town.clock.advance(timedelta(hours=1))
        workers.append(life.town.tasks.start(life.services.settlement.settle_due()))
        for _turn in range(100):
            await asyncio.sleep(0)

    await life.look(0, 0, 30)
    life.town.registry.beforehand = sleep_for_an_hour
    await life.book(0, 0, 0)
    await workers[0]
    assert (await the_visit(life)).appointment.is_live
    assert await all_true(life)


async def test_a_visit_that_the_clinic_called_off_before_we_knew_it_is_told_as_the_clinics(life: Life) -> None:
    await life.look(0, 0, 30)
    life.town.registry.meanwhile = lambda: killed_and_called_off(life)
    with suppress(asyncio.CancelledError):
        await life.book(0, 0, 0)
    assert await all_true(life)
    assert (await the_visit(life)).appointment.reason is CancelReason.BY_CLINIC
    assert "Поликлиника отменила" in told(life)


async def killed_and_called_off(life: Life) -> None:
    await life.desk_cancels(0, 0, 0)
    life.town.tasks.kill()
    await asyncio.sleep(0)


async def test_a_person_who_moves_his_visit_is_not_told_that_the_clinic_cancelled_it(life: Life) -> None:
    """The desk has touched the old visit; by the time the feed is read the clinic has called it off for the move."""
    await booked(life)
    await life.desk_moves(0, 36, 0)
    await life.look_to_move(0, 0, 33)
    life.town.registry.meanwhile = lambda: life.sync(0, 0, 0)
    await life.book(0, 0, 0)
    assert await all_true(life)
    assert "Поликлиника отменила" not in told(life)


async def test_a_cancellation_that_comes_after_the_visits_beginning_ends_as_a_visit(life: Life) -> None:
    card = await booked(life)
    life.town.tasks.kill()

    async def change(uow: UnitOfWork) -> None:
        await uow.appointments.request_cancellation(card.appointment.id, False, next_try=life.town.clock.now())
        wish = CancellationAnswered(card.appointment.account, card.appointment.id).unless_shown(life.town.clock.now())
        await uow.outbox.add(wish, life.town.clock.now())

    await life.town.store.storage.write(change)
    life.town.clock.advance(card.appointment.starts_at - life.town.clock.now() + timedelta(minutes=1))
    assert await all_true(life)
    assert (await the_visit(life)).appointment.cancelling is False
    assert "отмен" not in told(life).lower()
