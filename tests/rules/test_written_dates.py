"""Every date that the bot writes is read by the bot, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.i18n import (
    LANGUAGES,
    MOSCOW,
    grid_day,
    long_day,
    near_day,
    numeric_date,
    short_day,
    speak,
    spoken_date,
    spoken_day,
    spoken_moment,
)
from bot.core.matching import Choice, match
from bot.core.typed_dates import read_day
from bot.patients.rules.papers import parse_birth_date

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEAP_YEAR = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]

WITHOUT_YEAR: dict[str, Callable[[date], str]] = {
    "spoken day": lambda day: spoken_day(day, day.replace(month=1, day=1)),
    "today": lambda day: spoken_day(day, day),
    "tomorrow": lambda day: spoken_day(day, day - timedelta(days=1)),
    "long day": long_day,
    "short day": short_day,
    "day on a button": lambda day: near_day(day, day - timedelta(days=9)),
}
WITH_YEAR: dict[str, Callable[[date], str]] = {
    "spoken day": lambda day: spoken_day(day, day.replace(year=day.year - 1, day=1)),
    "spoken date": spoken_date,
    "numeric date": numeric_date,
}
BIRTH_FORMS: dict[str, Callable[[date], str]] = {"spoken date": spoken_date, "numeric date": numeric_date}
ON_BUTTONS: dict[str, Callable[[date], str]] = {
    "spoken day": lambda day: spoken_day(day, TODAY),
    "moment": lambda day: spoken_moment(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), MOSCOW, NOON),
    "long day": long_day,
    "near day": lambda day: near_day(day, TODAY),
    "grid day": grid_day,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", WITHOUT_YEAR)
def test_written_day_is_read(language: str, form: str) -> None:
    with speak(language):
        for day in LEAP_YEAR:
            read = read_day(WITHOUT_YEAR[form](day))
            assert read is not None
            assert (read.day, read.month) == (day.day, day.month)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", WITH_YEAR)
def test_written_year_is_read(language: str, form: str) -> None:
    with speak(language):
        for day in LEAP_YEAR:
            read = read_day(WITH_YEAR[form](day))
            assert read is not None
            assert (read.day, read.month, read.year) == (day.day, day.month, day.year)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", BIRTH_FORMS)
def test_written_birth_date_is_a_birth_date(language: str, form: str) -> None:
    with speak(language):
        for born in LEAP_YEAR:
            assert parse_birth_date(BIRTH_FORMS[form](born), TODAY) == born


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ON_BUTTONS)
def test_written_day_presses_the_button_of_the_day(language: str, form: str) -> None:
    """Within the horizon of a clinic the weekday, the number or the month say which button is meant."""
    days = [TODAY + timedelta(days=number) for number in range(21)]
    choices = [Choice(f"{day.isoformat()}", f"x:{day}", day=day) for day in days]
    with speak(language):
        for day in days:
            pressed = match(ON_BUTTONS[form](day), choices, TODAY).pressed
            assert pressed is not None
            assert pressed.day == day
