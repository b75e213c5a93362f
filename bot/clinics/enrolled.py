"""The part of the clinic port that tells where a person is enrolled."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Protocol

from bot.core.people import PersonName
from bot.glossary import ClinicRef, PersonRef


class EnrolledAt(NamedTuple):
    """Where a person is enrolled; None and "": the system does not say."""

    clinic: ClinicRef
    since: date | None = None
    district: str = ""
    """the part of the town with one pediatrician, as the clinic names it: «4»"""
    doctor: PersonName | None = None
    """the pediatrician of the district"""


class TellsEnrollment(Protocol):
    async def enrolled_at(self, person: PersonRef) -> EnrolledAt | None:
        """Return where a person is enrolled; None for one that is unknown or enrolled nowhere. Raises Unsupported."""
        ...
