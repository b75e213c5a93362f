"""The composition root: what is built of what, in which order it starts and in which it stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)

from bot.clinics import Systems
from bot.clock import FollowingClock, SystemClock
from bot.documents import PolicyReader
from bot.i18n import choose_language, load_catalogues, speak
from bot.instance import AnotherInstance, Instance
from bot.jobs import Jobs
from bot.messenger import TelegramMessenger
from bot.models import Operator, OutboxMessage, Screen
from bot.outbox import Outbox
from bot.ports import ClinicSystem, Clock
from bot.services import Services
from bot.services.accounts import Accounts
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.services.directory import Directory
from bot.services.linking import Linking
from bot.services.notices import Notices
from bot.services.orders import Orders
from bot.services.patients import Patients
from bot.services.privacy import Privacy
from bot.services.settlement import Settlement
from bot.services.staff import Staff
from bot.settings import Settings
from bot.tasks import Tasks
from bot.telegram import AccountMiddleware, Inflight, KeyedLocks, apology, make_bot, membership, set_commands
from bot.web import serve_web
from dialogs import all_routers
from dialogs.notices import render
from dialogs.press import Visiting
from storage.crypto import BlindIndex, Cipher
from storage.database import Database, Probe, open_database
from storage.fsm import DialogStorage
from storage.migrations import migrate
from storage.registry import Registry
from storage.unit import SqlStorage

DRAIN_WITHIN = 10.0
START_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
"""seconds between two attempts to reach Telegram at the start"""


Clinics = Callable[[ClinicSystem], Sequence[ClinicSystem]]
"""Which clinic systems there are, given the embedded one; the first of them checks policies."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """One database and the keys to what is sealed in it."""

    database: Database
    cipher: Cipher
    index: BlindIndex
    storage: SqlStorage


@dataclass(frozen=True, slots=True)
class App:
    """A bot that is ready to run, with what tests and commands want to reach."""

    bot: Bot
    dispatcher: Dispatcher
    services: Services
    store: Store
    outbox: Outbox
    jobs: Jobs
    clock: Clock
    tasks: Tasks


@asynccontextmanager
async def open_store(settings: Settings, probe: Probe | None = None) -> AsyncIterator[Store]:
    """The database, brought to the newest schema; ``probe`` lets a test fail any statement."""
    url = settings.database_url.get_secret_value()
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    keys = {key.id: key.key.get_secret_value() for key in settings.secret_keys}
    cipher = Cipher(keys, active=settings.secret_keys[0].id)
    index = BlindIndex(settings.index_key.get_secret_value())
    database = await open_database(url, probe)
    try:
        await migrate(database)
        yield Store(database, cipher, index, SqlStorage(database, cipher, index))
    finally:
        await database.close()


def embedded_alone(registry: ClinicSystem) -> Sequence[ClinicSystem]:
    return (registry,)


def make_services(
    store: Store, clock: Clock, tasks: Tasks, settings: Settings, clinics: Clinics = embedded_alone
) -> Services:
    registry = Registry(store.database, store.cipher, store.index, clock)
    storage, systems, hour = store.storage, Systems(clinics(registry)), settings.reminder_hour
    directory = Directory(storage, systems)
    settlement = Settlement(storage, directory, tasks, clock, hour)
    booking = Booking(storage, directory, clock)
    patients = Patients(storage, systems, directory, tasks, clock, settings.patients_limit)
    appointments = Appointments(storage, systems, settlement, booking, clock, hour)
    return Services(
        accounts=Accounts(storage, clock),
        patients=patients,
        linking=Linking(storage, patients, PolicyReader(), clock),
        booking=booking,
        orders=Orders(storage, directory, booking, settlement, clock),
        appointments=appointments,
        notices=Notices(storage, clock),
        privacy=Privacy(storage, appointments, clock, hour),
        staff=Staff(storage, directory, registry, clock),
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
    dispatcher = Dispatcher(storage=DialogStorage(store.database, store.cipher), events_isolation=KeyedLocks())
    dispatcher.update.outer_middleware(AccountMiddleware(services.accounts, clock, settings.default_language))
    visiting = Visiting(services, operator_of(settings))
    for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
        observer.outer_middleware(visiting)
    dispatcher.include_routers(membership(services.accounts), *all_routers())
    dispatcher.errors.register(apology(settings.default_language))
    Inflight().attach(dispatcher)
    return dispatcher


def make_renderer(
    services: Services, settings: Settings, clock: Clock
) -> Callable[[OutboxMessage], Awaitable[Screen | None]]:
    operator = operator_of(settings)

    async def in_readers_language(message: OutboxMessage) -> Screen | None:
        with speak(choose_language(message.language, None, settings.default_language)):
            return await render(services, operator, message, clock.now())

    return in_readers_language


@asynccontextmanager
async def assembled(
    settings: Settings, clock: Clock | None = None, clinics: Clinics = embedded_alone, probe: Probe | None = None
) -> AsyncIterator[App]:
    """Everything open and nothing started. ``clock`` stands in for the system's, and for CLOCK_URL."""
    load_catalogues()
    async with AsyncExitStack() as stack:
        tasks = Tasks()
        store = await stack.enter_async_context(open_store(settings, probe))
        time = clock or await _clock(settings, stack)
        bot = make_bot(settings)
        stack.push_async_callback(bot.session.close)
        services = make_services(store, time, tasks, settings, clinics)
        messenger = TelegramMessenger(bot)
        outbox = Outbox(store.storage, messenger, make_renderer(services, settings, time), time, worker="outbox")
        instance = Instance(store.storage, time)
        jobs = Jobs(
            {
                "lease": instance.renew,
                "sync": services.appointments.sync,
                "settle": services.appointments.settle_due,
                "checks": services.patients.check_due,
                "retention": services.privacy.keep_retention,
                "outbox": outbox.sweep,
            }
        )
        await instance.take()
        stack.push_async_callback(instance.release)
        stack.push_async_callback(tasks.drain, DRAIN_WITHIN)
        stack.push_async_callback(outbox.close)
        stack.push_async_callback(jobs.stop)
        yield App(bot, make_dispatcher(store, services, time, settings), services, store, outbox, jobs, time, tasks)


