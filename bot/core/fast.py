"""The extra `fast`: an event loop and JSON written in C, used where they are installed; else those of Python."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def _find(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None


uvloop, orjson = _find("uvloop"), _find("orjson")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as ``asyncio.run`` does, in the fastest loop that is installed."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        return runner.run(main)


def is_whole() -> bool:
    """Return whether all of the extra is installed."""
    return None not in (uvloop, orjson)


def describe() -> str:
    """Return the names of the loop and of the JSON module that are used, for the operator."""
    return f"{'uvloop' if uvloop else 'asyncio'}, JSON by {'orjson' if orjson else 'Python'}"


def encode(value: Any) -> bytes:
    """Return plain values as JSON in UTF-8."""
    if orjson:
        encoded: bytes = orjson.dumps(value)
        return encoded
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def decode(text: str) -> Any:
    """Return the plain values of a JSON text. Raises ValueError."""
    if orjson:
        with suppress(ValueError):  # it refuses half a pair of surrogates, which a text of Telegram may contain
            return orjson.loads(text)
    return json.loads(text)
