"""The demo in a process of its own; its first output has the URL of the page."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.project_files import ROOT

PAGE = re.compile(r"(?P<url>http://127\.0\.0\.1:\d+)/\?key=(?P<key>[\w-]+)&user=1001")
STOPS_WITHIN = 20
UNCHANGED = "message is not modified"
"""A refusal that is allowed: an alert leaves the screen as it is."""
MANY_NAMES = "DESK_READING"
"""An alarm that is allowed: the registrar of a test leafs through many days."""


@dataclass(frozen=True, slots=True)
class Demo:
    process: subprocess.Popen[str]
    url: str
    key: str
    greeting: str

    def page_of(self, user: int) -> str:
        return f"{self.url}/?key={self.key}&user={user}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def running_demo(folder: Path, *program: str, is_broken: bool = False, **environment: str) -> Iterator[Demo]:
    """Run ``python -m bot demo``, or another program whose last argument is the port.

    It must stop on SIGTERM and, unless it is broken on purpose, log nothing.
    """
    log = folder / "demo.log"
    command = [sys.executable, "-m", *(program or ("bot", "demo", "--port")), str(free_port())]
    with log.open("w") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    try:
        yield read_greeting(process, log)
        process.terminate()
        assert process.wait(STOPS_WITHIN) == 0
    finally:
        process.kill()
        process.communicate()
        logged = log.read_text()
        print(logged)
    allowed = (UNCHANGED, MANY_NAMES)
    assert is_broken or [line for line in logged.splitlines() if not any(words in line for words in allowed)] == []


def read_greeting(process: subprocess.Popen[str], log: Path) -> Demo:
    assert process.stdout is not None
    greeting = ""
    for line in process.stdout:
        greeting += line
        if "Ctrl+C" in line:
            break
    page = PAGE.search(greeting)
    assert page, f"{greeting}\n{log.read_text()}"
    return Demo(process, page["url"], page["key"], greeting)
