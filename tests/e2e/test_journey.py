"""The whole journey in the demo's process: over HTTP and in a browser."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.chat.client import ChatClient
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.desk_code import CODE
from tests.e2e.chromium import needs_chromium
from tests.e2e.demo import UNCHANGED, Demo
from tests.e2e.window import DAY, DESKTOP, PHONE, TIME, Window, browser_at, read

MOTHER, FATHER, REGISTRAR = 1001, 1002, 1003
MOST_TAPS_TO_BOOK, MOST_TAPS_TO_MOVE = 7, 4
"""the first booking of a new card chooses a clinic too"""
NUMBER, NAME = "7796 1897 8400 0014", "Иванова Мария Сергеевна"
MISTYPED = "7796 1897 8401 0014"
NEXT_DAY = re.compile(r"^[а-я]{2} \d\d\.\d\d ›$")
"""The next day, not the next page: whoever leafs through every page of a week reads enough names for an alarm."""
WHEN = re.compile(r"(?P<day>\d+ \w+), (?P<time>\d\d:\d\d)")
REF = re.compile(r"[0-9ABCEHKMPTX]{4}\u2011[0-9ABCEHKMPTX]{2}")


def labels(seen: ChatMessage, pattern: re.Pattern[str]) -> list[str]:
    return [label for label in seen.labels if pattern.search(label)]


async def presses(chat: ChatClient, person: Person) -> int:
    pressed = [update["callback_query"] for update in await chat.updates() if "callback_query" in update]
    return sum(query["from"]["id"] == person.id for query in pressed)


async def link(mother: Person) -> None:
    await mother.start()
    await mother.press("Прочитать и решить")
    for step in (1, 2, 3):
        await mother.wait_for(f"Согласие {step} из 3")
        await mother.press("Даю согласие")
    await mother.wait_for("Пришлите номер полиса")
    await mother.say(NUMBER)
    await mother.wait_for("девочки, родившейся 15 марта 2018 года")
    await mother.press("Да")
    await mother.say(NAME)
    await mother.press("Проверить полис", await mother.wait_for("Проверьте данные"))
    await mother.wait_for("Полис проверен")


async def choose_time(person: Person, days_ahead: int) -> None:
    """Choose one of the offered days and its first time."""
    days = await person.wait_for("день? В скобках")
    await person.press(labels(days, DAY)[days_ahead], days)
    times = await person.wait_for("Выберите время")
    await person.press(labels(times, TIME)[0], times)


async def test_journey_over_http_from_start_to_a_new_booking(demo: Demo, chat: ChatClient) -> None:
    mother = chat.person(MOTHER)
    await link(mother)
    booked = await book(chat, mother)
    await chat.request("POST", "/due")
    await mother.wait_for("Напоминаю: завтра")
    moved = await move(chat, mother)
    assert ref_of(moved) == ref_of(booked)
    await cancel_for_clinic(chat.person(REGISTRAR), moved)
    await chat.set_clock(await chat.clock() + 60)
    news = await mother.wait_for("Поликлиника отменила приём")
    await mother.press(news.labels[0], news)
    await mother.press("Записаться")
    await mother.wait_for("записан")
    assert await chat.refusals() == []


def ref_of(seen: ChatMessage) -> str:
    found = REF.search(seen.text)
    assert found, seen
    return found[0]


async def book(chat: ChatClient, mother: Person) -> ChatMessage:
    before = await presses(chat, mother)
    await mother.press("Записаться к врачу")
    await mother.press("Детская № 12")
    await mother.press(re.compile("^Педиатр · "))
    await mother.press("Петрова")
    await choose_time(mother, days_ahead=2)
    await mother.press("Записаться")
    booked = await mother.wait_for("записан")
    assert await presses(chat, mother) - before == MOST_TAPS_TO_BOOK
    return booked


async def move(chat: ChatClient, mother: Person) -> ChatMessage:
    """Move the visit with the button of the reminder."""
    before = await presses(chat, mother)
    await mother.press("Перенести")
    await choose_time(mother, days_ahead=2)
    await mother.press("Перенести")
    moved = await mother.wait_for("✅ Перенесено")
    assert await presses(chat, mother) - before == MOST_TAPS_TO_MOVE
    return moved


async def cancel_for_clinic(registrar: Person, visit: ChatMessage) -> None:
    when = WHEN.search(visit.text)
    assert when
    await registrar.start()
    await registrar.press("Поставить код")
    for _time in range(2):
        await registrar.say(CODE)
    await registrar.press("Открыть регистратуру", await registrar.wait_for("Код доступа установлен"))
    await registrar.press("Приёмы сегодня")
    while when["day"] not in (await registrar.screen()).text.partition("\n")[0]:
        await registrar.press(NEXT_DAY)
    wanted = re.compile(f"{when['time']} · Мария И.* · Педиатр")
    while not labels(await registrar.screen(), wanted):
        await registrar.press("Дальше ›")
    await registrar.press(wanted)
    await registrar.press("Отменить приём")
    await registrar.press("Врач заболел")
    answer = await registrar.press("Да, отменить")
    assert answer.alert == "Приём отменён. Сообщу родителю через минуту."


# --- in a browser -----------------------------------------------------------------------------------------------------


@needs_chromium
async def test_journey_in_a_browser(demo: Demo, chat: ChatClient) -> None:
    async with browser_at(demo) as open_window:
        mother = await open_window(MOTHER, PHONE)
        await mistype_and_link(mother)
        await give_access_to_father(mother, await open_window(FATHER, PHONE))
        await book_in_browser(mother)
        await move_from_reminder(mother)
        visit = await read(await mother.see("✅ Перенесено"))
        await cancel_in_browser(await open_window(REGISTRAR, DESKTOP), visit)
        await book_offered_time(mother)
        await show_number_of_card(mother)
        await begin_anew(mother)
    assert [call for call in await chat.refusals() if UNCHANGED not in str(call)] == []


async def mistype_and_link(mother: Window) -> None:
    await mother.agree(pictured=True)
    await mother.picture("ways")
    await mother.write(MISTYPED)
    await mother.see("В номере опечатка")
    await mother.picture("mistyped")
    await link_in_browser(mother, pictured=True)
    await mother.see("Полис проверен")
    await mother.picture("linked")


async def link_in_browser(parent: Window, *, pictured: bool = False, by_file: bool = False) -> None:
    """Link a child by the number or by the PDF that the page offers; no typed answer stays in the chat."""
    if by_file:  # what a file says is confirmed at the review
        await parent.send_sample("Полис в PDF")
    else:
        await parent.write(NUMBER)
        await parent.see("девочки, родившейся 15 марта 2018 года")
        await parent.press(re.compile("^Да$"))
    await parent.see("Напишите фамилию")
    await parent.write(NAME)
    await parent.see("Проверьте данные")
    if pictured:
        await parent.picture("review")
    await parent.press("Проверить полис")
    for typed in ("7796", NAME):
        await expect(parent.page.get_by_test_id("person-message").filter(has_text=typed)).to_have_count(0)


async def give_access_to_father(mother: Window, father: Window) -> None:
    """The father makes a card of his own, and the mother shares her visits with him by the number that he tells."""
    await father.agree()
    await link_in_browser(father, by_file=True)
    await father.see("есть и у другого аккаунта")
    await father.press("Что дальше")
    ref = REF.search(await read(await father.see("Назовите этот номер второму родителю")))
    assert ref
    await mother.see(ref[0])
    await mother.picture("asked")
    await mother.press("Это наша семья")
    assert "ваши записи видны" in await mother.read_alert()
    await mother.see("Кто ведёт карточку")
    await mother.picture("keepers")
    await mother.press(re.compile("^Меню$"))
    await mother.see("записей к врачу нет")
    await father.see("открыл вам свои записи: Мария И.")
    await father.press("Открыть карточку")
    await father.see(NAME)


async def book_in_browser(mother: Window) -> None:
    await mother.press("Записаться к врачу")
    await mother.see("В какую поликлинику?")
    await mother.press("Детская № 12")
    await mother.see("К какому врачу?")
    await mother.picture("specialties")
    await mother.press(re.compile("^Педиатр · "))
    await mother.press("Петрова")
    await mother.see("день? В скобках")
    await mother.picture("days")
    await mother.choose_time(days_ahead=4)
    await mother.see("Проверьте запись")
    await mother.press(re.compile("^Записаться$"))
    await mother.see("записан")
    await mother.picture("booked")


async def move_from_reminder(mother: Window) -> None:
    await mother.to_next_message("Напоминаю: завтра")
    await mother.picture("reminder")
    await mother.press("Перенести")
    await mother.choose_time(days_ahead=2)
    await mother.see("Проверьте перенос")
    await mother.press(re.compile("^Перенести$"))
    await mother.see("✅ Перенесено")


async def cancel_in_browser(registrar: Window, visit: str) -> None:
    when = WHEN.search(visit)
    assert when
    await registrar.page.get_by_test_id("start").click()
    await registrar.press("Поставить код")
    await registrar.see("Придумайте код")
    await registrar.write(CODE)
    await registrar.see("Введите тот же код")
    await registrar.write(CODE)
    await registrar.press("Открыть регистратуру", "Приёмы сегодня")
    title = registrar.page.get_by_test_id("bot-message").filter(has_text="Детская № 12").last.locator("b").first
    while when["day"] not in (shown := await read(title)):
        await registrar.press("›")
        await expect(title).not_to_have_text(shown)
    await registrar.press(re.compile(f"{when['time']} · Мария И.* · Педиатр"))
    await registrar.press("Отменить приём")
    await registrar.see("Отменить приём от имени поликлиники?")
    await expect(registrar.page.get_by_test_id("to-due")).to_be_enabled()
    await registrar.picture_of_page("desk")
    await registrar.press("Врач заболел", "Да, отменить")
    await expect(registrar.page.get_by_test_id("alert")).to_contain_text("Сообщу родителю через минуту.")
    await registrar.page.get_by_test_id("alert-ok").click()
    await registrar.page.get_by_test_id("to-due").click()


async def book_offered_time(mother: Window) -> None:
    news = await mother.see("Поликлиника отменила приём")
    await mother.picture("cancelled")
    await news.get_by_test_id("inline-button").first.click()
    await mother.see("Проверьте запись")
    await mother.press(re.compile("^Записаться$"))
    await expect(mother.page.get_by_test_id("bot-message").last).to_contain_text("записан")


async def show_number_of_card(mother: Window) -> None:
    """The full number is shown in an alert only, never in a message."""
    await mother.press(re.compile("^Меню$"), "Дети и полисы", "Мария И.")
    await mother.see("Дата рождения: 15 марта 2018")
    await mother.picture("card")
    await mother.press("Показать номера")
    assert NUMBER in await mother.read_alert()
    await mother.never_shown(NUMBER)


async def begin_anew(mother: Window) -> None:
    """«Начать всё сначала» forgets the chats and what the bot knew: the consents are asked for again."""
    await mother.page.get_by_test_id("open-side").click()
    await mother.page.get_by_test_id("reset").click()
    await mother.page.get_by_test_id("confirm-yes").click()
    await expect(mother.page.get_by_test_id("bot-message")).to_have_count(0, timeout=30_000)
    await expect(mother.page.get_by_test_id("resetting")).to_be_hidden()
    await mother.page.keyboard.press("Escape")
    await mother.page.get_by_test_id("start").click()
    await mother.press("Прочитать и решить")
    await mother.see("Согласие 1 из 3")
