"""The card of a patient: what it shows, how it is corrected, shared and removed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.clinics.port import PolicyClaim, PolicyStatus
from bot.core.people import PersonName
from bot.patients.records import Detail, KeyField
from bot.patients.rules.policy_number import make_policy_number
from dialogs.patients.links import EditCard, EditField, SetSex
from storage.registry.seed.examples import Example
from storage.registry.seed.people import DemoPerson
from tests.chat.actions import (
    ARTYOM,
    EGOR,
    MARIA,
    MENU,
    NIKITA,
    account_of,
    at_desk,
    book,
    children_of,
    choose,
    consent,
    look,
    new_messages,
    repeat,
    say,
    send,
    settle_in,
    visits,
)
from tests.chat.insured_children import insure
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.policy_register import change_in_register, register_down, reissue_in_register
from tests.chat.town import Town

SNILS, CERTIFICATE, ADDRESS = "112-233-445 95", "V-МЮ 123456", "Москва, Садовая ул., д. 5, кв. 12"
NEW_NUMBER = make_policy_number("77", MARIA.birth_date, MARIA.sex, 77)
TWIN = MARIA._replace(policy_number=NEW_NUMBER, name=PersonName("Иванова", "Дарья", "Сергеевна"))
EDITED = "Что изменить?"


# --- the world around the card ----------------------------------------------------------------------------------------


async def card_of(person: Person, name: str = "Мария И.") -> ChatMessage:
    await say(person, "/children")
    return await choose(person, name)


def townsman(child: Example) -> DemoPerson:
    return DemoPerson(child.policy_number, child.name, child.birth_date, child.sex, child.clinic)


async def join(town: Town, owner: Person, other: Person) -> None:
    """Add the other parent by the owner's invitation."""
    [patient] = await children_of(town, owner)
    token = await town.app.services.invitations.make((await account_of(town, owner)).id, patient.id)
    await consent(other)
    await say(other, f"/start inv_{token}")
    await choose(other, "Принять")


async def edit(person: Person, field: str, typed: str, name: str = "Мария И.") -> ChatMessage:
    await card_of(person, name)
    await choose(person, "Изменить", field)
    return await say(person, typed)


