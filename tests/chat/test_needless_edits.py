"""A press edits no message into what it already is, and is answered all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.actions import MARIA, choose, data_of, say, settle_in
from tests.chat.applications.steps import mother_applies, open_first
from tests.chat.client import Json
from tests.chat.person import Person
from tests.chat.town import Town

REFUSED = "message is not modified"


async def edits_of(town: Town, person: Person, wanted: str) -> list[Json]:
    """Press a button and return the edits of texts that it has led to."""
    before = await town.chat.calls()
    pressed = await person.press(wanted)
    assert pressed.answered
    await person.screen()
    return await town.chat.calls("editMessageText", after=before[-1]["number"] if before else 0)


async def not_modified(town: Town) -> list[Json]:
    return [each for each in await town.chat.refusals() if REFUSED in str(each)]


@pytest.mark.parametrize("wanted", ["Подтверждение (PDF)", "Вся переписка (PDF)"])
async def test_button_that_sends_a_file_leaves_its_screen_alone(town: Town, wanted: str) -> None:
    await mother_applies(town)
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления", "Мария")
    for _each in range(2):
        assert await edits_of(town, town.mother, wanted) == []
    files = [each for each in await town.mother.messages() if each.bot and "document" in each.raw]
    assert len(files) == 2
    assert await not_modified(town) == []


async def test_line_above_a_screen_goes_with_the_next_press(town: Town) -> None:
    await mother_applies(town)
    assert "✅ Заявление отправлено" in (await town.mother.screen()).text
    page = await town.mother.screen()
    assert len(await edits_of(town, town.mother, "Подтверждение (PDF)")) == 1
    assert await edits_of(town, town.mother, "Подтверждение (PDF)") == []
    [shown] = [each for each in await town.mother.messages() if each.id == page.id]
    assert "✅ Заявление отправлено" not in shown.text


async def test_show_edits_only_the_message_that_it_sends(town: Town) -> None:
    await mother_applies(town)
    seen = await open_first(town, town.registrar)
    edits = await edits_of(town, town.registrar, "Показать")
    assert [each["params"]["message_id"] for each in edits] != [seen.id]
    assert len(edits) == 1
    assert await not_modified(town) == []


async def test_alert_leaves_the_screen_as_it_is(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/start")
    card = await choose(town.mother, "Дети", "Мария")
    wanted = next(label for label in card.labels if "номер" in label.lower())
    assert await edits_of(town, town.mother, wanted) == []


async def lose_answers(town: Town, **fault: Any) -> None:
    await town.chat.fault("cut_after", method="editMessageText", times=20, **fault)


async def test_screen_is_edited_again_if_it_is_not_known_how_it_looks(town: Town) -> None:
    """The edit has arrived and its answer was lost: the way back must not be taken for what stands there."""
    await settle_in(town.mother, MARIA)
    menu = await say(town.mother, "/start")
    help_data, menu_data = data_of(menu, "Помощь"), data_of(await choose(town.mother, "Помощь"), "Меню")
    await town.mother.press_data(menu.id, menu_data)
    await lose_answers(town)
    await town.mother.press_data(menu.id, help_data)
    await town.rested()
    await town.chat.clear_faults()
    stands = next(each for each in await town.mother.messages() if each.id == menu.id)
    assert stands.text != menu.text
    await town.mother.press_data(menu.id, menu_data)
    await town.rested()
    shown = next(each for each in await town.mother.messages() if each.id == menu.id)
    assert shown.text == menu.text


async def test_line_about_a_file_that_was_not_sent_goes_with_the_next_press(town: Town) -> None:
    await mother_applies(town)
    await say(town.mother, "/start")
    page = await choose(town.mother, "Мои заявления", "Мария")
    await town.chat.fault("400", method="sendDocument", times=1)
    await town.mother.press("Подтверждение (PDF)")
    failed = next(each for each in await town.mother.messages() if each.id == page.id)
    assert "Файл отправить не получилось" in failed.text
    await town.mother.press("Подтверждение (PDF)")
    await town.rested()
    shown = next(each for each in await town.mother.messages() if each.id == page.id)
    assert shown.text == page.text
