"""What a column holds and what a model holds, both ways: moments are whole seconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def seconds(moment: datetime) -> int: ...
@overload
def seconds(moment: datetime | None) -> int | None: ...
def seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


@overload
def moment(value: int) -> datetime: ...
@overload
def moment(value: int | None) -> datetime | None: ...
def moment(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)
