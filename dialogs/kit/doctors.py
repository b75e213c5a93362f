"""Doctors on screens: names of which no two in one list are alike, and what the clinic says of a doctor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from bot.core.clinic import DoctorFacts
from bot.core.i18n import N_, gettext as _, ngettext
from bot.core.people import PersonName
from dialogs.kit.wording import one_line


class Listed(NamedTuple):
    """A doctor or a room in a list; ``plain`` is the usual label, ``beside`` tells two of one name apart."""

    plain: str
    name: PersonName
    beside: str = ""


def told_apart(doctors: Sequence[Listed]) -> list[str]:
    """Return the label of each: «Петрова А. С.»; longer where two are alike: «Петрова Анна С.», then with the room.

    Whatever is still alike gets a number in its order.
    """
    labels = [each.plain for each in doctors]
    longer: tuple[Callable[[Listed], str], ...] = (_with_given, _with_beside)
    for lengthen in longer:
        alike = _alike(labels)
        labels = [lengthen(each) if label in alike else label for each, label in zip(doctors, labels, strict=True)]
    return _numbered(labels)


def _alike(labels: Sequence[str]) -> set[str]:
    return {label for label, times in Counter(labels).items() if times > 1}


def _with_given(doctor: Listed) -> str:
    name = doctor.name
    return (
        " ".join(filter(None, (name.family, name.given, name.patronymic and f"{name.patronymic[:1]}."))) or doctor.plain
    )


def _with_beside(doctor: Listed) -> str:
    return ", ".join(filter(None, (_with_given(doctor), doctor.beside)))


def _numbered(labels: Sequence[str]) -> list[str]:
    alike, seen, shown = _alike(labels), Counter[str](), []
    for label in labels:
        seen[label] += 1
        shown.append(f"{label} ({seen[label]})" if label in alike else label)
    return shown


CATEGORIES = {"высшая": N_("highest"), "первая": N_("first"), "вторая": N_("second")}
"""the three that the law knows, as clinics write them"""


def category_name(category: str) -> str:
    """Return the category in the reader's language; one that no law knows in the clinic's words."""
    known = CATEGORIES.get(category.lower())
    return category if known is None else _(known)


def position_line(facts: DoctorFacts, today: date) -> str:
    """Return «Врач-педиатр участковый, категория высшая, стаж 18 лет», "" if the clinic says nothing of that."""
    years = 0 if facts.since_year is None else today.year - facts.since_year
    said = [
        facts.position,
        _("category {category}").format(category=category_name(facts.category)) if facts.category else "",
        ngettext("{n} year of experience", "{n} years of experience", years).format(n=years) if years > 0 else "",
    ]
    return one_line(said)
