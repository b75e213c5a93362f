"""The pace Telegram allows: a message a second in a chat with short bursts, 30 a second in all, 20 a minute a group."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from bot.emulator.errors import too_many_requests

_COUNTED = ("send", "edit", "copy", "forward")
_FREE = ("sendchataction",)


def counts(method: str) -> bool:
    return method.startswith(_COUNTED) and method not in _FREE


@dataclass(slots=True)
class Window:
    """At most `limit` in any `seconds`; whoever goes over is refused for at least `ban` seconds."""

    limit: int
    seconds: float
    ban: float
    times: deque[float] = field(default_factory=deque)
    banned_until: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds to wait before the next one is allowed; 0 when it is."""
        if now < self.banned_until:
            return self.banned_until - now
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) < self.limit:
            return 0.0
        self.banned_until = now + max(self.ban, self.times[0] + self.seconds - now)
        return self.banned_until - now


@dataclass(slots=True)
class Bucket:
    """One a second on average, `burst` at once after a silence."""

    burst: int
    full_at: float = 0.0
    banned_until: float = 0.0

    def wait(self, now: float) -> float:
        if now < self.banned_until:
            return self.banned_until - now
        if max(self.full_at, now) + 1.0 - now <= self.burst:
            return 0.0
        self.banned_until = now + max(1.0, self.full_at + 1.0 - self.burst - now)
        return self.banned_until - now

    def take(self, now: float) -> None:
        self.full_at = max(self.full_at, now) + 1.0


class Pace:
    """Counts what the bot sends, when it is switched on."""

    def __init__(self, on: bool = False, burst: int = 5) -> None:
        self.on = on
        self.burst = burst
        self._all = Window(30, 1.0, 3.0)
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, Window] = {}

    def check(self, method: str, chat: int | None) -> None:
        """Count one call or refuse it with 429; a refused one is not counted."""
        if not self.on or chat is None or not counts(method.lower()):
            return
        now = time.monotonic()
        group = self._groups.setdefault(chat, Window(20, 60.0, 1.0)) if chat < 0 else None
        bucket = self._chats.setdefault(chat, Bucket(self.burst))
        wait = max(self._all.wait(now), bucket.wait(now), group.wait(now) if group else 0.0)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        self._all.times.append(now)
        bucket.take(now)
        if group is not None:
            group.times.append(now)
