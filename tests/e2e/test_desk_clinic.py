"""In the demo's page: a policy that no list confirms, a visit before the check, the answer, and screens of the desk."""

from __future__ import annotations

import re

from playwright.async_api import expect

from bot.demo import GALINA, OLGA, VERA
from tests.chat.client import ChatClient
from tests.desk_code import CODE
from tests.e2e.chromium import needs_chromium
from tests.e2e.demo import UNCHANGED, Demo
from tests.e2e.window import PHONE, Window, browser_at

pytestmark = needs_chromium

MOTHER = 1001
NUMBER, NAME = "7793 2897 9400 0070", "Орлова Софья Львовна"


async def test_policy_without_a_list_is_checked_at_the_desk(demo: Demo, chat: ChatClient) -> None:
    async with browser_at(demo) as open_window:
        mother = await open_window(MOTHER, PHONE)
        await send_to_desk(mother)
        day = await book_before_the_check(mother)
        vera = await open_window(VERA, PHONE)
        await open_desk(vera)
        await vera.see("Приёмы дня")
        await vera.picture("desk_menu")
        await look_at_the_visit(vera, day)
        await look_for_a_patient(vera)
        await confirm(vera)
        await chat.set_clock(await chat.clock() + 61)
        await mother.see("Регистратура подтвердила полис")
        await mother.picture("confirmed_by_desk")
    assert [call for call in await chat.refusals() if UNCHANGED not in str(call)] == []


async def send_to_desk(mother: Window) -> None:
    await mother.agree()
    await mother.write(NUMBER)
    await mother.see("девочки, родившейся 5 июня 2017 года")
    await mother.press(re.compile("^Да$"))
    await mother.see("Напишите фамилию")
    await mother.write(NAME)
    await mother.press("Проверить полис")
    await mother.see("По списку не сошлось")
    await mother.picture("not_on_the_list")
    await mother.press("Отправить в регистратуру")
    await mother.see("Полис проверяет регистратура")
    await mother.picture("at_desk")


async def book_before_the_check(mother: Window) -> str:
    """Book a visit and return its day."""
    await mother.press("Врачи и свободное время", re.compile("^Педиатр · "), "Лугова")
    await mother.see("Врач-педиатр участковый")
    await mother.picture("doctor")
    day = await mother.choose_time(days_ahead=1)
    await mother.see("Полис ещё не проверен")
    await mother.press(re.compile("^Записаться$"))
    await mother.see("записана")
    await mother.picture("booked_unchecked")
    return day


async def open_desk(member: Window) -> None:
    await member.page.get_by_test_id("start").click()
    await member.press("Поставить код")
    await member.see("Придумайте код")
    await member.write(CODE)
    await member.see("Введите тот же код")
    await member.write(CODE)
    await member.press("Открыть регистратуру")


async def to_menu(member: Window) -> None:
    """Wait for the new menu: an older one has the same buttons."""
    await member.write("/desk")
    await expect(member.page.get_by_test_id("bot-message").last).to_contain_text("Приёмы дня")


async def confirm(vera: Window) -> None:
    await to_menu(vera)
    await vera.press("Проверка полисов")
    await vera.see("Ждёт 1 полис")
    await vera.picture("policy_queue")
    await vera.press("Срок")
    await vera.see("Найдите ребёнка в своей системе")
    await vera.see("Софья О.")
    await vera.picture("policy_check")
    await vera.press("Отказать")
    await vera.see("Почему")
    await vera.picture("policy_refused")
    await vera.press("Назад")
    await vera.see("Найдите ребёнка в своей системе")
    await vera.press("Показать")
    await vera.see("Пол: женский")
    await vera.never_shown(NUMBER)
    await vera.press("Сошлось")
    await vera.see("последние четыре цифры")
    await vera.write(NUMBER[-4:])
    await vera.see("Записал")
    await vera.never_shown("Пол: женский")  # it goes with the decision
    await vera.picture("policy_decided")


async def look_at_the_visit(vera: Window, day: str) -> None:
    """The desk sees «Софья О.» with the mark of an unchecked policy, may refer her, and is shown the rest."""
    await vera.write("/day")
    await vera.see("Детская № 9")
    await vera.write(day)
    await vera.press("Софья О.")
    await vera.see("Полис не проверен")
    await vera.picture("desk_visit")
    await vera.press("Направить к")
    await vera.press("Невролог")
    await vera.see("до какого дня")
    await vera.picture("referral_until")
    await vera.press("Назад")
    await expect(vera.button("Невролог")).to_be_visible()  # a second press on the same screen would count as one
    await vera.press("Назад")
    await vera.press("Показать")
    await vera.see(NAME)
    await vera.picture("shown_for_two_minutes")


async def look_for_a_patient(vera: Window) -> None:
    await to_menu(vera)
    await vera.press("Пациенты")
    await vera.see("Чтобы найти пациента")
    await vera.picture("clinic_patients")
    await vera.press("Новый пациент")
    await vera.see("Например")
    await vera.picture("new_patient")
    await vera.press("Назад")


async def test_admin_invites_and_gives_out_the_poster(demo: Demo, chat: ChatClient) -> None:
    async with browser_at(demo) as open_window:
        galina = await open_window(GALINA, PHONE)
        await open_desk(galina)
        await galina.press("Сотрудники")
        await galina.see("Вы, администратор")
        await galina.picture("staff")
        await galina.press("Пригласить сотрудника")
        await galina.see("кого пригласить?")
        await galina.picture("invite_staff")
        await galina.press("Назад")
        await galina.press("Назад")
        await galina.press("Ссылка и плакат")
        await galina.see("?start=clinic_")
        await galina.picture("clinic_link")
        await galina.press("Плакат (PDF)")
        await expect(
            galina.page.get_by_test_id("bot-message").filter(has_text="Плакат Детская № 9.pdf")
        ).to_be_visible()
    assert [call for call in await chat.refusals() if UNCHANGED not in str(call)] == []


async def test_registrar_sees_a_doctors_week(demo: Demo, chat: ChatClient) -> None:
    async with browser_at(demo) as open_window:
        olga = await open_window(OLGA, PHONE)
        await open_desk(olga)
        await olga.press("Расписания", "Петрова")
        await olga.see("Врач-педиатр участковый")
        await olga.picture("doctor_week")
    assert [call for call in await chat.refusals() if UNCHANGED not in str(call)] == []
