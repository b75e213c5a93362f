"""Accounts, each with its valid consents and its access code's lock."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from bot.core.people import Account, Purpose, Role
from bot.glossary import AccountId, ClinicId
from storage.account.access_code import read_lock
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex, CannotOpen, Cipher, make_uid
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.database.telegram_ids import index_of, indexes_of, seal, unseal

queries = load_queries("account")


class SqlAccounts:
    """``versions`` are the current versions of the consents."""

    def __init__(
        self, connection: Connection, cipher: Cipher, index: BlindIndex, versions: Mapping[Purpose, str]
    ) -> None:
        self._connection, self._cipher, self._index, self._versions = connection, cipher, index, versions

    async def find(self, telegram_id: int) -> Account | None:
        person = index_of(telegram_id, self._index)
        return self._account(await queries.find_account_by_telegram_id(self._connection, person=person))

    async def get(self, account: AccountId) -> Account | None:
        return self._account(await queries.find_account(self._connection, account=account))

    async def list_of(self, accounts: Iterable[AccountId]) -> Sequence[Account]:
        """Return these accounts in this order; one that is missing is left out."""
        wanted, found = [*accounts], {}
        for some in in_places(wanted):
            rows = await queries.list_accounts(self._connection, **some)
            for id, of_one in groupby(rows, key=lambda row: int(row["id"])):
                found[id] = self._account([*of_one])
        return [account for each in wanted if (account := found.get(each)) is not None]

    async def telegram_id_of(self, account: AccountId) -> int | None:
        """Return the Telegram id of an account; None if there is no such account or no key opens the id."""
        row = await queries.find_sealed_telegram(self._connection, account=account)
        try:
            return None if row is None else unseal(row["uid"], row["sealed_telegram"], self._cipher)
        except CannotOpen:
            return None

    async def require(self, account: AccountId) -> Account:
        """Return the acting account. Raises LookupError if it is missing, which is an error of the program."""
        found = await self.get(account)
        if found is None:
            raise LookupError("the acting account is gone")
        return found

    async def add(self, telegram_id: int, now: datetime) -> Account:
        """Return the account of this Telegram user, added if there was none."""
        uid, person = make_uid(), index_of(telegram_id, self._index)
        await queries.add_account(
            self._connection,
            filler=-secrets.randbits(62) - 1,
            uid=uid,
            sealed=seal(telegram_id, uid, self._cipher),
            person=person,
            now=seconds(now),
        )
        # Failed checks of an account that was erased count for the new one of the same person.
        for asker in indexes_of(telegram_id, self._index):
            await queries.restore_failed_checks(self._connection, person=person, asker=asker)
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

    async def name_clinic(self, account: AccountId, clinic: ClinicId) -> None:
        """Store the clinic whose link the account has opened."""
        await queries.set_named_clinic(self._connection, account=account, clinic=clinic)

    async def appoint(self, account: AccountId, role: Role, clinic: ClinicId) -> None:
        await queries.set_role(self._connection, account=account, role=role, clinic=clinic)

    async def dismiss(self, account: AccountId) -> None:
        await queries.set_role(self._connection, account=account, role=None, clinic=None)

    async def list_staff(self, clinic: ClinicId | None = None) -> Sequence[Account]:
        """List the members of a clinic's staff, or of every clinic's, by clinic."""
        rows = await queries.list_staff_ids(self._connection, clinic=clinic)
        return await self.list_of(AccountId(row["id"]) for row in rows)

    async def erase(self, account: AccountId) -> None:
        """Delete the account, its own patients and all that belongs to them, and its dialog state.

        Consents, journal entries and failed checks stay without a link to the person.
        """
        await queries.delete_sole_patients(self._connection, account=account)
        await queries.index_failed_checks(self._connection, account=account)
        await queries.delete_account(self._connection, account=account)

    async def list_without_consent(self, since: datetime, before: datetime, limit: int) -> Sequence[AccountId]:
        """Return accounts added between these moments that gave no consent, but for staff members."""
        rows = await queries.list_accounts_without_consent(
            self._connection, since=seconds(since), before=seconds(before), limit=limit
        )
        return [AccountId(row["id"]) for row in rows]

    async def forget_prompts(self, before: datetime) -> None:
        """Delete the prompts that were opened before that moment, with what was typed at them."""
        await queries.delete_old_dialogs(self._connection, before=seconds(before))

    def _account(self, rows: Sequence[Row]) -> Account | None:
        """Read the rows of one account: one for each consent, at least one."""
        if not rows:
            return None
        row = rows[0]
        current = frozenset(p for p, version in self._versions.items() if _has_agreed(rows, p, version))
        return Account(
            id=AccountId(row["id"]),
            language=row["language"],
            consents=current,
            older_consents=frozenset(Purpose(each["purpose"]) for each in rows if each["purpose"]) - current,
            reachable=bool(row["reachable"]),
            role=Role(row["role"]) if row["role"] else None,
            clinic=row["clinic_id"],
            telegram_language=row["telegram_language"],
            lock=None if row["locked"] is None else read_lock(row),
            cards=row["cards"],
            named_clinic=row["named_clinic_id"],
            mark=bytes(row["telegram_index"]),
        )


def _has_agreed(rows: Sequence[Row], purpose: Purpose, version: str) -> bool:
    return any(row["purpose"] == purpose and row["version"] == version for row in rows)
