"""Consent comes first, a purpose at a time, and costs nothing to refuse where the law does not demand it."""

from __future__ import annotations

import pytest

from bot.account.rules.consents import CONSENT_VERSIONS
from bot.core.people import Purpose
from storage.unit import UnitOfWork
from tests.chat.actions import (
    MARIA,
    MENU,
    account_of,
    book,
    choose,
    consent,
    data_of,
    link,
    moscow,
    new_messages,
    pass_until,
    say,
    settle_in,
    take_back,
)
from tests.chat.town import Town


async def test_a_newcomer_is_greeted_and_asked_for_consent_before_anything_else(town: Town) -> None:
    mother = town.mother
    await mother.start()
    welcome = await mother.screen()
    assert "Здравствуйте" in welcome.text
    assert "согласие" in welcome.text
    assert "Согласие 1 из 3" in (await choose(mother, "Прочитать")).text


@pytest.mark.requirement("C29")
async def test_each_purpose_is_asked_by_itself_and_says_what_why_who_and_how_long(town: Town) -> None:
    mother = town.mother
    await mother.start()
    asked = [await choose(mother, "Прочитать"), await choose(mother, "Согласен"), await choose(mother, "Согласен")]
    for step, screen in enumerate(asked, start=1):
        assert f"Согласие {step} из 3" in screen.text
        assert {"Согласен", "Не согласен", "Полный текст"} <= set(screen.labels)
        assert "Оператор" in screen.text
    assert "Сколько:" in asked[0].text
    assert "Отозвать" in asked[1].text


async def test_the_full_text_names_its_version_and_leads_back_to_the_decision(town: Town) -> None:
    mother = town.mother
    await mother.start()
    document = await choose(mother, "Прочитать", "Полный текст")
    assert "Версия 2" in document.text
    assert "Согласие 1 из 3" in (await choose(mother, "Назад")).text


async def test_what_was_agreed_to_is_kept_with_its_version_and_the_text_that_was_shown(town: Town) -> None:
    await consent(town.mother)
    account = await account_of(town, town.mother)
    held = await town.app.services.own_data.summary(account.id)
    assert {given.purpose for given in held.consents} == set(account.consents)
    assert {given.purpose: given.version for given in held.consents} == CONSENT_VERSIONS
    assert {given.given_at for given in held.consents} == {town.clock.now()}


@pytest.mark.parametrize("step", [1, 2])
async def test_declining_what_nothing_works_without_says_so_and_leads_back(town: Town, step: int) -> None:
    mother = town.mother
    await mother.start()
    await choose(mother, "Прочитать", *["Согласен"] * (step - 1))
    declined = await choose(mother, "Не согласен")
    assert ("ничего не храню" if step == 1 else "данных ребёнка я не храню") in declined.text
    assert {"Как записаться без бота", "Меню"} <= set(declined.labels)
    assert f"Согласие {step} из 3" in (await choose(mother, "Вернуться к согласию")).text


async def test_who_has_taken_one_consent_back_is_asked_for_that_one_alone(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await take_back(mother, "данные ребёнка")
    assert "Согласие 2 из 3" in (await say(mother, "/children")).text
    declined = await choose(mother, "Не согласен")
    assert "ничего не храню" not in declined.text  # the card is there still
    assert "Мои данные" in (await choose(mother, "Мои данные")).text
    await say(mother, "/book")
    assert "Согласие" not in (await choose(mother, "Согласен")).text


async def test_without_consent_every_command_leads_to_the_question(town: Town) -> None:
    mother = town.mother
    await mother.start()
    for command in ("/book", "/visits", "/children"):
        assert "Согласие 1 из 3" in (await say(mother, command)).text


async def test_a_policy_number_typed_before_consent_is_not_taken(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await say(mother, MARIA.policy_number)
    account = await account_of(town, mother)
    assert await town.app.services.patients.list_of(account.id) == []
    assert await town.app.services.linking.unfinished(account.id) == []


async def test_declining_reminders_costs_nothing_else_and_no_reminder_comes(town: Town) -> None:
    mother = town.mother
    await consent(mother, reminders=False)
    assert "Полис проверен" in (await link(mother, MARIA)).text
    booked = await book(mother)
    assert "Записаны" in booked.text
    assert "Напомню" not in booked.text
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    await pass_until(town, moscow(26, 7))
    assert await new_messages(mother, before) == []


async def test_reminders_agreed_to_later_are_planned_for_visits_already_booked(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, reminders=False)
    await book(mother)
    await say(mother, "/data")
    await choose(mother, "Дать согласие: напоминания", "Согласен")
    await pass_until(town, moscow(25, 18))
    assert "Напоминаю" in (await mother.screen()).text


async def test_after_the_last_consent_comes_the_prompt_for_a_policy_or_the_menu(town: Town) -> None:
    mother = town.mother
    assert "номер полиса" in (await consent(mother)).text
    await link(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Отозвать", "Отозвать")
    assert (await choose(mother, "Дать согласие", "Согласен")).button(MENU)


async def test_a_new_wording_has_to_be_agreed_to_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    monkeypatch.setitem(CONSENT_VERSIONS, Purpose.PATIENT, "3")
    assert "Согласие" in (await say(mother, "/book")).text
    await say(mother, "/data")
    assert "К какому врачу" not in (await choose(mother, "Дать согласие: данные ребёнка")).text
    await choose(mother, "Согласен")
    assert "К какому врачу" in (await say(mother, "/book")).text


async def test_pressing_agree_twice_is_one_consent(town: Town) -> None:
    mother = town.mother
    await mother.start()
    first = await choose(mother, "Прочитать")
    for _ in range(2):
        await mother.press_data(first.id, data_of(first, "Согласен"))
    account = await account_of(town, mother)
    assert len((await town.app.services.own_data.summary(account.id)).consents) == 1


async def test_who_agreed_before_phone_and_papers_were_named_is_asked_anew(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await mother.screen()
    account = await account_of(town, mother)

    async def change(uow: UnitOfWork) -> None:
        for purpose in Purpose:
            await uow.consents.give(account.id, purpose, "1", "digest", town.clock.now())

    await town.app.store.storage.write(change)
    asked = await say(mother, "/book")
    assert "телефон и почта, если вы их укажете" in asked.text
    asked = await choose(mother, "Согласен")
    assert "СНИЛС, свидетельство о рождении, адрес" in asked.text
    asked = await choose(mother, "Согласен")
    assert "когда заканчивается полис" in asked.text
    await choose(mother, "Согласен")
    assert (await account_of(town, mother)).consents == set(Purpose)
