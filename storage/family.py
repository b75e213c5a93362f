"""Requests for access to a patient, and invitations to act for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.errors import RefCollision
from bot.family.records import AccessRequest, Invitation, RequestStatus
from bot.glossary import AccountId, InvitationId, PatientId, Ref, RequestId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("family")

LINK = "invitation"


class SqlFamily:
    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    # --- who asks -----------------------------------------------------------------------------------------------------

    async def ask(
        self, ref: Ref, patient: PatientId, account: AccountId, card: PatientId, now: datetime, until: datetime
    ) -> RequestId:
        """``ref`` may collide: raises RefCollision."""
        await queries.delete_expired_request(self._connection, patient=patient, account=account, now=seconds(now))
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
        return _read_request(await queries.find_request(self._connection, request=request))

    async def last_request(self, patient: PatientId, account: AccountId) -> AccessRequest | None:
        return _read_request(await queries.find_last_request(self._connection, patient=patient, account=account))

    async def open_requests(self, patient: PatientId, now: datetime) -> Sequence[AccessRequest]:
        rows = await queries.list_open_requests(self._connection, patient=patient, now=seconds(now))
        return [request for row in rows if (request := _read_request(row)) is not None]

    async def ask_for(self, request: RequestId, card: PatientId) -> None:
        """The asker's card was removed and added again: the request is the new one's."""
        await queries.set_card(self._connection, request=request, card=card)

    async def answer(self, request: RequestId, status: RequestStatus, now: datetime) -> None:
        await queries.answer_request(self._connection, request=request, status=status, now=seconds(now))

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
        return _read_invitation(
            await queries.find_invitation_by_token(self._connection, token=self._index.of(LINK, token))
        )

    async def invitation(self, invitation: InvitationId) -> Invitation | None:
        return _read_invitation(await queries.find_invitation(self._connection, invitation=invitation))

    async def live_invitation(self, patient: PatientId, now: datetime) -> Invitation | None:
        return _read_invitation(
            await queries.find_unused_invitation(self._connection, patient=patient, now=seconds(now))
        )

    async def waiting_invitation(self, account: AccountId, now: datetime) -> Invitation | None:
        """The newest that this account has opened and not yet answered."""
        return _read_invitation(
            await queries.find_opened_invitation(self._connection, account=account, now=seconds(now))
        )

    async def open_invitation(self, invitation: InvitationId, account: AccountId) -> None:
        """From now on it is this account's; one that is somebody's already stays his."""
        await queries.open_invitation(self._connection, invitation=invitation, account=account)

    async def use_invitation(self, invitation: InvitationId, now: datetime) -> None:
        await queries.use_invitation(self._connection, invitation=invitation, now=seconds(now))

    async def drop_invitations(self, patient: PatientId) -> None:
        await queries.delete_unused_invitations(self._connection, patient=patient)

    async def forget(self, before: datetime) -> None:
        """Drop requests and invitations that were over before that moment."""
        await queries.delete_old_requests(self._connection, before=seconds(before))
        await queries.delete_old_invitations(self._connection, before=seconds(before))


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
