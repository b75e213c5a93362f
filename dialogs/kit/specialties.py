"""Names of specialties in the reader's language, by the code that clinic systems share."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.clinic import Specialty
from bot.core.i18n import N_, gettext as _, spoken_language

NAMES: Mapping[str, str] = {
    "pediatrician": N_("Pediatrician"),
    "ent": N_("ENT doctor"),
    "ophthalmologist": N_("Eye doctor"),
    "surgeon": N_("Surgeon"),
    "dentist": N_("Dentist"),
    "neurologist": N_("Neurologist"),
    "orthopedist": N_("Orthopedist"),
    "cardiologist": N_("Cardiologist"),
    "allergist": N_("Allergist"),
    "gastroenterologist": N_("Gastroenterologist"),
    "endocrinologist": N_("Endocrinologist"),
    "dermatologist": N_("Dermatologist"),
    "urologist": N_("Urologist"),
    "gynecologist": N_("Gynecologist"),
    "psychiatrist": N_("Child psychiatrist"),
    "psychiatrist-teen": N_("Teen psychiatrist"),
    "orthodontist": N_("Orthodontist"),
    "vaccination": N_("Vaccinations"),
    "gp": N_("General practitioner"),
    "adult-surgeon": N_("Surgeon"),
    "adult-ent": N_("ENT doctor"),
    "adult-ophthalmologist": N_("Eye doctor"),
    "adult-cardiologist": N_("Cardiologist"),
    "adult-dentist": N_("Dentist"),
    "procedures": N_("Treatment room"),
}
"""by code; a specialty with another code has the name that its system gives it, in every language"""


def specialty_name(specialty: Specialty) -> str:
    """Return the name for a label or the beginning of a sentence: «Педиатр»."""
    return name_of(specialty.code, specialty.name)


def name_of(code: str, name: str) -> str:
    """Return the name of a specialty by its code, or the name that its system gives it."""
    return _(NAMES[code]) if code in NAMES else name


def in_a_sentence(specialty: Specialty) -> str:
    """Return the name for the middle of a sentence: «педиатр», but «ЛОР»."""
    return uncapitalised(specialty_name(specialty))


def as_told_at_clinic(specialty: Specialty) -> str:
    """Return the name with the clinic's own word for it, if that differs: "Pediatrician (педиатр)".

    Who reads the bot in English must say the word at a Russian reception and find it on a Russian door.
    """
    name = specialty_name(specialty)
    if spoken_language() == "ru" or name == specialty.name:
        return name
    return f"{name} ({uncapitalised(specialty.name)})"


SHORTEST_ABBREVIATION = 5
"""letters that a specialty keeps in any label"""


def abbreviated(name: str, most: int) -> str:
    """Return the name in at most ``most`` characters: «Психиатр» for «Психиатр детский», «Гастроэн.»."""
    if len(name) <= most:
        return name
    room = max(most - 1, SHORTEST_ABBREVIATION)
    kept = name[:room]
    return kept.rstrip() if name[room : room + 1] == " " or kept.endswith(" ") else f"{kept}."


def uncapitalised(name: str) -> str:
    """Return a name with a small first letter, but for an abbreviation: «педиатр», «ЛОР», "ENT doctor"."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
