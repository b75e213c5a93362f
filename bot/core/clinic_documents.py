"""The documents that a clinic makes for its patients, as its system lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.glossary import DocumentId


class DocumentAsks(StrEnum):
    """What a representative writes to a clinic that makes a document. The values are stored."""

    NOTHING = "NOTHING"
    PERIOD = "PERIOD"
    """for which days"""
    PLACE = "PLACE"
    """for which school, camp or hospital"""
    DOCTOR = "DOCTOR"
    """to which doctor or examination"""


@dataclass(frozen=True, slots=True)
class ClinicDocument:
    """A document of one clinic; ``number`` is the system's own id of it.

    ``audience`` and ``bring`` are as the clinic writes them. Ages are full years, inclusive on both ends, None without
    a limit. ``days`` are working days until it is ready and ``valid_days`` how long it is valid: None if the clinic
    does not say.
    """

    number: DocumentId
    name: str
    audience: str = ""
    bring: str = ""
    days: int | None = None
    valid_days: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    asks: DocumentAsks = DocumentAsks.NOTHING
    is_file: bool = False
    """the clinic gives a file rather than a paper"""
