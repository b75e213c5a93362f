"""Storage for the services: every repository over one connection, in a unit of work or for reading."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache

from bot import ports
from bot.models import Purpose
from bot.rules.consents import CONSENT_VERSIONS
from storage.accounts import SqlAccounts
from storage.appointments import SqlAppointments
from storage.audit import SqlAudit
from storage.booking import SqlOrders
from storage.checks import SqlChecks
from storage.consents import SqlConsents
from storage.contacts import SqlContacts
from storage.crypto import BlindIndex, Cipher
from storage.database import Connection, Database
from storage.directory import SqlDirectory
from storage.drafts import SqlDrafts
from storage.family import SqlFamily
from storage.holdings import SqlHoldings
from storage.leases import SqlCursors, SqlLeases
from storage.outbox import SqlOutbox
from storage.patients import SqlPatients
from storage.pins import SqlPins
from storage.takeovers import SqlTakeovers


class SqlUnit:
    def __init__(
        self, connection: Connection, cipher: Cipher, index: BlindIndex, versions: Mapping[Purpose, str]
    ) -> None:
        self.accounts: ports.Accounts = SqlAccounts(connection, index, versions)
        self.consents: ports.Consents = SqlConsents(connection)
        self.patients: ports.Patients = SqlPatients(connection, cipher, index)
        self.checks: ports.Checks = SqlChecks(connection, index)
        self.family: ports.Family = SqlFamily(connection, index)
        self.directory: ports.Directory = SqlDirectory(connection)
        self.orders: ports.Orders = SqlOrders(connection)
        self.appointments: ports.Appointments = SqlAppointments(connection, cipher)
        self.outbox: ports.Outbox = SqlOutbox(connection, cipher)
        self.drafts: ports.Drafts = SqlDrafts(connection, cipher)
        self.audit: ports.Audit = SqlAudit(connection)
        self.cursors: ports.Cursors = SqlCursors(connection)
        self.leases: ports.Leases = SqlLeases(connection)
        self.holdings: ports.Holdings = SqlHoldings(connection, cipher)
        self.pins: ports.Pins = SqlPins(connection, index)
        self.contacts: ports.Contacts = SqlContacts(connection, cipher, index)
        self.takeovers: ports.Takeovers = SqlTakeovers(connection, cipher)


class SqlStorage:
    """Implements ports.Storage. ``versions`` says which wording of each consent counts as given."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        index: BlindIndex,
        versions: Mapping[Purpose, str] = CONSENT_VERSIONS,
    ) -> None:
        self._database, self._cipher, self._index, self._versions = database, cipher, index, versions
        # Repositories keep nothing of their own, and everybody reads through the same connection.
        self._view: Callable[[Connection], ports.UnitOfWork] = lru_cache(maxsize=2)(self._over)  # type: ignore[assignment]  # every Connection can be hashed

    @asynccontextmanager
    async def write(self) -> AsyncIterator[ports.UnitOfWork]:
        async with self._database.write() as connection:
            yield self._over(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ports.UnitOfWork]:
        async with self._database.read() as connection:
            yield self._view(connection)

    async def write_at_once(self, work: ports.Work[ports.Done]) -> ports.Done:
        return await self._database.write_at_once(lambda connection: work(self._over(connection)))

    async def read_at_once(self, work: ports.Work[ports.Done]) -> ports.Done:
        return await self._database.read_at_once(lambda connection: work(self._view(connection)))

    def _over(self, connection: Connection) -> ports.UnitOfWork:
        return SqlUnit(connection, self._cipher, self._index, self._versions)
