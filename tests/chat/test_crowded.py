"""Many people at once: a press that cannot be answered in time gets an alert, an overtaken screen is not sent."""

from __future__ import annotations

import pytest

from bot.telegram import pace
from tests.chat.actions import MARIA, MENU, data_of, say, settle_in
from tests.chat.town import Town


@pytest.fixture
async def menu(town: Town) -> tuple[int, str]:
    """The message of the menu, and the data of a button on it."""
    await settle_in(town.mother, MARIA)
    seen = await say(town.mother, "/menu")
    return seen.id, data_of(seen, MENU)


async def test_press_that_waits_too_long_gets_an_alert(
    town: Town, menu: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FASTEST", 0.01)
    monkeypatch.setattr(pace, "LONGEST_WAIT", 0.3)
    alerts = [(await town.mother.press_data(*menu)).alert for _press in range(3)]
    sentence = "Сейчас мне пишет очень много людей. Нажмите кнопку или отправьте сообщение ещё раз."
    assert alerts[-1] == sentence
    assert set(alerts) <= {sentence, None}


async def test_screen_that_a_newer_press_has_overtaken_is_not_sent(
    town: Town, menu: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message, data = menu
    before = len(await town.chat.calls("editMessageText"))
    monkeypatch.setattr(pace, "FASTEST", 1.0)
    presses = [await town.mother.press_only(message, data) for _press in range(4)]
    assert all([(await town.mother.answer_to(press)).answered for press in presses])
    assert len(await town.chat.calls("editMessageText")) - before < 4
    assert "Мария И." in str((await town.mother.screen()).labels)


async def test_person_who_presses_on_and_on_sees_screens_meanwhile(
    town: Town, menu: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each press is overtaken by the next one, and nobody has seen anything for long."""
    message, data = menu
    monkeypatch.setattr(pace, "FASTEST", 2.0)
    monkeypatch.setattr(pace, "LONGEST_UNSEEN", 0.0)
    before = len(await town.chat.calls("editMessageText"))
    presses = [await town.mother.press_only(message, data) for _press in range(6)]
    assert all([(await town.mother.answer_to(press)).answered for press in presses])
    assert len(await town.chat.calls("editMessageText")) - before == 6
