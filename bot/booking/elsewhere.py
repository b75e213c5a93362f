"""Visits made elsewhere: ask the clinics about a card's person, and show what its representatives may see.

A clinic knows visits that were made at the desk, by telephone or from another account. They are read in the background
when a card is opened: a screen shows what was known last. Whoever has only typed a child's data learns no more than
that there is a visit.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple
from weakref import WeakValueDictionary

import structlog

from bot.booking import rules
from bot.booking.other_visits import require_none_hidden
from bot.booking.records import ClinicLook, VisitElsewhere
from bot.booking.referral_ends import plan_ends
from bot.booking.reminders import Reminders
from bot.clinics.directory import Directory
from bot.clinics.port import LIVE, Booking, ClinicError, ClinicSystem, ClinicSystems
from bot.core import limits
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.readable import CannotOpen
from bot.core.refs import with_new_ref
from bot.core.tasks import Background
from bot.core.timing import MOSCOW, local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, ClinicId, Key, PatientId, PersonRef, Ref, SpecialtyId, SystemName
from bot.patients.records import Representation

PLANNED_AT_ONCE = 100
MOST_REMEMBERED = 10_000
"""people who have opened a card in the last minutes; what is forgotten is only looked at again"""

log = structlog.get_logger(__name__)


class Looked(NamedTuple):
    """A card with what is needed to ask the clinics about its person; ``phone`` is the owner's, "" without one."""

    patient: PatientId
    person: PersonRef
    keepers: Sequence[Representation]
    owner: AccountId
    phone: str
    looks: dict[SystemName, ClinicLook]
    clinic: ClinicId | None = None
    """the card's own"""


class Proof(NamedTuple):
    """How the visits of a card that were made elsewhere can be seen."""

    patient: Patient
    clinic: Clinic | None
    """where to ask; it need not be where the visit is, which is not told"""
    is_proved: bool
    """the account may see them; the one that it does not see is another account's"""
    wants_phone: bool
    """the card's owner may share a telephone that the clinic has on file"""


