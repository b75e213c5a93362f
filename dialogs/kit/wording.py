"""Words that the screens of several slices share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.core.clinic import Clinic
from bot.core.i18n import MOSCOW, numeric_date, spoken_date, spoken_day, spoken_language, spoken_moment
from bot.core.timing import local_day
from dialogs.kit.screen import text

GENITIVE: Mapping[str, str] = {"ая": "ой", "яя": "ей", "ия": "ии", "ика": "ики", "ница": "ницы", "тр": "тра"}
"""endings of the words that clinics are called by: «Детская», «стоматология», «поликлиника», «больница», «центр»"""

FITS_ALONE = 40
"""characters of a label that has its row for itself; Telegram shows one line and cuts the rest"""

QUOTED = re.compile(r"[«\"“](.+)[»\"”]")
NUMBERED = re.compile(r"(?P<words>[^№,\d]+?)(?P<rest>\s*(№|,|\d).*)?")


def capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def one_line(parts: Iterable[str]) -> str:
    """Return the parts that are not empty as one line of HTML with a capital, "" if all are empty."""
    return text("{line}", line=capitalised(", ".join(filter(None, parts))))


def brief_clinic_name(name: str) -> str:
    """Return a clinic's name for a button, which shows one line: of an official name the part in quotation marks."""
    found = QUOTED.search(name)
    return name if found is None else found[1]


def clinic_and_place(clinic: Clinic) -> str:
    """Return «Детская № 7 · Полевая, 18» for a button; of an address that does not fit, its first part: the town."""
    name = brief_clinic_name(clinic.name)
    whole = f"{name} · {clinic.address}" if clinic.address else name
    return whole if len(whole) <= FITS_ALONE else f"{name} · {clinic.address.partition(',')[0]}"


def moscow_date(at: datetime) -> str:
    """Return the day of a moment in Moscow, as «15.03.2018»: for documents and names of files."""
    return numeric_date(at.astimezone(MOSCOW).date())


def moscow_past(at: datetime) -> str:
    """Return the day of a past moment in Moscow for a sentence, as «15 марта 2018 года»."""
    return spoken_date(local_day(at, MOSCOW))


def moscow_day(at: datetime, now: datetime) -> str:
    """Return the day of a moment in Moscow for a sentence, as «завтра, вт 24 ноября»."""
    return spoken_day(local_day(at, MOSCOW), local_day(now, MOSCOW))


def moscow_moment(at: datetime, now: datetime) -> str:
    """Return a moment in Moscow for a sentence, as «завтра, вт 24 ноября, 12:00»."""
    return spoken_moment(at, MOSCOW, now)


def of_clinic(name: str) -> str:
    """Return a clinic's name for the place after «регистратура»: «Детской № 12».

    A name that does not decline by the known endings stays as it is, and so does any name in another language.
    """
    found = NUMBERED.fullmatch(name)
    if found is None or spoken_language() != "ru":
        return name
    words = [_genitive(word) for word in found["words"].split(" ")]
    return name if None in words else " ".join(str(word) for word in words) + (found["rest"] or "")


def _genitive(word: str) -> str | None:
    return next((word.removesuffix(end) + other for end, other in GENITIVE.items() if word.endswith(end)), None)
