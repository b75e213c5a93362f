"""Signatures of handlers that aiogram has read once: each bot of a test registers the same two hundred functions."""

from __future__ import annotations

from typing import Any

from aiogram.dispatcher.event.handler import CallableObject

_read = CallableObject.__post_init__
_known: dict[tuple[Any, type], tuple[bool, set[str], bool]] = {}


def keep() -> None:
    """Read each signature once in this process."""
    CallableObject.__post_init__ = _read_once  # type: ignore[method-assign]


def _read_once(self: CallableObject) -> None:
    code = getattr(self.callback, "__code__", None)
    if code is None or hasattr(self.callback, "__wrapped__"):  # two wrappers can share their code
        _read(self)
        return
    key = (code, type(self.callback))
    if key not in _known:
        _read(self)
        _known[key] = (self.awaitable, self.params, self.varkw)
    self.awaitable, params, self.varkw = _known[key]
    self.params = set(params)
