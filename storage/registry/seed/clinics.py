"""Clinics of the demo town: invented addresses and doctors, telephone numbers that cannot exist, working hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import NamedTuple

from bot.core.clinic import ClinicKind, VisitType
from bot.core.organisation_numbers import inn_digit, ogrn_digit
from bot.core.people import Sex

Details = Mapping[str, str | float | bool]


class DemoClinic(NamedTuple):
    code: str
    name: str
    address: str
    phone: str
    zone: str
    kind: ClinicKind
    details: Details
    hours: Mapping[int, tuple[time, time]]


def facts(district: str, place: tuple[float, float], number: int, metro: str = "", *, enrolls: bool = False) -> Details:
    """Return the facts of a clinic: its numbers name a region that does not exist, so that they are nobody's."""
    inn, ogrn = f"0000{number:05}", f"12000000{number:04}"
    return {
        "district": district,
        "latitude": place[0],
        "longitude": place[1],
        "licence": f"ЛО41-00000-00/{number:08}",
        "inn": f"{inn}{inn_digit(inn)}",
        "ogrn": f"{ogrn}{ogrn_digit(ogrn)}",
        "mo_code": f"00{number:04}",
        "oms": True,
        "attaches_online": enrolls,
        **({"metro": metro} if metro else {}),
    }


GARDEN, FIELD, ADULT = "Детская № 12", "Детская № 7", "Взрослая № 3"
TEETH, ALL_TEETH, URAL = "Детская стоматология", "Стоматология № 1", "Детская № 4, Урал"

ON_WEEKDAYS = {day: (time(8), time(20)) for day in range(1, 6)}
WITH_SATURDAY = {**ON_WEEKDAYS, 6: (time(9), time(15))}

CLINICS = (
    DemoClinic(
        "k12",
        GARDEN,
        "Садовая, 5",
        "+7 000 000-12-12",
        "Europe/Moscow",
        ClinicKind.CHILDREN,
        facts("Заречный", (54.3201, 40.9102), 12, "Речной вокзал", enrolls=True),
        WITH_SATURDAY,
    ),
    DemoClinic(
        "k7",
        FIELD,
        "Полевая, 18",
        "+7 000 000-07-07",
        "Europe/Moscow",
        ClinicKind.CHILDREN,
        facts("Северный", (54.3455, 40.8873), 7, "Полевая", enrolls=True),
        WITH_SATURDAY,
    ),
    DemoClinic(
        "k3",
        ADULT,
        "Фонтанная, 41",
        "+7 000 000-03-03",
        "Europe/Moscow",
        ClinicKind.ADULT,
        facts("Заречный", (54.3188, 40.9254), 3, "Речной вокзал", enrolls=True),
        WITH_SATURDAY,
    ),
    DemoClinic(
        "ds",
        TEETH,
        "Липовая аллея, 9",
        "+7 000 000-02-02",
        "Europe/Moscow",
        ClinicKind.DENTAL,
        facts("Центральный", (54.3310, 40.9021), 2, "Липовая аллея"),
        WITH_SATURDAY,
    ),
    DemoClinic(
        "s1",
        ALL_TEETH,
        "Озёрная, 24",
        "+7 000 000-01-01",
        "Europe/Moscow",
        ClinicKind.DENTAL,
        facts("Северный", (54.3502, 40.8950), 1),
        WITH_SATURDAY,
    ),
    DemoClinic(
        "k4u",
        URAL,
        "Екатеринбург, Луговая, 11",
        "+7 000 000-04-04",
        "Asia/Yekaterinburg",
        ClinicKind.CHILDREN,
        facts("Луговой", (56.8123, 60.6789), 4, enrolls=False),
        ON_WEEKDAYS,
    ),
)


class DemoSpecialty(NamedTuple):
    """A specialty. Doctors of one name for children and for adults have different ones, as in the register of posts."""

    code: str
    name: str
    needs_referral: bool = False
    min_age: int = 0
    max_age: int = 17
    sex: Sex | None = None
    position: str = ""


