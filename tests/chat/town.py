"""A town for a test: the whole bot at the emulator, a seeded registry, a clock that the test moves."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App, ChooseSystems, assembled, embedded_alone, make_services, open_store, poll
from bot.core.people import Role
from bot.core.tasks import Tasks
from bot.emulator import Emulator, serve
from bot.services import Services
from bot.settings import Settings
from bot.telegram.gateway_errors import TelegramSession
from bot.telegram.middlewares import PendingUpdates
from storage.database.connection import Probe
from storage.registry.seed.town import seed_town
from tests.builders import MONDAY, StoppedClock, close_session, some_settings
from tests.chat.direct_client import DirectClient
from tests.chat.direct_session import DirectSession
from tests.chat.person import Person
from tests.chat.wait import wait_until
from tests.desk_code import set_code

PENDING = "pending"
MOTHER, FATHER, REGISTRAR, STRANGER = 1001, 1002, 1003, 1004
ALL_OVER_HTTP = "OVER_HTTP" in os.environ
"""whether every town's bot calls the emulator over HTTP; a whole run takes a quarter longer then"""


@dataclass(slots=True)
class Town:
    app: App
    chat: DirectClient
    clock: StoppedClock
    emulator: Emulator
    folder: Path
    settings: Settings
    clinics: ChooseSystems
    running: AsyncExitStack
    probe: Probe | None = None
    direct: Emulator | None = None
    """the emulator that the bot calls without HTTP"""

    @property
    def mother(self) -> Person:
        return self.chat.person(MOTHER)

    @property
    def father(self) -> Person:
        return self.chat.person(FATHER)

    @property
    def registrar(self) -> Person:
        return self.chat.person(REGISTRAR)

    @property
    def stranger(self) -> Person:
        return self.chat.person(STRANGER, first_name="Чужой")

    async def work(self) -> None:
        """Run every job once."""
        await self.app.jobs.run_all_once()

    async def pass_time(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))
        await self.work()

    async def settled(self) -> None:
        """Wait until the bot has handled all updates."""
        await self.app.dispatcher[PENDING].drain()

    async def settled_in(self, chat: int | None) -> int:
        """Wait until the bot has handled all updates of one chat, or of all; return the changes until then."""
        known = self.emulator.chats.get(chat) if chat is not None else None
        activity = self.emulator.activity if known is None else known.activity
        changes = -1
        while changes != activity.changed.revision:
            changes = activity.changed.revision
            await activity.wait_idle(0, 0, self.chat.limit)
            await self.settled()
        return changes

    async def rested(self) -> None:
        """Wait until nothing runs in the background but the polling."""
        await wait_until(lambda: len(self.app.tasks._running) <= 1)

    async def restart(self) -> None:
        """Stop the bot and start another on the same database and the same Telegram."""
        await self.running.aclose()
        again = polling(self.settings, self.clock, self.clinics, self.probe, self.direct)
        self.app = await self.running.enter_async_context(again)


async def make_template(folder: Path) -> Path:
    """Seed a database to be copied: seeding takes longer than most tests."""
    settings = some_settings(database_url=f"sqlite:///{folder}/template.sqlite3")
    async with open_store(settings) as store:
        await seed_town(store.database, store.cipher, store.index, MONDAY)
        services = make_services(store, StoppedClock(), Tasks(), settings)
        await appoint_registrar(services)
        await services.wall_clock.keep()
    return folder / "template.sqlite3"


@asynccontextmanager
async def town(
    template: Path,
    folder: Path,
    clinics: ChooseSystems = embedded_alone,
    probe: Probe | None = None,
    *,
    over_http: bool = False,
    **given: Any,
) -> AsyncIterator[Town]:
    """Open a town; ``probe`` is called before each statement of the bot's database, ``given`` are settings.

    The bot calls the emulator in this process, or ``over_http``.
    """
    database = folder / "registratura.sqlite3"
    shutil.copy(template, database)
    clock = StoppedClock()
    emulator = Emulator(now=lambda: clock.now().timestamp())
    direct = None if over_http or ALL_OVER_HTTP else emulator
    async with serve(emulator) as url:
        settings = some_settings(bot_api_url=url, database_url=f"sqlite:///{database}", **given)
        async with AsyncExitStack() as running:
            app = await running.enter_async_context(polling(settings, clock, clinics, probe, direct))
            await appoint_registrar(app.services)
            chat = DirectClient(url, emulator, lambda: opened.app.services)
            opened = Town(app, chat, clock, emulator, folder, settings, clinics, running, probe, direct)
            opened.chat.settled = opened.settled_in
            async with opened.chat:
                yield opened


@asynccontextmanager
async def polling(
    settings: Settings,
    clock: StoppedClock,
    clinics: ChooseSystems,
    probe: Probe | None = None,
    direct: Emulator | None = None,
) -> AsyncIterator[App]:
    async with assembled(settings, clock, clinics, probe) as app:
        if direct is not None:
            assert isinstance(app.bot.session, TelegramSession)
            app.bot.session = DirectSession(direct, app.bot.session)
        app.dispatcher[PENDING] = pending = PendingUpdates()
        pending.attach(app.dispatcher)
        # The bot's own steps of the shutdown come first.
        handlers = app.dispatcher.shutdown.handlers
        handlers.append(handlers.pop(0))
        is_started = asyncio.Event()
        app.dispatcher.startup.register(is_started.set)
        work = app.tasks.start(poll(app, settings, signals=False, timetable=False))
        work.add_done_callback(lambda _work: is_started.set())
        try:
            yield app
        finally:
            # aiogram refuses to stop what has not started yet.
            await is_started.wait()
            await app.dispatcher.stop_polling()
            await work
            await close_session(app.bot)


async def appoint_registrar(services: Services) -> None:
    """Appoint the registrar, with an access code; the code of a template stays."""
    clinics = await services.directory.clinics()
    await services.accounts.appoint(REGISTRAR, Role.REGISTRAR, clinics[0].id)
    await set_code(services, REGISTRAR)
