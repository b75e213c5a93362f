"""Unlinking: an account stops acting for a patient, and the card is erased with its last representative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.applications.leaving import withdraw_applications_of
from bot.appointments.cancel import Cancellations
from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.family import representatives as family
from bot.glossary import AccountId, PatientId
from bot.privacy.visits import cancel_visits, list_visits_of


class UnlinkPreview(NamedTuple):
    """What unlinking would do."""

    patient: Patient
    is_owner: bool
    is_shared: bool
    """another representative keeps the card and its visits"""
    upcoming: Sequence[AppointmentCard]
    """visits that have not begun"""

    @property
    def lost(self) -> Sequence[AppointmentCard]:
        """The visits that are removed together with the card."""
        return () if self.is_shared else self.upcoming

    @property
    def visits_lost(self) -> int:
        """How many visits are removed together with the card."""
        return len(self.lost)


class Unlinking:
    def __init__(self, storage: Storage, cancellations: Cancellations, clock: Clock) -> None:
        self._storage, self._cancellations, self._clock = storage, cancellations, clock

    @reads
    async def preview(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> UnlinkPreview:
        """Raises NotYours."""
        found = await view.patients.require(account, patient)
        mine = await view.representatives.representation(account, patient)
        visits = await list_visits_of(view, account, patient, self._clock.now())
        kept = await family.is_kept_by_others(view, patient)
        return UnlinkPreview(found, mine.is_owner, kept, visits)

    async def unlink(self, account: AccountId, patient: PatientId, *, keep_visits: bool) -> UnlinkPreview:
        """End a representation; with the last one everything that is stored about the patient is erased.

        Visits of an unshared card are cancelled at the clinic first, unless ``keep_visits``. A shared card stays with
        its other representatives, visits included; if the owner leaves, the one who has been a representative longest
        becomes the owner. Open applications that this account has sent are withdrawn, and the others are told.
        Returns the preview that was true before. Raises NotYours, and OutcomePending while the clinic has not answered
        about a visit; nothing is erased then.
        """
        preview = await self.preview(account, patient)
        if not preview.is_shared and not keep_visits:
            await self._cancel_visits(account, patient)
        now = self._clock.now()

        async def leave(uow: UnitOfWork) -> None:
            await family.stop_representing(uow, account, patient, now)
            await withdraw_applications_of(uow, account, now, patient)
            await uow.audit.add(Actor.account(account), Deed.CARD_REMOVED, Subject.patient(patient), now)

        await self._storage.erase(leave)
        return preview

    async def _cancel_visits(self, account: AccountId, patient: PatientId) -> None:
        now = self._clock.now()
        visits = await self._storage.read(lambda view: list_visits_of(view, account, patient, now))
        await cancel_visits(self._cancellations, account, visits)
