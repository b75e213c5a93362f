"""The whole bot and the emulator in one process without HTTP: calls and updates are passed directly."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetUpdates
from aiogram.types import Update
from aiohttp import ClientError

from bot.app import App, assembled
from bot.core.fast import encode
from bot.emulator import Emulator, bot_api
from bot.emulator.app_user import AppUser
from bot.emulator.chats import GROUP_ID, Message
from bot.emulator.faults import Fault
from bot.emulator.params import Params, Upload
from bot.telegram.direct import DirectCall
from bot.telegram.gateway_errors import TelegramSession
from storage.database.connection import Probe
from tests.builders import StoppedClock, some_settings
from tests.chat.town import appoint_registrar

AT_ONCE = 100
"""most updates of one poll"""

HARMLESS = (
    "message is not modified",
    "message identifier is not specified",
    "message to delete not found",
    "message to edit not found",
    "message can't be edited",
    "message can't be deleted",
    "there is no text in the message to edit",
    "bot was blocked by the user",
)
"""Refusals that are no fault of the bot: old screens, double presses, people who have blocked it."""


class InProcessSession(TelegramSession):
    """The product's session without HTTP: forms, bodies, answers and middlewares are the real ones."""

    def __init__(self, emulator: Emulator, like: BaseSession) -> None:
        super().__init__(json_loads=like.json_loads)
        self.middleware = like.middleware
        self._emulator = emulator
        self.calls = 0
        self.fault: tuple[int, str] | None = None
        """the number of the call that fails, and the kind of the fault"""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        if not isinstance(method, GetUpdates):  # polling retries by itself
            self.calls += 1
        if self.fault is not None and self.fault[0] == self.calls and not isinstance(method, GetUpdates):
            self._emulator.faults.add(Fault(self.fault[1], method=method.__api_method__))
        if isinstance(method, DirectCall):
            return await super().make_request(bot, method, timeout)
        values, files = {}, cast(dict[str, Any], {})
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                values[name] = prepared.value if isinstance(prepared, Enum) else prepared
        uploads = {name: Upload(file.filename, "application/octet-stream", file.data) for name, file in files.items()}
        status, content = await self._call(method, values, uploads)
        return self.check_response(bot, method, status, content).result

    async def post(self, bot: Bot, call: Any, timeout: float) -> tuple[int, str]:  # noqa: ASYNC109 - the product's signature
        return await self._call(call, json.loads(encode(call.body)), {})

    async def _call(self, method: Any, values: dict[str, Any], uploads: dict[str, Upload]) -> tuple[int, str]:
        answer = await bot_api.call(self._emulator, method.__api_method__, Params(values, uploads))
        if answer.cut:
            raise TelegramNetworkError(method=method, message="ServerDisconnectedError")
        return answer.status, answer.body.decode()

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Yield the file whose path ends the URL."""
        stored = self._emulator.files.at(url.rpartition(f"{self._emulator.token}/")[2])
        if stored is None:
            raise ClientError("404, message='Not Found'")
        yield stored.data


@dataclass(slots=True)
class InProcessChat:
    """The assembled bot with the emulator and a clock that a test moves."""

    app: App
    emulator: Emulator
    clock: StoppedClock
    session: InProcessSession
    offset: int = 0

    def actor(self, person: int) -> AppUser:
        return AppUser(self.emulator, person)

    def screen(self, person: int) -> Message | None:
        """Return the newest message of the bot in this chat, or None."""
        messages = self.emulator.chats[person].messages
        return next((messages[at] for at in sorted(messages, reverse=True) if messages[at].from_bot), None)

    async def press(self, person: int, data: str) -> None:
        """Press a button with this data on the newest screen; the data may be forged."""
        screen = self.screen(person)
        assert screen is not None, f"the bot has not written to {person}"
        self.actor(person).press(screen.id, data)
        await self.handle()

    async def say(self, person: int, text: str) -> None:
        self.actor(person).say(text)
        await self.handle()

    async def updates(self) -> list[Update]:
        """Return and confirm the new updates, parsed as polling parses them."""
        if not self.emulator.updates.pending:
            return []
        read = await self.app.bot.get_updates(offset=self.offset, limit=AT_ONCE, timeout=0)
        self.offset = max((update.update_id + 1 for update in read), default=self.offset)
        # A next poll would confirm them.
        for update in read:
            if pending := self.emulator.updates.pending.get(update.update_id):
                self.emulator.updates.confirm(pending)
        return read

    async def handle(self) -> int:
        """Handle updates one after another until none is left; return how many there were."""
        handled = 0
        while updates := await self.updates():
            for update in updates:
                await self.app.dispatcher.feed_update(self.app.bot, update)
            handled += len(updates)
        return handled

    def refusals(self) -> list[str]:
        """Return the refused calls that are a fault of the bot."""
        return [
            f"{call.method} {call.refusal.description} {call.params}"
            for call in self.emulator.call_log.refusals
            if call.refusal and call.fault is None and not any(each in call.refusal.description for each in HARMLESS)
        ]


@asynccontextmanager
async def open_chat(template: Path, folder: Path, probe: Probe | None = None) -> AsyncIterator[InProcessChat]:
    path = folder / "registratura.sqlite3"
    shutil.copy(template, path)
    clock = StoppedClock()
    emulator = Emulator(now=lambda: clock.now().timestamp(), callback_life=3600)
    emulator.chats[GROUP_ID].has_bot = True
    async with assembled(some_settings(database_url=f"sqlite:///{path}"), clock, probe=probe) as app:
        assert isinstance(app.bot.session, TelegramSession)
        app.bot.session = session = InProcessSession(emulator, app.bot.session)
        await appoint_registrar(app.services)
        yield InProcessChat(app, emulator, clock, session)
