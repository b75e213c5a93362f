"""Access: a policy that is with somebody else may be asked for by whoever the register agrees with, under a number.

Neither side learns who the other is: the number is told from mouth to mouth, and the owner answers to the number.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.refs import with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.family.errors import AskedRecently, RequestGone
from bot.family.news import AccessGiven, AccessRefused, AccessRequested
from bot.family.records import AccessRequest, RequestStatus
from bot.family.representatives import give_up_double, is_elsewhere, of_request
from bot.glossary import AccountId, PatientId, Ref, RequestId
from bot.patients.records import DeskMatter, Relationship

ASK_FOR = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=24)
"""After a refusal the owner is left in peace for so long."""


class Standing(NamedTuple):
    """Where an account stands with a policy that is with somebody else; ``matter`` is for a desk to settle."""

    card: Patient
    request: AccessRequest | None = None
    again_at: datetime | None = None
    matter: Ref | None = None
    is_free: bool = False
    """nobody has the policy any more"""


class Asked(NamedTuple):
    """A request as the owner sees it: the number, and whose card it is about."""

    request: AccessRequest
    patient: Patient


class Access:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    # --- who asks -----------------------------------------------------------------------------------------------------

    async def standing(self, account: AccountId, card: PatientId) -> Standing | None:
        """None for a card whose policy is not with somebody else. Raises NotYours."""
        return await with_new_ref(lambda ref: self._standing(ref, account, card))

    @writes
    async def _standing(self, uow: UnitOfWork, ref: Ref, account: AccountId, card: PatientId) -> Standing | None:
        now = self._clock.now()
        own = await uow.patients.require(account, card)
        if not is_elsewhere(own):
            return None
        held = await uow.representatives.find_held(own.policy_number)
        if held is None:
            return Standing(own, is_free=True)
        last = await uow.family.last_request(held, account)
        if last is None or last.is_open(now):
            return Standing(own, last)
        if last.status is not RequestStatus.REFUSED:
            return Standing(own)
        matter = await uow.matters.open(ref, account, card, DeskMatter.DISPUTE, now)
        return Standing(own, last, _again_at(last), matter)

    async def ask(self, account: AccountId, card: PatientId) -> None:
        """Ask the owner for access; one request at a time. Raises NotYours, AskedRecently."""
        await with_new_ref(lambda ref: self._ask(ref, account, card))

    @writes
    async def _ask(self, uow: UnitOfWork, ref: Ref, account: AccountId, card: PatientId) -> None:
        now = self._clock.now()
        own = await uow.patients.require(account, card)
        held = await uow.representatives.find_held(own.policy_number) if is_elsewhere(own) else None
        if held is None:
            return
        last = await uow.family.last_request(held, account)
        if last is not None and last.is_open(now):
            await uow.family.ask_for(last.id, card)
            return
        if last is not None and (again := _again_at(last)) is not None and now < again:
            raise AskedRecently(card, again)
        request = await _write_down(uow, ref, held, account, card, now)
        [owner, *_others] = await uow.representatives.list_of(held)
        await uow.outbox.add(of_request(owner.account, request, now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_ASKED, Subject.patient(card), now)

    # --- who answers --------------------------------------------------------------------------------------------------

    @reads
    async def asked(self, view: UnitOfWork, account: AccountId, request: RequestId) -> Asked:
        """Raises NotYours for anybody but the owner, RequestGone for one that is answered or too old."""
        return await _require(view, account, request, self._clock.now())

    @writes
    async def approve(self, uow: UnitOfWork, account: AccountId, request: RequestId) -> PatientId:
        """Let the asker act for the patient; his own card of the policy goes into it. Raises as ``asked``."""
        now = self._clock.now()
        found, patient = await _require(uow, account, request, now)
        await admit(uow, found.account, patient, now)
        await uow.outbox.add(AccessGiven(found.account, found.patient).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_GIVEN, Subject.patient(found.patient), now)
        return found.patient

    async def refuse(self, account: AccountId, request: RequestId) -> PatientId:
        """Raises as ``asked``."""
        return await with_new_ref(lambda ref: self._refuse(ref, account, request))

    @writes
    async def _refuse(self, uow: UnitOfWork, ref: Ref, account: AccountId, request: RequestId) -> PatientId:
        now = self._clock.now()
        found, _patient = await _require(uow, account, request, now)
        await uow.family.answer(request, RequestStatus.REFUSED, now)
        if found.card is not None:
            await uow.matters.open(ref, found.account, found.card, DeskMatter.DISPUTE, now)
            await uow.outbox.add(AccessRefused(found.account, found.card).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_REFUSED, Subject.patient(found.patient), now)
        return found.patient

    # --- the moment of sending ----------------------------------------------------------------------------------------

    async def about_request(self, message: AccessRequested) -> Asked | None:
        """None for an account that owns the card no more, and for a request that waits no more."""
        try:
            return await self.asked(message.account, message.request)
        except (NotYours, RequestGone):
            return None

    async def about_refusal(self, message: AccessRefused) -> Standing | None:
        """None for an account that acts no more, and for a policy that is with nobody else."""
        try:
            return await self.standing(message.account, message.patient)
        except NotYours:
            return None


async def admit(uow: UnitOfWork, account: AccountId, patient: Patient, now: datetime) -> None:
    """One more co-representative; a card that he has of the same policy, and its visits, become part of this one."""
    last = await uow.family.last_request(patient.id, account)
    if last is not None and last.is_open(now):
        await uow.family.answer(last.id, RequestStatus.APPROVED, now)
    if any(each.account == account for each in await uow.representatives.list_of(patient.id)):
        return
    while (own := await uow.patients.find_own(account, patient.policy_number)) is not None:
        await give_up_double(uow, account, own, patient.id, now)
    await uow.representatives.add(account, patient.id, Relationship.PARENT, now)


def _again_at(last: AccessRequest) -> datetime | None:
    refused = last.status is RequestStatus.REFUSED
    return last.answered_at + AGAIN_AFTER if refused and last.answered_at is not None else None


async def _write_down(
    uow: UnitOfWork, ref: Ref, patient: PatientId, account: AccountId, card: PatientId, now: datetime
) -> AccessRequest:
    until = now + ASK_FOR
    request = await uow.family.ask(ref, patient, account, card, now, until)
    return AccessRequest(request, ref, patient, account, card, RequestStatus.ASKED, until)


async def _require(uow: UnitOfWork, account: AccountId, request: RequestId, now: datetime) -> Asked:
    """A co-representative, like a stranger, does not even learn that somebody has asked.

    A card that has lost its policy since, or is a grown-up's by now, has nothing to share.
    """
    found = await uow.family.request(request)
    if found is None or not (await uow.representatives.representation(account, found.patient)).is_owner:
        raise NotYours
    patient = await uow.patients.require(account, found.patient)
    if found.card is None or not patient.may_be_shared or not found.is_open(now):
        raise RequestGone(found.patient)
    return Asked(found, patient)
