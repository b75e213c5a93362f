"""What tells apart the patients of one account whose names look alike."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.people import PersonName, Sex
from bot.glossary import PatientId
from bot.patients.rules.look_alikes import Distinction, look_alikes


def patient(number: int, name: str, born: date = date(2015, 3, 2)) -> Patient:
    family, given = name.split()
    checked = Verification(VerificationStatus.VERIFIED)
    return Patient(PatientId(number), PersonName(family, given), born, Sex.MALE, "0" * 16, checked)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([patient(2, "Иванова Мария")], None),
        ([patient(2, "Петров Александр")], Distinction.FAMILY),
        ([patient(2, "Ильин Александр", date(2017, 3, 2))], Distinction.YEAR),
        ([patient(2, "Ильин Александр", date(2015, 7, 5))], Distinction.BIRTH_DATE),
        ([patient(2, "Ильин Александр")], Distinction.POLICY),
        ([patient(2, "Ильин Александр"), patient(3, "Ильин Александр", date(2017, 1, 1))], Distinction.POLICY),
    ],
)
def test_distinction_is_the_least_that_tells_apart(others: list[Patient], expected: Distinction | None) -> None:
    assert look_alikes([patient(1, "Иванов Александр"), *others]).get(PatientId(1)) is expected


def test_children_of_one_name_need_not_the_same_distinction() -> None:
    three = [
        patient(1, "Иванов Александр", date(2015, 3, 2)),
        patient(2, "Иванов Александр", date(2015, 7, 5)),
        patient(3, "Иванов Александр", date(2017, 1, 1)),
    ]
    assert list(look_alikes(three).values()) == [Distinction.BIRTH_DATE, Distinction.BIRTH_DATE, Distinction.YEAR]
