"""Updates on their way to the bot: kept until confirmed, fetched by getUpdates or pushed to a webhook."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bot.emulator.chats import Chat
from bot.emulator.errors import Impossible, conflict, too_many_requests
from bot.emulator.signals import Activity

_KEPT_SECONDS = 24 * 3600
_HISTORY = 1000
SAME_OFFSET_SECONDS = 3.0
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
TERMINATED_BY_WEBHOOK = "terminated by setWebhook request"


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str
    connections: int
    last_error: str = ""
    last_error_at: int = 0
    gate: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.gate = asyncio.Semaphore(self.connections)


@dataclass(slots=True, eq=False)
class Pending:
    """One update that the bot has not confirmed yet."""

    id: int
    kind: str
    payload: dict[str, Any]
    chat: Chat | None
    activity: Activity
    until: float

    def as_api(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """The queue of one bot; it outlives every restart of the bot, but no update waits longer than a day."""

    def __init__(self, root: Activity, now: Callable[[], float], first_id: int = 100_000_000) -> None:
        self.now = now
        self.webhook: Webhook | None = None
        self.allowed: list[str] = []
        self.pending: OrderedDict[int, Pending] = OrderedDict()
        self.history: deque[Pending] = deque(maxlen=_HISTORY)
        self.on_new: Callable[[Pending], None] | None = None
        self._root = root
        self._next_id = first_id
        self._poller: asyncio.Future[None] | None = None
        self._last_offset: int | None = None
        self._last_poll = 0.0
        self._webhook_set_at = 0.0

    def add(self, kind: str, payload: dict[str, Any], chat: Chat | None) -> int | None:
        """Queue one update and return its id; None when the bot did not ask for this kind."""
        if not self._wanted(kind):
            return None
        update_id, self._next_id = self._next_id, self._next_id + 1
        activity = self._root if chat is None else chat.activity
        pending = Pending(update_id, kind, payload, chat, activity, self.now() + _KEPT_SECONDS)
        self.pending[update_id] = pending
        self.history.append(pending)
        activity.note(waiting=1)
        self._wake()
        if self.on_new is not None:
            self.on_new(pending)
        return update_id

    def repeat(self, update_id: int) -> int | None:
        """Deliver an old update under a new id, as Telegram does when an app reconnects."""
        for old in self.history:
            if old.id == update_id:
                return self.add(old.kind, old.payload, old.chat)
        raise Impossible(f"no update {update_id} is remembered")

    def is_old(self, pending: Pending) -> bool:
        return self.now() >= pending.until

    def confirm(self, pending: Pending) -> None:
        if self.pending.pop(pending.id, None) is not None:
            pending.activity.note(waiting=-1)

    def clear(self) -> None:
        for pending in list(self.pending.values()):
            self.confirm(pending)

    def allow(self, kinds: list[str] | None) -> None:
        """The list is kept until it is given anew; an empty one means the default."""
        if kinds is not None:
            self.allowed = kinds

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT

    @property
    def is_polled(self) -> bool:
        """Somebody waits for the next update."""
        return self._poller is not None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        seconds = self._not_too_often(offset, seconds)
        self._end_poll(TERMINATED)
        self._confirm_below(offset)
        batch = self._batch(limit)
        if not batch and seconds > 0:
            await self._wait(seconds)
            batch = self._batch(limit)
        for pending in batch:
            pending.activity.owe()
        return [pending.as_api() for pending in batch]

    def _not_too_often(self, offset: int, seconds: float) -> float:
        now = time.monotonic()
        if offset == self._last_offset and now - self._last_poll < SAME_OFFSET_SECONDS:
            seconds = max(seconds, SAME_OFFSET_SECONDS)
        self._last_offset, self._last_poll = offset, now
        return seconds

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            offset = self._next_id + offset
        for pending in self._oldest():
            if pending.id >= offset and not self.is_old(pending):
                return
            self.confirm(pending)

    def _oldest(self) -> Iterator[Pending]:
        while self.pending:
            yield next(iter(self.pending.values()))

    def _batch(self, limit: int) -> list[Pending]:
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

    def _end_poll(self, reason: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Switch between polling and pushing; setting twice within a second is too often."""
        now = time.monotonic()
        if webhook is not None:
            if now - self._webhook_set_at < 1.0:
                raise too_many_requests(1)
            self._webhook_set_at = now
            self._end_poll(TERMINATED_BY_WEBHOOK)
        self.webhook = webhook
        if webhook is not None and self.on_new is not None:
            for pending in list(self.pending.values()):
                self.on_new(pending)
