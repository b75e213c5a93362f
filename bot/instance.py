"""One instance on one database: a lease that a running process keeps, and that a dead one keeps from nobody."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Self

import structlog

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, writes

LEASE = timedelta(seconds=25)
"""How long one that died where nobody can see it keeps the next one waiting."""

LOOK_EVERY = 0.5
NAME = "instance"
PROC = Path("/proc")
BORN = 19
"""where the moment of birth stands among what /proc/PID/stat tells after the name; the state comes first"""

log = structlog.get_logger(__name__)


class AnotherInstance(Exception):
    """Somebody else works with this database or with this bot's token; the text says which, in one sentence."""


class Process(NamedTuple):
    """A process as another one on the same machine recognises it: a number alone may belong to a newcomer by then."""

    host: str
    space: str
    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> Self:
        return cls(socket.gethostname(), _space(), pid, _born(pid) or "")

    @classmethod
    def read(cls, told: str) -> Self | None:
        match told.split():
            case [host, space, pid, born, *_] if pid.isdigit():
                return cls(host, space, int(pid), born)
        return None

    def __str__(self) -> str:
        return f"{self.host} {self.space or '-'} {self.pid} {self.born or '-'}"


def is_running(told: str) -> bool | None:
    """Whether the holder of a lease still runs; None where that cannot be seen from here."""
    holder, mine = Process.read(told), Process.of(os.getpid())
    if holder is None or not mine.born or (holder.host, holder.space) != (mine.host, mine.space):
        return None
    return _born(holder.pid) == holder.born


def _space() -> str:
    """Containers count their processes apart, each from one."""
    try:
        return (PROC / "self/ns/pid").readlink().name
    except OSError:
        return ""


def _born(pid: int) -> str | None:
    """None for a process that is not there, is dead and only not buried yet, or where the system does not tell."""
    try:
        state, *rest = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state in "ZX" else rest[BORN - 1]


class Instance:
    """This process's hold on the database."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._holder = f"{Process.of(os.getpid())} {secrets.token_hex(4)}"

    async def take(self) -> None:
        """Returns as the only one. Waits for the lease of one that may be dead; raises AnotherInstance for a live one.

        Whatever a dead one had begun to send is due again.
        """
        first = None
        while (held := await self._attempt()) is not None:
            holder, _until = held
            if is_running(holder) or (first is not None and held != first):
                raise AnotherInstance("Another instance works with this database (DATABASE_URL): stop it first.")
            if first is None:
                log.info("waiting for the lease of an instance that may be gone", seconds=LEASE.total_seconds())
            first = held
            await asyncio.sleep(LOOK_EVERY)

    @writes
    async def _attempt(self, uow: UnitOfWork) -> tuple[str, object] | None:
        """None where the database is ours; else who holds it, and until when."""
        held = await uow.leases.held(NAME)
        if held is not None and is_running(held[0]) is False:
            await uow.leases.release(NAME, held[0])
        if not await uow.leases.take(NAME, self._holder, self._clock.wall(), LEASE):
            return held
        await uow.outbox.reclaim()
        return None

    async def renew(self) -> None:
        kept = await self._storage.write(lambda uow: uow.leases.take(NAME, self._holder, self._clock.wall(), LEASE))
        if not kept:
            log.error("the lease on the database is lost: another instance works with it")

    @writes
    async def release(self, uow: UnitOfWork) -> None:
        await uow.leases.release(NAME, self._holder)
