"""Posts of the clinics' staff in the database: invitations, the command menu of each member, the morning digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.core.people import Role
from bot.core.posts import PostInvitation, PostOutcome
from bot.glossary import AccountId, ClinicId, PostInvitationId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("posts")

INDEX_KIND = "post"


class SqlPosts:
    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    # --- invitations --------------------------------------------------------------------------------------------------

    async def invite(
        self, token: str, role: Role, clinic: ClinicId, by: AccountId | None, now: datetime, until: datetime
    ) -> PostInvitationId:
        """Store an invitation; only the blind index of the token is kept."""
        row = await queries.add_post_invitation(
            self._connection,
            token=self._index.of(INDEX_KIND, token),
            role=role,
            clinic=clinic,
            by=by,
            now=seconds(now),
            until=seconds(until),
        )
        return PostInvitationId(row["id"])

    async def find(self, token: str) -> PostInvitation | None:
        for known in self._index.all_of(INDEX_KIND, token):
            if (row := await queries.find_post_invitation_by_token(self._connection, token=known)) is not None:
                return _read(row)
        return None

    async def get(self, invitation: PostInvitationId) -> PostInvitation | None:
        row = await queries.find_post_invitation(self._connection, invitation=invitation)
        return None if row is None else _read(row)

    async def list_open(self, clinic: ClinicId, now: datetime) -> Sequence[PostInvitation]:
        """List the invitations of a clinic that have neither ended nor expired, the oldest first."""
        rows = await queries.list_open_post_invitations(self._connection, clinic=clinic, now=seconds(now))
        return [_read(row) for row in rows]

    async def open(self, invitation: PostInvitationId, account: AccountId) -> None:
        """Reserve an invitation for this account, unless another account has opened it before."""
        await queries.open_post_invitation(self._connection, invitation=invitation, account=account)

    async def end(self, invitation: PostInvitationId, outcome: PostOutcome, now: datetime) -> None:
        await queries.close_post_invitation(self._connection, invitation=invitation, outcome=outcome, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        """Delete invitations that expired before that moment."""
        await queries.delete_old_post_invitations(self._connection, before=seconds(before))

    # --- the command menu ---------------------------------------------------------------------------------------------

    async def menus_to_change(self) -> Sequence[tuple[AccountId, Role | None]]:
        """List the accounts whose chat shows the commands of another role than theirs, with the role that they have.

        Those that cannot be reached are left out until they write again.
        """
        rows = await queries.list_menus_to_change(self._connection)
        return [(AccountId(row["id"]), Role(row["role"]) if row["role"] else None) for row in rows]

    async def set_menu(self, account: AccountId, role: Role | None) -> None:
        """Note whose commands the chat of this account shows; None: those of everybody."""
        await queries.set_menu(self._connection, account=account, menu=role)

    # --- the morning digest -------------------------------------------------------------------------------------------

    async def set_digest(self, account: AccountId, wanted: bool) -> None:
        await queries.set_digest_off(self._connection, account=account, off=int(not wanted))

    async def wants_digest(self, account: AccountId) -> bool:
        row = await queries.find_digest_off(self._connection, account=account)
        return row is not None and not row["digest_off"]

    async def claim_digest(self, clinic: ClinicId, day: date) -> bool:
        """Return True once for each clinic and local day."""
        return await queries.claim_digest(self._connection, clinic=clinic, day=day.isoformat()) is not None


def _read(row: Row) -> PostInvitation:
    return PostInvitation(
        id=PostInvitationId(row["id"]),
        role=Role(row["role"]),
        clinic=ClinicId(row["clinic_id"]),
        made_by=row["made_by"],
        made_at=moment(row["made_at"]),
        until=moment(row["until"]),
        opened_by=row["opened_by"],
        outcome=PostOutcome(row["outcome"]) if row["outcome"] else None,
    )
