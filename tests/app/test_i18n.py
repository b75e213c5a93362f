"""Languages, and how dates, times and durations are written in them."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.core import i18n
from bot.core.i18n import (
    choose_language,
    clock_time,
    duration,
    gettext,
    grid_day,
    long_day,
    near_day,
    ngettext,
    numeric_date,
    speak,
    spoken_date,
    spoken_day,
    spoken_moment,
    switch_language,
    zone_note,
)

MOSCOW, YEKATERINBURG = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Yekaterinburg")
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VISIT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("chosen", "telegram", "spoken"),
    [
        (None, "ru", "ru"),
        (None, "ru-RU", "ru"),
        (None, "en-GB", "en"),
        ("en", "ru", "en"),
        ("ru", "en", "ru"),
        (None, "de", "ru"),
        (None, None, "ru"),
        ("xx", "en", "en"),
    ],
)
def test_language_of_telegram_is_chosen_if_it_is_known(chosen: str | None, telegram: str | None, spoken: str) -> None:
    assert choose_language(chosen, telegram, "ru") == spoken


def test_default_is_chosen_for_an_unknown_language() -> None:
    assert choose_language(None, "tt", "en") == "en"


def test_language_is_in_force_within_its_block() -> None:
    with speak("en"):
        with speak("ru"):
            assert gettext("tomorrow") == "завтра"
        assert gettext("tomorrow") == "tomorrow"


def test_language_chosen_midway_holds_until_the_end() -> None:
    with speak("ru"):
        switch_language("en")
        assert gettext("today") == "today"
    assert gettext("today") == "сегодня"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 минута"), (2, "2 минуты"), (5, "5 минут"), (11, "11 минут"), (21, "21 минута"), (0, "0 минут")],
)
def test_russian_counts_in_three_forms(count: int, said: str) -> None:
    assert ngettext("{count} minute", "{count} minutes", count).format(count=count) == said


@pytest.mark.parametrize(
    ("minutes", "russian", "english"),
    [
        (15, "15 минут", "15 minutes"),
        (60, "1 час", "1 hour"),
        (90, "1 час 30 минут", "1 hour 30 minutes"),
        (122, "2 часа 2 минуты", "2 hours 2 minutes"),
        (1440, "24 часа", "24 hours"),
    ],
)
def test_duration_is_written_in_hours_and_minutes(minutes: int, russian: str, english: str) -> None:
    assert duration(minutes) == russian
    with speak("en"):
        assert duration(minutes) == english


def test_moment_of_tomorrow_is_written_as_tomorrow() -> None:
    assert spoken_moment(VISIT, MOSCOW, NOW) == "завтра, вт 24 ноября, 10:30"
    with speak("en"):
        assert spoken_moment(VISIT, MOSCOW, NOW) == "tomorrow, Tue 24 November, 10:30"


def test_zone_other_than_moscow_is_named() -> None:
    assert spoken_moment(VISIT, YEKATERINBURG, NOW) == "завтра, вт 24 ноября, 12:30 по Екатеринбургу"
    with speak("en"):
        assert spoken_moment(VISIT, YEKATERINBURG, NOW) == "tomorrow, Tue 24 November, 12:30 Yekaterinburg time"


def test_tomorrow_is_counted_in_the_zone_of_the_clinic() -> None:
    late_in_moscow = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    assert spoken_moment(late_in_moscow, MOSCOW, NOW).startswith("сегодня, пн 23 ноября, 23:30")
    assert spoken_moment(late_in_moscow, YEKATERINBURG, NOW).startswith("завтра, вт 24 ноября, 01:30")


def test_zone_with_the_time_of_moscow_is_not_named() -> None:
    assert zone_note(ZoneInfo("Europe/Volgograd"), VISIT) == zone_note(ZoneInfo("Europe/Simferopol"), VISIT) == ""


def test_zone_outside_russia_is_named_by_its_offset() -> None:
    assert zone_note(ZoneInfo("Asia/Kolkata"), VISIT) == "UTC+5:30"
    assert zone_note(ZoneInfo("America/New_York"), VISIT) == "UTC−5"


def test_every_zone_of_russia_has_a_name_in_both_languages() -> None:
    assert i18n._ZONES.keys() <= available_timezones()
    for language, opening in (("ru", "по "), ("en", "")):
        with speak(language):
            names = [gettext(name) for name in i18n._ZONES.values()]
        assert len(set(names)) == len(names)
        assert all(name.startswith(opening) for name in names)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (TODAY, "сегодня, пн 23 ноября"),
        (TODAY + timedelta(1), "завтра, вт 24 ноября"),
        (TODAY + timedelta(3), "чт 26 ноября"),
        (date(2027, 1, 14), "чт 14 января 2027 года"),
        (date(2025, 5, 4), "вс 4 мая 2025 года"),
    ],
)
def test_day_is_written_with_its_weekday(day: date, said: str) -> None:
    assert spoken_day(day, TODAY) == said


def test_first_of_january_is_tomorrow_without_a_year() -> None:
    assert spoken_day(date(2027, 1, 1), date(2026, 12, 31)) == "завтра, пт 1 января"


def test_day_in_a_button_is_short() -> None:
    days = [near_day(TODAY + timedelta(days), TODAY) for days in (0, 1, 3, 8)]
    assert days == ["сегодня", "завтра", "чт 26 ноя", "вт 1 дек"]
    assert grid_day(date(2026, 11, 24)) == "вт 24"
    with speak("en"):
        assert near_day(date(2026, 11, 26), TODAY) == "Thu 26 Nov"
        assert grid_day(date(2026, 11, 24)) == "Tue 24"


def test_short_month_has_no_dot() -> None:
    short = [near_day(date(2026, month, 20), date(2020, 1, 1)).split()[-1] for month in range(1, 13)]
    assert " ".join(short) == "янв фев мар апр мая июн июл авг сен окт ноя дек"


def test_date_in_a_heading_is_full() -> None:
    assert long_day(date(2026, 11, 24)) == "Вторник, 24 ноября"
    assert spoken_date(date(2018, 3, 15)) == "15 марта 2018 года"
    assert numeric_date(date(2018, 3, 5)) == "05.03.2018"
    assert clock_time(VISIT, YEKATERINBURG) == "12:30"
    with speak("en"):
        assert long_day(date(2026, 11, 24)) == "Tuesday, 24 November"
        assert spoken_date(date(2018, 3, 15)) == "15 March 2018"


def test_missing_catalogue_does_not_break_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n._catalogue.cache_clear()
    try:
        i18n.load_catalogues()
        assert gettext("A sentence that stays as it is") == "A sentence that stays as it is"
    finally:
        i18n._catalogue.cache_clear()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_plural_rule_of_a_catalogue_is_that_of_its_language(language: str) -> None:
    source = i18n.LOCALES / language / "LC_MESSAGES" / "bot.po"
    with source.open("rb") as text:
        catalogue = read_po(text, locale=language)
    assert catalogue.num_plurals == {"ru": 3, "en": 2}[language]


def test_catalogue_is_compiled_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    catalogue, text = Catalog(locale="ru"), BytesIO()
    for number in range(400):
        catalogue.add(f"Sentence {number} to {{name}}", f"Предложение {number} для {{name}}")
    write_po(text, catalogue)
    (tmp_path / "ru" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "ru" / "LC_MESSAGES" / "bot.po").write_bytes(text.getvalue())
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n._catalogue.cache_clear()
    began = time.perf_counter()
    for number in range(400):
        assert gettext(f"Sentence {number} to {{name}}") == f"Предложение {number} для {{name}}"
    print(f"400 messages were ready in {time.perf_counter() - began:.3f} s")
    assert i18n._catalogue.cache_info().misses == 1
    i18n._catalogue.cache_clear()
