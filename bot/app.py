"""The composition root: which parts the bot is built of, and in which order they start and stop.

Settings, database, clock, clinic systems, services, outbox and jobs, dispatcher: each is built from those before it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Message

from bot.clinics.port import ClinicSystem
from bot.clinics.systems import Systems
from bot.clock import FollowingClock, SystemClock
from bot.core import limits
from bot.core.clock import Clock
from bot.core.i18n import choose_language, load_catalogues, speak
from bot.core.people import Operator, Operators
from bot.core.tasks import Background, Tasks
from bot.delivery.news import OutboxMessage
from bot.delivery.outbox import Outbox
from bot.delivery.screen import Screen
from bot.documents.pdf_printer import PdfPrinter
from bot.documents.policy_reader import PolicyReader
from bot.documents.programs import LimitedPrograms
from bot.glossary import ClinicId
from bot.instance import AnotherInstance, Instance
from bot.invariants import InvariantWatch
from bot.jobs import Jobs
from bot.log_watch import LogWatch
from bot.metrics import Metrics
from bot.services import Services
from bot.settings import Settings
from bot.store import Store as Store, open_store as open_store
from bot.telegram.arrivals import Arrivals
from bot.telegram.chat_work import ChatWork, make_chat_work
from bot.telegram.commands import update_commands
from bot.telegram.failures import failure_handler
from bot.telegram.flood import MOST_UPDATES, PersonQueue
from bot.telegram.groups import Groups
from bot.telegram.locks import PersonLocks
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.middlewares import AccountMiddleware, PendingUpdates
from bot.telegram.overtaken import NewestPresses
from bot.telegram.polling import ALLOWED_UPDATES, PollingConflict, wait_for_telegram
from bot.telegram.reachability import reachability
from bot.telegram.session import end_session, make_bot
from bot.web import serve_web
from dialogs import attach
from dialogs.kit.filters import DialogMiddleware
from dialogs.kit.newest import NewestScreens
from dialogs.kit.news import render
from dialogs.kit.sent_together import SentTogether
from dialogs.kit.turns import TurnMiddleware
from storage.database.connection import Probe
from storage.database.dialog_state import DialogStorage
from storage.database.opening import path_of
from storage.registry.day_end import DayEnd
from storage.registry.desk import RegistryDesk
from storage.registry.publishing import Publisher
from storage.registry.system import Registry

ChooseSystems = Callable[[ClinicSystem], Sequence[ClinicSystem]]
"""Returns the clinic systems of the bot, given the embedded one; the first of them checks policies."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """A bot that is ready to run, with its parts for commands and tests."""

    bot: Bot
    dispatcher: Dispatcher
    services: Services
    store: Store
    outbox: Outbox
    jobs: Jobs
    clock: Clock
    tasks: Tasks
    metrics: Metrics


# --- parts ------------------------------------------------------------------------------------------------------------


def embedded_alone(registry: ClinicSystem) -> Sequence[ClinicSystem]:
    return (registry,)


def make_services(
    store: Store,
    clock: Clock,
    background: Background,
    settings: Settings,
    systems: ChooseSystems = embedded_alone,
    programs: LimitedPrograms | None = None,
) -> Services:
    """``programs`` open files and print papers; the caller closes them."""
    programs = programs or LimitedPrograms()
    registry = Registry(store.database, store.cipher, store.index, clock)
    services = Services(
        store.storage,
        Systems(systems(registry), clock),
        RegistryDesk(store.database, store.cipher, store.index, clock),
        PolicyReader(programs, clock),
        PdfPrinter(programs),
        clock,
        background,
        patients_limit=settings.patients_limit,
        reminder_hour=settings.reminder_hour,
        refusals_limit=settings.refusals_limit,
        digest_at=settings.digest_at,
        desk_shows=settings.desk_shows == "masked",
        papers_sent=settings.application_papers,
        policy_desk=None if settings.policy_desk is None else ClinicId(settings.policy_desk),
    )
    programs.alarms = services.alarms
    return services


def make_watches(settings: Settings, services: Services, clock: Clock) -> tuple[InvariantWatch, LogWatch]:
    path = path_of(settings.database_url.get_secret_value())
    watch = InvariantWatch(path, services.alarms, clock)
    return watch, LogWatch(path, services.alarms, streamed=settings.backup_url is not None)


def make_jobs(
    instance: Instance,
    services: Services,
    watch: InvariantWatch,
    log_watch: LogWatch,
    chats: ChatWork,
    outbox: Outbox,
    publisher: Publisher,
    day_end: DayEnd,
) -> Jobs:
    async def sweep() -> None:
        if await services.restored.compare():
            await outbox.sweep()

    return Jobs(
        {
            "lease": instance.renew,
            "directory": services.directory.refresh,
            "zones": services.wall_clock.keep,
            "publish": publisher.publish,
            "day_end": day_end.settle,
            "sync": services.clinic_changes.sync,
            "compare": services.nightly.compare_due,
            "settle": services.settlement.settle_due,
            "refusals": services.guard.count_refusals,
            "checks": services.checks.check_due,
            "desk_checks": services.policy_checks.work,
            "applications": services.application_results.work,
            "policy_requests": services.policy_results.work,
            "unchecked": services.unchecked.settle,
            "watch": services.watching.look_due,
            "takeovers": services.takeovers.finish_due,
            "referrals": services.elsewhere.plan_ends_of_all,
            "retention": services.retention.delete_expired,
            "reading": services.reading_alarm.end_due,
            "digests": services.digests.plan_due,
            "menus": chats.menus.keep_all,
            "passing": chats.deletions.delete_due,
            "failed_rows": services.failed_rows.look,
            "silent": services.silent_systems.look,
            "invariants": watch.look,
            "log": log_watch.look,
            "alarms": chats.operator_news.tell_due,
            "outbox": sweep,
        },
        services.alarms,
    )


def make_dispatcher(
    store: Store,
    services: Services,
    clock: Clock,
    settings: Settings,
    metrics: Metrics | None = None,
    newest: NewestScreens | None = None,
) -> Dispatcher:
    Message.model_rebuild()  # most other models contain it, and the first answer shall not wait for it
    dialogs = DialogStorage(store.database, store.cipher, store.index, clock)
    locks = PersonLocks()
    dispatcher = Dispatcher(storage=dialogs, events_isolation=locks, disable_fsm=True)
    (metrics or Metrics()).watch(dispatcher)
    kept = () if settings.operator_chat is None else (settings.operator_chat,)
    dispatcher.update.outer_middleware(Arrivals())
    dispatcher.update.outer_middleware(Groups(settings.default_language, kept))
    dispatcher.update.outer_middleware(PersonQueue(settings.default_language))
    dispatcher.update.outer_middleware(NewestPresses())
    dispatcher.update.outer_middleware(SentTogether())
    dispatcher.update.outer_middleware(DialogMiddleware(dialogs, locks))
    dispatcher.update.outer_middleware(AccountMiddleware(services.accounts, clock, settings.default_language))
    dispatcher.update.outer_middleware(TurnMiddleware(services, operators_of(settings), newest or NewestScreens()))
    attach(dispatcher)
    dispatcher.include_router(reachability(services.accounts))
    dispatcher.errors.register(failure_handler(settings.default_language))
    PendingUpdates().attach(dispatcher)
    return dispatcher


def make_renderer(
    services: Services, settings: Settings, clock: Clock
) -> Callable[[OutboxMessage], Awaitable[Screen | None]]:
    """Return the outbox's function that renders a message in the language of its reader."""
    operators = operators_of(settings)

    async def render_message(message: OutboxMessage) -> Screen | None:
        with speak(choose_language(message.language, None, settings.default_language)):
            return await render(services, operators, message, clock.now())

    return render_message


