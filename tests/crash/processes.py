"""Telegram's stand-in and the bot, each a process of its own that can be killed and begun again in a moment."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from bot.app import run
from bot.emulator import Emulator, serve
from bot.logs import configure_logs
from tests.builders import MONDAY, some_settings

START_WITHIN = 20
STOP_WITHIN = 20
CALLS_KEPT = 1_000_000


def forked() -> ForkServerContext:
    """Everything is imported once: a new bot costs what it does itself, not what Python reads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def be_telegram(told: Connection, seed: int) -> None:
    logging.disable()  # what it refuses is in its journal

    async def work() -> None:
        emulator = Emulator(calls_kept=CALLS_KEPT, seed=seed)
        emulator.clock.set(MONDAY.timestamp())
        async with serve(emulator) as url:
            told.send(url)
            await asyncio.Event().wait()

    with suppress(KeyboardInterrupt):
        asyncio.run(work())


def be_bot(given: dict[str, Any], log: Path) -> None:
    with log.open("a") as kept:
        os.dup2(kept.fileno(), 2)
    configure_logs("INFO", as_json=False)
    try:
        asyncio.run(run(some_settings(**given)))
    except Exception as error:
        sys.exit(f"stopped by {type(error).__name__}: {error}")


class Telegram:
    """The emulator in its process."""

    def __init__(self, context: ForkServerContext, seed: int) -> None:
        hears, told = context.Pipe(duplex=False)
        self._process = context.Process(target=be_telegram, args=(told, seed), daemon=True)
        self._process.start()
        if not hears.poll(START_WITHIN):
            raise TimeoutError("the emulator has not started")
        self.url: str = hears.recv()

    def end(self) -> None:
        self._process.kill()
        self._process.join()


class Bot:
    """The bot in its process; one that has ended by itself is begun again, as a supervisor would."""

    def __init__(self, context: ForkServerContext, given: dict[str, Any], log: Path) -> None:
        self._context, self._given, self._log = context, given, log
        self._process: ForkServerProcess | None = None
        self.ended = 0

    def keep_running(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        if self._process is not None:
            self.ended += 1
        self._process = self._context.Process(target=be_bot, args=(self._given, self._log), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """kill -9"""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def stop(self) -> None:
        """SIGTERM, which the bot obeys within its time. Raises TimeoutError where it does not."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(STOP_WITHIN)
            alive, self._process = self._process.is_alive(), None
            if alive:
                raise TimeoutError("the bot has not stopped")
