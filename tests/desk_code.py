"""The access code of the staff in tests: nobody works at the desk without one."""

from __future__ import annotations

from bot.core.people import Account
from bot.services import Services

CODE = "580213"


async def set_code(services: Services, telegram_id: int, *, has_started: bool = True) -> Account:
    """Give a Telegram user's account the access code, unless it has one; return the account.

    The bot cannot write to a user who has not started it.
    """
    account = await services.accounts.find_or_add(telegram_id, "ru")
    if account.lock is not None:
        return account
    await services.access_codes.propose(account, CODE)
    account = await services.access_codes.confirm(account, CODE)
    if not has_started:
        await services.accounts.set_reachable(telegram_id, False)
    return account
