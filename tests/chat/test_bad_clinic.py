"""The clinic's system slow, down, or silent after a write: people are told at once, and nothing is booked twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clinics import limits as clinics
from bot.core import limits
from storage.database.connection import Connection
from tests.chat.actions import ARTYOM, MARIA, MENU, TIME, choose, data_of, review, say, settle_in, to_times, visits
from tests.chat.manners import Clinic
from tests.chat.town import Town
from tests.chat.town import town as open_town
from tests.chat.waiting import until

LIVE = "SELECT count(*) FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'"
CHECKING = "Проверяю, состоялась ли запись"


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
async def town(template: Path, tmp_path: Path, clinic: Clinic) -> AsyncIterator[Town]:
    async with open_town(template, tmp_path, clinic.systems) as everything:
        yield everything
        clinic.behave()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits, shorter."""
    monkeypatch.setattr(limits, "TAP_WAITS", limits.TAP_WAITS / 5)
    monkeypatch.setattr(clinics, "WORK_WAITS", clinics.WORK_WAITS / 8)


async def count(town: Town, sql: str) -> int:
    async def look(connection: Connection) -> int:
        return int((await connection.fetch(sql, {}))[0][0])

    return await town.app.store.database.read(look)


async def test_a_slow_clinic_is_waited_for_three_seconds_at_most_and_others_go_on(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    seen = await review(town.mother)
    clinic.slow["book"] = 9
    press = await town.mother.press_only(seen.id, data_of(seen, "Записаться"))
    await town.father.say("/help")
    await town.father.wait_for("Помощь")
    assert (await town.mother.answer_to(press)).answered
    assert CHECKING in (await town.mother.wait_for(CHECKING)).text
    await town.mother.say("/menu")
    await town.mother.wait_for("Мария")
    assert (clinic.asked["book"], clinic.ended["book"]) == (1, 0)
    clinic.hurry.set()


@pytest.mark.usefixtures("hurried")
async def test_a_late_yes_arrives_in_the_waiting_screen_and_is_booked_once(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    clinic.silent.add("book")
    seen = await choose(town.mother, "Записаться")
    assert CHECKING in seen.text
    clinic.behave()
    await town.pass_time(seconds=25)
    told = await town.mother.screen()
    assert "Записаны" in told.text
    assert told.id == seen.id
    assert await count(town, LIVE) == 1
    await town.pass_time(minutes=5)
    assert [message.id for message in await town.mother.messages() if "Записаны" in message.text] == [told.id]


@pytest.mark.usefixtures("hurried")
async def test_whoever_has_left_the_waiting_screen_is_told_in_a_new_message(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    clinic.silent.add("book")
    waiting = await choose(town.mother, "Записаться")
    menu = await choose(town.mother, "Меню")
    assert MENU in menu.labels
    clinic.behave()
    await town.pass_time(seconds=25)
    told = await town.mother.screen()
    assert "Записаны" in told.text
    assert told.id > waiting.id


@pytest.mark.usefixtures("hurried")
async def test_who_presses_again_while_the_clinic_is_silent_books_nothing_twice(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    clinic.silent.add("book")
    for _tap in range(3):
        assert (await town.mother.press_data(seen.id, data_of(seen, "Записаться"))).answered
    assert CHECKING in (await town.mother.screen()).text
    clinic.behave()
    await choose(town.mother, "Узнать, есть ли ответ")
    await town.pass_time(seconds=25)
    assert "Записаны" in (await town.mother.screen()).text
    assert await count(town, LIVE) == 1


@pytest.mark.usefixtures("hurried")
async def test_an_outcome_after_a_long_silence_is_told_within_seconds(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    clinic.silent.add("book")
    await choose(town.mother, "Записаться")
    clinic.silent.clear()
    clinic.down.add("*")
    for _minute in range(12):
        await town.pass_time(minutes=2)
    assert CHECKING in (await town.mother.screen()).text
    clinic.behave()
    await town.pass_time(seconds=25)
    told = await town.mother.screen()
    assert "Записаны" in told.text
    assert told.id == seen.id


@pytest.mark.usefixtures("hurried")
async def test_a_wish_that_never_reached_the_clinic_is_given_up_in_half_an_hour_and_so_it_is_told(
    town: Town, clinic: Clinic
) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    clinic.down.add("book")
    assert CHECKING in (await choose(town.mother, "Записаться")).text
    for _minute in range(11):
        await town.pass_time(minutes=3)
    told = await town.mother.screen()
    assert told.id == seen.id
    assert "Записать не получилось" in told.text
    assert await count(town, LIVE) == 0
    clinic.behave()
    assert "Свободное время" in (await choose(town.mother, "Показать свободное время")).text
    await town.pass_time(minutes=10)
    assert await count(town, LIVE) == 0


@pytest.mark.usefixtures("hurried")
async def test_a_wish_that_did_reach_a_silent_clinic_is_found_however_late(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    clinic.silent.add("book")
    await choose(town.mother, "Записаться")
    clinic.down.add("recover")
    for _hour in range(3):
        await town.pass_time(hours=1)
    clinic.behave()
    await town.pass_time(minutes=1)
    assert "Записаны" in (await town.mother.screen()).text
    assert await count(town, LIVE) == 1


@pytest.mark.usefixtures("hurried")
async def test_a_cancellation_that_the_clinic_did_not_confirm_ends_as_cancelled(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    booked = await choose(town.mother, "Записаться")
    clinic.silent.add("cancel")
    waiting = await choose(town.mother, "Отменить", "Да, отменить")
    assert "Отменяю запись" in waiting.text
    clinic.behave()
    await town.pass_time(seconds=25)
    told = await town.mother.screen()
    assert "Запись отменена" in told.text
    assert told.id == booked.id
    assert await count(town, LIVE) == 0


@pytest.mark.usefixtures("hurried")
async def test_a_move_that_the_clinic_did_not_confirm_leaves_one_visit(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, "Записаться", "Перенести", "пт 27", TIME)
    clinic.silent.add("reschedule")
    assert CHECKING in (await choose(town.mother, "Перенести")).text
    clinic.behave()
    await town.pass_time(seconds=25)
    assert "Перенесено" in (await town.mother.screen()).text
    assert await count(town, LIVE) == 1
    assert "27 ноября" in (await visits(town.mother)).text


@pytest.mark.parametrize("call", ["specialties", "doctors", "days", "slots", "hold"])
@pytest.mark.parametrize("manner", ["down", "slow"])
@pytest.mark.usefixtures("hurried")
async def test_a_question_that_the_clinic_does_not_answer_keeps_its_button(
    town: Town, clinic: Clinic, call: str, manner: str
) -> None:
    await settle_in(town.mother, MARIA)
    if manner == "down":
        clinic.down.add(call)
    else:
        clinic.slow[call] = 5
    await town.mother.say("/book")
    for step in ("Педиатр", "Петрова", "чт 26", TIME):
        seen = await town.mother.screen()
        if "не отвечает" in seen.text:
            break
        assert (await town.mother.press(step)).answered
        assert manner == "down" or not clinic.ended[call], "nobody waits until a slow clinic has answered"
    assert {"Попробовать ещё раз", "Меню"} <= set((await town.mother.screen()).labels)
    clinic.behave()
    assert "не отвечает" not in (await choose(town.mother, "Попробовать ещё раз")).text


async def test_slow_answers_do_not_add_up(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await to_times(town.mother)
    clinic.slow["*"] = 1.2
    assert (await town.mother.press(TIME)).answered
    assert "не отвечает" in (await town.mother.screen()).text
    clinic.behave()
    assert "Проверьте запись" in (await choose(town.mother, "Попробовать ещё раз")).text
    assert seen.id == (await town.mother.screen()).id


@pytest.mark.usefixtures("hurried")
async def test_one_silent_wish_does_not_hold_up_anothers(town: Town, clinic: Clinic) -> None:
    """A clinic is heard out for ten seconds: twenty silent wishes one after another would take minutes."""
    clinic.slow["book"] = 5
    for person, child, doctor in ((town.mother, MARIA, "Петрова"), (town.father, ARTYOM, "Ким")):
        await settle_in(person, child)
        await review(person, doctor=doctor)
        await choose(person, "Записаться")
    await until(lambda: not clinic.running["book"])
    clinic.slow["book"] = 0.2
    clinic.together.clear()
    await town.app.store.database.write(
        lambda connection: connection.execute("UPDATE appointments SET next_try = 0", {})
    )
    assert await town.app.services.settlement.settle_due() == 2
    assert clinic.together["book"] == 2
    assert await count(town, LIVE) == 2


@pytest.mark.usefixtures("hurried")
async def test_a_register_that_is_down_is_asked_again_and_its_verdict_comes_by_itself(
    town: Town, clinic: Clinic
) -> None:
    clinic.down.add("check_policy")
    assert "Реестр сейчас не отвечает" in (await settle_in(town.mother, MARIA)).text
    await town.pass_time(minutes=1)
    clinic.behave()
    await town.pass_time(minutes=10)
    assert "действует" in (await town.mother.screen()).text


async def test_what_is_already_known_of_a_visit_is_shown_while_the_clinic_is_down(town: Town, clinic: Clinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, "Записаться")
    clinic.down.add("*")
    assert "Запись" in (await visits(town.mother)).text
    assert "Мои записи · 1" in (await say(town.mother, "/menu")).labels


async def test_what_a_clinic_says_of_itself_is_heard_within_a_minute_of_its_coming_back(
    town: Town, clinic: Clinic
) -> None:
    await settle_in(town.mother, MARIA)
    clinic.down.add("clinics")
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_clinics SET name = 'Детская на Садовой' WHERE id = 1", {}
        )
    )
    await town.work()
    assert "Детская № 12" in (await say(town.mother, "/book")).text
    clinic.behave()
    await town.work()
    assert "Детская на Садовой" in (await say(town.mother, "/book")).text
