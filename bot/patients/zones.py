"""The time zone of a patient, which decides on which day an age or a term is reached."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.core.timing import MOSCOW
from bot.core.transactions import UnitOfWork
from bot.glossary import ClinicId


async def zone_of(uow: UnitOfWork, clinic: ClinicId | None) -> ZoneInfo:
    """Return the zone of a patient's clinic, Moscow's if the patient has none."""
    known = None if clinic is None else await uow.directory.clinic(clinic)
    return MOSCOW if known is None else known.zone
