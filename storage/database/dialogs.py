"""What a unit of work reads of the stored dialogs."""

from __future__ import annotations

import json
from typing import Any

import structlog

from storage.database.connection import Connection
from storage.database.crypto import BlindIndex, CannotOpen, Cipher
from storage.database.dialog_keys import DATA, TABLE, keys_of
from storage.database.queries import load_queries

queries = load_queries("dialogs")

log = structlog.get_logger(__name__)


class SqlDialogs:
    """The dialogs of this connection, opened."""

    def __init__(self, connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
        self._connection, self._cipher, self._index = connection, cipher, index

    async def find(self, plain: str, column: str) -> str | None:
        """Return the opened column, or None, also if no key opens it: a damaged prompt must not stop its person.

        The row's key binds the sealed value, so no uid has to be read first.
        """
        for row in keys_of(plain, self._index):
            found = await queries.find_dialog(self._connection, key=row)
            if found and found[column]:
                return self._open(column, row, found[column])
        return None

    async def find_prompt(self, plain: str) -> dict[str, Any]:
        """Return the data of the dialog: its open prompt, {} if nothing is asked."""
        text = await self.find(plain, DATA)
        prompt: dict[str, Any] = json.loads(text) if text else {}
        return prompt

    def _open(self, column: str, row: str, sealed: bytes) -> str | None:
        try:
            return self._cipher.open(TABLE, column, row.encode(), sealed)
        except CannotOpen:
            log.warning("an open prompt cannot be read", column=column)
            return None
