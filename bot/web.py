"""What an operator's tools ask over HTTP: is the process alive, and does it serve people."""

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

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serve_web(host: str, port: int, *, probe: Probe, readiness: Readiness) -> AsyncIterator[None]:
    """Serve until the block is left; port 0 serves nothing.

    ``probe`` asks the database anything and raises where it does not answer. ``readiness`` gives what /ready tells,
    None while starting or stopping.
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
            told = await readiness()
        if told is None:
            return web.json_response({"status": "not ready"}, status=503)
        return web.json_response({"status": "ready", **told})

    app = web.Application(middlewares=[_unwell])
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    return app


@web.middleware
async def _unwell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever breaks, the answer is that this process is not well, and the reason is in the log alone."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("not well", asked=request.path)
        return web.json_response({"status": "failing"}, status=503)
