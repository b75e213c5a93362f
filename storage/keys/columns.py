"""The registry of sealed columns and blind indexes: reseal, reindex and the checks of keys walk it.

A new column is a line here; a test walks the schema for columns that are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from storage import delivery, family, posts
from storage.account import access_code, contacts, moves, takeovers
from storage.applications import papers, policy_requests, versions, wishes
from storage.database import dialog_keys, telegram_ids
from storage.patients import cards, checks, drafts
from storage.registry import rows as registry


class SealedColumn(NamedTuple):
    """A column of values that a Cipher has sealed."""

    table: str
    column: str
    uid: str = "uid"
    """the column that the values are bound to; a text is bound by its bytes"""


class Recomputed(NamedTuple):
    """An index whose value stands in the same row, sealed: it can be made anew."""

    table: str
    column: str
    kind: str
    source: SealedColumn
    read: Callable[[str], str | None] = str
    """returns the indexed value of the opened text, None if the text lacks it"""


class Kept(NamedTuple):
    """An index whose value is stored nowhere: its rows expire, or move to the active key when they are used."""

    table: str
    column: str
    kind: str
    older: str
    """which rows an older key has indexed: a condition on the table, ``:moved_at`` (its end), ``:active`` (a mark)"""
    needed: str
    """which rows are still looked for, as a condition on the table and ``:now``"""


IDENTITY = SealedColumn(cards.TABLE, cards.IDENTITY)
PHONE = SealedColumn(contacts.TABLE, contacts.PHONE)
TELEGRAM = SealedColumn(telegram_ids.TABLE, telegram_ids.COLUMN)
PERSON = SealedColumn(registry.PERSONS, "person")
REFERRAL = SealedColumn(registry.REFERRALS, "referral")


SEALED: tuple[SealedColumn, ...] = (
    TELEGRAM,
    IDENTITY,
    SealedColumn(cards.TABLE, cards.PERSON),
    SealedColumn(cards.TABLE, cards.DETAILS),
    SealedColumn(cards.TABLE, cards.CORRECTION),
    SealedColumn(drafts.TABLE, drafts.FIELDS),
    SealedColumn(papers.TABLE, papers.PAGES),
    SealedColumn(policy_requests.TABLE, policy_requests.FORM),
    SealedColumn(versions.TABLE, versions.DATA),
    SealedColumn(versions.FORMS, versions.DATA),
    PHONE,
    SealedColumn(contacts.TABLE, contacts.EMAIL),
    SealedColumn(access_code.CODES, access_code.DIGEST, "salt"),
    SealedColumn(access_code.PROPOSALS, access_code.DIGEST, "salt"),
    SealedColumn(takeovers.TABLE, takeovers.PHONE),
    SealedColumn(moves.TABLE, moves.PHONE),
    SealedColumn(delivery.TABLE, delivery.FACTS),
    SealedColumn(dialog_keys.TABLE, dialog_keys.STATE, "key"),
    SealedColumn(dialog_keys.TABLE, dialog_keys.DATA, "key"),
    PERSON,
    SealedColumn(registry.BOOKINGS, "reason"),
    REFERRAL,
    SealedColumn(wishes.TABLE, wishes.WISH),
)

RECOMPUTED: tuple[Recomputed, ...] = (
    Recomputed(telegram_ids.TABLE, "telegram_index", telegram_ids.INDEX_KIND, TELEGRAM),
    Recomputed(cards.TABLE, "policy_index", cards.POLICY, IDENTITY, cards.read_policy_number),
    Recomputed(cards.TABLE, "person_index", cards.PERSON_KIND, SealedColumn(cards.TABLE, cards.PERSON)),
    Recomputed(contacts.TABLE, "phone_index", contacts.INDEX_KIND, PHONE),
    Recomputed(registry.PERSONS, "number_index", registry.BY_POLICY, PERSON, registry.read_policy_number),
    Recomputed(registry.REFERRALS, "number_index", registry.BY_REFERRAL, REFERRAL, registry.read_referral_number),
    Recomputed(registry.PERSONS, "snils_index", registry.BY_SNILS, PERSON, registry.read_snils),
)

KEYED_BEFORE = "(keyed_by IS NULL OR keyed_by <> :active)"

KEPT: tuple[Kept, ...] = (
    Kept("invitations", "token_index", family.INDEX_KIND, "made_at < :moved_at", "used_at IS NULL AND until > :now"),
    Kept(
        "staff_invitations", "token_index", posts.INDEX_KIND, "made_at < :moved_at", "outcome IS NULL AND until > :now"
    ),
    Kept("failed_checks", "number_index", checks.INDEX_KIND, "at < :moved_at", "at > :now - 3600"),
    Kept("failed_checks", "asker_index", telegram_ids.INDEX_KIND, "at < :moved_at", "at > :now - 3600"),
    Kept(dialog_keys.TABLE, "key", dialog_keys.KEY_KIND, "asked_at < :moved_at", "asked_at > :now - 86400"),
    Kept(access_code.CODES, "digest", access_code.INDEX_KIND, KEYED_BEFORE, "drops_at IS NULL OR drops_at > :now"),
    Kept(access_code.PROPOSALS, "digest", access_code.INDEX_KIND, KEYED_BEFORE, "until > :now"),
)
"""Failed checks count for an hour, see FAILURE_COUNTS_FOR; a prompt that was open for a day may be lost."""
