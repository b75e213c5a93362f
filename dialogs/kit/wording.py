"""Words that the screens of several slices share."""

from __future__ import annotations

from bot.core.clinic import Specialty


def in_a_sentence(specialty: Specialty) -> str:
    """Return the name of a specialty for the middle of a sentence: «педиатр», but «ЛОР»."""
    name = specialty.name
    return name if name.isupper() else name[:1].lower() + name[1:]
