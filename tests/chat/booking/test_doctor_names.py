"""Doctors of one list are never named alike."""

from __future__ import annotations

from bot.core.people import PersonName
from dialogs.kit.doctors import Listed, told_apart


def listed(family: str, given: str, patronymic: str, beside: str) -> Listed:
    name = PersonName(family, given, patronymic)
    return Listed(name.with_initials, name, beside)


def test_given_name_then_what_stands_beside_then_a_number_tells_apart() -> None:
    assert told_apart(
        [
            listed("Петрова", "Анна", "Сергеевна", "кабинет 101"),
            listed("Петрова", "Алла", "Семёновна", "кабинет 102"),
            listed("Ким", "Ольга", "Викторовна", "кабинет 103"),
            listed("Ким", "Ольга", "Викторовна", "кабинет 104"),
            listed("Зайцев", "Олег", "", "кабинет 105"),
            listed("Зайцев", "Олег", "", "кабинет 105"),
            listed("Сомова", "Яна", "", "кабинет 106"),
        ]
    ) == [
        "Петрова Анна С.",
        "Петрова Алла С.",
        "Ким Ольга В., кабинет 103",
        "Ким Ольга В., кабинет 104",
        "Зайцев Олег, кабинет 105 (1)",
        "Зайцев Олег, кабинет 105 (2)",
        "Сомова Я.",
    ]
