"""The alarm about clinic systems that do not answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.delivery.alarms import Alarm, Alarms


class SilentSystems:
    def __init__(self, silent: Callable[[], Sequence[str]], alarms: Alarms) -> None:
        """``silent`` returns the names of the systems."""
        self._silent, self._alarms = silent, alarms

    async def look(self) -> None:
        """Start the alarm, or end it."""
        if names := self._silent():
            await self._alarms.start(Alarm.CLINIC_SILENT, system=names[0], systems=len(names))
        else:
            await self._alarms.end(Alarm.CLINIC_SILENT)
