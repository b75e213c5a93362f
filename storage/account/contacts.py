"""Contacts, sealed; a phone belongs to one account at a time."""

from __future__ import annotations

from bot.account.records import Contact
from bot.glossary import AccountId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex, CannotOpen, Cipher, make_uid
from storage.database.queries import load_queries

queries = load_queries("account")

TABLE, PHONE, EMAIL = "contacts", "sealed_phone", "sealed_email"
INDEX_KIND = "phone"


class SqlContacts:
    def __init__(self, connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
        self._connection, self._cipher, self._index = connection, cipher, index

    async def get(self, account: AccountId) -> Contact:
        row = await queries.find_contacts(self._connection, account=account)
        return Contact() if row is None else Contact(self._open(row, PHONE), self._open(row, EMAIL))

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
