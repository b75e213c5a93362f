"""What a column holds and what a model holds, both ways: moments are whole seconds since 1970 in UTC."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import overload

from bot.models import ClinicRules
from storage.database import Row


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


def rules_row(rules: ClinicRules) -> dict[str, int]:
    """What a clinic decides for itself, a column of seconds each."""
    return {rule.name: int(getattr(rules, rule.name).total_seconds()) for rule in fields(ClinicRules)}


def read_rules(row: Row) -> ClinicRules:
    return ClinicRules(**{rule.name: timedelta(seconds=row[rule.name]) for rule in fields(ClinicRules)})
