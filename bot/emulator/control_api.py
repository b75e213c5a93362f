"""The control API: tests and the chat page read the state, add faults and move the clock."""

from dataclasses import fields
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.emulator.call_log import newest
from bot.emulator.chats import Chat
from bot.emulator.control_access import access_check
from bot.emulator.errors import Impossible, Refusal
from bot.emulator.event_streams import clock_events, send_events
from bot.emulator.faults import Fault
from bot.emulator.json_response import json_response
from bot.emulator.next_due import NextDue
from bot.emulator.people_api import add_people_api
from bot.emulator.state import Emulator
from bot.emulator.views import bot_view

_PROFILE_SWITCHES = frozenset({"joins_groups", "reads_groups", "has_topics"})
_IDLE = {"quiet": 0.02, "patience": 1.0, "limit": 5.0}


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 409 with the reason for an impossible action, 400 for a wrong request."""
    try:
        return await handler(request)
    except (Impossible, Refusal) as reason:
        return json_response({"error": str(reason)}, 409)
    except (KeyError, TypeError, ValueError) as mistake:
        return json_response({"error": f"{type(mistake).__name__}: {mistake}"}, 400)


async def body_of(request: web.Request) -> dict[str, Any]:
    if not request.can_read_body:
        return {}
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("an object is expected")
    return body


class ControlApi:
    """What concerns the whole of Telegram, not one person."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def clock(self, request: web.Request) -> web.StreamResponse:
        return json_response(self.emulator.clock.as_json())

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
        return json_response(clock.as_json())

    async def clock_stream(self, request: web.Request) -> web.StreamResponse:
        return await send_events(request, clock_events(self.emulator))

    async def faults(self, request: web.Request) -> web.StreamResponse:
        return json_response(self.emulator.faults.as_json())

    async def add_fault(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        if "seed" in body:
            self.emulator.faults.reseed(int(body.pop("seed")))
        unknown = body.keys() - {field.name for field in fields(Fault)}
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        self.emulator.faults.add(Fault(**body))
        return json_response(self.emulator.faults.as_json())

    async def clear_faults(self, request: web.Request) -> web.StreamResponse:
        self.emulator.faults.clear()
        return json_response([])

    async def calls(self, request: web.Request) -> web.StreamResponse:
        log, query = self.emulator.call_log, request.query
        calls = log.refusals if query.get("refused") else log.calls
        found = newest(calls, int(query.get("after", 0)), int(query.get("limit", 10_000)), query.get("method"))
        return json_response([call.as_json() for call in found])

    async def updates(self, request: web.Request) -> web.StreamResponse:
        updates = self.emulator.updates
        return json_response(
            [{**update.as_api(), "confirmed": update.id not in updates.pending} for update in updates.history]
        )

    async def inject(self, request: web.Request) -> web.StreamResponse:
        """Queue any update, also one that Telegram would never send."""
        body = await body_of(request)
        body.pop("update_id", None)
        if len(body) != 1:
            raise ValueError("an update has exactly one kind")
        kind, payload = next(iter(body.items()))
        return json_response({"update_id": self.emulator.send_update(kind, payload, self._chat_in(payload))})

    def _chat_in(self, payload: Any) -> Chat | None:
        if not isinstance(payload, dict):
            return None
        chat = payload.get("chat") or (payload.get("message") or {}).get("chat") or {}
        return self.emulator.chats.get(chat.get("id", 0))

    async def repeat(self, request: web.Request) -> web.StreamResponse:
        return json_response({"update_id": self.emulator.updates.repeat(int(request.match_info["id"]))})

    async def bot(self, request: web.Request) -> web.StreamResponse:
        return json_response(bot_view(self.emulator))

    async def settings(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        if "rate_limits" in body:
            self.emulator.rate_limits.on = bool(body["rate_limits"])
        if "callback_life" in body:
            self.emulator.presses.lifetime = float(body["callback_life"])
        for name in body.keys() & _PROFILE_SWITCHES:
            setattr(self.emulator.profile, name, bool(body[name]))
        if "webhook" in body:
            self.emulator.updates.set_webhook(str(body["webhook"]))
        return json_response(
            {"rate_limits": self.emulator.rate_limits.on, "callback_life": self.emulator.presses.lifetime}
        )

    async def samples(self, request: web.Request) -> web.StreamResponse:
        return json_response([sample.as_json() for sample in self.emulator.samples])

    async def reset(self, request: web.Request) -> web.StreamResponse:
        """Begin anew: the emulator alone, or with the bot if whoever runs both has said how."""
        if self.emulator.restart_bot is None:
            self.emulator.reset()
        else:
            await self.emulator.restart_bot()
        return json_response({"ok": True})

    async def idle(self, request: web.Request) -> web.StreamResponse:
        """Wait until the bot has nothing left to do in any chat."""
        wanted = {name: float(request.query.get(name, value)) for name, value in _IDLE.items()}
        idle = await self.emulator.activity.wait_idle(**wanted)
        return json_response({"idle": idle, **self.emulator.activity.as_json()})


def create_control_api(emulator: Emulator) -> web.Application:
    app = web.Application(middlewares=[access_check(emulator), explain_errors], client_max_size=64 * 1024 * 1024)
    control, due = ControlApi(emulator), NextDue(emulator)
    gets: dict[str, Handler] = {
        "/bot": control.bot,
        "/clock": control.clock,
        "/clock/stream": control.clock_stream,
        "/faults": control.faults,
        "/calls": control.calls,
        "/updates": control.updates,
        "/samples": control.samples,
        "/idle": control.idle,
        "/due": due.show,
    }
    posts: dict[str, Handler] = {
        "/clock": control.move_clock,
        "/faults": control.add_fault,
        "/updates": control.inject,
        "/updates/{id:\\d+}/repeat": control.repeat,
        "/settings": control.settings,
        "/reset": control.reset,
        "/due": due.jump,
    }
    for path, handler in gets.items():
        app.router.add_get(path, handler)
    for path, handler in posts.items():
        app.router.add_post(path, handler)
    app.router.add_delete("/faults", control.clear_faults)
    add_people_api(app, emulator)
    return app
