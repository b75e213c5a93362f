"""The bot's session of a town: its requests reach the emulator in this process without HTTP.

A quarter of the processor time of a town was HTTP. Forms, bodies, errors and middlewares are the product's own; only
the connection is left out. `tests/app`, `tests/emulator`, `tests/e2e` and `tests/crash` use the real one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from aiogram.client.session.aiohttp import AiohttpSession
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, ServerDisconnectedError

from bot.emulator import Emulator, bot_api
from bot.emulator.params import Params, Upload
from bot.telegram.gateway_errors import TelegramSession


@dataclass(frozen=True, slots=True)
class Answered:
    """Has what the session reads of ``aiohttp.ClientResponse``."""

    status: int
    body: bytes

    async def text(self, _encoding: str = "utf-8") -> str:
        return self.body.decode()

    @property
    def content(self) -> Answered:
        return self

    async def iter_chunked(self, _size: int) -> AsyncIterator[bytes]:
        yield self.body


class DirectHttp:
    """Has what the session uses of ``aiohttp.ClientSession``."""

    closed = False

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @asynccontextmanager
    async def post(
        self,
        url: str,
        *,
        data: FormData | bytes,
        timeout: ClientTimeout | float,  # noqa: ASYNC109 - aiohttp's signature
        headers: object = None,
    ) -> AsyncIterator[Answered]:
        """Raises TimeoutError and ClientError as aiohttp does."""
        params = await read_form(data) if isinstance(data, FormData) else Params(json.loads(data))
        limit = timeout.total if isinstance(timeout, ClientTimeout) else timeout
        # Over HTTP others go on before a request is received and after it is answered.
        await asyncio.sleep(0)
        async with asyncio.timeout(limit):
            answer = await bot_api.call(self._emulator, url.rpartition("/")[2], params)
        await asyncio.sleep(0)
        if answer.cut:
            raise ServerDisconnectedError
        yield Answered(answer.status, answer.body)

    @asynccontextmanager
    async def get(self, url: str, **_how: Any) -> AsyncIterator[Answered]:
        """Return a file. Raises ClientError if there is none."""
        await asyncio.sleep(0)
        stored = self._emulator.files.at(url.rpartition(f"{self._emulator.token}/")[2])
        if stored is None:
            raise ClientError("404, message='Not Found'")
        yield Answered(200, stored.data)

    async def close(self) -> None:
        """There is no connection."""


async def read_form(form: FormData) -> Params:
    values: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    for options, _headers, value in form._fields:
        if "filename" in options:
            data = b"".join([chunk async for chunk in value])
            uploads[options["name"]] = Upload(options["filename"], "application/octet-stream", data)
        else:
            values[options["name"]] = str.__str__(value)  # not the name of an enum
    return Params(values, uploads)


class _WithoutHttp(AiohttpSession):
    direct: DirectHttp

    async def create_session(self) -> ClientSession:
        return cast(ClientSession, self.direct)


class DirectSession(TelegramSession, _WithoutHttp):
    """The product's session over ``DirectHttp``, with the middlewares of the session that it replaces."""

    def __init__(self, emulator: Emulator, like: TelegramSession) -> None:
        super().__init__(json_loads=like.json_loads, json_dumps=like.json_dumps, api=like.api, timeout=like.timeout)
        self.middleware = like.middleware
        self.direct = DirectHttp(emulator)
