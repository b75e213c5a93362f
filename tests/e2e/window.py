"""Windows of the demo's page in a real browser, one for each person, and the pictures of the README."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import FloatRect, Locator, Page, TimeoutError, ViewportSize, expect

from tests.chat.message import BREAKABLE
from tests.e2e.chromium import running_browser
from tests.e2e.demo import Demo
from tests.time_limits import BUSY

DAY, TIME = re.compile(r"^[а-я]{2} \d\d\.\d\d \(\d+\)$"), re.compile(r"^\d\d:\d\d( · [а-яё ]+)?$")
PHONE = ViewportSize(width=390, height=780)
DESKTOP = ViewportSize(width=1280, height=800)

PICTURED = "UPDATE_PICTURES" in os.environ
PICTURES = Path(__file__).with_name("pictures")
MOST_BYTES, MOST_BYTES_OF_DESK = 64_000, 150_000
TALL = ViewportSize(width=PHONE["width"], height=1400)
MARGIN = 10
PLAIN = ".chat { background: #dbe7e8 } * { transition: none !important; animation: none !important }"
"""A background of one colour: a gradient makes pictures several times larger."""
ALONE = "#messages > :not(:last-child) { visibility: hidden }"

CUT_LABELS = """message => [...message.querySelectorAll("[data-testid=inline-button]")]
    .filter(button => button.parentElement.children.length > 1)
    .map(button => button.querySelector(".label"))
    .filter(label => label.scrollWidth > label.clientWidth)
    .map(label => label.textContent)"""
MOST_MESSAGES_BEFORE = 3
"""to other people before the one that a test waits for"""

OpenWindow = Callable[[int, ViewportSize], Awaitable["Window"]]


async def read(shown: Locator) -> str:
    """Return the text of an element as a person reads it: a no-break space looks like a space."""
    return BREAKABLE.sub(" ", await shown.inner_text())


class Window:
    """One person's chat in the browser; elements are found by their visible text."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def button(self, label: str | re.Pattern[str]) -> Locator:
        """Return the button on the newest message that has it."""
        return self.page.get_by_test_id("inline-button").filter(has_text=label).last

    async def press(self, *labels: str | re.Pattern[str]) -> None:
        for label in labels:
            await self.button(label).click()

    async def see(self, text: str) -> Locator:
        """Wait for the newest message with this text; no label may be cut where buttons share a row."""
        screen = self.page.get_by_test_id("bot-message").filter(has_text=text).last
        await expect(screen).to_be_visible()
        assert await screen.evaluate(CUT_LABELS) == []
        return screen

    async def to_next_message(self, text: str) -> Locator:
        """Move the clock to the next message that somebody gets, again and again until this person gets ``text``."""
        wanted = self.page.get_by_test_id("bot-message").filter(has_text=text)
        for _message in range(MOST_MESSAGES_BEFORE):
            await self.page.get_by_test_id("open-side").click()
            await self.page.get_by_test_id("to-due").click()
            await expect(self.page.get_by_test_id("due-note")).not_to_contain_text("Иду к", timeout=20_000)
            with suppress(TimeoutError):
                await wanted.first.wait_for(timeout=2000)
                break
        return await self.see(text)

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("text").fill(text)
        await self.page.get_by_test_id("send").click()

    async def send_sample(self, title: str) -> None:
        """Send a file that the page offers, by the menu of attachments."""
        await self.page.get_by_test_id("open-attach").click()
        await self.page.get_by_test_id("pick-sample").click()
        await self.page.get_by_test_id("sample").filter(has_text=title).get_by_role("button").click()

    async def agree(self, *, pictured: bool = False) -> None:
        """Start and give all consents."""
        await self.page.get_by_test_id("start").click()
        await self.see("Здравствуйте!")
        await self.press("Прочитать и решить")
        for step in (1, 2, 3):
            await self.see(f"Согласие {step} из 3")
            if step == 2 and pictured:
                await self.picture("consent")
            await self.press(re.compile("^Даю согласие$"))
        await self.see("Пришлите номер полиса")

    async def choose_time(self, days_ahead: int) -> str:
        """Choose one of the offered days and its first time; return the day, such as «12.01»."""
        day = (await self.see("день? В скобках")).get_by_test_id("inline-button").filter(has_text=DAY).nth(days_ahead)
        chosen = await read(day)
        await day.click()
        times = (await self.see("Выберите время")).get_by_test_id("inline-button").filter(has_text=TIME)
        await times.first.click()
        return chosen.split()[1]

    async def read_alert(self) -> str:
        """Return the text of the alert and close it."""
        alert = self.page.get_by_test_id("alert")
        await expect(alert).to_be_visible()
        text = await read(alert)
        await self.page.get_by_test_id("alert-ok").click()
        return text

    async def never_shown(self, words: str) -> None:
        """Check that no message of the chat has these words."""
        await expect(self.page.get_by_test_id("messages")).not_to_contain_text(words)

    async def picture(self, name: str) -> None:
        """Save a picture of the newest message, only if UPDATE_PICTURES is set."""
        if not PICTURED:
            return
        await self.page.set_viewport_size(TALL)
        await self._be_still()
        alone = await self.page.add_style_tag(content=ALONE)
        box = await self.page.get_by_test_id("bot-message").last.bounding_box()
        assert box
        clip = FloatRect(x=0, y=box["y"] - MARGIN, width=TALL["width"], height=box["height"] + 2 * MARGIN)
        data = await self.page.screenshot(path=PICTURES / f"{name}.png", clip=clip)
        assert len(data) <= MOST_BYTES, f"{name}: {len(data)} bytes"
        await alone.evaluate("style => style.remove()")
        await self.page.set_viewport_size(PHONE)

    async def picture_of_page(self, name: str) -> None:
        if not PICTURED:
            return
        await self._be_still()
        data = await self.page.screenshot(path=PICTURES / f"{name}.png")
        assert len(data) <= MOST_BYTES_OF_DESK, f"{name}: {len(data)} bytes"

    async def _be_still(self) -> None:
        await self.page.mouse.move(0, 0)
        await self.page.add_style_tag(content=PLAIN)


@asynccontextmanager
async def browser_at(demo: Demo) -> AsyncIterator[OpenWindow]:
    """Open a browser whose pages must log no error."""
    errors: list[str] = []
    async with running_browser() as browser:

        async def open_window(user: int, viewport: ViewportSize) -> Window:
            page = await browser.new_page(viewport=viewport, locale="ru-RU", bypass_csp=PICTURED)
            page.set_default_timeout(BUSY * 1000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
            await page.goto(demo.page_of(user))
            return Window(page)

        yield open_window
    assert errors == []