SPECIALTIES = (
    DemoSpecialty("pediatrician", "Педиатр", position="врач-педиатр участковый"),
    DemoSpecialty("ent", "ЛОР", position="врач-оториноларинголог"),
    DemoSpecialty("ophthalmologist", "Окулист", position="врач-офтальмолог"),
    DemoSpecialty("surgeon", "Хирург", position="врач — детский хирург"),
    DemoSpecialty("dentist", "Стоматолог", position="врач-стоматолог детский"),
    DemoSpecialty("neurologist", "Невролог", needs_referral=True, position="врач-невролог"),
    DemoSpecialty("orthopedist", "Ортопед", needs_referral=True, position="врач-травматолог-ортопед"),
    DemoSpecialty("cardiologist", "Кардиолог", needs_referral=True, position="врач — детский кардиолог"),
    DemoSpecialty("allergist", "Аллерголог", needs_referral=True, position="врач-аллерголог-иммунолог"),
    DemoSpecialty("gastroenterologist", "Гастроэнтеролог", needs_referral=True, position="врач-гастроэнтеролог"),
    DemoSpecialty("endocrinologist", "Эндокринолог", needs_referral=True, position="врач — детский эндокринолог"),
    DemoSpecialty("dermatologist", "Дерматолог", needs_referral=True, position="врач-дерматовенеролог"),
    DemoSpecialty("urologist", "Уролог", needs_referral=True, sex=Sex.MALE, position="врач — детский уролог-андролог"),
    DemoSpecialty("gynecologist", "Гинеколог", sex=Sex.FEMALE, position="врач-акушер-гинеколог"),
    DemoSpecialty("psychiatrist", "Психиатр детский", max_age=13, position="врач-психиатр детский"),
    DemoSpecialty("psychiatrist-teen", "Психиатр подростковый", min_age=14, position="врач-психиатр подростковый"),
    DemoSpecialty("orthodontist", "Ортодонт", needs_referral=True, min_age=6, position="врач-ортодонт"),
    DemoSpecialty("vaccination", "Прививки"),
    DemoSpecialty("gp", "Терапевт", min_age=18, max_age=200, position="врач-терапевт участковый"),
    DemoSpecialty("adult-surgeon", "Хирург", min_age=18, max_age=200, position="врач-хирург"),
    DemoSpecialty("adult-ent", "ЛОР", min_age=18, max_age=200, position="врач-оториноларинголог"),
    DemoSpecialty("adult-ophthalmologist", "Окулист", min_age=18, max_age=200, position="врач-офтальмолог"),
    DemoSpecialty(
        "adult-cardiologist", "Кардиолог", needs_referral=True, min_age=18, max_age=200, position="врач-кардиолог"
    ),
    DemoSpecialty("adult-dentist", "Стоматолог", min_age=18, max_age=200, position="врач-стоматолог"),
    DemoSpecialty("procedures", "Процедурный кабинет", needs_referral=True, min_age=18, max_age=200),
)

RECEPTION = DemoSpecialty("reception", "Регистратура: бумаги", max_age=200)
"""What a clinic's file calls by this code or name without a sheet of specialties; nobody books it in the demo town."""

ROOMS = frozenset({"vaccination", "procedures"})
"""Specialties whose visits are booked to a room, not to a named doctor."""


class DemoDoctor(NamedTuple):
    """A doctor of a clinic.

    ``shift`` is early, late or turn (alternating); ``weekdays`` are ISO numbers; ``full_days`` is how many days from
    today are fully booked.
    """

    clinic: str
    specialty: str
    name: str
    room: str
    shift: str = "turn"
    weekdays: str = "12345"
    full_days: int = 0


