"""The sheets and columns of a clinic's file: what reads them and what the template shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.clinic_file.cells import (
    YES_OR_NO,
    CellKind,
    Coordinate,
    Day,
    Name,
    OneOf,
    Phone,
    Policy,
    Snils,
    Span,
    Text,
    TimeOfDay,
    Whole,
    WordList,
    WorkDay,
    Zone,
)
from bot.clinic_file.records import DayChange, IssuedBy, Parity
from bot.clinics.port import PolicyStatus
from bot.core.clinic import Audience, CheckedBy, ClinicKind, VisitForm, VisitType
from bot.core.clinic_documents import DocumentAsks
from bot.core.patient import NameField
from bot.core.people import Sex

HELP_SHEET = "Как заполнять"
EXAMPLE = "пример"


class Sheet(StrEnum):
    """The value is the name of the sheet, and of its CSV file."""

    CLINICS = "Клиники"
    SPECIALTIES = "Специальности"
    DOCTORS = "Врачи"
    PRACTICES = "Приёмы"
    TIMETABLE = "Расписание"
    EXCEPTIONS = "Исключения"
    PATIENTS = "Пациенты"
    REFERRALS = "Направления"
    DISTRICTS = "Участки"
    DOCUMENTS = "Документы"


REQUIRED_SHEETS = (Sheet.CLINICS, Sheet.DOCTORS, Sheet.PRACTICES, Sheet.TIMETABLE)


@dataclass(frozen=True, slots=True)
class Column:
    """``field`` is the record's; ``note`` and ``example`` are shown in the template."""

    field: str
    header: str
    kind: CellKind
    note: str
    example: str = ""
    required: bool = False


def must(field: str, header: str, kind: CellKind, note: str, example: str = "") -> Column:
    return Column(field, header, kind, note, example, required=True)


CODE = Text(40)
WEEKDAYS = {name: number for number, name in enumerate(("пн", "вт", "ср", "чт", "пт", "сб", "вс"), start=1)}
KINDS = OneOf({"детская": ClinicKind.CHILDREN, "взрослая": ClinicKind.ADULT, "стоматология": ClinicKind.DENTAL})
SEX = OneOf({"ж": Sex.FEMALE, "м": Sex.MALE})
WEEKS = OneOf({"все": Parity.ALL, "чётные": Parity.EVEN, "нечётные": Parity.ODD})
VISIT_TYPES = OneOf(
    {
        "приём": VisitType.PLANNED,
        "профилактика": VisitType.CHECKUP,
        "диагностика": VisitType.DIAGNOSTICS,
        "лечение": VisitType.TREATMENT,
        "справка": VisitType.CERTIFICATE,
        "прививка": VisitType.VACCINATION,
        "короткий": VisitType.SHORT,
        "длинный": VisitType.EXTENDED,
    }
)
FORMS = OneOf({"очно": VisitForm.IN_PERSON, "телефон": VisitForm.PHONE})
AUDIENCES = OneOf({"все": Audience.ALL, "до года": Audience.INFANTS, "регистратура": Audience.DESK})
CHANGES = OneOf(
    {
        "закрыто": DayChange.CLOSED,
        "открыто": DayChange.OPEN,
        "замена": DayChange.SUBSTITUTE,
        "кабинет": DayChange.ROOM,
    }
)
STATUSES = OneOf(
    {"действует": PolicyStatus.ACTIVE, "приостановлен": PolicyStatus.SUSPENDED, "истёк": PolicyStatus.EXPIRED}
)
ASKS = OneOf(
    {
        "нет": DocumentAsks.NOTHING,
        "период": DocumentAsks.PERIOD,
        "куда": DocumentAsks.PLACE,
        "к кому": DocumentAsks.DOCTOR,
    }
)
POLICY_KINDS = OneOf({"единый": 16, "временный": 9, "старый": 0})
AGE = Whole(0, 200)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
A_DAY = "Дата: 31.12.2026."

