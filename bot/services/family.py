"""Family: one owner a patient, whoever else acts for it by his leave, and what only a clinic's desk can settle."""

from __future__ import annotations

import secrets
from datetime import datetime

from bot.errors import RefCollision
from bot.models import AccountId, DeskMatter, PatientId, Ref, Rights
from bot.ports import Clock, Storage, UnitOfWork
from bot.rules.booking import draw_ref

REF_ATTEMPTS = 5


class Family:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def open_matter(self, account: AccountId, patient: PatientId, kind: DeskMatter) -> Ref:
        """The number to bring to the desk; the same one however often it is asked for. Raises NotYours."""
        async with self._storage.write() as uow:
            await uow.patients.require(account, patient)
            return await open_matter(uow, account, patient, kind, self._clock.now())


async def open_matter(uow: UnitOfWork, account: AccountId, patient: PatientId, kind: DeskMatter, now: datetime) -> Ref:
    for _attempt in range(REF_ATTEMPTS):
        try:
            return await uow.family.open_matter(draw_ref(secrets.choice), account, patient, kind, now)
        except RefCollision:
            continue
    raise RefCollision


async def part(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> None:
    """Before an account stops acting for a patient: the visits it has booked stay with the owner, or with the new one.

    Raises NotYours.
    """
    mine = await uow.family.representation(account, patient)
    if mine.rights is Rights.OWNER:
        heir = await uow.family.pass_on(patient)
        if heir is not None:
            await uow.audit.add(heir, "became owner", f"patient {patient}", now)
        return
    [owner, *_others] = await uow.family.list_of(patient)
    await uow.family.give_visits(patient, account, owner.account)
