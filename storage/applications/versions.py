"""The rows of what was sent with an application, each time; sealed, and deleted with the application."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from bot.applications.records import PaperKind, SentData, SentVersion
from bot.core.people import Sex
from bot.glossary import ApplicationId
from storage.applications.wishes import wish_in, wish_words
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("versions")

TABLE, DATA = "application_versions", "sealed_data"


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