# --- what is on it ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A23", "C10", "E9", "E52")
async def test_a_card_shows_all_that_is_known_and_numbers_only_in_an_alert(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    dates = {"Дата выдачи": "20.04.2018", "Срок": "31.12.2027"}
    for field, typed in {"СНИЛС": SNILS, "Свидетельство": CERTIFICATE, "Адрес": ADDRESS, **dates}.items():
        assert EDITED in (await edit(mother, field, typed)).text
    card = await card_of(mother)
    assert "Дата выдачи полиса: 20 апреля 2018 года" in card.text
    assert "Срок действия полиса: 31 декабря 2027 года" in card.text
    assert "остал" not in card.text  # nobody counts the days
    known = "Иванова Мария Сергеевна", "15 марта 2018", "••••\u00a00014, действует", "23 ноября 2026 года", "Садовая"
    for words in known:
        assert words in card.text
    assert "СНИЛС ребёнка: ••••\u00a095" in card.text
    assert ADDRESS in card.text
    shown = await mother.press("Показать номера")
    assert shown.alert is not None
    assert len(shown.alert) <= 200
    assert [words for words in ("7796 1897 8400 0014", SNILS, CERTIFICATE) if words not in shown.alert] == []
    everything = "\n".join(message.text for message in await mother.messages() if message.bot)
    for number in (MARIA.policy_number, "7796 1897 8400 0014", SNILS, CERTIFICATE):
        assert number not in everything
    assert "Вы посмотрели номера" in (await choose(mother, "История")).text


@pytest.mark.requirement("B45", "C10", "E21")
async def test_detail_is_changed_at_once(town: Town) -> None:
    """A refusal gives its reason; a known detail can be removed."""
    mother = town.mother
    await settle_in(mother, MARIA)
    wrong = await edit(mother, "СНИЛС", "112-233-445 96")
    assert "⚠️" in wrong.text
    assert "Напишите СНИЛС" in wrong.text
    await say(mother, SNILS)
    asked = await choose(mother, "СНИЛС")
    assert "Сейчас так: ••••\u00a095" in asked.text
    assert "••••\u00a095" not in (await choose(mother, "Удалить значение")).text
    prompt = await choose(mother, "СНИЛС")
    assert "Сейчас так" not in prompt.text
    assert not prompt.button("Удалить значение")
    assert "действует" in (await card_of(mother)).text  # the policy has not been asked about
    told = await choose(mother, "История")
    assert told.text.count("Реестр") == 1
    assert "Вы удалили СНИЛС" in told.text


@pytest.mark.requirement("E19")
async def test_from_one_childs_card_to_anothers_is_two_presses(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await card_of(mother)
    assert "Королёв Артём" in (await choose(mother, "Назад", "Артём")).text
    assert "Иванова Мария" in (await choose(mother, "Назад", "Мария")).text


@pytest.mark.requirement("D49")
async def test_obstacle_to_booking_is_explained_with_a_button(town: Town) -> None:
    mother = town.mother
    await say(mother, "/book")
    assert (await mother.screen()).button("Даю согласие")
    await consent(mother)
    assert (await say(mother, "/book")).button("Добавить")
    await choose(mother, "Добавить")
    await say(mother, EGOR.policy_number)
    await choose(mother, "Да")
    await say(mother, EGOR.name.full)
    await choose(mother, "Проверить полис")
    card = await card_of(mother, "Егор")
    assert "кроме отчества" in card.text
    assert "Напишите отчество" in (await choose(mother, "Исправить отчество")).text


# --- a name, a number -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A22", "B45", "E21", "E35")
async def test_confirmed_name_changes_only_when_register_agrees(town: Town) -> None:
    """The visits stay."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    before = await edit(mother, "Фамилия", "Петрова")
    assert "Фамилия: Иванова → Петрова" in before.text
    assert "После правки полис проверю заново; записи остаются" in before.text
    refused = await choose(mother, "Сверить и изменить")
    assert "В реестре другая фамилия" in refused.text
    card = await card_of(mother)
    assert "Иванова Мария Сергеевна" in card.text
    assert "действует" in card.text
    assert "Правка ждёт" in card.text
    assert (await choose(mother, "Записаться")).button("Педиатр")
    await reissue_in_register(town, MARIA, name=PersonName("Петрова", "Мария", "Сергеевна"))
    await card_of(mother)
    agreed = await choose(mother, "Продолжить правку", "Сверить ещё раз")
    assert "Петрова Мария Сергеевна" in agreed.text
    assert "Правка ждёт" not in agreed.text
    assert "Мария П." in (await visits(mother)).text
    assert "Запись отменена" in (await choose(mother, "Отменить", "Да, отменить")).text


@pytest.mark.requirement("B45")
async def test_a_correction_is_given_up_at_a_word_and_the_card_stays_as_it_was(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await edit(mother, "Фамилия", "Петрова")
    both = await edit(mother, "Имя", "Марья")
    assert "Фамилия: Иванова → Петрова" in both.text
    assert "Имя: Мария → Марья" in both.text
    await choose(mother, "Поправить ещё")
    prompt = await choose(mother, "Отчество")
    assert "Сейчас так: Сергеевна" in prompt.text
    reviewed = await say(mother, "Сергеевич")
    assert "Отчество похоже на мужское" in reviewed.text
    again = await choose(mother, "Поправить ещё", "Фамилия")
    assert ("Сейчас так: Иванова" in again.text, "После правки: Петрова" in again.text) == (True, True)
    await choose(mother, "Назад", "Продолжить правку")
    restored = await choose(mother, "Оставить как было")
    assert "Иванова Мария Сергеевна" in restored.text
    assert "Правка" not in restored.text
    await repeat(mother, reviewed, "Сверить")  # an old button asks nobody about nothing
    assert [patient.name for patient in await children_of(town, mother)] == [MARIA.name]
    same = await edit(mother, "Фамилия", "Иванова")
    assert "✅ Полис ••••\u00a00014, действует" in same.text


@pytest.mark.requirement("B45", "E14")
async def test_exchanged_policy_is_accepted_only_for_the_same_child(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    mistyped = await edit(mother, "Номер полиса", "7796 1897 8401 0014")
    assert "В номере опечатка" in mistyped.text
    assert "Напишите новый номер" in mistyped.text
    assert "не этого ребёнка" in (await say(mother, ARTYOM.policy_number)).text
    unknown = await say(mother, NEW_NUMBER)
    assert f"••••\u00a00014 → ••••\u00a0{NEW_NUMBER[-4:]}" in unknown.text
    assert "Реестр этого не подтверждает" in (await choose(mother, "Сверить")).text
    assert "••••\u00a00014, действует" in (await card_of(mother)).text
    await reissue_in_register(town, MARIA, NEW_NUMBER)
    await choose(mother, "Продолжить")
    assert f"••••\u00a0{NEW_NUMBER[-4:]}, действует" in (await choose(mother, "Сверить")).text
    assert "Вы изменили номер полиса" in (await choose(mother, "История")).text
    await choose(mother, "Меню", MENU, "Добавить")
    again = await say(mother, NEW_NUMBER)
    assert "Иванова Мария Сергеевна" in again.text  # the number is found on its card, not added twice


async def test_a_silent_register_loses_no_correction(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await reissue_in_register(town, MARIA, name=PersonName("Петрова", "Мария", "Сергеевна"))
    await edit(mother, "Фамилия", "Петрова")
    with register_down(monkeypatch):
        assert "не отвечает" in (await choose(mother, "Сверить")).text
    await town.restart()
    assert "Петрова Мария Сергеевна" in (await choose(mother, "Попробовать ещё раз")).text


async def test_unconfirmed_card_is_corrected_at_once_and_checked_again(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, EGOR)
    assert EGOR.registered is not None
    card = await edit(mother, "Отчество", EGOR.registered.patronymic, "Егор")
    assert "действует" in card.text
    told = await choose(mother, "История")
    assert "Вы исправили отчество" in told.text
    assert "Реестр подтвердил полис" in told.text


async def test_a_correction_that_waits_goes_into_a_card_that_has_lost_its_policy(town: Town) -> None:
    """The register has confirmed nothing of such a card that could stay as it was."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await edit(mother, "Фамилия", "Петрова")
    await reissue_in_register(town, MARIA, name=PersonName("Петрова", "Марья", "Сергеевна"))
    await card_of(mother)
    assert "не сошлись" in (await choose(mother, "Проверить полис")).text
    card = await edit(mother, "Имя", "Марья")
    assert "Петрова Марья Сергеевна" in card.text
    assert "✅" in card.text
    assert "Правка" not in card.text
    assert "Вы исправили фамилию" in (await choose(mother, "История")).text


async def test_a_correction_waits_for_a_month(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    assert "30 дней" in (await edit(mother, "Фамилия", "Петрова")).text
    await town.pass_time(days=29)
    assert "Правка ждёт" in (await card_of(mother)).text
    await town.pass_time(days=2)
    assert "Правка" not in (await card_of(mother)).text


async def test_number_added_again_renews_only_own_unconfirmed_card(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await join(town, mother, father)
    patients = town.app.services.patients
    address, snils = {Detail.ADDRESS: ADDRESS}, {Detail.SNILS: "11223344595"}
    other_name = PolicyClaim(MARIA.policy_number, EGOR.name, MARIA.birth_date, MARIA.sex)
    for person, details in ((mother, address), (mother, snils), (father, {Detail.ADDRESS: "Москва, Лесная, 1"})):
        linked = await patients.link(await account_of(town, person), other_name, details)
        assert (linked.name, linked.is_verified) == (MARIA.name, True)
    kept = await patients.overview((await account_of(town, mother)).id, linked.id)
    assert kept.details == address | snils
    unknown = PolicyClaim("123456789", EGOR.name, EGOR.birth_date, EGOR.sex)
    for name in (EGOR.name, NIKITA.name):
        again = await patients.link(await account_of(town, mother), replace(unknown, name=name))
        assert (again.name, again.is_verified) == (name, False)
    assert len(await children_of(town, mother)) == 2


async def test_a_suspended_policy_is_replaced_by_the_number_of_a_new_one(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await change_in_register(town, MARIA, PolicyStatus.SUSPENDED)
    await card_of(mother)
    await choose(mother, "Проверить полис")
    assert "приостановлен" in (await card_of(mother)).text
    await reissue_in_register(town, MARIA, NEW_NUMBER)
    await edit(mother, "Номер полиса", NEW_NUMBER)
    still = await choose(mother, "Сверить")
    assert "приостановлен" in still.text
    await change_in_register(town, MARIA._replace(policy_number=NEW_NUMBER), PolicyStatus.ACTIVE)
    assert "действует" in (await choose(mother, "Сверить ещё раз")).text


async def test_a_number_of_another_record_waits_until_the_visits_are_over(town: Town) -> None:
    """A visit can be cancelled only in the name of the person who was registered when it was booked."""
    mother = town.mother
    await insure(town.app.store, [townsman(TWIN._replace(name=MARIA.name))])
    await settle_in(mother, MARIA)
    await book(mother)
    await edit(mother, "Номер полиса", NEW_NUMBER)
    refused = await mother.press("Сверить")
    assert refused.alert is not None
    assert "приёмы" in refused.alert
    assert "••••\u00a00014, действует" in (await card_of(mother)).text


async def test_edit_to_another_accounts_number_gives_a_limited_card(town: Town) -> None:
    """The other account keeps its card and is asked whether it is the same family."""
    mother, stranger = town.mother, town.stranger
    await insure(town.app.store, [townsman(TWIN._replace(name=MARIA.name))])
    await settle_in(stranger, TWIN._replace(name=MARIA.name))
    await settle_in(mother, MARIA)
    await edit(mother, "Номер полиса", NEW_NUMBER)
    await choose(mother, "Сверить")
    edited = await card_of(mother)
    assert f"••••\u00a0{NEW_NUMBER[-4:]}, действует" in edited.text
    assert "есть и у другого аккаунта" in edited.text
    await town.work()
    assert "завёл ещё один аккаунт" in (await stranger.screen()).text
    assert f"••••\u00a0{NEW_NUMBER[-4:]}, действует" in (await card_of(stranger)).text


async def test_five_refusals_put_the_next_correction_off(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await edit(mother, "Фамилия", "Петрова")
    await choose(mother, "Сверить")
    for _time in range(4):
        await choose(mother, "Сверить ещё раз")
    paused = await mother.press("Сверить ещё раз")
    said = (paused.alert or "") + (await mother.screen()).text
    assert "13:00" in said
    assert "Иванова" in (await card_of(mother)).text


async def test_a_forged_field_changes_nothing(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    [patient] = await children_of(town, mother)
    answer, _seen = await send(mother, SetSex(patient=patient.id, male=True).pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    answer, _seen = await send(mother, f"{EditField.__prefix__}:{patient.id}:99")
    assert answer.alert == "Эта кнопка от старого сообщения. Вот что есть сейчас."
    # The number of this policy tells the birth date by itself.
    await send(mother, EditField(patient=patient.id, field=KeyField.BIRTH_DATE).pack())
    await say(mother, "16.03.2018")
    assert "Правка" not in (await card_of(mother)).text
    assert await children_of(town, mother) == [patient]


async def test_edit_does_not_reopen_the_card_of_an_adult(town: Town) -> None:
    mother = town.mother
    born = date(2008, 11, 24)
    nearly = MARIA._replace(policy_number=make_policy_number("77", born, MARIA.sex, 9), birth_date=born)
    await insure(town.app.store, [townsman(nearly)])
    await settle_in(mother, nearly)
    waiting = await edit(mother, "Фамилия", "Петрова")
    await town.pass_time(hours=26)
    card = await card_of(mother)
    assert "18 лет" in card.text
    assert not card.button("Изменить")
    refused = await repeat(mother, waiting, "Сверить")
    assert "взрослого" in (refused.alert or "")
    [patient] = await children_of(town, mother)
    await send(mother, EditField(patient=patient.id, field=KeyField.FAMILY).pack())
    assert "взрослого" in (await say(mother, "Петрова")).text


# --- taking a card away -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("E14", "E36")
async def test_a_card_goes_after_one_question_and_the_other_child_stays(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, NIKITA)
    asked = await choose(mother, "Убрать карточку")
    assert "Восстановить их будет нельзя" in asked.text
    assert "Никита" in asked.text
    assert "⚠️ Никита С." in (await choose(mother, "Меню", MENU)).labels
    gone = await choose(mother, "Никита", "Убрать карточку")
    answer = await mother.press("Да, убрать")
    assert answer.alert == "Карточка убрана."
    left = await mother.screen()
    assert [label for label in left.labels if "." in label] == ["✅ Мария И."]
    again = await repeat(mother, gone, "Да, убрать")
    assert again.alert == "Этого здесь больше нет. Вот что есть сейчас."


async def test_removal_cancels_visits_or_leaves_them_as_the_parent_chooses(town: Town) -> None:
    mother, father = town.mother, town.father
    await insure(town.app.store, [townsman(TWIN)])
    for person, child, time in ((mother, MARIA, "08:00"), (father, TWIN, "09:00")):
        await settle_in(person, child)
        await book(person, time=time)
    await card_of(mother)
    asked = await choose(mother, "Убрать карточку")
    assert "Впереди 1 запись" in asked.text
    assert "Отменить её сможет только регистратура" in asked.text
    done = await mother.press("Отменить запись и убрать")
    assert done.alert == "Запись отменена, карточка убрана."
    await card_of(father, "Дарья И.")
    kept = await choose(father, "Убрать карточку", "Оставить запись и убрать")
    assert "назовите её номер" in kept.text
    assert "Регистратура: +7" in kept.text
    day = await at_desk(town)
    assert not day.button("08:00 · Мария")
    assert day.button("09:00 · Дарья")
    for person in (mother, father):
        assert await children_of(town, person) == []
        assert "Записей к врачу нет" in (await visits(person)).text
    seen = await mother.messages()
    await town.pass_time(days=1)
    assert [message.text for message in await mother.messages()] == [message.text for message in seen]


async def test_old_answer_about_visits_is_not_used_for_another_removal(town: Town) -> None:
    """«Да, убрать» was pressed on a card without visits, or on one with another representative."""
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await card_of(mother)
    alone = await choose(mother, "Убрать карточку")
    await book(mother)
    refused = await repeat(mother, alone, "Да, убрать")
    assert refused.alert == "С тех пор кое-что изменилось. Посмотрите ещё раз."
    assert "Впереди 1 запись" in (await look(mother, alone.id)).text
    await join(town, mother, father)
    await card_of(mother)
    shared = await choose(mother, "Убрать карточку")
    await card_of(father)
    await choose(father, "Выйти из карточки", "Выйти из карточки")
    assert (await repeat(mother, shared, "Да, убрать")).alert == refused.alert
    assert await children_of(town, mother)


@pytest.mark.requirement("E14")
async def test_other_parent_may_look_and_leave_but_not_edit(town: Town) -> None:
    """The visits that the other parent booked stay."""
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await join(town, mother, father)
    card = await card_of(father)
    assert "Владелец карточки — другой представитель" in card.text
    assert not card.button("Изменить")
    assert not card.button("Убрать")
    [patient] = await children_of(town, father)
    answer, _seen = await send(father, EditCard(patient=patient.id).pack())
    assert answer.alert is not None
    assert "владелец" in answer.alert
    await book(father)
    assert "Карточку ведёт ещё 1 представитель" in (await card_of(mother)).text
    history = await choose(mother, "История")
    assert "23 ноября, 12:00 · Другой представитель записал ребёнка: Педиатр, " in history.text
    assert "подтвердила запись" not in history.text
    await card_of(father)
    asked = await choose(father, "Выйти из карточки")
    assert "останутся у владельца" in asked.text
    assert (await father.press("Выйти из карточки")).alert == "Вы вышли из карточки."
    assert await children_of(town, father) == []
    assert "Мария И." in (await visits(mother)).text
    assert "Запись отменена" in (await choose(mother, "Отменить", "Да, отменить")).text


async def test_both_parents_see_a_problem_and_only_the_owner_corrects_it(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await join(town, mother, father)
    await reissue_in_register(town, MARIA, name=PersonName("Иванова", "Мария", "Семёновна"))
    await card_of(father)
    told = await choose(father, "Проверить полис")
    assert "кроме отчества" in told.text
    assert "Исправить может владелец карточки" in told.text
    before, his = await mother.messages(), await father.messages()
    await town.pass_time(days=6)
    [*_change, reminder] = await new_messages(mother, before)
    assert "осталось исправить" in reminder.text
    assert await new_messages(father, his) == []
    assert (await card_of(mother)).button("Исправить отчество")
    await reissue_in_register(town, MARIA, name=PersonName("Петрова", "Марья", "Семёновна"))
    [patient] = await children_of(town, mother)
    await town.app.services.checks.check((await account_of(town, mother)).id, patient.id)
    assert (await card_of(mother)).button("Исправить имя")
    refused = await card_of(father)
    assert "не сошлись" in refused.text
    await town.work()
    for seen in (told, refused, *await father.messages()):
        assert not [label for label in seen.labels if re.search("Исправить|Убрать", label)]
    assert [refused.labels.count(label) for label in ("Выйти из карточки", "Помощь", "История")] == [1, 1, 1]


async def test_error_corrected_by_the_insurer_is_checked_by_one_press(town: Town) -> None:
    mother = town.mother
    await reissue_in_register(town, MARIA, name=PersonName("Иванова", "Мария", "Семёновна"))
    assert "кроме отчества" in (await settle_in(mother, MARIA)).text
    await reissue_in_register(town, MARIA)
    assert "Полис проверен: Мария И." in (await choose(mother, "Проверить ещё раз")).text


async def test_when_the_owner_goes_the_other_parent_has_the_card_and_its_visits(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await book(mother)
    await join(town, mother, father)
    known = await father.messages()
    await card_of(mother)
    asked = await choose(mother, "Убрать карточку")
    assert "он станет владельцем" in asked.text
    assert not asked.button("Отменить")
    await choose(mother, "Да, убрать")
    assert await children_of(town, mother) == []
    await town.work()
    told = [message for message in await father.messages() if message.id not in {m.id for m in known}]
    assert any("Мария И." in message.text for message in told)
    card = await card_of(father)
    assert card.button("Изменить")
    assert "Мария И." in (await visits(father)).text


# --- history ----------------------------------------------------------------------------------------------------------


async def test_a_long_history_is_turned_by_pages(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await card_of(mother)
    for _time in range(10):
        await mother.press("Показать номера")
    newest = await choose(mother, "История")
    assert newest.text.count("Вы посмотрели номера") == 10
    oldest = await choose(mother, "Дальше")
    assert "Стр. 2 из 2" in oldest.text
    assert "Вы добавили карточку" in oldest.text
    assert "Вы добавили карточку" not in (await choose(mother, "‹ Стр. 1")).text
