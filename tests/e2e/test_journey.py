"""The whole journey over the demo's own process: by HTTP alone, and in a browser as people make it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, ViewportSize, async_playwright, expect

from bot.emulator import ChatClient
from bot.emulator.hands import Person
from bot.emulator.seen import Seen
from tests.e2e.demo import Demo, running_demo

MOTHER, REGISTRAR = 1001, 1003
DAY_LONG, NOON = 24 * 3600, 9 * 3600
MOST_TAPS_TO_BOOK, MOST_TAPS_TO_MOVE = 6, 4
NUMBER, NAME = "7796 1897 8400 0014", "Иванова Мария Сергеевна"
DAY, TIME = re.compile(r"^[а-я]{2} \d+.* · \d+$"), re.compile(r"^\d\d:\d\d$")
WHEN = re.compile(r"(?P<day>\d+ \w+), (?P<time>\d\d:\d\d)")
REF = re.compile(r"[0-9ABCEHKMPTX]{4}-[0-9ABCEHKMPTX]{2}")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running_demo(tmp_path) as shown:
        yield shown


@pytest.fixture
async def chat(demo: Demo) -> AsyncIterator[ChatClient]:
    """At noon, in Moscow, of the next day: nothing then depends on the hour at which the tests run."""
    async with ChatClient(demo.url, key=demo.key) as client:
        midnight = await client.clock() // DAY_LONG * DAY_LONG
        await client.set_clock(midnight + DAY_LONG + NOON)
        yield client


def labels(seen: Seen, pattern: re.Pattern[str]) -> list[str]:
    return [label for label in seen.labels if pattern.search(label)]


async def taps(chat: ChatClient, person: Person) -> int:
    pressed = [update["callback_query"] for update in await chat.updates() if "callback_query" in update]
    return sum(query["from"]["id"] == person.id for query in pressed)


async def link(mother: Person) -> None:
    await mother.start()
    await mother.press("Прочитать и решить")
    for step in (1, 2, 3):
        await mother.wait_for(f"Согласие {step} из 3")
        await mother.press("Согласен")
    await mother.wait_for("Напишите номер полиса")
    await mother.say(NUMBER)
    await mother.wait_for("девочки, родившейся 15 марта 2018 года")
    await mother.press("Да")
    await mother.say(NAME)
    await mother.press("Проверить полис", await mother.wait_for("Проверьте данные"))
    await mother.wait_for("Полис проверен")


async def choose_time(person: Person, days_ahead: int) -> None:
    """A day of those offered, and its first time."""
    days = await person.wait_for("Какой день?")
    await person.press(labels(days, DAY)[days_ahead], days)
    times = await person.wait_for("Выберите время")
    await person.press(labels(times, TIME)[0], times)


async def test_a_mother_books_is_reminded_moves_and_takes_what_the_clinic_offers(demo: Demo, chat: ChatClient) -> None:
    mother = chat.person(MOTHER)
    await link(mother)
    booked = await book(chat, mother)
    await chat.request("POST", "/due")
    await mother.wait_for("Напоминаю: завтра", limit=20)
    moved = await move(chat, mother)
    assert ref_of(moved) == ref_of(booked)
    await cancel_for_clinic(chat.person(REGISTRAR), moved)
    news = await mother.wait_for("Поликлиника отменила приём", limit=20)
    await mother.press(news.labels[0], news)
    await mother.press("Записаться")
    await mother.wait_for("✅ Записаны")
    assert await chat.refusals() == []


def ref_of(seen: Seen) -> str:
    found = REF.search(seen.text)
    assert found, seen
    return found[0]


async def book(chat: ChatClient, mother: Person) -> Seen:
    before = await taps(chat, mother)
    await mother.press("Записаться к врачу")
    await mother.press(re.compile("^Педиатр · "))
    await mother.press("Петрова")
    await choose_time(mother, days_ahead=2)
    await mother.press("Записаться")
    booked = await mother.wait_for("✅ Записаны")
    assert await taps(chat, mother) - before == MOST_TAPS_TO_BOOK
    return booked


async def move(chat: ChatClient, mother: Person) -> Seen:
    """From the reminder."""
    before = await taps(chat, mother)
    await mother.press("Перенести")
    await choose_time(mother, days_ahead=2)
    await mother.press("Перенести")
    moved = await mother.wait_for("✅ Перенесено")
    assert await taps(chat, mother) - before == MOST_TAPS_TO_MOVE
    return moved


async def cancel_for_clinic(registrar: Person, visit: Seen) -> None:
    when = WHEN.search(visit.text)
    assert when
    await registrar.start()
    await registrar.press("Приёмы сегодня")
    while when["day"] not in (await registrar.screen()).text:
        await registrar.press("›")
    await registrar.press(re.compile(f"{when['time']} · Мария И.* · Педиатр"))
    await registrar.press("Отменить приём")
    answer = await registrar.press("Врач заболел")
    assert answer.alert == "Приём отменён. Сообщаю родителю."


# --- in a browser -----------------------------------------------------------------------------------------------------

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PICTURED = "UPDATE_PICTURES" in os.environ
PICTURES = Path(__file__).with_name("pictures")
MOST_BYTES = 150_000
PHONE = ViewportSize(width=390, height=780)
DESKTOP = ViewportSize(width=1280, height=800)


class Window:
    """One person's chat on the screen; what is looked for is the text that he sees."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def button(self, label: str | re.Pattern[str]) -> Locator:
        """On the newest message that has it."""
        return self.page.get_by_test_id("inline-button").filter(has_text=label).last

    async def press(self, label: str | re.Pattern[str]) -> None:
        await self.button(label).click()

    async def see(self, text: str) -> Locator:
        screen = self.page.get_by_test_id("bot-message").filter(has_text=text).last
        await expect(screen).to_be_visible(timeout=20_000)
        return screen

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("text").fill(text)
        await self.page.get_by_test_id("send").click()

    async def choose_time(self, days_ahead: int) -> None:
        days = (await self.see("Какой день?")).get_by_test_id("inline-button").filter(has_text=DAY)
        await days.nth(days_ahead).click()
        times = (await self.see("Выберите время")).get_by_test_id("inline-button").filter(has_text=TIME)
        await times.first.click()

    async def picture(self, name: str) -> None:
        """Kept for the README, and only when asked for: an ordinary run leaves the tree as it was.

        The ground is of one colour, because the shades of a gradient are most of a picture's bytes.
        """
        if not PICTURED:
            return
        await self.page.mouse.move(0, 0)
        await self.page.add_style_tag(content=".chat { background: #dbe7e8 } * { transition: none !important }")
        data = await self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
        assert len(data) <= MOST_BYTES, f"{name}: {len(data)} bytes"


