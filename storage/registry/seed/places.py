"""Who lives and works in the demo town: invented people, invented addresses, telephone numbers that nobody can have."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from bot.clinics.port import PolicyStatus
from bot.core.clinic import ClinicKind, VisitType
from bot.core.people import PersonName, Sex


class Institution(NamedTuple):
    name: str
    address: str
    phone: str
    zone: str
    kind: ClinicKind


GARDEN, FIELD, ADULT = "Детская № 12", "Детская № 7", "Взрослая № 3"
TEETH, ALL_TEETH, URAL = "Детская стоматология", "Стоматология № 1", "Детская № 4, Урал"

CLINICS = (
    Institution(GARDEN, "Садовая, 5", "+7 000 000-12-12", "Europe/Moscow", ClinicKind.CHILDREN),
    Institution(FIELD, "Полевая, 18", "+7 000 000-07-07", "Europe/Moscow", ClinicKind.CHILDREN),
    Institution(ADULT, "Фонтанная, 41", "+7 000 000-03-03", "Europe/Moscow", ClinicKind.ADULT),
    Institution(TEETH, "Липовая аллея, 9", "+7 000 000-02-02", "Europe/Moscow", ClinicKind.DENTAL),
    Institution(ALL_TEETH, "Озёрная, 24", "+7 000 000-01-01", "Europe/Moscow", ClinicKind.DENTAL),
    Institution(URAL, "Екатеринбург, Луговая, 11", "+7 000 000-04-04", "Asia/Yekaterinburg", ClinicKind.CHILDREN),
)


class Field(NamedTuple):
    """A specialty: children's and adults' doctors of one name are different posts, as in the register of positions."""

    code: str
    name: str
    needs_referral: bool = False
    min_age: int = 0
    max_age: int = 17
    sex: Sex | None = None


SPECIALTIES = (
    Field("pediatrician", "Педиатр"),
    Field("ent", "ЛОР"),
    Field("ophthalmologist", "Окулист"),
    Field("surgeon", "Хирург"),
    Field("dentist", "Зубной"),
    Field("neurologist", "Невролог", needs_referral=True),
    Field("orthopedist", "Ортопед", needs_referral=True),
    Field("cardiologist", "Кардиолог", needs_referral=True),
    Field("allergist", "Аллерголог", needs_referral=True),
    Field("gastroenterologist", "Гастроэнтеролог", needs_referral=True),
    Field("endocrinologist", "Эндокринолог", needs_referral=True),
    Field("dermatologist", "Дерматолог", needs_referral=True),
    Field("urologist", "Уролог", needs_referral=True, sex=Sex.MALE),
    Field("gynecologist", "Гинеколог", sex=Sex.FEMALE),
    Field("psychiatrist", "Психиатр детский", max_age=13),
    Field("psychiatrist-teen", "Психиатр подростковый", min_age=14),
    Field("orthodontist", "Ортодонт", needs_referral=True, min_age=6),
    Field("vaccination", "Прививки"),
    Field("gp", "Терапевт", min_age=18, max_age=200),
    Field("adult-surgeon", "Хирург", min_age=18, max_age=200),
    Field("adult-ent", "ЛОР", min_age=18, max_age=200),
    Field("adult-ophthalmologist", "Окулист", min_age=18, max_age=200),
    Field("adult-cardiologist", "Кардиолог", needs_referral=True, min_age=18, max_age=200),
    Field("adult-dentist", "Зубной", min_age=18, max_age=200),
    Field("procedures", "Процедурный кабинет", needs_referral=True, min_age=18, max_age=200),
)

ROOMS = frozenset({"vaccination", "procedures"})
"""Specialties whose posts are rooms without a name."""


class Post(NamedTuple):
    """A doctor at work. ``shift``: early, late or turn about. ``taken``: how many days are full from the start."""

    clinic: str
    specialty: str
    name: str
    room: str
    shift: str = "turn"
    weekdays: str = "12345"
    taken: int = 0


POSTS = (
    Post(GARDEN, "pediatrician", "Петрова Анна Сергеевна", "101", "early", "123456"),
    Post(GARDEN, "pediatrician", "Громов Илья Андреевич", "102", "late"),
    Post(GARDEN, "pediatrician", "Королёва Нина Петровна", "103"),
    Post(GARDEN, "pediatrician", "Алиева Зарема Магомедовна", "104", "turn", "1234"),
    Post(GARDEN, "ent", "Зайцев Олег Викторович", "201", "turn", "123456"),
    Post(GARDEN, "ent", "Сомова Вера Ильинична", "202", "late", "135"),
    Post(GARDEN, "ophthalmologist", "Лебедева Ольга Юрьевна", "204"),
    Post(GARDEN, "surgeon", "Крылов Павел Романович", "205", "early"),
    Post(GARDEN, "dentist", "Тихонова Юлия Олеговна", "110"),
    Post(GARDEN, "neurologist", "Беляева Ирина Львовна", "301", "turn", "1245"),
    Post(GARDEN, "neurologist", "Осипов Денис Глебович", "302", "late", "35"),
    Post(GARDEN, "cardiologist", "Фёдорова Елена Марковна", "303", "early", "24"),
    Post(GARDEN, "endocrinologist", "Щербакова Лариса Игоревна", "304", "turn", "135", taken=9),
    Post(GARDEN, "allergist", "Мельник Светлана Фёдоровна", "305", "late", "24"),
    Post(GARDEN, "gynecologist", "Рябова Татьяна Николаевна", "306", "turn", "14"),
    Post(GARDEN, "psychiatrist", "Ершов Лев Борисович", "308", "early", "25"),
    Post(GARDEN, "vaccination", "Кабинет вакцинации", "107", "early"),
    Post(FIELD, "pediatrician", "Воробьёва Дарья Алексеевна", "11", "turn", "123456"),
    Post(FIELD, "pediatrician", "Ким Виктория Сергеевна", "12", "early"),
    Post(FIELD, "pediatrician", "Назаров Тимур Рашидович", "14", "late"),
    Post(FIELD, "ent", "Гусева Марина Павловна", "21"),
    Post(FIELD, "ophthalmologist", "Семёнов Артём Ильич", "22", "early", "1345"),
    Post(FIELD, "surgeon", "Борисов Николай Егорович", "23"),
    Post(FIELD, "orthopedist", "Дьячков Роман Олегович", "24", "turn", "135"),
    Post(FIELD, "gastroenterologist", "Абрамова Галина Яковлевна", "25", "early", "24"),
    Post(FIELD, "dermatologist", "Жукова Полина Денисовна", "26", "late", "1235"),
    Post(FIELD, "urologist", "Карпов Антон Семёнович", "27", "turn", "24"),
    Post(FIELD, "psychiatrist-teen", "Ильина Ксения Вадимовна", "28", "late", "14", taken=7),
    Post(FIELD, "vaccination", "Кабинет вакцинации", "8", "early", "135"),
    Post(ADULT, "gp", "Орлов Сергей Михайлович", "105"),
    Post(ADULT, "gp", "Виноградова Алла Петровна", "106", "early", "123456"),
    Post(ADULT, "adult-surgeon", "Панов Игорь Львович", "210", "late"),
    Post(ADULT, "adult-ent", "Кузина Раиса Андреевна", "211", "early"),
    Post(ADULT, "adult-ophthalmologist", "Соболев Юрий Ильич", "212", "turn", "135"),
    Post(ADULT, "adult-cardiologist", "Маркова Инна Олеговна", "213", "early", "24"),
    Post(ADULT, "procedures", "Процедурный кабинет", "100", "early"),
    Post(TEETH, "dentist", "Романова Софья Кирилловна", "3", "turn", "123456"),
    Post(TEETH, "dentist", "Цветков Максим Юрьевич", "4", "early"),
    Post(TEETH, "orthodontist", "Уварова Наталья Ивановна", "6", "late", "135"),
    Post(ALL_TEETH, "adult-dentist", "Гаврилов Степан Ильич", "2"),
    Post(ALL_TEETH, "adult-dentist", "Полякова Лидия Марковна", "5", "late", "123456"),
    Post(ALL_TEETH, "dentist", "Ефимова Алёна Викторовна", "7", "early", "1345"),
    Post(URAL, "pediatrician", "Уральская Екатерина Ивановна", "15", "early", "123456"),
    Post(URAL, "pediatrician", "Ахметов Руслан Маратович", "16", "late"),
    Post(URAL, "ent", "Шубина Оксана Петровна", "31"),
    Post(URAL, "ophthalmologist", "Ветров Егор Денисович", "32", "turn", "1234"),
    Post(URAL, "surgeon", "Бажова Любовь Павловна", "33", "early", "135"),
    Post(URAL, "neurologist", "Черданцева Яна Олеговна", "34", "late", "24"),
    Post(URAL, "vaccination", "Кабинет вакцинации", "9", "early", "24"),
)

MINUTES = {
    VisitType.SHORT: 15,
    VisitType.CERTIFICATE: 15,
    VisitType.PLANNED: 30,
    VisitType.CHECKUP: 30,
    VisitType.EXTENDED: 45,
}

Band = tuple[float, float, VisitType]
"""From, till (hours, local) and what for; between bands nobody is seen."""
Hours = dict[str, tuple[Band, ...]]
"""By shift."""

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
    {field.code: SPECIALIST for field in SPECIALTIES}
    | dict.fromkeys(("pediatrician", "gp"), GENERAL)
    | dict.fromkeys(("dentist", "orthodontist", "adult-dentist"), DENTAL)
    | dict.fromkeys(ROOMS, ROOM)
)

DAYS_OFF = frozenset({(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})
"""Month and day of the holidays that no decree moves."""


class Example(NamedTuple):
    """A policy to try: what to type and what comes of it. ``registered`` is the register's spelling, where another."""

    policy_number: str
    name: PersonName
    happens: str
    birth_date: date
    sex: Sex
    clinic: str = GARDEN
    status: PolicyStatus | None = PolicyStatus.ACTIVE
    """None: the register has never heard of this number"""
    valid_until: date | None = None
    registered: PersonName | None = None
    snils: str = ""


EXAMPLES = (
    Example(
        "7796189784000014",
        PersonName("Иванова", "Мария", "Сергеевна"),
        "полис подтверждён, прикреплена к детской № 12",
        date(2018, 3, 15),
        Sex.FEMALE,
        snils="11223344595",
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
        "в регистре другое отчество (Андреевич): бот попросит исправить только его",
        date(2019, 1, 12),
        Sex.MALE,
        registered=PersonName("Смирнов", "Егор", "Андреевич"),
        snils="16835091488",
    ),
    Example(
        "7793289794000070",
        PersonName("Орлова", "Софья", "Львовна"),
        "такого полиса в регистре нет",
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
"""The first three are to book with, and the last one by a certificate; the others show what the register may say."""
