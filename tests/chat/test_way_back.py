"""«Назад» skips what the way forwards has skipped: an only child, an only visit."""

from __future__ import annotations

import re

from tests.chat.actions import ARTYOM, MARIA, book, choose, consent_by_chat, labels, say, settle_in_by_chat, visits
from tests.chat.town import Town

MENU = "Записаться к врачу"


async def test_back_from_the_doctors_of_an_only_child_leads_to_the_menu(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await say(mother, "/book")
    specialties = await choose(mother, "Детская № 12")
    assert "К какому врачу?" in specialties.text
    # A clinic that was chosen leads back to the choice, and that to the menu: the only child was not chosen.
    assert "В какую поликлинику?" in (await choose(mother, "Назад")).text
    assert MENU in (await choose(mother, "Назад")).labels


async def test_back_from_an_only_visit_leads_to_the_menu(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await book(mother)
    await choose(mother, "Открыть запись")
    await visits(mother)
    assert MENU in (await choose(mother, "Назад")).labels


async def test_back_leads_to_the_list_if_there_are_several(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA, ARTYOM)
    await say(mother, "/book")
    await choose(mother, "Мария", "Детская № 12")
    assert "В какую поликлинику?" in (await choose(mother, "Назад")).text
    assert (await choose(mother, "Назад")).text == "Кого записать?"


async def test_ways_without_the_bot_lead_back_and_name_no_clinic_for_adults(town: Town) -> None:
    mother = town.mother
    await mother.start()
    declined = await choose(mother, "Прочитать", "Не даю")
    told = await choose(mother, "Как записаться без бота")
    assert "Детская № 12" in told.text
    assert "Взрослая" not in told.text
    assert (await choose(mother, "Назад")).text == declined.text


async def test_advice_without_a_policy_leads_back_to_the_ways_to_add_a_child(town: Town) -> None:
    mother = town.mother
    asked = await consent_by_chat(mother)
    await choose(mother, "Полиса пока нет")
    assert (await choose(mother, "Назад")).text == asked.text


async def test_every_screen_of_the_desk_menu_leads_back_to_it(town: Town) -> None:
    registrar = town.registrar
    desk = await say(registrar, "/desk")
    for label in labels(desk, re.compile("^(?!Не присылать сводку)")):
        opened = await choose(registrar, label)
        back = await choose(registrar, "Назад" if "Назад" in opened.labels else "Меню")
        assert (label, back.labels) == (label, desk.labels)


async def test_prompts_of_the_code_lead_back_to_the_desk_step_by_step(town: Town) -> None:
    registrar = town.registrar
    await say(registrar, "/desk")
    await choose(registrar, "Код доступа", "Сменить код", "Назад")
    assert "Приёмы сегодня" in (await choose(registrar, "Назад")).labels
    await choose(registrar, "Очередь", "Вопрос по номеру")
    assert "очередь" in (await choose(registrar, "Назад")).text
