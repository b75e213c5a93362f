"""Conversion between columns and records: moments are whole seconds since 1970 in UTC."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import overload

from bot.core.clinic import ClinicRules
from storage.database.connection import Row

RULES = tuple(rule.name for rule in fields(ClinicRules))


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
    """Return a clinic's own rules as columns, each in seconds."""
    return {rule: int(getattr(rules, rule).total_seconds()) for rule in RULES}


def read_rules(row: Row) -> ClinicRules:
    return _rules(*(row[rule] for rule in RULES))


# Every appointment card carries the rules of its clinic, and few clinics have different ones.
@lru_cache(maxsize=256)
def _rules(*seconds: int) -> ClinicRules:
    return ClinicRules(*(timedelta(seconds=each) for each in seconds))
