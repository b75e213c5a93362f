"""Rules of documents: for whom a clinic makes them, when they are ready, and what is asked for them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.applications.problems import ApplicationProblem
from bot.applications.records import DocumentWish
from bot.core.ages import age_on
from bot.core.clinic import Clinic
from bot.core.clinic_documents import ClinicDocument, DocumentAsks
from bot.core.errors import InvalidInput
from bot.core.patient import Patient
from bot.core.typed_text import visible
from bot.core.working_hours import end_of_working_day
from bot.glossary import DocumentId

DAYS = 2
"""working days in which a document is made whose clinic does not say how long it takes"""
LONGEST_SAID = 100
"""characters of the period, the place or the doctor of a document"""

PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:\d{9}|\d{11}|\d{16}|\d{4}(?:[ -]\d{4}){3}|\d{3}(?:[ -]\d{3}){2}(?:[ -]\d{2})?)(?!\d)"
)
"""as people write a policy and a SNILS; never how they write days"""


class DocumentHindrance(StrEnum):
    """Why a document is not made for a child."""

    TOO_YOUNG = "TOO_YOUNG"
    TOO_OLD = "TOO_OLD"


class RecentDays(StrEnum):
    """Periods that are chosen with a button. Buttons have their positions."""

    WEEK = "WEEK"
    TWO_WEEKS = "TWO_WEEKS"
    MONTH = "MONTH"


LENGTHS = {
    RecentDays.WEEK: timedelta(days=7),
    RecentDays.TWO_WEEKS: timedelta(days=14),
    RecentDays.MONTH: timedelta(days=30),
}


def first_day_of(period: RecentDays, today: date) -> date:
    """Return the first day of a period whose last day is today."""
    return today - LENGTHS[period] + timedelta(days=1)


def hindrance_of(document: ClinicDocument, patient: Patient, today: date) -> DocumentHindrance | None:
    """Return why a document is not for this patient on a local day, None if it is."""
    age = age_on(patient.birth_date, today)
    if document.min_age is not None and age < document.min_age:
        return DocumentHindrance.TOO_YOUNG
    if document.max_age is not None and age > document.max_age:
        return DocumentHindrance.TOO_OLD
    return None


def days_of(document: ClinicDocument) -> int:
    """Return in how many working days a document is ready; the day itself does not count."""
    return max(DAYS if document.days is None else document.days, 1)


def ready_at(document: ClinicDocument, now: datetime, clinic: Clinic) -> datetime:
    return end_of_working_day(days_of(document), now, clinic.zone)


def wish_for(document: ClinicDocument, said: str) -> DocumentWish:
    """Return what an application says. Raises InvalidInput if the answer does not do."""
    wish = DocumentWish(
        DocumentId(document.number),
        document.name,
        document.asks,
        "",
        document.bring,
        days_of(document),
        document.valid_days,
        document.is_file,
    )
    return with_answer(wish, said)


def with_answer(wish: DocumentWish, said: str) -> DocumentWish:
    """Return the wish with another answer. Raises InvalidInput if it does not do."""
    return replace(wish, said="" if wish.asks is DocumentAsks.NOTHING else answer_in(said))


def answer_in(typed: str) -> str:
    """Return a typed answer in one line. Raises InvalidInput, also for the number of a policy or a SNILS."""
    said = visible(typed)
    if PERSONAL_NUMBER.search(said):
        raise InvalidInput(ApplicationProblem.NUMBER)
    if not 2 <= len(said) <= LONGEST_SAID:
        raise InvalidInput(ApplicationProblem.SAID, longest=LONGEST_SAID)
    return said
