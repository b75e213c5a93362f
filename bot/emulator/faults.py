"""Faults on demand: Telegram fails the next calls, or some of them at random with a seed."""

import random
from dataclasses import asdict, dataclass
from typing import Any

from bot.emulator.errors import Impossible, Refusal, too_many_requests

KINDS = ("429", "403", "400", "500", "502", "cut_before", "cut_after", "slow", "hang")
_DESCRIPTIONS = {
    "403": "Forbidden: bot was blocked by the user",
    "400": "Bad Request: chat not found",
    "500": "Internal Server Error",
}


@dataclass(slots=True)
class Fault:
    """One kind of fault; without a method or a chat it applies to every call but getUpdates."""

    kind: str
    method: str | None = None
    chat: int | None = None
    times: int | None = 1
    probability: float = 1.0
    retry_after: int = 1
    seconds: float = 1.0
    description: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Impossible(f"unknown fault {self.kind!r}: one of {', '.join(KINDS)}")

    def applies_to(self, method: str, chat: int | None) -> bool:
        if self.method is None and method == "getUpdates":
            return False
        if self.method is not None and self.method.lower() != method.lower():
            return False
        return self.chat is None or self.chat == chat

    def refusal(self) -> Refusal | None:
        """Return the refusal of the kinds that answer in JSON, None for the others."""
        if self.kind == "429":
            return too_many_requests(self.retry_after)
        if self.kind in _DESCRIPTIONS:
            return Refusal(int(self.kind), self.description or _DESCRIPTIONS[self.kind])
        return None


class Faults:
    """The active faults; each is removed after its number of times."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - it must be repeatable, not secret
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._active.append(fault)

    def clear(self) -> None:
        self._active.clear()

    def reseed(self, seed: int) -> None:
        self._random.seed(seed)

    def draw(self, method: str, chat: int | None) -> Fault | None:
        """Return the fault that applies to this call, or None."""
        for fault in self._active:
            if fault.applies_to(method, chat) and self._random.random() < fault.probability:
                self._use_once(fault)
                return fault
        return None

    def _use_once(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._active.remove(fault)

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active]
