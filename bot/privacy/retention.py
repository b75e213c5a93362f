"""Retention: what has outlived its purpose goes by itself, as the consents promise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId
from bot.patients.rules.checks import FAILURE_COUNTS_FOR
from bot.privacy.privacy import Privacy

KEEP_AFTER_WITHDRAWAL = timedelta(days=30)
"""A consent nothing works without may be given again for so long; then the data go."""

KEEP_DRAFTS = timedelta(days=30)
KEEP_CORRECTIONS = timedelta(days=30)
"""that the register has not agreed to"""
KEEP_ORDERS = timedelta(days=2)
KEEP_REQUESTS = timedelta(days=30)
"""for access, and invitations: after they are over"""
KEEP_TOLD = timedelta(days=30)
"""messages that are sent, withdrawn or given up"""
KEEP_VISITS = timedelta(days=365)
"""after the visit"""
KEEP_RECORDS = timedelta(days=3 * 365)
"""the journal, and a consent after it was taken back"""


class Retention:
    def __init__(self, storage: Storage, privacy: Privacy, clock: Clock) -> None:
        self._storage, self._privacy, self._clock = storage, privacy, clock

    async def keep(self) -> int:
        """The worker's turn; says how many accounts were erased."""
        now = self._clock.now()

        async def forget(uow: UnitOfWork) -> Sequence[AccountId]:
            await uow.drafts.forget(now - KEEP_DRAFTS)
            await uow.patients.forget_corrections(now - KEEP_CORRECTIONS)
            await uow.orders.forget(now - KEEP_ORDERS)
            await uow.checks.forget_failures(now - FAILURE_COUNTS_FOR)
            await uow.pins.forget(now)
            await uow.family.forget(now - KEEP_REQUESTS)
            await uow.outbox.forget(now - KEEP_TOLD)
            await uow.appointments.forget(now - KEEP_VISITS)
            await uow.audit.forget(now - KEEP_RECORDS)
            await uow.consents.forget(now - KEEP_RECORDS)
            return await uow.consents.withdrawn_before(now - KEEP_AFTER_WITHDRAWAL, limit=100)

        gone = await self._storage.write(forget)
        for account in gone:
            await self._privacy.erase(account, keep_visits=True)
        return len(gone)
