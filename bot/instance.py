"""Let one process at a time work with a database: it holds a lease, and the lease of a dead process is released."""

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
"""how long the next process waits if the holder has died on another machine or in another container"""

RETRY_EVERY = 0.5
"""seconds"""
NAME = "instance"
PROC = Path("/proc")
BORN = 19
"""position of the start time in /proc/PID/stat among the fields after the name; the state is the first of them"""

log = structlog.get_logger(__name__)


class AnotherInstance(Exception):
    """Another process works with this database or with this bot's token; the text says which, in one sentence."""


class Process(NamedTuple):
    """The identity of a process on a machine; a pid alone may have been given to a new process."""

    host: str
    space: str
    """the namespace of its pid: each container counts its processes from 1"""
    pid: int
    born: str
    """its start time, in ticks since the start of the machine"""

    @classmethod
    def of(cls, pid: int) -> Self:
        return cls(socket.gethostname(), _space(), pid, _born(pid) or "")

    @classmethod
    def read(cls, text: str) -> Self | None:
        match text.split():
            case [host, space, pid, born, *_] if pid.isdigit():
                return cls(host, space, int(pid), born)
        return None

    def __str__(self) -> str:
        return f"{self.host} {self.space or '-'} {self.pid} {self.born or '-'}"


def is_running(holder_text: str) -> bool | None:
    """Return whether the holder of a lease still runs, or None if this process cannot see it."""
    holder, mine = Process.read(holder_text), Process.of(os.getpid())
    if holder is None or not mine.born or (holder.host, holder.space) != (mine.host, mine.space):
        return None
    return _born(holder.pid) == holder.born


def first_key_of(holder_text: str) -> str:
    """Return the id of the key that the holder of a lease encrypts with; "" for a holder that does not say."""
    _process, bar, key = holder_text.partition("|")
    return key if bar else ""


def _space() -> str:
    try:
        return (PROC / "self/ns/pid").readlink().name
    except OSError:
        return ""


def _born(pid: int) -> str | None:
    """Return the start time; None for a process that does not exist or is a zombie, or if there is no /proc."""
    try:
        state, *rest = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state in "ZX" else rest[BORN - 1]


class Instance:
    """The lease of this process on the database."""

    def __init__(self, storage: Storage, clock: Clock, key: str = "") -> None:
        """``key`` is the id of the key that this process encrypts with."""
        self._storage, self._clock = storage, clock
        self._holder = f"{Process.of(os.getpid())} {secrets.token_hex(4)}|{key}"

    async def take(self) -> None:
        """Take the lease; wait for its expiry if the holder may be dead.

        Messages that a dead holder had claimed become due again. Raises AnotherInstance if the holder is alive.
        """
        first = None
        while (held := await self._attempt()) is not None:
            holder, _until = held
            if is_running(holder) or (first is not None and held != first):
                raise AnotherInstance("Another instance works with this database (DATABASE_URL): stop it first.")
            if first is None:
                log.info("waiting until the lease of another instance expires", seconds=LEASE.total_seconds())
            first = held
            await asyncio.sleep(RETRY_EVERY)

    @writes
    async def _attempt(self, uow: UnitOfWork) -> tuple[str, object] | None:
        """Return None if this process now has the lease, else the holder and the expiry of its lease."""
        held = await uow.leases.held(NAME)
        if held is not None and is_running(held[0]) is False:
            await uow.leases.release(NAME, held[0])
        if not await uow.leases.take(NAME, self._holder, self._clock.wall(), LEASE):
            return held
        await uow.outbox.reclaim()
        return None

    async def renew(self) -> None:
        """Extend the lease; a lost lease is only logged."""
        kept = await self._storage.write(lambda uow: uow.leases.take(NAME, self._holder, self._clock.wall(), LEASE))
        if not kept:
            log.error("the lease on the database is lost: another instance works with it")

    @writes
    async def release(self, uow: UnitOfWork) -> None:
        await uow.leases.release(NAME, self._holder)