DETAILS = (
    Column("district", "район", Text(), "Район города.", "Заречный"),
    Column("metro", "метро", Text(), "Ближайшая станция метро, если есть."),
    Column("latitude", "широта", Coordinate(41, 82), "Градусы с дробью, в России от 41 до 82.", "55.7512"),
    Column("longitude", "долгота", Coordinate(-180, 180), "Градусы с дробью, в России от 19.", "37.6184"),
    Column("licence", "лицензия", Text(), "Номер лицензии."),
    Column("inn", "ИНН", Text(12), "Столбец должен быть текстовым."),
    Column("ogrn", "ОГРН", Text(15), "Столбец должен быть текстовым."),
    Column("mo_code", "код МО", Text(20), "Код медицинской организации в реестре фонда."),
    Column("oms", "ОМС", YES_OR_NO, "Принимает ли клиника по полису ОМС."),
    Column("attaches_online", "прикрепление онлайн", YES_OR_NO, "Можно ли прикрепиться через бот."),
    Column("min_age", "возраст от", AGE, "Полных лет, включительно."),
    Column("max_age", "возраст до", AGE, "Полных лет, включительно."),
    Column("places", "мест", Whole(0, 1_000_000), "Сколько пациентов ещё можно прикрепить."),
    Column(
        "papers",
        "бумаги",
        OneOf({"нет": "NONE", "принести": "BRING", "файл": "FILE"}),
        "Нужны ли бумаги для прикрепления: нет, принести в клинику или прислать файлом.",
    ),
    Column("late_after", "опоздание мин", Whole(0, 240), "После скольких минут пациент опоздал; обычно 15."),
    Column("marks_no_show", "неявка сама", YES_OR_NO, "Отмечает ли бот неявку сам; обычно нет."),
    Column("late_cancels", "поздних отмен до блокировки", Whole(0, 100), "Пусто: без блокировки."),
    Column("block_days", "дней блокировки", Whole(0, 365), "На сколько дней запись закрывается."),
    Column("counts_missed", "неявка как отмена", YES_OR_NO, "Считать ли неявку поздней отменой; обычно нет."),
)
"""Of a clinic, what is in ``ClinicRow.details``."""

OPENING_HOURS = tuple(
    Column(f"hours{number}", name, WorkDay(), "Часы работы: 8:00–20:00. Пусто: закрыто.", "8:00–20:00")
    for name, number in WEEKDAYS.items()
)

