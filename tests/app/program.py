"""A command of the bot in a process of its own, forked from a server that has imported the bot."""

from __future__ import annotations

import asyncio
import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import zip_longest
from pathlib import Path

from tests.project_files import ROOT

Stream = int
"""an open file, PIPE or DEVNULL"""


@functools.cache
def _server() -> socket.socket:
    """Start the server of this process; it ends when its socket is closed."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-m", "tests.app.fork_server", str(its.fileno())]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()])  # noqa: S603 - our own

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


class ProgramEvents(asyncio.Protocol):
    """What the server tells of a program: the process id, then the exit status."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.pid: asyncio.Future[int] = loop.create_future()
        self.status: asyncio.Future[int] = loop.create_future()
        self._lines = b""

    def data_received(self, data: bytes) -> None:
        self._lines += data
        if b"\n" in self._lines and not self.pid.done():
            self.pid.set_result(int(self._lines.split()[0]))

    def connection_lost(self, exc: Exception | None) -> None:
        for future, line in zip_longest((self.pid, self.status), self._lines.split()):
            if line is None:
                future.set_exception(ConnectionError("the fork server has ended"))
            elif not future.done():
                future.set_result(int(line))


class Program:
    """Has what tests use of ``asyncio.subprocess.Process``."""

    def __init__(
        self, told: ProgramEvents, pid: int, stdout: asyncio.StreamReader | None, stderr: asyncio.StreamReader | None
    ):
        self._told, self.pid, self.stdout, self.stderr = told, pid, stdout, stderr

    @property
    def returncode(self) -> int | None:
        return self._told.status.result() if self._told.status.done() else None

    async def wait(self) -> int:
        return int(await asyncio.shield(self._told.status))

    async def communicate(self) -> tuple[bytes, bytes]:
        """Return what was not read yet of both streams, once the program has ended."""
        readers = [stream.read() for stream in (self.stdout, self.stderr) if stream is not None]
        read = await asyncio.gather(*readers)
        await self.wait()
        out = read.pop(0) if self.stdout is not None else b""
        return out, read.pop(0) if self.stderr is not None else b""

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def start_program(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    before: str = "",
    streams: tuple[Stream, Stream, Stream] = (DEVNULL, PIPE, PIPE),
    session: bool = False,
) -> Program:
    """Start ``registratura`` with these arguments; ``before`` is Python that runs first."""
    umask = os.umask(0)
    os.umask(umask)
    command = {
        "arguments": list(arguments),
        "folder": str(folder),
        "environment": dict(environment),
        "before": before,
        "umask": umask,
        "session": session,
    }
    told, its = socket.socketpair()
    with ExitStack() as sent:
        sent.enter_context(its)
        opened = [await _opened(stream, sent) for stream in streams]
        given = [stream for stream, _reader in opened]
        socket.send_fds(_server(), [json.dumps(command).encode()], [*given, its.fileno()])
    _transport, heard = await asyncio.get_running_loop().create_unix_connection(ProgramEvents, sock=told)
    return Program(heard, await heard.pid, opened[1][1], opened[2][1])


async def _opened(stream: Stream, sent: ExitStack) -> tuple[int, asyncio.StreamReader | None]:
    """Return the file to send, which ``sent`` closes here, and the reader of what the program writes into a pipe."""
    if stream == DEVNULL:
        null = os.open(os.devnull, os.O_RDWR)
        sent.callback(os.close, null)
        return null, None
    if stream != PIPE:
        return stream, None
    reading, writing = os.pipe()
    sent.callback(os.close, writing)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", buffering=0)
    )
    return writing, reader
