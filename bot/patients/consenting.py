"""The representatives in whose name the bot may work on a patient without a press of theirs, and their telephones.

A desk reads the telephone that an account has given the bot here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.account.records import Contact
from bot.core.people import Account
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, PatientId

Asker = tuple[AccountId, PatientId]
"""An account that has asked for something, and the card that it is about."""


async def consenting_representatives(uow: UnitOfWork, patient: PatientId) -> list[Account]:
    """Return the accounts that act for a patient and whose consents are in force, the owner first."""
    known = [await uow.accounts.get(each.account) for each in await uow.representatives.list_of(patient)]
    return [account for account in known if account is not None and account.is_served]


async def phone_for_desk(view: UnitOfWork, account: AccountId, patient: PatientId) -> str:
    """Return the telephone of who has asked for something, as ``phones_for_desk`` does."""
    asker = (account, patient)
    return (await phones_for_desk(view, [asker]))[asker]


async def phones_for_desk(view: UnitOfWork, askers: Collection[Asker]) -> Mapping[Asker, str]:
    """Return the telephones of those who have asked for something; the statements do not grow with their number.

    "" for an account that has given none, does not act for the patient any more, or has taken a consent back.
    """
    acting = await view.representatives.acting_for_cards({patient for _account, patient in askers})
    known = await view.accounts.list_of({account for account, _patient in askers})
    served = {account.id for account in known if account.is_served}
    shown = {asker for asker in askers if asker[0] in served and asker[0] in acting.get(asker[1], ())}
    contacts = await view.contacts.of_accounts({account for account, _patient in shown})
    return {asker: _whole(contacts.get(asker[0])) if asker in shown else "" for asker in askers}


async def applicants_phone(view: UnitOfWork, account: Account) -> str:
    """Return the telephone of who has applied for a policy, which is about no card; "" without its consents."""
    return _whole(await view.contacts.get(account.id)) if account.is_served else ""


def _whole(contact: Contact | None) -> str:
    return (contact.whole_phone if contact is not None else None) or ""
