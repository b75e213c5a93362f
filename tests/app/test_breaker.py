"""The circuit breaker: a silent clinic system fails at once, is tried after each pause, and answers as before again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.clinics.breaker import FIRST_PAUSE, LONGEST_PAUSE, MOST_FAILURES, Breaker
from bot.clinics.port import ClinicError, NotFound, OutcomeUnknown, Unavailable
from bot.core import limits
from tests.builders import StoppedClock

SECOND = timedelta(seconds=1)


class System:
    """A breaker and calls that end as told."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.breaker = Breaker("registry", self.clock)

    def ask(self, trouble: ClinicError | None = None) -> bool:
        """Return whether the call was let through."""
        if not self.breaker.admits():
            return False
        try:
            with self.breaker.watching():
                if trouble is not None:
                    raise trouble
        except ClinicError:
            pass
        return True

    def fall_silent(self) -> None:
        for _each in range(MOST_FAILURES):
            assert self.ask(Unavailable())
        assert self.breaker.is_silent


@pytest.fixture
async def system() -> System:
    return System()


async def test_silent_system_is_asked_once_after_each_longer_pause(system: System) -> None:
    system.fall_silent()
    pause = FIRST_PAUSE
    for _each in range(4):
        assert not system.ask()
        system.clock.advance(pause - SECOND)
        assert not system.ask()
        system.clock.advance(SECOND)
        assert system.ask(OutcomeUnknown())
        pause = min(pause * 2, LONGEST_PAUSE)
    system.clock.advance(pause)
    assert system.ask()
    assert not system.breaker.is_silent
    assert all(system.ask() for _each in range(3))


async def test_only_one_call_tries_a_silent_system(system: System) -> None:
    system.fall_silent()
    system.clock.advance(FIRST_PAUSE)
    assert system.breaker.admits()
    assert not system.breaker.admits()


async def test_answers_and_refusals_between_failures_are_no_silence(system: System) -> None:
    for _each in range(3):
        for _failure in range(MOST_FAILURES - 1):
            system.ask(Unavailable())
        system.ask(NotFound())
    assert not system.breaker.is_silent


async def test_system_that_names_a_pause_gets_it_up_to_the_longest(system: System) -> None:
    for _each in range(MOST_FAILURES):
        system.ask(Unavailable(retry_after=timedelta(hours=1)))
    system.clock.advance(LONGEST_PAUSE - SECOND)
    assert not system.ask()
    system.clock.advance(SECOND)
    assert system.ask()


async def test_clock_that_is_moved_back_does_not_keep_it_silent(system: System) -> None:
    system.fall_silent()
    system.clock.advance(-timedelta(days=1))
    assert system.ask()
    assert not system.breaker.is_silent


async def never() -> None:
    await asyncio.Event().wait()


async def give_up(breaker: Breaker, after: float, call: Coroutine[Any, Any, None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(after):
            with breaker.watching():
                await call


async def test_taps_that_give_up_waiting_are_failures(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a tap ends before that of its last call."""
    monkeypatch.setattr(limits, "TAP_TIMEOUT", 0.1)
    for _each in range(MOST_FAILURES):
        await give_up(system.breaker, 0.1, never())
    assert system.breaker.is_silent


async def test_call_that_is_given_up_early_says_nothing(system: System) -> None:
    for _each in range(MOST_FAILURES):
        await give_up(system.breaker, 0, never())
    assert not system.breaker.is_silent
    system.fall_silent()
    system.clock.advance(FIRST_PAUSE)
    assert system.breaker.admits()
    await give_up(system.breaker, 0, never())
    assert system.breaker.admits(), "another call tries in its place"
