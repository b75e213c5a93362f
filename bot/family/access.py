"""Sharing the visits of a child between accounts that have a card each: who is asked, who agrees, who ends it.

An account that types all data of a child gets a card of its own, and every earlier card of the child is told of it. Its
owner agrees or refuses; neither side learns who the other is. One parent tells the other the number of the request.
Agreeing shares the visits of one card with the other account; that account may share its own in return.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.clock import Clock
from bot.core.deeds import Actor, ActorKind, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.refs import with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.family.errors import AskedRecently, RequestGone
from bot.family.news import AccessGiven, AccessRefused, AccessRequested, SharingEnded
from bot.family.records import AccessRequest, RequestStatus
from bot.family.representatives import merge_duplicate_card, recall_invitation, request_notice
from bot.glossary import AccountId, PatientId, Ref, RequestId
from bot.patients.claims import find_standing, reveal_clinic
from bot.patients.records import DeskMatter, Relationship
from bot.patients.rules.claims import CardClaim

REQUEST_VALID_FOR = timedelta(days=7)
PAUSE_AFTER_REFUSAL = timedelta(hours=24)
"""no new request of the same account within it"""


PlanReminders = Callable[[UnitOfWork, AccountId, datetime], Awaitable[None]]
"""Plans the reminders of all visits that an account sees: it has just begun to see some."""


class AccessState(NamedTuple):
    """How a limited card can be proved: by the other accounts' agreement, or by papers at a desk.

    ``open`` are the requests that wait for an answer; after a refusal ``again_at`` is when the account may ask again.
    ``matter`` is the number to bring to the desk.
    """

    card: Patient
    matter: Ref
    open: Sequence[AccessRequest] = ()
    again_at: datetime | None = None


class OpenRequest(NamedTuple):
    """An open request as the owner of the card sees it."""

    request: AccessRequest
    patient: Patient


class Access:
    def __init__(self, storage: Storage, clock: Clock, plan_reminders: PlanReminders) -> None:
        self._storage, self._clock, self._plan_reminders = storage, clock, plan_reminders

    # --- asking -------------------------------------------------------------------------------------------------------

    async def state(self, account: AccountId, card: PatientId) -> AccessState | None:
        """Return how to prove a limited card, None if it is not limited. Opens a matter for the desk.

        Raises NotYours.
        """
        return await with_new_ref(lambda ref: self._state(ref, account, card))

    @writes
    async def _state(self, uow: UnitOfWork, ref: Ref, account: AccountId, card: PatientId) -> AccessState | None:
        now = self._clock.now()
        own = await uow.patients.require(account, card)
        standing = await find_standing(uow, own)
        if not standing.is_limited:
            return None
        matter = await uow.matters.open(ref, account, card, DeskMatter.DISPUTE, now)
        last = [await uow.family.last_request(other.card, account) for other in standing.others]
        known = [request for request in last if request is not None]
        again = [at for each in known if (at := _again_at(each)) is not None]
        return AccessState(own, matter, [each for each in known if each.is_open(now)], max(again, default=None))

    @writes
    async def ask(self, uow: UnitOfWork, account: AccountId, card: PatientId) -> None:
        """Ask the owners of the other cards, where no request is open. Raises NotYours, AskedRecently."""
        now = self._clock.now()
        own = await uow.patients.require(account, card)
        standing = await find_standing(uow, own)
        if not standing.is_limited:
            return
        asked = [await _ask_owner(uow, account, card, other, now) for other in standing.others]
        again = [at for at in asked if at is not None]
        if again and len(again) == len(asked):
            raise AskedRecently(card, min(again))
        await uow.audit.add(Actor.account(account), Deed.ACCESS_ASKED, Subject.patient(card), now)

    # --- answering ----------------------------------------------------------------------------------------------------

    @reads
    async def require_request(self, view: UnitOfWork, account: AccountId, request: RequestId) -> OpenRequest:
        """Raises NotYours if the account is not the owner, RequestGone if the request is answered or has expired."""
        return await _require_request(view, account, request, self._clock.now())

    @writes
    async def approve(self, uow: UnitOfWork, account: AccountId, request: RequestId) -> PatientId:
        """Share the visits of the owner's card with the requesting account's card. Raises as ``require_request``."""
        now = self._clock.now()
        found, patient = await _require_request(uow, account, request, now)
        if found.card is not None:
            await uow.family.answer_request(request, RequestStatus.APPROVED, now)
            await share_card(uow, patient.id, found.account, found.card, now)
            await self._remind_keepers(uow, found.card, now)
            await uow.outbox.add(AccessGiven(found.account, found.card).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_GIVEN, Subject.patient(found.patient), now)
        return found.patient

    @writes
    async def refuse(self, uow: UnitOfWork, account: AccountId, request: RequestId) -> PatientId:
        """Refuse a request: papers at a desk decide then. Raises as ``require_request``."""
        now = self._clock.now()
        found, _patient = await _require_request(uow, account, request, now)
        await uow.family.answer_request(request, RequestStatus.REFUSED, now)
        if found.card is not None:
            await uow.outbox.add(AccessRefused(found.account, found.card).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_REFUSED, Subject.patient(found.patient), now)
        return found.patient

    # --- sharing ------------------------------------------------------------------------------------------------------

    @writes
    async def share_back(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> bool:
        """Share the visits of the account's card with every card that shares its visits with it.

        Returns False if there is none left to share with. Raises NotYours, NotOwner.
        """
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        every = await uow.representatives.sharings_of(patient)
        given = {each.with_card for each in every if each.card == patient}
        wanted = [each.card for each in every if each.with_card == patient and each.card not in given]
        for other in wanted:
            [owner, *_others] = await uow.representatives.list_of(other)
            await share_card(uow, patient, owner.account, other, now)
            await self._remind_keepers(uow, other, now)
            await uow.outbox.add(AccessGiven(owner.account, other).due(now), now)
            await uow.audit.add(Actor.account(account), Deed.ACCESS_GIVEN, Subject.patient(patient), now)
        return bool(wanted)

    @writes
    async def end_sharing(self, uow: UnitOfWork, account: AccountId, patient: PatientId, other: PatientId) -> None:
        """End the sharing of two cards in both directions. Raises NotYours, NotOwner."""
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        every = await uow.representatives.sharings_of(patient)
        if not any(other in (each.card, each.with_card) for each in every):
            return
        await uow.representatives.end_sharing(patient, other)
        # The other account may still have a link from before.
        await recall_invitation(uow, patient, now)
        [owner, *_others] = await uow.representatives.list_of(other)
        # Each card keeps its visits, also those that the other account has moved, with their reminders.
        await uow.representatives.give_visits(patient, owner.account, account)
        await uow.representatives.give_visits(other, account, owner.account)
        # The other account may ask again a day later, as after a refusal.
        last = await uow.family.last_request(patient, owner.account)
        if last is not None and last.status is RequestStatus.APPROVED:
            await uow.family.answer_request(last.id, RequestStatus.REFUSED, now)
        await uow.outbox.add(SharingEnded(owner.account, other).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.SHARING_ENDED, Subject.patient(patient), now)
        # The other card's history tells it too, in no account's own journal.
        await uow.audit.add(Actor(ActorKind.ACCOUNT, None), Deed.SHARING_ENDED, Subject.patient(other), now)

    async def _remind_keepers(self, uow: UnitOfWork, card: PatientId, now: datetime) -> None:
        for keeper in await uow.representatives.list_of(card):
            await self._plan_reminders(uow, keeper.account, now)

    # --- facts of the news --------------------------------------------------------------------------------------------

    async def find_request(self, message: AccessRequested) -> OpenRequest | None:
        """Return the request, or None if the account is not the owner any more or the request is not open any more."""
        try:
            return await self.require_request(message.account, message.request)
        except (NotYours, RequestGone):
            return None

    async def find_state(self, message: AccessRefused) -> AccessState | None:
        """Return the state, or None if the account has no such card any more or the card is not limited any more."""
        try:
            return await self.state(message.account, message.patient)
        except NotYours:
            return None


async def announce_claim(uow: UnitOfWork, account: AccountId, card: Patient, now: datetime) -> None:
    """Tell the owner of every other card of the policy that the register has confirmed this card too."""
    if not card.has_other_card:
        return
    standing = await find_standing(uow, card)
    if standing.is_vouched_for:
        await uow.patients.reveal_clinic(card.id)
    for other in standing.others:
        if other.owner != account:
            await _ask_owner(uow, account, card.id, other, now)


async def share_card(uow: UnitOfWork, patient: PatientId, account: AccountId, card: PatientId, now: datetime) -> None:
    """Share the visits of a card with the representatives of ``card``, which is the account's: it is vouched for."""
    await uow.representatives.share(patient, card, now)
    await reveal_clinic(uow, await uow.patients.require(account, card))


