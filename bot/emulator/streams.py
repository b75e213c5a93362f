"""Server-sent events: the clock for those who follow it, the chat for those who look at it."""

from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

from aiohttp import web

from bot.emulator.actor import Actor
from bot.emulator.core import Emulator
from bot.emulator.journal import newest
from bot.emulator.signals import any_change
from bot.emulator.views import chat_view, person_view
from bot.emulator.wire import dump

_HEARTBEAT_SECONDS = 15.0
_CALLS_AT_ONCE = 100
_PEOPLE = 30

Event = tuple[str, Any]


async def send_events(request: web.Request, events: AsyncIterator[Event | None]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    try:
        async for event in events:
            await response.write(b": still here\n\n" if event is None else _encode(event))
    except ConnectionError:
        # The reader has gone; that is how a stream ends.
        return response
    return response


def _encode(event: Event) -> bytes:
    name, value = event
    return b"event: " + name.encode() + b"\ndata: " + dump(value) + b"\n\n"


async def clock_events(emulator: Emulator) -> AsyncIterator[Event | None]:
    """The clock at once and on every change."""
    seen = -1
    while True:
        if emulator.clock.changed.revision != seen:
            seen = emulator.clock.changed.revision
            yield "clock", emulator.clock.as_json()
            continue
        if not await emulator.clock.changed.wait(_HEARTBEAT_SECONDS):
            yield None


class Watch:
    """One open page: it remembers what it has shown and tells what is new."""

    def __init__(self, emulator: Emulator, user_id: int, after: int, *, in_group: bool) -> None:
        self.emulator = emulator
        self.user_id = user_id
        self.in_group = in_group
        self.after = after
        self.calls_after = max(0, emulator.journal.total - _CALLS_AT_ONCE)
        self.clock_seen = -1
        self.people_seen: list[Any] = []

    async def events(self) -> AsyncIterator[Event | None]:
        while True:
            news = [*self._chat(), *self._clock(), *self._calls(), *self._people()]
            for event in news:
                yield event
            if not news and not await self._change():
                yield None

    def _actor(self) -> Actor:
        return Actor(self.emulator, self.user_id, in_group=self.in_group)

    async def _change(self) -> bool:
        signals = (self._actor().chat.changed, self.emulator.clock.changed, self.emulator.journal.changed)
        return await any_change(*signals, limit=_HEARTBEAT_SECONDS)

    def _chat(self) -> list[Event]:
        actor = self._actor()
        if actor.chat.revision <= self.after:
            return []
        after, self.after = self.after, actor.chat.revision
        return [("chat", chat_view(self.emulator, actor.chat, actor.person, after))]

    def _clock(self) -> list[Event]:
        revision = self.emulator.clock.changed.revision
        if revision == self.clock_seen:
            return []
        self.clock_seen = revision
        return [("clock", self.emulator.clock.as_json())]

    def _people(self) -> list[Event]:
        """Who is there, and the last word of the bot to each: the page marks the unread."""
        people = [person_view(self.emulator, person) for person in islice(self.emulator.people.values(), _PEOPLE)]
        if people == self.people_seen:
            return []
        self.people_seen = people
        return [("people", people)]

    def _calls(self) -> list[Event]:
        total = self.emulator.journal.total
        if total == self.calls_after:
            return []
        after, self.calls_after = self.calls_after, total
        calls = newest(self.emulator.journal.calls, after, _CALLS_AT_ONCE)
        return [("calls", [call.as_json() for call in calls])]
