"""Name a child as a chat does, «Мария И.», so that no two children of the reader are named alike.

Which of the reader's children look alike is read at the begin of an update or a message (``tell_apart``), as the
language is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date

from bot.core.i18n import gettext as _, numeric_date
from bot.core.patient import Patient
from bot.core.people import Account
from bot.glossary import PatientId
from bot.patients.rules.look_alikes import Distinction, mark
from bot.services import Services

_look_alikes: ContextVar[Mapping[PatientId, Distinction]] = ContextVar("look_alikes")


async def tell_apart(services: Services, account: Account) -> None:
    """Name the children of this account from now on, until the next reader."""
    _look_alikes.set(await services.patients.look_alikes(account.id) if account.cards > 1 else {})


def patient_name(patient: Patient) -> str:
    """Return «Александр И.»; «Александр И., 2015 г. р.» or with the birth date if another child is called so too."""
    distinction = _look_alikes.get({}).get(patient.id)
    return patient.name.short if distinction is None else name_apart(patient.name.short, mark(patient, distinction))


def name_apart(name: str, known_mark: str) -> str:
    """Return the name with what tells it apart, as ``look_alikes.mark`` returns it."""
    if known_mark.isdecimal():
        return _("{name}, born {year}").format(name=name, year=known_mark)
    shown = numeric_date(date.fromisoformat(known_mark)) if "-" in known_mark else known_mark
    return f"{name}, {shown}" if shown else name


def brief_patient_name(patient: Patient) -> str:
    """Return the given name alone if no other child of the reader has it."""
    return patient_name(patient) if patient.id in _look_alikes.get({}) else patient.name.given
