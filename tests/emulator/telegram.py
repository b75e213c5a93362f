"""The emulator on a real port, used over HTTP by the bot and by people."""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import ClientSession, FormData

from bot.emulator import Emulator, serve
from tests.chat.client import ChatClient
from tests.chat.wait import wait_until

ANNA, IGOR, STRANGER = 1001, 1002, 777
KEYBOARD = {"inline_keyboard": [[{"text": "Записаться", "callback_data": "book"}]]}


class Telegram:
    """The emulator on a real port, a raw HTTP client for the bot and a chat client for people."""

    def __init__(self, emulator: Emulator, url: str, session: ClientSession, chat: ChatClient) -> None:
        self.emulator = emulator
        self.url = url
        self.session = session
        self.chat = chat
        self.anna = chat.person(ANNA)

    def address(self, method: str) -> str:
        return f"{self.url}/bot{self.emulator.token}/{method}"

    async def call(self, method: str, **params: Any) -> Any:
        """Return the whole JSON answer of a call."""
        async with self.session.post(self.address(method), json=params) as response:
            answer = await response.json()
            assert response.status == (200 if answer["ok"] else answer["error_code"])
            return answer

    async def do(self, method: str, **params: Any) -> Any:
        """Return the result of a call that must succeed."""
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """Return the error code and the description of a call that must be refused."""
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return f"{answer['error_code']} {answer['description']}"

    async def send(self, text: str = "Здравствуйте", **params: Any) -> Any:
        return await self.do("sendMessage", chat_id=ANNA, text=text, **params)

    async def take_updates(self) -> list[Any]:
        """Return all waiting updates and confirm them."""
        updates: list[Any] = await self.do("getUpdates")
        if updates:
            await self.do("getUpdates", offset=updates[-1]["update_id"] + 1, limit=1)
        return updates

    async def upload(self, method: str, data: bytes, name: str = "файл.png", **params: Any) -> Any:
        """Return the whole JSON answer of sendPhoto or sendDocument with a new file."""
        field = "photo" if method == "sendPhoto" else "document"
        form = FormData({"chat_id": str(ANNA), **params}, quote_fields=False)
        form.add_field(field, io.BytesIO(data), filename=name, content_type="application/octet-stream")
        async with self.session.post(self.address(method), data=form) as response:
            return await response.json()

    async def download(self, file_id: str) -> bytes:
        file = await self.do("getFile", file_id=file_id)
        async with self.session.get(f"{self.url}/file/bot{self.emulator.token}/{file['file_path']}") as response:
            return await response.read()


@asynccontextmanager
async def telegram_of(**settings: Any) -> AsyncIterator[Telegram]:
    async with AsyncExitStack() as stack:
        emulator = Emulator(**settings)
        url = await stack.enter_async_context(serve(emulator))
        session = await stack.enter_async_context(ClientSession())
        chat = await stack.enter_async_context(ChatClient(url, patience=0.05))
        yield Telegram(emulator, url, session, chat)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, Any]) -> AsyncIterator[asyncio.Task[Any]]:
    """Run work that starts before the block and is awaited after it."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
        await asyncio.sleep(0.05)
        yield task


@asynccontextmanager
async def polling(telegram: Telegram, **params: Any) -> AsyncIterator[asyncio.Task[Any]]:
    """Run getUpdates; the block starts when it waits for an update."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(telegram.call("getUpdates", **{"timeout": 30, **params}))
        await wait_until(lambda: telegram.emulator.updates.is_polled)
        yield task


def png(width: int, height: int) -> bytes:
    """Return the head of a PNG picture of this size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height, 8, 2, 0, 0, 0, 0)
