"""Requests for access to a patient, and invitations to act for one, in the database."""

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

INDEX_KIND = "invitation"


class SqlFamily:
    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    # --- requests -----------------------------------------------------------------------------------------------------

    async def add_request(
        self, ref: Ref, patient: PatientId, account: AccountId, card: PatientId, now: datetime, until: datetime
    ) -> RequestId:
        """Store an open request and return its id; an expired one of the account is deleted. Raises RefCollision."""
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
        """Return the account's newest request for the patient, whatever its status."""
        return _read_request(await queries.find_last_request(self._connection, patient=patient, account=account))

    async def open_requests(self, patient: PatientId, now: datetime) -> Sequence[AccessRequest]:
        """List the open requests whose account still has a card of the policy, oldest first."""
        rows = await queries.list_open_requests(self._connection, patient=patient, now=seconds(now))
        return [request for row in rows if (request := _read_request(row)) is not None]

    async def set_request_card(self, request: RequestId, card: PatientId) -> None:
        """Link an open request with the new card that the requesting account has of the same policy."""
        await queries.set_request_card(self._connection, request=request, card=card)

    async def answer_request(self, request: RequestId, status: RequestStatus, now: datetime) -> None:
        await queries.answer_request(self._connection, request=request, status=status, now=seconds(now))

    # --- invitations -------------------------------------------------------------------------------------------------

    async def invite(self, token: str, patient: PatientId, account: AccountId, now: datetime, until: datetime) -> None:
        """Store an invitation in place of an earlier unused one; only the blind index of the token is kept."""
        await self.drop_invitations(patient)
        await queries.add_invitation(
            self._connection,
            token=self._index.of(INDEX_KIND, token),
            patient=patient,
            account=account,
            now=seconds(now),
            until=seconds(until),
        )

    async def find_invitation(self, token: str) -> Invitation | None:
        for known in self._index.all_of(INDEX_KIND, token):
            if (row := await queries.find_invitation_by_token(self._connection, token=known)) is not None:
                return _read_invitation(row)
        return None

    async def invitation(self, invitation: InvitationId) -> Invitation | None:
        return _read_invitation(await queries.find_invitation(self._connection, invitation=invitation))

    async def live_invitation(self, patient: PatientId, now: datetime) -> Invitation | None:
        """Return the invitation that is neither used nor expired."""
        return _read_invitation(
            await queries.find_unused_invitation(self._connection, patient=patient, now=seconds(now))
        )

    async def waiting_invitation(self, account: AccountId, now: datetime) -> Invitation | None:
        """Return the newest live invitation that this account has opened and not answered."""
        return _read_invitation(
            await queries.find_opened_invitation(self._connection, account=account, now=seconds(now))
        )

    async def open_invitation(self, invitation: InvitationId, account: AccountId) -> None:
        """Reserve an invitation for this account, unless another account has opened it before."""
        await queries.open_invitation(self._connection, invitation=invitation, account=account)

    async def use_invitation(self, invitation: InvitationId, now: datetime) -> None:
        """Mark an invitation as answered."""
        await queries.use_invitation(self._connection, invitation=invitation, now=seconds(now))

    async def drop_invitations(self, patient: PatientId) -> None:
        """Delete the unused invitations to a patient."""
        await queries.delete_unused_invitations(self._connection, patient=patient)

    async def forget(self, before: datetime) -> None:
        """Delete requests and invitations that expired before that moment."""
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
