"""Requests for access: an account that knows all data of a policy may ask the owner of its card for access.

Neither side learns who the other is: one parent tells the other the number of the request, and the owner answers the
request with that number.
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
from bot.family.representatives import is_linked_elsewhere, merge_duplicate_card, request_notice
from bot.glossary import AccountId, PatientId, Ref, RequestId
from bot.patients.records import DeskMatter, Relationship

REQUEST_VALID_FOR = timedelta(days=7)
PAUSE_AFTER_REFUSAL = timedelta(hours=24)
"""no new request of the same account within it"""


class AccessState(NamedTuple):
    """The state of an account's access to a policy on another account's card.

    ``request`` is its last request; after a refusal ``again_at`` is when it may ask again, and ``matter`` the number to
    bring to the desk.
    """

    card: Patient
    request: AccessRequest | None = None
    again_at: datetime | None = None
    matter: Ref | None = None
    is_free: bool = False
    """no card has the policy any more"""


class OpenRequest(NamedTuple):
    """An open request as the owner of the card sees it."""

    request: AccessRequest
    patient: Patient


class Access:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    # --- asking -------------------------------------------------------------------------------------------------------

    async def state(self, account: AccountId, card: PatientId) -> AccessState | None:
        """Return None if the policy is not on another account's card. Raises NotYours.

        After a refusal this opens a matter for the desk.
        """
        return await with_new_ref(lambda ref: self._state(ref, account, card))

    @writes
    async def _state(self, uow: UnitOfWork, ref: Ref, account: AccountId, card: PatientId) -> AccessState | None:
        now = self._clock.now()
        own = await uow.patients.require(account, card)
        if not is_linked_elsewhere(own):
            return None
        held = await uow.representatives.find_held(own.policy_number)
        if held is None:
            return AccessState(own, is_free=True)
        last = await uow.family.last_request(held, account)
        if last is None or last.is_open(now):
            return AccessState(own, last)
        if last.status is not RequestStatus.REFUSED:
            return AccessState(own)
        matter = await uow.matters.open(ref, account, card, DeskMatter.DISPUTE, now)
        return AccessState(own, last, _again_at(last), matter)

    async def ask(self, account: AccountId, card: PatientId) -> None:
        """Send the owner a request, unless one is open. Raises NotYours, AskedRecently."""
        await with_new_ref(lambda ref: self._ask(ref, account, card))

    @writes
    async def _ask(self, uow: UnitOfWork, ref: Ref, account: AccountId, card: PatientId) -> None:
        now = self._clock.now()
        own = await uow.patients.require(account, card)
        held = await uow.representatives.find_held(own.policy_number) if is_linked_elsewhere(own) else None
        if held is None:
            return
        last = await uow.family.last_request(held, account)
        if last is not None and last.is_open(now):
            await uow.family.set_request_card(last.id, card)
            return
        if last is not None and (again := _again_at(last)) is not None and now < again:
            raise AskedRecently(card, again)
        request = await _add_request(uow, ref, held, account, card, now)
        [owner, *_others] = await uow.representatives.list_of(held)
        await uow.outbox.add(request_notice(owner.account, request, now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_ASKED, Subject.patient(card), now)

    # --- answering ----------------------------------------------------------------------------------------------------

    @reads
    async def require_request(self, view: UnitOfWork, account: AccountId, request: RequestId) -> OpenRequest:
        """Raises NotYours if the account is not the owner, RequestGone if the request is answered or has expired."""
        return await _require_request(view, account, request, self._clock.now())

    @writes
    async def approve(self, uow: UnitOfWork, account: AccountId, request: RequestId) -> PatientId:
        """Make the requesting account a co-representative. Raises as ``require_request``."""
        now = self._clock.now()
        found, patient = await _require_request(uow, account, request, now)
        await add_co_representative(uow, found.account, patient, now)
        await uow.outbox.add(AccessGiven(found.account, found.patient).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_GIVEN, Subject.patient(found.patient), now)
        return found.patient

    async def refuse(self, account: AccountId, request: RequestId) -> PatientId:
        """Refuse a request and open a matter for the desk. Raises as ``require_request``."""
        return await with_new_ref(lambda ref: self._refuse(ref, account, request))

    @writes
    async def _refuse(self, uow: UnitOfWork, ref: Ref, account: AccountId, request: RequestId) -> PatientId:
        now = self._clock.now()
        found, _patient = await _require_request(uow, account, request, now)
        await uow.family.answer_request(request, RequestStatus.REFUSED, now)
        if found.card is not None:
            await uow.matters.open(ref, found.account, found.card, DeskMatter.DISPUTE, now)
            await uow.outbox.add(AccessRefused(found.account, found.card).due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_REFUSED, Subject.patient(found.patient), now)
        return found.patient

    # --- facts of the news --------------------------------------------------------------------------------------------

    async def find_request(self, message: AccessRequested) -> OpenRequest | None:
        """Return the request, or None if the account is not the owner any more or the request is not open any more."""
        try:
            return await self.require_request(message.account, message.request)
        except (NotYours, RequestGone):
            return None

    async def find_state(self, message: AccessRefused) -> AccessState | None:
        """Return the state, or None if the account has no such card any more or its policy is on no other card."""
        try:
            return await self.state(message.account, message.patient)
        except NotYours:
            return None


async def add_co_representative(uow: UnitOfWork, account: AccountId, patient: Patient, now: datetime) -> None:
    """Let an account act for a patient; its own card of the same policy is merged into this one, visits included."""
    last = await uow.family.last_request(patient.id, account)
    if last is not None and last.is_open(now):
        await uow.family.answer_request(last.id, RequestStatus.APPROVED, now)
    if any(each.account == account for each in await uow.representatives.list_of(patient.id)):
        return
    while (own := await uow.patients.find_own(account, patient.policy_number)) is not None:
        await merge_duplicate_card(uow, account, own, patient.id, now)
    await uow.representatives.add(account, patient.id, Relationship.PARENT, now)


def _again_at(last: AccessRequest) -> datetime | None:
    refused = last.status is RequestStatus.REFUSED
    return last.answered_at + PAUSE_AFTER_REFUSAL if refused and last.answered_at is not None else None


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