async def add_co_representative(uow: UnitOfWork, account: AccountId, patient: Patient, now: datetime) -> PatientId:
    """Let an invited account act for a patient; return the card by which it does so.

    An account with a confirmed card of the child keeps it, and the two cards share their visits. A card that is not
    confirmed is replaced by the invitation.
    """
    last = await uow.family.last_request(patient.id, account)
    if last is not None and last.is_open(now):
        await uow.family.answer_request(last.id, RequestStatus.APPROVED, now)
    everyone = await uow.representatives.list_of(patient.id)
    if any(each.account == account for each in everyone):
        return patient.id
    while (own := await uow.patients.find_own(account, patient.policy_number)) is not None:
        if (await uow.patients.require(account, own)).person is not None:
            await share_card(uow, patient.id, account, own, now)
            await share_card(uow, own, everyone[0].account, patient.id, now)
            return own
        await merge_duplicate_card(uow, account, own, patient.id, now)
    await uow.representatives.add(account, patient.id, Relationship.PARENT, now)
    return patient.id


def _again_at(last: AccessRequest) -> datetime | None:
    refused = last.status is RequestStatus.REFUSED
    return last.answered_at + PAUSE_AFTER_REFUSAL if refused and last.answered_at is not None else None


async def _ask_owner(
    uow: UnitOfWork, account: AccountId, card: PatientId, other: CardClaim, now: datetime
) -> datetime | None:
    """Ask the owner of another card, once; return when the account may ask after a refusal, None if it has asked."""
    last = await uow.family.last_request(other.card, account)
    if last is not None and last.is_open(now):
        await uow.family.set_request_card(last.id, card)
        return None
    if last is not None and (again := _again_at(last)) is not None and now < again:
        return again
    request = await with_new_ref(lambda ref: _add_request(uow, ref, other.card, account, card, now))
    await uow.outbox.add(request_notice(other.owner, request, now), now)
    return None


async def _add_request(
    uow: UnitOfWork, ref: Ref, patient: PatientId, account: AccountId, card: PatientId, now: datetime
) -> AccessRequest:
    until = now + REQUEST_VALID_FOR
    request = await uow.family.add_request(ref, patient, account, card, now, until)
    return AccessRequest(request, ref, patient, account, card, RequestStatus.ASKED, until)


async def _require_request(uow: UnitOfWork, account: AccountId, request: RequestId, now: datetime) -> OpenRequest:
    """Return an open request to its owner. Raises NotYours, RequestGone.

    A co-representative gets the same answer as a stranger. A card that has lost its policy, or whose patient has come
    of age, cannot be shared any more.
    """
    found = await uow.family.request(request)
    if found is None or not (await uow.representatives.representation(account, found.patient)).is_owner:
        raise NotYours
    patient = await uow.patients.require(account, found.patient)
    if found.card is None or not patient.may_be_shared or not found.is_open(now):
        raise RequestGone(found.patient)
    return OpenRequest(found, patient)
