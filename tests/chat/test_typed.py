"""Typed words press the buttons they mean, and every typed text has a visible answer."""

from __future__ import annotations

import pytest

from tests.chat.actions import (
    ALINA,
    ARTYOM,
    EGOR,
    MARIA,
    MENU,
    PETROVA,
    book,
    choose,
    consent,
    link,
    looks,
    new_messages,
    say,
    settle_in,
    to_days,
    to_name,
)
from tests.chat.town import Town

NUMBERS = "звоните 103 или 112"
NOT_UNDERSTOOD = "Не понял. Нажмите кнопку или напишите то, что на ней:"


async def test_a_visit_can_be_booked_and_cancelled_with_words_only(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await choose(mother, "Прочитать")
    for _purpose in range(3):
        shown = await say(mother, "согласна")
    await link(mother, MARIA)
    before = len(await mother.messages())
    await say(mother, "записаться")
    await choose(mother, "Детская № 12")
    await say(mother, "к педиатру")
    assert PETROVA in (await say(mother, "Петровой")).text
    assert "Выберите время" in (await say(mother, "в четверг")).text
    assert "Проверьте запись" in (await say(mother, "в 8:00")).text
    assert "Мария записана" in (await say(mother, "Записаться")).text
    shown = await say(mother, "отменить")
    assert "Отменить эту запись?" in shown.text
    shown = await say(mother, "отменить")
    assert "напишите целиком" in shown.text
    assert "отменена" in (await say(mother, "да")).text.lower()
    confirmation = 1  # it stays, and the cancellation comes below it
    assert len(await mother.messages()) == before + confirmation, "each word was deleted, and screens were edited"


async def test_words_that_fit_nothing_keep_the_screen(town: Town) -> None:
    """Each miss changes the sentence, and the words do not stay in the chat."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    shown = await choose(mother, "Детская № 12")
    sentences = set()
    for _time in range(3):
        again = await say(mother, "абракадабра")
        assert again.id == shown.id
        assert again.labels == shown.labels
        assert again.text.endswith(shown.text)
        sentences.add(again.text)
    assert len(sentences) == 3
    assert all(NUMBERS in sentence for sentence in sentences)
    assert "+7 900" in again.text
    assert "абракадабра" not in " ".join(message.text for message in await mother.messages())
    await choose(mother, "Назад")
    assert NOT_UNDERSTOOD not in (await mother.screen()).text


async def test_emergency_is_answered_first_at_any_screen(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    prompt = await to_name(mother, MARIA)
    before = await mother.messages()
    await mother.say("ребенок не дышит помогите")
    line, screen = await new_messages(mother, before)
    assert line.html == "<b>Если ребёнку плохо, звоните 103 или 112.</b>"
    assert looks(screen) == looks(prompt)
    assert "Проверьте" in (await say(mother, MARIA.name.full)).text


@pytest.mark.parametrize("name", ["Сергевна", "Мария Сергевна", "иванова мария сергеевна", "Ильич"])
async def test_name_that_nothing_has_asked_for_is_no_emergency(town: Town, name: str) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Меню")
    shown = await say(mother, name)
    assert NOT_UNDERSTOOD in shown.text
    assert NUMBERS not in shown.text


@pytest.mark.parametrize("words", ["сыну плохо", "паралич", "ребёнок нездорова", "Сергеевна не дышит", "плохо"])
async def test_words_that_may_tell_of_danger_get_the_numbers_first(town: Town, words: str) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Меню")
    before = await mother.messages()
    await mother.say(words)
    answers = await mother.answers() or await new_messages(mother, before)
    assert any(each.text.startswith("Если ребёнку плохо") for each in answers)


async def test_a_label_at_a_prompt_presses_its_button(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    shown = await say(mother, "отчества нет")
    assert "Отчество есть" in shown.labels
    assert (await say(mother, "назад")).button("Да")
    assert (await say(mother, "МЕНЮ")).button("Дописать")


async def test_a_repeated_wrong_answer_is_counted_and_has_a_way_out(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    first = await say(mother, "7788 4897")
    assert "⚠️" in first.text
    second = await say(mother, "7788 4897")
    assert "Попытка 2" in second.text
    third = await say(mother, "7788 4897")
    assert "Попытка 3" in third.text
    assert "+7 900" in third.text
    assert "Попытка" not in (await say(mother, MARIA.policy_number)).text


async def test_a_repeated_check_says_when_it_was_made(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, EGOR)
    checked = await mother.press("Проверить ещё раз")
    assert checked.toast == "То же самое, проверено в 12:00."


async def test_words_are_read_after_a_restart(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Добавить")
    await town.restart()
    assert "Сфотографируйте" in (await say(mother, "фото полиса")).text
    await say(mother, "/menu")
    await town.restart()
    shown = await say(mother, "что-то")
    assert NOT_UNDERSTOOD in shown.text
    assert shown.button(MENU)


async def test_words_press_the_buttons_of_a_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await town.pass_time(days=2, hours=6)
    reminder = await mother.screen()
    assert "Напоминаю" in reminder.text
    shown = await say(mother, "перенести")
    assert shown.id > reminder.id
    assert "На какой день" in shown.text


async def test_typed_button_does_not_leave_a_number_in_the_chat(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await choose(mother, MENU, "Артём") if (await mother.screen()).button(MENU) else None
    shown = await say(mother, "показать номер")
    assert ARTYOM.policy_number[-8:-4] not in shown.text
    assert ALINA.policy_number not in shown.text


async def test_a_name_of_two_words_asks_about_the_patronymic(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    asked = await say(mother, "иванова мария")
    assert "Иванова Мария. Без отчества?" in asked.text
    assert "Фамилия Иванова, имя Мария" in asked.text
    assert "Напишите отчество" in (await say(mother, "нет, допишу")).text
    assert "⚠️" in (await say(mother, "Иванова Мария")).text
    reviewed = await say(mother, "сергеевна")
    assert "Фамилия Иванова, имя Мария, отчество Сергеевна." in reviewed.text


async def test_a_name_of_two_words_is_taken_without_a_patronymic(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await say(mother, "Иванова Мария")
    assert "Имя: Иванова Мария\n" in (await say(mother, "да")).text


async def test_time_in_words_and_part_of_a_day_are_understood(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await to_days(mother)
    assert "Сначала выберите день, потом время" in (await say(mother, "утром")).text
    assert "Выберите время" in (await say(mother, "на пятницу")).text
    morning = await say(mother, "можно утром?")
    assert morning.text.startswith("Утром свободно: 08:00, ")
    assert "Вечером здесь свободного времени нет" in (await say(mother, "вечером")).text
    assert "10:00" in (await say(mother, "в десять")).text


async def test_day_and_time_are_understood_on_the_way_to_a_visit(town: Town) -> None:
    """A wish that no button has gets a sentence of its own; a day on the next page of the list is found there."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    await choose(mother, "Детская № 12")
    assert "День и время выберем потом" in (await say(mother, "завтра утром")).text
    await choose(mother, "Педиатр")
    assert "День и время выберем потом" in (await say(mother, "в десять")).text
    days = await choose(mother, PETROVA)
    assert "Сначала выберите день" in (await say(mother, "в десять")).text
    assert "В этот день мест нет" in (await say(mother, "в воскресенье")).text
    assert days.button("Дальше ›")
    assert "Четверг, 10 декабря" in (await say(mother, "на 10 декабря")).text
    assert "нажмите «Другой день»" in (await say(mother, "в воскресенье")).text
    await say(mother, "другой день")
    assert "Среда, 2 декабря" in (await say(mother, "в среду на следующей неделе")).text
    assert "В это время мест нет" in (await say(mother, "в 6 утра")).text
    assert "Проверьте запись" in (await say(mother, "любое")).text
    assert "нажмите «Другое время»" in (await say(mother, "на пятницу")).text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("прикрепить к поликлинике", "Поликлиника: Мария И."),
        ("хочу сменить поликлинику", "Поликлиника: Мария И."),
        ("мои заявления", "Мои заявления"),
        ("где мое заявление?", "Мои заявления"),
        ("найти поликлинику", "Какую поликлинику ищете?"),
    ],
)
@pytest.mark.requirement("A24")
async def test_words_open_clinics_and_applications_from_anywhere(town: Town, typed: str, shown: str) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/data")
    seen = await say(mother, typed)
    assert shown in seen.text
    assert "Не понял" not in seen.text


async def test_words_at_what_an_answer_led_to_repeat_that_screen(town: Town) -> None:
    """They do not bring back the prompt that has been answered."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Код доступа", "Поставить код")
    await say(mother, "580213")
    done = await say(mother, "580213")
    assert "Код доступа установлен" in done.text
    repeated = await say(mother, "абракадабра")
    assert "Код доступа установлен" in repeated.text
    assert repeated.labels == done.labels
    assert "Код доступа установлен" in (await say(mother, "абракадабра")).text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("спасибо", "Пожалуйста."),
        ("мои записи", "Записей к врачу нет."),
        ("когда приём?", "Записей к врачу нет."),
        ("помощь", "Поддержка"),
        ("главное меню", "записей к врачу нет"),
    ],
)
async def test_words_for_the_menu_are_understood_at_a_prompt(town: Town, typed: str, shown: str) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/children")
    await choose(mother, "Добавить ребёнка")
    seen = await say(mother, typed)
    assert shown in seen.text
    assert "⚠️" not in seen.text
