"""Takeovers: a new account with the same phone gets what the old one has, once that is allowed or proved.

The old account allows it, or the new one types its access code, or a clinic's desk has seen papers. Silence moves
nothing: the question is repeated for a week and lapses. A move can be undone for 30 days.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.account.access_code import AccessCodes
from bot.account.errors import TakeoverPaused
from bot.account.records import Move, Takeover, TakeoverStatus
from bot.account.rules.takeovers import GUESSES, GUESSES_COUNT_FOR, question_times
from bot.booking.reminders import Reminders
from bot.core.clock import Clock
from bot.core.deeds import Actor, ActorKind, Deed, Subject
from bot.core.errors import NotYours, RuleError
from bot.core.refs import with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.failed_rows import FailedRows
from bot.glossary import AccountId, PatientId, Ref, TakeoverId
from bot.privacy import moving
from bot.privacy.errors import GuessesSpent, WrongOldCode
from bot.privacy.news import (
    NothingToTakeOver,
    TakeoverAsked,
    TakeoverLapsed,
    TakeoverMovedAway,
    TakeoverMovedHere,
    TakeoverRefused,
    TakeoverUndone,
)

QUESTION_VALID_FOR = timedelta(days=7)
"""The question is repeated within this time; no answer means no."""

ASK_AGAIN_AFTER = timedelta(days=7)
"""after a refusal, and after a move that was undone"""

LAPSED_AT_ONCE = 100
"""suspended representations that one unit of work deletes"""


class Takeovers:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        reminders: Reminders,
        codes: AccessCodes,
        failed_rows: FailedRows,
    ) -> None:
        self._storage, self._clock, self._reminders, self._codes = storage, clock, reminders, codes
        self._failed_rows = failed_rows

    # --- the new account ----------------------------------------------------------------------------------------------

    async def ask(self, account: AccountId, takeover: TakeoverId) -> Takeover:
        """Ask the old account with a message to it; a second call changes nothing. Raises NotYours, TakeoverPaused."""
        return await with_new_ref(lambda ref: self._ask(ref, account, takeover))

    @writes
    async def _ask(self, uow: UnitOfWork, ref: Ref, account: AccountId, takeover: TakeoverId) -> Takeover:
        now = self._clock.now()
        found = await _require_of_new(uow, account, takeover)
        if found.status is TakeoverStatus.ASKED:
            return found
        if found.old is None or now >= found.due_at or not await _still_has_phone(uow, found):
            raise NotYours
        asked = await uow.takeovers.find_by_old(found.old)
        # A takeover that was asked for stays open after its time until the worker ends it.
        if asked is not None and (asked.status is TakeoverStatus.ASKED or now < asked.due_at):
            raise TakeoverPaused(asked.due_at)
        due_at = now + QUESTION_VALID_FOR
        await uow.takeovers.ask(takeover, ref, due_at)
        for turn, (asked_at, expires_at) in enumerate(question_times(now, due_at)):
            await uow.outbox.add(TakeoverAsked(found.old, takeover, turn).due(asked_at, expires_at=expires_at), now)
        await uow.audit.add(Actor.account(account), Deed.TAKEOVER_ASKED, Subject.account(found.old), now)
        return await _require_of_new(uow, account, takeover)

    @reads
    async def require(self, view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
        """Return a takeover that this account has asked for and may still prove. Raises NotYours."""
        return await _require_provable(view, account, takeover)

    @writes
    async def withdraw(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> None:
        """Raises NotYours."""
        found = await _require_of_new(uow, account, takeover)
        await _end(uow, found)
        await uow.audit.add(
            Actor.account(account), Deed.TAKEOVER_WITHDRAWN, Subject.account(found.old), self._clock.now()
        )

    async def prove_by_code(self, account: AccountId, takeover: TakeoverId, typed: str) -> None:
        """Move everything now, if this is the access code of the old account.

        An account without a code is answered like a wrong code. Raises NotYours, InvalidInput, WrongOldCode,
        GuessesSpent.
        """
        found = await self.require(account, takeover)
        assert found.old is not None  # noqa: S101 - required above
        is_right = await self._codes.is_code_of(found.old, typed)
        refusal = await self._try_code(account, takeover, is_right)
        # Raised here and not in the unit, which would roll back the count of wrong codes.
        if refusal is not None:
            raise refusal

    @writes
    async def _try_code(
        self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId, is_right: bool
    ) -> RuleError | None:
        now = self._clock.now()
        found = await _require_provable(uow, account, takeover)
        assert found.old is not None  # noqa: S101 - required above
        guesses, until = await uow.contacts.guesses(found.old, now)
        if until is not None and guesses >= GUESSES:
            return GuessesSpent(takeover, until)
        if is_right:
            await self._move(uow, found, Actor.account(account), now)
            return None
        until = until or now + GUESSES_COUNT_FOR
        await uow.contacts.count_guess(found.old, guesses + 1, until)
        if guesses + 1 < GUESSES:
            return WrongOldCode(GUESSES - guesses - 1)
        await uow.audit.add(Actor.system(found.old), Deed.CODE_GUESSED_ELSEWHERE, Subject.access_code(), now)
        return GuessesSpent(takeover, until)

    # --- the old account ----------------------------------------------------------------------------------------------

    async def allow(self, account: AccountId, takeover: TakeoverId) -> tuple[Move, str]:
        """Move everything now; return the move and the key of the news that the screen replaces. Raises NotYours."""
        return await with_new_ref(lambda ref: self._allow(ref, account, takeover))

    @writes
    async def _allow(self, uow: UnitOfWork, ref: Ref, account: AccountId, takeover: TakeoverId) -> tuple[Move, str]:
        found = await _require_of_old(uow, account, takeover)
        if found.ref is None:  # asked for before takeovers had numbers
            await uow.takeovers.ask(takeover, ref, found.due_at)
            found = await _require_of_old(uow, account, takeover)
        made = await self._move(uow, found, Actor.account(account), self._clock.now())
        return made, TakeoverMovedAway(account, takeover).dedup

    @writes
    async def refuse(self, uow: UnitOfWork, account: AccountId, takeover: TakeoverId) -> None:
        """Move nothing and notify the new account. Raises NotYours."""
        now = self._clock.now()
        found = await _require_of_old(uow, account, takeover)
        await uow.outbox.withdraw_kind(account, TakeoverAsked)
        await uow.takeovers.set_status(takeover, TakeoverStatus.REFUSED, now + ASK_AGAIN_AFTER)
        await uow.outbox.add(TakeoverRefused(found.new, takeover).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.TAKEOVER_REFUSED, Subject.account(found.new), now)

    # --- undoing ------------------------------------------------------------------------------------------------------

    @reads
    async def find_move(self, view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Move | None:
        """Return a move that this account may still undo."""
        return next(
            (made for made in await view.moves.list_of_old(account, self._clock.now()) if made.takeover == takeover),
            None,
        )

    @reads
    async def find_by_ref(self, view: UnitOfWork, ref: Ref) -> TakeoverId | None:
        """Return the takeover with this number, asked for or made."""
        asked, made = await view.takeovers.find_by_ref(ref), await view.moves.find_by_ref(ref)
        if asked is not None:
            return asked.id
        return None if made is None else made.takeover

    @writes
    async def undo(self, uow: UnitOfWork, actor: Actor, takeover: TakeoverId) -> None:
        """Return everything to the old account. The actor is the old account, or the operator.

        Raises NotYours for anybody else, for a missing takeover and after 30 days.
        """
        now = self._clock.now()
        made = await uow.moves.find(takeover)
        if made is None or now >= made.until:
            raise NotYours
        by_operator = actor.kind is ActorKind.OPERATOR
        if not by_operator and actor != Actor.account(made.old):
            raise NotYours
        if (rest := await uow.takeovers.find(takeover)) is not None:
            await _end(uow, rest)
        await moving.undo(uow, made, self._reminders, now)
        if made.new is not None:
            await _pause(uow, made, made.new, now)
        told = {made.old: by_operator, made.new: True}
        for account in (account for account, is_told in told.items() if account is not None and is_told):
            await uow.outbox.add(TakeoverUndone(account, takeover, back=account == made.old).due(now), now)
        doer = replace(actor, id=made.old)
        await uow.audit.add(doer, Deed.TAKEOVER_UNDONE, Subject.account(made.new), now)

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def move_with_papers(
        self, uow: UnitOfWork, takeover: Takeover, patients: Collection[PatientId], now: datetime
    ) -> None:
        """Move these patients, for whom a desk has seen papers; the caller knows that the desk may. Raises NotYours."""
        if takeover.old is None or not await _still_has_phone(uow, takeover):
            raise NotYours
        await self._move(uow, takeover, Actor.system(takeover.old), now, patients)

    # --- the worker's turn --------------------------------------------------------------------------------------------

    async def finish_due(self) -> int:
        """End takeovers whose time is over, and delete what was suspended for 30 days; return how many takeovers."""
        now = self._clock.now()
        due = await self._storage.read(lambda view: view.takeovers.due(now, limit=20))
        await self._failed_rows.each("takeovers", due, lambda each: self._finish_if_due(each.id, now))
        await self._delete_suspended(now)
        return len(due)

    @writes
    async def _finish_if_due(self, uow: UnitOfWork, takeover: TakeoverId, now: datetime) -> None:
        found = await uow.takeovers.find(takeover)
        if found is not None and (found.due_at <= now or found.old is None):
            await self._finish(uow, found)

    async def _finish(self, uow: UnitOfWork, takeover: Takeover) -> None:
        now, new = self._clock.now(), await uow.accounts.get(takeover.new)
        await _end(uow, takeover)
        if takeover.status is not TakeoverStatus.ASKED or new is None or not new.is_served:
            return
        if takeover.old is None or not await _still_has_phone(uow, takeover):
            await _take_phone(uow, takeover)
            await uow.outbox.add(NothingToTakeOver(takeover.new, takeover.id).due(now), now)
            return
        if await uow.moves.find(takeover.id) is not None:  # a desk has moved the children of its own clinic
            return
        await uow.outbox.add(TakeoverLapsed(takeover.new, takeover.id).due(now), now)
        await uow.audit.add(Actor.system(takeover.old), Deed.TAKEOVER_LAPSED, Subject.account(takeover.new), now)

    @writes
    async def _delete_suspended(self, uow: UnitOfWork, now: datetime) -> None:
        for account in await uow.moves.delete_lapsed(now, LAPSED_AT_ONCE):
            if not await uow.patients.list_of(account):
                await uow.contacts.forget(account)
            await uow.audit.add(Actor.system(account), Deed.SUSPENDED_ERASED, Subject.own_account(), now)

    async def _move(
        self,
        uow: UnitOfWork,
        takeover: Takeover,
        actor: Actor,
        now: datetime,
        patients: Collection[PatientId] | None = None,
    ) -> Move:
        """Move the patients, all by default, and notify both accounts. Raises NotYours."""
        made = await moving.move(uow, takeover, self._reminders, now, patients)
        is_all = not await uow.patients.list_of(made.old)
        if is_all:
            await _end(uow, takeover)
        doer = actor if actor == Actor.account(made.old) else Actor.system(made.old)
        for news in (TakeoverMovedAway(made.old, takeover.id), TakeoverMovedHere(takeover.new, takeover.id)):
            # The screen of the account that has done it shows the news.
            is_shown = actor == Actor.account(news.account)
            await uow.outbox.add(news.unless_shown(now) if is_shown else news.due(now), now)
        await uow.audit.add(doer, Deed.TAKEN_OVER, Subject.account(takeover.new), now)
        await uow.audit.add(Actor.account(takeover.new), Deed.TOOK_OVER, Subject.account(made.old), now)
        return made

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


async def _require_provable(view: UnitOfWork, account: AccountId, takeover: TakeoverId) -> Takeover:
    """Return a takeover that this account has asked for, also one that the old account has refused. Raises NotYours.

    The old account's telephone may be in other hands: who knows its code or has papers is not stopped by a refusal.
    """
    found = await view.takeovers.find(takeover)
    if found is None or found.new != account or found.ref is None or found.old is None:
        raise NotYours
    if not await _still_has_phone(view, found):
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
    if takeover.old is not None and takeover.status is TakeoverStatus.ASKED:
        await uow.outbox.withdraw_kind(takeover.old, TakeoverAsked)
    await uow.takeovers.drop(takeover.id)


async def _pause(uow: UnitOfWork, made: Move, new: AccountId, now: datetime) -> None:
    """Let the old account be asked again only after a while; this pause has no number, so nothing proves it."""
    again_at = now + ASK_AGAIN_AFTER
    refused = await uow.takeovers.offer(made.old, new, made.phone, again_at)
    await uow.takeovers.set_status(refused, TakeoverStatus.REFUSED, again_at)


async def _take_phone(uow: UnitOfWork, takeover: Takeover) -> None:
    """Give the phone to the new account, unless a third one has shared it meanwhile."""
    if await uow.contacts.find_owner(takeover.phone) is None:
        await uow.contacts.set_phone(takeover.new, takeover.phone)