class VisitsElsewhere:
    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        directory: Directory,
        background: Background,
        clock: Clock,
        reminders: Reminders,
    ) -> None:
        self._storage, self._systems, self._directory = storage, systems, directory
        self._background, self._clock, self._reminders = background, clock, reminders
        self._locks: WeakValueDictionary[PatientId, asyncio.Lock] = WeakValueDictionary()
        # No patient means all of the account.
        self._asked: dict[tuple[AccountId, PatientId | None], datetime] = {}
        self._planned_on: date | None = None

    # --- asking the clinics -------------------------------------------------------------------------------------------

    def look_soon(self, account: AccountId, patient: PatientId | None = None, *, anew: bool = False) -> None:
        """Ask the clinics about one patient of the account, or about all, without waiting for them.

        A card that was asked about just now is left out, unless ``anew``: what the account has proved may have changed.
        A card that is new among all is left to ``look_at_new``.
        """
        if anew or self._is_due(account, patient):
            self._background.start(self._look_of(account, patient, anew))

    async def look_at_new(self, account: AccountId) -> None:
        """Ask the clinics about the account's cards that are new, and wait as long as a tap may.

        So a visit that the account kept when it removed the card is there as soon as the card is. A clinic that does
        not answer is waited for once in some minutes.
        """
        new = await self._storage.read(lambda view: view.elsewhere.never_looked_at(account))
        due = [each for each in new if self._is_due(account, each)]
        for each in due:
            self._remember(account, each)
        looking = [self._background.start(self.look(each)) for each in due]
        if looking:
            await asyncio.wait(looking, timeout=limits.TAP_TIMEOUT)

    async def _look_of(self, account: AccountId, patient: PatientId | None, anew: bool) -> None:
        mine = await self._storage.read(lambda view: view.patients.ids_of(account))
        if patient is None:
            self._remember(account, None)
        for each in mine:
            if patient in {None, each} and (anew or self._is_due(account, each)):
                self._remember(account, each)
                if not await self.look(each):  # it may be verified at any moment
                    self._asked.pop((account, each), None)
                    self._asked.pop((account, None), None)

    def _is_due(self, account: AccountId, patient: PatientId | None) -> bool:
        asked = self._asked.get((account, patient))
        return asked is None or self._clock.now() - asked >= rules.LOOK_AGAIN_AFTER

    def _remember(self, account: AccountId, patient: PatientId | None) -> None:
        if len(self._asked) >= MOST_REMEMBERED:
            self._asked.clear()
        self._asked[account, patient] = self._clock.now()

    async def look(self, patient: PatientId, *, at_once: bool = False) -> bool:
        """Ask the clinics about the person of a card, unless they were asked just now, and show what may be seen.

        ``at_once`` asks them in any case. A clinic that does not answer changes nothing. Return False if there is no
        person to ask about.
        """
        async with self._locks.setdefault(patient, asyncio.Lock()):
            try:
                known = await self._find(patient)
            except CannotOpen:  # counted as a row that fails
                return False
            if known is None:
                return False
            now = self._clock.now()
            for system in self._systems.every():
                if at_once or rules.is_look_due(known.looks.get(system.name), known.owner, now):
                    await self._ask(system, known)
                    await self._plan_ends(system, known)
            await self._show(patient)
            return True

    @reads
    async def _find(self, view: UnitOfWork, patient: PatientId) -> Looked | None:
        """Return None for a card without a person in the register, or whose owner is not served."""
        keepers = await view.representatives.list_of(patient)
        owner = next((keeper.account for keeper in keepers if keeper.is_owner), None)
        account = None if owner is None else await view.accounts.get(owner)
        if owner is None or account is None or not account.is_served:
            return None
        card = await view.patients.require(owner, patient)
        person = card.person
        if person is None:
            return None
        phone = (await view.contacts.get(owner)).phone or ""
        return Looked(patient, person, keepers, owner, phone, dict(await view.elsewhere.looks(patient)), card.clinic)

    async def _ask(self, system: ClinicSystem, known: Looked) -> None:
        now = self._clock.now()
        try:
            bookings = await system.bookings(known.person, now)
            may_know = known.phone and (await system.capabilities()).knows_phones
            look = ClinicLook(known.owner, bool(may_know) and await system.knows_phone(known.person, known.phone), now)
            listed = [each for each in bookings if await self._directory.learn_doctor(system, each)]
        except ClinicError as trouble:
            log.warning("a clinic was not asked about visits", system=system.name, trouble=type(trouble).__name__)
            return
        await self._storage.write(lambda uow: _record(uow, system.name, known, listed, look))

    async def _plan_ends(self, system: ClinicSystem, known: Looked) -> None:
        where = known.patient, known.person, known.clinic
        await plan_ends(self._storage, self._directory, system, *where, self._clock.now())

    async def plan_ends_of_all(self) -> None:
        """Once a day: plan the ends of referrals that came in without the bot, for cards that nobody has opened."""
        today = local_day(self._clock.now(), MOSCOW)
        if self._planned_on == today:
            return
        after = PatientId(0)
        while batch := await self._list_known(after):
            after = batch[-1]
            for patient in batch:
                await self._plan_ends_of(patient)
        self._planned_on = today

    @reads
    async def _list_known(self, view: UnitOfWork, after: PatientId) -> Sequence[PatientId]:
        return await view.patients.list_known(after, PLANNED_AT_ONCE)

    async def _plan_ends_of(self, patient: PatientId) -> None:
        """Ask only about a card whose keepers may see the referrals."""
        with suppress(CannotOpen):  # counted as a row that fails
            known = await self._find(patient)
            if known is None:
                return
            for system in self._systems.every():
                if rules.may_see_elsewhere(known.keepers, known.looks.get(system.name)):
                    await self._plan_ends(system, known)

    # --- showing what may be seen -------------------------------------------------------------------------------------

    async def _show(self, patient: PatientId) -> None:
        """Add to «Мои записи» what the card's representatives may see by now, and take away what they may not."""
        now = self._clock.now()
        showable, is_shown = await self._storage.read(lambda view: _compare(view, patient, now))
        for visit in showable:
            await self._show_one(visit)
        for visit, account in await self._storage.read(lambda view: _list_own(view, patient, now)):
            await self._take_up(visit, account)
        if is_shown:
            await self._hide(patient)

    async def _show_one(self, visit: VisitElsewhere) -> None:
        await with_new_ref(lambda ref: self._add(ref, visit))

    async def _take_up(self, visit: VisitElsewhere, account: AccountId) -> None:
        await with_new_ref(lambda ref: self._add_own(ref, visit, account))

    @writes
    async def _add_own(self, uow: UnitOfWork, ref: Ref, visit: VisitElsewhere, account: AccountId) -> None:
        """Add a visit that the account has booked here, kept when it removed the card, and now finds again."""
        now = self._clock.now()
        if visit.key is None or (visit, account) not in await _list_own(uow, visit.patient, now):
            return
        number = await uow.visit_numbers.take(visit) or ref
        added = await uow.appointments.add_elsewhere(visit, account, visit.key, number, now)
        await uow.elsewhere.forget_one(visit)
        await uow.audit.add(Actor.system(account), Deed.BOOKING_BOOKED, Subject.appointment(added), now)
        card = await uow.appointments.get(added)
        if card is not None:
            await self._reminders.plan(uow, card, now)

    @writes
    async def _add(self, uow: UnitOfWork, ref: Ref, visit: VisitElsewhere) -> None:
        now = self._clock.now()
        if visit not in await _list_showable(uow, visit.patient, now):
            return
        keepers = await uow.representatives.list_of(visit.patient)
        owner = next(keeper.account for keeper in keepers if keeper.is_owner)
        number = await uow.visit_numbers.take(visit) or ref
        added = await uow.appointments.add_elsewhere(visit, owner, Key(secrets.token_hex(16)), number, now)
        await uow.audit.add(Actor.system(owner), Deed.VISIT_FOUND, Subject.appointment(added), now)
        card = await uow.appointments.get(added)
        if card is not None:
            await self._reminders.plan(uow, card, now)

    @writes
    async def _hide(self, uow: UnitOfWork, patient: PatientId) -> None:
        keepers = await uow.representatives.list_of(patient)
        for system, look in (await uow.elsewhere.looks(patient)).items():
            if rules.may_see_elsewhere(keepers, look) is False:
                await uow.appointments.drop_elsewhere(patient, system, self._clock.now())

    # --- what a clinic's change feed says -----------------------------------------------------------------------------

    async def learn_doctors(self, system: ClinicSystem, bookings: Sequence[Booking]) -> None:
        """Store the doctors of the bookings that are to be noted; a silent clinic leaves them to the next look.

        Also those of visits that were called off, whose people may wait for another time.
        """
        live = [each for each in bookings if each.status in LIVE]
        called_off = [each for each in bookings if each.instead is not None and each.instead.slot is None]
        try:
            for booking in [*called_off, *await self._storage.read(lambda view: _list_of_cards(view, live))]:
                await self._directory.learn_doctor(system, booking)
        except ClinicError as trouble:
            log.warning("doctors of visits are not known", system=system.name, trouble=type(trouble).__name__)

    async def note(self, uow: UnitOfWork, system: SystemName, booking: Booking) -> None:
        """Record in the caller's unit what a clinic says of a booking, for every card of its person."""
        await uow.visit_numbers.move(system, booking)
        for patient in await uow.patients.ids_of_person(booking.person):
            await uow.elsewhere.note(patient, system, booking)

    async def show_noted(self, bookings: Sequence[Booking]) -> None:
        """Show what was noted of the bookings to those who may see it."""
        persons = sorted({booking.person for booking in bookings})

        async def list_cards(view: UnitOfWork) -> list[PatientId]:
            return [each for person in persons for each in await view.patients.ids_of_person(person)]

        for patient in await self._storage.read(list_cards):
            with suppress(CannotOpen):  # counted as a row that fails; the others are shown
                await self._show(patient)

    # --- for screens --------------------------------------------------------------------------------------------------

    @reads
    async def hidden(self, view: UnitOfWork, account: AccountId) -> Sequence[Patient]:
        """Return the account's patients who have visits ahead that it does not see."""
        found = {visit.patient for visit in await view.elsewhere.hidden(account, self._clock.now())}
        return [each for each in await view.patients.list_of(account) if each.id in found] if found else ()

    @reads
    async def require_none(
        self, view: UnitOfWork, account: AccountId, patient: PatientId, clinic: Clinic, specialty: SpecialtyId
    ) -> None:
        """Raises BookedElsewhere for a visit to the specialty ahead that the account does not see; NotYours."""
        found = await view.patients.require(account, patient)
        await require_none_hidden(view, account, found, clinic, specialty, self._clock.now())

    async def proof(self, account: AccountId, patient: PatientId, clinic: ClinicId | None) -> Proof | None:
        """Return how a patient's hidden visits can be seen; None if there are none.

        ``clinic`` is where the account wants to book; None: the clinic of the card, if it has one. Raises NotYours.
        """

        async def look(view: UnitOfWork) -> tuple[Patient, bool, bool] | None:
            whose = await view.patients.require(account, patient)
            hidden = await view.elsewhere.hidden(account, self._clock.now(), patient)
            if not hidden:
                return None
            keepers, looks = await view.representatives.list_of(patient), await view.elsewhere.looks(patient)
            mine = await view.representatives.representation(account, patient)
            has_phone = (await view.contacts.get(account)).phone is not None
            is_proved = all(rules.may_see_elsewhere(keepers, looks.get(visit.system)) for visit in hidden)
            return whose, is_proved, mine.is_owner and not has_phone

        found = await self._storage.read(look)
        if found is None:
            return None
        whose, is_proved, wants_phone = found
        at = clinic or whose.clinic
        return Proof(whose, None if at is None else await self._directory.clinic(at), is_proved, wants_phone)


