"""Pins: the code that an account puts before its personal data, the tries at it, and forgetting it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import datetime

from bot.account.errors import CodePaused, OfferGone, ProofNeeded, WrongCode
from bot.account.news import PinDropped, PinDrops
from bot.account.problems import PinProblem
from bot.account.records import Hashed, StoredPin
from bot.account.rules import access_code as rules
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, RuleError
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId

SALT_LENGTH = 16
SCRYPT_COST, SCRYPT_BLOCK = 2**14, 8
"""About a twentieth of a second and sixteen megabytes a guess."""


class Pins:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def open(self, account: AccountId, typed: str) -> Account:
        """Open for a quarter of an hour; a code that was forgotten is kept after all.

        Raises InvalidInput, WrongCode, CodePaused.
        """
        code, now = rules.parse_code(typed), self._clock.now()
        known = await self._storage.read(lambda view: view.pins.find(account))
        if known is not None:
            # Outside the unit of work: nobody else should wait for a slow hash.
            hashed = await _hash(code, known.salt)
            refusal = await self._storage.write(lambda uow: self._judge(uow, account, hashed, now))
            # Raised inside, it would take the count of tries back.
            if refusal is not None:
                raise refusal
        return await self._present(account)

    async def _judge(self, uow: UnitOfWork, account: AccountId, hashed: bytes, now: datetime) -> RuleError | None:
        pin = await uow.pins.find(account)
        if pin is None or not rules.is_in_force(pin.lock, now):
            return None
        if rules.is_paused(pin.lock, now) and pin.lock.paused_until is not None:
            return CodePaused(pin.lock.paused_until)
        if not uow.pins.is_right(pin.digest, hashed):
            return await self._note_wrong(uow, account, pin, now)
        await uow.pins.open(account, now + rules.OPEN_FOR)
        if pin.lock.drops_at is not None:
            await _withdraw_notices(uow, account)
            await uow.audit.add(Actor.account(account), Deed.CODE_REMEMBERED, Subject.access_code(), now)
        return None

    async def _note_wrong(self, uow: UnitOfWork, account: AccountId, pin: StoredPin, now: datetime) -> RuleError:
        tries = pin.tries + 1
        await uow.pins.note_wrong(account)
        until = rules.paused_until(tries, now)
        if until is None:
            return WrongCode(rules.tries_left(tries))
        await uow.pins.pause(account, until)
        await uow.audit.add(Actor.account(account), Deed.CODE_TRIED_TOO_OFTEN, Subject.access_code(), now)
        return CodePaused(until)

    async def close(self, account: AccountId) -> Account:
        await self._storage.write(lambda uow: uow.pins.close(account))
        return await self._present(account)

    # --- a new code ---------------------------------------------------------------------------------------------------

    async def offer(self, account: Account, typed: str) -> bool:
        """Keep what was typed first, and say whether it is easy to guess. Raises InvalidInput, ProofNeeded."""
        code, now = rules.parse_code(typed), self._clock.now()
        _require_proof(account, now)
        salt = secrets.token_bytes(SALT_LENGTH)
        hashed = Hashed(salt, await _hash(code, salt))
        await self._storage.write(lambda uow: uow.pins.offer(account.id, hashed, now + rules.OFFERED_FOR))
        return rules.is_weak(code)

    async def confirm(self, account: Account, typed: str) -> Account:
        """Set the code that is typed for the second time. Raises InvalidInput, ProofNeeded, OfferGone."""
        code, now = rules.parse_code(typed), self._clock.now()
        _require_proof(account, now)
        offered = await self._storage.read(lambda view: view.pins.offered(account.id, now))
        if offered is None:
            raise OfferGone
        salt, digest = offered
        hashed = await _hash(code, salt)

        async def put(uow: UnitOfWork) -> None:
            if not uow.pins.is_right(digest, hashed):
                raise InvalidInput(PinProblem.DIFFERS)
            await uow.pins.set(account.id, Hashed(salt, hashed), now + rules.OPEN_FOR)
            await uow.pins.take_offer(account.id)
            await _withdraw_notices(uow, account.id)
            await uow.audit.add(Actor.account(account.id), Deed.CODE_SET, Subject.access_code(), now)

        await self._storage.write(put)
        return await self._present(account.id)

    async def switch_off(self, account: AccountId, typed: str) -> Account:
        """Raises InvalidInput, WrongCode, CodePaused."""
        await self.open(account, typed)

        async def remove(uow: UnitOfWork) -> None:
            await uow.pins.remove(account)
            await _withdraw_notices(uow, account)
            await uow.audit.add(
                Actor.account(account), Deed.CODE_SWITCHED_OFF, Subject.access_code(), self._clock.now()
            )

        await self._storage.write(remove)
        return await self._present(account)

    # --- a forgotten one ----------------------------------------------------------------------------------------------

    async def forget(self, account: AccountId) -> Account:
        """Ask for the code for a day more and then no longer, and tell so now and then."""
        now = self._clock.now()

        async def drop_later(uow: UnitOfWork) -> None:
            pin = await uow.pins.find(account)
            if pin is not None and pin.lock.drops_at is None:
                drops_at = now + rules.DROPS_AFTER
                await uow.pins.drop_at(account, drops_at)
                await uow.outbox.add(PinDrops(account).due(now), now)
                await uow.outbox.add(PinDropped(account).due(drops_at), now)
                await uow.audit.add(Actor.account(account), Deed.CODE_FORGOTTEN, Subject.access_code(), now)

        await self._storage.write(drop_later)
        return await self._present(account)

    async def _present(self, account: AccountId) -> Account:
        found = await self._storage.read(lambda view: view.accounts.get(account))
        if found is None:
            raise LookupError("an account that acts must exist")
        return found


def _require_proof(account: Account, now: datetime) -> None:
    if not rules.is_proved(account.lock, now):
        raise ProofNeeded


async def _withdraw_notices(uow: UnitOfWork, account: AccountId) -> None:
    for news in (PinDrops(account), PinDropped(account)):
        await uow.outbox.withdraw(news.dedup)


async def _hash(code: str, salt: bytes) -> bytes:
    return await asyncio.to_thread(
        hashlib.scrypt, code.encode(), salt=salt, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=1, dklen=32
    )
