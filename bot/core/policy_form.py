"""The form of an application for a policy: what is known of the child and was sent, its fields, and how it is got.

It never has the number of a passport or of a certificate: those are shown at the reception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.patient import NameField, masked
from bot.core.people import PersonName, Sex
from bot.glossary import PolicyRequestId


class FormPart(StrEnum):
    """A question of the form, in its order. Stored as the key of the answer; buttons have their positions."""

    SEX = "sex"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    SNILS = "snils"
    ADDRESS = "address"


class PolicyReady(StrEnum):
    """How the parent gets a policy that is ready. The values are stored, and buttons have their positions."""

    RECEPTION = "RECEPTION"
    """the reception gives the number"""
    GOSUSLUGI = "GOSUSLUGI"
    """the number is on the state portal, and the insurer tells it"""


REQUEST = "request"
"""the key of the application that is corrected"""


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """What is known so far; ``snils`` is "" if the child has none, None if that was not asked."""

    sex: Sex | None = None
    name: PersonName | None = None
    birth_date: date | None = None
    snils: str | None = None
    address: str = ""
    request: PolicyRequestId | None = None
    """the application that is corrected; None: a new one"""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as the desk got it: the SNILS masked, "" if the child has none; an address is only noted to be there.

    ``changed`` are the answers that differ from the sending before.
    """

    name: str
    birth_date: date
    sex: Sex
    snils: str
    has_address: bool
    has_phone: bool
    changed: tuple[FormPart, ...] = ()


def sent_form(form: PolicyForm, *, has_phone: bool, changed: tuple[FormPart, ...] = ()) -> SentForm:
    """Return what is kept of a form that is sent. Raises ValueError for one that lacks an answer."""
    if form.name is None or form.birth_date is None or form.sex is None:
        raise ValueError("a form is sent once it is complete")
    snils = masked(form.snils, shown=2) if form.snils else ""
    return SentForm(form.name.full, form.birth_date, form.sex, snils, bool(form.address), has_phone, changed)


# --- as it is stored --------------------------------------------------------------------------------------------------


def written_form(form: PolicyForm) -> dict[str, str]:
    """Return the fields to store."""
    known: dict[str, str | None] = {
        FormPart.SEX: form.sex,
        FormPart.BIRTH_DATE: None if form.birth_date is None else form.birth_date.isoformat(),
        FormPart.SNILS: form.snils,
        FormPart.ADDRESS: form.address or None,
        REQUEST: None if form.request is None else str(form.request),
    }
    if form.name is not None:
        parts = (form.name.family, form.name.given, form.name.patronymic)
        known |= dict(zip(NameField, parts, strict=True))
    return {key: value for key, value in known.items() if value is not None}


def read_form(fields: Mapping[str, str]) -> PolicyForm:
    """Return the form of stored fields. Raises ValueError for fields that ``written_form`` does not return."""
    born, sex, request = (fields.get(key) for key in (FormPart.BIRTH_DATE, FormPart.SEX, REQUEST))
    has_name = NameField.FAMILY in fields
    return PolicyForm(
        sex=None if sex is None else Sex(sex),
        name=PersonName(*(fields.get(part, "") for part in NameField)) if has_name else None,
        birth_date=None if born is None else date.fromisoformat(born),
        snils=fields.get(FormPart.SNILS),
        address=fields.get(FormPart.ADDRESS, ""),
        request=None if request is None else PolicyRequestId(int(request)),
    )
