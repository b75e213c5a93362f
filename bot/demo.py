"""Run the demo in one process: the emulator of Telegram, and the bot with a seeded clinic system."""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.app import App, assembled, poll, serving
from bot.core.clinic import ClinicKind
from bot.core.people import Role
from bot.demo_folder import demo_folder
from bot.emulator import Emulator, serve
from bot.settings import Settings, SettingsError, load_settings
from dialogs.patients.details import grouped_number
from storage.registry.seed.examples import EXAMPLES
from storage.registry.seed.town import seed_town

HOST = "127.0.0.1"
PARENT, REGISTRAR = 1001, 1003
TO_BOOK_WITH = 3
"""the number of first examples, whose policies are valid"""


async def run_demo(port: int) -> None:
    """Serve the demo until stopped, then delete its data. Raises SettingsError if the port is taken."""
    emulator = Emulator(key_required=True)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(demo_folder())
        try:
            url = await stack.enter_async_context(serve(emulator, HOST, port))
        except OSError:
            raise SettingsError(f"--port is wrong: {port} is taken, choose another one") from None
        settings = demo_settings(emulator.token, url, _free_port(), folder)
        emulator.ready_url = f"http://{HOST}:{settings.web_port}/ready"
        app = await stack.enter_async_context(assembled(settings))
        await stack.enter_async_context(serving(app, settings))
        await stack.enter_async_context(_seeded(app, emulator))
        await _appoint_registrar(app)
        app.dispatcher.startup.register(lambda: typer.echo(greeting(url, emulator.key)))
        await poll(app, settings)


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
        operator_name="Показ Регистратуры",
        operator_address="этот компьютер",
        support_phone="+7 000 000-00-00",
        support_email="help@example.org",
        support_hours="пока открыт показ",
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
                await seed_town(app.store.database, app.store.cipher, app.store.index, now())

    await seed_town(app.store.database, app.store.cipher, app.store.index, now())
    adding = app.tasks.start(add_days())
    try:
        yield
    finally:
        adding.cancel()
        await asyncio.wait([adding])


async def _appoint_registrar(app: App) -> None:
    clinics = await app.services.directory.clinics()
    first = next(clinic for clinic in clinics if clinic.kind is ClinicKind.CHILDREN)
    await app.services.accounts.appoint(REGISTRAR, Role.REGISTRAR, first.id)


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
            f"Регистратура видит свой чат: в адресе user={REGISTRAR}. Сначала она придумывает код доступа.",
            "Остановить: Ctrl+C.",
            "",
        ]
    )
