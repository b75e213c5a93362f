"""Watch confirmed policies and the calendar of their patients, and notify the representatives."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient, VerificationStatus
from bot.core.people import Account
from bot.core.tasks import Background
from bot.core.timing import MOSCOW, in_quiet_hours
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, PatientId
from bot.patients import notices
from bot.patients.check import Checks
from bot.patients.consenting import consenting_representatives
from bot.patients.news import (
    CardClosed,
    CardToConfirm,
    CheckLate,
    CorrectionDue,
    PatientNews,
    PolicyChanged,
    PolicyEnds,
    PolicyWanted,
)
from bot.patients.records import Detail, VisitAhead
from bot.patients.rules import checks as checking, watch as rules
from bot.patients.transitions import close_card
from bot.patients.zones import zone_of

LOOKS_AT_ONCE = 20
LOOK_LEASE = timedelta(minutes=10)

REMINDERS = (CorrectionDue, PolicyEnds, CardToConfirm)
"""These are sent only to accounts with the consent to reminders."""


class WatchedPatient(NamedTuple):
    """The patient of a notice as it is when the notice is sent."""

    patient: Patient
    clinic: Clinic | None
    closed_at: datetime | None
    visits: Sequence[VisitAhead]


class DuePatient(NamedTuple):
    """A patient whose look is due, with the consenting representatives, the owner first."""

    patient: Patient
    accounts: Sequence[Account]
    zone: ZoneInfo
    valid_until: date | None
    closed_at: datetime | None


class Watching:
    def __init__(self, storage: Storage, checks: Checks, background: Background, clock: Clock) -> None:
        self._storage, self._checks, self._background, self._clock = storage, checks, background, clock

    # --- the worker's turn --------------------------------------------------------------------------------------------

    async def look_due(self) -> int:
        """Look at no more than LOOKS_AT_ONCE of the patients who are due; return how many there were.

        Twenty every ten seconds are 57,600 in the eight hours over which the patients of a zone are spread, and half
        as many if the register is slow.
        """
        now = self._clock.now()
        due = await self._storage.write(lambda uow: uow.checks.claim_looks(now, now + LOOK_LEASE, LOOKS_AT_ONCE))
        # In parallel: each waits for a silent register until its time limit, one after another would take minutes.
        looking = {self._background.start(self._look(patient)) for patient in due}
        if looking:
            await asyncio.wait(looking)
        return len(due)

    async def _look(self, patient: PatientId) -> None:
        due = await self._apply_calendar(patient)
        if due is not None and checking.is_watched(due.patient.verification):
            await self._checks.look(due.accounts[0].id, due.patient)

    @writes
    async def _apply_calendar(self, uow: UnitOfWork, patient: PatientId) -> DuePatient | None:
        """Enqueue what is due about a patient; return None if the policy is not to be checked now.

        That is at night, for a closed card, and without a consenting representative.
        """
        now = self._clock.now()
        due = await _find_due(uow, patient)
        if due is None or in_quiet_hours(now, due.zone):
            zone = MOSCOW if due is None else due.zone
            await uow.checks.set_next_look(patient, checking.next_look(now, zone, patient))
            return None
        if due.closed_at is not None:
            await _erase_expired(uow, due, due.closed_at, now)
            return None
        if rules.has_grown_up(due.patient.birth_date, now, due.zone):
            await _close(uow, due, now)
            return None
        await _notify(uow, due, now)
        await uow.checks.set_next_look(patient, checking.next_look(now, due.zone, patient))
        return due

    # --- the parent ---------------------------------------------------------------------------------------------------

    @writes
    async def confirm(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
        """Record that a parent has confirmed the card; the question comes again in half a year. Raises NotYours."""
        now = self._clock.now()
        found = await uow.patients.require(account, patient)
        await uow.checks.record_matter(patient, rules.CONFIRMED, now)
        await uow.audit.add(Actor.account(account), Deed.CARD_CONFIRMED, Subject.patient(patient), now)
        return found

    @writes
    async def remind_of_policy(self, uow: UnitOfWork, account: AccountId) -> datetime:
        """Enqueue the reminder to get a policy for a child without one; return when it is due."""
        now = self._clock.now()
        reminder = notices.policy_wanted(account, len(await uow.patients.list_of(account)), now)
        await uow.outbox.add(reminder, now)
        return reminder.due_at

    # --- the re-check at the moment of sending ------------------------------------------------------------------------

    @reads
    async def still_without_policy(self, view: UnitOfWork, message: PolicyWanted) -> bool:
        """Return whether no child has been added since the reminder was enqueued."""
        cards = len(await view.patients.list_of(message.account))
        return cards <= message.cards

    @reads
    async def about(self, view: UnitOfWork, message: PatientNews) -> WatchedPatient | None:
        """Return the facts of a notice, or None if it is no longer true. Raises NotYet while a check is open."""
        account = await view.accounts.get(message.account)
        try:
            patient = await view.patients.require(message.account, message.patient)
        except NotYours:
            return None
        if account is None:
            return None
        watched = await view.checks.watched(patient.id)
        clinic = None if patient.clinic is None else await view.directory.clinic(patient.clinic)
        visits = await view.patients.list_visits_ahead(message.account, patient.id, self._clock.now())
        found = WatchedPatient(patient, clinic, watched.closed_at, visits)
        return found if _is_still_true(message, found, account) else None


async def _find_due(uow: UnitOfWork, patient: PatientId) -> DuePatient | None:
    """Return None without a consenting representative: the patient is looked at again a day later."""
    accounts = await consenting_representatives(uow, patient)
    if not accounts:
        return None
    found, watched = await uow.patients.require(accounts[0].id, patient), await uow.checks.watched(patient)
    typed = (await uow.patients.details(patient)).get(Detail.VALID_UNTIL)
    valid_until = watched.valid_until or (date.fromisoformat(typed) if typed else None)
    zone = await zone_of(uow, found.clinic)
    return DuePatient(found, accounts, zone, valid_until, watched.closed_at)


async def _notify(uow: UnitOfWork, due: DuePatient, now: datetime) -> None:
    patient = due.patient
    recorded = await uow.checks.recorded_matters(patient.id)
    for occasion in rules.occasions(patient.birth_date, due.valid_until, recorded, now, due.zone):
        if occasion is rules.Occasion.CONFIRM and not patient.is_verified:
            continue  # the policy has to be settled first
        if not (recipients := _recipients(due, occasion)):
            continue  # not recorded: it will be sent when an account consents to reminders
        await uow.checks.record_matter(patient.id, rules.matter_of(occasion, due.valid_until), now)
        for account in recipients:
            await uow.outbox.add(notices.occasion_came(account, patient.id, occasion, now, due.valid_until), now)


def _recipients(due: DuePatient, occasion: rules.Occasion) -> list[AccountId]:
    """Birthdays go to all representatives, the rest needs the consent to reminders; only the owner confirms a card."""
    accounts = due.accounts[:1] if occasion is rules.Occasion.CONFIRM else due.accounts
    return [each.id for each in accounts if occasion in rules.BIRTHDAYS or each.wants_reminders]


async def _close(uow: UnitOfWork, due: DuePatient, now: datetime) -> None:
    """Close the card of a patient who is of age; the representatives may still take the data along."""
    patient = due.patient.id
    await close_card(uow, patient, now)
    for account in due.accounts:
        await uow.outbox.add(notices.card_closed(account.id, patient, now), now)
    # Write one entry: all representatives read the same history.
    await uow.audit.add(Actor.system(due.accounts[0].id), Deed.CARD_CLOSED, Subject.patient(patient), now)


async def _erase_expired(uow: UnitOfWork, due: DuePatient, closed_at: datetime, now: datetime) -> None:
    patient, until = due.patient.id, rules.erased_on(closed_at)
    if now < until:
        await uow.checks.set_next_look(patient, until)
        return
    for each in await uow.representatives.list_of(patient):
        await uow.audit.add(Actor.system(each.account), Deed.CARD_ERASED, Subject.patient(patient), now)
        await uow.patients.unlink(each.account, patient)


def _is_still_true(message: PatientNews, found: WatchedPatient, account: Account) -> bool:
    verification = found.patient.verification
    if isinstance(message, CheckLate):
        return verification.is_open
    if isinstance(message, CardClosed):
        return found.closed_at is not None
    if found.closed_at is not None or (isinstance(message, REMINDERS) and not account.wants_reminders):
        return False
    if isinstance(message, CorrectionDue):
        due = verification.status is VerificationStatus.NEEDS_CORRECTION
        return due and verification.checked_at == message.checked
    if isinstance(message, PolicyChanged) and verification.is_open:
        raise NotYet
    return True
