"""The alarm about a streamed database whose log grows."""

from __future__ import annotations

import os
from pathlib import Path

from bot.delivery.alarms import Alarm, Alarms
from bot.log_watch import LONGEST, LogWatch
from tests.builders import StoppedClock


def written(log: Path, megabytes: int) -> None:
    log.touch()
    os.truncate(log, megabytes * 2**20)


async def test_log_that_nobody_empties_is_an_alarm_until_it_is_emptied(tmp_path: Path) -> None:
    log, alarms = tmp_path / "town.sqlite3-wal", Alarms(StoppedClock())
    watch = LogWatch(tmp_path / "town.sqlite3", alarms, streamed=True)
    await watch.look()
    written(log, LONGEST)
    await watch.look()
    assert alarms.ringing() == []
    written(log, LONGEST + 1)
    await watch.look()
    assert [(each.alarm, each.facts) for each in alarms.ringing()] == [
        (Alarm.STREAM_STOPPED, {"megabytes": LONGEST + 1})
    ]
    written(log, 4)
    await watch.look()
    assert alarms.ringing() == []


async def test_bot_that_empties_its_own_log_has_no_such_alarm(tmp_path: Path) -> None:
    alarms = Alarms(StoppedClock())
    written(tmp_path / "town.sqlite3-wal", LONGEST + 1)
    await LogWatch(tmp_path / "town.sqlite3", alarms, streamed=False).look()
    assert alarms.ringing() == []
