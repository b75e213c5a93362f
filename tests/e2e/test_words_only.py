"""A grandmother on a narrow phone types words and presses no button, in Russian and in English."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import ViewportSize

from tests.chat.client import ChatClient
from tests.chat.person import Person
from tests.chat.test_journeys import ENGLISH, RUSSIAN, Words
from tests.e2e.chromium import needs_chromium
from tests.e2e.demo import UNCHANGED, Demo
from tests.e2e.window import Window, browser_at
from tests.time_limits import BUSY

GRANDMOTHER = 1005
NARROW = ViewportSize(width=360, height=640)
NUMBER, MISTYPED, NAME = "7796 1897 8400 0014", "7796 1897 8401 0014", "Иванова Мария Сергеевна"


@needs_chromium
@pytest.mark.parametrize("words", [RUSSIAN, ENGLISH], ids=lambda words: words.language)
async def test_grandmother_types_in_a_narrow_window(demo: Demo, chat: ChatClient, words: Words) -> None:
    """She mistypes the number once, links the child, books, moves and cancels."""
    grandmother = chat.person(GRANDMOTHER, first_name="Нина", language_code=words.language)
    await grandmother.wait_idle()
    async with browser_at(demo) as open_window:
        window = await open_window(GRANDMOTHER, NARROW)
        await window.page.get_by_test_id("start").click()
        await grandmother.screen()

        async def say(*typed: str) -> None:
            for each in typed:
                async with window.page.expect_response(lambda answer: "/say" in answer.url):
                    await window.write(each)
                await grandmother.screen()

        await say(words.read, words.agree, words.agree, words.agree, MISTYPED)
        await window.see("7796 · 1897 · 8401 · 0014")
        await say(NUMBER, words.right, NAME, words.right)
        await window.see(words.checked)
        await say(words.specialist, words.clinic, words.specialist, words.any_doctor)
        await say(await another_day(grandmother), words.any_time, words.confirm)
        await window.see(words.booked)
        await say(words.move)
        await say(await another_day(grandmother), words.any_time, words.confirm)
        await window.see(words.moved)
        await say(words.cancel_whole, words.yes)
        await window.see(words.cancelled)
        assert not await is_wider_than_window(window)
    await require_only_words(chat)


async def require_only_words(chat: ChatClient) -> None:
    """Check that no button was pressed and that Telegram has refused nothing."""
    assert [update for update in await chat.updates() if "callback_query" in update] == []
    assert [call for call in await chat.refusals() if UNCHANGED not in str(call)] == []


async def another_day(person: Person) -> str:
    """Return the last of the offered days as people write it: over holidays a weekday may be that of two weeks.

    Wait for the days: on a busy machine the bot may be quiet for a moment before it shows them.
    """

    async def days() -> list[str]:
        return re.findall(r"\d+\.\d+", " ".join((await person.screen()).labels))

    async with asyncio.timeout(BUSY):
        while not (found := await days()):  # noqa: ASYNC110 - a screen has no event
            await asyncio.sleep(0.05)
    return found[-1]


async def is_wider_than_window(window: Window) -> bool:
    """Return whether the page must be scrolled sideways with a big font."""
    await window.page.evaluate("document.documentElement.style.fontSize = '130%'")
    return bool(await window.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
