"""Representatives of a patient: one owner, co-representatives whom the owner has accepted, and matters for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.refs import with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.news import Notice
from bot.family.news import AccessRequested, AccessRevoked, BecameOwner, InvitationRecalled, OtherLeft
from bot.family.records import AccessRequest, Invitation
from bot.glossary import AccountId, ClinicId, PatientId, Ref
from bot.patients.news import CheckAnswered, PatientNews
from bot.patients.records import DeskMatter, Representation
from bot.patients.rules.look_alikes import look_alikes, mark


class SharedCard(NamedTuple):
    """Another account's card of the child: whether it sees our visits, and whether we see its visits."""

    card: PatientId
    since: datetime
    sees_ours: bool
    shows_theirs: bool


class Household(NamedTuple):
    """The representatives of a patient, as one of them sees them; only the owner sees requests and the invitation."""

    patient: Patient
    mine: Representation
    others: Sequence[Representation]
    requests: Sequence[AccessRequest] = ()
    invitation: Invitation | None = None
    shared: Sequence[SharedCard] = ()


class Family:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def household(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Household:
        """Return the representatives of a patient. Raises NotYours."""
        now = self._clock.now()
        found = await view.patients.require(account, patient)
        everyone = await view.representatives.list_of(patient)
        mine = await view.representatives.representation(account, patient)
        others = [each for each in everyone if each.account != account]
        if not mine.is_owner:
            return Household(found, mine, others)
        requests = await view.family.open_requests(patient, now) if found.may_be_shared else ()
        invitation = await view.family.live_invitation(patient, now)
        return Household(found, mine, others, requests, invitation, await _shared_cards(view, patient))

    @reads
    async def is_owner(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> bool:
        """Raises NotYours."""
        return (await view.representatives.representation(account, patient)).is_owner

    @reads
    async def require_other(self, view: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> Patient:
        """Return the patient if the account is its owner and ``who`` a co-representative. Raises NotYours, NotOwner."""
        await view.representatives.require_owner(account, patient)
        await _require_other(view, account, patient, who)
        return await view.patients.require(account, patient)

    @writes
    async def revoke(self, uow: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> None:
        """End the access of a co-representative, whose visits pass to the owner. Raises NotYours, NotOwner."""
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        await _require_other(uow, account, patient, who)
        revoked = await access_revoked(uow, who, await uow.patients.require(account, patient))
        await pass_on_duties(uow, who, patient, now)
        await uow.patients.unlink(who, patient)
        # The other account may still have a link from before it got access.
        await recall_invitation(uow, patient, now)
        await uow.outbox.add(revoked.due(now), now)
        await uow.audit.add(Actor.account(account), Deed.ACCESS_REVOKED, Subject.patient(patient), now)

    @writes
    async def promote(self, uow: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> None:
        """Make a co-representative the owner and the owner a co-representative. Raises NotYours, NotOwner."""
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        await _require_other(uow, account, patient, who)
        await uow.representatives.hand_over(patient, who)
        await recall_invitation(uow, patient, now)
        await _notify_new_owner(uow, who, patient, now)
        await uow.audit.add(Actor.account(account), Deed.OWNERSHIP_HANDED_OVER, Subject.patient(patient), now)

    async def open_matter(
        self, account: AccountId, patient: PatientId, kind: DeskMatter, clinic: ClinicId | None = None
    ) -> Ref:
        """Return the number to bring to the desk: that of the open matter, or of a new one. Raises NotYours.

        ``clinic`` demands the papers: it may settle the matter beside the patient's own clinic.
        """
        return await with_new_ref(lambda ref: self._open_matter(ref, account, patient, kind, clinic))

    @writes
    async def _open_matter(
        self,
        uow: UnitOfWork,
        ref: Ref,
        account: AccountId,
        patient: PatientId,
        kind: DeskMatter,
        clinic: ClinicId | None,
    ) -> Ref:
        await uow.patients.require(account, patient)
        return await uow.matters.open(ref, account, patient, kind, self._clock.now(), clinic)

    async def find_household(self, message: PatientNews) -> Household | None:
        """Return the representatives as the message's account sees them, or None if it acts for the patient no more."""
        try:
            return await self.household(message.account, message.patient)
        except NotYours:
            return None


async def _shared_cards(view: UnitOfWork, patient: PatientId) -> list[SharedCard]:
    every = await view.representatives.sharings_of(patient)
    ours = {each.with_card for each in every if each.card == patient}
    theirs = {each.card for each in every if each.with_card == patient}
    since = {each.with_card if each.card == patient else each.card: each.since for each in reversed(every)}
    return [SharedCard(card, since[card], card in ours, card in theirs) for card in sorted(ours | theirs)]


async def _require_other(uow: UnitOfWork, account: AccountId, patient: PatientId, who: AccountId) -> None:
    if who == account:
        raise NotYours
    await uow.representatives.representation(who, patient)


async def pass_on_duties(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> None:
    """Pass on what an account has for a patient before its representation ends. Raises NotYours.

    The ownership goes to the one who has been a representative longest, a co-representative's visits go to the owner.
    """
    if (await uow.representatives.representation(account, patient)).is_owner:
        heir = await uow.representatives.pass_on(patient)
        if heir is not None:
            await recall_invitation(uow, patient, now)
            await _notify_new_owner(uow, heir, patient, now)
        elif (waiting := await uow.representatives.suspended_heir(patient)) is not None:
            await uow.representatives.give_visits(patient, account, waiting)
        return
    [owner, *_others] = await uow.representatives.list_of(patient)
    await uow.representatives.give_visits(patient, account, owner.account)


async def leave_ownership(uow: UnitOfWork, account: AccountId, now: datetime) -> None:
    """Make another representative the owner of each of the account's cards; one that may act is told."""
    for patient in await uow.patients.ids_of(account):
        everyone = await uow.representatives.list_of(patient)
        if not any(each.account == account and each.is_owner for each in everyone):
            continue
        for other in (each.account for each in everyone if each.account != account):
            heir = await uow.accounts.get(other)
            if heir is not None and heir.is_served:
                await uow.representatives.hand_over(patient, other)
                await recall_invitation(uow, patient, now)
                await _notify_new_owner(uow, other, patient, now)
                break


async def access_revoked(view: UnitOfWork, account: AccountId, patient: Patient) -> AccessRevoked:
    """Return the news of an access that is about to end, with the name as the account knows it."""
    distinction = look_alikes(await view.patients.list_of(account)).get(patient.id)
    return AccessRevoked(account, patient.name.short, mark(patient, distinction), patient.id)


async def recall_invitation(uow: UnitOfWork, patient: PatientId, now: datetime) -> None:
    """End the invitation to a card; the account that has opened it is told."""
    live = await uow.family.live_invitation(patient, now)
    await uow.family.drop_invitations(patient)
    if live is not None and live.opened_by is not None:
        await uow.outbox.add(InvitationRecalled(live.opened_by, live.id).due(now, expires_at=live.until), now)


async def stop_representing(uow: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> None:
    """End the representation of an account; the others keep the card and its visits. Raises NotYours."""
    was_owner = (await uow.representatives.representation(account, patient)).is_owner
    is_last = len(await uow.representatives.list_of(patient)) == 1
    if is_last and await uow.representatives.suspended_heir(patient) is None:
        await _leave_visits(uow, account, patient)
    await pass_on_duties(uow, account, patient, now)
    await uow.patients.unlink(account, patient)
    if not was_owner:
        [owner, *_others] = await uow.representatives.list_of(patient)
        await uow.outbox.add(OtherLeft(owner.account, patient).due(now), now)


async def _leave_visits(uow: UnitOfWork, account: AccountId, patient: PatientId) -> None:
    """Leave the visits of a card that is going to be erased to the first card that it is shared with."""
    heirs = [each.with_card for each in await uow.representatives.sharings_of(patient) if each.card == patient]
    for heir in heirs:
        acting = await uow.representatives.list_of(heir)
        if acting:
            await uow.representatives.give_visits(patient, account, acting[0].account)
            await uow.representatives.merge(patient, into=heir)
            return


async def is_kept_by_others(view: UnitOfWork, patient: PatientId) -> bool:
    """Return whether the visits of a card stay with another account when its only representative leaves."""
    if len(await view.representatives.list_of(patient)) > 1:
        return True
    return any(each.card == patient for each in await view.representatives.sharings_of(patient))


async def merge_duplicate_card(
    uow: UnitOfWork, account: AccountId, card: PatientId, kept: PatientId, now: datetime
) -> None:
    """Remove one of an account's two cards of one policy; its visits move to ``kept`` if no other account has it."""
    if len(await uow.representatives.list_of(card)) == 1:
        await uow.representatives.merge(card, into=kept)
    else:
        await pass_on_duties(uow, account, card, now)
    await uow.patients.unlink(account, card)
    await uow.outbox.withdraw(CheckAnswered(account, card).dedup)


async def _notify_new_owner(uow: UnitOfWork, owner: AccountId, patient: PatientId, now: datetime) -> None:
    """Send a new owner the news of it and of every open request for access."""
    await uow.outbox.add(BecameOwner(owner, patient).due(now), now)
    for request in await uow.family.open_requests(patient, now):
        await uow.outbox.add(request_notice(owner, request, now), now)
    await uow.audit.add(Actor.account(owner), Deed.OWNER_BECOME, Subject.patient(patient), now)


def request_notice(owner: AccountId, request: AccessRequest, now: datetime) -> Notice:
    """Return the notice of a request to the owner; it expires with the request."""
    return AccessRequested(owner, request.id).due(now, expires_at=request.until)
