"""Ages in full years."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.ages import age_on, is_child


@pytest.mark.parametrize(
    ("day", "age"), [(date(2018, 3, 15), 0), (date(2019, 3, 14), 0), (date(2019, 3, 15), 1), (date(2036, 3, 14), 17)]
)
def test_age_is_in_full_years(day: date, age: int) -> None:
    assert age_on(date(2018, 3, 15), day) == age


def test_person_born_on_29_february_comes_of_age_on_1_march() -> None:
    born = date(2008, 2, 29)
    assert is_child(born, date(2026, 2, 28))
    assert not is_child(born, date(2026, 3, 1))
