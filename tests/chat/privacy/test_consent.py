"""Consents are asked for first, one for each purpose; declining reminders blocks nothing."""

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
    consent_by_chat,
    data_of,
    link,
    moscow,
    new_messages,
    pass_until,
    say,
    send,
    settle_in_by_chat,
    take_back,
)
from tests.chat.town import Town


async def test_newcomer_is_asked_for_consent_first(town: Town) -> None:
    mother = town.mother
    await mother.start()
    welcome = await mother.screen()
    assert "Здравствуйте" in welcome.text
    assert "согласие" in welcome.text
    assert "Согласие 1 из 3" in (await choose(mother, "Прочитать")).text


@pytest.mark.requirement("C29")
async def test_each_purpose_has_its_own_question_with_all_its_terms(town: Town) -> None:
    mother = town.mother
    await mother.start()
    asked = [
        await choose(mother, "Прочитать"),
        await choose(mother, "Даю согласие"),
        await choose(mother, "Даю согласие"),
    ]
    for step, screen in enumerate(asked, start=1):
        assert f"Согласие {step} из 3" in screen.text
        assert {"Даю согласие", "Не даю", "Полный текст"} <= set(screen.labels)
        assert "Оператор" in screen.text
    assert "Сколько:" in asked[0].text
    assert "хранят удалённое до 30" in asked[0].text
    assert "хранят удалённое до 30" in asked[1].text
    assert "Отозвать" in asked[1].text


async def test_full_text_has_a_version_and_leads_back_to_the_question(town: Town) -> None:
    mother = town.mother
    await mother.start()
    document = await choose(mother, "Прочитать", "Полный текст")
    assert "Версия 4" in document.text
    assert "Согласие 1 из 3" in (await choose(mother, "Назад")).text


async def test_given_consents_are_stored_with_version_and_moment(town: Town) -> None:
    await consent_by_chat(town.mother)
    account = await account_of(town, town.mother)
    held = await town.app.services.own_data.summary(account.id)
    assert {given.purpose for given in held.consents} == set(account.consents)
    assert {given.purpose: given.version for given in held.consents} == CONSENT_VERSIONS
    assert {given.given_at for given in held.consents} == {town.clock.now()}


@pytest.mark.parametrize("step", [1, 2])
async def test_declined_required_consent_explains_and_leads_back(town: Town, step: int) -> None:
    mother = town.mother
    await mother.start()
    await choose(mother, "Прочитать", *["Даю согласие"] * (step - 1))
    declined = await choose(mother, "Не даю")
    assert ("ничего не храню" if step == 1 else "данных ребёнка я не храню") in declined.text
    assert {"Как записаться без бота", "Меню"} <= set(declined.labels)
    assert f"Согласие {step} из 3" in (await choose(mother, "Вернуться к согласию")).text


