"""Read what a card is among the cards of its policy, and show the register's clinic once it is vouched for."""

from __future__ import annotations

from bot.core.patient import Patient
from bot.core.transactions import UnitOfWork
from bot.patients.rules.claims import Standing, standing_of


async def find_standing(view: UnitOfWork, patient: Patient) -> Standing:
    """Return the standing of a card among the cards of its policy."""
    claims = await view.representatives.claims(patient.policy_number)
    shared = await view.representatives.sharings(patient.policy_number)
    return standing_of(patient.id, claims, shared)


async def is_limited(view: UnitOfWork, patient: Patient) -> bool:
    """Return whether another account has a better card of this child: see ``rules.claims``."""
    return patient.has_other_card and (await find_standing(view, patient)).is_limited


async def reveal_clinic(uow: UnitOfWork, patient: Patient) -> None:
    """Let the card show the clinic by the register if papers were seen or another card agrees."""
    if (await find_standing(uow, patient)).is_vouched_for:
        await uow.patients.reveal_clinic(patient.id)
