"""Accounts, each with its valid consents and its access code's lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.people import Account, Purpose, Role
from bot.glossary import AccountId, ClinicId
from storage.account.access_code import read_lock
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("account")

INDEX_KIND = "asker"


class SqlAccounts:
    """``versions`` are the current versions of the consents."""

    def __init__(self, connection: Connection, index: BlindIndex, versions: Mapping[Purpose, str]) -> None:
        self._connection, self._index, self._versions = connection, index, versions

    async def find(self, telegram_id: int) -> Account | None:
        return self._account(await queries.find_account_by_telegram_id(self._connection, telegram_id=telegram_id))

    async def get(self, account: AccountId) -> Account | None:
        return self._account(await queries.find_account(self._connection, account=account))

    async def require(self, account: AccountId) -> Account:
        """Return the acting account. Raises LookupError if it is missing, which is an error of the program."""
        found = await self.get(account)
        if found is None:
            raise LookupError("the acting account is gone")
        return found

    async def add(self, telegram_id: int, now: datetime) -> Account:
        """Return the account of this Telegram user, added if there was none."""
        await queries.add_account(self._connection, telegram_id=telegram_id, now=seconds(now))
        # Failed checks of an account that was erased count for the new one of the same person.
        await queries.restore_failed_checks(
            self._connection, telegram_id=telegram_id, asker=self._asker_index(telegram_id)
        )
        account = await self.find(telegram_id)
        if account is None:
            raise LookupError("an account that was just added is gone")
        return account

    async def set_language(self, account: AccountId, language: str) -> None:
        await queries.set_language(self._connection, account=account, language=language)

    async def set_telegram_language(self, account: AccountId, language: str | None) -> None:
        await queries.set_telegram_language(self._connection, account=account, language=language)

    async def set_reachable(self, account: AccountId, reachable: bool) -> None:
        await queries.set_reachable(self._connection, account=account, reachable=int(reachable))

    async def appoint(self, account: AccountId, role: Role, clinic: ClinicId) -> None:
        await queries.set_role(self._connection, account=account, role=role, clinic=clinic)

    async def dismiss(self, account: AccountId) -> None:
        await queries.set_role(self._connection, account=account, role=None, clinic=None)

    async def list_staff(self, clinic: ClinicId | None = None) -> Sequence[Account]:
        """List the members of a clinic's staff, or of every clinic's, by clinic."""
        rows = await queries.list_staff_ids(self._connection, clinic=clinic)
        return [await self.require(AccountId(row["id"])) for row in rows]

    async def erase(self, account: AccountId) -> None:
        """Delete the account, its own patients and all that belongs to them, and its dialog state.

        Consents, journal entries and failed checks stay without a link to the person.
        """
        known = await self.get(account)
        if known is None:
            return
        await queries.delete_sole_patients(self._connection, account=account)
        await queries.index_failed_checks(self._connection, account=account, asker=self._asker_index(known.telegram_id))
        await queries.delete_dialogs(self._connection, account=account)
        await queries.delete_account(self._connection, account=account)

    def _asker_index(self, telegram_id: int) -> bytes:
        return self._index.of(INDEX_KIND, str(telegram_id))

    def _account(self, rows: Sequence[Row]) -> Account | None:
        """Read the rows of one account: one for each consent, at least one."""
        if not rows:
            return None
        row = rows[0]
        current = frozenset(p for p, version in self._versions.items() if _has_agreed(rows, p, version))
        return Account(
            id=AccountId(row["id"]),
            telegram_id=row["telegram_id"],
            language=row["language"],
            consents=current,
            older_consents=frozenset(Purpose(each["purpose"]) for each in rows if each["purpose"]) - current,
            reachable=bool(row["reachable"]),
            role=Role(row["role"]) if row["role"] else None,
            clinic=row["clinic_id"],
            telegram_language=row["telegram_language"],
            lock=None if row["locked"] is None else read_lock(row),
        )


def _has_agreed(rows: Sequence[Row], purpose: Purpose, version: str) -> bool:
    return any(row["purpose"] == purpose and row["version"] == version for row in rows)
