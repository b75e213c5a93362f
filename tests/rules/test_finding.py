"""Finding a clinic by a line: the table of lines, exact numbers, names of doctors, bounds."""

from __future__ import annotations

import pytest

from bot.clinics.word_index import MOST_HITS, Findable, WordIndex
from bot.core.clinic import ClinicKind
from bot.core.organisation_numbers import OrganisationNumber, inn_digit, ogrn_digit, read_organisation_number
from tests.rules.clinic_queries import AS_WRITTEN, BY_ANOTHER_HAND, CLINICS, QUERIES

LEAST_RIGHT = 0.95


@pytest.fixture(scope="module")
def index() -> WordIndex:
    return WordIndex(
        [Findable(each.name, each.address, (each.district, each.metro), frozenset({each.kind})) for each in CLINICS]
    )


@pytest.mark.requirement("A3", "C30")
def test_table_of_lines_finds_the_clinic_that_is_meant(index: WordIndex) -> None:
    assert len(QUERIES) >= 100
    assert len(AS_WRITTEN) >= 40
    assert len(BY_ANOTHER_HAND) >= 40
    wrong = []
    for line, key in QUERIES.items():
        found = [CLINICS[hit.place].key for hit in index.find(line, 3)]
        if found[:1] != [key]:
            wrong.append(f"{line!r}: {found}, not {key}")
    assert len(wrong) <= len(QUERIES) * (1 - LEAST_RIGHT), "\n".join(wrong)


@pytest.mark.parametrize("line", ["детская 999", "999", "ъъъъъъъ", "?!", "", "🙂", "the", "на", "56б"])
def test_line_that_names_no_clinic_finds_nothing(index: WordIndex, line: str) -> None:
    """A number is exact: no other is near to it."""
    assert index.find(line) == []


def test_one_word_of_a_kind_finds_all_clinics_of_it(index: WordIndex) -> None:
    found = {CLINICS[hit.place].kind for hit in index.find("стоматологии")}
    assert found == {ClinicKind.DENTAL}
    assert len(index.find("детская")) <= MOST_HITS


def test_doctor_is_found_by_family_name_in_any_form() -> None:
    doctors = WordIndex(
        [
            Findable("Петрова Анна Сергеевна", places=("педиатр",)),
            Findable("Щербакова Лариса Игоревна", places=("ЛОР",)),
        ]
    )
    for line in ("петрова", "к петровой", "Петрову Анну", "gtnhjdf", "petrova", "петорва"):
        assert [hit.place for hit in doctors.find(line)] == [0], line
    assert [hit.place for hit in doctors.find("sherbakova")] == [1]


INN, OGRN = "000000012", "120000000012"


@pytest.mark.requirement("A3")
def test_numbers_of_an_organisation_are_told_apart_and_checked() -> None:
    inn, ogrn = INN + inn_digit(INN), OGRN + ogrn_digit(OGRN)
    for line in (inn, f"ИНН {inn}", f"инн: {inn[:4]} {inn[4:]}"):
        assert read_organisation_number(line) == (OrganisationNumber.INN, inn, True)
    assert read_organisation_number(f"ОГРН № {ogrn}") == (OrganisationNumber.OGRN, ogrn, True)
    assert read_organisation_number("код МО 000012") == (OrganisationNumber.MO_CODE, "000012", True)
    wrong = f"{INN}{(int(inn_digit(INN)) + 1) % 10}"
    assert read_organisation_number(wrong) == (OrganisationNumber.INN, wrong, False)
    for line in ("детская 12", "12", "садовая 5", "инн", "1234567", "код 12 садовая"):
        assert read_organisation_number(line) is None, line
