"""The access code of the staff in tests: nobody works at the desk without one."""

from __future__ import annotations

from bot.account import access_code
from bot.core.people import Account
from bot.services import Services

CODE = "580213"

# A hash takes 50 ms on purpose, and these tests type some hundred codes.
PRODUCT_COST, access_code.SCRYPT_COST = access_code.SCRYPT_COST, 2**4


async def set_code(services: Services, telegram_id: int) -> Account:
    """Give a member of the staff the access code, unless there is one; return the account.

    Whether the person has started the bot stays as it is: the bot cannot write to one who has not.
    """
    members = {known: account for account, known in await services.members.all()}
    account = members.get(telegram_id) or await services.accounts.find_or_add(telegram_id, "ru")
    if account.lock is not None:
        return account
    await services.access_codes.propose(account, CODE)
    return await services.access_codes.confirm(account, CODE)
