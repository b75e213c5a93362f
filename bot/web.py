"""Answer the operator's tools over HTTP.

/health says whether the database answers, and which alarms are on: they do not make the bot unhealthy, for a restart
would not end them. /ready says what is due next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

Facts = Callable[[], Awaitable[Mapping[str, object]]]
"""Queries the database and returns what /ready says; raises any error if it cannot."""
AlarmsOn = Callable[[], Sequence[Mapping[str, object]]]
"""Returns the alarms that are on, for /health; they name no person."""

REQUEST_TIMEOUT = 2.0
"""seconds"""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serve_web(host: str, port: int, facts: Facts, alarms: AlarmsOn) -> AsyncIterator[None]:
    """Serve until the block is left; with port 0 serve nothing."""
    if not port:
        yield
        return
    runner = web.AppRunner(_app(facts, alarms), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


def _app(facts: Facts, alarms: AlarmsOn) -> web.Application:
    async def health(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await facts()
        return web.json_response({"status": "ok", "alarms": alarms()})

    async def ready(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            return web.json_response({"status": "ready", **await facts()})

    app = web.Application(middlewares=[_answer_failures])
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    return app


@web.middleware
async def _answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer any failure with status 503; its reason is only in the log."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("a health check failed", path=request.path)
        return web.json_response({"status": "failing"}, status=503)
