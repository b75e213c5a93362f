"""A mother of three children in the browser: she links all, books two and moves one, by buttons."""

from __future__ import annotations

import re

from tests.chat.client import ChatClient
from tests.e2e.chromium import needs_chromium
from tests.e2e.demo import UNCHANGED, Demo
from tests.e2e.window import PHONE, Window, browser_at

MOTHER = 1001
MARIA = ("7796 1897 8400 0014", "Иванова Мария Сергеевна", "Мария И.")
ARTYOM = ("7788 4897 4700 0022", "Королёв Артём Дмитриевич", "Артём К.")
ALINA = ("6692 8797 6900 0032", "Ахметова-Белая Алина", "Алина А.")
BOOK, YES, MENU = re.compile("^Записаться$"), re.compile("^Да$"), re.compile("^Меню$")


@needs_chromium
async def test_mother_of_three_books_two_and_moves_one(demo: Demo, chat: ChatClient) -> None:
    """Only numbers and names are typed; the children never get mixed up, and the other visit stays."""
    async with browser_at(demo) as open_window:
        mother = await open_window(MOTHER, PHONE)
        await mother.agree()
        await link(mother, *MARIA)
        for child in (ARTYOM, ALINA):
            await mother.press("Добавить ещё ребёнка", "Номер полиса")
            await mother.see("Напишите номер полиса")
            await link(mother, *child)
        await book(mother, "Мария", "Детская № 12", "Петрова")
        await book(mother, "Алина", "Детская № 4", "Ахметов")
        await move_only_marias(mother)
    assert [call for call in await chat.refusals() if UNCHANGED not in str(call)] == []


async def link(mother: Window, number: str, name: str, shown: str) -> None:
    """Link a child; a name of two words is confirmed as having no patronymic."""
    await mother.write(number)
    await mother.see("По номеру это полис")
    await mother.press(YES)
    await mother.see("Напишите фамилию")
    await mother.write(name)
    if len(name.split()) == 2:
        await mother.see("Без отчества?")
        await mother.press(YES)
    await mother.see("Проверьте данные")
    await mother.press("Проверить полис")
    await mother.see(f"Полис проверен: {shown}")


async def book(mother: Window, child: str, clinic: str, doctor: str) -> None:
    await mother.press(MENU)
    await mother.see("аписей к врачу нет" if child == "Мария" else "ближайший приём")
    await mother.press("Записаться к врачу")
    await mother.see("Кого записать?")
    await mother.press(child)
    await mother.see("В какую поликлинику?")
    await mother.press(clinic, re.compile("^Педиатр · "), doctor)
    await mother.choose_time(days_ahead=2)
    await mother.see("Проверьте запись")
    await mother.press(BOOK)
    await mother.see(f"{child} записана")


async def move_only_marias(mother: Window) -> None:
    await mother.press(MENU, "Мои записи · 2")
    listed = await mother.see("Мои записи")
    kept = await listed.get_by_test_id("inline-button").filter(has_text="Алина").inner_text()
    await mother.press("Педиатр · Мария", "Перенести")
    await mother.see("Переносим. Сейчас запись на")
    await mother.choose_time(days_ahead=5)
    await mother.see("Проверьте перенос")
    await mother.press(re.compile("^Перенести$"))
    await mother.see("✅ Перенесено")
    await mother.press(MENU, "Мои записи · 2")
    await mother.button(kept).wait_for()
    await mother.press("Педиатр · Мария")
    await mother.see("Мария И. → педиатр Петрова")
