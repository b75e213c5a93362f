"""Faults on demand: Telegram fails the next N calls, or some of them by the throw of a seeded die."""

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
    """One kind of trouble; without a method or a chat it meets every call but getUpdates."""

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

    def meets(self, method: str, chat: int | None) -> bool:
        if self.method is None and method == "getUpdates":
            return False
        if self.method is not None and self.method.lower() != method.lower():
            return False
        return self.chat is None or self.chat == chat

    def refusal(self) -> Refusal | None:
        """The answer in JSON, for the kinds that have one."""
        if self.kind == "429":
            return too_many_requests(self.retry_after)
        if self.kind in _DESCRIPTIONS:
            return Refusal(int(self.kind), self.description or _DESCRIPTIONS[self.kind])
        return None


class Faults:
    """The faults in force, spent one by one."""

    def __init__(self, seed: int = 0) -> None:
        self._die = random.Random(seed)  # noqa: S311 - a repeatable die is the point
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._active.append(fault)

    def clear(self) -> None:
        self._active.clear()

    def reseed(self, seed: int) -> None:
        self._die.seed(seed)

    def draw(self, method: str, chat: int | None) -> Fault | None:
        """The fault that this call meets, if any."""
        for fault in self._active:
            if fault.meets(method, chat) and self._die.random() < fault.probability:
                self._spend(fault)
                return fault
        return None

    def _spend(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._active.remove(fault)

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active]
