"""Planning what is told of the ends of a card's referrals."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.booking import rules
from bot.booking.referrals import plan_end
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError, ClinicSystem, Referral
from bot.core.clinic import Clinic
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId, PatientId, PersonRef, SpecialtyId

log = structlog.get_logger(__name__)


async def plan_ends(
    storage: Storage,
    directory: Directory,
    system: ClinicSystem,
    patient: PatientId,
    person: PersonRef,
    at: ClinicId | None,
    now: datetime,
) -> None:
    """Plan what is told of the ends of the referrals that can be used at ``at``, the card's own clinic."""
    clinic = None if at is None else await directory.clinic(at)
    if clinic is None or clinic.system != system.name:
        return
    try:
        knows = (await system.capabilities()).knows_referrals
        listed = await system.referrals(person) if knows else ()
        named = [(each, await directory.specialty_of(system.name, each.specialty)) for each in listed]
    except ClinicError as trouble:
        log.warning("a clinic was not asked about referrals", system=system.name, trouble=type(trouble).__name__)
        return
    for referral, specialty in named:
        if specialty is not None:
            await _plan_one(storage, patient, clinic, specialty.id, referral, now)


async def _plan_one(
    storage: Storage, card: PatientId, clinic: Clinic, specialty: SpecialtyId, referral: Referral, now: datetime
) -> None:
    async def plan(uow: UnitOfWork) -> None:
        keepers, looks = await uow.representatives.list_of(card), await uow.elsewhere.looks(card)
        if rules.may_see_elsewhere(keepers, looks.get(clinic.system)):
            await plan_end(uow, card, clinic, specialty, referral, now)

    await storage.write(plan)
