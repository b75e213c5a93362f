"""Family: one owner a patient, whoever else acts for it by his leave, and what only a clinic's desk can settle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient, RejectionReason, Verification, VerificationStatus
from bot.core.refs import with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.news import Notice
from bot.family.news import AccessRequested, AccessRevoked, BecameOwner, OtherLeft
from bot.family.records import AccessRequest, Invitation
from bot.glossary import AccountId, PatientId, Ref
from bot.patients.news import CheckAnswered, PatientNews
from bot.patients.records import DeskMatter, Representation


class Household(NamedTuple):
    """Who acts for a patient, as one of them sees it; requests and the link are the owner's alone to see."""

    patient: Patient
    mine: Representation
    others: Sequence[Representation]
    requests: Sequence[AccessRequest] = ()
    invitation: Invitation | None = None


class Family:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def household(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Household:
        """Raises NotYours."""
        now = self._clock.now()
        found = await view.patients.require(account, patient)
        known = await view.representatives.list_of(patient)
        mine = await view.representatives.representation(account, patient)
        others = [each for each in known if each.account != account]
        if not mine.is_owner:
            return Household(found, mine, others)
        requests = await view.family.open_requests(patient, now) if found.may_be_shared else ()
        return Household(found, mine, others, requests, await view.family.live_invitation(patient, now))

    @reads
    async def is_owner(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> bool:
        """Raises NotYours."""
        return (await view.representatives.representation(account, patient)).is_owner

    @reads
    async def require_other(self, view: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> Patient:
        """The patient, where the owner asks about somebody else who acts for it. Raises NotYours, NotOwner."""
        await view.representatives.require_owner(account, patient)
        await _require_other(view, account, patient, who)
        return await view.patients.require(account, patient)

    @writes
    async def revoke(self, uow: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> None:
        """The owner ends another's access; the visits that the other has booked stay. Raises NotYours, NotOwner."""
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        await _require_other(uow, account, patient, who)
        name = (await uow.patients.require(account, patient)).name.short
        await part(uow, who, patient, now)
        await uow.patients.unlink(who, patient)
        # He may have a link from before he was let in.
        await uow.family.drop_invitations(patient)
        # He is past the door by then: what the message names is kept sealed in it.
        await uow.outbox.add(AccessRevoked(who, name, patient).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_REVOKED, Subject.patient(patient), now)

    @writes
    async def promote(self, uow: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> None:
        """The owner makes another the owner and stays a co-representative. Raises NotYours, NotOwner."""
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        await _require_other(uow, account, patient, who)
        await uow.representatives.hand_over(patient, who)
        await uow.family.drop_invitations(patient)
        await _greet(uow, who, patient, now)
        await uow.audit.add(Actor.account(account), Deed.OWNERSHIP_HANDED_OVER, Subject.patient(patient), now)

    async def open_matter(self, account: AccountId, patient: PatientId, kind: DeskMatter) -> Ref:
        """The number to bring to the desk; the same one however often it is asked for. Raises NotYours."""
        return await with_new_ref(lambda ref: self._open_matter(ref, account, patient, kind))

    @writes
    async def _open_matter(
        self, uow: UnitOfWork, ref: Ref, account: AccountId, patient: PatientId, kind: DeskMatter
    ) -> Ref:
        await uow.patients.require(account, patient)
        return await uow.matters.open(ref, account, patient, kind, self._clock.now())

    async def about(self, message: PatientNews) -> Household | None:
        """Who acts for the patient now; None for an account that acts no more."""
        try:
            return await self.household(message.account, message.patient)
        except NotYours:
            return None


async def _require_other(uow: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> None:
    if who == account:
        raise NotYours
    await uow.representatives.representation(who, patient)


async def part(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> None:
    """Before an account stops acting for a patient: the visits it has booked stay with the owner, or with the new one.

    Raises NotYours.
    """
    if (await uow.representatives.representation(account, patient)).is_owner:
        heir = await uow.representatives.pass_on(patient)
        if heir is not None:
            await uow.family.drop_invitations(patient)
            await _greet(uow, heir, patient, now)
        return
    [owner, *_others] = await uow.representatives.list_of(patient)
    await uow.representatives.give_visits(patient, account, owner.account)


async def leave(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> None:
    """Stop acting for a patient; whoever remains keeps the card and its visits. Raises NotYours."""
    was_owner = (await uow.representatives.representation(account, patient)).is_owner
    if len(await uow.representatives.list_of(patient)) == 1:
        await _free(uow, patient, now)
    await part(uow, account, patient, now)
    await uow.patients.unlink(account, patient)
    if not was_owner:
        [owner, *_others] = await uow.representatives.list_of(patient)
        await uow.outbox.add(OtherLeft(owner.account, patient).due(now), now)


async def give_up_double(uow: UnitOfWork, account: AccountId, card: PatientId, kept: PatientId, now: datetime) -> None:
    """Of two cards of one policy an account keeps one; the other's visits go along unless somebody else keeps it."""
    if len(await uow.representatives.list_of(card)) == 1:
        await uow.representatives.merge(card, into=kept)
    else:
        await part(uow, account, card, now)
    await uow.patients.unlink(account, card)
    await uow.outbox.withdraw(CheckAnswered(account, card).dedup)


def is_elsewhere(card: Patient) -> bool:
    """Whether somebody else had the policy when the register was last asked about this card, as it is now.

    Otherwise any number typed into it would tell whether somebody has it here.
    """
    check = card.verification
    return check.reason is RejectionReason.LINKED_ELSEWHERE and not check.is_outdated


async def _free(uow: UnitOfWork, patient: PatientId, now: datetime) -> None:
    """The last to keep a card goes, and its policy is free: whoever waits for access may have it by himself."""
    for request in await uow.family.open_requests(patient, now):
        if request.card is not None and is_elsewhere(await uow.patients.require(request.account, request.card)):
            queued = Verification(VerificationStatus.QUEUED, queued_at=now)
            await uow.patients.set_verification(request.card, queued, next_check=now)
            await uow.outbox.add(CheckAnswered(request.account, request.card).unless_shown(now), now)


async def _greet(uow: UnitOfWork, owner: AccountId, patient: PatientId, now: datetime) -> None:
    """A new owner hears that he is one, and of every request that waits for an owner's word."""
    await uow.outbox.add(BecameOwner(owner, patient).due(now), now)
    for request in await uow.family.open_requests(patient, now):
        await uow.outbox.add(of_request(owner, request, now), now)
    await uow.audit.add(Actor.account(owner), Deed.OWNER_BECOME, Subject.patient(patient), now)


def of_request(owner: AccountId, request: AccessRequest, now: datetime) -> Notice:
    return AccessRequested(owner, request.id).due(now, expires_at=request.until)