async def test_revoked_consent_is_the_only_one_asked_for_again(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await take_back(mother, "данные ребёнка")
    assert "Согласие 2 из 3" in (await say(mother, "/children")).text
    declined = await choose(mother, "Не даю")
    assert "ничего не храню" not in declined.text  # The card is still there.
    assert "Настройки и данные" in (await choose(mother, "Настройки и данные")).text
    await say(mother, "/book")
    assert "Согласие" not in (await choose(mother, "Даю согласие")).text


async def test_every_command_without_consent_shows_the_question(town: Town) -> None:
    mother = town.mother
    await mother.start()
    for command in ("/book", "/visits", "/children"):
        assert "Согласие 1 из 3" in (await say(mother, command)).text


async def test_policy_number_typed_before_consent_is_not_stored(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await say(mother, MARIA.policy_number)
    account = await account_of(town, mother)
    assert await town.app.services.patients.list_of(account.id) == []
    assert await town.app.services.linking.unfinished(account.id) == []


async def test_declined_reminders_block_nothing_and_none_is_sent(town: Town) -> None:
    mother = town.mother
    await consent_by_chat(mother, reminders=False)
    assert "Полис проверен" in (await link(mother, MARIA)).text
    booked = await book(mother)
    assert "записан" in booked.text
    assert "Напомню" not in booked.text
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    await pass_until(town, moscow(26, 7))
    assert await new_messages(mother, before) == []
    await say(mother, "/data")
    told = (await choose(mother, "Журнал")).text
    assert "Вы не дали согласие: напоминания" in told
    assert "отозвано" not in told


async def test_consent_to_reminders_plans_them_for_booked_visits(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA, reminders=False)
    await book(mother)
    await say(mother, "/data")
    await choose(mother, "Дать согласие: напоминания", "Даю согласие")
    await pass_until(town, moscow(25, 18))
    assert "Напоминаю" in (await mother.screen()).text


async def test_last_consent_leads_to_adding_a_child_or_to_the_menu(town: Town) -> None:
    mother = town.mother
    assert "номер полиса" in (await consent_by_chat(mother)).text
    await link(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Отозвать", "Отозвать")
    assert (await choose(mother, "Дать согласие", "Даю согласие")).button(MENU)


async def test_new_version_of_a_text_needs_a_new_consent(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    monkeypatch.setitem(CONSENT_VERSIONS, Purpose.PATIENT, "99")
    assert "Согласие" in (await say(mother, "/book")).text
    await say(mother, "/data")
    assert "К какому врачу" not in (await choose(mother, "Дать согласие: данные ребёнка")).text
    await choose(mother, "Даю согласие")
    assert "В какую поликлинику?" in (await say(mother, "/book")).text


async def test_agreeing_twice_stores_one_consent(town: Town) -> None:
    mother = town.mother
    await mother.start()
    first = await choose(mother, "Прочитать")
    for _ in range(2):
        await mother.press_data(first.id, data_of(first, "Даю согласие"))
    account = await account_of(town, mother)
    assert len((await town.app.services.own_data.summary(account.id)).consents) == 1


async def test_consents_to_version_1_are_asked_for_again(town: Town) -> None:
    """Version 1 did not mention phone, e-mail and papers."""
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
    asked = await choose(mother, "Даю согласие")
    assert "СНИЛС, свидетельство о рождении, адрес" in asked.text
    asked = await choose(mother, "Даю согласие")
    assert "когда заканчивается полис" in asked.text
    await choose(mother, "Даю согласие")
    assert (await account_of(town, mother)).consents == set(Purpose)


# --- a text has changed -----------------------------------------------------------------------------------------------


async def agree_to_older_texts(town: Town) -> None:
    """Turn all consents into those that people gave before the texts changed."""
    older = "UPDATE consents SET version = '2'"
    await town.app.store.database.write(lambda connection: connection.execute(older, {}))


@pytest.mark.requirement("C29")
async def test_changed_texts_are_asked_about_once_at_the_next_visit(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await agree_to_older_texts(town)
    asked = await say(mother, "/start")
    assert "Согласие 1 из 3" in asked.text
    assert "Новое: кто видит данные, когда они переходят в другой аккаунт и сколько копии хранят" in asked.text
    asked = await choose(mother, "Даю согласие")
    assert "Новое: кто видит данные, что будет, если этого ребёнка добавит другой аккаунт, и сколько" in asked.text
    assert (await choose(mother, "Даю согласие")).button(MENU), "the text about reminders has not changed"
    assert (await say(mother, "/start")).button(MENU)
    assert (await account_of(town, mother)).older_consents == set()


async def test_newcomer_reads_nothing_about_a_change(town: Town) -> None:
    await town.mother.start()
    assert "Новое" not in (await choose(town.mother, "Прочитать")).text


@pytest.mark.parametrize("declines", [False, True])
async def test_reminders_go_on_until_a_changed_text_is_answered(town: Town, declines: bool) -> None:
    """An older consent holds until it is revoked; whoever is only asked, or declines the new text, is still served."""
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await book(mother)
    await agree_to_older_texts(town)
    if declines:
        await say(mother, "/start")
        assert "Прежнее согласие действует" in (await choose(mother, "Не даю")).text
    await pass_until(town, moscow(25, 18))
    assert "Напоминаю" in (await mother.screen()).text


async def test_agreement_to_a_text_that_is_not_shown_asks_again(town: Town) -> None:
    """A button of an earlier release stands under an earlier text, and so does one with another version."""
    mother = town.mother
    await mother.start()
    await mother.screen()
    for data in ("Ca:1", "Cv:1:2"):
        answer, asked = await send(mother, data)
        assert "Прочитайте нынешний текст" in (answer.alert or "")
        assert "Согласие 1 из 3" in asked.text
    assert (await account_of(town, mother)).consents == set()


async def test_agreeing_anew_repeats_no_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await book(mother)
    await pass_until(town, moscow(25, 18))
    await agree_to_older_texts(town)
    await say(mother, "/start")
    await choose(mother, "Даю согласие", "Даю согласие")
    before = await mother.messages()
    await pass_until(town, moscow(25, 20))
    assert await new_messages(mother, before) == []


async def test_older_consent_is_shown_and_can_be_taken_back(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await book(mother)
    await agree_to_older_texts(town)
    shown = await say(mother, "/data")
    assert "⚠️ Согласие «данные ребёнка»: 23 ноября 2026 года, версия 2; текст с тех пор изменился" in shown.text
    assert {"Дать согласие: данные ребёнка", "Отозвать: данные ребёнка"} <= set(shown.labels)
    assert "Согласия нет: данные ребёнка" in (await take_back(mother, "данные ребёнка")).text
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []
