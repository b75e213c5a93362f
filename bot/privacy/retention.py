"""Retention: delete what is older than the consents allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId
from bot.patients.rules.checks import FAILURE_COUNTS_FOR
from bot.privacy.erase import Erasure

ERASE_AFTER_WITHDRAWAL = timedelta(days=30)
"""from the withdrawal of a required consent; until then it may be given again"""

KEEP_DRAFTS = timedelta(days=30)
KEEP_CORRECTIONS = timedelta(days=30)
"""corrections that the register has not accepted"""
KEEP_ORDERS = timedelta(days=2)
KEEP_REQUESTS = timedelta(days=30)
"""requests for access and invitations, after they have ended"""
KEEP_MESSAGES = timedelta(days=30)
"""messages that are sent, withdrawn, failed or expired"""
KEEP_VISITS = timedelta(days=365)
"""after the visit"""
KEEP_RECORDS = timedelta(days=3 * 365)
"""journal entries, and consents after they were revoked"""


class Retention:
    def __init__(self, storage: Storage, erasure: Erasure, clock: Clock) -> None:
        self._storage, self._erasure, self._clock = storage, erasure, clock

    async def delete_expired(self) -> int:
        """Delete rows past their time and erase accounts without a required consent; return how many accounts."""
        withdrawn = await self._delete_rows()
        for account in withdrawn:
            await self._erasure.erase(account, keep_visits=True)
        return len(withdrawn)

    @writes
    async def _delete_rows(self, uow: UnitOfWork) -> Sequence[AccountId]:
        """Return accounts to erase, at most 100."""
        now = self._clock.now()
        await uow.drafts.forget(now - KEEP_DRAFTS)
        await uow.patients.forget_corrections(now - KEEP_CORRECTIONS)
        await uow.orders.forget(now - KEEP_ORDERS)
        await uow.checks.forget_failures(now - FAILURE_COUNTS_FOR)
        await uow.access_codes.forget(now)
        await uow.budgets.forget(now)
        await uow.family.forget(now - KEEP_REQUESTS)
        await uow.outbox.forget(now - KEEP_MESSAGES)
        await uow.appointments.forget(now - KEEP_VISITS)
        await uow.audit.forget(now - KEEP_RECORDS)
        await uow.consents.forget(now - KEEP_RECORDS)
        return await uow.consents.withdrawn_before(now - ERASE_AFTER_WITHDRAWAL, limit=100)
