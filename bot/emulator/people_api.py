"""The control API of people: what a person does in the app and sees there."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.emulator.app_user import AppUser
from bot.emulator.chats import Message
from bot.emulator.event_streams import PageStream, send_events
from bot.emulator.json_response import json_response
from bot.emulator.params import Upload
from bot.emulator.people import EmulatedPerson
from bot.emulator.presses import Press
from bot.emulator.state import Emulator
from bot.emulator.views import chat_view, person_view

# Browsers show these types without running them, and the PDF viewer does not start in a sandbox.
_SAFE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})

Body = dict[str, Any]
Action = Callable[[AppUser, Body], Message | None]

ACTIONS: dict[str, Action] = {
    "start": lambda user, body: user.start(body.get("payload")),
    "say": lambda user, body: user.say(body["text"], body.get("reply_to")),
    "edit": lambda user, body: user.edit(body["message_id"], body["text"]),
    "delete": lambda user, body: user.delete(body["message_id"]),
    "contact": lambda user, body: user.share_contact(body.get("phone"), body.get("user_id")),
    "location": lambda user, body: user.share_location(float(body["latitude"]), float(body["longitude"])),
    "block": lambda user, body: user.block(),
    "unblock": lambda user, body: user.unblock(),
    "deactivate": lambda user, body: user.deactivate(),
    "add_bot": lambda user, body: user.add_bot(),
    "remove_bot": lambda user, body: user.remove_bot(),
}


async def do(user: AppUser, action: str, body: Body) -> Body:
    """Let a person act; a press waits up to `wait` seconds for the answer. Returns the revision before, too."""
    before = user.chat.revision
    if action != "press":
        message = ACTIONS[action](user, body)
        return {"message_id": message.id if message else None, "before": before, "after": user.chat.revision}
    if "data" in body:
        press = user.press(body["message_id"], body["data"])
    else:
        press = user.press_label(body["message_id"], body["label"])
    await _wait_for_answer(press, float(body.get("wait", 0)))
    return press.as_json() | {"before": before}


async def wait_for_change(find: Callable[[], AppUser], after: int, limit: float) -> None:
    """Wait up to `limit` seconds until something in the chat has changed after a revision."""
    deadline = time.monotonic() + limit
    # A reset of the emulator puts another chat into the place of this one.
    while (chat := find().chat).revision <= after and (left := deadline - time.monotonic()) > 0:
        await chat.changed.wait(left)


async def _wait_for_answer(press: Press, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while press.spinning and (left := deadline - time.monotonic()) > 0:
        await press.done.wait(left)


class PeopleApi:
    """People and their chats over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def _user(self, request: web.Request) -> AppUser:
        return AppUser(self.emulator, int(request.match_info["user"]), in_group="group" in request.query)

    async def people(self, request: web.Request) -> web.StreamResponse:
        return json_response([person_view(self.emulator, person) for person in self.emulator.people.values()])

    async def put_person(self, request: web.Request) -> web.StreamResponse:
        """Create a person or change the names, the language and the phone."""
        user_id, details = int(request.match_info["user"]), await request.json()
        known = self.emulator.people.get(user_id)
        if known is None:
            known = self.emulator.add_person(EmulatedPerson(user_id, **({"first_name": f"Гость {user_id}"} | details)))
        for name in details.keys() & {"first_name", "last_name", "username", "language_code", "phone"}:
            setattr(known, name, details[name])
        return json_response(person_view(self.emulator, known))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Send what has changed after a revision; first wait until the bot is idle or for a change, if requested."""
        query = request.query
        after, limit = int(query.get("after", 0)), float(query.get("limit", 0))
        idle = None
        if "idle" in query:
            quiet, patience = float(query.get("quiet", 0.02)), float(query.get("patience", 1.0))
            idle = await self._user(request).chat.activity.wait_idle(quiet, patience, limit)
        elif limit:
            await wait_for_change(lambda: self._user(request), after, limit)
        user = self._user(request)
        view = chat_view(self.emulator, user.chat, user.person, after)
        return json_response(view | {"idle": idle, "activity": user.chat.activity.as_json()})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        after = int(request.query.get("after", 0))
        watch = PageStream(self.emulator, int(request.match_info["user"]), after, in_group="group" in request.query)
        return await send_events(request, watch.events())

    async def do_action(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else {}
        return json_response(await do(self._user(request), request.match_info["action"], body))

    async def press(self, request: web.Request) -> web.StreamResponse:
        """Press by label or by data, then wait up to `wait` seconds for the answer."""
        return json_response(await do(self._user(request), "press", await request.json()))

    async def find_press(self, request: web.Request) -> web.StreamResponse:
        press = self.emulator.presses.get(request.match_info["id"])
        if press is None:
            raise web.HTTPNotFound(text="no such press")
        await _wait_for_answer(press, float(request.query.get("wait", 0)))
        return json_response(press.as_json())

    async def send_file(self, request: web.Request) -> web.StreamResponse:
        """The body is the file; its kind, name, caption and album are in the query."""
        query, user = request.query, self._user(request)
        upload = Upload(query.get("name", "file.bin"), request.content_type, await request.read())
        before = user.chat.revision
        caption, album = query.get("caption", ""), query.get("album", "")
        message = user.send_file(query.get("kind", "document"), upload, caption, album)
        return json_response({"message_id": message.id, "before": before, "after": user.chat.revision})

    async def send_sample(self, request: web.Request) -> web.StreamResponse:
        """Send the file of a sample: a picture as a photo, anything else as a document."""
        user, sample = self._user(request), self.emulator.samples[int(request.match_info["number"])]
        if sample.file is None:
            raise ValueError("this sample has no file")
        message = user.send_file("photo" if sample.file.mime.startswith("image/") else "document", sample.file)
        return json_response({"message_id": message.id})

    async def file(self, request: web.Request) -> web.StreamResponse:
        stored = self.emulator.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound(text="no such file")
        headers = {"X-Content-Type-Options": "nosniff"}
        if stored.mime not in _SAFE_TYPES:
            # A file of the bot or of a person must never run as a page of this origin.
            headers["Content-Security-Policy"] = "sandbox"
        if "save" in request.query:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
        return web.Response(body=stored.data, content_type=stored.mime, headers=headers)


def add_people_api(app: web.Application, emulator: Emulator) -> None:
    api = PeopleApi(emulator)
    app.router.add_get("/people", api.people)
    app.router.add_put("/people/{user:\\d+}", api.put_person)
    app.router.add_get("/people/{user:\\d+}/chat", api.chat)
    app.router.add_get("/people/{user:\\d+}/stream", api.stream)
    app.router.add_post("/people/{user:\\d+}/press", api.press)
    app.router.add_post("/people/{user:\\d+}/file", api.send_file)
    app.router.add_post("/people/{user:\\d+}/sample/{number:\\d+}", api.send_sample)
    app.router.add_post("/people/{user:\\d+}/{action:" + "|".join(ACTIONS) + "}", api.do_action)
    app.router.add_get("/presses/{id}", api.find_press)
    app.router.add_get("/files/{file_id}", api.file)
