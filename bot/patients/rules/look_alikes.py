"""Find the patients of one account whose names look alike in a chat, and what tells them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.core.patient import Patient
from bot.glossary import PatientId


class Distinction(StrEnum):
    """What is added to a name; each one tells apart what the one before does not."""

    FAMILY = "FAMILY"
    """the given name alone is another patient's too: the initial of the family name tells them apart"""
    YEAR = "YEAR"
    """of birth"""
    BIRTH_DATE = "BIRTH_DATE"
    POLICY = "POLICY"
    """the end of the policy number"""


def look_alikes(patients: Sequence[Patient]) -> Mapping[PatientId, Distinction]:
    """Return the patients who cannot be named by their given name alone, with what tells them apart."""
    given = Counter(patient.name.given for patient in patients)
    short = Counter(patient.name.short for patient in patients)
    years = Counter((patient.name.short, patient.birth_date.year) for patient in patients)
    days = Counter((patient.name.short, patient.birth_date) for patient in patients)

    def distinction(patient: Patient) -> Distinction:
        name = patient.name.short
        if short[name] == 1:
            return Distinction.FAMILY
        if years[name, patient.birth_date.year] == 1:
            return Distinction.YEAR
        return Distinction.BIRTH_DATE if days[name, patient.birth_date] == 1 else Distinction.POLICY

    return {patient.id: distinction(patient) for patient in patients if given[patient.name.given] > 1}


def mark(patient: Patient, distinction: Distinction | None) -> str:
    """Return what stands behind the name in every language: the year, the ISO birth date, the policy's end, or ""."""
    return {
        Distinction.YEAR: str(patient.birth_date.year),
        Distinction.BIRTH_DATE: patient.birth_date.isoformat(),
        Distinction.POLICY: patient.masked_policy,
    }.get(distinction or Distinction.FAMILY, "")
