"""How a specialty and a doctor are named, in both languages."""

from __future__ import annotations

import pytest

from bot.core.clinic import Doctor, Specialty
from bot.core.i18n import speak
from bot.core.people import PersonName
from bot.glossary import DoctorRef, SpecialtyRef
from dialogs.booking.wording import full_specialist, short_specialist
from dialogs.kit.specialties import NAMES, abbreviated, as_told_at_clinic, in_a_sentence, specialty_name
from storage.registry.seed.clinics import SPECIALTIES

PETROVA = Doctor(DoctorRef("p"), PersonName("Петрова", "Анна", "Сергеевна"), "101")
VACCINATION_ROOM = Doctor(DoctorRef("v"), PersonName("Кабинет вакцинации", ""), "107", is_room=True)
TREATMENT_ROOM = Doctor(DoctorRef("t"), PersonName("Процедурный кабинет", ""), "5", is_room=True)
NAMELESS = Doctor(DoctorRef("n"), PersonName("", ""), "1")


def specialty(code: str, name: str) -> Specialty:
    return Specialty(SpecialtyRef(code), code, name)


PEDIATRICIAN, ENT = specialty("pediatrician", "Педиатр"), specialty("ent", "ЛОР")
VACCINATIONS = specialty("vaccination", "Прививки")
PROCEDURES = specialty("procedures", "Процедурный кабинет")
HOMEOPATH = specialty("homeopath", "Гомеопат")


def test_every_specialty_of_the_demo_town_has_a_name() -> None:
    assert {each.code for each in SPECIALTIES} == set(NAMES)


@pytest.mark.parametrize(
    ("shown", "russian", "english"),
    [
        (PEDIATRICIAN, "Педиатр", "Pediatrician"),
        (specialty("dentist", "Зубной"), "Стоматолог", "Dentist"),
        (HOMEOPATH, "Гомеопат", "Гомеопат"),
    ],
)
def test_specialty_has_a_name_by_its_code(shown: Specialty, russian: str, english: str) -> None:
    """An unknown code keeps the name that its clinic system gives it."""
    with speak("ru"):
        assert specialty_name(shown) == russian
    with speak("en"):
        assert specialty_name(shown) == english


def test_english_name_has_the_word_to_say_at_the_clinic() -> None:
    with speak("en"):
        assert as_told_at_clinic(PEDIATRICIAN) == "Pediatrician (педиатр)"
        assert as_told_at_clinic(HOMEOPATH) == "Гомеопат"
        assert full_specialist(ENT, PETROVA) == "ENT doctor (ЛОР) Петрова Анна Сергеевна"
    with speak("ru"):
        assert as_told_at_clinic(PEDIATRICIAN) == "Педиатр"


def test_abbreviation_stays_in_capitals_in_a_sentence() -> None:
    with speak("ru"):
        assert (in_a_sentence(PEDIATRICIAN), in_a_sentence(ENT)) == ("педиатр", "ЛОР")
    with speak("en"):
        assert (in_a_sentence(PEDIATRICIAN), in_a_sentence(ENT)) == ("pediatrician", "ENT doctor")


def test_room_stands_before_what_is_done_there() -> None:
    with speak("ru"):
        assert short_specialist(PEDIATRICIAN, PETROVA) == "педиатр Петрова А. С."
        assert full_specialist(VACCINATIONS, VACCINATION_ROOM) == "кабинет вакцинации (прививки)"
        assert short_specialist(PROCEDURES, TREATMENT_ROOM) == "процедурный кабинет"
        assert short_specialist(ENT, NAMELESS) == "ЛОР (имя врача не указано)"
    with speak("en"):
        assert full_specialist(VACCINATIONS, VACCINATION_ROOM) == "кабинет вакцинации (vaccinations)"


@pytest.mark.parametrize(
    ("name", "most", "shown"),
    [
        ("Педиатр", 7, "Педиатр"),
        ("Психиатр детский", 9, "Психиатр"),
        ("Гастроэнтеролог", 9, "Гастроэн."),
        ("Невролог", 2, "Невро."),
    ],
)
def test_long_specialty_is_abbreviated_on_a_label(name: str, most: int, shown: str) -> None:
    assert abbreviated(name, most) == shown
