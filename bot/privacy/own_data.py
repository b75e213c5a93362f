"""What an account sees of its own data: a summary, its contacts with a takeover under way, and its journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.account.records import Consent, Contact, Move, Takeover, TakeoverStatus
from bot.core.clock import Clock
from bot.core.deeds import AuditEntry
from bot.core.pages import last_page
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId
from bot.privacy.visits import list_unshared_visits

ENTRIES_PER_PAGE = 20


class DataSummary(NamedTuple):
    """What is stored about an account, in numbers."""

    consents: Sequence[Consent]
    """the newest of each purpose, revoked ones included"""
    patients: int
    unreadable: int
    """patients that no key opens"""
    visits: int
    """upcoming ones"""
    shared: int
    """patients with another representative: their cards and visits survive an erasure of this account"""
    unreadable_visits: int
    """upcoming ones of patients that no key opens: an erasure cannot cancel them"""
    unshared_visits: int
    """upcoming visits of the other patients"""
    applications: int
    """open ones that this account has sent: an erasure withdraws them"""


class ContactsSummary(NamedTuple):
    contact: Contact
    has_policy: bool
    """a patient of this account has a verified policy"""
    as_new: Takeover | None
    """a takeover that this account is offered or has asked for"""
    as_old: Takeover | None
    """a takeover that another account has asked this one for"""
    moved: Move | None
    """the newest move from this account that it may still undo"""


class JournalPage(NamedTuple):
    entries: Sequence[AuditEntry]
    total: int
    """of all entries"""


class OwnData:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def summary(self, view: UnitOfWork, account: AccountId) -> DataSummary:
        now = self._clock.now()
        consents = await view.consents.list_of(account)
        known = await view.patients.list_of(account)
        patients = [patient.id for patient in known]
        shared = [patient for patient in patients if len(await view.representatives.list_of(patient)) > 1]
        visits = await view.appointments.upcoming(account, now)
        unshared = await list_unshared_visits(view, account, now)
        return DataSummary(
            consents,
            patients=len(patients),
            unreadable=known.unreadable,
            visits=len(visits),
            shared=len(shared),
            unreadable_visits=visits.unreadable,
            unshared_visits=len(unshared),
            applications=len(await view.applications.list_open_from(account)),
        )

    @reads
    async def contacts(self, view: UnitOfWork, account: AccountId) -> ContactsSummary:
        now = self._clock.now()
        return ContactsSummary(
            await view.contacts.get(account),
            any(patient.is_verified for patient in await view.patients.list_of(account)),
            _open(await view.takeovers.find_by_new(account), now),
            _open(await view.takeovers.find_by_old(account), now),
            next(iter(await view.moves.list_of_old(account, now)), None),
        )

    @reads
    async def journal(self, view: UnitOfWork, account: AccountId, page: int = 0) -> JournalPage:
        """Return a page of what this account has done, the newest first; the last page if there are less."""
        total = await view.audit.count_of(account)
        at = last_page(page, total, ENTRIES_PER_PAGE)
        return JournalPage(await view.audit.list_of(account, ENTRIES_PER_PAGE, at * ENTRIES_PER_PAGE), total)


def _open(takeover: Takeover | None, now: datetime) -> Takeover | None:
    """Return the takeover unless it is refused or its offer has expired."""
    if takeover is None or takeover.status is TakeoverStatus.REFUSED:
        return None
    # A takeover that was asked for stays open after its time until the worker moves everything.
    has_expired = takeover.status is TakeoverStatus.OFFERED and takeover.due_at <= now
    return None if has_expired else takeover
