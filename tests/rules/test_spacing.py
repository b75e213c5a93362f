"""No-break spaces keep numbers and what they count, rooms, times and initials together."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bot.delivery.spacing import NO_BREAK, keep_together


@pytest.mark.parametrize(
    "shown",
    [
        "На приём — 30~минут.",
        "Садовая, 5, кабинет~101",
        "Напоминаю: вт~24~ноября, 10:30",
        "Попробуйте в~10:30.",
        "педиатр Петрова~А.~С.",
        "<b>Мария~И.</b> · записей нет",
        "Детская №~12, Садовая, 5, кв.~12",
        "Регистратура: +7~000~000-12-12",
        "Come 10~minutes early, room~101, Thu~26~November",
        "В номере 15~цифр, а нужно~16.".replace("нужно~", "нужно "),
        "<code>Мария И. 10 минут</code> и 10~минут",
        'через <tg-time unix="1764" format="r">3~минуты</tg-time>',
    ],
)
def test_line_is_not_broken_inside(shown: str) -> None:
    assert keep_together(shown.replace("~", " ")) == shown.replace("~", NO_BREAK)


@given(st.text())
def test_only_spaces_are_replaced(text: str) -> None:
    assert keep_together(text).replace(NO_BREAK, " ") == text.replace(NO_BREAK, " ")
