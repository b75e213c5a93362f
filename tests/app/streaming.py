"""`registratura backup --stream` in a process of its own, for tests where litestream is installed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.clock import SystemClock
from tests.app.test_cli import Operator

COPIED_WITHIN = 30
"""seconds after which litestream is taken to hang"""


def litestream_is_here() -> bool:
    return shutil.which("litestream", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") is not None


@asynccontextmanager
async def streaming(operator: Operator) -> AsyncIterator[None]:
    """Stream the operator's database, and kill -9 the program at the end."""
    process = await operator.start("backup", "--stream")
    try:
        await until(lambda: any((operator.folder / "copies").rglob("*.ltx")))
        yield
    finally:
        if process.returncode is None:
            process.kill()
        _out, told = await process.communicate()
        assert b"panic" not in told, told.decode()


async def copied_until(operator: Operator, database: Path) -> datetime:
    """Wait until everything that is in the database now is in the copy; return a moment before what comes next."""
    copies, wrote = operator.folder / "copies", database.with_name(f"{database.name}-wal").stat().st_mtime_ns
    await until(lambda: any(file.stat().st_mtime_ns > wrote for file in copies.rglob("*.ltx")))
    # The next copy is a second away, and moments are told apart by the second.
    await asyncio.sleep(1.2)
    moment = SystemClock().now()
    await asyncio.sleep(0.1)
    return moment


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until litestream has done something."""

    async def look() -> bool:
        return is_so()

    await until_so(look)


async def until_so(look: Callable[[], Awaitable[object]]) -> None:
    """Wait until litestream has done something that an awaited look finds."""
    deadline = asyncio.get_running_loop().time() + COPIED_WITHIN
    while not await look():
        assert asyncio.get_running_loop().time() < deadline, "litestream has copied nothing"
        await asyncio.sleep(0.05)