DOCTORS = (
    DemoDoctor(GARDEN, "pediatrician", "Петрова Анна Сергеевна", "101", "early", "123456"),
    DemoDoctor(GARDEN, "pediatrician", "Громов Илья Андреевич", "102", "late"),
    DemoDoctor(GARDEN, "pediatrician", "Королёва Нина Петровна", "103"),
    DemoDoctor(GARDEN, "pediatrician", "Алиева Зарема Магомедовна", "104", "turn", "1234"),
    DemoDoctor(GARDEN, "ent", "Зайцев Олег Викторович", "201", "turn", "123456"),
    DemoDoctor(GARDEN, "ent", "Сомова Вера Ильинична", "202", "late", "135"),
    DemoDoctor(GARDEN, "ophthalmologist", "Лебедева Ольга Юрьевна", "204"),
    DemoDoctor(GARDEN, "surgeon", "Крылов Павел Романович", "205", "early"),
    DemoDoctor(GARDEN, "dentist", "Тихонова Юлия Олеговна", "110"),
    DemoDoctor(GARDEN, "neurologist", "Беляева Ирина Львовна", "301", "turn", "1245"),
    DemoDoctor(GARDEN, "neurologist", "Осипов Денис Глебович", "302", "late", "35"),
    DemoDoctor(GARDEN, "cardiologist", "Фёдорова Елена Марковна", "303", "early", "24"),
    DemoDoctor(GARDEN, "endocrinologist", "Щербакова Лариса Игоревна", "304", "turn", "135", full_days=9),
    DemoDoctor(GARDEN, "allergist", "Мельник Светлана Фёдоровна", "305", "late", "24"),
    DemoDoctor(GARDEN, "gynecologist", "Рябова Татьяна Николаевна", "306", "turn", "14"),
    DemoDoctor(GARDEN, "psychiatrist", "Ершов Лев Борисович", "308", "early", "25"),
    DemoDoctor(GARDEN, "vaccination", "Кабинет вакцинации", "107", "early"),
    DemoDoctor(FIELD, "pediatrician", "Воробьёва Дарья Алексеевна", "11", "turn", "123456"),
    DemoDoctor(FIELD, "pediatrician", "Ким Виктория Сергеевна", "12", "early"),
    DemoDoctor(FIELD, "pediatrician", "Назаров Тимур Рашидович", "14", "late"),
    DemoDoctor(FIELD, "ent", "Гусева Марина Павловна", "21"),
    DemoDoctor(FIELD, "ophthalmologist", "Семёнов Артём Ильич", "22", "early", "1345"),
    DemoDoctor(FIELD, "surgeon", "Борисов Николай Егорович", "23"),
    DemoDoctor(FIELD, "orthopedist", "Дьячков Роман Олегович", "24", "turn", "135"),
    DemoDoctor(FIELD, "gastroenterologist", "Абрамова Галина Яковлевна", "25", "early", "24"),
    DemoDoctor(FIELD, "dermatologist", "Жукова Полина Денисовна", "26", "late", "1235"),
    DemoDoctor(FIELD, "urologist", "Карпов Антон Семёнович", "27", "turn", "24"),
    DemoDoctor(FIELD, "psychiatrist-teen", "Ильина Ксения Вадимовна", "28", "late", "14", full_days=7),
    DemoDoctor(FIELD, "vaccination", "Кабинет вакцинации", "8", "early", "135"),
    DemoDoctor(ADULT, "gp", "Орлов Сергей Михайлович", "105"),
    DemoDoctor(ADULT, "gp", "Виноградова Алла Петровна", "106", "early", "123456"),
    DemoDoctor(ADULT, "adult-surgeon", "Панов Игорь Львович", "210", "late"),
    DemoDoctor(ADULT, "adult-ent", "Кузина Раиса Андреевна", "211", "early"),
    DemoDoctor(ADULT, "adult-ophthalmologist", "Соболев Юрий Ильич", "212", "turn", "135"),
    DemoDoctor(ADULT, "adult-cardiologist", "Маркова Инна Олеговна", "213", "early", "24"),
    DemoDoctor(ADULT, "procedures", "Процедурный кабинет", "100", "early"),
    DemoDoctor(TEETH, "dentist", "Романова Софья Кирилловна", "3", "turn", "123456"),
    DemoDoctor(TEETH, "dentist", "Цветков Максим Юрьевич", "4", "early"),
    DemoDoctor(TEETH, "orthodontist", "Уварова Наталья Ивановна", "6", "late", "135"),
    DemoDoctor(ALL_TEETH, "adult-dentist", "Гаврилов Степан Ильич", "2"),
    DemoDoctor(ALL_TEETH, "adult-dentist", "Полякова Лидия Марковна", "5", "late", "123456"),
    DemoDoctor(ALL_TEETH, "dentist", "Ефимова Алёна Викторовна", "7", "early", "1345"),
    DemoDoctor(URAL, "pediatrician", "Уральская Екатерина Ивановна", "15", "early", "123456"),
    DemoDoctor(URAL, "pediatrician", "Ахметов Руслан Маратович", "16", "late"),
    DemoDoctor(URAL, "ent", "Шубина Оксана Петровна", "31"),
    DemoDoctor(URAL, "ophthalmologist", "Ветров Егор Денисович", "32", "turn", "1234"),
    DemoDoctor(URAL, "surgeon", "Бажова Любовь Павловна", "33", "early", "135"),
    DemoDoctor(URAL, "neurologist", "Черданцева Яна Олеговна", "34", "late", "24"),
    DemoDoctor(URAL, "vaccination", "Кабинет вакцинации", "9", "early", "24"),
)

