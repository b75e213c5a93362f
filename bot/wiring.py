"""The parts and how they fit: one database, the services over it, the dispatcher and the voice of the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiogram import Dispatcher

from bot.account.access_code import Pins
from bot.account.accounts import Accounts
from bot.account.contacts import Contacts
from bot.appointments.alternatives import AlternativeSlots
from bot.appointments.attend import Attendance
from bot.appointments.cancel import Cancellations
from bot.appointments.clinic_changes import ClinicChanges
from bot.booking.book import Booker
from bot.booking.choose import Choices
from bot.booking.reminders import Reminders
from bot.booking.settle import Settlement
from bot.booking.visits import Visits
from bot.clinics.directory import Directory
from bot.clinics.limits import Systems
from bot.clinics.port import ClinicSystem
from bot.core.clock import Clock
from bot.core.i18n import choose_language, speak
from bot.core.people import Operator
from bot.core.tasks import Tasks
from bot.delivery.news import OutboxMessage
from bot.delivery.screen import Screen
from bot.delivery.shown import Notices
from bot.documents import PdfPrinter, PolicyReader
from bot.family.access import Access
from bot.family.invitations import Invitations
from bot.family.representatives import Family
from bot.patients.cards import Patients
from bot.patients.check import Checks
from bot.patients.edit import Editing
from bot.patients.find import Finding
from bot.patients.levels import Levels
from bot.patients.link import Linking
from bot.patients.watch import Watching
from bot.privacy.export import Export
from bot.privacy.privacy import Privacy
from bot.privacy.retention import Retention
from bot.privacy.takeover import Takeovers
from bot.privacy.unlink import Unlinking
from bot.services import Services
from bot.settings import Settings
from bot.staff.desk import Staff
from bot.telegram.failures import failure_handler
from bot.telegram.locks import PersonLocks
from bot.telegram.middlewares import AccountMiddleware, PendingUpdates
from bot.telegram.reachability import reachability
from dialogs import all_routers
from dialogs.kit.filters import DialogMiddleware
from dialogs.kit.news import render
from dialogs.kit.router import Visiting
from storage.database.connection import Database, Probe
from storage.database.crypto import BlindIndex, Cipher
from storage.database.dialog_state import DialogStorage
from storage.database.opening import open_database
from storage.migrations import migrate
from storage.registry.desk import RegistryDesk
from storage.registry.system import Registry
from storage.unit import Storage

Clinics = Callable[[ClinicSystem], Sequence[ClinicSystem]]
"""Which clinic systems there are, given the embedded one; the first of them checks policies."""


@dataclass(frozen=True, slots=True)
class Store:
    """One database and the keys to what is sealed in it."""

    database: Database
    cipher: Cipher
    index: BlindIndex
    storage: Storage


@asynccontextmanager
async def open_store(settings: Settings, probe: Probe | None = None) -> AsyncIterator[Store]:
    """The database, brought to the newest schema; ``probe`` lets a test fail any statement."""
    url = settings.database_url.get_secret_value()
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    keys = {key.id: key.key.get_secret_value() for key in settings.secret_keys}
    cipher = Cipher(keys, active=settings.secret_keys[0].id)
    index = BlindIndex(settings.index_key.get_secret_value())
    database = await open_database(url, probe)
    try:
        await migrate(database)
        yield Store(database, cipher, index, Storage(database, cipher, index))
    finally:
        await database.close()


def embedded_alone(registry: ClinicSystem) -> Sequence[ClinicSystem]:
    return (registry,)


def make_services(
    store: Store, clock: Clock, tasks: Tasks, settings: Settings, clinics: Clinics = embedded_alone
) -> Services:
    registry = Registry(store.database, store.cipher, store.index, clock)
    desk = RegistryDesk(store.database, store.cipher, store.index, clock)
    storage, systems, reminders = store.storage, Systems(clinics(registry)), Reminders(settings.reminder_hour)
    directory = Directory(storage, systems)
    settlement = Settlement(storage, directory, tasks, clock, reminders)
    choices, visits = Choices(storage, directory, clock), Visits(storage, clock)
    checks = Checks(storage, systems, directory, tasks, clock)
    patients = Patients(storage, checks, clock, settings.patients_limit)
    cancellations = Cancellations(storage, visits, settlement, clock)
    privacy = Privacy(storage, cancellations, clock, reminders)
    return Services(
        accounts=Accounts(storage, clock),
        patients=patients,
        editing=Editing(storage, systems, checks, clock),
        unlinking=Unlinking(storage, cancellations, clock),
        family=Family(storage, clock),
        access=Access(storage, clock),
        invitations=Invitations(storage, clock, settings.patients_limit),
        checks=checks,
        watching=Watching(storage, checks, tasks, clock),
        linking=Linking(storage, patients, PolicyReader(), clock),
        finding=Finding(storage, systems, checks, clock),
        directory=directory,
        choices=choices,
        booking=Booker(storage, directory, choices, settlement, clock),
        settlement=settlement,
        visits=visits,
        cancellations=cancellations,
        attendance=Attendance(storage, clock),
        alternatives=AlternativeSlots(choices, clock),
        clinic_changes=ClinicChanges(storage, systems, settlement, reminders, clock),
        notices=Notices(storage),
        privacy=privacy,
        export=Export(storage, PdfPrinter(), clock),
        retention=Retention(storage, privacy, clock),
        pins=Pins(storage, clock),
        levels=Levels(storage, directory, clock),
        contacts=Contacts(storage, clock),
        takeovers=Takeovers(storage, clock, reminders),
        staff=Staff(storage, directory, desk, clock),
    )


def operator_of(settings: Settings) -> Operator:
    return Operator(
        settings.operator_name,
        settings.operator_address or "",
        settings.support_phone,
        settings.support_email,
        settings.support_hours,
    )


def make_dispatcher(store: Store, services: Services, clock: Clock, settings: Settings) -> Dispatcher:
    dialogs = DialogStorage(store.database, store.cipher, clock)
    locks = PersonLocks()
    dispatcher = Dispatcher(storage=dialogs, events_isolation=locks, disable_fsm=True)
    dispatcher.update.outer_middleware(DialogMiddleware(dialogs, locks))
    dispatcher.update.outer_middleware(AccountMiddleware(services.accounts, clock, settings.default_language))
    visiting = Visiting(services, operator_of(settings))
    for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
        observer.outer_middleware(visiting)
    # aiogram asks one router after another: what comes most often comes first.
    dispatcher.include_routers(*all_routers(), reachability(services.accounts))
    dispatcher.errors.register(failure_handler(settings.default_language))
    PendingUpdates().attach(dispatcher)
    return dispatcher


def make_renderer(
    services: Services, settings: Settings, clock: Clock
) -> Callable[[OutboxMessage], Awaitable[Screen | None]]:
    operator = operator_of(settings)

    async def in_readers_language(message: OutboxMessage) -> Screen | None:
        with speak(choose_language(message.language, None, settings.default_language)):
            return await render(services, operator, message, clock.now())

    return in_readers_language
