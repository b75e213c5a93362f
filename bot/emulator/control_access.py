"""Who may use the control API: this machine under its own name and, where the key is required, with the key."""

import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.emulator.state import Emulator

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OPEN = frozenset({"/emulator/clock", "/emulator/clock/stream"})


def check_local(request: web.Request) -> None:
    """Raise HTTPForbidden for other machines and other sites, also for a DNS name rebound to 127.0.0.1."""
    if request.remote not in _LOOPBACK or urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        raise web.HTTPForbidden(text="this page is for this machine only")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="another site may not act here")


def check_key(request: web.Request, emulator: Emulator) -> None:
    """Raise HTTPForbidden unless the request carries the emulator's key."""
    given = request.headers.get("X-Emulator-Key") or request.query.get("key", "")
    if not secrets.compare_digest(given.encode(), emulator.key.encode()):
        raise web.HTTPForbidden(text="the key in the address is missing or wrong")


def access_check(emulator: Emulator) -> Middleware:
    """Return a middleware that admits this machine only; without a required key only the clock can be read."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        check_local(request)
        reading_clock = request.method == "GET" and request.path in _OPEN
        if emulator.key_required and not reading_clock:
            check_key(request, emulator)
        return await handler(request)

    return check