async def _list_of_cards(view: UnitOfWork, bookings: Sequence[Booking]) -> list[Booking]:
    """Return the bookings of persons of whom there is a card."""
    return [each for each in bookings if await view.patients.ids_of_person(each.person)]


async def _record(
    uow: UnitOfWork, system: SystemName, known: Looked, bookings: Sequence[Booking], look: ClinicLook
) -> None:
    try:
        now_known = await uow.patients.require(known.owner, known.patient)
    except NotYours:
        return
    if now_known.person != known.person:
        return
    await uow.patients.index_person(known.patient, known.person)
    await uow.elsewhere.replace(known.patient, system, bookings)
    await uow.elsewhere.set_look(known.patient, system, look)


async def _compare(view: UnitOfWork, patient: PatientId, now: datetime) -> tuple[list[VisitElsewhere], bool]:
    """Return what is to be shown of a card, and whether anything is shown that was made elsewhere."""
    return await _list_showable(view, patient, now), await view.appointments.has_elsewhere(patient, now)


async def _list_showable(view: UnitOfWork, patient: PatientId, now: datetime) -> list[VisitElsewhere]:
    """Return the visits that no account has in the bot and that the card's representatives may see."""
    unclaimed = await view.elsewhere.unclaimed(patient, now)
    if not unclaimed:
        return []
    keepers = await view.representatives.list_of(patient)
    if not any(keeper.is_owner for keeper in keepers):
        return []
    looks = await view.elsewhere.looks(patient)
    return [each for each in unclaimed if rules.may_see_elsewhere(keepers, looks.get(each.system))]


async def _list_own(view: UnitOfWork, patient: PatientId, now: datetime) -> list[tuple[VisitElsewhere, AccountId]]:
    """Return the visits of a card that one of its representatives has booked here before, with the account."""
    unclaimed = [each for each in await view.elsewhere.unclaimed(patient, now) if each.key is not None]
    if not unclaimed:
        return []
    keepers = [await view.accounts.get(keeper.account) for keeper in await view.representatives.list_of(patient)]
    return [
        (each, keeper.id)
        for each in unclaimed
        for keeper in keepers
        if keeper is not None and each.key is not None and view.visit_keys.is_of(keeper, each.key)
    ]
