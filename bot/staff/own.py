"""A member of the staff vouches for nobody of the own family: a colleague does."""

from __future__ import annotations

from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import UnitOfWork
from bot.glossary import PersonRef
from bot.staff.errors import OwnMatter


async def acts_for(view: UnitOfWork, staff: Account, patient: Patient) -> bool:
    """Return whether the member acts for this child, by this card or by another one of the same policy."""
    return await view.patients.find_own(staff.id, patient.policy_number) is not None


async def require_not_own(view: UnitOfWork, staff: Account, person: PersonRef) -> None:
    """Raises OwnMatter if the member acts for this person of a clinic's list."""
    for card in await view.patients.ids_of_person(person):
        if staff.id in {each.account for each in await view.representatives.list_of(card)}:
            raise OwnMatter
