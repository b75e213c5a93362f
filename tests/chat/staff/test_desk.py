"""The desk: the visits of a day, and cancelling or moving one of them."""

from __future__ import annotations

import re

import pytest

from bot.core.people import Role
from bot.glossary import ClinicId
from dialogs.kit.link import Page
from dialogs.staff.links import DeskFound
from tests.chat.actions import (
    DOCTOR_ILL,
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    TOMORROW,
    at_desk,
    book,
    choose,
    data_of,
    labels,
    new_messages,
    ref_of,
    say,
    send,
    settle_in,
    visits,
)
from tests.chat.town import Town
from tests.desk_code import set_code

VISIT = re.compile(r"^\d\d:\d\d · ")


async def test_registrar_starts_at_the_desk_without_consents(town: Town) -> None:
    menu = await say(town.registrar, "/start")
    assert "Регистратура" in menu.text
    assert menu.button("Приёмы сегодня")


async def test_desk_lists_the_visits_of_a_day_by_start(town: Town) -> None:
    await say(town.registrar, "/start")
    day = await choose(town.registrar, "Приёмы сегодня")
    assert "Детская № 12. Понедельник, 23 ноября" in day.text
    times = [label[:5] for label in labels(day, VISIT)]
    assert times
    assert times == sorted(times)


async def test_pages_of_a_day_show_every_visit(town: Town) -> None:
    await at_desk(town)
    [[expected]] = await town.app.store.database.read(
        lambda connection: connection.fetch(
            "SELECT count(*) FROM registry_slots WHERE clinic_id = 1 AND local_day = :day AND status = 'BUSY'",
            {"day": "2026-11-26"},
        )
    )
    seen: list[str] = []
    screen = await town.registrar.screen()
    while True:
        seen += labels(screen, VISIT)
        if not screen.button("Дальше"):
            break
        screen = await choose(town.registrar, "Дальше")
    assert len(seen) == expected


async def test_desk_has_buttons_of_the_neighbouring_days_and_of_today(town: Town) -> None:
    await at_desk(town)
    assert "27 ноября" in (await choose(town.registrar, TOMORROW)).text
    assert "26 ноября" in (await choose(town.registrar, re.compile(r"^‹ \w\w \d\d\.\d\d$"))).text
    assert "23 ноября" in (await choose(town.registrar, "Сегодня")).text


