"""Rules of documents: for which ages, when they are ready, what the parent writes, and what is usual for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as some

from bot.applications.document_rules import (
    LONGEST_SAID,
    DocumentHindrance,
    RecentDays,
    answer_in,
    first_day_of,
    hindrance_of,
    ready_at,
    wish_for,
    with_answer,
)
from bot.clinic_file.records import DocumentRow
from bot.clinic_file.usual_documents import USUAL, completed, usual
from bot.core.clinic_documents import ClinicDocument, DocumentAsks
from bot.core.errors import InvalidInput
from bot.core.typed_text import visible
from bot.glossary import DocumentId
from tests.rules.clinic_file.files import parsed, smallest
from tests.rules.test_applications import CLINIC, MASHA, moscow

CAMP = ClinicDocument(DocumentId(7), "Справка 079/у", days=3, min_age=6, max_age=17, asks=DocumentAsks.PLACE)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "why"),
    [
        (date(2020, 11, 24), DocumentHindrance.TOO_YOUNG),  # six tomorrow
        (date(2020, 11, 23), None),
        (date(2008, 11, 24), None),
        (date(2008, 11, 23), DocumentHindrance.TOO_OLD),  # eighteen today
    ],
)
def test_document_is_for_its_ages(born: date, why: DocumentHindrance | None) -> None:
    assert hindrance_of(CAMP, replace(MASHA, birth_date=born), TODAY) is why


def test_document_without_ages_is_for_everybody() -> None:
    for born in (date(2026, 11, 22), date(1950, 1, 1)):
        assert hindrance_of(ClinicDocument(DocumentId(1), "Выписка"), replace(MASHA, birth_date=born), TODAY) is None


@pytest.mark.requirement("K12")
@pytest.mark.parametrize(
    ("days", "asked", "ready"),
    [
        (3, moscow(2026, 11, 23, 12), moscow(2026, 11, 26, 20)),
        (1, moscow(2026, 11, 27, 12), moscow(2026, 11, 30, 20)),  # Friday, Monday
        (None, moscow(2026, 12, 30, 15), moscow(2027, 1, 12, 20)),  # two working days, over the holidays
        (0, moscow(2026, 11, 23, 12), moscow(2026, 11, 24, 20)),
    ],
)
def test_document_is_ready_after_working_days(days: int | None, asked: datetime, ready: datetime) -> None:
    assert ready_at(replace(CAMP, days=days), asked, CLINIC) == ready


@given(some.text(max_size=150))
def test_answer_is_one_short_line_or_refused(typed: str) -> None:
    line = visible(typed)
    if 2 <= len(line) <= LONGEST_SAID:
        assert answer_in(typed) == line
        assert "\n" not in line
        return
    with pytest.raises(InvalidInput) as refused:
        answer_in(typed)
    assert refused.value.facts == {"longest": LONGEST_SAID}


def test_wish_keeps_the_document_as_it_was_listed() -> None:
    wish = wish_for(replace(CAMP, bring="паспорт", valid_days=30, is_file=True), "  лагерь\n«Заря» ")
    assert (wish.said, wish.bring, wish.days, wish.valid_days, wish.is_file) == (
        "лагерь «Заря»",
        "паспорт",
        3,
        30,
        True,
    )
    assert with_answer(wish, "школа").said == "школа"
    silent = replace(CAMP, asks=DocumentAsks.NOTHING)
    assert wish_for(silent, "what was typed elsewhere").said == ""
    with pytest.raises(InvalidInput):
        wish_for(CAMP, "")


@pytest.mark.requirement("E57")
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Справка 095/у", "Справка 095/у"),
        ("Справка в школу, форма № 095/у", "Справка 095/у"),
        ("Медицинская справка 079у в лагерь", "Справка 079/у"),
        ("ф. 086/у для поступающих", "Справка 086/у"),
        ("Выписка из амбулаторной карты", "Выписка из карты"),
        ("Направление на плановую госпитализацию", "Направление на госпитализацию"),
        ("Направление к неврологу", "Направление"),
        ("Справка в детский сад", ""),
        ("Справка 1095", ""),
    ],
)
def test_usual_document_is_known_by_its_name(name: str, found: str) -> None:
    known = usual(name)
    assert (known.name if known else "") == found


def test_clinic_says_otherwise_than_is_usual() -> None:
    bare = completed(DocumentRow("д12", "с095", "Справка 095/у"))
    assert (bare.days, bare.asks, bare.min_age, bare.max_age) == (1, DocumentAsks.PERIOD, 1, 17)
    assert "полис" in bare.bring
    own = DocumentRow(
        "д12", "с095", "Справка 095/у", "всем", "ничего", 0, 5, min_age=0, max_age=99, asks=DocumentAsks.NOTHING
    )
    assert completed(own) == own
    other = DocumentRow("д12", "сад", "Справка в детский сад")
    assert completed(other) == other


def test_usual_documents_are_told_apart() -> None:
    assert all(usual(each.name) is each for each in USUAL)


def test_blank_cells_of_the_sheet_are_as_usual() -> None:
    header = ["клиника*", "код*", "название*", "сколько дней", "возраст от", "возраст до", "спросить"]
    rows: list[list[Any]] = [
        ["д12", "1", "Справка 095/у", "", "", "", ""],
        ["д12", "2", "Справка в бассейн", 2, 3, 17, "куда"],
    ]
    file, problems = parsed(smallest() | {"Документы": [header, *rows]})
    assert not problems.shown
    found = [(each.days, each.min_age, each.max_age, each.asks) for each in file.documents or ()]
    assert found == [(1, 1, 17, DocumentAsks.PERIOD), (2, 3, 17, DocumentAsks.PLACE)]


def test_ages_of_a_document_stand_in_order() -> None:
    header = ["клиника*", "код*", "название*", "возраст от", "возраст до"]
    _file, problems = parsed(smallest() | {"Документы": [header, ["д12", "1", "Справка", 17, 3]]})
    assert [each.column for each in problems.shown] == ["возраст до"]


def test_a_week_that_ends_today_has_seven_days() -> None:
    assert first_day_of(RecentDays.WEEK, date(2026, 11, 30)) == date(2026, 11, 24)
    assert first_day_of(RecentDays.TWO_WEEKS, date(2026, 11, 30)) == date(2026, 11, 17)
    assert first_day_of(RecentDays.MONTH, date(2026, 11, 30)) == date(2026, 11, 1)
