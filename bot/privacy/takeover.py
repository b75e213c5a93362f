"""Takeovers: a new Telegram account with the same phone gets all the old one has, unless that one refuses in a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.account.errors import TakeoverPaused
from bot.account.news import PinDropped, PinDrops
from bot.account.records import Takeover, TakeoverStatus
from bot.booking.reminders import Reminders
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Purpose
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.news import SHOWN_WITHIN
from bot.family.representatives import merge_duplicate_card
from bot.glossary import AccountId, TakeoverId
from bot.privacy.news import NothingToTakeOver, TakenOver, TakeoverAsked, TakeoverMade, TakeoverRefused

REQUEST_TIMEOUT = timedelta(hours=24)
"""Silence for so long is consent: the old account may be lost together with its telephone."""

ASKED_AGAIN_AFTER = timedelta(days=1)
"""after a refusal"""

OF_THE_ACCOUNT_ITSELF = (TakeoverAsked, TakeoverRefused, NothingToTakeOver, PinDrops, PinDropped)
"""News that mean nothing to the account that gets everything else."""


class Takeovers:
    def __init__(self, storage: Storage, clock: Clock, reminders: Reminders) -> None:
        self._storage, self._clock, self._reminders = storage, clock, reminders

    # --- the new account ----------------------------------------------------------------------------------------------

    @writes
    async def ask(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
        """Ask the old account, which hears of it at once. Raises NotYours, TakeoverPaused."""
        now = self._clock.now()
        found = await _of_asker(uow, account, takeover)
        if found.status is TakeoverStatus.ASKED:
            return found
        if found.old is None or now >= found.due_at or not await _still_has_phone(uow, found):
            raise NotYours
        theirs = await uow.takeovers.find_of_owner(found.old)
        # One that is asked for stays so a little after its time: the worker has not come to it yet.
        if theirs is not None and (theirs.status is TakeoverStatus.ASKED or now < theirs.due_at):
            raise TakeoverPaused(theirs.due_at)
        due_at = now + REQUEST_TIMEOUT
        await uow.takeovers.set_status(takeover, TakeoverStatus.ASKED, due_at)
        await uow.outbox.add(TakeoverAsked(found.old, takeover).due(now, expires_at=due_at), now)
        await uow.audit.add(Actor.account(account), Deed.TAKEOVER_ASKED, Subject.account(found.old), now)
        return await _of_asker(uow, account, takeover)

    @writes
    async def withdraw(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> None:
        """Raises NotYours."""
        found = await _of_asker(uow, account, takeover)
        await _end(uow, found)
        await uow.audit.add(
            Actor.account(account), Deed.TAKEOVER_WITHDRAWN, Subject.account(found.old), self._clock.now()
        )

    # --- the old account ----------------------------------------------------------------------------------------------

    @writes
    async def allow(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> str:
        """Move everything now; says which message the screen makes needless. Raises NotYours."""
        found = await _of_owner(uow, account, takeover)
        await self._move(uow, found, account, told_in=SHOWN_WITHIN)
        return TakenOver(account, takeover).dedup

    @writes
    async def refuse(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> None:
        """Nothing moves, and the asker hears of it. Raises NotYours."""
        now = self._clock.now()
        found = await _of_owner(uow, account, takeover)
        await uow.outbox.withdraw(TakeoverAsked(account, takeover).dedup)
        await uow.takeovers.set_status(takeover, TakeoverStatus.REFUSED, now + ASKED_AGAIN_AFTER)
        await uow.outbox.add(TakeoverRefused(found.new, takeover).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.TAKEOVER_REFUSED, Subject.account(found.new), now)

    # --- the worker's turn --------------------------------------------------------------------------------------------

    async def finish_due(self) -> int:
        """What nobody has answered in time is moved, what is over is forgotten; says how many there were."""
        now = self._clock.now()
        due = await self._storage.read(lambda view: view.takeovers.due(now, limit=20))
        for each in due:
            await self._finish_if_due(each.id, now)
        return len(due)

    @writes
    async def _finish_if_due(self, uow: UnitOfWork, takeover: TakeoverId, now: datetime) -> None:
        found = await uow.takeovers.find(takeover)
        if found is not None and (found.due_at <= now or found.old is None):
            await self._finish(uow, found)

    async def _finish(self, uow: UnitOfWork, takeover: Takeover) -> None:
        asker = await uow.accounts.get(takeover.new)
        if takeover.status is not TakeoverStatus.ASKED or asker is None or not asker.may_link:
            await _end(uow, takeover)
        elif takeover.old is None or not await _still_has_phone(uow, takeover):
            now = self._clock.now()
            await _keep_phone(uow, takeover)
            await _end(uow, takeover)
            await uow.outbox.add(NothingToTakeOver(takeover.new, takeover.id).due(now), now)
        else:
            await self._move(uow, takeover, takeover.old, told_in=timedelta())

    async def _move(self, uow: UnitOfWork, takeover: Takeover, old: AccountId, told_in: timedelta) -> None:
        now, new = self._clock.now(), takeover.new
        for news in OF_THE_ACCOUNT_ITSELF:
            await uow.outbox.withdraw_kind(old, news)
        await _give_up_doubles(uow, new, old, now)
        await _give_up_doubles(uow, old, new, now)
        await uow.takeovers.move(old, new)
        had_code = await uow.pins.find(old) is not None
        await uow.pins.remove(old)
        email = (await uow.contacts.get(old)).email
        await uow.contacts.forget(old)
        await _keep_phone(uow, takeover)
        if email and (await uow.contacts.get(new)).email is None:
            await uow.contacts.set_email(new, email)
        await self._plan_reminders(uow, old, new)
        await uow.takeovers.drop(takeover.id)
        await uow.outbox.add(TakenOver(old, takeover.id).due(now + told_in), now)
        await uow.outbox.add(TakeoverMade(new, had_code, takeover.id).due(now), now)
        await uow.audit.add(Actor.account(old), Deed.TAKEN_OVER, Subject.account(new), now)
        await uow.audit.add(Actor.account(new), Deed.TOOK_OVER, Subject.account(old), now)

    async def _plan_reminders(self, uow: UnitOfWork, old: AccountId, new: AccountId) -> None:
        """Of visits that the old account wanted no reminders of and the new one does; others have theirs already."""
        now, before, after = self._clock.now(), await uow.accounts.get(old), await uow.accounts.get(new)
        if before is None or after is None or Purpose.REMINDERS not in after.consents - before.consents:
            return
        for card in await uow.appointments.upcoming(new, now):
            if card.appointment.is_live and card.appointment.account == new:
                await self._reminders.plan(uow, card, now)

    # --- at the moment of sending -------------------------------------------------------------------------------------

    @reads
    async def about(self, view: UnitOfWork, message: TakeoverAsked) -> Takeover | None:
        """The takeover that a question is about; None where nobody asks any more."""
        try:
            return await _of_owner(view, message.account, message.takeover)
        except NotYours:
            return None


async def _of_asker(view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
    """One offered to this account, or asked for by it. Raises NotYours for a stranger's and a missing one alike."""
    found = await view.takeovers.find(takeover)
    if found is None or found.new != account or found.status is TakeoverStatus.REFUSED:
        raise NotYours
    return found


