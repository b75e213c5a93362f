"""A doctor is late: the question before anybody is told, and the list of whom to telephone."""

from __future__ import annotations

import re

import pytest

from dialogs.staff.schedule_links import TellDelayNow
from tests.chat.actions import MARIA, PETROVA, THURSDAY, book, choose, data_of, new_messages, say, settle_in
from tests.chat.message import ChatMessage
from tests.chat.sent_files import file_of, text_of
from tests.chat.staff.test_closing import to_day
from tests.chat.staff.test_reading import readings
from tests.chat.town import Town

LATE, YES = "Врач задерживается", "Да, сообщить"
CALL = re.compile("☎️ ")


async def late_today(town: Town) -> ChatMessage:
    """Book a visit for the mother, and open the choice of the minutes on its day."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    await town.pass_time(days=2, hours=20)
    await to_day(town)
    return await choose(town.registrar, LATE)


async def planned(town: Town) -> int:
    sql = "SELECT count(*) AS planned FROM outbox WHERE kind = 'DOCTOR_IS_LATE'"
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    return int(row["planned"])


@pytest.mark.requirement("C22")
async def test_question_says_how_many_families_are_told_before_anybody_is(town: Town) -> None:
    await late_today(town)
    asked = await choose(town.registrar, "20 мин")
    assert "Сообщить о задержке примерно на 20 минут?" in asked.text.replace("\u00a0", " ")
    assert "Бот сообщит 1 семье" in asked.text.replace("\u00a0", " ")
    assert "Без бота" in asked.text
    assert await planned(town) == 0
    await choose(town.registrar, "Назад")
    assert await planned(town) == 0
    await choose(town.registrar, "20 мин", YES)
    assert await planned(town) == 1


@pytest.mark.parametrize("typed", ["2²", "001512345", "1 час 20", "долго", "4", "181"])
async def test_typed_delay_that_is_no_number_of_minutes_is_refused(town: Town, typed: str) -> None:
    await late_today(town)
    assert "на сколько минут: от 5 до 180" in (await say(town.registrar, typed)).text.replace("\u00a0", " ")


async def test_typed_delay_is_read_with_its_unit(town: Town) -> None:
    await late_today(town)
    assert "на 25 минут?" in (await say(town.registrar, "25 минут")).text.replace("\u00a0", " ")


async def test_whom_no_message_reaches_is_listed_to_be_telephoned(town: Town) -> None:
    await late_today(town)
    listed = await choose(town.registrar, "20 мин", YES)
    assert "✅ Сообщу родителям через минуту." in listed.text
    calls = [label for label in listed.labels if CALL.match(label)]
    assert calls
    assert f"Позвонить: {len(calls)}" in listed.text
    assert "10:45" not in str(calls), "the bot tells that family"
    called = await choose(town.registrar, CALL)
    assert calls[0].replace("☎️", "✅") in called.labels
    assert len([label for label in called.labels if CALL.match(label)]) == len(calls) - 1
    again = await choose(town.registrar, "Назад", LATE, "Кому позвонить")
    assert again.labels == called.labels, "the list is found again, with what was noted"
    await choose(town.registrar, calls[0].replace("☎️", "✅"))
    assert calls[0] in (await town.registrar.screen()).labels


async def test_list_to_telephone_is_printed_and_journaled(town: Town) -> None:
    await late_today(town)
    listed = await choose(town.registrar, "20 мин", YES)
    calls = [label for label in listed.labels if CALL.match(label)]
    before = await readings(town, "full data shown at the desk", "%")
    await choose(town.registrar, "Список для печати")
    [printed] = [each for each in await town.registrar.messages() if "document" in each.raw]
    paper = text_of(file_of(town, printed))
    assert "Позвонить: Петрова А. С." in paper
    assert "Врач задерживается примерно на 20 минут" in paper
    for time in (label.split()[1] for label in calls):
        assert time in paper
    assert await readings(town, "full data shown at the desk", "%") == before + len(calls)


async def test_another_word_asks_to_telephone_anew(town: Town) -> None:
    await late_today(town)
    await choose(town.registrar, "20 мин", YES)
    assert any(label.startswith("✅ ") for label in (await choose(town.registrar, CALL)).labels)
    listed = await choose(town.registrar, "Назад", LATE, "45 мин", YES)
    assert not any(label.startswith("✅ ") for label in listed.labels)
    assert await planned(town) == 2


async def test_nobody_is_told_where_the_bot_reaches_nobody(town: Town) -> None:
    await town.pass_time(days=2, hours=20)
    await to_day(town)
    asked = await choose(town.registrar, LATE, "20 мин")
    assert "Бот не сообщит никому: позвоните им." in asked.text
    assert not asked.button(YES)
    listed = await choose(town.registrar, "Кому позвонить")
    assert "Сообщу" not in listed.text
    assert any(CALL.match(label) for label in listed.labels)
    assert await planned(town) == 0


async def test_button_of_an_older_release_asks_first(town: Town) -> None:
    seen = await late_today(town)
    doctor = int(data_of(seen, "20 мин").split(":")[1])
    old = TellDelayNow(doctor=doctor, minutes=20).pack()
    assert old == f"Xl:{doctor}:20"
    known = await town.mother.messages()
    await town.registrar.press_data(seen.id, old)
    assert "Сообщить о задержке" in (await town.registrar.screen()).text
    await town.pass_time(minutes=2)
    assert await new_messages(town.mother, known) == []
