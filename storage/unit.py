"""The unit of work: the repositories over one connection, each built on first use."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.account.rules.consents import CONSENT_VERSIONS
from bot.core.people import Purpose
from storage.account.access_code import SqlAccessCodes
from storage.account.accounts import SqlAccounts
from storage.account.consents import SqlConsents
from storage.account.contacts import SqlContacts
from storage.account.moves import SqlMoves
from storage.account.takeovers import SqlTakeovers
from storage.alarms import SqlAlarms
from storage.applications.applications import SqlApplications
from storage.applications.codes import SqlApplicationCodes
from storage.applications.enrollments import SqlClinicConsents, SqlEnrollments
from storage.applications.papers import SqlPapers
from storage.applications.policy_requests import SqlPolicyRequests
from storage.applications.versions import SqlSentForms, SqlSentVersions
from storage.applications.waits import SqlEnrollmentWaits
from storage.booking.appointments import SqlAppointments
from storage.booking.blocks import SqlBlocks
from storage.booking.closed import SqlClosedVisits
from storage.booking.elsewhere import SqlElsewhere
from storage.booking.favourites import SqlFavourites
from storage.booking.keys import SqlVisitKeys
from storage.booking.orders import SqlOrders
from storage.booking.presence import SqlPresence
from storage.booking.referrals import SqlReferrals
from storage.booking.tickets import SqlTickets
from storage.booking.visit_numbers import SqlVisitNumbers
from storage.budgets import SqlBudgets
from storage.clinics import SqlDirectory
from storage.database.connection import Connection, Database
from storage.database.crypto import BlindIndex, Cipher
from storage.database.dialogs import SqlDialogs
from storage.delivery import SqlOutbox
from storage.erasures import append_erasures, list_unlogged, mark_logged
from storage.family import SqlFamily
from storage.journal import SqlAudit
from storage.leases import SqlCursors, SqlLeases
from storage.lookup import SqlLookup
from storage.passing import SqlPassing
from storage.patients.cards import SqlPatients
from storage.patients.checks import SqlChecks
from storage.patients.desk_checks import SqlDeskChecks
from storage.patients.drafts import SqlDrafts
from storage.patients.matters import SqlMatters
from storage.patients.representatives import SqlRepresentatives
from storage.patients.unchecked import SqlUnchecked
from storage.posts import SqlPosts
from storage.privacy import SqlHoldings
from storage.steps import SqlSteps
from storage.zones import SqlZones


class UnitOfWork:
    """The repositories of one unit of work. A property builds its repository when it is first used."""

    def __init__(
        self, connection: Connection, cipher: Cipher, index: BlindIndex, versions: Mapping[Purpose, str]
    ) -> None:
        self._connection, self._cipher, self._index, self._versions = connection, cipher, index, versions

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._connection, self._cipher, self._index, self._versions)

    @cached_property
    def dialogs(self) -> SqlDialogs:
        return SqlDialogs(self._connection, self._cipher, self._index)

    @cached_property
    def consents(self) -> SqlConsents:
        return SqlConsents(self._connection)

    @cached_property
    def patients(self) -> SqlPatients:
        return SqlPatients(self._connection, self._cipher, self._index)

    @cached_property
    def checks(self) -> SqlChecks:
        return SqlChecks(self._connection, self._index)

    @cached_property
    def representatives(self) -> SqlRepresentatives:
        return SqlRepresentatives(self._connection, self._index)

    @cached_property
    def matters(self) -> SqlMatters:
        return SqlMatters(self._connection)

    @cached_property
    def desk_checks(self) -> SqlDeskChecks:
        return SqlDeskChecks(self._connection)

    @cached_property
    def unchecked(self) -> SqlUnchecked:
        return SqlUnchecked(self._connection)

    @cached_property
    def family(self) -> SqlFamily:
        return SqlFamily(self._connection, self._index)

    @cached_property
    def directory(self) -> SqlDirectory:
        return SqlDirectory(self._connection)

    @cached_property
    def orders(self) -> SqlOrders:
        return SqlOrders(self._connection)

    @cached_property
    def appointments(self) -> SqlAppointments:
        return SqlAppointments(self._connection, self._cipher)

    @cached_property
    def visit_keys(self) -> SqlVisitKeys:
        return SqlVisitKeys(self._index)

    @cached_property
    def visit_numbers(self) -> SqlVisitNumbers:
        return SqlVisitNumbers(self._connection)

    @cached_property
    def tickets(self) -> SqlTickets:
        return SqlTickets(self._index)

    @cached_property
    def blocks(self) -> SqlBlocks:
        return SqlBlocks(self._connection)

    @cached_property
    def presence(self) -> SqlPresence:
        return SqlPresence(self._connection)

    @cached_property
    def elsewhere(self) -> SqlElsewhere:
        return SqlElsewhere(self._connection)

    @cached_property
    def referrals(self) -> SqlReferrals:
        return SqlReferrals(self._connection)

    @cached_property
    def favourites(self) -> SqlFavourites:
        return SqlFavourites(self._connection)

    @cached_property
    def closed_visits(self) -> SqlClosedVisits:
        return SqlClosedVisits(self._connection)

    @cached_property
    def applications(self) -> SqlApplications:
        return SqlApplications(self._connection, self._cipher)

    @cached_property
    def enrollments(self) -> SqlEnrollments:
        return SqlEnrollments(self._connection)

    @cached_property
    def application_codes(self) -> SqlApplicationCodes:
        return SqlApplicationCodes(self._index)

    @cached_property
    def clinic_consents(self) -> SqlClinicConsents:
        return SqlClinicConsents(self._connection)

    @cached_property
    def policy_requests(self) -> SqlPolicyRequests:
        return SqlPolicyRequests(self._connection, self._cipher)

    @cached_property
    def papers(self) -> SqlPapers:
        return SqlPapers(self._connection, self._cipher)

    @cached_property
    def sent_versions(self) -> SqlSentVersions:
        return SqlSentVersions(self._connection, self._cipher)

    @cached_property
    def sent_forms(self) -> SqlSentForms:
        return SqlSentForms(self._connection, self._cipher)

    @cached_property
    def enrollment_waits(self) -> SqlEnrollmentWaits:
        return SqlEnrollmentWaits(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._connection, self._cipher)

    @cached_property
    def passing(self) -> SqlPassing:
        return SqlPassing(self._connection)

    @cached_property
    def posts(self) -> SqlPosts:
        return SqlPosts(self._connection, self._index)

    @cached_property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self._connection, self._cipher)

    @cached_property
    def audit(self) -> SqlAudit:
        return SqlAudit(self._connection)

    @cached_property
    def alarms(self) -> SqlAlarms:
        return SqlAlarms(self._connection)

    @cached_property
    def budgets(self) -> SqlBudgets:
        return SqlBudgets(self._connection)

    @cached_property
    def steps(self) -> SqlSteps:
        return SqlSteps(self._connection)

    @cached_property
    def cursors(self) -> SqlCursors:
        return SqlCursors(self._connection)

    @cached_property
    def leases(self) -> SqlLeases:
        return SqlLeases(self._connection)

    @cached_property
    def zones(self) -> SqlZones:
        return SqlZones(self._connection)

    @cached_property
    def holdings(self) -> SqlHoldings:
        return SqlHoldings(self._connection, self._cipher)

    @cached_property
    def lookup(self) -> SqlLookup:
        return SqlLookup(self._connection, self._index)

    @cached_property
    def access_codes(self) -> SqlAccessCodes:
        return SqlAccessCodes(self._connection, self._cipher, self._index)

    @cached_property
    def contacts(self) -> SqlContacts:
        return SqlContacts(self._connection, self._cipher, self._index)

    @cached_property
    def takeovers(self) -> SqlTakeovers:
        return SqlTakeovers(self._connection, self._cipher, self._index)

    @cached_property
    def moves(self) -> SqlMoves:
        return SqlMoves(self._connection, self._cipher)


log = structlog.get_logger(__name__)

T = TypeVar("T")
Work = Callable[[UnitOfWork], Coroutine[Any, Any, T]]


class Storage:
    """Runs units of work, each in at most one hop to a database thread, however many statements it has.

    The work may run on another thread, and may run twice. Therefore it awaits nothing but its unit of work and changes
    nothing but the database. After a Conflict it does nothing more: it lets the exception pass, and the caller decides
    what to run next. ``versions`` are the current versions of the consents.
    """

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        index: BlindIndex,
        versions: Mapping[Purpose, str] = CONSENT_VERSIONS,
        erasures: Path | None = None,
    ) -> None:
        """``erasures`` is the file that lists the numbers of erased accounts and cards; without it none is kept."""
        self._database, self._cipher, self._index, self._versions = database, cipher, index, versions
        self._erasures = erasures

    async def read(self, work: Work[T]) -> T:
        """Return the result of ``work``, which only reads. It never waits for the writer."""
        return await self._database.read(lambda connection: work(self._unit(connection)))

    async def write(self, work: Work[T]) -> T:
        """Return the result of ``work`` once its changes are durable. An exception from ``work`` rolls it back.

        Raises NotCommitted if the transaction cannot be made durable.
        """
        return await self._database.write(lambda connection: work(self._unit(connection)))

    async def erase(self, work: Work[T]) -> T:
        """Write a unit that erases what people have stored, and leave the erased bytes in no file."""
        result = await self.write(work)
        await self.list_erasures()
        await self.clear_log()
        return result

    async def list_erasures(self) -> None:
        """Append to the list of erasures what is not in it yet. A failure is only logged: a job repeats it."""
        while self._erasures is not None and (erased := await list_unlogged(self._database)):
            try:
                await asyncio.to_thread(append_erasures, self._erasures, erased)
            except OSError as error:
                log.error("the list of erasures cannot be written", error=error.strerror)
                return
            await mark_logged(self._database, erased)

    async def clear_log(self) -> None:
        """Empty the database's log, which keeps deleted rows. A failure is only logged: a job repeats it every hour."""
        try:
            is_empty = await self._database.clear_log()
        except sqlite3.Error as error:
            log.warning("the log of the database was not emptied", error=type(error).__name__)
        else:
            if not is_empty:
                log.warning("the log of the database was not emptied: it is in use")

    def take_unreadable(self) -> set[str]:
        """Return the tables of the sealed values that could not be opened since the last call."""
        found = set()
        while self._cipher.unreadable:
            found.add(self._cipher.unreadable.popleft())
        return found

    def _unit(self, connection: Connection) -> UnitOfWork:
        return UnitOfWork(connection, self._cipher, self._index, self._versions)
