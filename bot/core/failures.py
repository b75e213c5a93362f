"""An exception told without its words: its text may quote what a person has typed, its type and places never do."""

from __future__ import annotations

import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def without_words(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: whatever ``exc_info`` a line brings, only types and places go on."""
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        error = given[1]
    else:
        error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["failure"] = described(error)
    return event


def described(error: BaseException) -> dict[str, object]:
    """The chain of types, and where each was raised, without locals or source."""
    told: dict[str, object] = {"error": _name(error), "at": _places(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["cause"] = described(cause)
    if isinstance(error, BaseExceptionGroup):
        told["parts"] = [described(part) for part in error.exceptions]
    return told


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
