"""Exceptions in the log: their types and places without their texts, which may quote what a person has typed."""

from __future__ import annotations

import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def redact_exception(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace ``exc_info`` of a log line by ``failure``, the redacted exception. A structlog processor."""
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        error = given[1]
    else:
        error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["failure"] = describe_exception(error)
    return event


def describe_exception(error: BaseException) -> dict[str, object]:
    """Return the types of an exception, its causes and its parts, each with its traceback: no texts, no locals."""
    described: dict[str, object] = {"error": _name(error), "at": _places(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        described["cause"] = describe_exception(cause)
    if isinstance(error, BaseExceptionGroup):
        described["parts"] = [describe_exception(part) for part in error.exceptions]
    return described


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(error: BaseException) -> list[str]:
    return [
        f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]


def _short(path: str) -> str:
    place = Path(path)
    if place.is_relative_to(ROOT) and "site-packages" not in place.parts:
        return str(place.relative_to(ROOT))
    return "/".join(place.parts[-2:])
