"""The demo town's insured: the examples to try, and a crowd whose visits never break the registry's own rules."""

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
from storage.registry.seed.names import BOYS, FAMILIES, FATHERS, GIRLS, UNBENDING
from storage.registry.seed.places import ADULT, EXAMPLES, FIELD, GARDEN, SPECIALTIES, URAL, Field

CROWD = 1400
CYCLE = 28
"""Days after which a townsman may come to the same specialty again: more than the timetable is long."""
FIRST_SERIAL = 100
"""Serials below it belong to the examples."""


class Townsman(NamedTuple):
    policy_number: str
    name: PersonName
    birth_date: date
    sex: Sex
    clinic: str
    status: PolicyStatus = PolicyStatus.ACTIVE
    valid_until: date | None = None
    snils: str = ""


def list_examples() -> list[Townsman]:
    return [
        Townsman(
            example.policy_number,
            example.registered or example.name,
            example.birth_date,
            example.sex,
            example.clinic,
            example.status,
            example.valid_until,
            example.snils,
        )
        for example in EXAMPLES
        if example.status is not None
    ]


def list_crowd() -> list[Townsman]:
    """The same people in the same order every time; in every CYCLE of them one in five is grown up."""
    chance = Random("the town")  # noqa: S311 - a town to look at, not a secret
    return [_townsman(chance, number) for number in range(CROWD)]


class Crowd:
    """Who comes to a specialty on a day: nobody twice in a CYCLE, and nobody to two specialties in one day."""

    def __init__(self, people: list[Townsman]) -> None:
        self._groups: dict[tuple[bool, int], list[Townsman]] = defaultdict(list)
        for number, person in enumerate(people):
            self._groups[person.clinic == URAL, number % CYCLE].append(person)
        self._queues: dict[tuple[bool, str, date], Iterator[Townsman]] = {}
        self._places = {field.code: place for place, field in enumerate(SPECIALTIES)}
        self._fields = {field.code: field for field in SPECIALTIES}

    def next(self, clinic: str, specialty: str, day: date) -> Townsman | None:
        """Somebody whom this specialty sees; None where all who could come that day do come."""
        queue = clinic == URAL, specialty, day
        if queue not in self._queues:
            group = self._groups[clinic == URAL, (day.toordinal() - self._places[specialty]) % CYCLE]
            field = self._fields[specialty]
            self._queues[queue] = (person for person in group if _is_seen(field, person, day))
        return next(self._queues[queue], None)


def _is_seen(field: Field, person: Townsman, day: date) -> bool:
    return field.min_age <= age_on(person.birth_date, day) <= field.max_age and field.sex in {None, person.sex}


def _townsman(chance: Random, number: int) -> Townsman:
    row = number // CYCLE
    grown_up, region = row % 5 == 4, "66" if row % 4 == 3 else "77"
    clinic = URAL if region == "66" else ADULT if grown_up else chance.choice((GARDEN, FIELD))
    first, last = (date(1950, 1, 1), date(2004, 12, 31)) if grown_up else (date(2009, 1, 1), date(2025, 6, 30))
    birth_date = first + timedelta(days=chance.randrange((last - first).days))
    sex = chance.choice((Sex.FEMALE, Sex.MALE))
    policy_number = make_policy_number(region, birth_date, sex, FIRST_SERIAL + number)
    return Townsman(policy_number, _name(chance, sex), birth_date, sex, clinic)


def _name(chance: Random, sex: Sex) -> PersonName:
    family = _family(chance, sex)
    if chance.random() < 0.05:
        family = f"{family}-{_family(chance, sex)}"
    given = chance.choice(BOYS if sex is Sex.MALE else GIRLS)
    father = chance.choice(FATHERS)
    patronymic = father if sex is Sex.MALE else f"{father.removesuffix('ич')}на"
    return PersonName(family, given, "" if chance.random() < 0.05 else patronymic)


def _family(chance: Random, sex: Sex) -> str:
    family = chance.choice(FAMILIES + UNBENDING)
    return family if sex is Sex.MALE or family in UNBENDING else f"{family}а"
