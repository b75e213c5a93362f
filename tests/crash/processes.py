"""The emulator and the bot in processes of their own, which can be killed and restarted quickly."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from bot.app import assembled, poll, serving
from bot.clinics.port import ClinicSystem
from bot.emulator import Emulator, serve
from bot.logs import configure_logs
from bot.settings import Settings
from storage.database.opening import path_of
from tests.builders import MONDAY, some_settings
from tests.crash.older import OlderProcess
from tests.crash.outages import TroubledSystem, flag_beside

START_WITHIN = 300
STOP_WITHIN = 60
STARTED = b"] started "
CALLS_KEPT = 1_000_000


def forked() -> ForkServerContext:
    """Return a context whose server has imported everything once, so that a bot starts quickly."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def run_telegram(pipe: Connection, seed: int) -> None:
    logging.disable()  # its call log has the refusals

    async def work() -> None:
        emulator = Emulator(calls_kept=CALLS_KEPT, seed=seed)
        emulator.clock.set(MONDAY.timestamp())
        async with serve(emulator) as url:
            pipe.send(url)
            await asyncio.Event().wait()

    with suppress(KeyboardInterrupt):
        asyncio.run(work())


def log_into(log: Path) -> None:
    """Write the standard error of this process, and the logs, into a file."""
    with log.open("a") as stream:
        os.dup2(stream.fileno(), 2)
    configure_logs("INFO", as_json=False)


def run_bot(environment: dict[str, Any], log: Path) -> None:
    log_into(log)
    settings = some_settings(**environment)
    flag = flag_beside(path_of(settings.database_url.get_secret_value()))
    try:
        asyncio.run(run_with_outages(settings, flag))
    except Exception as error:
        sys.exit(f"stopped by {type(error).__name__}: {error}")


async def run_with_outages(settings: Settings, flag: Path) -> None:
    """Serve people as `bot.app.run` does, over a clinic that is in trouble while the file says so."""

    def systems(registry: ClinicSystem) -> Sequence[ClinicSystem]:
        return (TroubledSystem(registry, flag),)

    async with assembled(settings, systems=systems) as app, serving(app, settings):
        await poll(app, settings)


class Telegram:
    """The emulator in a process."""

    def __init__(self, context: ForkServerContext, seed: int) -> None:
        receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=run_telegram, args=(sender, seed), daemon=True)
        self._process.start()
        if not receiver.poll(START_WITHIN):
            raise TimeoutError("the emulator has not started")
        self.url: str = receiver.recv()

    def end(self) -> None:
        self._process.kill()
        self._process.join()


class Bot:
    """The bot in a process; ``keep_running`` restarts one that has ended, as a supervisor would."""

    def __init__(self, context: ForkServerContext, environment: dict[str, Any], log: Path) -> None:
        self._context, self._environment, self._log = context, environment, log
        self._process: ForkServerProcess | OlderProcess | None = None
        self.ended = 0
        self._starts_before = 0

    def keep_running(self, older: Path | None = None) -> None:
        """Start the bot if none runs: this release, or the one in a folder."""
        if self._process is not None and self._process.is_alive():
            return
        if self._process is not None:
            self.ended += 1
        self._starts_before = self._count_starts()
        if older is not None:
            self._process = OlderProcess(older, self._environment, self._log)
            return
        self._process = self._context.Process(target=run_bot, args=(self._environment, self._log), daemon=True)
        self._process.start()

    def start_with(self, serve: Callable[[dict[str, Any], Path, Path], None], figures: Path) -> None:
        """Start a bot by another function, which also writes a file."""
        arguments = (self._environment, self._log, figures)
        self._process = self._context.Process(target=serve, args=arguments, daemon=True)
        self._process.start()

    async def until_started(self) -> None:
        """Wait until the process that runs has written that it has started. Raises TimeoutError."""
        deadline = time.monotonic() + START_WITHIN
        while self._count_starts() <= self._starts_before:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot has not started, see {self._log}")
            await asyncio.sleep(0.1)

    def _count_starts(self) -> int:
        return self._log.read_bytes().count(STARTED) if self._log.exists() else 0

    def kill(self) -> None:
        """kill -9"""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def stop(self) -> None:
        """Send SIGTERM. Raises TimeoutError if the bot does not stop in time."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(STOP_WITHIN)
            alive, self._process = self._process.is_alive(), None
            if alive:
                raise TimeoutError("the bot has not stopped")