SHEETS: dict[Sheet, tuple[Column, ...]] = {
    Sheet.CLINICS: (
        must("code", "код", CODE, "Ваше короткое имя клиники. Не меняйте его потом.", "д12"),
        must("name", "название", Text(60), "Коротко, как на кнопке.", "Детская № 12"),
        must("kind", "вид", KINDS, "Детская, взрослая или стоматология.", "детская"),
        must("address", "адрес", Text(), "Адрес, который увидит пациент.", "Садовая, 5"),
        must("zone", "часовой пояс", Zone(), "Имя пояса: Europe/Moscow, Asia/Yekaterinburg.", "Europe/Moscow"),
        must("phone", "телефон", Text(60), "Телефон регистратуры.", "+7 000 000-12-12"),
        *OPENING_HOURS,
        *DETAILS,
        Column(
            "checked_by",
            "проверка",
            OneOf({"список": CheckedBy.LIST, "регистратура": CheckedBy.DESK}),
            "Кто проверяет полис: список пациентов этого файла или регистратура.",
        ),
        Column("check_within", "срок проверки ч", Span(HOUR, 240), "Рабочих часов на проверку полиса; обычно 4."),
        Column("books_unchecked", "запись до проверки", YES_OR_NO, "Можно ли записаться, пока полис проверяют."),
        Column("horizon", "горизонт дн", Span(DAY, 365), "На сколько дней вперёд открыта запись; обычно 14."),
        Column("publish_at", "открывать в", TimeOfDay(), "Когда открывается новый день; обычно 07:30."),
        Column("notice", "не позже чем за мин", Span(MINUTE, 10_080), "За сколько минут до приёма запись закрыта."),
        Column("cancel_before", "отмена за ч", Span(HOUR, 720), "Позже отмена считается поздней; обычно 24."),
        Column("move_before", "перенос за ч", Span(HOUR, 720), "Позже перенести нельзя; обычно 24."),
    ),
    Sheet.SPECIALTIES: (
        Column("clinic", "клиника", CODE, "Код клиники. Пусто: для всех клиник."),
        must("code", "код", CODE, "Ваше короткое имя специальности.", "педиатр"),
        must("name", "название", Text(60), "Как на кнопке.", "Педиатр"),
        Column("words", "слова для поиска", WordList(), "Через запятую.", "детский врач, участковый"),
        Column("min_age", "возраст от", AGE, "Полных лет, включительно."),
        Column("max_age", "возраст до", AGE, "Полных лет, включительно."),
        Column("sex", "пол", SEX, "ж или м. Пусто: для всех."),
        Column("needs_referral", "направление", YES_OR_NO, "Нужно ли направление. Пусто: как принято."),
    ),
    Sheet.DOCTORS: (
        must("code", "код", CODE, "Ваше короткое имя врача.", "петрова"),
        must("family", "фамилия", Text(60), "Фамилия врача или название кабинета.", "Петрова"),
        Column("given", "имя", Text(60), "Имя врача. У кабинета имени нет: оставьте пустым.", "Анна"),
        Column("patronymic", "отчество", Text(60), "Если есть.", "Сергеевна"),
        Column("position", "должность", Text(), "Должность врача.", "врач-педиатр участковый"),
        Column("since_year", "стаж с года", Whole(1930, 2100), "Год начала работы.", "2008"),
        Column("category", "категория", Text(60), "Категория врача.", "высшая"),
        Column("is_room", "кабинет-не-врач", YES_OR_NO, "Да, если записывают в кабинет, а не к врачу."),
    ),
    Sheet.PRACTICES: (
        must("code", "код", CODE, "Ваше короткое имя приёма: врач в клинике по специальности.", "петрова-д12"),
        must("doctor", "врач", CODE, "Код врача с листа «Врачи».", "петрова"),
        must("clinic", "клиника", CODE, "Код клиники с листа «Клиники».", "д12"),
        must("specialty", "специальность", CODE, "Код с листа «Специальности».", "педиатр"),
        must("room", "кабинет", Text(20), "Номер кабинета.", "101"),
        Column("valid_from", "с", Day(), f"Первый день приёма. {A_DAY}"),
        Column("valid_until", "по", Day(), f"Последний день приёма. {A_DAY}"),
        Column("min_age", "возраст от", AGE, "Полных лет, включительно."),
        Column("max_age", "возраст до", AGE, "Полных лет, включительно."),
        Column("district", "участок", Text(40), "Номер участка."),
    ),
    Sheet.TIMETABLE: (
        must("practice", "приём", CODE, "Код с листа «Приёмы».", "петрова-д12"),
        must("weekday", "день", OneOf(WEEKDAYS), "День недели.", "пн"),
        must("starts", "с", TimeOfDay(), "Время начала: 8:00.", "8:00"),
        must("ends", "до", TimeOfDay(), "Время конца: 14:00.", "14:00"),
        must("minutes", "минут", Whole(1, 480), "Сколько длится один визит.", "15"),
        Column("weeks", "недели", WEEKS, "Все, чётные или нечётные недели года."),
        Column("dates", "числа", WEEKS, "Все, чётные или нечётные числа месяца."),
        Column("visit_type", "вид", VISIT_TYPES, "Для чего визит; обычно приём."),
        Column("form", "форма", FORMS, "Очно или по телефону; обычно очно."),
        Column("audience", "кому", AUDIENCES, "Всем, детям до года или только через регистратуру."),
        Column("valid_from", "действует с", Day(), f"Первый день. {A_DAY}"),
        Column("valid_until", "действует по", Day(), f"Последний день. {A_DAY}"),
        Column("on_holidays", "в праздники", YES_OR_NO, "Есть ли приём в праздники; обычно нет."),
    ),
    Sheet.EXCEPTIONS: (
        Column("clinic", "клиника", CODE, "Код клиники, если изменение для всей клиники."),
        Column("practice", "приём", CODE, "Код приёма, если изменение для одного приёма.", "петрова-д12"),
        must("first_day", "дата с", Day(), f"Первый день. {A_DAY}", "11.01.2027"),
        Column("last_day", "по", Day(), "Последний день. Пусто: один день."),
        must("what", "что", CHANGES, "Закрыто, открыто, замена или кабинет.", "закрыто"),
        Column("starts", "с", TimeOfDay(), "Время начала, если не весь день."),
        Column("ends", "до", TimeOfDay(), "Время конца, если не весь день."),
        Column("minutes", "минут", Whole(1, 480), "Длина визита, если открыто."),
        Column("substitute", "замещает", CODE, "Код приёма врача, который замещает."),
        Column("room", "кабинет", Text(20), "Другой кабинет."),
        Column("reason", "причина", Text(), "Почему, для регистратуры."),
    ),
    Sheet.PATIENTS: (
        must("policy_number", "полис", Policy(), "16 цифр. Столбец должен быть текстовым.", "7796189784000014"),
        Column("policy_kind", "вид полиса", POLICY_KINDS, "Единый, временный или старый."),
        must("family", "фамилия", Name(NameField.FAMILY), "Как в документе.", "Иванова"),
        must("given", "имя", Name(NameField.GIVEN), "Как в документе.", "Мария"),
        Column("patronymic", "отчество", Name(NameField.PATRONYMIC), "Если есть.", "Сергеевна"),
        must("birth_date", "рождение", Day(), f"День рождения. {A_DAY}", "15.03.2018"),
        must("sex", "пол", SEX, "ж или м.", "ж"),
        Column("snils", "СНИЛС", Snils(), "11 цифр. Столбец должен быть текстовым.", "112-233-445 95"),
        Column("status", "статус", STATUSES, "Состояние полиса; обычно действует."),
        Column("valid_until", "действует до", Day(), f"До какого дня действует полис. {A_DAY}"),
        Column("clinic", "прикреплён", CODE, "Код клиники.", "д12"),
        Column("attached_on", "дата прикрепления", Day(), A_DAY),
        Column("district", "участок", Text(40), "Номер участка."),
        Column("phone", "телефон", Phone(), "Столбец должен быть текстовым.", "+7 000 000-12-12"),
        Column("has_priority", "приоритет", YES_OR_NO, "Есть ли льгота; обычно нет."),
    ),
    Sheet.REFERRALS: (
        must("number", "номер", Text(60), "Номер направления.", "Н-17"),
        must("policy_number", "полис", Policy(), "Полис с листа «Пациенты». Столбец должен быть текстовым."),
        must("specialty", "специальность", CODE, "Код специальности.", "лор"),
        must("issued_on", "выдано", Day(), A_DAY, "11.01.2027"),
        Column("valid_until", "действует до", Day(), "Пусто: 30 дней."),
        Column("from_whom", "кем", Text(), "Кто направил.", "Петрова А. С."),
    ),
    Sheet.DISTRICTS: (
        must("clinic", "клиника", CODE, "Код клиники.", "д12"),
        must("district", "участок", Text(40), "Номер участка.", "4"),
        must("practice", "приём", CODE, "Код приёма врача участка.", "петрова-д12"),
        must("street", "улица", Text(), "Название улицы.", "Садовая"),
        Column("houses", "дома", Text(), "Пусто: вся улица.", "1–15 нечёт., 20"),
    ),
    Sheet.DOCUMENTS: (
        must("clinic", "клиника", CODE, "Код клиники.", "д12"),
        must("code", "код", CODE, "Ваше короткое имя документа.", "справка-сад"),
        must("name", "название", Text(), "Название документа.", "Справка в детский сад"),
        Column("audience", "кому", Text(), "Кому выдаётся. Пусто: как принято."),
        Column("bring", "что принести", Text(1000), "Что нужно иметь с собой. Пусто: как принято."),
        Column("days", "сколько дней", Whole(0, 365), "За сколько рабочих дней готовится. Пусто: как принято."),
        Column("valid_days", "действует дн", Whole(0, 3650), "Сколько дней действует."),
        Column(
            "issued_by",
            "выдаёт",
            OneOf({"стойка": IssuedBy.DESK, "файл": IssuedBy.FILE}),
            "На стойке или файлом; обычно стойка.",
        ),
        Column("min_age", "возраст от", AGE, "Полных лет, включительно. Пусто: как принято."),
        Column("max_age", "возраст до", AGE, "Полных лет, включительно. Пусто: как принято."),
        Column("asks", "спросить", ASKS, "Что родитель напишет: период, куда, к кому или нет. Пусто: как принято."),
    ),
}
