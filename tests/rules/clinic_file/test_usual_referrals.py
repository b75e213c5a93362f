"""Which specialties ask for a referral where a clinic's file does not say."""

from __future__ import annotations

import pytest

from bot.clinic_file.usual_referrals import asks_for_referral
from storage.registry.seed.clinics import SPECIALTIES
from tests.rules.clinic_file.files import parsed, smallest

DIRECT = (
    *("Педиатр", "Педиатр участковый", "Врач общей практики", "Детский хирург", "Хирург", "Офтальмолог", "Окулист"),
    *("ЛОР", "Оториноларинголог", "Акушер-гинеколог", "Психиатр детский", "Психиатр-нарколог", "Фтизиатр"),
    *("Стоматолог детский", "Стоматолог-ортопед", "Прививки", "Процедурный кабинет", "Регистратура: бумаги"),
)
BY_REFERRAL = (
    *("Невролог", "врач-невролог", "Детский кардиолог", "Уролог-андролог", "Травматолог-ортопед", "Ортодонт"),
    *("Дерматовенеролог", "ГЕМАТОЛОГ", "Аллерголог-иммунолог", "Сурдолог-оториноларинголог", "Пульмонолог"),
)


@pytest.mark.parametrize("name", DIRECT)
def test_child_goes_there_without_a_referral(name: str) -> None:
    assert not asks_for_referral(name)


@pytest.mark.parametrize("name", BY_REFERRAL)
def test_specialist_is_reached_by_referral(name: str) -> None:
    assert asks_for_referral(name)


def test_demo_agrees_with_the_default() -> None:
    """But for a room of the adults, whose name says nothing of it."""
    other = {each.name for each in SPECIALTIES if each.needs_referral is not asks_for_referral(each.name)}
    assert other == {"Процедурный кабинет"}


def test_file_decides_where_it_says() -> None:
    rows = [["а", "Невролог", "нет"], ["пед", "Педиатр", "да"], ["в", "Невролог", ""], ["г", "ЛОР", ""]]
    file, problems = parsed(smallest() | {"Специальности": [["код*", "название*", "направление"], *rows]})
    assert not problems.shown
    assert [each.needs_referral for each in file.specialties or ()] == [False, True, True, False]
