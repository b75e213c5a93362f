"""Translations: catalogues compiled in memory at start, the current language, and dates in words."""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.timing import MOSCOW as MOSCOW  # dialogs import it together with the words for a time

LANGUAGES = ("ru", "en")
OWN_NAMES = MappingProxyType({"ru": "Русский", "en": "English"})
LOCALES = Path(__file__).resolve().parents[2] / "locales"

_language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def load_catalogues() -> None:
    """Load all catalogues: a broken one stops the start instead of the first update."""
    for language in LANGUAGES:
        _catalogue(language)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    source = LOCALES / language / "LC_MESSAGES" / "bot.po"
    if not source.exists():
        return catalogues.NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language, abort_invalid=True))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Translate into this language inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def switch_language(language: str) -> None:
    """Translate into this language from now until the current ``speak`` ends."""
    _language.set(language)


def spoken_language() -> str:
    """Return the language of the present ``speak``."""
    return _language.get()


def choose_language(chosen: str | None, telegram_code: str | None, default: str) -> str:
    """Return the language chosen in the bot, else that of the Telegram client if it is supported, else the default."""
    for code in (chosen, telegram_code):
        language = (code or "").lower().replace("_", "-").partition("-")[0]
        if language in LANGUAGES:
            return language
    return default


def gettext(message: str) -> str:
    return _catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _catalogue(_language.get()).ngettext(singular, plural, count)


def N_(message: str) -> str:
    """Mark a message for extraction; it is translated where it is shown."""
    return message


# --- dates in words ---------------------------------------------------------------------------------------------------

_ZONES = MappingProxyType(
    {
        "Europe/Kaliningrad": N_("Kaliningrad time"),
        "Europe/Moscow": N_("Moscow time"),
        "Europe/Simferopol": N_("Simferopol time"),
        "Europe/Kirov": N_("Kirov time"),
        "Europe/Volgograd": N_("Volgograd time"),
        "Europe/Astrakhan": N_("Astrakhan time"),
        "Europe/Saratov": N_("Saratov time"),
        "Europe/Ulyanovsk": N_("Ulyanovsk time"),
        "Europe/Samara": N_("Samara time"),
        "Asia/Yekaterinburg": N_("Yekaterinburg time"),
        "Asia/Omsk": N_("Omsk time"),
        "Asia/Novosibirsk": N_("Novosibirsk time"),
        "Asia/Barnaul": N_("Barnaul time"),
        "Asia/Tomsk": N_("Tomsk time"),
        "Asia/Novokuznetsk": N_("Novokuznetsk time"),
        "Asia/Krasnoyarsk": N_("Krasnoyarsk time"),
        "Asia/Irkutsk": N_("Irkutsk time"),
        "Asia/Chita": N_("Chita time"),
        "Asia/Yakutsk": N_("Yakutsk time"),
        "Asia/Khandyga": N_("Khandyga time"),
        "Asia/Vladivostok": N_("Vladivostok time"),
        "Asia/Ust-Nera": N_("Ust-Nera time"),
        "Asia/Sakhalin": N_("Sakhalin time"),
        "Asia/Magadan": N_("Magadan time"),
        "Asia/Srednekolymsk": N_("Srednekolymsk time"),
        "Asia/Kamchatka": N_("Kamchatka time"),
        "Asia/Anadyr": N_("Anadyr time"),
    }
)


def spoken_day(day: date, today: date) -> str:
    """«завтра, вт 24 ноября», «чт 26 ноября»; with the year unless it is the current one."""
    return _spoken_day(_language.get(), day, today)


