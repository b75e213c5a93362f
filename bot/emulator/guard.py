"""Who may touch the controls: this machine, under its own name, and where a key is asked for, with the key."""

import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.emulator.core import Emulator

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OPEN = frozenset({"/emulator/clock", "/emulator/clock/stream"})


def check_local(request: web.Request) -> None:
    """Refuse other machines and other sites: a name rebound to 127.0.0.1 betrays itself by Host or Origin."""
    if request.remote not in _LOOPBACK or urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        raise web.HTTPForbidden(text="this page is for this machine only")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="another site may not act here")


def check_key(request: web.Request, emulator: Emulator) -> None:
    given = request.headers.get("X-Emulator-Key") or request.query.get("key", "")
    if not secrets.compare_digest(given.encode(), emulator.key.encode()):
        raise web.HTTPForbidden(text="the key in the address is missing or wrong")


def guard(emulator: Emulator) -> Middleware:
    """Every control is for this machine; a guarded emulator lets nobody without the key do more than read the clock."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        check_local(request)
        reading_clock = request.method == "GET" and request.path in _OPEN
        if emulator.guarded and not reading_clock:
            check_key(request, emulator)
        return await handler(request)

    return check
