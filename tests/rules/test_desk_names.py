"""Rules of a name that is typed at the desk."""

from __future__ import annotations

import pytest

from bot.core.people import PersonName
from bot.staff.names import fits_name, read_name, shown_name

SEMYONOVA = PersonName("Семёнова-Пётр", "Мария", "Сергеевна")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Семёнова", ("семенова",)),
        ("  СЕМЁН  мар ", ("семен мар",)),
        ("ctv`yjdf", ("семенова",)),
        ("Семёнова-Пётр", ("семенова-петр",)),
        ("Ivanova", ("ivanova", "шмфтщмф")),
        ("bdfyjdf", ("bdfyjdf", "иванова")),
        ("се", None),
        ("се мария", None),
        ("семёнова 1", None),
        ("а" * 25, None),
        ("", None),
    ],
)
def test_typed_name_is_read_in_any_case_and_layout(typed: str, wanted: tuple[str, ...] | None) -> None:
    read = read_name(typed)
    assert (read and read.readings) == wanted


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("Семен", True), ("петр", True), ("менов", True), ("Семёнова М", True), ("Семёнова А", False), ("Иванова", False)],
)
def test_name_fits_by_a_part_of_the_family_name(typed: str, fits: bool) -> None:
    wanted = read_name(typed)
    assert wanted is not None
    assert fits_name(wanted, SEMYONOVA) is fits


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ivanova", PersonName("Иванова", "Мария")),
        ("ivanova mar", PersonName("Иванова", "Мария")),
        ("Shcherbakov Yulia", PersonName("Щербакова", "Юлия")),
        ("Scherbakova Iuliia", PersonName("Щербакова", "Юлия")),
        ("Semenova", SEMYONOVA),
        ("Akhmetova-Belaya", PersonName("Ахметова-Белая", "Алина")),
        ("Vasilyev", PersonName("Васильев", "Пётр")),
    ],
)
def test_name_in_latin_letters_fits_by_its_sounds(typed: str, name: PersonName) -> None:
    wanted = read_name(typed)
    assert wanted is not None
    assert fits_name(wanted, name)
    assert shown_name(wanted, [name]) == typed


def test_other_layout_is_shown_only_if_it_has_found_somebody() -> None:
    typed = read_name("bdfyjdf")
    assert typed is not None
    assert shown_name(typed, [PersonName("Иванова", "Мария")]) == "Иванова"
    assert shown_name(typed, []) == "bdfyjdf"
