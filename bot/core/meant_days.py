"""Tell which days a typed text means, seen from today: «завтра», «в среду», «на следующей неделе», «5 мая»."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import Enum

from bot.core.typed_dates import WEEKDAYS, day_of, read_day, whole_year

LONGEST_ENDING = 3
"""letters in which a form of a weekday's name may be longer than its stem"""

_NEAR_DAYS = {"сегодня": 0, "завтра": 1, "послезавтра": 2, "today": 0, "tomorrow": 1}
_NUMBER_OF_A_DAY = re.compile(r"(?:на |в )?(\d{1,2})(?: ?-?(?:го|е|ое|числа|число|st|nd|rd|th))?", re.IGNORECASE)
_BEFORE_A_DAY = re.compile(r"^(?:на|во?|с|к|on|at|for) +", re.IGNORECASE)


class Unmet(Enum):
    """Why a day or a time that was typed presses no button."""

    DAY_FIRST = "DAY_FIRST"
    """a time, where a day is chosen first"""
    NO_SUCH_DAY = "NO_SUCH_DAY"
    NO_SUCH_TIME = "NO_SUCH_TIME"
    CHOSEN_LATER = "CHOSEN_LATER"
    """the screen asks for something else"""


def meant_day(text: str, words: Sequence[str], today: date) -> Callable[[date], bool] | None:
    """Return whether a day is the one that the text names, None if it names none; ``words`` are those of the text."""
    if (week := _meant_week(words, today)) is not None:
        return week
    near = next((_NEAR_DAYS[word] for word in words if word in _NEAR_DAYS), None)
    if near is not None:
        return lambda day: day == today + timedelta(days=near)
    weekday = _weekday_in(words)
    number = next((int(word) for word in words if word.isdecimal() and len(word) <= 2), None)
    if weekday is not None:
        return lambda day: day.weekday() == weekday and number in {None, day.day}
    plain = _BEFORE_A_DAY.sub("", text.strip())
    if only := _NUMBER_OF_A_DAY.fullmatch(plain):
        return lambda day: day.day == int(only[1])
    read = read_day(plain)
    if read is None:
        return None
    year = whole_year(read, today)
    if year is not None:
        return lambda day: day == day_of(year, read.month, read.day)
    return lambda day: (day.day, day.month) == (read.day, read.month)


_WEEK = re.compile(r"(?P<which>следующ|эт|next|this)[а-я]* (?:недел[а-я]+|week)")
_IN_DAYS = re.compile(r"через (?:(?P<days>\d{1,2}) (?:дня|дней|день)|недел[юя]|(?P<one>день))|in a week")
FRIDAY = 4
_WEEKEND = re.compile(r"\b(?:выходн(?:ой|ые|ых)|weekend)\b")


def _meant_week(words: Sequence[str], today: date) -> Callable[[date], bool] | None:
    """Return whether a day is in the week that the words name, or so many days ahead; None for other words."""
    typed = " ".join(words)
    if ahead := _IN_DAYS.search(typed):
        days = int(ahead["days"]) if ahead["days"] else 2 if ahead["one"] else 7
        return lambda day: day == today + timedelta(days=days)
    if week := _WEEK.search(typed):
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * (week["which"] in {"следующ", "next"}))
        weekday = _weekday_in(words)
        return lambda day: monday <= day < monday + timedelta(days=7) and weekday in {None, day.weekday()}
    if _WEEKEND.search(typed):
        return lambda day: day.weekday() > FRIDAY
    return None


def _weekday_in(words: Sequence[str]) -> int | None:
    return next((WEEKDAYS[stem] for word in words for stem in WEEKDAYS if _is_weekday(word, stem)), None)


def _is_weekday(word: str, stem: str) -> bool:
    return word == stem or (len(stem) > 3 and word.startswith(stem) and len(word) - len(stem) <= LONGEST_ENDING)
