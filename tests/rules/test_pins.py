"""Rules of the access code: its form, when it is required, and pauses after wrong codes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from bot.account.problems import CodeProblem
from bot.account.rules import access_code as rules
from bot.core.errors import InvalidInput
from bot.core.people import Lock
from tests.pure_builders import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("typed", "code"), [("0000", "0000"), ("580213", "580213"), (" 58 02 ", "5802")])
def test_code_has_four_to_six_digits_in_any_spacing(typed: str, code: str) -> None:
    assert rules.parse_code(typed) == code


@pytest.mark.parametrize("typed", ["", "123", "1234567", "12a4", "пять", "٤٤٤٤", "-1234"])
def test_text_of_another_shape_is_not_a_code(typed: str) -> None:
    with pytest.raises(InvalidInput):
        rules.parse_code(typed)


@pytest.mark.parametrize("typed", ["", "5802", "12345", "1234567", "12a456", "пять", "٤٤٤٤٤٤", "-12345"])
def test_new_code_has_six_digits(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.parse_new_code(typed)
    assert refused.value.problem is CodeProblem.NEW_FORM


@pytest.mark.parametrize("row", ["000000", "777777", "123456", "987654", "012345", "121212", "123123"])
@pytest.mark.parametrize("typed", ["{0}", " {0} "])
def test_new_code_that_is_tried_first_is_refused(row: str, typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.parse_new_code(typed.format(row))
    assert refused.value.problem is CodeProblem.TRIVIAL


@pytest.mark.parametrize("date", ["170519", "311299", "010100", "052019", "121987", "201905", "112233", "123321"])
def test_new_code_like_a_date_or_a_mirror_is_refused(date: str) -> None:
    with pytest.raises(InvalidInput):
        rules.parse_new_code(date)


@pytest.mark.parametrize("code", ["580213", "400817", "132019", "321299", "201913", "902417"])
def test_other_new_code_is_accepted(code: str) -> None:
    assert rules.parse_new_code(f" {code[:3]} {code[3:]} ") == code


def test_few_codes_are_trivial() -> None:
    assert sum(rules.is_trivial(f"{number:06}") for number in range(0, 1_000_000, 7)) < 1_000_000 // 7 // 15


def test_pause_doubles_after_every_five_wrong_codes() -> None:
    """From a quarter of an hour up to a day."""
    pauses = [rules.pause_after(tries) for tries in range(5, 60, 5)]
    minutes = [pause.total_seconds() / 60 for pause in pauses if pause is not None]
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440]


@given(st.integers(0, 10**6))
def test_every_pause_follows_five_tries(tries: int) -> None:
    pause = rules.pause_after(tries)
    assert (pause is not None) == (tries > 0 and tries % 5 == 0)
    assert pause is None or timedelta(minutes=15) <= pause <= timedelta(days=1)
    assert rules.pause_after(tries + rules.tries_left(tries)) is not None


@given(st.integers(0, 120), st.integers(0, 999_999))
def test_pause_is_rounded_up_to_a_whole_minute(seconds: int, microseconds: int) -> None:
    now = MONDAY + timedelta(seconds=seconds, microseconds=microseconds)
    until = rules.paused_until(5, now)
    assert until is not None
    assert (until.second, until.microsecond) == (0, 0)
    assert timedelta(minutes=15) <= until - now < timedelta(minutes=16)


def test_account_without_a_code_is_open() -> None:
    assert not rules.is_locked(None, MONDAY)
    assert not rules.is_in_force(None, MONDAY)
    assert not rules.is_paused(None, MONDAY)
    assert rules.may_change_code(None, MONDAY)


def test_code_opens_for_15_minutes_and_can_be_changed_for_5() -> None:
    lock = Lock(open_until=MONDAY + rules.UNLOCKED_FOR)
    assert rules.may_change_code(lock, MONDAY + 5 * MINUTE)
    assert not rules.may_change_code(lock, MONDAY + 6 * MINUTE)
    assert not rules.is_locked(lock, MONDAY + 14 * MINUTE)
    assert rules.is_locked(lock, MONDAY + 15 * MINUTE)
    assert rules.is_locked(Lock(), MONDAY)


def test_forgotten_code_expires_at_its_moment() -> None:
    lock = Lock(drops_at=MONDAY)
    assert rules.is_locked(lock, MONDAY - MINUTE)
    assert not rules.is_locked(lock, MONDAY)
    assert rules.may_change_code(lock, MONDAY)


def test_pause_ends_at_its_moment() -> None:
    lock = Lock(paused_until=MONDAY)
    assert rules.is_paused(lock, MONDAY - MINUTE)
    assert not rules.is_paused(lock, MONDAY)
