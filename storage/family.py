"""A family: who may act for a patient, who asks to, who is invited to, and what waits at a clinic's desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.errors import NotYours, RefCollision
from bot.family.records import AccessRequest, Invitation, RequestStatus
from bot.glossary import AccountId, InvitationId, PatientId, Ref, RequestId
from bot.patients.errors import NotOwner
from bot.patients.records import DeskMatter, Relationship, Representation, Rights
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds
from storage.patients.cards import POLICY

queries = load_queries("family")

LINK = "invitation"


class SqlFamily:
    """Who acts for a patient, who asks to, who is invited to, and what waits at a clinic's desk."""

    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    # --- who acts -----------------------------------------------------------------------------------------------------

    async def representation(self, account: AccountId, patient: PatientId) -> Representation:
        """Raises NotYours, as the door to a patient does."""
        row = await queries.representation(self._connection, account=account, patient=patient)
        if row is None:
            raise NotYours
        return _read_representation(row)

    async def list_of(self, patient: PatientId) -> Sequence[Representation]:
        """The owner first, then whoever has come earlier."""
        return [_read_representation(row) for row in await queries.list_of(self._connection, patient=patient)]

    async def require_owner(self, account: AccountId, patient: PatientId) -> Representation:
        """Raises NotYours, NotOwner."""
        mine = await self.representation(account, patient)
        if mine.rights is not Rights.OWNER:
            raise NotOwner(patient)
        return mine

    async def add(self, account: AccountId, patient: PatientId, relationship: Relationship, now: datetime) -> None:
        """One more co-representative; whoever acts already keeps the rights he has."""
        await queries.add(
            self._connection, account=account, patient=patient, relationship=relationship, now=seconds(now)
        )

    async def pass_on(self, patient: PatientId) -> AccountId | None:
        """Before the owner goes: the eldest co-representative becomes the owner and gets the visits that he booked.

        None where there is nobody to pass to.
        """
        known = await self.list_of(patient)
        heir = next((each.account for each in known if each.rights is Rights.CO_REPRESENTATIVE), None)
        if heir is None:
            return None
        for owner in (each.account for each in known if each.rights is Rights.OWNER):
            await self.give_visits(patient, owner, heir)
        await self.hand_over(patient, heir)
        return heir

    async def hand_over(self, patient: PatientId, heir: AccountId) -> None:
        """Make a co-representative the owner; links that the old owner has sent lead nowhere any more."""
        await queries.demote_owner(self._connection, patient=patient)
        await queries.promote(self._connection, account=heir, patient=patient)
        await self.drop_invitations(patient)

    async def give_visits(self, patient: PatientId, gone: AccountId, heir: AccountId) -> None:
        """Visits that one account has booked, and what waits to be told of them, become another's."""
        await queries.give_news(self._connection, patient=patient, gone=gone, heir=heir)
        await queries.give_visits(self._connection, patient=patient, gone=gone, heir=heir)

    async def merge(self, card: PatientId, into: PatientId) -> None:
        """Visits of an account's own card of the same policy become the shared card's."""
        await queries.merge_visits(self._connection, card=card, into=into)

    async def set_papers(self, account: AccountId, patient: PatientId, now: datetime) -> None:
        """A desk has seen this representative's papers."""
        await queries.set_papers(self._connection, account=account, patient=patient, now=seconds(now))

    async def find_held(self, policy_number: str) -> PatientId | None:
        """The card that the register has given this policy to, whoever's."""
        row = await queries.held_by(self._connection, policy=self._index.of(POLICY, policy_number))
        return None if row is None else PatientId(row["id"])

    # --- who asks -----------------------------------------------------------------------------------------------------

    async def ask(
        self, ref: Ref, patient: PatientId, account: AccountId, card: PatientId, now: datetime, until: datetime
    ) -> RequestId:
        """``ref`` may collide: raises RefCollision."""
        await queries.drop_lapsed(self._connection, patient=patient, account=account, now=seconds(now))
        row = await queries.add_request(
            self._connection,
            ref=ref,
            patient=patient,
            account=account,
            card=card,
            now=seconds(now),
            until=seconds(until),
        )
        if row is None:
            raise RefCollision
        return RequestId(row["id"])

    async def request(self, request: RequestId) -> AccessRequest | None:
        return _read_request(await queries.request(self._connection, request=request))

    async def last_request(self, patient: PatientId, account: AccountId) -> AccessRequest | None:
        return _read_request(await queries.last_request(self._connection, patient=patient, account=account))

    async def open_requests(self, patient: PatientId, now: datetime) -> Sequence[AccessRequest]:
        rows = await queries.open_requests(self._connection, patient=patient, now=seconds(now))
        return [request for row in rows if (request := _read_request(row)) is not None]

    async def ask_for(self, request: RequestId, card: PatientId) -> None:
        """The asker's card was removed and added again: the request is the new one's."""
        await queries.set_card(self._connection, request=request, card=card)

    async def answer(self, request: RequestId, status: RequestStatus, now: datetime) -> None:
        await queries.answer(self._connection, request=request, status=status, now=seconds(now))

    # --- who is invited -----------------------------------------------------------------------------------------------

    async def invite(self, token: str, patient: PatientId, account: AccountId, now: datetime, until: datetime) -> None:
        """Only the token's index is kept; an earlier link that nobody has used leads nowhere any more."""
        await self.drop_invitations(patient)
        await queries.add_invitation(
            self._connection,
            token=self._index.of(LINK, token),
            patient=patient,
            account=account,
            now=seconds(now),
            until=seconds(until),
        )

    async def find_invitation(self, token: str) -> Invitation | None:
        return _read_invitation(await queries.find_invitation(self._connection, token=self._index.of(LINK, token)))

    async def invitation(self, invitation: InvitationId) -> Invitation | None:
        return _read_invitation(await queries.invitation(self._connection, invitation=invitation))

    async def live_invitation(self, patient: PatientId, now: datetime) -> Invitation | None:
        return _read_invitation(await queries.live_invitation(self._connection, patient=patient, now=seconds(now)))

    async def waiting_invitation(self, account: AccountId, now: datetime) -> Invitation | None:
        """The newest that this account has opened and not yet answered."""
        return _read_invitation(await queries.waiting_invitation(self._connection, account=account, now=seconds(now)))

    async def open_invitation(self, invitation: InvitationId, account: AccountId) -> None:
        """From now on it is this account's; one that is somebody's already stays his."""
        await queries.open_invitation(self._connection, invitation=invitation, account=account)

    async def use_invitation(self, invitation: InvitationId, now: datetime) -> None:
        await queries.use_invitation(self._connection, invitation=invitation, now=seconds(now))

    async def drop_invitations(self, patient: PatientId) -> None:
        await queries.drop_invitations(self._connection, patient=patient)

    async def forget(self, before: datetime) -> None:
        """Drop requests and invitations that were over before that moment."""
        await queries.forget_requests(self._connection, before=seconds(before))
        await queries.forget_invitations(self._connection, before=seconds(before))

    # --- what waits at the desk ---------------------------------------------------------------------------------------

    async def open_matter(
        self, ref: Ref, account: AccountId, patient: PatientId, kind: DeskMatter, now: datetime
    ) -> Ref:
        """The Ref under which the matter stands: ``ref``, or the one it has been open under. Raises RefCollision."""
        await queries.add_matter(
            self._connection, ref=ref, account=account, patient=patient, kind=kind, now=seconds(now)
        )
        row = await queries.open_matter(self._connection, account=account, patient=patient, kind=kind)
        if row is None:
            raise RefCollision
        return Ref(row["ref"])

    async def close_matter(self, ref: Ref, kind: DeskMatter, now: datetime) -> tuple[AccountId, PatientId] | None:
        """Whose open matter of that kind it was; None where there is none under this Ref."""
        row = await queries.close_matter(self._connection, ref=ref, kind=kind, now=seconds(now))
        return None if row is None else (AccountId(row["account_id"]), PatientId(row["patient_id"]))


def _read_representation(row: Row) -> Representation:
    return Representation(
        account=AccountId(row["account_id"]),
        patient=PatientId(row["patient_id"]),
        relationship=Relationship(row["relationship"]),
        rights=Rights(row["rights"]),
        since=moment(row["created_at"]),
        papers_at=moment(row["papers_at"]),
    )


def _read_request(row: Row | None) -> AccessRequest | None:
    if row is None:
        return None
    return AccessRequest(
        id=RequestId(row["id"]),
        ref=Ref(row["ref"]),
        patient=PatientId(row["patient_id"]),
        account=AccountId(row["account_id"]),
        card=row["card_id"],
        status=RequestStatus(row["status"]),
        until=moment(row["until"]),
        answered_at=moment(row["answered_at"]),
    )


def _read_invitation(row: Row | None) -> Invitation | None:
    if row is None:
        return None
    return Invitation(
        id=InvitationId(row["id"]),
        patient=PatientId(row["patient_id"]),
        owner=AccountId(row["account_id"]),
        until=moment(row["until"]),
        opened_by=row["opened_by"],
        used_at=moment(row["used_at"]),
    )
