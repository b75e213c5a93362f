"""Insured people of the demo town, and the order in which they take visits without breaking the registry's rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from bot.clinics.port import PolicyStatus
from bot.core.ages import age_on
from bot.core.people import PersonName, Sex
from bot.patients.rules.policy_number import make_policy_number
from storage.registry.seed.clinics import ADULT, FIELD, GARDEN, SPECIALTIES, URAL, DemoSpecialty
from storage.registry.seed.examples import EXAMPLES
from storage.registry.seed.names import FAMILY_NAMES, FEMALE_NAMES, INDECLINABLE, MALE_NAMES, PATRONYMICS

POPULATION = 1400
CYCLE = 28
"""Days until a person may visit the same specialty again: longer than the timetable."""
FIRST_SERIAL = 100
"""Lower serial numbers belong to the examples."""


class DemoPerson(NamedTuple):
    policy_number: str
    name: PersonName
    birth_date: date
    sex: Sex
    clinic: str
    status: PolicyStatus = PolicyStatus.ACTIVE
    valid_until: date | None = None
    snils: str = ""
    phone: str = ""
    """``+`` and digits; what the clinic has on file"""


def list_examples() -> list[DemoPerson]:
    """Return the examples that the register knows."""
    return [
        DemoPerson(
            example.policy_number,
            example.registered or example.name,
            example.birth_date,
            example.sex,
            example.clinic,
            example.status,
            example.valid_until,
            example.snils,
            example.phone,
        )
        for example in EXAMPLES
        if example.status is not None
    ]


def list_population() -> list[DemoPerson]:
    """Return the same people in the same order every time; every fifth run of CYCLE people are adults."""
    chance = Random("the town")  # noqa: S311 - invented people, not a secret
    return [_make_person(chance, number) for number in range(POPULATION)]


class VisitorQueues:
    """Gives out visitors: a person visits a specialty once in a CYCLE, and one specialty on one day."""

    def __init__(self, people: list[DemoPerson]) -> None:
        self._groups: dict[tuple[bool, int], list[DemoPerson]] = defaultdict(list)
        for number, person in enumerate(people):
            self._groups[person.clinic == URAL, number % CYCLE].append(person)
        self._queues: dict[tuple[bool, str, date], Iterator[DemoPerson]] = {}
        self._places = {specialty.code: place for place, specialty in enumerate(SPECIALTIES)}
        self._specialties = {specialty.code: specialty for specialty in SPECIALTIES}

    def next(self, clinic: str, specialty: str, day: date) -> DemoPerson | None:
        """Return the next visitor of a specialty on a day, or None if there is none left."""
        queue = clinic == URAL, specialty, day
        if queue not in self._queues:
            group = self._groups[clinic == URAL, (day.toordinal() - self._places[specialty]) % CYCLE]
            wanted = self._specialties[specialty]
            self._queues[queue] = (person for person in group if _accepts(wanted, person, day))
        return next(self._queues[queue], None)


def _accepts(specialty: DemoSpecialty, person: DemoPerson, day: date) -> bool:
    is_of_age = specialty.min_age <= age_on(person.birth_date, day) <= specialty.max_age
    return is_of_age and specialty.sex in {None, person.sex}


def _make_person(chance: Random, number: int) -> DemoPerson:
    row = number // CYCLE
    is_adult, region = row % 5 == 4, "66" if row % 4 == 3 else "77"
    clinic = URAL if region == "66" else ADULT if is_adult else chance.choice((GARDEN, FIELD))
    first, last = (date(1950, 1, 1), date(2004, 12, 31)) if is_adult else (date(2009, 1, 1), date(2025, 6, 30))
    birth_date = first + timedelta(days=chance.randrange((last - first).days))
    sex = chance.choice((Sex.FEMALE, Sex.MALE))
    policy_number = make_policy_number(region, birth_date, sex, FIRST_SERIAL + number)
    return DemoPerson(policy_number, _make_name(chance, sex), birth_date, sex, clinic)


def _make_name(chance: Random, sex: Sex) -> PersonName:
    family = _choose_family(chance, sex)
    if chance.random() < 0.05:
        family = f"{family}-{_choose_family(chance, sex)}"
    given = chance.choice(MALE_NAMES if sex is Sex.MALE else FEMALE_NAMES)
    masculine = chance.choice(PATRONYMICS)
    patronymic = masculine if sex is Sex.MALE else f"{masculine.removesuffix('ич')}на"
    return PersonName(family, given, "" if chance.random() < 0.05 else patronymic)


def _choose_family(chance: Random, sex: Sex) -> str:
    family = chance.choice(FAMILY_NAMES + INDECLINABLE)
    return family if sex is Sex.MALE or family in INDECLINABLE else f"{family}а"
