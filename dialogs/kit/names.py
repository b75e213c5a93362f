"""Name a child as a chat does, «Мария И.», so that no two children of the reader are named alike.

Which of the reader's children look alike is read at the begin of an update or a message (``tell_apart``), as the
language is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from bot.core.i18n import gettext as _, numeric_date
from bot.core.patient import Patient
from bot.core.people import Account
from bot.glossary import PatientId
from bot.patients.rules.look_alikes import Distinction
from bot.services import Services

_look_alikes: ContextVar[Mapping[PatientId, Distinction]] = ContextVar("look_alikes")


async def tell_apart(services: Services, account: Account) -> None:
    """Name the children of this account from now on, until the next reader."""
    _look_alikes.set(await services.patients.look_alikes(account.id) if account.cards > 1 else {})


def patient_name(patient: Patient) -> str:
    """Return «Александр И.»; «Александр И., 2015 г. р.» or with the birth date if another child is called so too."""
    name, distinction = patient.name.short, _look_alikes.get({}).get(patient.id)
    if distinction is Distinction.YEAR:
        return _("{name}, born {year}").format(name=name, year=patient.birth_date.year)
    if distinction is Distinction.BIRTH_DATE:
        return f"{name}, {numeric_date(patient.birth_date)}"
    return f"{name}, {patient.masked_policy}" if distinction is Distinction.POLICY else name


def brief_patient_name(patient: Patient) -> str:
    """Return the given name alone if no other child of the reader has it."""
    return patient_name(patient) if patient.id in _look_alikes.get({}) else patient.name.given
