"""The rows of what was sent with an application of any kind, each time; sealed, and deleted with the application."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from bot.applications.records import PaperKind, SentData, SentVersion
from bot.core.people import Sex
from bot.core.policy_form import FormPart, SentForm
from bot.glossary import ApplicationId, PolicyRequestId
from storage.applications.wishes import wish_in, wish_words
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("versions")

TABLE, DATA = "application_versions", "sealed_data"
FORMS = "policy_request_versions"
"""its column has the same name"""


class SqlSentVersions:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def add(self, application: ApplicationId, data: SentData, now: datetime) -> None:
        uid = make_uid()
        sealed = self._cipher.seal(TABLE, DATA, uid, _written(data))
        await queries.add_application_version(
            self._connection, uid=uid, application=application, now=seconds(now), data=sealed
        )

    async def list_of(self, application: ApplicationId) -> Sequence[SentVersion]:
        """Return every sending of an application, the first one first."""
        rows = await queries.list_application_versions(self._connection, application=application)
        return [SentVersion(moment(row["sent_at"]), open_sent(self._cipher, row)) for row in rows]


class SqlSentForms:
    """What was sent with an application for a policy, each time."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def add(self, request: PolicyRequestId, data: SentForm, now: datetime) -> None:
        uid = make_uid()
        sealed = self._cipher.seal(FORMS, DATA, uid, _written_form(data))
        await queries.add_policy_request_version(
            self._connection, uid=uid, request=request, now=seconds(now), data=sealed
        )

    async def list_of(self, request: PolicyRequestId) -> Sequence[SentVersion]:
        """Return every sending of an application, the first one first."""
        rows = await queries.list_policy_request_versions(self._connection, request=request)
        return [SentVersion(moment(row["sent_at"]), open_sent_form(self._cipher, row)) for row in rows]


def open_sent(cipher: Cipher, row: Row) -> SentData | None:
    """Return what a row with ``uid`` and ``sealed_data`` keeps, None if no key opens it."""
    try:
        stored = json.loads(cipher.open(TABLE, DATA, row["uid"], row["sealed_data"]))
    except CannotOpen:
        return None
    return SentData(
        stored["name"],
        date.fromisoformat(stored["birth_date"]),
        stored["policy"],
        stored["snils"],
        stored["certificate"],
        stored["has_address"],
        stored["has_phone"],
        wish_in(stored["wish"]),
        tuple(PaperKind(each) for each in stored["papers"]),
        Sex(stored["sex"]) if stored.get("sex") else None,
    )


def _written(data: SentData) -> str:
    stored = {
        "name": data.name,
        "birth_date": data.birth_date.isoformat(),
        "policy": data.policy,
        "snils": data.snils,
        "certificate": data.certificate,
        "has_address": data.has_address,
        "has_phone": data.has_phone,
        "wish": wish_words(data.wish),
        "papers": data.papers,
        "sex": data.sex,
    }
    return json.dumps(stored, ensure_ascii=False)


def open_sent_form(cipher: Cipher, row: Row) -> SentForm | None:
    """Return what a row with ``uid`` and ``sealed_data`` keeps of a form, None if no key opens it."""
    try:
        stored = json.loads(cipher.open(FORMS, DATA, row["uid"], row["sealed_data"]))
    except CannotOpen:
        return None
    return SentForm(
        stored["name"],
        date.fromisoformat(stored["birth_date"]),
        Sex(stored["sex"]),
        stored["snils"],
        stored["has_address"],
        stored["has_phone"],
        tuple(FormPart(each) for each in stored["changed"]),
    )


def _written_form(data: SentForm) -> str:
    stored = {
        "name": data.name,
        "birth_date": data.birth_date.isoformat(),
        "sex": data.sex,
        "snils": data.snils,
        "has_address": data.has_address,
        "has_phone": data.has_phone,
        "changed": data.changed,
    }
    return json.dumps(stored, ensure_ascii=False)
