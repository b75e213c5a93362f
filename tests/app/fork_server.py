"""A program that has imported the bot and forks for each command of the tests: an import takes a second.

The forked program has the arguments, the environment, the folder, the umask and the streams of its command, and ends as
Python ends. What depends on the import itself needs a Python of its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any

PRELOADED = (
    *("bot.__main__", "bot.app", "bot.backup", "bot.clock", "bot.findings", "bot.restore", "bot.rotation"),
    *("bot.selfcheck", "bot.start_errors", "bot.stream", "storage.migrations", "storage.registry.seed.desk_clinic"),
)
LONGEST_COMMAND = 1 << 16
STREAMS = 3


class ForkServer:
    """Fork for each command and send its process id and, at its end, its exit status; stop when the client has gone."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._waiting: dict[int, socket.socket] = {}
        self._woken, wake = socket.socketpair()
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._wake = wake

    def serve(self) -> dict[str, Any] | None:
        """Return None when the client has gone; in a forked process, the command that it must run."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._client, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _events in selector.select():
                    if key.fileobj is self._woken:
                        self._tell_ended()
                        continue
                    command, streams, _flags, _address = socket.recv_fds(self._client, LONGEST_COMMAND, STREAMS + 1)
                    if not command:
                        return None
                    if self._fork(socket.socket(fileno=streams.pop()), streams):
                        return dict(json.loads(command))

    def _fork(self, told: socket.socket, streams: list[int]) -> bool:
        """Return whether this is the forked process; it has the streams as its own."""
        process = os.fork()
        if process:
            self._waiting[process] = told
            told.sendall(b"%d\n" % process)
            for stream in streams:
                os.close(stream)
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        for ours in (told, self._client, self._woken, self._wake, *self._waiting.values()):
            ours.close()
        return True

    def _tell_ended(self) -> None:
        self._woken.recv(4096)
        for process in list(self._waiting):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                with self._waiting.pop(process) as told, suppress(OSError):
                    told.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def become(command: dict[str, Any]) -> None:
    """Make this process the one that a shell would have started."""
    if command["session"]:
        os.setsid()
    os.chdir(command["folder"])
    os.umask(command["umask"])
    os.environ.clear()
    os.environ.update(command["environment"])
    time.tzset()
    sys.argv = ["registratura", *command["arguments"]]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the life of the process
    buffering = 1 if os.isatty(1) else -1
    sys.stdout = open(1, "w", buffering, "utf-8", closefd=False)  # noqa: SIM115 - for the life of the process
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115 - for the life of the process
    exec(command["before"], {})  # noqa: S102 - the test's own


def main() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    # Also keeps the pages of what is imported common to all programs.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as client:
        command = ForkServer(client).serve()
    if command is not None:
        become(command)
        importlib.import_module("bot.__main__").main()


if __name__ == "__main__":
    main()