def operators_of(settings: Settings) -> Operators:
    """Return the operator in each language; what has no English text is shown as it is in Russian."""
    russian = Operator(
        settings.operator_name,
        settings.operator_address or "",
        settings.support_phone,
        settings.support_email,
        settings.support_hours,
        settings.backup_days,
    )
    english = replace(
        russian,
        name=settings.operator_name_en or russian.name,
        address=settings.operator_address_en or russian.address,
        hours=settings.support_hours_en or russian.hours,
    )
    return {"ru": russian, "en": english}


# --- start and stop ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def assembled(
    settings: Settings, clock: Clock | None = None, systems: ChooseSystems = embedded_alone, probe: Probe | None = None
) -> AsyncIterator[App]:
    """Open everything and start nothing; close it in the reverse order.

    ``clock`` replaces the clock of the settings. Raises AnotherInstance if the database is in use.
    """
    load_catalogues()
    async with AsyncExitStack() as stack:
        tasks = Tasks()
        store = await stack.enter_async_context(open_store(settings, probe, clock=clock))
        time = clock or await open_clock(settings, stack)
        bot = make_bot(settings)
        stack.push_async_callback(end_session, bot)
        programs = LimitedPrograms()
        stack.push_async_callback(programs.close)
        services = make_services(store, time, tasks, settings, systems, programs)
        messenger = TelegramMessenger(bot, newest := NewestScreens())
        outbox = Outbox(store.storage, messenger, make_renderer(services, settings, time), time, worker="outbox")
        instance = Instance(store.storage, time, store.cipher.active)
        jobs = make_jobs(
            instance,
            services,
            *make_watches(settings, services, time),
            make_chat_work(store.storage, services, bot, messenger, time, settings),
            outbox,
            Publisher(store.database, time),
            DayEnd(store.database, time),
        )
        await instance.take()
        stack.push_async_callback(instance.release)
        stack.push_async_callback(tasks.drain, limits.DRAIN_TIMEOUT)
        stack.push_async_callback(outbox.close)
        stack.push_async_callback(jobs.stop)
        metrics = Metrics.of(bot)
        dispatcher = make_dispatcher(store, services, time, settings, metrics, newest)
        close_first(dispatcher, programs)
        yield App(bot, dispatcher, services, store, outbox, jobs, time, tasks, metrics)


