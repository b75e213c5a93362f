"""Read an hour or a part of a day as people type it: «десять», «половина десятого», «утром», «после обеда»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from bot.core.typed_text import visible


class PartOfDay(Enum):
    """From which hour to before which one."""

    MORNING = (0, 12)
    AFTERNOON = (12, 17)
    AFTER_LUNCH = (13, 24)
    EVENING = (17, 24)


_PARTS: dict[str, PartOfDay] = {
    phrase: part
    for part, phrases in {
        PartOfDay.MORNING: (
            "утром",
            "утро",
            "с утра",
            "утречком",
            "до обеда",
            "в первой половине дня",
            "in the morning",
        ),
        PartOfDay.AFTERNOON: ("днем", "день", "in the afternoon", "afternoon"),
        PartOfDay.AFTER_LUNCH: ("после обеда", "после школы", "во второй половине дня", "after lunch", "after school"),
        PartOfDay.EVENING: ("вечером", "вечер", "вечерком", "к вечеру", "после работы", "in the evening", "after work"),
    }.items()
    for phrase in phrases
}
_AROUND_A_PART = {"на", "к", "ближе", "можно", "лучше", "хочу", "мне", "нам", "бы", "пожалуйста", "давайте", "please"}


def read_part(words: Sequence[str]) -> PartOfDay | None:
    """Return the part of the day that the words name, None for other words."""
    left = list(words)
    while left and left[0] in _AROUND_A_PART and " ".join(left) not in _PARTS:
        left.pop(0)
    while left and left[-1] in _AROUND_A_PART:
        left.pop()
    return _PARTS.get(" ".join(left))


_HOURS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "час часу часа one",
            "два двум двух two",
            "три трем трех three",
            "четыре четырем четырех four",
            "пять пяти five",
            "шесть шести six",
            "семь семи seven",
            "восемь восьми eight",
            "девять девяти nine",
            "десять десяти ten",
            "одиннадцать одиннадцати eleven",
            "двенадцать двенадцати twelve",
        ),
        start=1,
    )
    for word in words.split()
}
"""the hours of a clock, as they are said after «в», «к» and «около»"""
_HALVES: dict[str, int] = {
    "первого": 0,
    "второго": 1,
    "третьего": 2,
    "четвертого": 3,
    "пятого": 4,
    "шестого": 5,
    "седьмого": 6,
    "восьмого": 7,
    "девятого": 8,
    "десятого": 9,
    "одиннадцатого": 10,
    "двенадцатого": 11,
}
"""the hour that is half over: «половина десятого» is 9:30"""
_MINUTES: dict[str, int] = {
    "пятнадцать": 15,
    "пятнадцати": 15,
    "двадцать": 20,
    "двадцати": 20,
    "тридцать": 30,
    "тридцати": 30,
    "сорок": 40,
    "сорока": 40,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
}
_HALF = re.compile(r"(?:половин[аеу]|пол) ?(?P<russian>[а-я]+)|half past (?P<english>[a-z]+)")
_HOUR = re.compile(
    r"(?:(?:около|часам|часов|к|about|around) )*(?P<hour>[a-zа-я]+)(?: час(?:а|ов|ам)?)?"
    r"(?: (?P<minutes>[a-zа-я]+)(?: минут)?)?"
    r"(?: (?P<part>утра|дня|вечера|am|pm))?"
)


def read_hour(text: str) -> str | None:
    """Return an hour that was typed in words in digits, «9:30» for «половина десятого»; None for another text."""
    typed = visible(text).casefold().replace("ё", "е").strip()
    if half := _HALF.fullmatch(typed):
        known = _HALVES.get(half["russian"] or "")
        hour = _HOURS.get(half["english"] or "") if known is None else known or 12
        return None if hour is None else f"{hour}:30"
    found = _HOUR.fullmatch(typed)
    if found is None or found["hour"] not in _HOURS:
        return None
    minutes = found["minutes"]
    if minutes is not None and minutes not in _MINUTES:
        return None
    clock = f"{_HOURS[found['hour']]}" + (f":{_MINUTES[minutes]}" if minutes else "")
    return f"{clock} {found['part']}" if found["part"] else clock


_TIME = re.compile(
    r"(?:в |к |на |at )?(\d{1,2})(?:[ :.-]?(\d{2}))?(?: ?(?:час(?:ов|а)?|ч))?(?: ?(утра|дня|вечера|am|pm))?",
    re.IGNORECASE,
)
FIRST_HOUR = 7  # no clinic opens earlier: «в 3» is 15:00
_BEFORE_AN_HOUR = re.compile(r"^(?:на|во?|к|at) +", re.IGNORECASE)


def read_time(text: str) -> tuple[int, int | None] | None:
    """Return the hour and the minutes of «8:30», «в 10», «в 3 дня» or «к трём»; None for another text."""
    plain = text.strip().rstrip(".!?")
    typed = _TIME.fullmatch(read_hour(_BEFORE_AN_HOUR.sub("", plain)) or plain)
    if typed is None:
        return None
    hour, minute = int(typed[1]), typed[2]
    part = (typed[3] or "").casefold()
    if hour < 12 and (part in {"дня", "вечера", "pm"} or (not part and hour < FIRST_HOUR)):
        hour += 12
    return hour, None if minute is None else int(minute)