async def _clock(settings: Settings, stack: AsyncExitStack) -> Clock:
    if settings.clock_url is None:
        return SystemClock()
    # Its task ends with the clock, after the drain: among the others it would be waited for in vain.
    return await stack.enter_async_context(FollowingClock(settings.clock_url, Tasks()))


# --- running ----------------------------------------------------------------------------------------------------------


async def run(settings: Settings, clock: Clock | None = None, *, signals: bool = True) -> None:
    """Poll Telegram until stopped. Raises AnotherInstance where somebody else polls with the same token."""
    async with assembled(settings, clock) as app, serving(app, settings):
        await poll(app, settings, signals=signals)


@asynccontextmanager
async def serving(app: App, settings: Settings) -> AsyncIterator[None]:
    """/health and /ready; /ready tells when the next message is due."""

    async def probe() -> object:
        return await readiness()

    async def readiness() -> dict[str, Any]:
        async with app.store.storage.read() as view:
            due = await view.outbox.next_due()
        return {"next_due": None if due is None else due.timestamp()}

    async with serve_web(settings.web_host, settings.web_port, probe=probe, readiness=readiness):
        yield


async def poll(app: App, settings: Settings, *, signals: bool = True, timetable: bool = True) -> None:
    """``timetable=False``: somebody else runs the jobs, as tests do."""
    conflict = Conflict(app.dispatcher, app.tasks)
    app.bot.session.middleware(conflict)
    await _reach_telegram(app.bot)
    app.tasks.start(_introduce(app.bot, settings.default_language))
    # A feed that was never read begins at its end: nothing booked from now on may lie before it.
    await app.services.appointments.sync()
    if timetable:
        app.jobs.start()
    log.info("started", bot=(await app.bot.me()).username)
    await app.dispatcher.start_polling(
        app.bot,
        handle_signals=signals,
        close_bot_session=False,
        allowed_updates=["message", "edited_message", "callback_query", "my_chat_member"],
    )
    if conflict.met:
        raise AnotherInstance("Another program polls Telegram with the same BOT_TOKEN: stop it first.")


async def _reach_telegram(bot: Bot) -> None:
    """Wait for Telegram however long it takes; a webhook left on the token would keep every poll from it.

    Raises TelegramUnauthorizedError or TelegramNotFound for a wrong token.
    """
    for pause in chain(START_PAUSES, repeat(START_PAUSES[-1])):
        try:
            await bot.delete_webhook()
            await bot.me()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise  # a wrong token stays wrong
        except (TelegramAPIError, ClientDecodeError) as trouble:
            log.warning("Telegram does not answer yet", error=type(trouble).__name__, again_in=pause)
            await asyncio.sleep(pause)
        else:
            return


async def _introduce(bot: Bot, language: str) -> None:
    """The list of commands is a convenience: nobody waits for it, and a bad minute of Telegram stops nothing."""
    try:
        await set_commands(bot, language)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("the commands are shown as they were", error=type(trouble).__name__)


class Conflict(BaseRequestMiddleware):
    """Telegram's 409 ends whoever hears it: two bots on one token would take updates from each other."""

    def __init__(self, dispatcher: Dispatcher, tasks: Tasks) -> None:
        self._dispatcher, self._tasks = dispatcher, tasks
        self.met = False

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        try:
            return await make_request(bot, method)
        except TelegramConflictError:
            if not self.met:
                self.met = True
                self._tasks.start(self._dispatcher.stop_polling())
            raise
