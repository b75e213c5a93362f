"""Erasure: remove everything that is stored about an account."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from bot.applications.leaving import withdraw_applications_of
from bot.appointments.cancel import Cancellations
from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Purpose
from bot.core.refs import draw_ref
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.family import representatives as family
from bot.glossary import AccountId, Ref
from bot.privacy.visits import cancel_visits, list_unshared_visits


class Erasure:
    def __init__(self, storage: Storage, cancellations: Cancellations, clock: Clock) -> None:
        self._storage, self._cancellations, self._clock = storage, cancellations, clock

    @reads
    async def visits_lost(self, view: UnitOfWork, account: AccountId) -> Sequence[AppointmentCard]:
        """Return the visits ahead that nobody else keeps: the bot forgets them with the account."""
        return await list_unshared_visits(view, account, self._clock.now())

    async def erase(self, account: AccountId, *, keep_visits: bool, by: Actor | None = None) -> Ref:
        """Remove everything that is stored about an account; return the number of the erasure.

        ``by`` is the operator, if the person has asked for it in writing.

        Unless ``keep_visits``, visits of unshared patients are cancelled at the clinic first. A patient with other
        representatives stays with them, visits included; the one who has been a representative longest becomes the
        owner. Open applications are withdrawn, and those representatives are told. Raises OutcomePending while the
        clinic has not answered about a visit; nothing is erased then.
        """
        if not keep_visits:
            await self._cancel_visits(account)
        number, now = draw_ref(secrets.choice), self._clock.now()

        async def erase(uow: UnitOfWork) -> None:
            for patient in await uow.patients.ids_of(account):
                await family.stop_representing(uow, account, patient, now)
            await withdraw_applications_of(uow, account, now)
            for purpose in Purpose:
                await uow.consents.revoke(account, purpose, now)  # they are kept for some time after their end
            await uow.audit.add(by or Actor.account(account), Deed.ACCOUNT_ERASED, Subject.number(number), now)
            await uow.accounts.erase(account)

        await self._storage.erase(erase)
        return number

    async def _cancel_visits(self, account: AccountId) -> None:
        now = self._clock.now()
        visits = await self._storage.read(lambda view: list_unshared_visits(view, account, now))
        await cancel_visits(self._cancellations, account, visits)
