"""Presses on inline buttons: each one spins until the bot answers or it expires."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.changes import ChangeSignal
from bot.emulator.chats import Chat, Message
from bot.emulator.errors import bad_request
from bot.emulator.people import EmulatedPerson

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_KEPT = 5000
_TEXT_LIMIT = 200


@dataclass(slots=True, eq=False)
class Press:
    """One press and its answer; `revision` is the chat's revision of its last change."""

    id: str
    person: EmulatedPerson
    chat: Chat
    message: Message | None
    message_id: int
    data: str
    answered: bool = False
    expired: bool = False
    text: str = ""
    alert: bool = False
    url: str = ""
    revision: int = 0
    done: ChangeSignal = field(default_factory=ChangeSignal)
    timer: asyncio.TimerHandle | None = None

    @property
    def spinning(self) -> bool:
        return not self.answered and not self.expired

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "message_id": self.message_id,
            "data": self.data,
            "answered": self.answered,
            "expired": self.expired,
            "text": self.text,
            "alert": self.alert,
            "url": self.url,
            "revision": self.revision,
        }


class Presses:
    """The last presses by id; a press expires after `lifetime` seconds."""

    def __init__(self, lifetime: float) -> None:
        self.lifetime = lifetime
        self._known: OrderedDict[str, Press] = OrderedDict()
        self._last = int(time.monotonic() * 1000) << 20

    def begin(self, person: EmulatedPerson, chat: Chat, message_id: int, data: str) -> Press:
        self._last += 1
        message = chat.messages.get(message_id)
        press = Press(str(self._last), person, chat, message, message_id, data)
        self._known[press.id] = press
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        chat.activity.count(spinning=1)
        press.timer = asyncio.get_running_loop().call_later(self.lifetime, self._expire, press)
        self._show_spinner(press)
        return press

    def get(self, press_id: str) -> Press | None:
        return self._known.get(press_id)

    def answer(self, press_id: str, text: str, alert: bool, url: str) -> Press:
        """Answer a press; only the first answer counts. Raises Refusal for an expired press and a too long text."""
        press = self._known.get(press_id)
        if press is None or press.expired:
            raise bad_request(TOO_OLD)
        if len(text) > _TEXT_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        if not press.answered:
            press.text, press.alert, press.url, press.answered = text, alert, url, True
            self._finish(press)
        return press

    def clear(self) -> None:
        for press in self._known.values():
            if press.spinning:
                press.expired = True
                self._finish(press)
        self._known.clear()

    def _expire(self, press: Press) -> None:
        press.expired = True
        self._finish(press)

    def _finish(self, press: Press) -> None:
        if press.timer is not None:
            press.timer.cancel()
            press.timer = None
        press.chat.activity.count(spinning=-1)
        press.chat.finished_presses.append(press)
        self._show_spinner(press)
        press.done.notify()

    def _show_spinner(self, press: Press) -> None:
        if press.message is None or press.message.id not in press.chat.messages:
            press.revision = press.chat.next_revision()
            return
        if press.spinning:
            press.message.spinning[press.id] = press.data
        else:
            press.message.spinning.pop(press.id, None)
        press.revision = press.chat.look_changed(press.message)
