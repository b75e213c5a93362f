"""The log of Bot API calls: parameters, results, refusals."""

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.emulator.changes import ChangeSignal
from bot.emulator.errors import Refusal

_log = logging.getLogger(__name__)
_TRIMMED = 300


@dataclass(slots=True)
class LoggedCall:
    """One call; `refusal` is None if it succeeded, `fault` is None if no fault applied."""

    at: float
    method: str
    chat: int | None
    params: dict[str, Any]
    result: object
    refusal: Refusal | None
    fault: str | None
    milliseconds: float
    number: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "at": self.at,
            "method": self.method,
            "chat": self.chat,
            "params": {name: _trim(value) for name, value in self.params.items()},
            "ok": self.refusal is None,
            "result": _trim(self.result),
            "code": self.refusal.code if self.refusal else None,
            "description": self.refusal.description if self.refusal else None,
            "fault": self.fault,
            "milliseconds": round(self.milliseconds, 2),
        }


def _trim(value: object) -> object:
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    text = str(value)
    return text if len(text) <= _TRIMMED else f"{text[:_TRIMMED]}…"


class CallLog:
    """The last calls; the last refusals are stored apart, so that later calls do not displace them."""

    def __init__(self, size: int = 10_000) -> None:
        self.calls: deque[LoggedCall] = deque(maxlen=size)
        self.refusals: deque[LoggedCall] = deque(maxlen=size)
        self.changed = ChangeSignal()
        self.total = 0

    def write(self, call: LoggedCall) -> None:
        self.total += 1
        call.number = self.total
        self.calls.append(call)
        if call.refusal is not None:
            self.refusals.append(call)
            level = logging.ERROR if call.refusal.code == 404 else logging.WARNING
            _log.log(
                level,
                "Telegram refuses %s (chat %s): %s %s",
                call.method,
                call.chat,
                call.refusal.code,
                call.refusal.description,
            )
        self.changed.notify()

    def clear(self) -> None:
        self.calls.clear()
        self.refusals.clear()
        self.changed.notify()


def newest(calls: deque[LoggedCall], after: int, limit: int, method: str | None = None) -> list[LoggedCall]:
    """Return the last calls with a number above `after`, at most `limit`, oldest first."""
    found: list[LoggedCall] = []
    for call in _backwards(calls, after):
        if method is None or call.method.lower() == method.lower():
            found.append(call)
        if len(found) >= limit:
            break
    return found[::-1]


def _backwards(calls: deque[LoggedCall], after: int) -> Iterable[LoggedCall]:
    for call in reversed(calls):
        if call.number <= after:
            return
        yield call
