"""The chat page is drawn as Telegram is, and is for people with a keyboard, a screen reader and weak sight."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.emulator.samples import Sample
from tests.e2e.chromium import needs_chromium
from tests.e2e.stage import ANNA, Stage, buttons, stage_of

pytestmark = needs_chromium

LONG = "К детскому психиатру на ближайшее свободное время"


async def test_buttons_and_deadlines_look_as_in_telegram() -> None:
    at = 1_795_000_000
    rows = [
        [{"text": "Записаться", "callback_data": "b", "style": "success"}],
        [{"text": "Отменить", "callback_data": "c", "style": "danger"}, {"text": LONG, "callback_data": "l"}],
        [{"text": "Скопировать номер", "copy_text": {"text": "A7KM-9X"}}],
    ]
    text = f'Конец брони: <tg-time unix="{at + 180}" format="r">3 минуты</tg-time>'
    async with stage_of(now=lambda: at) as stage:
        stage.emulator.clock.stop(at)
        page = await stage.open_started(ANNA, permissions=["clipboard-read", "clipboard-write"])
        markup = {"inline_keyboard": rows}
        await stage.do("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML", reply_markup=markup)
        await expect(page.get_by_test_id("bot-message")).to_contain_text("Конец брони: через 3 минуты")
        await page.get_by_test_id("plus-hour").click()
        await expect(page.get_by_test_id("bot-message")).to_contain_text("Конец брони: 57 минут назад")
        colours = [
            await page.get_by_role("button", name=name).evaluate("button => getComputedStyle(button).backgroundColor")
            for name in ("Записаться", "Отменить", "Скопировать номер")
        ]
        assert len(set(colours)) == 3
        label = page.get_by_role("button", name=LONG).locator(".label")
        assert await label.evaluate("label => label.scrollWidth > label.clientWidth && label.clientHeight < 25")
        await page.get_by_role("button", name="Скопировать номер").click()
        await expect(page.get_by_test_id("toast")).to_have_text("Скопировано")
        assert await page.evaluate("navigator.clipboard.readText()") == "A7KM-9X"
        await stage.no_update()


async def test_keyboard_reaches_everything_and_presses_nothing_by_accident() -> None:
    """Enter twice on «Отменить приём» once cancelled the visit that took the first one's place."""
    async with stage_of() as stage:
        await stage.do("setMyCommands", commands=[{"command": "help", "description": "Помощь"}])
        page = await stage.open(ANNA, viewport={"width": 390, "height": 700})
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # the link that skips to the newest message
        await page.keyboard.press("Enter")
        assert (await stage.next_update())["message"]["text"] == "/start"
        await press_twice(stage, page)
        await go_back_and_write(stage, page)
        await open_and_close_panels(page)


async def press_twice(stage: Stage, page: Page) -> None:
    """Press a button below many old ones with Enter, twice; the bot puts another visit in its place meanwhile."""
    for number in range(40):
        await stage.do("sendMessage", chat_id=ANNA, text=f"Старое {number}", reply_markup=buttons([("Нет", "old")]))
    cancel = buttons([("Отменить приём", "cancel"), ("Назад", "back")])
    screen = await stage.do("sendMessage", chat_id=ANNA, text="Приём Марии", reply_markup=cancel)
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("Приём Марии")

    await page.get_by_test_id("text").focus()
    pressed = page.get_by_role("button", name="Отменить приём")
    for _ in range(6):
        if await pressed.evaluate("button => button === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    query = (await stage.next_update())["callback_query"]
    assert query["data"] == "cancel"
    await stage.do("answerCallbackQuery", callback_query_id=query["id"])
    other = buttons([("Отменить приём", "stranger"), ("Назад", "back")])
    await stage.do(
        "editMessageText", chat_id=ANNA, message_id=screen["message_id"], text="Приём Егора", reply_markup=other
    )
    newest = page.get_by_test_id("bot-message").last
    await expect(newest).to_contain_text("Приём Егора")
    await expect(newest).to_be_focused()
    await page.keyboard.press("Enter")
    await stage.no_update()


async def go_back_and_write(stage: Stage, page: Page) -> None:
    """Press a button of the message before by the arrows, then write from far above: the own message is in sight."""
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_test_id("bot-message").nth(-2)).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert (await stage.next_update())["callback_query"]["data"] == "old"

    await page.locator("#feed").evaluate("feed => { feed.scrollTop = 0; }")
    await page.get_by_test_id("text").fill("Где моё сообщение")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("person-message").last).to_be_in_viewport()


