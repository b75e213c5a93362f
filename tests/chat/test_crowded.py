"""Many people at once: a press that cannot be answered in time gets an alert, an overtaken screen is not sent."""

from __future__ import annotations

import pytest

from bot.telegram import pace
from tests.chat.actions import MARIA, MENU, data_of, say, settle_in
from tests.chat.town import Town

Presses = list[tuple[int, str]]


@pytest.fixture
async def presses(town: Town) -> Presses:
    """Six presses on the message of the menu, each of which leads to another screen than the one before."""
    await settle_in(town.mother, MARIA)
    seen = await say(town.mother, "/menu")
    return [(seen.id, data_of(seen, wanted)) for wanted in ("Помощь", MENU) * 3]


async def test_press_that_waits_too_long_gets_an_alert(
    town: Town, presses: Presses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FASTEST", 0.01)
    monkeypatch.setattr(pace, "LONGEST_WAIT", 0.3)
    alerts = [(await town.mother.press_data(*press)).alert for press in presses[:3]]
    sentence = "Сейчас мне пишет очень много людей. Нажмите кнопку или отправьте сообщение ещё раз."
    assert alerts[-1] == sentence
    assert set(alerts) <= {sentence, None}


async def test_screen_that_a_newer_press_has_overtaken_is_not_sent(
    town: Town, presses: Presses, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(await town.chat.calls("editMessageText"))
    monkeypatch.setattr(pace, "FASTEST", 1.0)
    pressed = [await town.mother.press_only(*press) for press in presses[:4]]
    assert all([(await town.mother.answer_to(press)).answered for press in pressed])
    assert len(await town.chat.calls("editMessageText")) - before < 4
    assert "Мария И." in str((await town.mother.screen()).labels)


async def test_person_who_presses_on_and_on_sees_screens_meanwhile(
    town: Town, presses: Presses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each press is overtaken by the next one, and nobody has seen anything for long."""
    monkeypatch.setattr(pace, "FASTEST", 2.0)
    monkeypatch.setattr(pace, "LONGEST_UNSEEN", 0.0)
    before = len(await town.chat.calls("editMessageText"))
    pressed = [await town.mother.press_only(*press) for press in presses]
    assert all([(await town.mother.answer_to(press)).answered for press in pressed])
    assert len(await town.chat.calls("editMessageText")) - before == 6
