"""Takeovers: a new account with the same phone gets everything of the old one, unless the old one refuses in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.account.errors import TakeoverPaused
from bot.account.news import CodeDropped, CodeDropPlanned
from bot.account.records import Takeover, TakeoverStatus
from bot.booking.reminders import Reminders
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Purpose
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.failed_rows import FailedRows
from bot.delivery.news import SHOWN_WITHIN
from bot.family.representatives import merge_duplicate_card
from bot.glossary import AccountId, TakeoverId
from bot.privacy.news import NothingToTakeOver, TakeoverAsked, TakeoverMovedAway, TakeoverMovedHere, TakeoverRefused

REQUEST_TIMEOUT = timedelta(hours=24)
"""No answer within this time counts as consent: the old account may be lost together with its device."""

ASK_AGAIN_AFTER = timedelta(days=1)
"""after a refusal"""

NEWS_NOT_MOVED = (TakeoverAsked, TakeoverRefused, NothingToTakeOver, CodeDropPlanned, CodeDropped)
"""News about the old account itself is withdrawn; its other news is delivered to the new account."""


class Takeovers:
    def __init__(self, storage: Storage, clock: Clock, reminders: Reminders, failed_rows: FailedRows) -> None:
        self._storage, self._clock, self._reminders, self._failed_rows = storage, clock, reminders, failed_rows

    # --- the new account ----------------------------------------------------------------------------------------------

    @writes
    async def ask(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
        """Ask the old account with a message to it; a second call changes nothing. Raises NotYours, TakeoverPaused."""
        now = self._clock.now()
        found = await _require_of_new(uow, account, takeover)
        if found.status is TakeoverStatus.ASKED:
            return found
        if found.old is None or now >= found.due_at or not await _still_has_phone(uow, found):
            raise NotYours
        asked = await uow.takeovers.find_by_old(found.old)
        # A takeover that was asked for stays open after its time until the worker moves everything.
        if asked is not None and (asked.status is TakeoverStatus.ASKED or now < asked.due_at):
            raise TakeoverPaused(asked.due_at)
        due_at = now + REQUEST_TIMEOUT
        await uow.takeovers.set_status(takeover, TakeoverStatus.ASKED, due_at)
        await uow.outbox.add(TakeoverAsked(found.old, takeover).due(now, expires_at=due_at), now)
        await uow.audit.add(Actor.account(account), Deed.TAKEOVER_ASKED, Subject.account(found.old), now)
        return await _require_of_new(uow, account, takeover)

    @writes
    async def withdraw(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> None:
        """Raises NotYours."""
        found = await _require_of_new(uow, account, takeover)
        await _end(uow, found)
        await uow.audit.add(
            Actor.account(account), Deed.TAKEOVER_WITHDRAWN, Subject.account(found.old), self._clock.now()
        )

    # --- the old account ----------------------------------------------------------------------------------------------

    @writes
    async def allow(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> str:
        """Move everything now; return the deduplication key of the news that the screen replaces. Raises NotYours."""
        found = await _require_of_old(uow, account, takeover)
        await self._move(uow, found, account, delay=SHOWN_WITHIN)
        return TakeoverMovedAway(account, takeover).dedup

    @writes
    async def refuse(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> None:
        """Move nothing and notify the new account. Raises NotYours."""
        now = self._clock.now()
        found = await _require_of_old(uow, account, takeover)
        await uow.outbox.withdraw(TakeoverAsked(account, takeover).dedup)
        await uow.takeovers.set_status(takeover, TakeoverStatus.REFUSED, now + ASK_AGAIN_AFTER)
        await uow.outbox.add(TakeoverRefused(found.new, takeover).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.TAKEOVER_REFUSED, Subject.account(found.new), now)

    # --- the worker's turn --------------------------------------------------------------------------------------------

    async def finish_due(self) -> int:
        """Complete takeovers that were not answered in time and remove expired ones; return how many there were."""
        now = self._clock.now()
        due = await self._storage.read(lambda view: view.takeovers.due(now, limit=20))
        await self._failed_rows.each("takeovers", due, lambda each: self._finish_if_due(each.id, now))
        return len(due)

    @writes
    async def _finish_if_due(self, uow: UnitOfWork, takeover: TakeoverId, now: datetime) -> None:
        found = await uow.takeovers.find(takeover)
        if found is not None and (found.due_at <= now or found.old is None):
            await self._finish(uow, found)

    async def _finish(self, uow: UnitOfWork, takeover: Takeover) -> None:
        new = await uow.accounts.get(takeover.new)
        if takeover.status is not TakeoverStatus.ASKED or new is None or not new.may_link:
            await _end(uow, takeover)
        elif takeover.old is None or not await _still_has_phone(uow, takeover):
            now = self._clock.now()
            await _take_phone(uow, takeover)
            await _end(uow, takeover)
            await uow.outbox.add(NothingToTakeOver(takeover.new, takeover.id).due(now), now)
        else:
            await self._move(uow, takeover, takeover.old, delay=timedelta())

    async def _move(self, uow: UnitOfWork, takeover: Takeover, old: AccountId, delay: timedelta) -> None:
        now, new = self._clock.now(), takeover.new
        for news in NEWS_NOT_MOVED:
            await uow.outbox.withdraw_kind(old, news)
        await _give_up_duplicates(uow, new, old, now)
        await _give_up_duplicates(uow, old, new, now)
        await uow.takeovers.move(old, new)
        had_code = await uow.access_codes.find(old) is not None
        await uow.access_codes.remove(old)
        email = (await uow.contacts.get(old)).email
        await uow.contacts.forget(old)
        await _take_phone(uow, takeover)
        if email and (await uow.contacts.get(new)).email is None:
            await uow.contacts.set_email(new, email)
        await self._plan_reminders(uow, old, new)
        await uow.takeovers.drop(takeover.id)
        await uow.outbox.add(TakeoverMovedAway(old, takeover.id).due(now + delay), now)
        await uow.outbox.add(TakeoverMovedHere(new, had_code, takeover.id).due(now), now)
        await uow.audit.add(Actor.account(old), Deed.TAKEN_OVER, Subject.account(new), now)
        await uow.audit.add(Actor.account(new), Deed.TOOK_OVER, Subject.account(old), now)

    async def _plan_reminders(self, uow: UnitOfWork, old: AccountId, new: AccountId) -> None:
        """Plan reminders of the moved visits if only the new account wants them; else they are queued already."""
        now, giver, taker = self._clock.now(), await uow.accounts.get(old), await uow.accounts.get(new)
        if giver is None or taker is None or Purpose.REMINDERS not in taker.consents - giver.consents:
            return
        for card in await uow.appointments.upcoming(new, now):
            if card.appointment.is_live and card.appointment.account == new:
                await self._reminders.plan(uow, card, now)

    # --- for the news -------------------------------------------------------------------------------------------------

    @reads
    async def find_asked(self, view: UnitOfWork, message: TakeoverAsked) -> Takeover | None:
        """Return the takeover that the news is about, or None if it is no longer asked for."""
        try:
            return await _require_of_old(view, message.account, message.takeover)
        except NotYours:
            return None


async def _require_of_new(view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
    """Return a takeover that this account is offered or has asked for. Raises NotYours, also for a missing one."""
    found = await view.takeovers.find(takeover)
    if found is None or found.new != account or found.status is TakeoverStatus.REFUSED:
        raise NotYours
    return found


async def _require_of_old(view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
    """Return a takeover that this account is asked for. Raises NotYours, also for a missing one."""
    found = await view.takeovers.find(takeover)
    if found is None or found.old != account or found.status is not TakeoverStatus.ASKED:
        raise NotYours
    return found


async def _still_has_phone(view: UnitOfWork, takeover: Takeover) -> bool:
    """Whether the phone is still the old account's: a removed phone proves nothing about its next holder."""
    return await view.contacts.find_owner(takeover.phone) == takeover.old


async def _end(uow: UnitOfWork, takeover: Takeover) -> None:
    if takeover.old is not None:
        await uow.outbox.withdraw(TakeoverAsked(takeover.old, takeover.id).dedup)
    await uow.takeovers.drop(takeover.id)


async def _take_phone(uow: UnitOfWork, takeover: Takeover) -> None:
    """Give the phone to the new account, unless a third one has shared it meanwhile."""
    if await uow.contacts.find_owner(takeover.phone) is None:
        await uow.contacts.set_phone(takeover.new, takeover.phone)


async def _give_up_duplicates(uow: UnitOfWork, loser: AccountId, keeper: AccountId, now: datetime) -> None:
    """Remove the loser's unverified cards of policies that the keeper also has."""
    for card, kept in await uow.takeovers.list_duplicates(loser, keeper):
        await merge_duplicate_card(uow, loser, card, kept, now)
