"""Policies of invented people to try the bot with."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from bot.clinics.port import PolicyStatus
from bot.core.people import PersonName, Sex
from storage.registry.seed.clinics import FIELD, GARDEN, URAL


class Example(NamedTuple):
    """A policy to try: what to type and what happens then.

    ``registered`` is the name in the register if it differs from ``name``.
    """

    policy_number: str
    name: PersonName
    happens: str
    birth_date: date
    sex: Sex
    clinic: str = GARDEN
    status: PolicyStatus | None = PolicyStatus.ACTIVE
    """None: the register does not have this number."""
    valid_until: date | None = None
    registered: PersonName | None = None
    snils: str = ""
    phone: str = ""
    """what the clinic has on file: the telephone of the demo's first parent"""


EXAMPLES = (
    Example(
        "7796189784000014",
        PersonName("Иванова", "Мария", "Сергеевна"),
        "полис подтверждён, прикреплена к детской № 12",
        date(2018, 3, 15),
        Sex.FEMALE,
        snils="11223344595",
        phone="+79161234567",
    ),
    Example(
        "7788489747000022",
        PersonName("Королёв", "Артём", "Дмитриевич"),
        "полис подтверждён, прикреплён к детской № 7",
        date(2015, 11, 2),
        Sex.MALE,
        FIELD,
        snils="08765430300",
    ),
    Example(
        "6692879769000032",
        PersonName("Ахметова-Белая", "Алина"),
        "полис подтверждён, отчества нет, поликлиника в Екатеринбурге: время местное",
        date(2021, 7, 30),
        Sex.FEMALE,
        URAL,
        snils="12345678964",
    ),
    Example(
        "7794789740000040",
        PersonName("Соколов", "Никита", "Павлович"),
        "действие полиса приостановлено",
        date(2012, 5, 9),
        Sex.MALE,
        status=PolicyStatus.SUSPENDED,
        snils="14021753612",
    ),
    Example(
        "7791389778000054",
        PersonName("Лаптева", "Ева", "Игоревна"),
        "срок действия полиса истёк",
        date(2016, 8, 21),
        Sex.FEMALE,
        FIELD,
        valid_until=date(2025, 12, 31),
        snils="15390428768",
    ),
    Example(
        "7798089737000061",
        PersonName("Смирнов", "Егор", "Алексеевич"),
        "в списке другое отчество (Андреевич): исправить или спросить «Детскую № 9»",
        date(2019, 1, 12),
        Sex.MALE,
        registered=PersonName("Смирнов", "Егор", "Андреевич"),
        snils="16835091488",
    ),
    Example(
        "7793289794000070",
        PersonName("Орлова", "Софья", "Львовна"),
        "такого полиса в списке нет: его проверит регистратура «Детской № 9»",
        date(2017, 6, 5),
        Sex.FEMALE,
        status=None,
        snils="17108264550",
    ),
    Example(
        "304517826",
        PersonName("Волкова", "Дарья", "Олеговна"),
        "временное свидетельство: дату рождения и пол бот спросит",
        date(2025, 10, 4),
        Sex.FEMALE,
        snils="18974602327",
    ),
)
"""The first three and the last one can book; the last one has a temporary certificate. The others are refused."""
