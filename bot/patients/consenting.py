"""The representatives in whose name the bot may work on a patient without a press of theirs."""

from __future__ import annotations

from bot.core.people import Account
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, PatientId


async def consenting_representatives(uow: UnitOfWork, patient: PatientId) -> list[Account]:
    """Return the accounts that act for a patient and whose consents are in force, the owner first."""
    known = [await uow.accounts.get(each.account) for each in await uow.representatives.list_of(patient)]
    return [account for account in known if account is not None and account.is_served]


async def phone_for_desk(view: UnitOfWork, account: AccountId, patient: PatientId) -> str:
    """Return the telephone of who has asked for something, "" once that account does not act for the patient."""
    if account not in {each.id for each in await consenting_representatives(view, patient)}:
        return ""
    return (await view.contacts.get(account)).whole_phone or ""
