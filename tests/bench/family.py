"""A mother of one child with two visits in the demo town, and the time that the clinic system takes."""

from __future__ import annotations

import inspect
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest.mock import patch

import bot.app
from bot.app import App, assembled
from bot.booking.choose import SpecialtyChoice
from bot.booking.news import CancellationAnswered
from bot.booking.records import Order
from bot.clinics.port import ClinicSystem
from bot.core.clinic import Doctor, Slot, Specialty
from bot.core.patient import Patient
from bot.core.people import Account, Purpose
from bot.core.timing import local_day
from storage.registry.seed.examples import EXAMPLES
from storage.registry.system import Registry
from tests.bench.canned_telegram import PERSON_ID
from tests.bench.figures import Bench
from tests.bench.updates import UpdateFeed, plain_bot, product_bot
from tests.builders import StoppedClock, claim_of, some_settings
from tests.chat.town import make_template

CHILD = EXAMPLES[0]


class TimedClinic:
    """A clinic system that adds up the processor time of its calls in nanoseconds.

    It is the time of the whole process, threads included: one update is handled at a time, so nothing else runs.
    """

    def __init__(self, system: Registry) -> None:
        self._system = system
        self.name = system.name
        self.spent = 0
        self.is_asked = False

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._system, name)
        return self._timed(call) if inspect.iscoroutinefunction(getattr(ClinicSystem, name, None)) else call

    def _timed(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def timed(*args: Any) -> Any:
            start, self.is_asked = time.process_time_ns(), True
            try:
                return await call(*args)
            finally:
                self.spent += time.process_time_ns() - start
                self.is_asked = False

        return timed


@dataclass(frozen=True, slots=True)
class Family:
    """The bot, the mother with her child, and the time that is to be booked."""

    app: App
    clinic: TimedClinic
    feed: UpdateFeed
    plain: UpdateFeed
    """the same updates, for a bot as the documentation of aiogram makes it"""
    mother: Account
    child: Patient
    choice: SpecialtyChoice
    doctor: Doctor
    slot: Slot

    async def review(self) -> Order:
        made = await self.app.services.booking.review(
            self.mother, self.child.id, self.doctor.id, self.slot.starts_at, self.slot.visit_type
        )
        return made.order

    async def cancel_booked(self) -> None:
        """Cancel the visit at that time if it has been booked."""
        services = self.app.services
        for card in await services.visits.upcoming(self.mother.id):
            if card.doctor.id == self.doctor.id:
                await services.cancellations.cancel(self.mother.id, card.appointment.id, None, counted=False)
                await services.shown_news.withdraw(
                    CancellationAnswered(card.appointment.account, card.appointment.id).dedup
                )


@asynccontextmanager
async def family(bench: Bench, address: str) -> AsyncIterator[Family]:
    """``address`` is the URL of Telegram."""
    template = await bench.once("town", lambda: make_template(bench.folder))
    database = bench.folder / "family.sqlite3"
    shutil.copy(template, database)
    settings, timed = some_settings(database_url=f"sqlite:///{database}", bot_api_url=address), list[TimedClinic]()

    def registry(*given: Any) -> TimedClinic:
        timed.append(TimedClinic(Registry(*given)))
        return timed[-1]

    with patch.object(bot.app, "Registry", registry):
        async with assembled(settings, StoppedClock()) as app:
            feed, plain = UpdateFeed(product_bot(settings)), UpdateFeed(plain_bot(settings))
            try:
                yield await _set_up(app, timed[0], feed, plain)
            finally:
                await feed.close()
                await plain.close()


async def _set_up(app: App, clinic: TimedClinic, feed: UpdateFeed, plain: UpdateFeed) -> Family:
    await feed.handle(app.dispatcher, feed.typed("/start"))
    mother = await _agree(app)
    child = await app.services.patients.link(mother, claim_of(CHILD.policy_number, CHILD.name))
    # As after a first visit: a new card has no clinic of its own.
    await app.store.storage.write(lambda uow: uow.patients.reveal_clinic(child.id))
    choice = await app.services.choices.specialties(mother.id, child.id, None)
    assert choice is not None, "the child belongs to a clinic"
    first, *others = [each for each in choice.specialties if each.nearest and not each.needs_referral]
    for number, specialty in enumerate(others[:2]):
        await _visit(app, mother, choice, specialty, day=number + 1)
    doctor, slot = await _find(app, mother, choice, first, day=3)
    return Family(app, clinic, feed, plain, mother, child, choice, doctor, slot)


async def _agree(app: App) -> Account:
    account = await app.store.storage.read(lambda view: view.accounts.find(PERSON_ID))
    assert account is not None, "/start makes an account"
    for purpose in Purpose:
        account = await app.services.consents.give(account.id, purpose, "0" * 64)
    return account


async def _visit(app: App, mother: Account, choice: SpecialtyChoice, specialty: Specialty, day: int) -> None:
    doctor, slot = await _find(app, mother, choice, specialty, day)
    orders, child = app.services.booking, choice.patient
    made = await orders.review(mother, child.id, doctor.id, slot.starts_at, slot.visit_type)
    await orders.book(mother.id, made.order.id, None)


async def _find(
    app: App, mother: Account, choice: SpecialtyChoice, specialty: Specialty, day: int
) -> tuple[Doctor, Slot]:
    """Return the first doctor and the middle time of day number ``day`` in the doctor's list."""
    booking, child = app.services.choices, choice.patient
    listed = await booking.doctors(mother.id, child.id, choice.clinic.id, specialty.id)
    doctor = listed.doctors[0]
    days = await booking.days(mother.id, child.id, doctor.id)
    times = await booking.times(mother.id, child.id, doctor.id, days.days[day].day)
    return doctor, times.slots[len(times.slots) // 2]


def day_of(family: Family) -> date:
    """The day of the slot by the clinic's clock."""
    return local_day(family.slot.starts_at, family.choice.clinic.zone)
