"""The rows of representatives: which accounts act for a patient, which one owns the card, which cards are shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.core.errors import NotYours
from bot.glossary import AccountId, PatientId
from bot.patients.errors import NotOwner
from bot.patients.records import Relationship, Representation, Rights
from bot.patients.rules.claims import CardClaim, Sharing
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds
from storage.patients.cards import POLICY

queries = load_queries("patients")


class SqlRepresentatives:
    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    async def representation(self, account: AccountId, patient: PatientId) -> Representation:
        """Return the account's representation. Raises NotYours for another account's patient and for a missing one."""
        row = await queries.find_representation(self._connection, account=account, patient=patient)
        if row is None:
            raise NotYours
        return _read_representation(row)

    async def list_of(self, patient: PatientId) -> Sequence[Representation]:
        """Return the owner first, then the others in the order in which they were added."""
        rows = await queries.list_representations(self._connection, patient=patient)
        return [_read_representation(row) for row in rows]

    async def require_owner(self, account: AccountId, patient: PatientId) -> Representation:
        """Return the owner's representation. Raises NotYours, NotOwner."""
        mine = await self.representation(account, patient)
        if mine.rights is not Rights.OWNER:
            raise NotOwner(patient)
        return mine

    async def add(self, account: AccountId, patient: PatientId, relationship: Relationship, now: datetime) -> None:
        """Add a co-representative; an account that acts already keeps its rights."""
        await queries.add_co_representative(
            self._connection, account=account, patient=patient, relationship=relationship, now=seconds(now)
        )

    async def pass_on(self, patient: PatientId) -> AccountId | None:
        """Make the earliest co-representative the owner, with the visits that the old owner booked.

        Returns the new owner, or None if there is no co-representative.
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
        """Make a co-representative the owner; the caller revokes the old owner's invitation."""
        await queries.demote_owner(self._connection, patient=patient)
        await queries.promote_to_owner(self._connection, account=heir, patient=patient)

    async def give_visits(self, patient: PatientId, gone: AccountId, heir: AccountId) -> None:
        """Move the visits that one account has booked, with their queued notices, to another account."""
        await queries.withdraw_duplicate_reminders(self._connection, patient=patient, gone=gone, heir=heir)
        await queries.move_news(self._connection, patient=patient, gone=gone, heir=heir)
        await queries.move_visits(self._connection, patient=patient, gone=gone, heir=heir)

    async def suspended_heir(self, patient: PatientId) -> AccountId | None:
        """Return who may come back to the patient when nobody acts for it any more: its visits wait there."""
        row = await queries.find_suspended_heir(self._connection, patient=patient)
        return None if row is None else AccountId(row["account_id"])

    async def merge(self, card: PatientId, into: PatientId) -> None:
        """Move the visits of an account's own card of the same policy to the shared card."""
        await queries.merge_visits(self._connection, card=card, into=into)

    async def set_papers(self, account: AccountId, patient: PatientId, now: datetime) -> None:
        """Record that a desk has seen this representative's papers."""
        await queries.set_papers(self._connection, account=account, patient=patient, now=seconds(now))

    # --- cards of one policy on several accounts ---

    async def claims(self, policy_number: str) -> Sequence[CardClaim]:
        """Return the confirmed cards of a policy, of all accounts, the first one first."""
        rows = await queries.list_claims(self._connection, policy=self._index.of(POLICY, policy_number))
        return [
            CardClaim(
                PatientId(row["id"]), AccountId(row["account_id"]), moment(row["held_at"]), bool(row["has_papers"])
            )
            for row in rows
        ]

    async def sharings(self, policy_number: str) -> Sequence[Sharing]:
        """Return which cards of a policy are shared with which, the oldest sharing first."""
        policy = self._index.of(POLICY, policy_number)
        return [_read_sharing(row) for row in await queries.list_sharings_of_policy(self._connection, policy=policy)]

    async def sharings_of(self, patient: PatientId) -> Sequence[Sharing]:
        """Return with which cards this one is shared, and which are shared with it."""
        return [_read_sharing(row) for row in await queries.list_sharings(self._connection, patient=patient)]

    async def share(self, card: PatientId, other: PatientId, now: datetime) -> None:
        """Share the visits of ``card`` with the representatives of ``other``."""
        await queries.add_sharing(self._connection, card=card, other=other, now=seconds(now))

    async def end_sharing(self, card: PatientId, other: PatientId) -> None:
        """End the sharing of two cards in both directions."""
        await queries.delete_sharing(self._connection, card=card, other=other)

    async def viewers(self, patient: PatientId) -> Sequence[AccountId]:
        """Return the accounts that see the visits of a card: its representatives, and those it is shared with."""
        return [AccountId(row["account_id"]) for row in await queries.list_viewers(self._connection, patient=patient)]

    async def viewers_of_cards(self, patients: Iterable[PatientId]) -> Mapping[PatientId, Sequence[AccountId]]:
        """Return the same for each of these cards; one that nobody sees is left out."""
        found: dict[PatientId, list[AccountId]] = {}
        for some in in_places(patients):
            for row in await queries.list_viewers_of_cards(self._connection, **some):
                found.setdefault(PatientId(row["patient_id"]), []).append(AccountId(row["account_id"]))
        return found

    async def acting_for_cards(self, patients: Iterable[PatientId]) -> Mapping[PatientId, Sequence[AccountId]]:
        """Return the accounts that act for each of these patients; one for which nobody acts is left out."""
        found: dict[PatientId, list[AccountId]] = {}
        for some in in_places(patients):
            for row in await queries.list_acting_for_cards(self._connection, **some):
                found.setdefault(PatientId(row["patient_id"]), []).append(AccountId(row["account_id"]))
        return found


def _read_sharing(row: Row) -> Sharing:
    return Sharing(PatientId(row["card_id"]), PatientId(row["with_id"]), moment(row["since"]))


def _read_representation(row: Row) -> Representation:
    return Representation(
        account=AccountId(row["account_id"]),
        patient=PatientId(row["patient_id"]),
        relationship=Relationship(row["relationship"]),
        rights=Rights(row["rights"]),
        since=moment(row["created_at"]),
        papers_at=moment(row["papers_at"]),
    )
