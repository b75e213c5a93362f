"""The emulator with a browser: the test plays the bot over HTTP."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, FormData
from playwright.async_api import Browser, Page, expect

from bot.emulator import Emulator, serve
from tests.e2e.chromium import running_browser
from tests.time_limits import BUSY

ANNA, IGOR = 1001, 1002


def buttons(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}


def picture(width: int = 40, height: int = 30) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + b"\x40\x90\xe0" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


class Stage:
    """The emulator, calls of the bot over HTTP, and a browser that must log no error."""

    def __init__(self, emulator: Emulator, url: str, session: ClientSession, browser: Browser) -> None:
        self.emulator = emulator
        self.url = url
        self.session = session
        self.browser = browser
        self.complaints: list[str] = []
        self.last_update = 0

    async def open(self, user: int, more: str = "", **view: Any) -> Page:
        context = await self.browser.new_context(**view)
        page = await context.new_page()
        page.set_default_timeout(BUSY * 1000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        await page.goto(f"{self.url}/?key={self.emulator.key}&user={user}{more}")
        await expect(page.get_by_test_id("time")).not_to_be_empty()
        return page

    async def open_started(self, user: int, **view: Any) -> Page:
        page = await self.open(user, **view)
        await page.get_by_test_id("start").click()
        assert (await self.next_update())["message"]["text"] == "/start"
        return page

    async def do(self, method: str, **params: Any) -> Any:
        address = f"{self.url}/bot{self.emulator.token}/{method}"
        async with self.session.post(address, json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def send_file(self, method: str, field: str, data: bytes, name: str) -> None:
        form = FormData({"chat_id": str(ANNA)}, quote_fields=False)
        form.add_field(field, data, filename=name, content_type="application/pdf")
        async with self.session.post(f"{self.url}/bot{self.emulator.token}/{method}", data=form) as response:
            assert response.status == 200, await response.text()

    async def next_update(self) -> Any:
        """Return the next update."""
        (update,) = await self.do("getUpdates", offset=self.last_update + 1, timeout=5, limit=1)
        self.last_update = update["update_id"]
        return update

    async def no_update(self) -> None:
        """Check that nobody has done anything since the last update."""
        assert await self.do("getUpdates", offset=self.last_update + 1, timeout=0) == []


@asynccontextmanager
async def stage_of(**settings: Any) -> AsyncIterator[Stage]:
    emulator = Emulator(key_required=True, **settings)
    async with serve(emulator) as url, ClientSession() as session, running_browser() as browser:
        stage = Stage(emulator, url, session, browser)
        yield stage
    assert stage.complaints == []
