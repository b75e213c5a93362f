"""The chat page: a few files, served to this machine with the key, with no script but their own."""

from pathlib import Path

from aiohttp import web

from bot.emulator.control_access import check_key, check_local
from bot.emulator.state import Emulator

_FOLDER = Path(__file__).parent / "page"
_KINDS = {
    "page.js": "text/javascript",
    "core.js": "text/javascript",
    "message.js": "text/javascript",
    "panel.js": "text/javascript",
    "page.css": "text/css",
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri "
        "'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def add_chat_page(app: web.Application, emulator: Emulator) -> None:
    async def index(request: web.Request) -> web.StreamResponse:
        check_local(request)
        check_key(request, emulator)
        return _file("index.html", "text/html")

    async def part(request: web.Request) -> web.StreamResponse:
        check_local(request)
        name = request.match_info["name"]
        return _file(name, _KINDS[name])

    app.router.add_get("/", index)
    app.router.add_get("/page/{name:" + "|".join(_KINDS) + "}", part)


def _file(name: str, kind: str) -> web.Response:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=_HEADERS)
