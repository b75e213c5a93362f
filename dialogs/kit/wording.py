"""Words that the screens of several slices share."""

from __future__ import annotations

from datetime import datetime

from bot.core.clinic import Specialty
from bot.core.i18n import MOSCOW, numeric_date


def in_a_sentence(specialty: Specialty) -> str:
    """Return the name of a specialty for the middle of a sentence: «педиатр», but «ЛОР»."""
    name = specialty.name
    return name if name.isupper() else name[:1].lower() + name[1:]


def moscow_date(at: datetime) -> str:
    """Return the day of a moment in Moscow, as «15.03.2018»."""
    return numeric_date(at.astimezone(MOSCOW).date())
