"""A clinic system that is slow, down or silent after a write: the screen says so at once, nothing is booked twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database.connection import Connection
from tests.chat.actions import (
    ARTYOM,
    FRIDAY,
    MARIA,
    MENU,
    TIME,
    book,
    choose,
    data_of,
    review,
    say,
    settle_in,
    to_times,
    visits,
)
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.town import Town, town as open_town
from tests.chat.wait import wait_until
from tests.time_limits import BUSY, short_limits

LIVE = "SELECT count(*) FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'"
CHECKING = "Проверяю, состоялась ли запись"


@pytest.fixture
def clinic() -> FaultyClinic:
    return FaultyClinic()


@pytest.fixture
async def town(template: Path, tmp_path: Path, clinic: FaultyClinic) -> AsyncIterator[Town]:
    async with open_town(template, tmp_path, clinic.systems) as everything:
        yield everything
        clinic.recover()


async def count(town: Town, sql: str) -> int:
    async def look(connection: Connection) -> int:
        return int((await connection.fetch(sql, {}))[0][0])

    return await town.app.store.database.read(look)


async def test_slow_clinic_delays_one_chat_and_at_most_three_seconds(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    seen = await review(town.mother)
    clinic.slow["book"] = BUSY
    with short_limits(background=BUSY):
        press = await town.mother.press_only(seen.id, data_of(seen, "Записаться"))
        await town.father.say("/help")
        await town.father.wait_for("Помощь")
        assert (await town.mother.answer_to(press)).answered
        assert CHECKING in (await town.mother.wait_for(CHECKING)).text
    await town.mother.say("/menu")
    await town.mother.wait_for("Мария")
    assert (clinic.calls["book"], clinic.finished["book"]) == (1, 0)
    clinic.no_delay.set()


async def test_late_confirmation_edits_the_waiting_screen(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    clinic.silent.add("book")
    with short_limits():
        seen = await choose(town.mother, "Записаться")
    assert CHECKING in seen.text
    clinic.recover()
    await town.pass_time(seconds=25)
    shown = await town.mother.screen()
    assert "записан" in shown.text
    assert shown.id == seen.id
    assert await count(town, LIVE) == 1
    await town.pass_time(minutes=5)
    assert [message.id for message in await town.mother.messages() if "записан" in message.text] == [shown.id]


async def test_late_confirmation_comes_as_a_message_after_the_menu(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    clinic.silent.add("book")
    with short_limits():
        waiting = await choose(town.mother, "Записаться")
    menu = await choose(town.mother, "Меню")
    assert MENU in menu.labels
    clinic.recover()
    await town.pass_time(seconds=25)
    shown = await town.mother.screen()
    assert "записан" in shown.text
    assert shown.id > waiting.id


async def test_repeated_press_during_silence_books_once(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    clinic.silent.add("book")
    with short_limits():
        for _press in range(3):
            assert (await town.mother.press_data(seen.id, data_of(seen, "Записаться"))).answered
    assert CHECKING in (await town.mother.screen()).text
    clinic.recover()
    await choose(town.mother, "Узнать, есть ли ответ")
    await town.pass_time(seconds=25)
    assert "записан" in (await town.mother.screen()).text
    assert await count(town, LIVE) == 1


async def test_outcome_after_a_long_silence_is_sent_within_seconds(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    clinic.silent.add("book")
    with short_limits():
        await choose(town.mother, "Записаться")
    clinic.silent.clear()
    clinic.down.add("*")
    for _minute in range(12):
        await town.pass_time(minutes=2)
    assert CHECKING in (await town.mother.screen()).text
    clinic.recover()
    await town.pass_time(seconds=25)
    shown = await town.mother.screen()
    assert "записан" in shown.text
    assert shown.id == seen.id


async def test_request_that_never_arrived_is_given_up_after_half_an_hour(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    clinic.down.add("book")
    assert CHECKING in (await choose(town.mother, "Записаться")).text
    for _minute in range(11):
        await town.pass_time(minutes=3)
    shown = await town.mother.screen()
    assert shown.id == seen.id
    assert "Записать не получилось" in shown.text
    assert await count(town, LIVE) == 0
    clinic.recover()
    assert "Свободное время" in (await choose(town.mother, "Показать свободное время")).text
    await town.pass_time(minutes=10)
    assert await count(town, LIVE) == 0


async def test_booking_in_a_silent_clinic_is_found_hours_later(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    clinic.silent.add("book")
    with short_limits():
        await choose(town.mother, "Записаться")
    clinic.down.add("recover")
    for _hour in range(3):
        await town.pass_time(hours=1)
    clinic.recover()
    await town.pass_time(minutes=1)
    assert "записан" in (await town.mother.screen()).text
    assert await count(town, LIVE) == 1


async def test_unconfirmed_cancellation_ends_as_cancelled(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, "Записаться")
    clinic.silent.add("cancel")
    with short_limits():
        waiting = await choose(town.mother, "Отменить", "Да, отменить")
    assert "Отменяю запись" in waiting.text
    clinic.recover()
    await town.pass_time(seconds=25)
    shown = await town.mother.screen()
    assert "Запись отменена" in shown.text
    assert shown.id == waiting.id
    assert await count(town, LIVE) == 0


async def test_unconfirmed_move_leaves_one_visit(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, "Записаться", "Перенести", "пт 27", TIME)
    clinic.silent.add("reschedule")
    with short_limits():
        assert CHECKING in (await choose(town.mother, "Перенести")).text
    clinic.recover()
    await town.pass_time(seconds=25)
    assert "Перенесено" in (await town.mother.screen()).text
    assert await count(town, LIVE) == 1
    assert "27 ноября" in (await visits(town.mother)).text


@pytest.mark.parametrize("call", ["specialties", "doctors", "days", "slots", "hold"])
@pytest.mark.parametrize("fault", ["down", "slow"])
async def test_unanswered_query_offers_to_try_again(town: Town, clinic: FaultyClinic, call: str, fault: str) -> None:
    await settle_in(town.mother, MARIA)
    if fault == "down":
        clinic.down.add(call)
    else:
        clinic.slow[call] = BUSY
    await town.mother.say("/book")
    with short_limits():
        for step in ("Детская № 12", "Педиатр", "Петрова", "чт 26", TIME):
            seen = await town.mother.screen()
            if "не отвечает" in seen.text:
                break
            assert (await town.mother.press(step)).answered
            assert fault == "down" or not clinic.finished[call], "the press waited for the slow clinic"
    assert {"Попробовать ещё раз", "Меню"} <= set((await town.mother.screen()).labels)
    clinic.recover()
    assert "не отвечает" not in (await choose(town.mother, "Попробовать ещё раз")).text


async def test_slow_answers_share_one_time_limit(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    seen = await to_times(town.mother)
    clinic.slow["*"] = 0.12
    with short_limits():
        assert (await town.mother.press(TIME)).answered
    assert "не отвечает" in (await town.mother.screen()).text
    clinic.recover()
    assert "Проверьте запись" in (await choose(town.mother, "Попробовать ещё раз")).text
    assert seen.id == (await town.mother.screen()).id


async def test_silent_request_does_not_delay_another(town: Town, clinic: FaultyClinic) -> None:
    """A request may take ten seconds: twenty silent ones in sequence would take minutes."""
    clinic.slow["book"] = BUSY
    for person, child, doctor in ((town.mother, MARIA, "Петрова"), (town.father, ARTYOM, "Громов")):
        await settle_in(person, child)
        await review(person, "Педиатр", doctor, FRIDAY)
        with short_limits():
            await choose(person, "Записаться")
    await wait_until(lambda: not clinic.running["book"])
    clinic.slow["book"] = 0.2
    clinic.most_at_once.clear()
    await town.app.store.database.write(
        lambda connection: connection.execute("UPDATE appointments SET next_try = 0", {})
    )
    assert await town.app.services.settlement.settle_due() == 2
    assert clinic.most_at_once["book"] == 2
    assert await count(town, LIVE) == 2


async def test_check_is_retried_and_its_result_sent_after_an_outage(town: Town, clinic: FaultyClinic) -> None:
    clinic.down.add("check_policy")
    assert "Реестр сейчас не отвечает" in (await settle_in(town.mother, MARIA)).text
    await town.pass_time(minutes=1)
    clinic.recover()
    await town.pass_time(minutes=10)
    assert "действует" in (await town.mother.screen()).text


async def test_stored_visit_is_shown_while_the_clinic_is_down(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, "Записаться")
    clinic.down.add("*")
    assert "Запись" in (await visits(town.mother)).text
    assert "Мои записи · 1" in (await say(town.mother, "/menu")).labels


async def test_clinics_new_name_is_read_within_a_minute_of_its_return(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    clinic.down.add("clinics")
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_clinics SET name = 'Детская на Садовой' WHERE id = 1", {}
        )
    )
    await town.work()
    assert "Детская № 12" in (await say(town.mother, "/book")).text
    clinic.recover()
    await town.work()
    assert "Детская на Садовой" in (await say(town.mother, "/book")).text
