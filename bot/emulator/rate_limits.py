"""Telegram's rate limits: 1 message a second per chat with short bursts, 30 a second in all, 20 a minute per group."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from bot.emulator.errors import too_many_requests

_COUNTED = ("send", "edit")


@dataclass(slots=True)
class SlidingWindow:
    """At most `limit` calls in any `seconds`; after one too many, all are refused for at least `ban` seconds."""

    limit: int
    seconds: float
    ban: float
    times: deque[float] = field(default_factory=deque)
    banned_until: float = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next call is allowed, 0 if it is allowed now."""
        if now < self.banned_until:
            return self.banned_until - now
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) < self.limit:
            return 0.0
        self.banned_until = now + max(self.ban, self.times[0] + self.seconds - now)
        return self.banned_until - now


@dataclass(slots=True)
class TokenBucket:
    """One call a second on average, up to `burst` at once after a pause."""

    burst: int
    full_at: float = 0.0
    banned_until: float = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next call is allowed, 0 if it is allowed now."""
        if now < self.banned_until:
            return self.banned_until - now
        if max(self.full_at, now) + 1.0 - now <= self.burst:
            return 0.0
        self.banned_until = now + max(1.0, self.full_at + 1.0 - self.burst - now)
        return self.banned_until - now

    def take(self, now: float) -> None:
        self.full_at = max(self.full_at, now) + 1.0


class RateLimits:
    """Counts and limits what the bot sends, if it is switched on."""

    def __init__(self, on: bool = False, burst: int = 5) -> None:
        self.on = on
        self.burst = burst
        self._all = SlidingWindow(30, 1.0, 3.0)
        self._chats: dict[int, TokenBucket] = {}
        self._groups: dict[int, SlidingWindow] = {}

    def check(self, method: str, chat: int | None) -> None:
        """Count one call. Raises Refusal 429 if it is one too many; such a call is not counted."""
        if not self.on or chat is None or not method.lower().startswith(_COUNTED):
            return
        now = time.monotonic()
        group = self._groups.setdefault(chat, SlidingWindow(20, 60.0, 1.0)) if chat < 0 else None
        bucket = self._chats.setdefault(chat, TokenBucket(self.burst))
        wait = max(self._all.wait(now), bucket.wait(now), group.wait(now) if group else 0.0)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        self._all.times.append(now)
        bucket.take(now)
        if group is not None:
            group.times.append(now)
