"""One person of the chat client: actions are awaited, and reading waits until the bot is idle."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from bot.services import Services
from tests.chat.connection import Connection
from tests.chat.message import Button, ChatError, ChatMessage, Json, Pattern, PressAnswer, fits

_LONGEST_LIFE = 60.0
_MOSCOW = (55.7558, 37.6173)


def _action(key: Json) -> str:
    """Return what a key of the reply keyboard sends: a contact, a location or its text."""
    if key.get("request_contact"):
        return "contact"
    return "location" if key.get("request_location") else "text"


class Person:
    """A person with a phone; keeps a copy of the chat and requests only what has changed."""

    def __init__(self, connection: Connection, user_id: int, *, in_group: bool, details: dict[str, str]) -> None:
        self.id = user_id
        self._connection = connection
        self._details = details
        self._in_group = in_group
        self._messages: dict[int, ChatMessage] = {}
        self._revision = 0
        self._acted_at = 0
        self._state: Json = {}

    async def known(self) -> tuple[Services, str] | None:
        """Return the services of the bot and the language of the person's app; None if it runs in another process."""
        await self._introduce()
        return self._connection.inside(self.id)

    async def start(self, payload: str | None = None) -> int:
        """Press START, or open a deep link."""
        return await self._act("start", {"payload": payload})

    async def say(self, text: str, *, reply_to: int | None = None) -> int:
        return await self._act("say", {"text": text, "reply_to": reply_to})

    async def edit(self, message_id: int, text: str) -> None:
        await self._act("edit", {"message_id": message_id, "text": text})

    async def delete(self, message_id: int) -> None:
        await self._act("delete", {"message_id": message_id})

    async def share_contact(self, phone: str | None = None, user_id: int | None = None) -> int:
        """Share the own contact, or another one if a phone is given."""
        return await self._act("contact", {"phone": phone, "user_id": user_id})

    async def share_location(self, latitude: float, longitude: float) -> int:
        return await self._act("location", {"latitude": latitude, "longitude": longitude})

    async def send_photo(self, data: bytes, *, name: str = "photo.jpg", caption: str = "", album: str = "") -> int:
        return await self._upload("photo", data, name, "image/jpeg", caption, album)

    async def send_document(self, data: bytes, *, name: str, mime: str, caption: str = "") -> int:
        return await self._upload("document", data, name, mime, caption)

    async def send_voice(self, data: bytes = b"OggS") -> int:
        return await self._upload("voice", data, "voice.ogg", "audio/ogg", "")

    async def send_sticker(self, data: bytes = b"RIFF") -> int:
        return await self._upload("sticker", data, "sticker.webp", "image/webp", "")

    async def block(self) -> None:
        await self._act("block", {})

    async def unblock(self) -> None:
        await self._act("unblock", {})

    async def deactivate(self) -> None:
        await self._act("deactivate", {})

    async def add_bot(self) -> None:
        """Add the bot to the group."""
        await self._act("add_bot", {})

    async def has_bot(self) -> bool:
        """Return whether the bot is a member of the group, once the bot is idle."""
        await self.wait_idle()
        return bool(self._state["has_bot"])

    async def press(self, wanted: Pattern, message: ChatMessage | None = None) -> PressAnswer:
        """Press the button on the newest message that has it, and wait for the bot's answer."""
        found, button = await self._find(wanted, message)
        if found is None:
            return await self._press_reply(button)
        if button.data is None:
            return PressAnswer(answered=True, url=str(button.value))
        return await self.press_data(found.id, button.data)

    async def press_data(self, message_id: int, data: str) -> PressAnswer:
        """Press with any data, also data that no button has. Returns at the answer; the bot may still be busy."""
        body = {"message_id": message_id, "data": data, "wait": _LONGEST_LIFE}
        return await self._press(body)

    async def press_only(self, message_id: int, data: str) -> str:
        """Press without waiting. Returns the id of the press, for `answer_to`."""
        press = await self._post("press", {"message_id": message_id, "data": data})
        return str(press["id"])

    async def answer_to(self, press_id: str) -> PressAnswer:
        return PressAnswer.read(await self._connection.request("GET", f"/presses/{press_id}?wait={_LONGEST_LIFE}"))

    async def screen(self) -> ChatMessage:
        """Return the newest message of the bot, once the bot is idle."""
        for message in reversed(await self.messages()):
            if message.bot:
                return message
        raise ChatError(f"the bot has not written to {self.id}")

    async def messages(self) -> list[ChatMessage]:
        """Return the whole chat, oldest first, once the bot is idle."""
        await self.wait_idle()
        return self._all()

    async def answers(self) -> list[ChatMessage]:
        """Return the bot's messages that are new or edited since this person's last action, once the bot is idle."""
        await self.wait_idle()
        return [message for message in self._all() if message.bot and message.changed > self._acted_at]

    async def reply_keyboard(self) -> list[list[str]]:
        """Return the labels of the keyboard under the input field."""
        await self.wait_idle()
        return [[button["text"] for button in row] for row in self._keyboard()]

    async def wait_for(self, wanted: Pattern, limit: float | None = None, *, ever: bool = False) -> ChatMessage:
        """Return a message of the bot with this text, new or edited since this person's last action (`ever`: any)."""
        deadline = time.monotonic() + (self._connection.limit if limit is None else limit)
        while True:
            since = 0 if ever else self._acted_at
            for message in reversed(self._all()):
                if message.bot and message.changed > since and fits(wanted, message.text):
                    return message
            left = deadline - time.monotonic()
            if left <= 0:
                raise ChatError(f"no message with {wanted!r}; the chat of {self.id}:\n{self._picture()}")
            await self._look(limit=round(left, 3))

    async def wait_idle(self) -> None:
        """Wait until the bot has nothing left to do in this chat."""
        await self._introduce()
        self._learn(await self._connection.see_idle(self.id, self._revision, in_group=self._in_group))

    @property
    def _path(self) -> str:
        return f"/people/{self.id}"

    async def _find(self, wanted: Pattern, message: ChatMessage | None) -> tuple[ChatMessage | None, Button]:
        """Return the newest message with such a button (None: a key of the reply keyboard); wait for one to appear."""
        await self.wait_idle()
        deadline = time.monotonic() + self._connection.limit
        while True:
            for seen in reversed(self._all()):
                if message is not None and seen.id != message.id:
                    continue
                if button := seen.button(wanted):
                    return seen, button
            if message is None and (key := self._key(wanted)):
                return None, key
            left = deadline - time.monotonic()
            if left <= 0:
                raise ChatError(f"no button {wanted!r}; the chat of {self.id}:\n{self._picture()}")
            await self._look(limit=round(left, 3))

    def _key(self, wanted: Pattern) -> Button | None:
        for row in self._keyboard():
            for key in row:
                if fits(wanted, key["text"]):
                    return Button(key["text"], _action(key), key["text"])
        return None

    async def _press_reply(self, button: Button) -> PressAnswer:
        if button.action == "contact":
            await self.share_contact()
        elif button.action == "location":
            await self.share_location(*_MOSCOW)
        else:
            await self.say(button.text)
        return PressAnswer(answered=True)

    async def _press(self, body: Json) -> PressAnswer:
        return PressAnswer.read(await self._post("press", body))

    async def _act(self, act: str, body: Json) -> int:
        return int((await self._post(act, body))["message_id"] or 0)

    async def _post(self, act: str, body: Json) -> Json:
        await self._introduce()
        answer = await self._connection.do(self.id, act, body, in_group=self._in_group)
        self._acted_at = int(answer["before"])
        return answer

    async def _upload(self, kind: str, data: bytes, name: str, mime: str, caption: str, album: str = "") -> int:
        await self._introduce()
        place = {"group": 1} if self._in_group else {}
        query = urlencode({"kind": kind, "name": name, "caption": caption, "album": album, **place})
        answer = await self._connection.upload(f"{self._path}/file?{query}", data, mime)
        self._acted_at = int(answer["before"])
        return int(answer["message_id"])

    async def _introduce(self) -> None:
        if self._details:
            details, self._details = self._details, {}
            await self._connection.request("PUT", self._path, details)

    async def _look(self, limit: float) -> None:
        self._learn(await self._connection.see(self.id, self._revision, limit, in_group=self._in_group))

    def _learn(self, view: Json) -> None:
        if view["fresh"]:
            self._messages.clear()
        for changed in view["messages"]:
            self._messages[changed["id"]] = ChatMessage.read(changed)
        for gone in view["deleted"]:
            self._messages.pop(gone, None)
        self._revision = view["revision"]
        self._state = view

    def _all(self) -> list[ChatMessage]:
        return [self._messages[message_id] for message_id in sorted(self._messages)]

    def _keyboard(self) -> list[list[Any]]:
        return (self._state.get("keyboard") or {}).get("keyboard") or []

    def _picture(self) -> str:
        return "\n".join(str(message) for message in self._all()[-5:]) or "(empty)"