@asynccontextmanager
async def browser_at(demo: Demo) -> AsyncIterator[Callable[..., Awaitable[Window]]]:
    """Windows of one browser, which must have nothing to complain of."""
    complaints: list[str] = []
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())

        async def open_window(user: int, viewport: ViewportSize) -> Window:
            page = await browser.new_page(viewport=viewport, locale="ru-RU", bypass_csp=PICTURED)
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
            await page.goto(demo.page_of(user))
            return Window(page)

        yield open_window
        await browser.close()
    assert complaints == []


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here, and no CHROMIUM that names one")
async def test_the_same_in_a_browser(demo: Demo, chat: ChatClient) -> None:
    async with browser_at(demo) as open_window:
        mother = await open_window(MOTHER, PHONE)
        await link_in(mother)
        await book_in(mother)
        await be_reminded_and_move(mother)
        visit = await (await mother.see("✅ Перенесено")).inner_text()
        await cancel_in(await open_window(REGISTRAR, DESKTOP), visit)
        await take_another(mother)
    assert await chat.refusals() == []


async def link_in(mother: Window) -> None:
    await mother.page.get_by_test_id("start").click()
    await mother.see("Здравствуйте!")
    await mother.press("Прочитать и решить")
    for step in (1, 2, 3):
        await mother.see(f"Согласие {step} из 3")
        if step == 2:
            await mother.picture("consent")
        await mother.press(re.compile("^Согласен$"))
    await mother.see("Напишите номер полиса")
    await mother.write(NUMBER)
    await mother.see("девочки, родившейся 15 марта 2018 года")
    await mother.press(re.compile("^Да$"))
    await mother.see("Напишите фамилию")
    await mother.write(NAME)
    await mother.see("Проверьте данные")
    await mother.picture("checked_over")
    await mother.press("Проверить полис")
    await mother.see("Полис проверен")
    await expect(mother.page.get_by_test_id("person-message").filter(has_text="7796")).to_have_count(0)
    await expect(mother.page.get_by_test_id("person-message").filter(has_text="Иванова")).to_have_count(0)
    await mother.picture("linked")


async def book_in(mother: Window) -> None:
    await mother.press("Записаться к врачу")
    await mother.see("К какому врачу?")
    await mother.picture("specialties")
    await mother.press(re.compile("^Педиатр · "))
    await mother.press("Петрова")
    await mother.see("Какой день?")
    await mother.picture("days")
    await mother.choose_time(days_ahead=4)
    await mother.see("Проверьте запись")
    await mother.press(re.compile("^Записаться$"))
    await mother.see("✅ Записаны")
    await mother.picture("booked")


async def be_reminded_and_move(mother: Window) -> None:
    await mother.page.get_by_test_id("open-side").click()
    await mother.page.get_by_test_id("to-due").click()
    await mother.page.get_by_test_id("open-side").click()
    await mother.see("Напоминаю: завтра")
    await mother.picture("reminder")
    await mother.press("Перенести")
    await mother.choose_time(days_ahead=2)
    await mother.see("Проверьте перенос")
    await mother.press(re.compile("^Перенести$"))
    await mother.see("✅ Перенесено")


async def cancel_in(registrar: Window, visit: str) -> None:
    when = WHEN.search(visit)
    assert when
    await registrar.page.get_by_test_id("start").click()
    await registrar.press("Приёмы сегодня")
    title = registrar.page.get_by_test_id("bot-message").filter(has_text="Детская № 12").last.locator("b").first
    while when["day"] not in (shown := await title.inner_text()):
        await registrar.press("›")
        await expect(title).not_to_have_text(shown)
    await registrar.press(re.compile(f"{when['time']} · Мария И.* · Педиатр"))
    await registrar.press("Отменить приём")
    await registrar.see("Отменить приём от имени поликлиники?")
    await expect(registrar.page.get_by_test_id("to-due")).to_be_enabled()
    await registrar.picture("desk")
    await registrar.press("Врач заболел")
    await expect(registrar.page.get_by_test_id("alert")).to_contain_text("Приём отменён. Сообщаю родителю.")
    await registrar.page.get_by_test_id("alert-ok").click()


async def take_another(mother: Window) -> None:
    news = await mother.see("Поликлиника отменила приём")
    await mother.picture("cancelled")
    await news.get_by_test_id("inline-button").first.click()
    await mother.see("Проверьте запись")
    await mother.press(re.compile("^Записаться$"))
    await expect(mother.page.get_by_test_id("bot-message").last).to_contain_text("✅ Записаны")