async def open_and_close_panels(page: Page) -> None:
    for opener, panel in (("Меню", "menu"), ("Время", "side"), ("Запросы к Telegram", "calls")):
        button = page.get_by_role("button", name=opener)
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(f"#{panel}")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(f"#{panel}")).to_be_hidden()
        await expect(button).to_be_focused()


async def complaints_about(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical on a page as it stands."""
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


async def test_nothing_bars_people_with_disabilities() -> None:
    rows = [
        [{"text": "Записаться", "callback_data": "b", "style": "success"}],
        [{"text": "Отменить", "callback_data": "c", "style": "danger"}, {"text": "Назад", "callback_data": "l"}],
    ]
    text = 'Приём <b>завтра</b>, <a href="https://a.ru">карта</a>, <code>A7KM</code>'
    samples = (Sample("Иванова Мария", "полис подтверждён", {"номер": "7796"}),)
    async with stage_of(samples=samples) as stage:
        await stage.do("setMyCommands", commands=[{"command": "help", "description": "Помощь"}])
        page = await stage.open_started(ANNA, color_scheme="light", viewport={"width": 1280, "height": 800})
        await stage.send_file("sendDocument", "document", b"%PDF-1.4", "талон.pdf")
        markup = {"inline_keyboard": rows}
        await stage.do("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML", reply_markup=markup)
        await stage.do("sendMessage", chat_id=ANNA, text="Мария is booked for tomorrow.")
        await expect(page.get_by_test_id("bot-message").last.locator(".text")).to_have_attribute("lang", "en")
        await examine(page)
        await examine(await stage.open(ANNA, color_scheme="dark", viewport={"width": 1280, "height": 800}))


async def test_all_words_of_the_bot_have_their_language() -> None:
    """The page itself is Russian; a message, an alert, a command, a key and the description may be English."""
    async with stage_of() as stage:
        await stage.do("setMyDescription", description="I book a doctor")
        await stage.do("setMyCommands", commands=[{"command": "help", "description": "Whom to ask"}])
        page = await stage.open(ANNA)
        await expect(page.locator("#description")).to_have_attribute("lang", "en")
        page = await stage.open_started(ANNA)
        button = {"inline_keyboard": [[{"text": "Записаться", "callback_data": "b"}]]}
        await stage.do("sendMessage", chat_id=ANNA, text="Врач?", reply_markup=button)
        keys = {"keyboard": [[{"text": "Share my number", "request_contact": True}]]}
        await stage.do("sendMessage", chat_id=ANNA, text="Press the key", reply_markup=keys)
        await expect(page.get_by_test_id("key")).to_have_attribute("lang", "en")
        await page.get_by_test_id("open-menu").click()
        await expect(page.get_by_role("menuitem", name="Whom to ask").locator("span")).to_have_attribute("lang", "en")
        await page.keyboard.press("Escape")
        await page.get_by_test_id("inline-button").click()
        query = (await stage.next_update())["callback_query"]
        said = {"callback_query_id": query["id"], "text": "This time is taken", "show_alert": True}
        await stage.do("answerCallbackQuery", **said)
        await expect(page.locator("#alert-text")).to_have_attribute("lang", "en")


async def examine(page: Page) -> None:
    """Look at a page with its panels open, wide and as on a phone."""
    await page.get_by_test_id("faults-panel").locator("summary").click()
    await page.get_by_test_id("open-menu").click()
    assert await complaints_about(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_test_id("open-calls").click()
    assert await complaints_about(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_test_id("open-side").click()
    await expect(page.locator("#side")).to_be_in_viewport(ratio=0.9)
    assert await complaints_about(page) == []