def spoken_moment(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """«завтра, вт 24 ноября, 10:30» in the clinic's zone, which is named if its time differs from Moscow's."""
    day = spoken_day(moment.astimezone(zone).date(), now.astimezone(zone).date())
    note = zone_note(zone, moment)
    words = f"{day}, {clock_time(moment, zone)}"
    return f"{words} {note}" if note else words


def near_day(day: date, today: date) -> str:
    """«завтра», «чт 26 ноя»: short enough for a button beside a doctor's name."""
    return _near_day(_language.get(), day, today)


def short_day(day: date) -> str:
    """«14 дек»"""
    return f"{day.day} {_month(_language.get(), day)[:3]}"


def grid_day(day: date) -> str:
    """«вт 24»"""
    return f"{_weekday(_language.get(), day, 'abbreviated')} {day.day}"


def numeric_day(day: date) -> str:
    """«чт 10.12»: one form for all days of a screen, short enough for three buttons in a row"""
    return f"{_weekday(_language.get(), day, 'abbreviated')} {day:%d.%m}"


def weekday_name(number: int) -> str:
    """«пн»: 1 is Monday"""
    return _weekdays(_language.get(), "abbreviated")[number - 1]


def long_day(day: date) -> str:
    """«Вторник, 24 ноября»"""
    language = _language.get()
    return f"{_weekday(language, day, 'wide').capitalize()}, {_day_and_month(language, day)}"


def past_day(day: date, today: date) -> str:
    """«29 ноября», «29 ноября 2025 года»: with the year unless it is the current one"""
    return _day_and_month(_language.get(), day) if day.year == today.year else spoken_date(day)


def spoken_date(day: date) -> str:
    """«15 марта 2018 года»"""
    return gettext("{date} {year}").format(date=_day_and_month(_language.get(), day), year=day.year)


def numeric_date(day: date) -> str:
    """«15.03.2018», the form of documents, in every language."""
    return f"{day:%d.%m.%Y}"


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"  # a fifth of the time of strftime, twelve times in a screen of times


def zone_note(zone: ZoneInfo, moment: datetime) -> str:
    """«по Екатеринбургу», or an empty string if the zone has Moscow time at that moment."""
    here, moscow = (moment.astimezone(place).utcoffset() or timedelta() for place in (zone, MOSCOW))
    return _zone_note(_language.get(), zone.key, here, moscow)


def duration(minutes: int) -> str:
    """«15 минут», «1 час 30 минут», «24 часа»"""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("{count} hour", "{count} hours", hours).format(count=hours))
    if rest or not hours:
        parts.append(ngettext("{count} minute", "{count} minutes", rest).format(count=rest))
    return " ".join(parts)


# The caches below need the language as a part of their keys, also where only ``gettext`` uses it.


@lru_cache(maxsize=4096)
def _spoken_day(language: str, day: date, today: date) -> str:
    words = f"{_weekday(language, day, 'abbreviated')} {_day_and_month(language, day)}"
    if day == today:
        return gettext("today, {day}").format(day=words)
    if day == today + timedelta(days=1):
        return gettext("tomorrow, {day}").format(day=words)
    return words if day.year == today.year else gettext("{date} {year}").format(date=words, year=day.year)


@lru_cache(maxsize=4096)
def _near_day(language: str, day: date, today: date) -> str:
    if day == today:
        return gettext("today")
    if day == today + timedelta(days=1):
        return gettext("tomorrow")
    # Both languages shorten months to three letters; CLDR has «нояб.».
    return f"{_weekday(language, day, 'abbreviated')} {day.day} {_month(language, day)[:3]}"


@lru_cache(maxsize=256)
def _zone_note(language: str, zone: str, offset: timedelta, moscow: timedelta) -> str:
    if offset == moscow:
        return ""
    if zone in _ZONES:
        return gettext(_ZONES[zone])
    sign = "+" if offset > timedelta() else "−"
    hours, rest = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def _day_and_month(language: str, day: date) -> str:
    return f"{day.day} {_month(language, day)}"


def _month(language: str, day: date) -> str:
    """The month in the form that follows a day: «ноября»."""
    return _months(language)[day.month]


def _weekday(language: str, day: date, width: str) -> str:
    return _weekdays(language, width)[day.weekday()]


@cache
def _months(language: str) -> dict[int, str]:
    return dict(Locale.parse(language).months["format"]["wide"])


@cache
def _weekdays(language: str, width: str) -> dict[int, str]:
    return dict(Locale.parse(language).days["format"][width])
