"""Print every text of the bot in both languages with example facts: ``make texts``, to be read before a release.

The texts stand under the file that shows them, in the order of the code. A text with plural forms is printed with 1,
2, 5 and 21. ``make texts ONLY=booking`` prints the files whose path has that word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

from bot.core.i18n import LANGUAGES, gettext, ngettext, speak
from tests.project_files import ROOT

COUNTS = (1, 2, 5, 21)
HOLE = re.compile(r"\{(\w+)\}")

SAME_IN_EVERY_LANGUAGE = {
    "address": "Садовая, 5",
    "alarm": "JOB_FAILS",
    "allowed": "детская, взрослая",
    "at": "3",
    "birth_date": "15.03.2018",
    "born": "15.03.2018",
    "bot": "registratura_bot",
    "certificate": "II-МЮ 123456",
    "city_and_street": "Москва, Садовая, 5, кв. 12",
    "category": "высшая",
    "clinic": "Детская № 12",
    "paper": "Подтверждение адреса",
    "pages": "2 страницы",
    "size": "5",
    "papers": "свидетельство о рождении, подтверждение адреса",
    "column": "полис",
    "count": "7",
    "date": "15.03.2018",
    "digits": "0014",
    "document": "Справка 095/у",
    "audience": "в школу после болезни",
    "ages": "с 6 лет",
    "said": "лагерь «Заря»",
    "mark": "📄 ",
    "district": "Заречный",
    "email": "help@example.org",
    "error": "7f3a90c1",
    "example": "A7KM-9X",
    "family": "Иванова",
    "first": "4",
    "found": "З",
    "given": "Мария",
    "groups": "7796 1897 8401 0014",
    "highest": "480",
    "hint": "3",
    "home_address": "101000, Москва, Садовая, 5, кв. 12",
    "length": "15",
    "line": "Район Заречный",
    "limit": "200",
    "longest": "6",
    "lowest": "1",
    "minutes": "15",
    "moment": "24.11.2026 10:30",
    "n": "5",
    "name": "Мария И.",
    "number": "7",
    "old_policy": "46-12 № 1234567",
    "one": "10:15",
    "other": "Врачи",
    "patronymic": "Петровна",
    "series": "II-МЮ",
    "snils": "112-233-445 95",
    "phone": "+7 000 000-12-12",
    "place": "Врачи, строка 4",
    "metro": "Речной вокзал",
    "portal": "gosuslugi.ru",
    "rating": "4,7 из 5",
    "typed": "садовая 5",
    "policy": "•••• 0014",
    "reason": "такой столбец неизвестен",
    "ref": "A7KM-9X",
    "record": "1204",
    "referral": "Н-7К4М9Х",
    "room": "101",
    "slots": "120",
    "booked": "64",
    "missed": "3",
    "late": "2",
    "shortest": "4",
    "shown": "200",
    "step": "2",
    "support": "+7 000 000-00-00, help@example.org",
    "time": "10:30",
    "command": "registratura person find --show",
    "last": "17:45",
    "today": "24.11.2026",
    "most": "3",
    "total": "540",
    "two": "10:45",
    "value": "112-233-445 95",
    "version": "3",
    "wanted": "Иванова",
    "word": "Иванова1",
    "year": "2018",
}
BY_LANGUAGE = {
    "ru": {
        "after": "Иванова",
        "before": "Иванава",
        "corrected": "Иванова Мария Петровна",
        "current": "Садовая, 5, кв. 12",
        "data": "имя, дата рождения, номер полиса",
        "day": "вт 24 ноября",
        "parts": "фамилию, имя или отчество, адрес",
        "status": "отправлено",
        "days": "14 дней",
        "doctor": "педиатр Петрова Анна Сергеевна",
        "doctors": "педиатр, ЛОР, окулист",
        "duration": "15 минут",
        "hours": "по будням с 9 до 18",
        "kind": "справка",
        "label": "Удалить всё",
        "labels": "«Удалить всё», «Отмена»",
        "matter": "Прошу сверить данные полиса.",
        "names": "Детская № 12, Детская № 7",
        "now": "20 минут",
        "operator": "Детская поликлиника (пример)",
        "paper": "свидетельство о рождении",
        "role": "регистратор",
        "specialty": "Педиатр",
        "times": "вт 24 ноя 10:30",
        "title": "данные ребёнка",
        "trouble": "полис истёк",
        "since": "23.11.2026",
        "until": "завтра, вт 24 ноября, 10:30",
        "visit": "ЛОР, чт 10 декабря, 10:00",
        "was": "15 минут",
        "what": "Длительность",
        "when": "завтра, вт 24 ноября, 10:30",
        "who": "вы",
        "why": "врач заболел",
        "wishes": "ЛОР, есть места",
    },
    "en": {
        "after": "Иванова",
        "before": "Иванава",
        "corrected": "Иванова Мария Петровна",
        "current": "Садовая, 5, кв. 12",
        "data": "name, date of birth, policy number",
        "day": "Tue 24 November",
        "parts": "the name, the address",
        "status": "sent",
        "days": "14 days",
        "doctor": "pediatrician (педиатр) Петрова Анна Сергеевна",
        "doctors": "pediatrician, ENT doctor, eye doctor",
        "duration": "15 minutes",
        "hours": "9 to 18 on working days",
        "kind": "certificate",
        "label": "Erase everything",
        "labels": "“Erase everything”, “Cancel”",
        "matter": "Please compare the data of the policy.",
        "names": "Детская № 12, Детская № 7",
        "now": "20 minutes",
        "operator": "Children's clinic (example)",
        "paper": "the birth certificate",
        "role": "registrar",
        "specialty": "Pediatrician (педиатр)",
        "times": "Tue 24 Nov 10:30",
        "title": "the child's data",
        "trouble": "the policy has expired",
        "since": "23.11.2026",
        "until": "tomorrow, Tue 24 November, 10:30",
        "visit": "ENT doctor, Thu 10 December, 10:00",
        "was": "15 minutes",
        "what": "Length",
        "when": "tomorrow, Tue 24 November, 10:30",
        "who": "you",
        "why": "the doctor is ill",
        "wishes": "ENT doctor, free times",
    },
}


@cache
def facts(language: str) -> Mapping[str, str]:
    """Return an example for each placeholder, by its name."""
    return {**SAME_IN_EVERY_LANGUAGE, **BY_LANGUAGE[language]}


def with_facts(shown: str, language: str, **instead: str) -> str:
    """Return the text with its placeholders filled. Raises KeyError for a placeholder that has no example."""
    known = {**facts(language), **instead}
    return HOLE.sub(lambda hole: known[hole[1]], shown)


def spoken(message: str | tuple[str, ...], language: str) -> list[str]:
    """Return the text in a language: one line, or one for each count of COUNTS."""
    with speak(language):
        if isinstance(message, str):
            return [with_facts(gettext(message), language)]
        singular, plural = message
        counted = {with_facts(ngettext(singular, plural, n), language, n=str(n), count=str(n)): None for n in COUNTS}
        return list(counted)


def texts_by_file() -> Iterator[tuple[Path, list[str | tuple[str, ...]]]]:
    """Yield each file of the code that has texts, with its messages in the order of the code, each once."""
    seen: set[str | tuple[str, ...]] = set()
    found: dict[Path, list[str | tuple[str, ...]]] = {}
    for folder in ("bot", "dialogs"):
        for path, _line, message, _comments, _context in extract_from_dir(ROOT / folder):
            if message not in seen:
                seen.add(message)
                found.setdefault(Path(folder) / path, []).append(message)
    yield from sorted(found.items())


def main(only: str) -> None:
    for path, messages in texts_by_file():
        if only not in str(path):
            continue
        print(f"\n==== {path}")
        for message in messages:
            print(f"\n{message if isinstance(message, str) else message[1]}")
            for language in LANGUAGES:
                for line in spoken(message, language):
                    print(f"  {language}  {line}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
