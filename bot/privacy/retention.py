"""Retention: delete what is older than its lifetime, and accounts that may not be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.failed_rows import FailedRows
from bot.glossary import AccountId
from bot.privacy.erase import Erasure
from bot.privacy.lifetimes import ERASE_AFTER_WITHDRAWAL, ERASE_WITHOUT_CONSENT, delete_expired_rows

AT_ONCE = 100
"""accounts of each kind that one run erases"""


class Retention:
    def __init__(self, storage: Storage, erasure: Erasure, failed_rows: FailedRows, clock: Clock) -> None:
        self._storage, self._erasure, self._failed_rows, self._clock = storage, erasure, failed_rows, clock
        # Older accounts without a consent are erased already, so after the first run only newer ones are looked at.
        self._looked_until = datetime.fromtimestamp(0, clock.now().tzinfo)

    async def delete_expired(self) -> int:
        """Delete rows past their time and erase accounts without a required consent; return how many accounts."""
        withdrawn = await self._delete_rows()
        await self._failed_rows.each(
            "retention", withdrawn, lambda account: self._erasure.erase(account, keep_visits=True)
        )
        unknown = await self._erase_without_consent()
        await self._storage.list_erasures()
        await self._storage.clear_log()
        return len(withdrawn) + unknown

    @writes
    async def _delete_rows(self, uow: UnitOfWork) -> Sequence[AccountId]:
        """Return accounts to erase that have withdrawn a required consent."""
        now = self._clock.now()
        await delete_expired_rows(uow, now)
        return await uow.consents.withdrawn_before(now - ERASE_AFTER_WITHDRAWAL, AT_ONCE)

    async def _erase_without_consent(self) -> int:
        """Erase accounts that have given no consent in their first day; return how many."""
        since, until = self._looked_until, self._clock.now() - ERASE_WITHOUT_CONSENT

        async def erase(uow: UnitOfWork) -> int:
            found = await uow.accounts.list_without_consent(since, until, AT_ONCE)
            for account in found:
                await uow.accounts.erase(account)
            return len(found)

        erased = await self._storage.write(erase)
        if erased < AT_ONCE:
            self._looked_until = until
        return erased