CATEGORIES = ("высшая", "первая", "вторая", "")

MINUTES = {
    VisitType.SHORT: 15,
    VisitType.CERTIFICATE: 15,
    VisitType.PLANNED: 30,
    VisitType.CHECKUP: 30,
    VisitType.EXTENDED: 45,
}

Band = tuple[float, float, VisitType]
"""Start and end in local hours, and the type of visit. There are no visits between bands."""
Hours = dict[str, tuple[Band, ...]]
"""The bands of each shift."""

GENERAL: Hours = {
    "early": (
        (8, 9, VisitType.CHECKUP),
        (9, 10, VisitType.CERTIFICATE),
        (10, 11.5, VisitType.EXTENDED),
        (12, 14, VisitType.PLANNED),
    ),
    "late": (
        (14, 16, VisitType.PLANNED),
        (16, 17, VisitType.SHORT),
        (17.5, 19, VisitType.EXTENDED),
        (19, 20, VisitType.CHECKUP),
    ),
}
SPECIALIST: Hours = {
    "early": ((9, 11, VisitType.PLANNED), (11, 12.5, VisitType.EXTENDED), (13, 15, VisitType.CHECKUP)),
    "late": ((13, 15, VisitType.PLANNED), (15, 16.5, VisitType.EXTENDED), (17, 18, VisitType.SHORT)),
}
DENTAL: Hours = {
    "early": ((8, 11, VisitType.EXTENDED), (11, 12, VisitType.PLANNED), (12.5, 14, VisitType.PLANNED)),
    "late": ((14, 17, VisitType.EXTENDED), (17.5, 19, VisitType.PLANNED), (19, 20, VisitType.SHORT)),
}
ROOM: Hours = {"early": ((8.5, 10.5, VisitType.SHORT), (11, 13, VisitType.SHORT))}
SATURDAY: tuple[Band, ...] = ((9, 11, VisitType.PLANNED), (11, 12, VisitType.SHORT))

HOURS: dict[str, Hours] = (
    {specialty.code: SPECIALIST for specialty in SPECIALTIES}
    | dict.fromkeys(("pediatrician", "gp"), GENERAL)
    | dict.fromkeys(("dentist", "orthodontist", "adult-dentist"), DENTAL)
    | dict.fromkeys(ROOMS, ROOM)
)

DAYS_OFF = frozenset({(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})
"""Month and day of the holidays with a fixed date."""
