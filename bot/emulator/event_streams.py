"""Server-sent events: the clock for the bot, a chat for the chat page."""

from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

from aiohttp import web

from bot.emulator.app_user import AppUser
from bot.emulator.call_log import newest
from bot.emulator.changes import any_change
from bot.emulator.json_response import encode_json
from bot.emulator.state import Emulator
from bot.emulator.views import chat_view, person_view

_HEARTBEAT_SECONDS = 15.0
_CALLS_AT_ONCE = 100
_PEOPLE = 30

Event = tuple[str, Any]


async def send_events(request: web.Request, events: AsyncIterator[Event | None]) -> web.StreamResponse:
    """Send events until the reader disconnects; None is sent as a comment that keeps the connection alive."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-ControlApi": "no-store"})
    await response.prepare(request)
    try:
        async for event in events:
            await response.write(b": heartbeat\n\n" if event is None else _encode(event))
    except ConnectionError:
        # The reader has disconnected: this is how a stream ends.
        return response
    return response


def _encode(event: Event) -> bytes:
    name, value = event
    return b"event: " + name.encode() + b"\ndata: " + encode_json(value) + b"\n\n"


async def clock_events(emulator: Emulator) -> AsyncIterator[Event | None]:
    """Yield the clock now and after every change."""
    sent = -1
    while True:
        if emulator.clock.changed.revision != sent:
            sent = emulator.clock.changed.revision
            yield "clock", emulator.clock.as_json()
            continue
        if not await emulator.clock.changed.wait(_HEARTBEAT_SECONDS):
            yield None


class PageStream:
    """The events of one open chat page; remembers what was sent and sends only what is new."""

    def __init__(self, emulator: Emulator, user_id: int, after: int, *, in_group: bool) -> None:
        self.emulator = emulator
        self.user_id = user_id
        self.in_group = in_group
        self.after = after
        self.calls_after = max(0, emulator.call_log.total - _CALLS_AT_ONCE)
        self.clock_sent = -1
        self.people_sent: list[Any] = []

    async def events(self) -> AsyncIterator[Event | None]:
        while True:
            new = [*self._chat(), *self._clock(), *self._calls(), *self._people()]
            for event in new:
                yield event
            if not new and not await self._change():
                yield None

    def _user(self) -> AppUser:
        return AppUser(self.emulator, self.user_id, in_group=self.in_group)

    async def _change(self) -> bool:
        signals = (self._user().chat.changed, self.emulator.clock.changed, self.emulator.call_log.changed)
        return await any_change(*signals, limit=_HEARTBEAT_SECONDS)

    def _chat(self) -> list[Event]:
        user = self._user()
        if user.chat.revision <= self.after:
            return []
        after, self.after = self.after, user.chat.revision
        return [("chat", chat_view(self.emulator, user.chat, user.person, after))]

    def _clock(self) -> list[Event]:
        revision = self.emulator.clock.changed.revision
        if revision == self.clock_sent:
            return []
        self.clock_sent = revision
        return [("clock", self.emulator.clock.as_json())]

    def _people(self) -> list[Event]:
        """Return the people if they have changed, each with the bot's last message: the page marks unread chats."""
        people = [person_view(self.emulator, person) for person in islice(self.emulator.people.values(), _PEOPLE)]
        if people == self.people_sent:
            return []
        self.people_sent = people
        return [("people", people)]

    def _calls(self) -> list[Event]:
        total = self.emulator.call_log.total
        if total == self.calls_after:
            return []
        after, self.calls_after = self.calls_after, total
        calls = newest(self.emulator.call_log.calls, after, _CALLS_AT_ONCE)
        return [("calls", [call.as_json() for call in calls])]
