"""Token buckets: what may be done at once, how tokens come back, and when the next deed is possible."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bot.core.budgets import BUCKETS, Bucket, Budget
from tests.pure_builders import MONDAY

HOURLY = Bucket(6, timedelta(hours=1))


def spend_all(bucket: Bucket, now: datetime) -> datetime:
    full_at = now
    for _each in range(bucket.size):
        after = bucket.spend(full_at, now)
        assert after is not None
        full_at = after
    return full_at


def test_full_bucket_allows_its_size_at_once_and_no_more() -> None:
    full_at = spend_all(HOURLY, MONDAY)
    assert full_at == MONDAY + timedelta(hours=1)
    assert HOURLY.spend(full_at, MONDAY) is None
    assert HOURLY.used(full_at, MONDAY) == 6


def test_one_token_comes_back_after_its_share_of_the_time() -> None:
    full_at = spend_all(HOURLY, MONDAY)
    next_at = HOURLY.possible_at(full_at)
    assert next_at == MONDAY + timedelta(minutes=10)
    assert HOURLY.spend(full_at, next_at - timedelta(seconds=1)) is None
    assert HOURLY.spend(full_at, next_at) == full_at + timedelta(minutes=10)
    assert HOURLY.used(full_at, next_at) == 5


def test_untouched_bucket_does_not_collect_more_than_its_size() -> None:
    assert spend_all(HOURLY, MONDAY + timedelta(days=9)) == MONDAY + timedelta(days=9, hours=1)
    assert HOURLY.used(MONDAY, MONDAY + timedelta(days=9)) == 0


def test_several_deeds_cost_as_much_as_one_by_one() -> None:
    assert HOURLY.spend(MONDAY, MONDAY, 6) == spend_all(HOURLY, MONDAY)
    assert HOURLY.spend(MONDAY, MONDAY, 7) is None


@pytest.mark.parametrize("budget", Budget)
def test_every_budget_has_a_bucket_that_can_be_emptied(budget: Budget) -> None:
    bucket = BUCKETS[budget]
    assert bucket.spend(spend_all(bucket, MONDAY), MONDAY) is None
    assert bucket.cost(bucket.size) - bucket.refill < timedelta(seconds=bucket.size)


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 8)), max_size=40), st.integers(1, 9))
def test_no_window_of_the_refill_time_has_more_than_two_sizes(steps: list[tuple[int, int]], size: int) -> None:
    bucket = Bucket(size, timedelta(hours=1))
    full_at = now = MONDAY
    done: list[datetime] = []
    for pause, amount in steps:
        now += timedelta(seconds=pause)
        after = bucket.spend(full_at, now, amount)
        if after is None:
            later = bucket.possible_at(full_at, amount)
            assert amount > size or bucket.spend(full_at, later, amount) is not None
        else:
            done += [now] * amount
            full_at = after
    for at in done:
        assert sum(at <= other < at + bucket.refill for other in done) <= 2 * size