def close_first(dispatcher: Dispatcher, programs: LimitedPrograms) -> None:
    """Close the programs before the updates in work are waited for: a file that is read must not hold up the stop."""
    dispatcher.shutdown.register(programs.close)
    dispatcher.shutdown.handlers.insert(0, dispatcher.shutdown.handlers.pop())


async def open_clock(settings: Settings, stack: AsyncExitStack) -> Clock:
    """Return the clock of the settings; the stack closes it."""
    if settings.clock_url is None:
        return SystemClock()
    # The clock's task ends when the clock is closed, after the drain: in the common Tasks the drain would wait for it.
    return await stack.enter_async_context(FollowingClock(settings.clock_url, Tasks()))


async def run(settings: Settings, clock: Clock | None = None, *, signals: bool = True) -> None:
    """Serve people until stopped. Raises AnotherInstance if the database or the token is in use by another program."""
    async with assembled(settings, clock) as app, serving(app, settings):
        await poll(app, settings, signals=signals)


@asynccontextmanager
async def serving(app: App, settings: Settings) -> AsyncIterator[None]:
    """Serve /health, with the alarms that are on, /ready, with the moment of the next message, and /metrics."""

    async def next_due() -> datetime | None:
        return await app.store.storage.read(lambda view: view.outbox.next_due())

    async def facts() -> dict[str, Any]:
        due = await next_due()
        return {"next_due": None if due is None else due.timestamp()}

    async def figures() -> bytes:
        due, directory = await next_due(), app.services.directory
        late = 0.0 if due is None else (app.clock.now() - due).total_seconds()
        return app.metrics.text(late, app.services.alarms.ringing(), directory.system_names(), directory.silent())

    def alarms() -> list[dict[str, Any]]:
        on = app.services.alarms.ringing()
        return [{"alarm": each.alarm, "since": each.since.timestamp(), "facts": each.facts} for each in on]

    async with serve_web(settings.web_host, settings.web_port, facts, alarms, figures):
        yield


async def poll(app: App, settings: Settings, *, signals: bool = True, timetable: bool = True) -> None:
    """Poll Telegram until stopped. ``timetable=False`` leaves the jobs to the caller, for tests.

    Raises AnotherInstance if another program polls with the same token.
    """
    conflict = PollingConflict(app.dispatcher, app.tasks)
    app.bot.session.middleware(conflict)
    await wait_for_telegram(app.bot)
    app.tasks.start(update_commands(app.bot, settings.default_language))
    await app.services.wall_clock.keep()
    # The first sync of a clinic's changes starts at their end, so it must come before the first booking.
    await app.services.clinic_changes.sync()
    if timetable:
        app.jobs.start()
    app.dispatcher["username"] = (await app.bot.me()).username
    log.info("started", bot=app.dispatcher["username"])
    await app.dispatcher.start_polling(
        app.bot,
        handle_signals=signals,
        close_bot_session=False,
        allowed_updates=ALLOWED_UPDATES,
        tasks_concurrency_limit=MOST_UPDATES,
    )
    if conflict.is_met:
        raise AnotherInstance("Another program polls Telegram with the same BOT_TOKEN: stop it first.")
