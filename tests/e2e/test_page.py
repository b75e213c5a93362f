"""The chat page in a real browser, with the bot's side over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, web
from playwright.async_api import FilePayload, Page, expect

from bot.emulator import Emulator, serve
from bot.emulator.params import Upload
from bot.emulator.samples import Sample
from tests.e2e.chromium import needs_chromium
from tests.e2e.stage import ANNA, IGOR, Stage, buttons, picture, stage_of

pytestmark = needs_chromium


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
        await see_toast_edit_and_deletion(stage, page)


async def see_toast_edit_and_deletion(stage: Stage, page: Page) -> None:
    sent = await stage.do("sendMessage", chat_id=ANNA, text="x", reply_markup=buttons([("Отменить", "cancel")]))
    screen = page.get_by_test_id("bot-message").last
    await page.get_by_role("button", name="Отменить").click()
    query = (await stage.next_update())["callback_query"]
    await stage.do("answerCallbackQuery", callback_query_id=query["id"], text="Отменено")
    await expect(page.get_by_test_id("toast")).to_have_text("Отменено")
    await stage.do("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="Готово")
    await expect(screen).to_contain_text("Готово")
    await expect(screen).to_contain_text("изменено")
    await expect(screen.get_by_test_id("inline-button")).to_have_count(0)
    await stage.do("deleteMessage", chat_id=ANNA, message_id=sent["message_id"])
    await expect(page.get_by_test_id("bot-message")).to_have_count(1)


async def test_person_writes_edits_uses_the_menu_and_gets_files() -> None:
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
        await get_files(stage, page)


async def get_files(stage: Stage, page: Page) -> None:
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


async def test_person_sends_photo_location_and_contact_and_writes_to_the_group() -> None:
    async with stage_of() as stage:
        page = await stage.open_started(ANNA)
        one = FilePayload(name="полис.png", mimeType="image/png", buffer=picture())
        await page.get_by_test_id("file").set_input_files([one, one])
        for _photo in range(2):
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

        await write_to_the_group(stage)


async def write_to_the_group(stage: Stage) -> None:
    group = await stage.open(ANNA, "&group=1")
    await group.get_by_test_id("invite").click()
    assert "my_chat_member" in await stage.next_update()
    await group.get_by_test_id("text").fill("/start")
    await group.keyboard.press("Enter")
    assert (await stage.next_update())["message"]["chat"]["type"] == "supergroup"


async def test_people_see_own_chats_try_samples_and_open_links() -> None:
    photo = Upload("полис.png", "image/png", picture())
    samples = (Sample("Иванова Мария", texts={"номер": "7796"}), Sample("Фото", file=photo))
    async with stage_of(samples=samples) as stage:
        anna, igor = await stage.open_started(ANNA), await stage.open_started(IGOR)
        await stage.do("sendMessage", chat_id=IGOR, text="Для Игоря")
        await expect(igor.get_by_test_id("bot-message")).to_contain_text("Для Игоря")
        await expect(anna.get_by_test_id("bot-message")).to_have_count(0)
        tab = anna.get_by_test_id("person").filter(has_text="Игорь")
        await expect(tab.locator(".dot")).to_be_visible()
        await tab.click()
        await expect(anna.get_by_test_id("bot-message")).to_contain_text("Для Игоря")

        await try_samples(stage, igor)
        await open_link_as_another(stage, igor)


async def try_samples(stage: Stage, igor: Page) -> None:
    sample = igor.get_by_test_id("sample")
    await sample.first.get_by_role("button", name="Вставить: номер").click()
    await igor.keyboard.press("Enter")
    assert (await stage.next_update())["message"]["text"] == "7796"
    await sample.last.get_by_role("button").click()
    assert (await stage.next_update())["message"]["photo"][0]["width"] == 40


async def open_link_as_another(stage: Stage, igor: Page) -> None:
    await stage.do("sendMessage", chat_id=IGOR, text="https://t.me/registratura_bot?start=inv_abc")
    await igor.get_by_test_id("bot-message").last.get_by_role("link").click()
    await igor.get_by_test_id("opener").filter(has_text="Ольга").click()
    update = await stage.next_update()
    assert (update["message"]["from"]["first_name"], update["message"]["text"]) == ("Ольга", "/start inv_abc")
    await expect(igor.get_by_test_id("person-message")).to_contain_text("/start inv_abc")


async def test_panel_sets_faults_blocks_and_resets() -> None:
    async with stage_of() as stage:
        igor = await stage.open_started(IGOR)
        await igor.get_by_test_id("faults-panel").locator("summary").click()
        await igor.get_by_test_id("fault").select_option(label="Отказ 400 на правку")
        await igor.get_by_test_id("add-fault").click()
        await expect(igor.get_by_test_id("faults").locator("li")).to_have_count(1)
        async with stage.session.post(
            f"{stage.url}/bot{stage.emulator.token}/editMessageText", json={"chat_id": IGOR, "text": "x"}
        ) as response:
            assert response.status == 400
        await expect(igor.get_by_test_id("faults").locator("li")).to_have_count(0)
        await expect(igor.locator("#refused-count")).to_have_text("1")
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
    """Serve a bot's /ready with an answer that may change; what it has due is done at once."""

    async def ready(request: web.Request) -> web.Response:
        due, clock = answer["next_due"], answer.get("clock")
        return web.json_response({"next_due": due if clock is None or due is None or due > clock.now() else None})

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
        answer["clock"] = stage.emulator.clock
        page = await stage.open(ANNA)
        await expect(page.get_by_test_id("due-note")).to_have_text("Пока ничего не запланировано")
        await expect(page.get_by_test_id("to-due")).to_be_disabled()
        answer["next_due"] = start + 3 * 86400
        await page.get_by_test_id("plus-hour").click()
        await page.get_by_test_id("plus-day").click()
        await expect(page.get_by_test_id("due-note")).to_contain_text("Ближайший срок: сб, 21 ноября")
        assert stage.emulator.clock.now() == start + 90_000
        await page.get_by_test_id("to-due").click()
        await expect(page.get_by_test_id("date")).to_contain_text("21 ноября")
        await expect(page.get_by_test_id("toast")).to_have_text("Сообщений больше не запланировано")
        assert stage.emulator.clock.now() == answer["next_due"]


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