async def _of_owner(view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
    """One asked of this account. Raises NotYours for a stranger's and a missing one alike."""
    found = await view.takeovers.find(takeover)
    if found is None or found.old != account or found.status is not TakeoverStatus.ASKED:
        raise NotYours
    return found


async def _still_has_phone(view: UnitOfWork, takeover: Takeover) -> bool:
    """An account that has given the number up since is somebody else's than its new holder's."""
    return await view.contacts.find_owner(takeover.phone) == takeover.old


async def _end(uow: UnitOfWork, takeover: Takeover) -> None:
    if takeover.old is not None:
        await uow.outbox.withdraw(TakeoverAsked(takeover.old, takeover.id).dedup)
    await uow.takeovers.drop(takeover.id)


async def _keep_phone(uow: UnitOfWork, takeover: Takeover) -> None:
    """Unless a third account has shared it meanwhile."""
    if await uow.contacts.find_owner(takeover.phone) is None:
        await uow.contacts.set_phone(takeover.new, takeover.phone)


async def _give_up_doubles(uow: UnitOfWork, loser: AccountId, keeper: AccountId, now: datetime) -> None:
    """Of two cards of one policy the one that the register has confirmed stays."""
    for card, kept in await uow.takeovers.doubles(loser, keeper):
        await merge_duplicate_card(uow, loser, card, kept, now)
