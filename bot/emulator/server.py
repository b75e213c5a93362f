"""The HTTP server of the emulator: the Bot API, its files, the control API and the chat page on one port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.emulator import bot_api
from bot.emulator.chat_page import add_chat_page
from bot.emulator.control_api import create_control_api
from bot.emulator.errors import Refusal
from bot.emulator.json_response import json_response
from bot.emulator.params import Params, read_params
from bot.emulator.state import Emulator

_BODY_LIMIT = 64 * 1024 * 1024
# Long polls and event streams do not end by themselves, so a stopping server does not wait for them.
_SHUTDOWN_SECONDS = 0.05


class BotApiHandler:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def on_call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            self._check_token(request)
            params = await read_params(request)
        except Refusal as refusal:
            return _refuse(bot_api.refuse(self.emulator, name, Params({}), refusal))
        answer = await bot_api.call(self.emulator, name, params)
        if answer.cut:
            return _cut(request)
        return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)

    async def on_file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            stored = self.emulator.files.at(request.match_info["path"])
            if stored is None:
                raise Refusal(404, "Not Found")
        except Refusal as refusal:
            return _refuse(bot_api.refuse(self.emulator, f"file {request.match_info['path']}", Params({}), refusal))
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _check_token(self, request: web.Request) -> None:
        if request.match_info["token"] != self.emulator.token:
            raise Refusal(401, "Unauthorized")


def _refuse(refusal: Refusal) -> web.Response:
    return json_response(refusal.as_api(), refusal.code)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)


def create_app(emulator: Emulator) -> web.Application:
    app = web.Application(client_max_size=_BODY_LIMIT)
    handler = BotApiHandler(emulator)
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", handler.on_call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", handler.on_file)
    app.add_subapp("/emulator", create_control_api(emulator))
    add_chat_page(app, emulator)
    return app


@asynccontextmanager
async def serve(emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve until the block ends. Yields the base URL; port 0 takes a free port."""
    runner = web.AppRunner(
        create_app(emulator), handler_cancellation=True, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
