"""The composition root: everything that runs, in which order it starts and in which it stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import chain, repeat
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

from bot.clock import FollowingClock, SystemClock
from bot.core import limits
from bot.core.clock import Clock
from bot.core.i18n import load_catalogues
from bot.core.tasks import Tasks
from bot.delivery.outbox import Outbox
from bot.instance import AnotherInstance, Instance
from bot.jobs import Jobs
from bot.services import Services
from bot.settings import Settings
from bot.telegram.commands import set_commands
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.session import make_bot
from bot.web import serve_web
from bot.wiring import Clinics, Store, embedded_alone, make_dispatcher, make_renderer, make_services, open_store
from storage.database.connection import Probe

START_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
"""seconds between two attempts to reach Telegram at the start"""


log = structlog.get_logger(__name__)


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
                "directory": services.directory.refresh,
                "sync": services.clinic_changes.sync,
                "settle": services.settlement.settle_due,
                "checks": services.checks.check_due,
                "watch": services.watching.look_due,
                "takeovers": services.takeovers.finish_due,
                "retention": services.retention.keep,
                "outbox": outbox.sweep,
            }
        )
        await instance.take()
        stack.push_async_callback(instance.release)
        stack.push_async_callback(tasks.drain, limits.DRAIN_WITHIN)
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
        due = await app.store.storage.read(lambda view: view.outbox.next_due())
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
    await app.services.clinic_changes.sync()
    if timetable:
        app.jobs.start()
    app.dispatcher["username"] = (await app.bot.me()).username
    log.info("started", bot=app.dispatcher["username"])
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
