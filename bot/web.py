"""Answer the operator's tools over HTTP: /health says whether the process works, /ready whether it serves people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

Probe = Callable[[], Awaitable[object]]
Readiness = Callable[[], Awaitable[Mapping[str, object] | None]]

REQUEST_TIMEOUT = 2.0
"""seconds"""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serve_web(host: str, port: int, *, probe: Probe, readiness: Readiness) -> AsyncIterator[None]:
    """Serve until the block is left; with port 0 serve nothing.

    ``probe`` queries the database and raises an error if that fails. ``readiness`` returns what /ready answers, or None
    while the process starts or stops.
    """
    if not port:
        yield
        return
    runner = web.AppRunner(_app(probe, readiness), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


def _app(probe: Probe, readiness: Readiness) -> web.Application:
    async def health(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            await probe()
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            facts = await readiness()
        if facts is None:
            return web.json_response({"status": "not ready"}, status=503)
        return web.json_response({"status": "ready", **facts})

    app = web.Application(middlewares=[_answer_failures])
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    return app


@web.middleware
async def _answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer any failure with 503; its reason is only in the log."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("a health check failed", path=request.path)
        return web.json_response({"status": "failing"}, status=503)
