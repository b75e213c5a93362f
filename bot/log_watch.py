"""The alarm about a streamed database whose log nobody empties: the program that streams it does not run."""

from __future__ import annotations

from pathlib import Path

from bot.delivery.alarms import Alarm, Alarms

LONGEST = 64
"""MB; a stream that runs empties the log from 4 MB on, and after one long transaction"""


class LogWatch:
    def __init__(self, database: Path, alarms: Alarms, *, streamed: bool) -> None:
        """``streamed`` is whether another program is to empty the log; otherwise there is nothing to watch."""
        self._log, self._alarms, self._is_streamed = database.with_name(f"{database.name}-wal"), alarms, streamed

    async def look(self) -> None:
        """Start the alarm, or end it."""
        if not self._is_streamed:
            return
        size = self._log.stat().st_size // 2**20 if self._log.exists() else 0
        if size > LONGEST:
            await self._alarms.start(Alarm.STREAM_STOPPED, megabytes=size)
        else:
            await self._alarms.end(Alarm.STREAM_STOPPED)
