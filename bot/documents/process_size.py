"""Watch the memory of a program where the system does not limit it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_EVERY = 0.1
"""seconds"""
PS = "/bin/ps"


class SizeWatch:
    """End a program once it has more bytes in memory than ``most``."""

    def __init__(self, pid: int, most: int) -> None:
        self._pid, self._most = pid, most

    @contextmanager
    def during(self, end: Callable[[], None]) -> Iterator[None]:
        """Look again and again while the block runs; call ``end`` when the program is too large."""
        timer: asyncio.TimerHandle | None = None

        def look() -> None:
            nonlocal timer
            if resident_size(self._pid) > self._most:
                end()
                return
            timer = asyncio.get_running_loop().call_later(LOOK_EVERY, look)

        look()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()


def resident_size(pid: int) -> int:
    """Return the bytes of a program in memory, 0 if it has ended."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines.get("VmRSS", "0 kB").split()[0]) << 10
    # The arguments are constants and a number.
    shown = subprocess.run([PS, "-o", "rss=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603
    return int(shown.stdout or b"0") << 10
