"""The desk: the visits of a day, and cancelling or moving one of them."""

from __future__ import annotations

import re

from bot.core.people import Role
from bot.glossary import ClinicId
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
    say,
    send,
    settle_in,
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
    assert "26 ноября" in (await choose(town.registrar, re.compile(r"^‹ \w\w \d+$"))).text
    assert "23 ноября" in (await choose(town.registrar, "Сегодня")).text


async def test_visit_cancelled_at_the_desk_leaves_the_list(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    visit = await choose(town.registrar, "08:00 · Мария И.")
    assert "Иванова Мария Сергеевна" in visit.text
    assert "•" not in visit.text  # the desk does not see the policy
    await choose(town.registrar, "Отменить приём")
    done = await town.registrar.press(DOCTOR_ILL)
    assert done.alert == "Приём отменён. Сообщаю родителю."
    assert "08:00 · Мария И. · Педиатр" not in (await town.registrar.screen()).labels


async def test_desk_moves_a_visit_to_a_free_slot_of_its_doctor(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    offered = await choose(town.registrar, "08:00 · Мария И.", "Перенести", FRIDAY)
    assert labels(offered, TIME)
    done = await town.registrar.press("10:00")
    assert done.alert == "Приём перенесён. Сообщаю родителю."
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
    await town.registrar.press(DOCTOR_ILL)
    second, _screen = await send(colleague, data_of(asked, DOCTOR_ILL))
    assert second.alert == "Этот приём уже отменён или перенесён."


async def test_desk_cannot_move_a_visit_to_a_slot_taken_meanwhile(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.", "Перенести", FRIDAY)
    await choose(town.mother, "Перенести", FRIDAY, "10:00")  # the mother holds that slot now
    refused = await town.registrar.press("10:00")
    assert refused.alert == "Это время только что заняли. Выберите другое."


async def clinics(town: Town) -> list[ClinicId]:
    return [clinic.id for clinic in await town.app.services.directory.clinics()]
