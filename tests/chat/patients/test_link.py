"""Link a policy by its number: validation of what is typed, and the answer of the register."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.patient import VerificationStatus
from bot.core.people import Sex
from bot.patients.rules.policy_number import check_digit, make_policy_number, policy_facts
from storage.registry.seed.examples import Example
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    CHECK,
    DARYA,
    EGOR,
    EVA,
    MARIA,
    NIKITA,
    SOFIA,
    children_of,
    choose,
    consent,
    link,
    looks,
    name_and_check,
    new_messages,
    say,
    settle_in,
    to_name,
)
from tests.chat.policy_register import change_in_register, register_down
from tests.chat.town import Town

WELL_TYPED = "7796 1897 8400 0014"
MISTYPED = "7796 1897 8401 0014"

WRONG_NUMBERS = {
    "15 digits": ("7796 1897 8400 001", ["15 цифр", "нужно 16", "одной не хватает", "7796 1897 8400 001"]),
    "17 digits": ("7796 1897 8400 0014 5", ["17 цифр", "одна лишняя"]),
    "11 digits": ("112-233-445 95", ["11 цифр", "СНИЛС", "16 цифр, на лицевой стороне"]),
    "an old policy": ("АБ 1234567890", ["старого полиса", "страховая"]),
    "a letter for a digit": ("7796 1897 84OO 0014", ["Знак 11", "«O»", "цифра 0"]),
    "a wrong check digit": (MISTYPED, ["В номере опечатка", "7796 · 1897 · 8401 · 0014"]),
    "no date": (f"770000000000000{check_digit('770000000000000')}", ["дата рождения", "7700 · 0000"]),
    "an adult": (make_policy_number("77", date(1990, 4, 1), Sex.MALE, 7), ["взрослого", "до 18 лет"]),
    "no number at all": ("не знаю", ["Не вижу здесь номера"]),
    "the child's name": ("Иванова Мария", ["Не вижу здесь номера"]),
    "a short old policy": ("АБ 123456", ["старого полиса", "кнопка «Старый полис»"]),
    "the name after the number": (f"{WELL_TYPED} Иванова Мария", ["только 16 цифр", "имя я спрошу потом"]),
}


# --- the number -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B32", "B37", "E25", "E36", "E42", "E44", "C35", "C39")
@pytest.mark.parametrize("case", WRONG_NUMBERS)
async def test_a_wrong_number_is_answered_at_once_with_the_place_of_the_error(town: Town, case: str) -> None:
    typed, expected = WRONG_NUMBERS[case]
    await consent(town.mother)
    answer = await say(town.mother, typed)
    assert [words for words in expected if words not in answer.text] == []
    assert "Пришлите номер полиса" in answer.text  # the prompt still stands below


@pytest.mark.requirement("B37", "C36", "E4")
async def test_number_typed_after_a_mistake_is_accepted(town: Town) -> None:
    await consent(town.mother)
    await say(town.mother, MISTYPED)
    answer = await say(town.mother, WELL_TYPED)
    assert "15 марта 2018" in answer.text
    assert "⚠️" not in answer.text


@pytest.mark.requirement("B31", "E16")
async def test_a_number_whose_date_lies_in_the_future_is_refused(town: Town) -> None:
    await consent(town.mother)
    answer = await say(town.mother, make_policy_number("77", date(2026, 11, 24), Sex.FEMALE, 5))
    assert "дата рождения" in answer.text
    assert "Верно?" not in answer.text


@pytest.mark.requirement("A45", "C8", "E24")
@pytest.mark.parametrize(
    "spacing", ["7796189784000014", "7796 1897 8400 0014", "77-96-18-97-84-00-00-14", "Полис № 7796 1897 84000014"]
)
async def test_a_number_is_understood_in_any_spacing(town: Town, spacing: str) -> None:
    await consent(town.mother)
    assert "15 марта 2018" in (await say(town.mother, spacing)).text


@pytest.mark.requirement("E24")
async def test_number_is_stored_with_its_leading_zero(town: Town) -> None:
    number = make_policy_number("01", date(2018, 3, 15), Sex.FEMALE, 14)
    await consent(town.mother)
    await say(town.mother, f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}")
    await choose(town.mother, "Да")
    await name_and_check(town.mother, MARIA.name.full)
    assert [patient.policy_number for patient in await children_of(town, town.mother)] == [number]


@pytest.mark.requirement("B31", "C25", "C26", "E16")
async def test_birth_date_and_sex_are_shown_as_the_number_encodes_them(town: Town) -> None:
    await consent(town.mother)
    girl = await say(town.mother, MARIA.policy_number)
    assert "девочки, родившейся 15 марта 2018 года" in girl.text
    await choose(town.mother, "другой номер")
    boy = await say(town.mother, ARTYOM.policy_number)
    assert "мальчика, родившегося 2 ноября 2015 года" in boy.text


@pytest.mark.requirement("E5", "E31", "B29")
async def test_only_the_number_and_the_name_are_required(town: Town) -> None:
    mother = town.mother
    asked = [await consent(mother), await say(mother, MARIA.policy_number), await choose(mother, "Да")]
    reviewed = await say(mother, MARIA.name.full)
    assert [
        word
        for word, screen in zip(("номер полиса", "Верно?", "фамилию"), asked, strict=True)
        if word not in screen.text
    ] == []
    assert "Проверьте данные" in reviewed.text
    assert "Полис проверен" in (await choose(mother, CHECK)).text
    everything = " ".join(screen.text for screen in asked)
    for never in ("ИНН", "СНИЛС", "срок действия", "дату рождения"):
        assert never not in everything


@pytest.mark.requirement("B29")
async def test_a_form_with_an_empty_field_cannot_be_sent(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    prompt = await to_name(mother, MARIA)
    assert set(prompt.labels) == {
        "Отчества нет",
        "Не добавлять этого ребёнка",
        "Назад",
        "Меню",
    }  # nothing here sends the form
    await choose(mother, "Назад")
    assert await children_of(town, town.mother) == []


@pytest.mark.requirement("C13")
async def test_where_to_find_the_number_is_one_press_away_and_leads_back(town: Town) -> None:
    await consent(town.mother)
    assert "на лицевой стороне" in (await choose(town.mother, "Номер полиса", "Где найти номер")).text
    assert "Напишите номер" in (await choose(town.mother, "Назад")).text


async def test_family_without_a_policy_gets_advice(town: Town) -> None:
    await consent(town.mother)
    assert "103" in (await choose(town.mother, "Полиса пока нет")).text
    assert "Госуслугах" in (await choose(town.mother, "Месяц или больше")).text
    assert "Напишите номер" in (await choose(town.mother, "Номер уже есть")).text


# --- words where a question has buttons -------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "shown"), [("Да", "Напишите фамилию"), ("нет, неверно", "Напишите номер полиса")])
async def test_yes_and_no_may_be_typed(town: Town, typed: str, shown: str) -> None:
    await consent(town.mother)
    await say(town.mother, MARIA.policy_number)
    assert shown in (await say(town.mother, typed)).text


async def test_name_typed_early_is_stored_and_the_question_stays(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await say(mother, MARIA.policy_number)
    answer = await say(mother, "иванова мария сергеевна")
    assert "Имя: Иванова Мария Сергеевна" in answer.text
    assert "Верно?" in answer.text
    assert "Проверьте данные" in (await choose(mother, "Да")).text


async def test_another_number_typed_at_the_question_takes_the_place_of_the_first(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await say(mother, MARIA.policy_number)
    mistyped = await say(mother, "7788 4897 4700 0023")
    assert "В номере опечатка" in mistyped.text
    assert "15 марта 2018" in mistyped.text  # the first number still stands
    assert "2 ноября 2015" in (await say(mother, ARTYOM.policy_number)).text


async def test_anything_else_typed_at_the_question_leaves_it_there(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await say(mother, MARIA.policy_number)
    answer = await say(mother, "а что это значит?")
    assert "Сначала ответьте на вопрос" in answer.text
    assert "Верно?" in answer.text
    assert answer.labels == ["Да", "Нет, ввести другой номер", "Не добавлять этого ребёнка", "Меню"]


@pytest.mark.parametrize(
    ("typed", "shown"), [("девочка", "имя и отчество девочки"), ("Это мальчик!", "отчество мальчика")]
)
async def test_a_girl_or_a_boy_may_be_typed(town: Town, typed: str, shown: str) -> None:
    mother = town.mother
    await consent(mother)
    await say(mother, DARYA.policy_number)
    await say(mother, f"{DARYA.birth_date:%d.%m.%Y}")
    unclear = await say(mother, "ребёнок")
    assert "Нажмите кнопку ниже или напишите" in unclear.text
    assert unclear.button("Девочка")
    assert shown in (await say(mother, typed)).text


# --- the name ---------------------------------------------------------------------------------------------------------

WRONG_NAMES = {
    "two words": ("Иванова Мария", ["Без отчества?", "Нет, допишу"]),
    "a digit": ("Иванова Мар1я Сергеевна", ["«Мар1я»", "знак 4", "«1»"]),
    "a Latin letter": ("Ивaнова Мария Сергеевна", ["знак 3", "латинская"]),
    "an initial": ("Иванова М. С.", ["«М.»"]),
    "a shortened word": ("Иванова М С", ["«М»", "слово полностью"]),
    "no patronymic in words": ("Иванова Мария нет", ["Без отчества?", "Нет, допишу"]),
}


@pytest.mark.requirement("B30", "C25", "E36", "E44", "E47")
@pytest.mark.parametrize("case", WRONG_NAMES)
async def test_invalid_name_shows_its_place_and_keeps_the_number(town: Town, case: str) -> None:
    typed, expected = WRONG_NAMES[case]
    await consent(town.mother)
    await to_name(town.mother, MARIA)
    answer = await say(town.mother, typed)
    shown = " ".join([answer.text, *answer.labels])
    assert [words for words in expected if words not in shown] == []
    assert "Полис проверен" in (await name_and_check(town.mother, MARIA.name.full)).text


@pytest.mark.requirement("C26")
async def test_patronymic_of_the_other_sex_is_refused_once(town: Town) -> None:
    await consent(town.mother)
    await to_name(town.mother, MARIA)
    questioned = await say(town.mother, "Иванова Мария Сергеевич")
    assert "окончание отчества" in questioned.text
    taken = await name_and_check(town.mother, "Иванова Мария Сергеевич")
    assert "кроме отчества" in taken.text  # the register knows better


@pytest.mark.requirement("E32", "B30")
@pytest.mark.parametrize(
    "typed", ["КОРОЛЕВ АРТЕМ ДМИТРИЕВИЧ", "  королёв   артем дмитриевич ", "Артём Дмитриевич Королёв"]
)
async def test_capitals_spaces_and_the_dots_over_yo_do_not_matter(town: Town, typed: str) -> None:
    await consent(town.mother)
    await to_name(town.mother, ARTYOM)
    assert "Полис проверен" in (await name_and_check(town.mother, typed)).text


async def test_a_child_without_a_patronymic_has_two_names(town: Town) -> None:
    await consent(town.mother)
    await to_name(town.mother, ALINA)
    prompt = await choose(town.mother, "Отчества нет")
    assert "фамилию и имя" in prompt.text
    assert "Алина А." in (await name_and_check(town.mother, "ахметова-белая алина")).text


async def test_two_words_and_a_yes_to_no_patronymic_are_enough(town: Town) -> None:
    await consent(town.mother)
    await to_name(town.mother, ALINA)
    await say(town.mother, "Ахметова-Белая Алина")
    assert "Полис проверен" in (await choose(town.mother, "Да", CHECK)).text


# --- the verdict ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E3", "E18", "E37", "B46", "B47")
async def test_verified_policy_shows_masked_number_date_and_next_step(town: Town) -> None:
    await consent(town.mother)
    done = await link(town.mother, MARIA)
    assert "Полис проверен: Мария И., ••••\u00a00014, действует" in done.text
    assert "23 ноября 2026 года" in done.text
    assert "Детская № 12" not in done.text  # the clinic by the register needs papers or another card's consent
    assert done.button("Записаться к врачу")
    [patient] = await children_of(town, town.mother)
    assert patient.verification.status is VerificationStatus.VERIFIED
    assert patient.verification.checked_at == town.clock.now()


@pytest.mark.requirement("C14")
async def test_verified_child_belongs_to_a_clinic_of_the_policys_region(town: Town) -> None:
    await consent(town.mother)
    await link(town.mother, ALINA)
    [alina] = await children_of(town, town.mother)
    clinic = await town.app.store.storage.read(lambda view: view.patients.register_clinic(alina.id))
    assert clinic is not None
    assert "Екатеринбург" in (await town.app.services.directory.clinic(clinic)).address
    facts = policy_facts(alina.policy_number)
    assert facts is not None
    assert (facts.region, facts.birth_date) == ("66", ALINA.birth_date)


@pytest.mark.requirement("E25", "B47")
async def test_not_found_and_does_not_match_are_one_answer(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    unknown = await link(mother, SOFIA)
    await choose(mother, "Убрать карточку", "Да, убрать", "Добавить")
    await to_name(mother, MARIA)
    foreign = await name_and_check(mother, SOFIA.name.full)
    masked = [
        (text.replace("0070", "…").replace("0014", "…"), labels) for text, labels in map(looks, (unknown, foreign))
    ]
    assert masked[0] == masked[1]
    assert "не сошлись с реестром" in unknown.text
    assert "страхов" in unknown.text  # whom to ask when everything was typed right


@pytest.mark.requirement("E4", "E47", "C36", "B47", "B37")
async def test_only_the_differing_name_is_asked_for_again(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    answer = await link(mother, EGOR)
    assert "кроме отчества" in answer.text
    asked = await choose(mother, "Исправить отчество")
    assert "Напишите отчество" in asked.text
    assert "номер" not in asked.text
    assert "Полис проверен" in (await say(mother, "Андреевич")).text


async def test_invalid_correction_repeats_the_prompt(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await link(mother, EGOR)
    await choose(mother, "Исправить отчество")
    answer = await say(mother, "Андр3евич")
    assert "знак 5" in answer.text
    assert "Напишите отчество" in answer.text


async def test_refused_data_are_corrected_without_retyping_the_number(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await name_and_check(mother, "Петрова Анна Сергеевна")
    asked = await choose(mother, "Исправить имя")
    assert "фамилию, имя и отчество" in asked.text
    # The whole name is shown in its parts before the register is asked, and may be corrected once more.
    read = await say(mother, "Мария Сергеевна Иванова")
    assert "Фамилия Иванова, имя Мария, отчество Сергеевна." in read.text
    assert {CHECK, "Исправить имя"} <= set(read.labels)
    assert "••••\u00a00014, действует" in (await choose(mother, CHECK)).text


@pytest.mark.requirement("E7", "B4")
@pytest.mark.parametrize(
    ("child", "reason", "advice"), [(NIKITA, "приостановлен", "страховую"), (EVA, "истёк", "Продлите")]
)
async def test_a_policy_not_in_force_is_refused_with_the_reason_and_advice(
    town: Town, child: Example, reason: str, advice: str
) -> None:
    await consent(town.mother)
    answer = await link(town.mother, child)
    assert reason in answer.text
    assert advice in answer.text
    assert answer.button("Проверить ещё раз")
    assert not answer.button("Записаться")


@pytest.mark.requirement("C14", "C26")
async def test_a_policy_that_the_register_gives_to_the_other_sex_does_not_match(town: Town) -> None:
    await change_in_register(town, MARIA, sex=Sex.MALE)
    await consent(town.mother)
    assert "не сошлись с реестром" in (await link(town.mother, MARIA)).text


async def test_policy_of_another_account_gives_a_limited_card(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    answer = await settle_in(town.father, MARIA)
    assert "есть и у другого аккаунта" in answer.text
    assert answer.button("Что дальше")


async def test_the_same_number_again_is_the_same_card(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await choose(town.mother, "Добавить")
    assert "Иванова Мария Сергеевна" in (await say(town.mother, WELL_TYPED)).text
    assert len(await children_of(town, town.mother)) == 1


# --- a register that is silent ----------------------------------------------------------------------------------------


@pytest.mark.requirement("E38", "E39", "E40", "B57")
async def test_silent_register_is_retried_and_the_answer_is_notified(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch):
        answer = await link(mother, MARIA)
        assert "Реестр сейчас не отвечает" in answer.text
        assert "напишу" in answer.text
        await town.pass_time(seconds=30)
        assert [patient.verification.status for patient in await children_of(town, town.mother)] == [
            VerificationStatus.UNAVAILABLE
        ]
        assert "не отвечает" in (await choose(mother, "Узнать")).text
    before = await mother.messages()
    await town.pass_time(minutes=1)
    [news] = await new_messages(mother, before)
    assert "Мария И., ••••\u00a00014, действует" in news.text
    await town.pass_time(minutes=30)
    assert len(await new_messages(mother, before)) == 1


@pytest.mark.requirement("E38", "E40")
async def test_news_of_a_name_to_correct_leads_straight_to_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch):
        await link(mother, EGOR)
    await town.pass_time(minutes=1)
    assert "кроме отчества" in (await mother.screen()).text
    await choose(mother, "Исправить отчество")
    assert "Полис проверен" in (await say(mother, "Андреевич")).text


async def test_verdict_shown_on_the_screen_is_not_notified(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    before = await town.mother.messages()
    await town.pass_time(minutes=1)
    assert await new_messages(town.mother, before) == []
