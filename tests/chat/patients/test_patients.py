"""The list of children and policies, with the drafts to continue."""

from __future__ import annotations

import pytest

from bot.clinics.port import PolicyStatus
from bot.patients.rules.policy_number import make_policy_number
from storage.registry.seed.examples import Example
from tests.chat.actions import (
    ARTYOM,
    EGOR,
    MARIA,
    MENU,
    NIKITA,
    SOFIA,
    account_of,
    children_of,
    choose,
    choose_clinic,
    consent,
    link,
    name_and_check,
    review,
    say,
    settle_in,
    to_name,
)
from tests.chat.policy_register import change_in_register
from tests.chat.town import Town


@pytest.mark.requirement("E6", "E18", "E19")
async def test_several_children_are_listed_each_with_the_state_of_the_policy(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Меню", MENU)
    await link(mother, ARTYOM)
    await choose(mother, "Меню", MENU)
    await link(mother, NIKITA)
    listed = await choose(mother, "Меню", MENU)
    assert [label for label in listed.labels if "." in label] == ["✅ Мария И.", "✅ Артём К.", "⚠️ Никита С."]
    card = await choose(mother, "Мария И.")
    assert "Иванова Мария Сергеевна" in card.text
    assert "15 марта 2018" in card.text
    assert "••••\u00a00014, действует" in card.text
    assert MARIA.policy_number not in card.text


@pytest.mark.requirement("E19")
async def test_with_two_children_booking_asks_for_whom_and_switches_between_them(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await say(mother, "/book")
    assert "Мария И." in (await choose(mother, "Мария")).text
    assert "Артём К." in (await choose(mother, "Назад", "Артём")).text


@pytest.mark.requirement("E40", "E38")
async def test_list_shows_the_check_status_and_leads_to_the_correction(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, EGOR)
    card = await choose(mother, "Меню", MENU, "⚠️ Егор С.")
    assert "кроме отчества" in card.text
    assert "Напишите отчество" in (await choose(mother, "Исправить отчество")).text


async def test_a_card_that_the_register_has_not_confirmed_can_be_removed(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, SOFIA)
    left = await choose(mother, "Убрать карточку", "Да, убрать")
    assert "никто не добавлен" in left.text


@pytest.mark.requirement("B4")
async def test_a_child_whose_policy_is_not_in_force_cannot_be_booked(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, NIKITA)
    answer = await say(mother, "/book")
    assert "полис ребёнка добавлен и проверен" in answer.text
    assert not answer.button("Педиатр")


@pytest.mark.requirement("B4")
async def test_child_in_trouble_is_offered_with_the_reason_and_its_card(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, NIKITA)
    asked = await say(mother, "/book")
    assert "Кого записать?" in asked.text
    assert asked.labels[:2] == ["Мария И.", "Никита С. · полис приостановлен"]
    assert "Полис в реестре приостановлен" in (await choose(mother, "Никита")).text


async def test_renewed_policy_is_verified_by_the_next_check(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, NIKITA)
    await change_in_register(town, NIKITA, PolicyStatus.ACTIVE)
    assert "Полис проверен" in (await choose(mother, "Проверить ещё раз")).text


@pytest.mark.requirement("B4")
async def test_suspended_policy_books_no_visit_and_its_card_says_so(town: Town) -> None:
    """The policy is suspended after it was linked."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await change_in_register(town, MARIA, PolicyStatus.SUSPENDED)
    await review(mother)
    refused = await mother.press("Записаться")
    assert refused.alert is not None
    assert "Записаться по этому полису сейчас нельзя" in refused.alert
    assert "Проверяю полис" in (await mother.screen()).text
    await town.pass_time(seconds=15)
    assert "приостановлен" in (await mother.screen()).text
    account = await account_of(town, mother)
    assert await town.app.services.visits.upcoming(account.id) == []


# --- drafts -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A16", "D11")
async def test_a_form_left_halfway_is_continued_from_the_menu(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    menu = await say(mother, "/start")
    assert menu.button("Дописать")
    await choose(mother, "Дописать")
    assert "Полис проверен" in (await name_and_check(mother, MARIA.name.full)).text


@pytest.mark.requirement("D11")
async def test_draft_and_open_question_survive_a_restart(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await town.restart()
    assert "Полис проверен" in (await name_and_check(mother, MARIA.name.full)).text


@pytest.mark.requirement("D11")
async def test_buttons_of_before_a_restart_work_after_it(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    await choose_clinic(mother)
    await choose(mother, "Педиатр")
    await town.restart()
    assert "Какой день?" in (await choose(mother, "Петрова")).text


async def test_number_typed_without_a_prompt_adds_no_patient(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/menu")
    assert "Верно?" in (await say(mother, ARTYOM.policy_number)).text
    assert len(await children_of(town, mother)) == 1


def with_policy(number: int) -> Example:
    """Return Maria with another policy."""
    return MARIA._replace(policy_number=make_policy_number("77", MARIA.birth_date, MARIA.sex, number))


async def test_second_policy_of_one_child_leads_to_the_card_that_is_there(town: Town) -> None:
    """A new policy belongs into the old card; another child of that birth date is no reason to warn."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await to_name(mother, with_policy(77))
    checked = await say(mother, MARIA.name.full)
    assert "Карточка этого ребёнка у вас уже есть, с полисом •••• 0014." in checked.text.replace("\u00a0", " ")
    assert "действует" in (await choose(mother, "Открыть карточку")).text
    await to_name(mother, with_policy(78))
    assert "у вас уже есть" not in (await say(mother, "Иванова Дарья Сергеевна")).text
