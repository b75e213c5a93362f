"""The access code that hides an account's personal data: enter, set, switch off or drop a forgotten one."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import datetime

from bot.account.errors import CodePaused, CurrentCodeNeeded, NewCodeExpired, WrongCode
from bot.account.news import CodeDropped, CodeDropPlanned
from bot.account.problems import CodeProblem
from bot.account.records import HashedCode, StoredCode
from bot.account.rules import access_code as rules
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, RuleError
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId

SALT_LENGTH = 16
SCRYPT_COST, SCRYPT_BLOCK = 2**14, 8
"""One hash takes about 50 ms and 16 MB."""


class AccessCodes:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def unlock(self, account: AccountId, typed: str) -> Account:
        """Verify a typed code and return the account, unlocked for ``rules.UNLOCKED_FOR``.

        The right code cancels the planned drop of a forgotten code. Raises InvalidInput, WrongCode, CodePaused.
        """
        code, now = rules.parse_code(typed), self._clock.now()
        stored = await self._storage.read(lambda view: view.access_codes.find(account))
        if stored is not None:
            # Outside the unit of work: other writers must not wait for the slow hash.
            digest = await _hash(code, stored.salt)
            refusal = await self._storage.write(lambda uow: self._verify(uow, account, digest, now))
            # Raised here and not in the unit, which would roll back the count of wrong tries.
            if refusal is not None:
                raise refusal
        return await self._account(account)

    async def _verify(self, uow: UnitOfWork, account: AccountId, digest: bytes, now: datetime) -> RuleError | None:
        stored = await uow.access_codes.find(account)
        if stored is None or not rules.is_in_force(stored.lock, now):
            return None
        if rules.is_paused(stored.lock, now) and stored.lock.paused_until is not None:
            return CodePaused(stored.lock.paused_until)
        if not uow.access_codes.matches(stored.sealed, digest):
            return await self._count_wrong_try(uow, account, stored, now)
        # The digest is known now alone, so this is when it moves to the keys that are active.
        await uow.access_codes.renew(account, HashedCode(stored.salt, digest))
        await uow.access_codes.unlock(account, now + rules.UNLOCKED_FOR)
        if stored.lock.drops_at is not None:
            await _withdraw_news(uow, account)
            await uow.audit.add(Actor.account(account), Deed.CODE_REMEMBERED, Subject.access_code(), now)
        return None

    async def _count_wrong_try(
        self, uow: UnitOfWork, account: AccountId, stored: StoredCode, now: datetime
    ) -> RuleError:
        wrong_tries = stored.wrong_tries + 1
        await uow.access_codes.count_wrong_try(account)
        until = rules.paused_until(wrong_tries, now)
        if until is None:
            return WrongCode(rules.tries_left(wrong_tries))
        await uow.access_codes.pause(account, until)
        await uow.audit.add(Actor.account(account), Deed.CODE_TRIED_TOO_OFTEN, Subject.access_code(), now)
        return CodePaused(until)

    async def lock(self, account: AccountId) -> Account:
        """Return the account, locked at once."""
        await self._storage.write(lambda uow: uow.access_codes.lock(account))
        return await self._account(account)

    # --- a new code ---------------------------------------------------------------------------------------------------

    async def propose(self, account: Account, typed: str) -> None:
        """Keep a new code that was typed once. Raises InvalidInput, CurrentCodeNeeded."""
        code, now = rules.parse_new_code(typed), self._clock.now()
        _require_current_code(account, now)
        salt = secrets.token_bytes(SALT_LENGTH)
        hashed = HashedCode(salt, await _hash(code, salt))
        expires_at = now + rules.PROPOSED_FOR
        await self._storage.write(lambda uow: uow.access_codes.propose(account.id, hashed, expires_at))

    async def confirm(self, account: Account, typed: str) -> Account:
        """Set the new code now that it is typed for the second time.

        Raises InvalidInput, CurrentCodeNeeded, NewCodeExpired.
        """
        code, now = rules.parse_code(typed), self._clock.now()
        _require_current_code(account, now)
        proposed = await self._storage.read(lambda view: view.access_codes.find_proposed(account.id, now))
        if proposed is None:
            raise NewCodeExpired
        salt, sealed = proposed
        digest = await _hash(code, salt)

        async def set_code(uow: UnitOfWork) -> None:
            if not uow.access_codes.matches(sealed, digest):
                raise InvalidInput(CodeProblem.DIFFERS)
            # A code that an earlier release let pass may be short.
            rules.parse_new_code(code)
            await uow.access_codes.set(account.id, HashedCode(salt, digest), now + rules.UNLOCKED_FOR)
            await uow.access_codes.drop_proposed(account.id)
            await _withdraw_news(uow, account.id)
            await uow.audit.add(Actor.account(account.id), Deed.CODE_SET, Subject.access_code(), now)

        await self._storage.write(set_code)
        return await self._account(account.id)

    async def switch_off(self, account: AccountId, typed: str) -> Account:
        """Raises InvalidInput, WrongCode, CodePaused."""
        await self.unlock(account, typed)

        async def remove(uow: UnitOfWork) -> None:
            await uow.access_codes.remove(account)
            await _withdraw_news(uow, account)
            await uow.audit.add(
                Actor.account(account), Deed.CODE_SWITCHED_OFF, Subject.access_code(), self._clock.now()
            )

        await self._storage.write(remove)
        return await self._account(account)

    # --- a forgotten code ---------------------------------------------------------------------------------------------

    async def forget(self, account: AccountId) -> Account:
        """Plan to drop the code after ``rules.DROPS_AFTER``, and announce it now and then."""
        now = self._clock.now()

        async def plan_drop(uow: UnitOfWork) -> None:
            stored = await uow.access_codes.find(account)
            if stored is not None and stored.lock.drops_at is None:
                drops_at = now + rules.DROPS_AFTER
                await uow.access_codes.drop_at(account, drops_at)
                await uow.outbox.add(CodeDropPlanned(account).due(now), now)
                await uow.outbox.add(CodeDropped(account).due(drops_at), now)
                await uow.audit.add(Actor.account(account), Deed.CODE_FORGOTTEN, Subject.access_code(), now)

        await self._storage.write(plan_drop)
        return await self._account(account)

    async def _account(self, account: AccountId) -> Account:
        return await self._storage.read(lambda view: view.accounts.require(account))


def _require_current_code(account: Account, now: datetime) -> None:
    if not rules.may_change_code(account.lock, now):
        raise CurrentCodeNeeded


async def _withdraw_news(uow: UnitOfWork, account: AccountId) -> None:
    for news in (CodeDropPlanned(account), CodeDropped(account)):
        await uow.outbox.withdraw(news.dedup)


async def _hash(code: str, salt: bytes) -> bytes:
    return await asyncio.to_thread(
        hashlib.scrypt, code.encode(), salt=salt, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=1, dklen=32
    )
