"""What a run counts: the acts of attackers, what they learned, and what true parents suffered."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from storage.registry.seed.examples import Example
from tests.chat.message import ChatError

ANSWERED_WITHIN = 5.0
"""seconds in which a true parent's act must be answered"""

PICTURE = 2000
"""characters that are shown of the chat in which an act was refused: its newest messages stand last"""

SPACES = re.compile(r"[\s\u00a0\u2011-]+")


@dataclass(slots=True)
class Score:
    """``leaks`` and ``harmed`` have one line each of what happened."""

    acts: int = 0
    leaks: list[str] = field(default_factory=list)
    harmed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def is_clean(self) -> bool:
        return not self.leaks and not self.harmed

    def __str__(self) -> str:
        return (
            f"attack acts={self.acts} leaks={len(self.leaks)} harmed={len(self.harmed)} "
            f"slowest_other_ms={self.slowest * 1000:.0f}"
        )

    @asynccontextmanager
    async def true_act(
        self, what: str, within: float = ANSWERED_WITHIN, began: float | None = None
    ) -> AsyncIterator[None]:
        """Time an act of a true parent; count it as harmed if it is refused or answered too late."""
        began = time.monotonic() if began is None else began
        try:
            yield
        except ChatError as refused:
            self.harmed.append(f"{what}: {' '.join(str(refused).split())[:PICTURE]}")
            return
        took = time.monotonic() - began
        if within == ANSWERED_WITHIN:
            self.slowest = max(self.slowest, took)
        if took > within:
            self.harmed.append(f"{what}: answered after {took:.1f} s")

    def look_for(self, secrets: Iterable[str], seen: str, where: str) -> None:
        """Count each secret that stands in what an attacker sees."""
        plain = SPACES.sub("", seen)
        for secret in secrets:
            if SPACES.sub("", secret) in plain:
                self.leaks.append(f"{where}: shows {secret!r}")


def secrets_of(child: Example, *others: str) -> list[str]:
    """Return what nobody but the child's representatives may read."""
    return [child.policy_number, child.policy_number[-4:], child.name.short, child.name.family, *others]
