"""The chat page in a real browser, with the bot's side over HTTP."""

from __future__ import annotations

import re
import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.emulator import Emulator, serve

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
ANNA, IGOR = 1001, 1002

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def buttons(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}


def picture(width: int = 40, height: int = 30) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + b"\x40\x90\xe0" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


class Stage:
    """The emulator, calls of the bot over HTTP, and a browser that must log no error."""

    def __init__(self, emulator: Emulator, url: str, session: ClientSession, browser: Browser) -> None:
        self.emulator = emulator
        self.url = url
        self.session = session
        self.browser = browser
        self.complaints: list[str] = []
        self.last_update = 0

    async def open(self, user: int, more: str = "", **view: Any) -> Page:
        context = await self.browser.new_context(**view)
        page = await context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        await page.goto(f"{self.url}/?key={self.emulator.key}&user={user}{more}")
        await expect(page.get_by_test_id("time")).not_to_be_empty()
        return page

    async def open_started(self, user: int) -> Page:
        page = await self.open(user)
        await page.get_by_test_id("start").click()
        assert (await self.next_update())["message"]["text"] == "/start"
        return page

    async def do(self, method: str, **params: Any) -> Any:
        address = f"{self.url}/bot{self.emulator.token}/{method}"
        async with self.session.post(address, json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def send_file(self, method: str, field: str, data: bytes, name: str) -> None:
        form = FormData({"chat_id": str(ANNA)}, quote_fields=False)
        form.add_field(field, data, filename=name, content_type="application/pdf")
        async with self.session.post(f"{self.url}/bot{self.emulator.token}/{method}", data=form) as response:
            assert response.status == 200, await response.text()

    async def next_update(self) -> Any:
        """Return the next update."""
        (update,) = await self.do("getUpdates", offset=self.last_update + 1, timeout=5, limit=1)
        self.last_update = update["update_id"]
        return update


@asynccontextmanager
async def stage_of(**settings: Any) -> AsyncIterator[Stage]:
    emulator = Emulator(key_required=True, **settings)
    async with serve(emulator) as url, ClientSession() as session, async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        stage = Stage(emulator, url, session, browser)
        yield stage
        await browser.close()
        assert stage.complaints == []


async def test_person_starts_reads_and_presses() -> None:
    async with stage_of() as stage:
        await stage.do("setMyDescription", description="Запишу ребёнка к врачу")
        page = await stage.open(ANNA)
        await expect(page.get_by_test_id("welcome")).to_contain_text("Запишу ребёнка к врачу")

        await page.get_by_test_id("start").click()
        assert (await stage.next_update())["message"]["text"] == "/start"
        await stage.do(
            "sendMessage",
            chat_id=ANNA,
            text="<b>Выберите</b> &lt;script&gt;alert(1)&lt;/script&gt;",
            parse_mode="HTML",
            reply_markup=buttons([("Записаться", "book")]),
        )
        screen = page.get_by_test_id("bot-message").last
        await expect(screen).to_contain_text("Выберите <script>alert(1)</script>")
        await expect(screen.locator("b")).to_have_text("Выберите")

        button = page.get_by_role("button", name="Записаться")
        await button.click()
        await expect(button).to_have_attribute("aria-busy", "true")
        query = (await stage.next_update())["callback_query"]
        await stage.do("answerCallbackQuery", callback_query_id=query["id"], text="Это время заняли", show_alert=True)
        await expect(page.get_by_test_id("alert")).to_contain_text("Это время заняли")
        await page.get_by_test_id("alert-ok").click()
        await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_toast_edit_and_deletion_are_shown_at_once() -> None:
    async with stage_of() as stage:
        page = await stage.open_started(ANNA)
        sent = await stage.do("sendMessage", chat_id=ANNA, text="x", reply_markup=buttons([("Отменить", "cancel")]))
        screen = page.get_by_test_id("bot-message").last
        await page.get_by_role("button", name="Отменить").click()
        query = (await stage.next_update())["callback_query"]
        await stage.do("answerCallbackQuery", callback_query_id=query["id"], text="Отменено")
        await expect(page.get_by_test_id("toast")).to_have_text("Отменено")
        await stage.do("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="Готово")
        await expect(screen).to_contain_text("Готово")
        await expect(screen).to_contain_text("изменено")
        await expect(page.get_by_test_id("inline-button")).to_have_count(0)
        await stage.do("deleteMessage", chat_id=ANNA, message_id=sent["message_id"])
        await expect(page.get_by_test_id("bot-message")).to_have_count(0)


async def test_person_writes_edits_and_uses_the_menu() -> None:
    async with stage_of() as stage:
        await stage.do("setMyCommands", commands=[{"command": "help", "description": "Помощь"}])
        page = await stage.open_started(ANNA)
        await page.get_by_test_id("text").fill("<i>спасибо</i>")
        await page.keyboard.press("Enter")
        assert (await stage.next_update())["message"]["text"] == "<i>спасибо</i>"
        message = page.get_by_test_id("person-message").last
        await expect(message).to_contain_text("<i>спасибо</i>")
        await message.hover()
        await message.get_by_role("button", name="Изменить").click()
        await page.get_by_test_id("text").fill("спасибо!")
        await page.get_by_test_id("send").click()
        assert (await stage.next_update())["edited_message"]["text"] == "спасибо!"
        await page.get_by_test_id("open-menu").click()
        await page.get_by_role("menuitem", name="Помощь").click()
        assert (await stage.next_update())["message"]["text"] == "/help"


async def test_photo_is_shown_and_document_is_saved() -> None:
    async with stage_of() as stage:
        page = await stage.open_started(ANNA)
        await stage.send_file("sendPhoto", "photo", picture(), "карта.png")
        image = page.locator(".photo img")
        await expect(image).to_be_visible()
        assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
        await stage.send_file("sendDocument", "document", b"%PDF-1.4", "талон.pdf")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Сохранить").click()
        assert (await download.value).suggested_filename == "талон.pdf"
        await stage.do("sendVenue", chat_id=ANNA, latitude=55.7, longitude=37.6, title="Поликлиника", address="Мира, 1")
        await expect(page.get_by_test_id("bot-message").last).to_contain_text("Мира, 1")


async def test_person_sends_photo_location_and_contact() -> None:
    async with stage_of() as stage:
        page = await stage.open_started(ANNA)
        await page.get_by_test_id("file").set_input_files(
            {"name": "полис.png", "mimeType": "image/png", "buffer": picture()}
        )
        assert (await stage.next_update())["message"]["photo"][0]["width"] == 40
        await page.get_by_test_id("open-attach").click()
        await page.get_by_test_id("pick-place").click()
        await page.get_by_test_id("latitude").fill("59,93")
        await page.get_by_test_id("longitude").fill("30.31")
        await page.get_by_test_id("send-place").click()
        assert (await stage.next_update())["message"]["location"] == {"latitude": 59.93, "longitude": 30.31}

        keyboard = {"keyboard": [[{"text": "Мой номер", "request_contact": True}], ["Пропустить"]]}
        await stage.do("sendMessage", chat_id=ANNA, text="Ваш номер?", reply_markup=keyboard)
        await page.get_by_role("button", name="Мой номер").click()
        assert (await stage.next_update())["message"]["contact"]["user_id"] == ANNA
        await page.get_by_role("button", name="Пропустить").click()
        assert (await stage.next_update())["message"]["text"] == "Пропустить"
        await stage.do("sendMessage", chat_id=ANNA, text="Хорошо", reply_markup={"remove_keyboard": True})
        await expect(page.get_by_test_id("key")).to_have_count(0)


async def test_each_person_sees_own_chat_and_unread_marks() -> None:
    async with stage_of() as stage:
        anna, igor = await stage.open_started(ANNA), await stage.open_started(IGOR)
        await stage.do("sendMessage", chat_id=IGOR, text="Для Игоря")
        await expect(igor.get_by_test_id("bot-message")).to_contain_text("Для Игоря")
        await expect(anna.get_by_test_id("bot-message")).to_have_count(0)
        tab = anna.get_by_test_id("person").filter(has_text="Игорь")
        await expect(tab.locator(".dot")).to_be_visible()
        await tab.click()
        await expect(anna.get_by_test_id("bot-message")).to_contain_text("Для Игоря")


async def test_panel_sets_faults_blocks_and_resets() -> None:
    async with stage_of() as stage:
        igor = await stage.open_started(IGOR)
        await igor.get_by_test_id("fault").select_option(label="Отказ 400 на правку")
        await igor.get_by_test_id("add-fault").click()
        await expect(igor.get_by_test_id("faults").locator("li")).to_have_count(1)
        async with stage.session.post(
            f"{stage.url}/bot{stage.emulator.token}/editMessageText", json={"chat_id": IGOR, "text": "x"}
        ) as response:
            assert response.status == 400
        await expect(igor.get_by_test_id("faults").locator("li")).to_have_count(0)
        await igor.get_by_test_id("open-calls").click()
        await expect(igor.get_by_test_id("call-list").locator("li.bad")).to_contain_text("editMessageText")

        await igor.locator("label", has_text="Заблокировать бота").click()
        await expect(igor.get_by_test_id("restart")).to_be_visible()
        assert (await stage.next_update())["my_chat_member"]["new_chat_member"]["status"] == "kicked"
        await igor.get_by_test_id("reset").click()
        await igor.get_by_test_id("confirm-yes").click()
        await expect(igor.get_by_test_id("start")).to_be_visible()


@asynccontextmanager
async def ready_of(answer: dict[str, Any]) -> AsyncIterator[str]:
    """Serve a bot's /ready with an answer that may change."""

    async def ready(request: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_get("/ready", ready)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/ready"
    await runner.cleanup()


async def test_clock_panel_moves_time_and_jumps_to_the_reminder() -> None:
    start = 1_795_000_000.0
    answer: dict[str, Any] = {"next_due": None}
    async with ready_of(answer) as ready_url, stage_of(now=lambda: start, ready_url=ready_url) as stage:
        page = await stage.open(ANNA)
        await expect(page.get_by_test_id("due-note")).to_have_text("Пока ничего не запланировано")
        await expect(page.get_by_test_id("to-due")).to_be_disabled()
        answer["next_due"] = start + 3 * 86400
        await page.get_by_test_id("plus-hour").click()
        await page.get_by_test_id("plus-day").click()
        await expect(page.get_by_test_id("due-note")).to_contain_text("Следующее")
        assert stage.emulator.clock.now() == start + 90_000
        await page.get_by_test_id("to-due").click()
        await expect(page.get_by_test_id("date")).to_contain_text("21 ноября")
        assert stage.emulator.clock.now() == answer["next_due"]


async def test_page_fits_a_phone_and_shows_the_group() -> None:
    async with stage_of() as stage:
        page = await stage.open(ANNA, viewport={"width": 360, "height": 700})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_test_id("open-side").click()
        await expect(page.get_by_test_id("plus-day")).to_be_visible()
        group = await stage.open(ANNA, "&group=1")
        await group.get_by_test_id("invite").click()
        assert "my_chat_member" in await stage.next_update()
        await group.get_by_test_id("text").fill("/start")
        await group.keyboard.press("Enter")
        assert (await stage.next_update())["message"]["chat"]["type"] == "supergroup"


async def test_page_needs_the_key() -> None:
    emulator = Emulator()
    async with serve(emulator) as url, ClientSession() as session:

        async def status(address: str, **headers: str) -> int:
            async with session.get(f"{url}{address}", headers=headers) as response:
                return response.status

        assert await status("/") == 403
        assert await status("/?key=wrong") == 403
        assert await status(f"/?key={emulator.key}", Host="evil.example") == 403
        async with session.get(f"{url}/?key={emulator.key}") as response:
            policy = response.headers["Content-Security-Policy"]
            text = await response.text()
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*src)|\son\w+=|style=", text)
