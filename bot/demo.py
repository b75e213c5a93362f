"""Run the demo in one process: the emulator of Telegram, and the bot with a seeded clinic system."""

from __future__ import annotations

import asyncio
import base64
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from aiogram import Dispatcher

from bot.app import App, assembled, poll, serving
from bot.core.people import Role
from bot.demo_folder import demo_folder
from bot.demo_samples import list_samples
from bot.emulator import EmulatedPerson, Emulator, serve
from bot.emulator.people import DEMO_PEOPLE
from bot.settings import Settings, SettingsError, load_settings
from dialogs.patients.details import grouped_number
from storage.registry.seed import desk_clinic
from storage.registry.seed.clinics import GARDEN
from storage.registry.seed.desk_clinic import BRIGHT
from storage.registry.seed.examples import EXAMPLES

HOST = "127.0.0.1"
PARENT = 1001
OLGA, VERA, GALINA = 1003, 1101, 1102
STAFF = {OLGA: (Role.REGISTRAR, GARDEN), VERA: (Role.REGISTRAR, BRIGHT), GALINA: (Role.ADMIN, BRIGHT)}
PEOPLE = (
    *DEMO_PEOPLE,
    EmulatedPerson(VERA, "Вера", about="регистратор № 9"),
    EmulatedPerson(GALINA, "Галина", about="администратор № 9"),
)
TO_BOOK_WITH = 3
"""the number of first examples, whose policies are valid"""


async def run_demo(port: int) -> None:
    """Serve the demo until stopped, then delete its data. Raises SettingsError if the port is taken."""
    typer.echo("Готовлю показ: город, врачей и свободное время. Это несколько секунд.")
    emulator = Emulator(key_required=True, samples=list_samples(), people=PEOPLE)
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(serve(emulator, HOST, port))
        except OSError:
            raise SettingsError(f"--port is wrong: {port} is taken, choose another one") from None
        bot = DemoBot(emulator, url)
        emulator.restart_bot = bot.restart
        while await bot.run():
            # Until the next polling has its own handlers, Ctrl+C and SIGTERM stop the demo.
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, _running_task().cancel)


def _running_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine always runs in a task
    return task


class DemoBot:
    """The bot of the demo, which can be begun anew: with another database and other keys, so that it knows nobody."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self._emulator = emulator
        self._url = url
        self._ready = asyncio.Event()
        self._again = False
        self._dispatcher: Dispatcher | None = None

    async def run(self) -> bool:
        """Serve until stopped. Returns whether to begin anew."""
        is_first, self._again = self._dispatcher is None, False
        if not is_first:
            # Only now, for a bot that is stopping may still send something.
            self._emulator.reset()
            self._emulator.clock.run_real()
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(demo_folder())
            settings = demo_settings(self._emulator.token, self._url, _free_port(), folder)
            self._emulator.ready_url = f"http://{HOST}:{settings.web_port}/ready"
            app = await stack.enter_async_context(assembled(settings))
            await stack.enter_async_context(serving(app, settings))
            await stack.enter_async_context(_seeded(app, self._emulator))
            await _appoint_staff(app)
            self._dispatcher = app.dispatcher
            app.dispatcher.startup.register(self._ready.set)
            if is_first:
                app.dispatcher.startup.register(lambda: typer.echo(greeting(self._url, self._emulator.key)))
            await poll(app, settings)
        return self._again

    async def restart(self) -> None:
        """Begin anew and wait until the new bot polls; a bot that is still starting is waited for."""
        if self._again or not self._ready.is_set() or self._dispatcher is None:
            await self._ready.wait()
            return
        self._again = True
        self._ready.clear()
        await self._dispatcher.stop_polling()
        await self._ready.wait()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def demo_settings(token: str, url: str, web_port: int, folder: Path) -> Settings:
    """Return settings of a demo; no ``.env`` is read, and the keys are new."""
    key, index_key = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    return load_settings(
        None,
        bot_token=token,
        bot_api_url=url,
        telegram_proxy=(),
        clock_url=f"{url}/emulator/clock",
        database_url=f"sqlite:///{folder}/town.sqlite3",
        secret_keys=f"demo:{key}",
        index_keys=f"demo:{index_key}",
        default_language="ru",
        operator_name="Детская поликлиника (пример)",
        operator_name_en="Children's clinic (example)",
        operator_address="этот компьютер",
        operator_address_en="this computer",
        support_phone="+7 000 000-00-00",
        support_email="help@example.org",
        support_hours="пока открыт показ",
        support_hours_en="while the demo is open",
        policy_desk=1,
        web_host=HOST,
        web_port=web_port,
        log_level="WARNING",
    )


@asynccontextmanager
async def _seeded(app: App, emulator: Emulator) -> AsyncIterator[None]:
    """Seed the town, and add days to its timetable when the clock is moved."""

    def now() -> datetime:
        return datetime.fromtimestamp(emulator.clock.now(), UTC)

    async def add_days() -> None:
        seeded = now().date()
        while True:
            await emulator.clock.changed.wait(limit=3600)
            if now().date() > seeded:
                seeded = now().date()
                await desk_clinic.seed_demo(app.store.database, app.store.cipher, app.store.index, now())

    await desk_clinic.seed_demo(app.store.database, app.store.cipher, app.store.index, now())
    adding = app.tasks.start(add_days())
    try:
        yield
    finally:
        adding.cancel()
        await asyncio.wait([adding])


async def _appoint_staff(app: App) -> None:
    clinics = {clinic.name: clinic.id for clinic in await app.services.directory.clinics()}
    for person, (role, clinic) in STAFF.items():
        await app.services.accounts.appoint(person, role, clinics[clinic])


def greeting(url: str, key: str) -> str:
    children = [f"  {grouped_number(child.policy_number)}  {child.name.full}" for child in EXAMPLES[:TO_BOOK_WITH]]
    return "\n".join(
        [
            "",
            f"Откройте {url}/?key={key}&user={PARENT}",
            "",
            "Трое детей, которых можно записать: номер полиса и имя.",
            *children,
            "",
            "Номера, фото полиса и PDF есть и на странице: «Что показать боту».",
            f"Ольга из регистратуры видит свой чат: в адресе user={OLGA}. Сначала она придумывает код доступа.",
            "Ольга решает и заявления: прикрепите ребёнка к «Детской № 12» с её карточки, «О поликлинике».",
            f"Вера проверяет полисы в поликлинике без списка: user={VERA}. Ей тоже нужен код.",
            "Остановить: Ctrl+C.",
            "",
        ]
    )
