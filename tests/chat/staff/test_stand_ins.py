"""A stand-in and closed hours: the desk's screens name a doctor only for hours in which that doctor sees patients."""

from __future__ import annotations

from tests.chat.actions import choose
from tests.chat.message import ChatMessage
from tests.chat.staff.test_closing import to_day
from tests.chat.town import Town


def plain(seen: ChatMessage) -> str:
    return seen.text.replace("\u00a0", " ")


def of_thursday(week: ChatMessage) -> str:
    [line] = [each for each in plain(week).splitlines() if "26.11" in each]
    return line


async def close(town: Town, hours: str) -> None:
    await to_day(town)
    await choose(town.registrar, "Закрыть часы", hours, "Врач заболел", "Да, закрыть")


async def name_stand_in(town: Town) -> None:
    await to_day(town)
    await choose(town.registrar, "Замена врача", "Громов И. А.", "Да, заменить")


async def test_nobody_stands_in_on_a_day_that_is_closed_whole(town: Town) -> None:
    await close(town, "Весь день")
    await to_day(town)
    await choose(town.registrar, "Замена врача", "Громов И. А.")
    answer = await town.registrar.press("Да, заменить")
    assert answer.alert is not None
    assert "откройте" in answer.alert
    day = await to_day(town)
    assert "ринимает" not in day.text
    assert day.button("Закрыто: весь день")
    assert "закрыто" in of_thursday(await choose(town.registrar, "Назад"))


async def test_opened_again_the_day_can_go_to_a_stand_in(town: Town) -> None:
    await close(town, "Весь день")
    await choose(town.registrar, "Открыть снова", "Да, открыть")
    await name_stand_in(town)
    assert "Принимает: Громов И. А." in plain(await to_day(town))


async def test_stand_in_is_named_until_the_hours_that_are_closed(town: Town) -> None:
    await close(town, "С 12:00")
    await name_stand_in(town)
    day = await to_day(town)
    assert "Принимает: Громов И. А. до 12:00" in plain(day)
    [closed] = [line for line in plain(day).splitlines() if line.startswith("Закрыто: ")]
    assert "12:00" in closed
    assert "09:00" not in closed
    assert "принимает Громов И. А. до 12:00" in of_thursday(await choose(town.registrar, "Назад"))


async def test_no_second_stand_in_for_what_another_has_taken(town: Town) -> None:
    await name_stand_in(town)
    await to_day(town)
    await choose(town.registrar, "Замена врача", "Громов И. А.")
    answer = await town.registrar.press("Да, заменить")
    assert answer.alert is not None
    assert "уже передано другому врачу" in answer.alert
