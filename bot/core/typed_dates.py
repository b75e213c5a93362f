"""Read a day as people type it: «5 мая 2022», «4.10.25», "March 15, 2018", «пятое мая две тысячи двадцатого».

Every form in which the bot writes a day (``bot.core.i18n``) is read, too.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from bot.core.typed_text import decimals, visible

YEARS_AHEAD = 30
"""A year of two digits is of this century if it is at most so many years ahead."""


class TypedDay(NamedTuple):
    """The numbers that were typed; they need not be a day of the calendar."""

    day: int
    month: int
    year: int | None = None
    """None if no year was typed"""
    short_year: bool = False
    """the year was typed with two digits"""
    either_order: bool = False
    """day and month may be exchanged: with slashes some people write the month first"""


MONTHS: dict[str, int] = {
    stem: number
    for number, stems in enumerate(
        (
            "янв jan",
            "фев feb",
            "мар mar",
            "апр apr",
            "май мая мае маю may",
            "июн jun",
            "июл jul",
            "авг aug",
            "сен sep",
            "окт oct",
            "ноя nov",
            "дек dec",
        ),
        start=1,
    )
    for stem in stems.split()
}
"""by the first three letters of their names"""

WEEKDAYS: dict[str, int] = {
    stem: number
    for number, stems in enumerate(
        (
            "понедельник пн monday mon",
            "вторник вт tuesday tue",
            "сред ср wednesday wed",
            "четверг чт thursday thu",
            "пятниц пт friday fri",
            "суббот сб saturday sat",
            "воскресен вс sunday sun",
        )
    )
    for stem in stems.split()
}
"""by the beginnings of their names, from Monday as 0"""

_MONTH_NAME = re.compile(
    r"(?:январ|феврал|март|апрел|ма[йяюе]|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]{0,2}"
    r"|(?:янв|фев|мар|апр|авг|сен|сент|окт|ноя|нояб|дек)\.?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\."
)
_YEAR_WORD = re.compile(r"(?:[ ,]+|(?<=\d))(?:года?|г)\.?$")
_WEEKDAY = re.compile(
    r"^(?:(?:сегодня|завтра|послезавтра|today|tomorrow)[ ,]+)?"
    r"(?:(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье|пн|вт|ср|чт|пт|сб|вс"
    r"|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?[ ,]+)?"
)
"""what the bot itself writes before a day: «завтра, вт 24 ноября»"""
_NUMERIC = (
    re.compile(r"(?P<day>\d{1,2})(?P<sign>[ ./,-]+)(?P<month>\d{1,2})[ ./,-]+(?P<year>\d{4}|\d{2})"),
    re.compile(r"(?P<year>\d{4})[ ./,-]+(?P<month>\d{1,2})[ ./,-]+(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d{4}|\d{2})"),
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})"),
)
_ENDING = r"(?:-?(?:е|ое|го|ого|st|nd|rd|th))?"
_NAMED = (
    re.compile(
        rf"(?P<day>\d{{1,2}}){_ENDING}[ .,-]*(?P<month>{_MONTH_NAME.pattern})(?:[ .,-]*(?P<year>\d{{4}}|\d\d))?"
    ),
    re.compile(rf"(?P<month>{_MONTH_NAME.pattern})[ .-]*(?P<day>\d{{1,2}}){_ENDING}(?:[ ,-]+(?P<year>\d{{4}}))?"),
)

_NUMBERS: dict[str, int] = {
    "один": 1,
    "одна": 1,
    "перв": 1,
    "два": 2,
    "две": 2,
    "втор": 2,
    "три": 3,
    "трет": 3,
    "четыр": 4,
    "четверт": 4,
    "пят": 5,
    "шест": 6,
    "сем": 7,
    "седьм": 7,
    "восем": 8,
    "восьм": 8,
    "девят": 9,
    "десят": 10,
    "одиннадцат": 11,
    "двенадцат": 12,
    "тринадцат": 13,
    "четырнадцат": 14,
    "пятнадцат": 15,
    "шестнадцат": 16,
    "семнадцат": 17,
    "восемнадцат": 18,
    "девятнадцат": 19,
    "двадцат": 20,
    "тридцат": 30,
}
"""by the beginnings of their words, cardinal and ordinal"""
_LONGEST_FIRST = sorted(_NUMBERS, key=len, reverse=True)
_THOUSANDS = re.compile(r"(?:две|2) тысячи|двухтысячн[а-я]+")


def read_day(text: str) -> TypedDay | None:
    """Return the numbers of a typed day in any usual form, or None for another text."""
    typed = _YEAR_WORD.sub("", decimals(visible(text)).casefold().replace("ё", "е").strip(" .,")).strip()
    typed = _WEEKDAY.sub("", typed)
    for form in _NUMERIC:
        if found := form.fullmatch(typed):
            return _numbers(found)
    for form in _NAMED:
        if found := form.fullmatch(typed):
            return _numbers(found)
    return _in_words(typed)


def _numbers(found: re.Match[str]) -> TypedDay:
    parts = found.groupdict()
    month = parts["month"]
    day, year = int(parts["day"]), parts.get("year")
    number = int(month) if month.isdecimal() else MONTHS[month[:3]]
    exchangeable = "/" in (parts.get("sign") or "") and day != number and max(day, number) <= 12
    return TypedDay(day, number, int(year) if year else None, len(year or "") == 2, exchangeable)


def _in_words(typed: str) -> TypedDay | None:
    """Read «пятое мая две тысячи двадцать второго», with the year or without it."""
    words = typed.split()
    at = next((place for place, word in enumerate(words) if _MONTH_NAME.fullmatch(word)), None)
    if not at:
        return None
    day, year = _sum_of(words[:at]), " ".join(words[at + 1 :])
    if day is None:
        return None
    month = MONTHS[words[at][:3]]
    if not year:
        return TypedDay(day, month)
    thousands = _THOUSANDS.match(year)
    if thousands is None:
        return TypedDay(day, month, int(year)) if re.fullmatch(r"\d{4}", year) else None
    rest = year[thousands.end() :].split()
    years = _sum_of(rest) if rest else 0
    return None if years is None else TypedDay(day, month, 2000 + years)


def _sum_of(words: list[str]) -> int | None:
    """Return the number that words such as «двадцать второго» name, or None if one of them names no number."""
    values = [next((_NUMBERS[stem] for stem in _LONGEST_FIRST if word.startswith(stem)), None) for word in words]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def whole_year(typed: TypedDay, today: date) -> int | None:
    """Return the typed year, with its century if it had two digits; None if no year was typed."""
    if typed.year is None or not typed.short_year:
        return typed.year
    this_century = 2000 + typed.year
    return this_century if this_century <= today.year + YEARS_AHEAD else 1900 + typed.year


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
