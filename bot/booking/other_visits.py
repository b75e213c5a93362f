"""Refuse to book where the child has a visit already that is in the way, seen by the account or not."""

from __future__ import annotations

from datetime import datetime

from bot.booking import rules
from bot.booking.errors import AlreadyBooked, BookedElsewhere
from bot.core.clinic import Clinic, Slot
from bot.core.patient import Patient
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, SpecialtyId


async def require_no_visit(
    view: UnitOfWork,
    account: AccountId,
    patient: Patient,
    clinic: Clinic,
    specialty: SpecialtyId,
    now: datetime,
) -> None:
    """Raises AlreadyBooked if the account sees a visit to the specialty ahead, BookedElsewhere if there is another."""
    same = rules.find_same(await view.appointments.planned(account, now), patient, specialty, now)
    if same is not None:
        at = await view.directory.clinic(same.clinic) or clinic
        raise AlreadyBooked(patient.id, same.starts_at, at.zone, same.id)
    await require_none_hidden(view, account, patient, clinic, specialty, now)


async def require_none_hidden(
    view: UnitOfWork, account: AccountId, patient: Patient, clinic: Clinic, specialty: SpecialtyId, now: datetime
) -> None:
    """Raises BookedElsewhere if there is a visit to the specialty ahead that the account does not see.

    ``clinic`` is where the account wants to book.
    """
    hidden = await view.elsewhere.hidden(account, now, patient.id) if patient.has_elsewhere else ()
    if any(visit.specialty == specialty for visit in hidden):
        raise BookedElsewhere(patient.id, clinic.id, clinic.phone)


async def require_no_hidden_at(
    view: UnitOfWork, account: AccountId, patient: Patient, clinic: Clinic, slot: Slot, now: datetime
) -> None:
    """Raises BookedElsewhere if a visit that the account does not see is at the time of the slot."""
    hidden = await view.elsewhere.hidden(account, now, patient.id) if patient.has_elsewhere else ()
    if any(visit.starts_at < slot.ends_at and slot.starts_at < visit.ends_at for visit in hidden):
        raise BookedElsewhere(patient.id, clinic.id, clinic.phone, at_that_time=True)
