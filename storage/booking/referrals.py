"""The referrals whose numbers were typed for a card."""

from __future__ import annotations

from datetime import datetime

from bot.glossary import PatientId, ReferralRef, SystemName
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("referrals")


class SqlReferrals:
    """A row is the clinic's reference of a referral; what the referral says, only the clinic knows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, patient: PatientId, system: SystemName, referral: ReferralRef, ends_at: datetime) -> None:
        """Store that a number was typed; ``ends_at`` is when the referral is over."""
        await queries.record_referral(
            self._connection, patient=patient, system=system, referral=referral, ends_at=seconds(ends_at)
        )

    async def known(self, patient: PatientId, system: SystemName) -> frozenset[ReferralRef]:
        """Return the referrals of a system whose numbers were typed for the card."""
        rows = await queries.list_known_referrals(self._connection, patient=patient, system=system)
        return frozenset(ReferralRef(row["referral"]) for row in rows)

    async def forget(self, before: datetime) -> None:
        """Delete those that were over before that moment."""
        await queries.delete_ended_referrals(self._connection, before=seconds(before))
