"""Holdings: every row that is kept of an account, opened and named so that its owner can read it.

A field that ends in ``_at``, and ``since`` and ``until``, is a moment. Left out are ids that only join rows, secrets
(a code's digest, an invitation's token), blind indexes of what is told openly elsewhere, and the times of the bot's
own work (the next question to the register, a lease).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.glossary import AccountId
from bot.patients.rules.drafts import shown
from bot.privacy.records import Holding
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher
from storage.database.queries import load_queries
from storage.database.rows import moment
from storage.patients.drafts import FIELDS as DRAFT_FIELDS
from storage.patients.drafts import TABLE as DRAFTS

queries = load_queries("privacy")

OF_ACCOUNT = (
    "account",
    "code",
    "consents",
    "requests_made",
    "invitations_received",
    "drafts",
    "messages",
    "failed_checks",
    "takeovers",
    "journal",
)
OF_PATIENT = (
    "cards",
    "representatives",
    "visits",
    "chosen_times",
    "requests_received",
    "invitations_made",
    "desk_matters",
    "said_once",
)
"""Rows of these name their patient in ``patient_id``."""

MOMENTS = frozenset({"at", "since", "until"})
FLAGS = frozenset({"reachable", "is_asked_for", "confirmed", "cancelling", "cancelled_late"})


class SqlHoldings:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def of_account(self, account: AccountId) -> Mapping[str, Sequence[Holding]]:
        """Everything that is kept of an account, section by section; a patient's rows name it in ``patient_id``."""
        return {section: await self._read(section, account) for section in (*OF_ACCOUNT, *OF_PATIENT)}

    async def _read(self, section: str, account: AccountId) -> Sequence[Holding]:
        rows = await getattr(queries, f"list_{section}")(self._connection, account=account)
        return [self._draft(row) if section == "drafts" else _record(row) for row in rows]

    def _draft(self, row: Row) -> Holding:
        typed = json.loads(self._cipher.open(DRAFTS, DRAFT_FIELDS, row["uid"], row["sealed_fields"]))
        return {"kind": row["kind"], "changed_at": moment(row["changed_at"]), "typed": shown(typed)}


def _record(row: Row) -> Holding:
    return {name: _value(name, row[name]) for name in row.keys()}  # noqa: SIM118 - iterating a row gives its values


def _value(name: str, value: object) -> object:
    if isinstance(value, int):
        if name in MOMENTS or name.endswith("_at"):
            return moment(value)
        if name in FLAGS:
            return bool(value)
    return value
