"""The control API of one person: every act of his, and what he sees."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.emulator.actor import Actor
from bot.emulator.chats import Message
from bot.emulator.core import Emulator
from bot.emulator.people import Person
from bot.emulator.presses import Press
from bot.emulator.streams import Watch, send_events
from bot.emulator.views import chat_view, person_view
from bot.emulator.wire import Upload, reply

# Browsers show these by themselves, and the PDF viewer does not start in a sandbox.
_HARMLESS = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})

Body = dict[str, Any]
Act = Callable[[Actor, Body], Message | None]

ACTS: dict[str, Act] = {
    "start": lambda actor, body: actor.start(body.get("payload")),
    "say": lambda actor, body: actor.say(body["text"], body.get("reply_to")),
    "edit": lambda actor, body: actor.edit(body["message_id"], body["text"]),
    "delete": lambda actor, body: actor.delete(body["message_id"]),
    "contact": lambda actor, body: actor.share_contact(body.get("phone"), body.get("user_id")),
    "location": lambda actor, body: actor.share_location(float(body["latitude"]), float(body["longitude"])),
    "block": lambda actor, body: actor.block(),
    "unblock": lambda actor, body: actor.unblock(),
    "deactivate": lambda actor, body: actor.deactivate(),
    "add_bot": lambda actor, body: actor.add_bot(),
    "remove_bot": lambda actor, body: actor.remove_bot(),
}


async def _wait_for_answer(press: Press, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while press.spinning and (left := deadline - time.monotonic()) > 0:
        await press.done.wait(left)


class Acts:
    """People and their chats over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def _actor(self, request: web.Request) -> Actor:
        return Actor(self.emulator, int(request.match_info["user"]), in_group="group" in request.query)

    async def people(self, request: web.Request) -> web.StreamResponse:
        return reply([person_view(self.emulator, person) for person in self.emulator.people.values()])

    async def put_person(self, request: web.Request) -> web.StreamResponse:
        """Create a person or change his names, language and phone."""
        user_id, details = int(request.match_info["user"]), await request.json()
        known = self.emulator.people.get(user_id)
        if known is None:
            known = self.emulator.add_person(Person(user_id, **({"first_name": f"Гость {user_id}"} | details)))
        for name in details.keys() & {"first_name", "last_name", "username", "language_code", "phone"}:
            setattr(known, name, details[name])
        return reply(person_view(self.emulator, known))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """What has changed after a revision; on request wait for rest first, or for the next change."""
        query = request.query
        after, limit = int(query.get("after", 0)), float(query.get("limit", 0))
        rested = None
        if "rest" in query:
            quiet, patience = float(query.get("quiet", 0.02)), float(query.get("patience", 1.0))
            rested = await self._actor(request).chat.activity.rest(quiet, patience, limit)
        elif limit:
            await self._wait_for_change(request, after, limit)
        actor = self._actor(request)
        view = chat_view(self.emulator, actor.chat, actor.person, after)
        return reply(view | {"rested": rested, "activity": actor.chat.activity.as_json()})

    async def _wait_for_change(self, request: web.Request, after: int, limit: float) -> None:
        deadline = time.monotonic() + limit
        while (chat := self._actor(request).chat).revision <= after and (left := deadline - time.monotonic()) > 0:
            await chat.changed.wait(left)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        after = int(request.query.get("after", 0))
        watch = Watch(self.emulator, int(request.match_info["user"]), after, in_group="group" in request.query)
        return await send_events(request, watch.events())

    async def act(self, request: web.Request) -> web.StreamResponse:
        actor = self._actor(request)
        body = await request.json() if request.can_read_body else {}
        before = actor.chat.revision
        message = ACTS[request.match_info["act"]](actor, body)
        return reply({"message_id": message.id if message else None, "before": before, "after": actor.chat.revision})

    async def press(self, request: web.Request) -> web.StreamResponse:
        """Press by label or by data, then wait for the answer as long as asked."""
        actor, body = self._actor(request), await request.json()
        before = actor.chat.revision
        if "data" in body:
            press = actor.press(body["message_id"], body["data"])
        else:
            press = actor.press_label(body["message_id"], body["label"])
        await _wait_for_answer(press, float(body.get("wait", 0)))
        return reply(press.as_json() | {"before": before})

    async def find_press(self, request: web.Request) -> web.StreamResponse:
        press = self.emulator.presses.get(request.match_info["id"])
        if press is None:
            raise web.HTTPNotFound(text="no such press")
        await _wait_for_answer(press, float(request.query.get("wait", 0)))
        return reply(press.as_json())

    async def send_file(self, request: web.Request) -> web.StreamResponse:
        """The body is the file itself; its kind, name and caption are in the query."""
        query, actor = request.query, self._actor(request)
        upload = Upload(query.get("name", "file.bin"), request.content_type, await request.read())
        before = actor.chat.revision
        message = actor.send_file(query.get("kind", "document"), upload, query.get("caption", ""))
        return reply({"message_id": message.id, "before": before, "after": actor.chat.revision})

    async def file(self, request: web.Request) -> web.StreamResponse:
        stored = self.emulator.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound(text="no such file")
        headers = {"X-Content-Type-Options": "nosniff"}
        if stored.mime not in _HARMLESS:
            # What a bot or a person sent must never run as a page of this origin.
            headers["Content-Security-Policy"] = "sandbox"
        if "save" in request.query:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
        return web.Response(body=stored.data, content_type=stored.mime, headers=headers)


def add_acts(app: web.Application, emulator: Emulator) -> None:
    acts = Acts(emulator)
    app.router.add_get("/people", acts.people)
    app.router.add_put("/people/{user:\\d+}", acts.put_person)
    app.router.add_get("/people/{user:\\d+}/chat", acts.chat)
    app.router.add_get("/people/{user:\\d+}/stream", acts.stream)
    app.router.add_post("/people/{user:\\d+}/press", acts.press)
    app.router.add_post("/people/{user:\\d+}/file", acts.send_file)
    app.router.add_post("/people/{user:\\d+}/{act:" + "|".join(ACTS) + "}", acts.act)
    app.router.add_get("/presses/{id}", acts.find_press)
    app.router.add_get("/files/{file_id}", acts.file)
