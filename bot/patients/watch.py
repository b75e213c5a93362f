"""Watching: a confirmed policy is looked at once a day, birthdays and ends are told once, a grown-up's card closes."""

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
from bot.core.people import Account, Purpose
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
from bot.patients.rules import checks as checking
from bot.patients.rules import watch as rules
from bot.patients.transitions import close_card
from bot.patients.zones import zone_of

AT_A_TIME = 20
LOOK_LEASE = timedelta(minutes=10)

REMINDERS = (CorrectionDue, PolicyEnds, CardToConfirm)
"""What is told only to those who have agreed to be reminded."""


class WatchedPatient(NamedTuple):
    """Whom a notice is about, as things stand when it is sent."""

    patient: Patient
    clinic: Clinic | None
    closed_at: datetime | None
    visits: Sequence[VisitAhead]


class Seen(NamedTuple):
    """A patient as the worker finds him: with those who act for him and have agreed to it, the owner first."""

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
        """Look at the patients who are due, a handful at a time; says how many there were.

        Twenty every ten seconds are 57,600 in the eight hours over which the patients of a zone are spread, and half
        as many with a register that takes its time: ten thousand children are done in three hours.
        """
        now = self._clock.now()
        due = await self._storage.write(lambda uow: uow.checks.claim_looks(now, now + LOOK_LEASE, AT_A_TIME))
        # A register that hangs is heard out for many seconds: one after another they would take minutes.
        looking = {self._background.start(self._look(patient)) for patient in due}
        if looking:
            await asyncio.wait(looking)
        return len(due)

    async def _look(self, patient: PatientId) -> None:
        seen = await self._consult_calendar(patient)
        if seen is not None and checking.is_watched(seen.patient.verification):
            await self._checks.look(seen.accounts[0].id, seen.patient)

    @writes
    async def _consult_calendar(self, uow: UnitOfWork, patient: PatientId) -> Seen | None:
        """None where the register need not be asked: at night, and where the card is closed or nobody keeps it."""
        now = self._clock.now()
        seen = await _see(uow, patient)
        if seen is None or in_quiet_hours(now, seen.zone):
            zone = MOSCOW if seen is None else seen.zone
            await uow.checks.set_next_look(patient, checking.next_look(now, zone, patient))
            return None
        if seen.closed_at is not None:
            await _outlive(uow, seen, seen.closed_at, now)
            return None
        if rules.has_grown_up(seen.patient.birth_date, now, seen.zone):
            await _close(uow, seen, now)
            return None
        await _tell(uow, seen, now)
        await uow.checks.set_next_look(patient, checking.next_look(now, seen.zone, patient))
        return seen

    # --- «Всё верно?» -------------------------------------------------------------------------------------------------

    @writes
    async def confirm(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
        """«Да, всё верно»: asked again in half a year. Raises NotYours."""
        now = self._clock.now()
        found = await uow.patients.require(account, patient)
        await uow.checks.tell(patient, rules.CONFIRMED, now)
        await uow.audit.add(Actor.account(account), Deed.CARD_CONFIRMED, Subject.patient(patient), now)
        return found

    @writes
    async def remind_of_policy(self, uow: UnitOfWork, account: AccountId) -> datetime:
        """Of a child who has no policy yet; says when."""
        now = self._clock.now()
        reminder = notices.policy_wanted(account, len(await uow.patients.list_of(account)), now)
        await uow.outbox.add(reminder, now)
        return reminder.due_at

    # --- the re-check at the moment of sending ------------------------------------------------------------------------

    @reads
    async def still_without_policy(self, view: UnitOfWork, message: PolicyWanted) -> bool:
        """Whether no child has been added since the reminder was asked for."""
        cards = len(await view.patients.list_of(message.account))
        return cards <= message.cards

    @reads
    async def about(self, view: UnitOfWork, message: PatientNews) -> WatchedPatient | None:
        """None where nobody needs the message any more. Raises NotYet while the register is being asked."""
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
        return found if _still_true(message, found, account) else None


async def _see(uow: UnitOfWork, patient: PatientId) -> Seen | None:
    """None where the patient has no keepers: the look rests, and a day later they are looked for again."""
    accounts = await consenting_representatives(uow, patient)
    if not accounts:
        return None
    found, watched = await uow.patients.require(accounts[0].id, patient), await uow.checks.watched(patient)
    typed = (await uow.patients.details(patient)).get(Detail.VALID_UNTIL)
    valid_until = watched.valid_until or (date.fromisoformat(typed) if typed else None)
    zone = await zone_of(uow, found.clinic)
    return Seen(found, accounts, zone, valid_until, watched.closed_at)


async def _tell(uow: UnitOfWork, seen: Seen, now: datetime) -> None:
    patient = seen.patient
    told = await uow.checks.told(patient.id)
    due = rules.occasions(patient.birth_date, seen.valid_until, told, now, seen.zone)
    for occasion in due:
        if occasion is rules.Occasion.CONFIRM and not patient.is_verified:
            continue  # there is something else to settle first
        if not (whom := _whom(seen, occasion)):
            continue  # told once somebody agrees to be reminded
        await uow.checks.tell(patient.id, rules.mark(occasion, seen.valid_until), now)
        for account in whom:
            await uow.outbox.add(notices.occasion_came(account, patient.id, occasion, now, seen.valid_until), now)


def _whom(seen: Seen, occasion: rules.Occasion) -> list[AccountId]:
    """A birthday is news to everybody, the rest reminds; the owner alone is asked whether all is right."""
    asked = seen.accounts[:1] if occasion is rules.Occasion.CONFIRM else seen.accounts
    return [each.id for each in asked if occasion in rules.BIRTHDAYS or Purpose.REMINDERS in each.consents]


async def _close(uow: UnitOfWork, seen: Seen, now: datetime) -> None:
    """Nothing is booked for a grown-up; whoever has kept the card may still take along what is in it."""
    patient = seen.patient.id
    await close_card(uow, patient, now)
    for account in seen.accounts:
        await uow.outbox.add(notices.card_closed(account.id, patient, now), now)
    # Once, for the history of a card is everybody's who keeps it.
    await uow.audit.add(Actor.system(seen.accounts[0].id), Deed.CARD_CLOSED, Subject.patient(patient), now)


async def _outlive(uow: UnitOfWork, seen: Seen, closed_at: datetime, now: datetime) -> None:
    patient, until = seen.patient.id, rules.erased_on(closed_at)
    if now < until:
        await uow.checks.set_next_look(patient, until)
        return
    for each in await uow.representatives.list_of(patient):
        await uow.audit.add(Actor.system(each.account), Deed.CARD_ERASED, Subject.patient(patient), now)
        await uow.patients.unlink(each.account, patient)


def _still_true(message: PatientNews, found: WatchedPatient, account: Account) -> bool:
    verification = found.patient.verification
    if isinstance(message, CheckLate):
        return verification.is_open
    if isinstance(message, CardClosed):
        return found.closed_at is not None
    if found.closed_at is not None or (isinstance(message, REMINDERS) and Purpose.REMINDERS not in account.consents):
        return False
    if isinstance(message, CorrectionDue):
        due = verification.status is VerificationStatus.NEEDS_CORRECTION
        return due and verification.checked_at == message.checked
    if isinstance(message, PolicyChanged) and verification.is_open:
        raise NotYet
    return True
