"""Which specialties see a child by referral where a clinic's file does not say.

A child goes without a referral to the district paediatrician, the family doctor, the surgeon, the ophthalmologist, the
ENT specialist, the gynaecologist, the dentist, the psychiatrist, the narcologist and the phthisiatrician; the
paediatrician refers to the specialists below. Whatever else a file names, such as a room for
vaccinations, asks for none.
"""

from __future__ import annotations

import re

BY_REFERRAL = frozenset(
    {
        *("аллерголог", "андролог", "гастроэнтеролог", "гематолог", "генетик", "дерматовенеролог"),
        *("дерматолог", "иммунолог", "инфекционист", "кардиолог", "невролог", "невропатолог"),
        *("неонатолог", "нефролог", "онколог", "ортодонт", "ортопед", "пульмонолог"),
        *("ревматолог", "сурдолог", "травматолог", "уролог", "эндокринолог"),
    }
)
DENTAL = "стоматолог"


def asks_for_referral(specialty: str) -> bool:
    """Return whether a specialty with this name usually asks for a referral: «детский кардиолог» does."""
    words = set(re.findall("[а-яё]+", specialty.casefold()))
    return DENTAL not in words and not words.isdisjoint(BY_REFERRAL)
