"""The chat client of a test whose process has the emulator: what people do and see does not go over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.emulator import Emulator
from bot.emulator.app_user import AppUser
from bot.emulator.chats import GROUP_ID
from bot.emulator.errors import Impossible, Refusal
from bot.emulator.json_response import encode_json
from bot.emulator.people_api import do, wait_for_change
from bot.emulator.views import chat_view
from bot.services import Services
from tests.chat.client import ChatClient
from tests.chat.message import ChatError, Json


class DirectClient(ChatClient):
    """Calls the functions of the control API, and gets the same JSON: a third of each test was this HTTP.

    It is for a town, which says when the bot has ``settled``. What tests do seldom (files, faults, calls) goes over
    HTTP.
    """

    def __init__(self, base_url: str, emulator: Emulator, services: Callable[[], Services]) -> None:
        super().__init__(base_url)
        self._emulator, self._services = emulator, services

    def inside(self, user: int) -> tuple[Services, str]:
        return self._services(), self._emulator.person(user).language_code

    async def do(self, user: int, act: str, body: Json, *, in_group: bool) -> Json:
        try:
            return _as_sent(await do(self._user(user, in_group), act, body))
        except (Impossible, Refusal) as reason:
            raise ChatError(f"POST /people/{user}/{act}: {reason}") from reason

    async def see(self, user: int, after: int, limit: float, *, in_group: bool) -> Json:
        await wait_for_change(lambda: self._user(user, in_group), after, limit)
        return self._view(user, after, in_group)

    async def see_idle(self, user: int, after: int, *, in_group: bool) -> Json:
        assert self.settled is not None
        await self.settled(GROUP_ID if in_group else user)
        activity = self._user(user, in_group).chat.activity
        if activity.seconds_until_idle(0, 0) != 0:
            raise ChatError(f"the bot is not idle after {self.limit} s: {activity.as_json()}")
        return self._view(user, after, in_group)

    def _user(self, user: int, in_group: bool) -> AppUser:
        return AppUser(self._emulator, user, in_group=in_group)

    def _view(self, user: int, after: int, in_group: bool) -> Json:
        seen = self._user(user, in_group)
        return _as_sent(chat_view(self._emulator, seen.chat, seen.person, after))


def _as_sent(answer: Json) -> Json:
    """Return a copy that a later change of the chat leaves alone, with the types of JSON."""
    copy: Json = json.loads(encode_json(answer))
    return copy
