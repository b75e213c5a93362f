"""Rules of a name that is typed at the desk."""

from __future__ import annotations

import pytest

from bot.core.people import PersonName
from bot.staff.names import fits_name, read_name

SEMYONOVA = PersonName("Семёнова-Пётр", "Мария", "Сергеевна")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Семёнова", "семенова"),
        ("  СЕМЁН  мар ", "семен мар"),
        ("ctv`yjdf", "семенова"),
        ("Семёнова-Пётр", "семенова-петр"),
        ("се", None),
        ("се мария", None),
        ("семёнова 1", None),
        ("а" * 25, None),
        ("", None),
    ],
)
def test_typed_name_is_read_in_any_case_and_layout(typed: str, wanted: str | None) -> None:
    assert read_name(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("Семен", True), ("петр", True), ("менов", True), ("Семёнова М", True), ("Семёнова А", False), ("Иванова", False)],
)
def test_name_fits_by_a_part_of_the_family_name(typed: str, fits: bool) -> None:
    assert fits_name(str(read_name(typed)), SEMYONOVA) is fits
