"""Rules of corrections: one field changes, the others stay, and a card never becomes another child's."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from bot.clinics.port import PolicyClaim
from bot.core.errors import InvalidInput
from bot.core.people import PersonName, Sex
from bot.patients.problems import PolicyProblem
from bot.patients.records import KeyField
from bot.patients.rules.corrections import changed_fields, corrected, is_typed, value_of
from bot.patients.rules.policy_number import make_policy_number, policy_facts

TODAY = date(2026, 11, 23)
BORN = date(2018, 3, 15)
MARIA = PolicyClaim("7796189784000014", PersonName("Иванова", "Мария", "Сергеевна"), BORN, Sex.FEMALE)
DARYA = PolicyClaim("123456789", PersonName("Волкова", "Дарья", "Олеговна"), BORN, Sex.FEMALE)
OLD = PolicyClaim("АБ № 123456", PersonName("Волкова", "Дарья"), BORN, Sex.FEMALE)

TYPED = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["Петрова", "Анна-Мария", "7796 1897 8400 0014", "15.03.2018", "1", "123 456 789", "F", "нет", ""]),
)
FIELDS = st.sampled_from([field for field in KeyField if field is not KeyField.SEX])


@given(claim=st.sampled_from([MARIA, DARYA, OLD]), field=FIELDS, typed=TYPED)
def test_correction_changes_only_its_field_or_is_refused(claim: PolicyClaim, field: KeyField, typed: str) -> None:
    try:
        after = corrected(claim, field, typed, TODAY)
    except InvalidInput:
        return
    assert set(changed_fields(claim, after)) <= {field}


@given(born=st.dates(date(2009, 1, 1), date(2026, 11, 1)), sex=st.sampled_from(Sex), serial=st.integers(0, 99_999))
def test_new_number_must_have_the_same_birth_date_and_sex(born: date, sex: Sex, serial: int) -> None:
    number = make_policy_number("77", born, sex, serial)
    if (born, sex) == (MARIA.birth_date, MARIA.sex):
        assert corrected(MARIA, KeyField.NUMBER, number, TODAY).policy_number == number
        return
    with pytest.raises(InvalidInput) as refused:
        corrected(MARIA, KeyField.NUMBER, number, TODAY)
    assert refused.value.problem is PolicyProblem.OF_ANOTHER


def test_next_policy_of_a_child_is_accepted_in_any_spacing() -> None:
    number = make_policy_number("77", BORN, Sex.FEMALE, 77)
    spaced = " ".join(number[at : at + 4] for at in range(0, 16, 4))
    for claim in (MARIA, DARYA, OLD):
        after = corrected(claim, KeyField.NUMBER, spaced, TODAY)
        facts = policy_facts(after.policy_number)
        assert facts is not None
        assert (facts.birth_date, facts.sex) == (BORN, Sex.FEMALE)
        assert changed_fields(claim, after) == [KeyField.NUMBER]


def test_only_an_old_policy_is_corrected_to_an_old_policy() -> None:
    assert corrected(OLD, KeyField.NUMBER, "АБ № 654321", TODAY).policy_number == "АБ № 654321"
    with pytest.raises(InvalidInput):
        corrected(MARIA, KeyField.NUMBER, "АБ № 654321", TODAY)
    assert corrected(MARIA, KeyField.NUMBER, "123 456 789", TODAY).policy_number == "123456789"


def test_mistyped_new_number_is_refused_by_its_check_digit() -> None:
    with pytest.raises(InvalidInput) as refused:
        corrected(OLD, KeyField.NUMBER, "7796 1897 8401 0014", TODAY)
    assert refused.value.problem is PolicyProblem.CHECK_DIGIT


def test_birth_date_and_sex_of_a_16_digit_number_are_not_typed() -> None:
    fixed = {KeyField.BIRTH_DATE, KeyField.SEX}
    assert {field for field in KeyField if not is_typed(MARIA, field)} == fixed
    assert all(is_typed(DARYA, field) and is_typed(OLD, field) for field in KeyField)
    assert corrected(DARYA, KeyField.BIRTH_DATE, "16.03.2018", TODAY).birth_date == date(2018, 3, 16)
    assert value_of(corrected(DARYA, KeyField.SEX, "M", TODAY), KeyField.SEX) == "M"
