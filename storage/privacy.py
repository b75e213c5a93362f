"""Every row that is stored about an account, decrypted and with readable field names, for its export.

Fields named ``at``, ``since``, ``until`` or ending in ``_at`` are moments. Left out: ids that only join rows, secrets
(the digest of a code, the token of an invitation), blind indexes of values that are exported anyway, and times of the
bot's own work (the next policy check, a lease).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.applications.records import EnrollmentWish, Wished
from bot.glossary import AccountId
from bot.patients.rules.drafts import shown
from bot.privacy.records import ACCOUNT_SECTIONS, PATIENT_SECTIONS, ExportRecord
from storage.applications import policy_requests, wishes
from storage.applications.versions import open_sent, open_sent_form
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher
from storage.database.queries import load_queries
from storage.database.rows import moment
from storage.patients.drafts import FIELDS as DRAFT_FIELDS, TABLE as DRAFTS

queries = load_queries("privacy")

SECTIONS = ("account", "code", "consents", *ACCOUNT_SECTIONS, "cards", *PATIENT_SECTIONS)
"""Each has a query of its name; rows of ``cards`` and of patients' sections have a ``patient_id``."""

MOMENTS = frozenset({"at", "since", "until"})
FLAGS = frozenset({"reachable", "is_asked_for", "confirmed", "cancelling", "cancelled_late"})


class SqlHoldings:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def of_account(self, account: AccountId) -> Mapping[str, Sequence[ExportRecord]]:
        """Return the rows of each section."""
        return {section: await self._read(section, account) for section in SECTIONS}

    async def _read(self, section: str, account: AccountId) -> Sequence[ExportRecord]:
        rows = await getattr(queries, f"list_{section}")(self._connection, account=account)
        read = {
            "drafts": self._draft,
            "applications": self._application,
            "policy_requests": self._policy_request,
            "sent_applications": self._sent,
            "sent_policy_requests": self._sent_form,
        }.get(section, _record)
        return [read(row) for row in rows]

    def _sent(self, row: Row) -> ExportRecord:
        """Return what was sent of a card; nothing but the moment if no key opens it."""
        data = open_sent(self._cipher, row)
        known: ExportRecord = {"patient_id": row["patient_id"], "ref": row["ref"], "sent_at": moment(row["sent_at"])}
        if data is None:
            return known
        return {
            **known,
            "name": data.name,
            "birth_date": data.birth_date,
            "sex": data.sex,
            "policy_number": data.policy,
            "snils": data.snils or None,
            "certificate": data.certificate or None,
            "has_address": data.has_address,
            "has_phone": data.has_phone,
            **_asked(data.wish),
        }

    def _sent_form(self, row: Row) -> ExportRecord:
        """Return what was sent with an application for a policy; nothing but the moment if no key opens it."""
        data = open_sent_form(self._cipher, row)
        known: ExportRecord = {"ref": row["ref"], "sent_at": moment(row["sent_at"])}
        if data is None:
            return known
        return {
            **known,
            "name": data.name,
            "birth_date": data.birth_date,
            "sex": data.sex,
            "snils": data.snils or None,
            "has_address": data.has_address,
            "has_phone": data.has_phone,
        }

    def _draft(self, row: Row) -> ExportRecord:
        try:
            typed = shown(json.loads(self._cipher.open(DRAFTS, DRAFT_FIELDS, row["uid"], row["sealed_fields"])))
        except CannotOpen:
            typed = None
        return {"kind": row["kind"], "changed_at": moment(row["changed_at"]), "typed": typed}

    def _application(self, row: Row) -> ExportRecord:
        """Return an application; of one for a document with what was written."""
        plain = {name: value for name, value in _record(row).items() if name not in {"uid", wishes.WISH}}
        if row["sealed_wish"] is None:
            return plain
        try:
            asked = json.loads(self._cipher.open(wishes.TABLE, wishes.WISH, row["uid"], row["sealed_wish"]))
        except CannotOpen:
            asked = {"name": None, "said": None}
        return {**plain, "document": asked["name"], "said": asked["said"]}

    def _policy_request(self, row: Row) -> ExportRecord:
        """Return an application for a policy with what was typed."""
        plain = {name: value for name, value in _record(row).items() if name not in {"uid", policy_requests.FORM}}
        try:
            typed: Mapping[str, str] | None = policy_requests.open_form(self._cipher, row)
        except CannotOpen:
            typed = None
        return {**plain, "typed": typed}


def _asked(wish: Wished) -> ExportRecord:
    if isinstance(wish, EnrollmentWish):
        return {"reason": f"REASON_{wish.reason}", "last_change": f"CHANGE_{wish.last_change}"}
    return {"document": wish.name, "said": wish.said or None}


def _record(row: Row) -> ExportRecord:
    return {name: _value(name, row[name]) for name in row.keys()}  # noqa: SIM118 - iterating a row gives its values


def _value(name: str, value: object) -> object:
    if isinstance(value, int):
        if name in MOMENTS or name.endswith("_at"):
            return moment(value)
        if name in FLAGS:
            return bool(value)
    return value
