"""The rule of a block of booking: which late cancellations count, from when and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.booking.blocks import COUNTED_FOR, find_block
from bot.booking.records import CountedVisit
from bot.core.clinic import Clinic, ClinicFacts, ClinicKind
from bot.glossary import AppointmentId, ClinicRef, Ref

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def clinic(late_cancels: int = 2, block_days: int = 14) -> Clinic:
    facts = ClinicFacts(late_cancels=late_cancels, block_days=block_days)
    return Clinic(ClinicRef("1"), "№ 1", "", "+7", MOSCOW, ClinicKind.CHILDREN, facts=facts)


def visits(*days: int) -> list[CountedVisit]:
    """Return visits so many days after Monday, by start."""
    return [
        CountedVisit(AppointmentId(number), Ref("AAAA-AA"), MONDAY + timedelta(days=day))
        for number, day in enumerate(sorted(days), 1)
    ]


@pytest.mark.parametrize(
    ("days", "now", "opens_on"),
    [
        ((), 0, None),
        ((0,), 0, None),
        ((0, 0), 0, date(2026, 12, 7)),
        ((0, 1), 0, date(2026, 12, 8)),
        ((0, 1), 14, date(2026, 12, 8)),
        ((0, 1), 15, None),
        ((0, 1, 5), 16, None),
        ((0, 1, 5, 20), 20, None),
        ((0, 1, 20, 21), 21, date(2026, 12, 28)),
        ((-COUNTED_FOR.days - 1, 0), 0, None),
        ((-COUNTED_FOR.days, 0), 0, date(2026, 12, 7)),
    ],
)
def test_so_many_late_cancellations_block_for_so_many_days(
    days: tuple[int, ...], now: int, opens_on: date | None
) -> None:
    """One on a day of a block counts towards no block, and those of one block not towards the next."""
    block = find_block(visits(*days), clinic(), MONDAY + timedelta(days=now))
    assert (block and block.opens_on) == opens_on


@pytest.mark.parametrize("rule", [(0, 14), (2, 0)])
def test_clinic_that_does_not_say_both_blocks_nobody(rule: tuple[int, int]) -> None:
    assert find_block(visits(0, 0, 0, 0), clinic(*rule), MONDAY) is None


def test_block_ends_at_the_clinics_midnight() -> None:
    late = find_block(visits(0), clinic(1, 1), datetime(2026, 11, 23, 20, 59, tzinfo=UTC))
    assert late
    assert late.opens_on == date(2026, 11, 24)
    assert find_block(visits(0), clinic(1, 1), datetime(2026, 11, 23, 21, tzinfo=UTC)) is None


@given(st.lists(st.integers(-200, 3), max_size=12), st.integers(1, 4), st.integers(1, 60))
def test_block_is_of_as_many_visits_as_the_clinic_says_and_in_force(days: list[int], most: int, lasts: int) -> None:
    where, counted = clinic(most, lasts), visits(*days)
    block = find_block(counted, where, MONDAY)
    if block is None:
        return
    assert len(block.counted) == most
    assert set(block.counted) <= set(counted)
    assert MONDAY.astimezone(MOSCOW).date() < block.opens_on
    assert block.counted[-1].starts_at - block.counted[0].starts_at <= COUNTED_FOR * most
