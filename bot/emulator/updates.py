"""Updates on their way to the bot: stored until confirmed, fetched by getUpdates."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.emulator.bot_activity import BotActivity
from bot.emulator.chats import Chat
from bot.emulator.errors import Impossible, conflict

_KEPT_SECONDS = 24 * 3600
_HISTORY = 1000
SAME_OFFSET_SECONDS = 3.0
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
REPLACED = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(slots=True, eq=False)
class PendingUpdate:
    """One update that the bot has not confirmed yet."""

    id: int
    kind: str
    payload: dict[str, Any]
    chat: Chat | None
    activity: BotActivity
    until: float

    def as_api(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """The update queue of one bot. It survives restarts of the bot; an update expires after a day."""

    def __init__(self, root: BotActivity, now: Callable[[], float], first_id: int = 100_000_000) -> None:
        self.now = now
        self.allowed: list[str] = []
        self.webhook = ""
        self.pending: OrderedDict[int, PendingUpdate] = OrderedDict()
        self.history: deque[PendingUpdate] = deque(maxlen=_HISTORY)
        self._root = root
        self._next_id = first_id
        self._poller: asyncio.Future[None] | None = None
        self._last_offset: int | None = None
        self._last_poll = 0.0

    def add(self, kind: str, payload: dict[str, Any], chat: Chat | None) -> int | None:
        """Queue one update. Returns its id, or None if the bot does not receive this kind."""
        if not self._is_allowed(kind):
            return None
        update_id, self._next_id = self._next_id, self._next_id + 1
        activity = self._root if chat is None else chat.activity
        pending = PendingUpdate(update_id, kind, payload, chat, activity, self.now() + _KEPT_SECONDS)
        self.pending[update_id] = pending
        self.history.append(pending)
        activity.count(waiting=1)
        self._wake()
        return update_id

    def repeat(self, update_id: int) -> int | None:
        """Deliver an old update under a new id, as Telegram does when an app reconnects."""
        for old in self.history:
            if old.id == update_id:
                return self.add(old.kind, old.payload, old.chat)
        raise Impossible(f"update {update_id} is not in the history")

    def confirm(self, pending: PendingUpdate) -> None:
        if self.pending.pop(pending.id, None) is not None:
            pending.activity.count(waiting=-1)

    def clear(self) -> None:
        for pending in list(self.pending.values()):
            self.confirm(pending)

    def allow(self, kinds: list[str] | None) -> None:
        """Set the allowed kinds; None keeps the last list, an empty list is the default."""
        if kinds is not None:
            self.allowed = kinds

    def set_webhook(self, url: str) -> None:
        """Make polling impossible, as another program's webhook does; an empty address ends that."""
        self.webhook = url
        if url:
            self._end_poll(REPLACED)

    def _is_allowed(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT

    @property
    def is_polled(self) -> bool:
        """Whether a long poll is waiting for the next update."""
        return self._poller is not None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Return at most `limit` updates from `offset` on; wait up to `seconds` for the first. Ends an older poll.

        Raises Refusal while there is a webhook.
        """
        if self.webhook:
            raise conflict(WEBHOOK_ACTIVE)
        seconds = self._throttle(offset, seconds)
        self._end_poll()
        self._confirm_below(offset)
        batch = self._batch(limit)
        if not batch and seconds > 0:
            await self._wait(seconds)
            batch = self._batch(limit)
        for pending in batch:
            pending.activity.expect_reaction()
        return [pending.as_api() for pending in batch]

    def _throttle(self, offset: int, seconds: float) -> float:
        """Return how long to wait: at least three seconds if the same offset is polled again too soon."""
        now = time.monotonic()
        if offset == self._last_offset and now - self._last_poll < SAME_OFFSET_SECONDS:
            seconds = max(seconds, SAME_OFFSET_SECONDS)
        self._last_offset, self._last_poll = offset, now
        return seconds

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            offset = self._next_id + offset
        for pending in self._oldest():
            if pending.id >= offset and not self._is_expired(pending):
                return
            self.confirm(pending)

    def _is_expired(self, pending: PendingUpdate) -> bool:
        return self.now() >= pending.until

    def _oldest(self) -> Iterator[PendingUpdate]:
        while self.pending:
            yield next(iter(self.pending.values()))

    def _batch(self, limit: int) -> list[PendingUpdate]:
        return list(islice(self.pending.values(), limit))

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _end_poll(self, reason: str = TERMINATED) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))
