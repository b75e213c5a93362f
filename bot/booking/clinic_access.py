"""The rule on enrollment that is told before a doctor is chosen; pure, as ``rules`` is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.booking.rules import is_own_kind
from bot.core.clinic import Clinic, Specialty
from bot.core.patient import Patient


class ClinicAccess(StrEnum):
    """How a patient comes to the doctors of a clinic who want no referral."""

    OWN = "OWN"
    """enrollment opens them"""
    ELSEWHERE = "ELSEWHERE"
    """it is another one's clinic: planned visits want a referral or an enrollment here"""
    UNKNOWN = "UNKNOWN"


def access_at(patient: Patient, clinic: Clinic, specialties: Sequence[Specialty]) -> ClinicAccess | None:
    """Return what is to be told before a doctor is chosen.

    None where there is nothing to tell: no doctor to choose, none who wants a referral at the own clinic, or a dental
    clinic, at which nobody is enrolled.
    """
    if not specialties or not is_own_kind(clinic):
        return None
    if patient.clinic is None:
        return ClinicAccess.UNKNOWN
    if patient.clinic != clinic.id:
        return ClinicAccess.ELSEWHERE
    return ClinicAccess.OWN if any(each.needs_referral for each in specialties) else None
