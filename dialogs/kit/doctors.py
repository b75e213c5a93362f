"""Name doctors on buttons so that no two of one list are named alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.core.people import PersonName


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
