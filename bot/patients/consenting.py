"""The representatives in whose name the bot may work on a patient without a press of theirs."""

from __future__ import annotations

from bot.core.people import Account
from bot.core.transactions import UnitOfWork
from bot.glossary import PatientId


async def consenting_representatives(uow: UnitOfWork, patient: PatientId) -> list[Account]:
    """Return the accounts that act for a patient and whose consents are in force, the owner first."""
    known = [await uow.accounts.get(each.account) for each in await uow.representatives.list_of(patient)]
    return [account for account in known if account is not None and account.is_served]
