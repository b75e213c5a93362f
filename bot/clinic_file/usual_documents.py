"""What is usual for the documents that clinics make for children: it stands where a clinic's file does not say.

A document is known by its form or by a word of its name. How long it is valid differs, so only the clinic says that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from bot.clinic_file.records import DocumentRow
from bot.core.clinic_documents import DocumentAsks


class UsualDocument(NamedTuple):
    """``pattern`` finds it in a name without capitals; ages are full years, inclusive; ``days`` are working days."""

    pattern: re.Pattern[str]
    name: str
    audience: str
    bring: str
    days: int
    asks: DocumentAsks
    min_age: int = 0
    max_age: int = 17


PAPERS = "паспорт родителя и полис ребёнка"
WITH_VACCINATIONS = f"{PAPERS}, сертификат прививок"

USUAL = (
    UsualDocument(
        re.compile(r"\b095"), "Справка 095/у", "в сад, школу или колледж после болезни", PAPERS, 1,
        DocumentAsks.PERIOD, 1,
    ),
    UsualDocument(
        re.compile(r"\b079"), "Справка 079/у", "в лагерь или санаторий", WITH_VACCINATIONS, 3, DocumentAsks.PLACE, 6
    ),
    UsualDocument(
        re.compile(r"\b086"), "Справка 086/у", "для поступления и работы", WITH_VACCINATIONS, 5, DocumentAsks.PLACE, 14
    ),
    UsualDocument(
        re.compile(r"госпитализац"), "Направление на госпитализацию", "для планового лечения в больнице", PAPERS, 2,
        DocumentAsks.PLACE,
    ),
    UsualDocument(
        re.compile(r"\bвыписк"), "Выписка из карты", "для другого врача, школы или больницы", PAPERS, 1,
        DocumentAsks.PERIOD,
    ),
    UsualDocument(
        re.compile(r"\bнаправлени"), "Направление", "к другому врачу или на обследование", PAPERS, 1,
        DocumentAsks.DOCTOR,
    ),
)  # fmt: skip


def usual(name: str) -> UsualDocument | None:
    """Return the document that a name means: «Справка по форме № 095/у» is 095/у."""
    plain = name.casefold().replace("ё", "е")
    return next((each for each in USUAL if each.pattern.search(plain)), None)


def completed(row: DocumentRow) -> DocumentRow:
    """Return a document of a clinic with what is usual where its row has nothing."""
    known = usual(row.name)
    if known is None:
        return row
    return replace(
        row,
        audience=row.audience or known.audience,
        bring=row.bring or known.bring,
        days=known.days if row.days is None else row.days,
        asks=row.asks or known.asks,
        min_age=known.min_age if row.min_age is None else row.min_age,
        max_age=known.max_age if row.max_age is None else row.max_age,
    )
