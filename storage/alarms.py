"""What the operator was told about alarms: one row for each code that was ever told."""

from __future__ import annotations

from collections.abc import Mapping

from bot.delivery.alarms import Alarm, Told
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("alarms")


class SqlAlarms:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def told(self) -> Mapping[Alarm, Told]:
        """Return what was told last about each alarm that was ever told."""
        found = {alarm: await queries.find_told_alarm(self._connection, code=alarm) for alarm in Alarm}
        return {
            alarm: Told(moment(row["started_at"]), bool(row["is_on"]))
            for alarm, row in found.items()
            if row is not None
        }

    async def record(self, alarm: Alarm, told: Told) -> None:
        await queries.record_told_alarm(
            self._connection, code=alarm, started_at=seconds(told.started_at), is_on=int(told.is_on)
        )
