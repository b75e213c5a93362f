"""The wizard for a new patient: one question a screen, and a review where every answer can be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.people import Sex
from bot.patients.records import Detail
from storage.unit import UnitOfWork
from tests.barcodes import barcode, jpeg, on_paper, pdf417
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    CHECK,
    DARYA,
    MARIA,
    account_of,
    children_of,
    choose,
    consent,
    looks,
    presses,
    repeat,
    say,
    settle_in,
    to_name,
    to_review,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town, town as open_town

EXTRAS = "Добавить необязательное"
DETAILS = {
    "СНИЛС": ("СНИЛС ребёнка", "112-233-445 95", "••••\u00a095"),
    "Свидетельство": ("Свидетельство о рождении", "v-мю № 123456", "••••\u00a056"),
    "Дата выдачи": ("Дата выдачи полиса", "20.04.2018", "20 апреля 2018 года"),
    "Срок": ("Срок действия полиса", "31.12.2027", "31 декабря 2027 года"),
    "Адрес": ("Адрес, где живёт ребёнок", "Москва, Садовая ул., д. 5", "Москва, Садовая ул., д. 5"),
}
"""By the beginning of its button: the label, what is typed, what the review shows."""


async def add_detail(person: Person, button: str, typed: str) -> ChatMessage:
    await choose(person, EXTRAS, button)
    return await say(person, typed)


@pytest.mark.requirement("E27", "C39")
async def test_policy_cannot_be_older_than_the_child(town: Town) -> None:
    """Neither in the wizard nor on the card."""
    mother = town.mother
    await consent(mother)
    await to_review(mother, MARIA)
    refused = await add_detail(mother, "Дата выдачи", "14.03.2018")
    assert "Ребёнок родился 15 марта 2018 года, полис не могли выдать раньше" in refused.text
    assert "Напишите, когда выдан полис" in refused.text
    assert "дата справа вверху" in refused.text
    assert "Дата выдачи полиса: 15 марта 2018 года" in (await say(mother, "15.03.2018")).text
    await choose(mother, CHECK)
    await say(mother, "/children")
    await choose(mother, "Мария", "Изменить", "Дата выдачи")
    assert "Ребёнок родился 15 марта 2018 года" in (await say(mother, "20.04.2010")).text


# --- the review -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A22", "C18", "C2", "E20", "D37")
async def test_review_shows_all_answers_before_the_check(town: Town) -> None:
    """A change takes two presses."""
    mother = town.mother
    await consent(mother)
    before = await presses(town)
    reviewed = await to_review(mother, MARIA)
    for fact in (
        "Номер полиса: ••••\u00a00014",
        "Имя: Иванова Мария Сергеевна",
        "Девочка, родилась 15 марта 2018 года",
    ):
        assert fact in reviewed.text
    assert reviewed.labels[0] == CHECK
    assert await children_of(town, mother) == []
    assert "Полис проверен" in (await choose(mother, CHECK)).text
    assert await presses(town) - before == 2


@pytest.mark.requirement("A22", "C18")
async def test_full_number_is_shown_only_in_an_alert(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    reviewed = await to_review(mother, MARIA)
    await add_detail(mother, "СНИЛС", "112-233-445 95")
    told = await mother.press("Показать номер")
    assert told.alert is not None
    assert "7796 1897 8400 0014" in told.alert
    assert "112-233-445 95" in told.alert
    assert not any("7796" in message.text or "112-233-445 95" in message.text for message in await mother.messages())
    assert (await mother.screen()).labels == reviewed.labels


@pytest.mark.requirement("A22", "C18", "E47", "C36")
async def test_each_answer_is_changed_by_itself_and_the_rest_stays(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_review(mother, ARTYOM)
    await add_detail(mother, "Срок", "31.12.2027")
    await choose(mother, "Изменить", "Номер полиса")
    assert "В номере опечатка" in (await say(mother, "7796 1897 8401 0014")).text
    asked = await say(mother, MARIA.policy_number)
    assert "15 марта 2018 года. Верно?" in asked.text
    reviewed = await choose(mother, "Да")
    for kept in ("••••\u00a00014", ARTYOM.name.full, "Девочка", "31 декабря 2027 года"):
        assert kept in reviewed.text
    await choose(mother, "Изменить", "Имя")
    mistaken = await say(mother, "Ивaнова Мария Сергеевна")
    assert "знак 3" in mistaken.text
    assert "Сейчас так: Королёв Артём Дмитриевич" in mistaken.text
    reviewed = await say(mother, MARIA.name.full)
    for kept in ("••••\u00a00014", MARIA.name.full, "31 декабря 2027 года"):
        assert kept in reviewed.text
    await choose(mother, "Изменить", "Срок")
    assert "31 декабря 2027" not in (await choose(mother, "Убрать")).text
    assert "Полис проверен: Мария И." in (await choose(mother, CHECK)).text


async def test_an_impatient_thumb_on_the_check_is_one_card_and_one_verdict(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    reviewed = await to_review(mother, MARIA)
    for _tap in range(3):
        assert (await repeat(mother, reviewed, CHECK)).alert is None
    assert "Полис проверен: Мария И." in (await mother.screen()).text
    assert len(await children_of(town, mother)) == 1


@pytest.mark.requirement("A22")
async def test_a_child_may_be_given_up_and_nothing_of_it_stays(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_review(mother, MARIA)
    asked = await choose(mother, "Изменить", "Не добавлять этого ребёнка")
    assert "Мария И." in asked.text
    given_up = await mother.press("Не добавлять")
    assert given_up.alert == "Данные этого ребёнка удалены."
    assert not (await mother.screen()).button("Дописать")
    assert await town.app.services.linking.unfinished((await account_of(town, mother)).id) == []


async def test_an_unfinished_child_can_be_dropped_on_each_of_its_screens(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Добавить ещё ребёнка")
    screens = [await say(mother, ARTYOM.policy_number), await choose(mother, "Да")]
    screens += [await say(mother, "Королёв Артём"), await choose(mother, "Нет, допишу")]
    screens.append(await say(mother, "Дмитриевич"))
    assert [seen.text for seen in screens if "Не добавлять этого ребёнка" not in seen.labels] == []
    asked = await choose(mother, "Не добавлять этого ребёнка")
    assert looks(await choose(mother, "Назад")) == looks(screens[-1]), asked
    menu = await say(mother, "/menu")
    booking, adding = (
        next(i for i, each in enumerate(menu.labels) if word in each) for word in ("Записаться", "Дописать")
    )
    assert booking < adding  # what a parent comes for stands first
    await choose(mother, "Дописать", "Не добавлять этого ребёнка", "Не добавлять")
    assert not (await mother.screen()).button("Дописать")


@pytest.mark.requirement("B30", "E47")
async def test_a_patronymic_is_put_in_and_left_out_again(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_review(mother, MARIA)
    await choose(mother, "Изменить", "Имя")
    reviewed = await choose(mother, "Отчества нет")
    assert "Имя: Иванова Мария\n" in reviewed.text
    asked = await choose(mother, "Изменить", "Имя", "Отчество есть")
    assert "фамилию, имя и отчество" in asked.text
    assert "Без отчества?" in (await say(mother, "Иванова Мария нет")).text
    assert "Имя: Иванова Мария Сергеевна" in (await say(mother, MARIA.name.full)).text


async def test_the_limit_of_cards_is_said_at_the_first_tap_with_a_phone(template: Path, tmp_path: Path) -> None:
    async with open_town(template, tmp_path, patients_limit=1) as town:
        mother = town.mother
        await settle_in(mother, MARIA)
        said = await choose(mother, "Добавить")
        assert "У вас уже 1 карточка: больше завести нельзя." in said.text
        assert "Поддержка: +7" in said.text
        # A number that comes elsewhere is answered alike, and leaves no unfinished child.
        await say(mother, "/menu")
        assert "Поддержка: +7" in (await say(mother, ARTYOM.policy_number)).text
        await say(mother, "/menu")
        await mother.send_photo(jpeg(on_paper(pdf417(barcode(ALINA.policy_number, ALINA.name)))))
        assert "Поддержка: +7" in (await mother.screen()).text
        assert not (await say(mother, "/menu")).button("Дописать")
        # The number of the card that is there opens it as before.
        assert "Мария" in (await say(mother, MARIA.policy_number)).text


# --- what is optional -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E1", "A7", "A19", "C11", "C12", "C27", "E27", "E28", "E31", "E34")
async def test_details_in_a_draft_are_stored_with_the_card(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_review(mother, MARIA)
    for button, (_label, typed, _shown) in DETAILS.items():
        await add_detail(mother, button, typed)
    reviewed = await mother.screen()
    for label, _typed, shown in DETAILS.values():
        assert f"{label}: {shown}" in reviewed.text
    assert sum(label.startswith("✅") for label in (await choose(mother, EXTRAS)).labels) == len(DETAILS)
    assert "Полис проверен" in (await choose(mother, "Назад", CHECK)).text
    [patient] = await children_of(town, mother)

    async def look(view: UnitOfWork) -> None:
        assert await view.patients.details(patient.id) == {
            Detail.SNILS: "11223344595",
            Detail.CERTIFICATE: "V-МЮ 123456",
            Detail.ISSUED_ON: "2018-04-20",
            Detail.VALID_UNTIL: "2027-12-31",
            Detail.ADDRESS: "Москва, Садовая ул., д. 5",
        }

    await town.app.store.storage.read(look)


MISTAKES = {
    "СНИЛС": ("112-233-44S 95", ["Знак 9", "«S»", "цифра 5"]),
    "Свидетельство": ("IIII-МЮ 123456", ["IV"]),
    "Дата выдачи": ("24.11.2026", ["24 ноября 2026 года", "ещё не наступи"]),
    "Срок": ("22.11.2026", ["действовал до 22 ноября 2026 года", "продлите", "страховой"]),
    "Адрес": ("Москва", ["дом"]),
}


@pytest.mark.requirement("E27", "E29", "E34", "E42", "E1", "A7", "C39", "E10")
async def test_a_mistake_in_what_is_optional_is_pointed_at_and_spoils_nothing(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    before = looks(await to_review(mother, MARIA))
    for button, (typed, words) in MISTAKES.items():
        answer = await add_detail(mother, button, typed)
        assert [word for word in words if word not in answer.text] == []
        assert "необязательно" in answer.text
        assert looks(await choose(mother, "Назад", "Назад")) == before
    # The last day is still in force.
    assert "23 ноября 2026 года" in (await add_detail(mother, "Срок", "23.11.2026")).text


@pytest.mark.requirement("E20", "E31", "D37", "C13", "A6", "C7", "B33")
async def test_no_question_asks_for_passport_taxes_work_or_illness(town: Town) -> None:
    """Optional questions are marked as such."""
    mother = town.mother
    asked = [(await consent(mother)).text, (await choose(mother, "Номер полиса")).text]
    asked += [(await say(mother, MARIA.policy_number)).text, (await choose(mother, "Да")).text]
    asked += [(await say(mother, MARIA.name.full)).text, (await choose(mother, EXTRAS)).text]
    for button in DETAILS:
        question = (await choose(mother, button)).text
        assert "необязательно" in question
        assert "Например:" in question
        asked.append(question)
        await choose(mother, "Назад")
    asked.append((await choose(mother, "Назад", "Изменить")).text)
    for person, way in ((town.father, "Данные ребёнка"), (town.stranger, "Старый полис")):
        await consent(person)
        asked.append((await choose(person, way)).text)
        typed = (MARIA.name.full, "15.03.2018") if person is town.father else ("АБ 123456", "15.03.2018")
        asked += [(await say(person, each)).text for each in typed]
    everything = " ".join(asked).casefold()
    assert "11 цифр на обороте" not in everything
    passport = ("паспорт", "кем выдан", "код подразделения", "место рождения")
    for never in (*passport, "инн", "место работы", "работаете", "болезн", "болеет", "диагноз", "жалоб", "доход"):
        assert never not in everything


@pytest.mark.requirement("E11")
async def test_snils_prompt_explains_where_to_find_it(town: Town) -> None:
    mother, father = town.mother, town.father
    await consent(mother)
    await to_review(mother, MARIA)
    offered = await choose(mother, EXTRAS, "СНИЛС")
    await consent(father)
    await choose(father, "Данные ребёнка")
    await say(father, MARIA.name.full)
    wanted = await say(father, "15.03.2018")
    for asked in (offered.text, wanted.text):
        assert "присваивают автоматически" in asked
        for place in ("Госуслугах", "МФЦ", "Социальном фонде"):
            assert place in asked


# --- other papers -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E23", "A8", "C12", "C35", "C39")
async def test_temporary_certificate_asks_for_birth_date_and_sex(town: Town) -> None:
    """Its number has nine digits."""
    mother = town.mother
    await consent(mother)
    asked = await say(mother, "304 517 826")
    assert "Временное свидетельство: ••••\u00a07826" in asked.text
    assert "дату рождения" in asked.text
    assert "ещё не наступи" in (await say(mother, "24.11.2026")).text
    assert "уже 18" in (await say(mother, "04.10.2005")).text
    assert "напишите день, месяц и год" in (await say(mother, "осенью")).text.lower()
    assert "Сначала пишут день: может быть, 25 октября 2025 года?" in (await say(mother, "10.25.2025")).text
    assert "девочка или мальчик" in (await say(mother, "04.10.2025")).text
    assert "фамилию, имя и отчество девочки" in (await choose(mother, "Девочка")).text
    reviewed = await say(mother, DARYA.name.full)
    for fact in ("Временное свидетельство: ••••\u00a07826", "4 октября 2025", "посмотрят в поликлинике"):
        assert fact in reviewed.text
    assert "Полис проверен: Дарья В., ••••\u00a07826" in (await choose(mother, CHECK)).text


@pytest.mark.requirement("E23", "A8", "C12", "E47")
async def test_an_old_policy_goes_by_series_and_number_and_to_the_clinics_desk(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    asked = await choose(mother, "Старый полис")
    assert "серию и номер" in asked.text
    assert "⚠️" in (await say(mother, "123456")).text
    await say(mother, "аб 123456")
    await say(mother, "20.02.2010")
    await choose(mother, "Девочка")
    reviewed = await say(mother, "Королёв Артём Дмитриевич")
    assert "Старый полис: ••••\u00a03456" not in reviewed.text  # a boy's patronymic for a girl is questioned first
    await choose(mother, "Назад", "Мальчик")
    reviewed = await say(mother, "Королёв Артём Дмитриевич")
    for fact in ("Старый полис: ••••\u00a03456", "Мальчик, родился 20 февраля 2010 года"):
        assert fact in reviewed.text
    assert (await mother.press("Показать номер")).alert == "Старый полис: АБ № 123456"
    await choose(mother, "Изменить", "Дата рождения")
    assert "21 февраля 2010" in (await say(mother, "21.02.2010")).text
    await choose(mother, "Изменить", "Старый полис")
    assert "Верно?" in (await say(mother, ARTYOM.policy_number)).text  # sixteen digits are understood here too
    await choose(mother, "другой номер", "Старый полис")
    assert "Старый полис: ••••\u00a03456" in (await say(mother, "АБ 123456")).text
    assert "посмотрят в поликлинике" in (await choose(mother, CHECK)).text
    [patient] = await children_of(town, mother)
    assert (patient.policy_number, patient.sex) == ("АБ № 123456", Sex.MALE)


@pytest.mark.requirement("E23", "C39")
async def test_old_policy_of_a_younger_child_asks_for_another_number(town: Town) -> None:
    """The child was born after the last old policies were issued."""
    mother = town.mother
    await consent(mother)
    await choose(mother, "Старый полис")
    await say(mother, "АБ 123456")
    await say(mother, "01.05.2011")
    await choose(mother, "Мальчик")
    doubted = await say(mother, ARTYOM.name.full)
    assert "выдавали до мая 2011 года, а ребёнок родился позже" in doubted.text
    assert doubted.button(CHECK)  # the clinic will see the paper all the same
    await choose(mother, "Изменить", "Дата рождения")
    assert "2011 года, а ребёнок" not in (await say(mother, "30.04.2011")).text


# --- nothing is lost --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D11", "E47")
async def test_draft_continues_at_the_first_question_without_an_answer(town: Town) -> None:
    mother = town.mother
    await settle_in(mother)
    await choose(mother, "Данные ребёнка")
    for typed in (MARIA.name.full, "15.03.2018"):
        await say(mother, typed)
        asked = looks(await mother.screen())
        await say(mother, "/menu")
        assert looks(await choose(mother, "Дописать")) == asked
    await town.restart()
    found = looks(await say(mother, "112-233-445 95"))
    for away in ("/visits", "/data", "/help"):
        await say(mother, away)
    await town.restart()
    await say(mother, "/menu")
    assert looks(await choose(mother, "Дописать")) == found


@pytest.mark.requirement("D11", "E19")
async def test_number_of_another_child_begins_a_second_draft(town: Town) -> None:
    """The menu offers to continue both."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Добавить")
    await to_review(mother, ARTYOM)
    await say(mother, "/menu")
    await mother.send_photo(jpeg(on_paper(pdf417(barcode(ALINA.policy_number, ALINA.name)))))
    assert "30 июля 2021" in (await mother.screen()).text
    await say(mother, "/menu")
    listed = await choose(mother, "Дописать данные детей · 2")
    assert listed.button("Дописать: ••••\u00a00032")
    assert ARTYOM.name.full in (await choose(mother, "Дописать: Артём К.")).text
    assert "Полис проверен" in (await choose(mother, CHECK)).text
    await say(mother, "/menu")
    assert "30 июля 2021" in (await choose(mother, "Дописать данные ребёнка")).text


async def test_number_typed_again_continues_its_own_draft(town: Town) -> None:
    """The name that was typed there is still in it."""
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await say(mother, MARIA.name.full)
    await say(mother, "/menu")
    assert "Проверьте данные" in (await say(mother, MARIA.policy_number)).text
