"""The control API: people act, tests look, faults begin, the clock moves."""

import logging
from dataclasses import fields
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.emulator.acts import add_acts
from bot.emulator.chats import Chat
from bot.emulator.core import Emulator
from bot.emulator.due import Due
from bot.emulator.errors import Impossible, Refusal
from bot.emulator.faults import Fault
from bot.emulator.guard import guard
from bot.emulator.journal import newest
from bot.emulator.streams import clock_events, send_events
from bot.emulator.views import bot_view
from bot.emulator.wire import reply

_log = logging.getLogger(__name__)
_REST = {"quiet": 0.02, "patience": 1.0, "limit": 5.0}


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What cannot be done is told in words, with 409."""
    try:
        return await handler(request)
    except (Impossible, Refusal) as reason:
        return reply({"error": str(reason)}, 409)
    except (KeyError, TypeError, ValueError) as mistake:
        return reply({"error": f"{type(mistake).__name__}: {mistake}"}, 400)


async def body_of(request: web.Request) -> dict[str, Any]:
    if not request.can_read_body:
        return {}
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("an object is expected")
    return body


class Control:
    """What concerns the whole of Telegram, not one person."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def clock(self, request: web.Request) -> web.StreamResponse:
        return reply(self.emulator.clock.as_json())

    async def move_clock(self, request: web.Request) -> web.StreamResponse:
        body, clock = await body_of(request), self.emulator.clock
        if "set" in body:
            clock.set(float(body["set"]))
        if body.get("stop"):
            clock.stop(None if body["stop"] is True else float(body["stop"]))
        if body.get("resume"):
            clock.resume()
        if "advance" in body:
            clock.advance(float(body["advance"]))
        return reply(clock.as_json())

    async def clock_stream(self, request: web.Request) -> web.StreamResponse:
        return await send_events(request, clock_events(self.emulator))

    async def faults(self, request: web.Request) -> web.StreamResponse:
        return reply(self.emulator.faults.as_json())

    async def add_fault(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        if "seed" in body:
            self.emulator.faults.reseed(int(body.pop("seed")))
        unknown = body.keys() - {field.name for field in fields(Fault)}
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        self.emulator.faults.add(Fault(**body))
        return reply(self.emulator.faults.as_json())

    async def clear_faults(self, request: web.Request) -> web.StreamResponse:
        self.emulator.faults.clear()
        return reply([])

    async def calls(self, request: web.Request) -> web.StreamResponse:
        journal, query = self.emulator.journal, request.query
        calls = journal.refusals if query.get("refused") else journal.calls
        found = newest(calls, int(query.get("after", 0)), int(query.get("limit", 10_000)), query.get("method"))
        return reply([call.as_json() for call in found])

    async def updates(self, request: web.Request) -> web.StreamResponse:
        updates = self.emulator.updates
        return reply([{**old.as_api(), "confirmed": old.id not in updates.pending} for old in updates.history])

    async def inject(self, request: web.Request) -> web.StreamResponse:
        """Any update whatever, true or not."""
        body = await body_of(request)
        body.pop("update_id", None)
        if len(body) != 1:
            raise ValueError("an update has exactly one kind")
        kind, payload = next(iter(body.items()))
        return reply({"update_id": self.emulator.tell_bot(kind, payload, self._chat_in(payload))})

    def _chat_in(self, payload: Any) -> Chat | None:
        if not isinstance(payload, dict):
            return None
        chat = payload.get("chat") or (payload.get("message") or {}).get("chat") or {}
        return self.emulator.chats.get(chat.get("id", 0))

    async def repeat(self, request: web.Request) -> web.StreamResponse:
        return reply({"update_id": self.emulator.updates.repeat(int(request.match_info["id"]))})

    async def bot(self, request: web.Request) -> web.StreamResponse:
        return reply(bot_view(self.emulator))

    async def settings(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        if "pace" in body:
            self.emulator.pace.on = bool(body["pace"])
        if "callback_life" in body:
            self.emulator.presses.life = float(body["callback_life"])
        if "reads_groups" in body:
            self.emulator.profile.reads_groups = bool(body["reads_groups"])
        return reply({"pace": self.emulator.pace.on, "callback_life": self.emulator.presses.life})

    async def reset(self, request: web.Request) -> web.StreamResponse:
        self.emulator.reset()
        return reply({"ok": True})

    async def rest(self, request: web.Request) -> web.StreamResponse:
        """Wait until the bot has nothing left to do in any chat."""
        wanted = {name: float(request.query.get(name, value)) for name, value in _REST.items()}
        rested = await self.emulator.activity.rest(**wanted)
        return reply({"rested": rested, **self.emulator.activity.as_json()})


def create_control(emulator: Emulator) -> web.Application:
    app = web.Application(middlewares=[guard(emulator), explain], client_max_size=64 * 1024 * 1024)
    control, due = Control(emulator), Due(emulator)
    gets: dict[str, Handler] = {
        "/bot": control.bot,
        "/clock": control.clock,
        "/clock/stream": control.clock_stream,
        "/faults": control.faults,
        "/calls": control.calls,
        "/updates": control.updates,
        "/rest": control.rest,
        "/due": due.look,
    }
    posts: dict[str, Handler] = {
        "/clock": control.move_clock,
        "/faults": control.add_fault,
        "/updates": control.inject,
        "/updates/{id:\\d+}/repeat": control.repeat,
        "/settings": control.settings,
        "/reset": control.reset,
        "/due": due.go,
    }
    for path, handler in gets.items():
        app.router.add_get(path, handler)
    for path, handler in posts.items():
        app.router.add_post(path, handler)
    app.router.add_delete("/faults", control.clear_faults)
    add_acts(app, emulator)
    return app
