"""The access code's rules: what makes a code, when it is asked for, and how a guesser waits longer and longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.account.rules import access_code as rules
from bot.core.errors import InvalidInput
from bot.core.people import Lock
from tests.pure_builders import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("typed", "code"), [("0000", "0000"), ("580213", "580213"), (" 58 02 ", "5802")])
def test_four_to_six_digits_are_a_code_however_they_are_spaced(typed: str, code: str) -> None:
    assert rules.parse_code(typed) == code


@pytest.mark.parametrize("typed", ["", "123", "1234567", "12a4", "пять", "٤٤٤٤", "-1234"])
def test_anything_else_is_not(typed: str) -> None:
    with pytest.raises(InvalidInput):
        rules.parse_code(typed)


@pytest.mark.parametrize("code", ["0000", "777777", "1234", "987654", "1987", "2018"])
def test_what_anybody_would_try_first_is_weak(code: str) -> None:
    assert rules.is_weak(code)


@pytest.mark.parametrize("code", ["5802", "580213", "1243", "1122", "201803"])
def test_what_must_be_guessed_is_not(code: str) -> None:
    assert not rules.is_weak(code)


def test_five_wrong_codes_cost_a_quarter_of_an_hour_and_every_five_more_twice_as_much_up_to_a_day() -> None:
    pauses = [rules.pause_after(tries) for tries in range(5, 60, 5)]
    minutes = [pause.total_seconds() / 60 for pause in pauses if pause is not None]
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440]


@given(some.integers(0, 10**6))
def test_before_every_pause_there_are_five_tries(tries: int) -> None:
    pause = rules.pause_after(tries)
    assert (pause is not None) == (tries > 0 and tries % 5 == 0)
    assert pause is None or timedelta(minutes=15) <= pause <= timedelta(days=1)
    assert rules.pause_after(tries + rules.tries_left(tries)) is not None


@given(some.integers(0, 120), some.integers(0, 999_999))
def test_a_pause_ends_on_a_whole_minute_and_never_before_its_time(seconds: int, microseconds: int) -> None:
    now = MONDAY + timedelta(seconds=seconds, microseconds=microseconds)
    until = rules.paused_until(5, now)
    assert until is not None
    assert (until.second, until.microsecond) == (0, 0)
    assert timedelta(minutes=15) <= until - now < timedelta(minutes=16)


def test_without_a_code_nothing_is_closed_and_anything_may_be_set() -> None:
    assert not rules.is_closed(None, MONDAY)
    assert not rules.is_in_force(None, MONDAY)
    assert not rules.is_paused(None, MONDAY)
    assert rules.is_proved(None, MONDAY)


def test_a_code_opens_for_a_quarter_of_an_hour_and_may_be_changed_for_the_first_five_minutes() -> None:
    lock = Lock(open_until=MONDAY + rules.OPEN_FOR)
    assert rules.is_proved(lock, MONDAY + 5 * MINUTE)
    assert not rules.is_proved(lock, MONDAY + 6 * MINUTE)
    assert not rules.is_closed(lock, MONDAY + 14 * MINUTE)
    assert rules.is_closed(lock, MONDAY + 15 * MINUTE)
    assert rules.is_closed(Lock(), MONDAY)


def test_a_forgotten_code_is_asked_for_until_its_day_is_over_and_not_a_moment_longer() -> None:
    lock = Lock(drops_at=MONDAY)
    assert rules.is_closed(lock, MONDAY - MINUTE)
    assert not rules.is_closed(lock, MONDAY)
    assert rules.is_proved(lock, MONDAY)


def test_a_pause_is_over_at_its_moment() -> None:
    lock = Lock(paused_until=MONDAY)
    assert rules.is_paused(lock, MONDAY - MINUTE)
    assert not rules.is_paused(lock, MONDAY)
