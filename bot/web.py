"""Answer the operator's tools over HTTP.

/health says whether the database answers, and which alarms are on: they do not make the bot unhealthy, for a restart
would not end them. /ready says what is due next. /metrics has figures for Prometheus.
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
Figures = Callable[[], Awaitable[bytes]]
"""Returns what /metrics says, in the text format of Prometheus; it names no person."""

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
REQUEST_TIMEOUT = 2.0
"""seconds"""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serve_web(host: str, port: int, facts: Facts, alarms: AlarmsOn, figures: Figures) -> AsyncIterator[None]:
    """Serve until the block is left; with port 0 serve nothing."""
    if not port:
        yield
        return
    runner = web.AppRunner(_app(facts, alarms, figures), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


def _app(facts: Facts, alarms: AlarmsOn, figures: Figures) -> web.Application:
    async def health(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await facts()
        return web.json_response({"status": "ok", "alarms": alarms()})

    async def ready(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            return web.json_response({"status": "ready", **await facts()})

    async def metrics(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            return web.Response(body=await figures(), headers={"Content-Type": PROMETHEUS})

    app = web.Application(middlewares=[_answer_failures])
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    app.router.add_get("/metrics", metrics)
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
