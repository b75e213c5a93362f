"""Alarms: what goes wrong with the bot and needs its operator, each under a stable code.

An alarm is on from ``start`` until ``end``. It is an ERROR in the log and a field of /health, and ``OperatorNews``
tells the operator in Telegram. It is about the bot, never about a person: no fact may name one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from bot.core.clock import Clock

Fact = int | str

CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
"""a text that a fact may have: a name of ours, such as that of a table or a job; a name of a person does not fit"""

log = structlog.get_logger(__name__)


class Alarm(StrEnum):
    """A stable code; its words stand in ``dialogs/kit/alarms.py``."""

    REGISTER_REFUSALS = "REGISTER_REFUSALS"
    """the register refuses many more checks than usual: somebody may be guessing"""
    DESK_READING = "DESK_READING"
    """a member of the staff reads many names in an hour"""
    ROWS_FAIL = "ROWS_FAIL"
    """rows that no key opens, or items that a job cannot handle; the others are served"""
    FILES_NOT_OPENED = "FILES_NOT_OPENED"
    """no limited program starts, so no photo is read and no PDF printed"""
    CLINIC_SILENT = "CLINIC_SILENT"
    """a clinic system does not answer; it is asked again every few seconds"""
    INVARIANT_BROKEN = "INVARIANT_BROKEN"
    """rows of the database contradict one another"""
    STREAM_STOPPED = "STREAM_STOPPED"
    """the database is to be streamed, and nobody empties its log"""
    JOB_FAILS = "JOB_FAILS"
    """a job of the timetable fails again and again"""


@dataclass(frozen=True, slots=True)
class Ringing:
    """An alarm that is on, with the newest facts."""

    alarm: Alarm
    since: datetime
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator was told last about an alarm: when its start was told, and whether its end was not told yet."""

    started_at: datetime
    is_on: bool


class Alarms:
    """The alarms of this process. Both verbs may be called again and again, and neither raises.

    They are not called inside a unit of work, which may run twice.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ringing: dict[Alarm, Ringing] = {}

    async def start(self, alarm: Alarm, **facts: Fact) -> None:
        """Start an alarm; one that is on gets the new facts."""
        shown = {name: _without_people(fact) for name, fact in facts.items()}
        before = self._ringing.get(alarm)
        if before is None:
            log.error("an alarm starts", alarm=alarm.value, **shown)
        self._ringing[alarm] = Ringing(alarm, before.since if before else self._clock.now(), shown)

    async def end(self, alarm: Alarm) -> None:
        """End an alarm that is on."""
        if self._ringing.pop(alarm, None) is not None:
            log.warning("an alarm is over", alarm=alarm.value)

    def ringing(self) -> list[Ringing]:
        """Return the alarms that are on, by code."""
        return sorted(self._ringing.values(), key=lambda each: each.alarm)


def _without_people(fact: Fact) -> Fact:
    return fact if isinstance(fact, int) or CODE.fullmatch(fact) else "…"