async def test_visit_cancelled_at_the_desk_leaves_the_list(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    visit = await choose(town.registrar, "08:00 · Мария И.")
    assert "Мария И., 2018 г. р., полис •••• 0014" in visit.text.replace("\u00a0", " ")
    assert "Иванова" not in visit.text
    asked = await choose(town.registrar, "Отменить приём", DOCTOR_ILL)
    assert "Родитель в боте: об изменениях я сообщу." in asked.text
    done = await town.registrar.press("Да, отменить")
    assert done.alert == "Приём отменён. Сообщу родителю через минуту."
    seen = await town.registrar.screen()
    assert "Поликлиника отменила этот приём: врач заболел." in seen.text
    assert "Родитель узнает в 12:01." in seen.text
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" not in (await choose(town.registrar, "Назад")).labels


async def test_desk_moves_a_visit_to_a_free_slot_of_its_doctor(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    offered = await choose(town.registrar, "08:00 · Мария И.", "Перенести", FRIDAY)
    assert labels(offered, TIME)
    await choose(town.registrar, "10:00")
    done = await town.registrar.press("Да, перенести")
    assert done.alert == "Приём перенесён. Сообщу родителю через минуту."
    assert "пт 27 ноября, 10:00" in (await town.registrar.screen()).text


async def test_second_registrar_cannot_cancel_a_cancelled_visit(town: Town) -> None:
    colleague = town.chat.person(1005, first_name="Сменщица")
    await town.app.services.accounts.appoint(1005, Role.REGISTRAR, (await clinics(town))[0])
    await set_code(town.app.services, 1005)
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    asked = await choose(town.registrar, "08:00 · Мария И.", "Отменить приём")
    await say(colleague, "/start")
    await choose(town.registrar, DOCTOR_ILL, "Да, отменить")
    second, _screen = await send(colleague, data_of(asked, DOCTOR_ILL))
    assert second.alert == "Этот приём уже отменён или перенесён."


async def test_desk_cannot_move_a_visit_to_a_slot_taken_meanwhile(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.", "Перенести", FRIDAY)
    await choose(town.mother, "Перенести", FRIDAY, "10:00")  # the mother holds that slot now
    await choose(town.registrar, "10:00")
    refused = await town.registrar.press("Да, перенести")
    assert refused.alert == "Это время только что заняли. Выберите другое."


async def test_desk_undoes_a_cancellation_within_a_minute(town: Town) -> None:
    """The parents hear nothing of it; after the minute they are told, and the desk sees that they were."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    known = await town.mother.messages()
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.", "Отменить приём", DOCTOR_ILL, "Да, отменить")
    await town.pass_time(seconds=50)
    undone = await town.registrar.press("Отменить действие")
    assert undone.alert == "Действие отменено: приём остался прежним."
    await town.pass_time(minutes=2)
    assert not await new_messages(town.mother, known)
    assert "чт 26 ноября, 08:00" in (await visits(town.mother)).text
    await choose(town.registrar, "Отменить приём", DOCTOR_ILL, "Да, отменить")
    await town.pass_time(minutes=1)
    late = await town.registrar.press("Отменить действие")
    assert late.alert == "Отменить действие уже нельзя: минута прошла или родитель изменил запись."
    assert "✅ Родитель получил сообщение в 12:03." in (await town.registrar.screen()).text
    assert "Поликлиника отменила приём" in (await town.mother.screen()).text


async def test_desk_undoes_a_move_and_tells_nobody(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    known = await town.mother.messages()
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.", "Перенести", FRIDAY, "10:00", "Да, перенести")
    await choose(town.registrar, "Отменить действие")
    await town.pass_time(minutes=2)
    assert not await new_messages(town.mother, known)
    assert "чт 26 ноября, 08:00" in (await visits(town.mother)).text


async def test_visit_at_the_desk_shows_its_facts_and_nobody_to_tell(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    seen = await at_desk(town)
    others = [label for label in labels(seen, VISIT) if "Мария И." not in label]
    mine = await choose(town.registrar, "08:00 · Мария И.")
    for fact in (ref, "2018 г. р.", "кабинет", "Вид приёма: ", "Запись сделана в боте"):
        assert fact in mine.text
    assert "Документы в регистратуре не показывали" in mine.text
    await choose(town.registrar, "Назад")
    foreign = await choose(town.registrar, others[0])
    assert "Запись сделана не в боте" in foreign.text
    assert "В боте этого ребёнка никто не ведёт: позвоните." in foreign.text


@pytest.mark.parametrize("typed", ["Ивано", "ивановА", "bdfyjdf", "Иванова Мар"])
async def test_family_name_typed_at_the_desk_finds_visits(town: Town, typed: str) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town, "23 ноября")
    found = await say(town.registrar, typed)
    assert "чт 26.11 08:00 · Мария И., 2018, 0014" in found.labels
    assert "Мария И., 2018" in (await choose(town.registrar, "чт 26.11 08:00 · Мария И., 2018, 0014")).text


async def test_number_typed_at_the_desk_opens_the_visit(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    await say(town.registrar, "/start")
    assert "Мария И., 2018" in (await say(town.registrar, ref.lower().replace("\u2011", ""))).text
    assert "Напишите не меньше трёх букв" in (await say(town.registrar, "12")).text
    assert "С такой фамилией никто не записан." in (await say(town.registrar, "Ыыыы")).text


async def test_desk_shows_the_visits_of_one_doctor(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    seen = await choose(town.registrar, "По врачам", PETROVA)
    assert "Врач: Петрова" in seen.text
    assert "08:00 · Мария И., 2018, 0014 · впервые" in seen.labels
    assert not [label for label in labels(seen, VISIT) if "Педиатр" in label], "the doctor is named above"
    assert "Врач: Петрова" not in (await choose(town.registrar, "Все врачи")).text


async def test_closed_day_leads_to_the_next_day_with_visits(town: Town) -> None:
    seen = await at_desk(town, "29 ноября")
    assert "В этот день выходной. Ближайший приём: пн 30 ноября." in seen.text
    assert "Понедельник, 30 ноября" in (await choose(town.registrar, "Приёмы на пн 30.11")).text


async def clinics(town: Town) -> list[ClinicId]:
    return [clinic.id for clinic in await town.app.services.directory.clinics()]


async def test_searched_name_stands_in_no_button_and_pages_work_after_a_restart(town: Town) -> None:
    await at_desk(town, "23 ноября")
    found = await say(town.registrar, "ова")
    assert "Стр. 1 из" in found.text
    assert not [button.value for row in found.buttons for button in row if re.search("[а-яё]", str(button.value))]
    await town.restart()
    second = await choose(town.registrar, "Дальше")
    assert "«ова»" in second.text
    assert "Стр. 2 из" in second.text


async def test_page_of_a_search_that_is_over_asks_for_the_name(town: Town) -> None:
    await at_desk(town, "23 ноября")
    further = data_of(await say(town.registrar, "ова"), "Дальше")
    await say(town.registrar, "/help")
    _answer, screen = await send(town.registrar, further)
    assert "Этот поиск закончен." in screen.text
    assert "«ова»" in (await say(town.registrar, "ова")).text


async def test_search_button_of_an_earlier_release_still_works(town: Town) -> None:
    await at_desk(town, "23 ноября")
    _answer, screen = await send(town.registrar, DeskFound(wanted="ова", page=Page(1)).pack())
    assert "Стр. 2 из" in screen.text
    assert not [button.value for row in screen.buttons for button in row if re.search("[а-яё]", str(button.value))]


async def test_name_in_latin_letters_finds_visits_and_is_shown_as_typed(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town, "23 ноября")
    found = await say(town.registrar, "Ivanova")
    assert "«Ivanova»" in found.text
    assert "чт 26.11 08:00 · Мария И., 2018, 0014" in found.labels
    assert "«Иванова»" in (await say(town.registrar, "bdfyjdf")).text
    assert "«Sidorova»" in (await say(town.registrar, "Sidorova")).text


async def test_desk_names_specialties_in_the_language_of_its_reader(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(town.registrar, "/language")
    await choose(town.registrar, "English")
    await choose(town.registrar, "Visits today")
    day = await choose(town.registrar, "‹ Sun 22.11", "Mon 23.11 ›", "Tue 24.11 ›", "Wed 25.11 ›", "Thu 26.11 ›")
    assert "08:00 · Мария И., 2018, 0014 · Pediatric." in day.labels
    assert not labels(day, re.compile("Педиатр|Невролог|Прививки"))
    assert "Pediatrician, Петрова" in (await choose(town.registrar, re.compile("08:00 · Мария"))).text


async def test_day_typed_at_the_desk_opens_its_list(town: Town) -> None:
    """A family name that begins like a weekday stays a name."""
    await at_desk(town)
    for typed, day in (
        ("27.11", "27 ноября"),
        ("завтра", "24 ноября"),
        ("в среду", "25 ноября"),
        ("1 дек", "1 декабря"),
    ):
        assert day in (await say(town.registrar, typed)).text.partition("\n")[0], typed
    assert "Предстоящие приёмы: «Субботин»" in (await say(town.registrar, "Субботин")).text
