"""Contacts, sealed; a phone belongs to one account at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.account.records import Contact
from bot.glossary import AccountId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex, CannotOpen, Cipher, make_uid
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")

TABLE, PHONE, EMAIL = "contacts", "sealed_phone", "sealed_email"
INDEX_KIND = "phone"


class SqlContacts:
    def __init__(self, connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
        self._connection, self._cipher, self._index = connection, cipher, index

    async def get(self, account: AccountId) -> Contact:
        row = await queries.find_contacts(self._connection, account=account)
        return Contact() if row is None else Contact(self._open(row, PHONE), self._open(row, EMAIL))

    async def of_accounts(self, accounts: Iterable[AccountId]) -> Mapping[AccountId, Contact]:
        """Return the contacts of these accounts; an account that has given none is left out."""
        found = {}
        for some in in_places(accounts):
            for row in await queries.list_contacts(self._connection, **some):
                found[AccountId(row["account_id"])] = Contact(self._open(row, PHONE), self._open(row, EMAIL))
        return found

    async def find_owner(self, phone: str) -> AccountId | None:
        """Return the account that has this phone."""
        row = await queries.find_phone_owner(self._connection, phone=self._index.of(INDEX_KIND, phone))
        return None if row is None else AccountId(row["account_id"])

    async def set_phone(self, account: AccountId, phone: str | None) -> None:
        await queries.set_phone(
            self._connection,
            account=account,
            sealed=await self._seal(account, PHONE, phone),
            phone=None if phone is None else self._index.of(INDEX_KIND, phone),
        )
        await queries.delete_empty_contacts(self._connection, account=account)

    async def set_email(self, account: AccountId, email: str | None) -> None:
        await queries.set_email(self._connection, account=account, sealed=await self._seal(account, EMAIL, email))
        await queries.delete_empty_contacts(self._connection, account=account)

    async def guesses(self, account: AccountId, now: datetime) -> tuple[int, datetime | None]:
        """Return how many wrong access codes other accounts with this phone have typed, and until when they count."""
        row = await queries.find_guesses(self._connection, account=account)
        until = None if row is None else moment(row["guesses_until"])
        return (0, None) if row is None or until is None or until <= now else (row["guesses"], until)

    async def count_guess(self, account: AccountId, guesses: int, until: datetime) -> None:
        await queries.set_guesses(self._connection, account=account, guesses=guesses, until=seconds(until))

    async def forget(self, account: AccountId) -> None:
        await queries.delete_contacts(self._connection, account=account)

    async def _seal(self, account: AccountId, column: str, value: str | None) -> bytes | None:
        if value is None:
            return None
        # A value is sealed with the uid of its row, so the row is added first.
        await queries.add_contacts(self._connection, account=account, uid=make_uid())
        row = await queries.find_contacts(self._connection, account=account)
        return self._cipher.seal(TABLE, column, row["uid"], value)

    def _open(self, row: Row, column: str) -> str | None:
        """Return the text, or None; also if no key opens it: the owner can give it again."""
        try:
            return None if row[column] is None else self._cipher.open(TABLE, column, row["uid"], row[column])
        except CannotOpen:
            return None
