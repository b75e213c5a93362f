"""The follow-up: a link that starts the booking of one more visit to a doctor from a day on; it names no patient."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.timing import local_day
from bot.core.typed_dates import day_of
from bot.glossary import DoctorId

WORD = "again"
"""the first word of the deep link"""
ON_DAY = re.compile(r"(\d{1,12})_on(\d{4})(\d\d)(\d\d)", re.ASCII)
IN_DAYS = re.compile(r"(\d{1,12})_(\d{1,3})", re.ASCII)


class FollowUp(NamedTuple):
    """A doctor, and the local day from which a visit is wanted."""

    doctor: DoctorId
    since: date


def word_on_day(doctor: DoctorId, since: date) -> str:
    """Return what the deep link passes to the bot: a visit from that day on."""
    return f"{WORD}_{doctor}_on{since:%Y%m%d}"


def word_in_days(doctor: DoctorId, days: int) -> str:
    """Return the same for a visit so many days after the link is opened: for a printed sheet."""
    return f"{WORD}_{doctor}_{days}"


def read_follow_up(rest: str, now: datetime, zone: ZoneInfo) -> FollowUp | None:
    """Return what a link means when it is opened; None for a text that this bot has not made.

    ``zone`` is the one in which days are counted.
    """
    today = local_day(now, zone)
    if found := ON_DAY.fullmatch(rest):
        doctor, year, month, day = map(int, found.groups())
        since = day_of(year, month, day)
        return None if since is None else FollowUp(DoctorId(doctor), since)
    if found := IN_DAYS.fullmatch(rest):
        return FollowUp(DoctorId(int(found[1])), today + timedelta(days=int(found[2])))
    return None


def link_of(username: str, word: str) -> str:
    return f"https://t.me/{username}?start={word}"
