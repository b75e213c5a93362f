"""The control API: access, reset, streams, the jump to the next due moment."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from tests.chat.client import ChatClient
from tests.chat.message import ChatError
from tests.emulator.telegram import ANNA, KEYBOARD, Telegram, telegram_of


async def test_reset_keeps_the_clock_and_the_profile(telegram: Telegram) -> None:
    await telegram.do("setMyDescription", description="Запись к врачу")
    await telegram.chat.advance(86400)
    await telegram.send(reply_markup=KEYBOARD)
    await telegram.anna.press_only((await telegram.anna.screen()).id, "book")
    await telegram.chat.reset()
    await telegram.chat.wait_idle()
    assert await telegram.anna.messages() == []
    refused = await telegram.refusal("sendMessage", chat_id=ANNA, text="x")
    assert refused == "403 Forbidden: bot can't initiate conversation with a user"
    assert await telegram.do("getUpdates") == []
    assert (await telegram.do("getMyDescription"))["description"] == "Запись к врачу"
    assert (await telegram.chat.request("GET", "/clock"))["offset"] == pytest.approx(86400)


async def test_request_from_another_site_is_refused(telegram: Telegram) -> None:
    async def status(**headers: str) -> int:
        async with telegram.session.post(f"{telegram.url}/emulator/reset", headers=headers) as response:
            return response.status

    assert await status() == 200
    assert await status(Host="evil.example") == 403
    assert await status(Origin="http://evil.example") == 403
    assert await status(Origin=telegram.url) == 200


async def test_required_key_is_needed_except_to_read_the_clock() -> None:
    async with telegram_of(key_required=True) as telegram:
        assert await telegram.chat.clock() > 0
        with pytest.raises(ChatError, match="403"):
            await telegram.anna.start()
        with pytest.raises(ChatError, match="403"):
            await telegram.chat.advance(1)
        async with ChatClient(telegram.url, key=telegram.emulator.key) as chat:
            await chat.person(ANNA).start()


async def test_file_from_a_chat_cannot_run_as_a_page(telegram: Telegram) -> None:
    await telegram.anna.send_document(b"<script>", name="a.html", mime="text/html")
    await telegram.take_updates()
    file_id = (await telegram.anna.messages())[-1].raw["document"]["file_id"]
    async with telegram.session.get(f"{telegram.url}/emulator/files/{file_id}") as response:
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_chat_stream_sends_what_the_page_shows(telegram: Telegram) -> None:
    async with telegram.session.get(f"{telegram.url}/emulator/people/{ANNA}/stream") as stream:

        async def events(count: int) -> dict[str, Any]:
            found = {}
            for _ in range(count):
                name, data, _end = [await stream.content.readline() for _ in range(3)]
                found[name.decode().split()[1]] = json.loads(data.removeprefix(b"data: "))
            return found

        first = await events(4)
        assert first.keys() == {"chat", "clock", "calls", "people"}
        assert first["chat"]["fresh"]
        await telegram.send("новое")
        news = await events(3)
        assert [message["text"] for message in news["chat"]["messages"]] == ["новое"]
        assert news["calls"][0]["method"] == "sendMessage"
        assert news["people"][0]["last_from_bot"] == news["chat"]["messages"][0]["id"]


async def test_jump_passes_moments_that_show_nothing_and_never_goes_back() -> None:
    start, silent, told = 2_000_000_000.0, 2_000_000_100.0, 2_000_000_200.0

    async def ready(_: web.Request) -> web.Response:
        now = telegram.emulator.clock.now()
        if now >= told and not telegram.emulator.newest_from_bot():
            await telegram.send("Напоминаю")
        return web.json_response({"next_due": next((due for due in (silent, told) if due > now), None)})

    app = web.Application()
    app.router.add_get("/ready", ready)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/ready"
    async with telegram_of(now=lambda: start, ready_url=url) as telegram:
        await telegram.anna.start()
        for shown in (True, False):
            assert (await telegram.chat.request("POST", "/due"))["shown"] is shown
            assert await telegram.chat.clock() == told
        telegram.emulator.ready_url = "http://127.0.0.1:1/"
        assert await telegram.chat.request("GET", "/due") == {"next_due": None}
    await runner.cleanup()


async def test_wrong_control_request_is_refused(telegram: Telegram) -> None:
    for verb, path, body in [
        ("POST", "/faults", {"kind": "500", "colour": "red"}),
        ("POST", "/updates/1/repeat", {}),
        ("GET", "/presses/none", None),
        ("GET", "/files/none", None),
    ]:
        with pytest.raises(ChatError):
            await telegram.chat.request(verb, path, body)
    await telegram.chat.fault("500", probability=0.0, seed=5)
    assert len(await telegram.chat.request("GET", "/faults")) == 1
    assert (await telegram.chat.request("GET", "/bot"))["username"] == "registratura_bot"
