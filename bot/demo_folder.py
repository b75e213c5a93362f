"""The folder of a demo's data: deleted at the end, or at the next start if the demo was killed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from bot.instance import Process, is_running

PREFIX = "registratura-demo-"
OWNER = "process"
"""the file with the identity of the process that uses the folder"""


@contextmanager
def demo_folder() -> Iterator[Path]:
    """Yield a new folder, after removing those of demos that were killed."""
    parent = Path(gettempdir())
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
    with TemporaryDirectory(prefix=PREFIX, dir=parent) as name:
        (Path(name) / OWNER).write_text(str(Process.of(os.getpid())))
        yield Path(name)


def _is_abandoned(folder: Path) -> bool:
    """Return whether this user's demo made the folder and its process is known to be dead."""
    try:
        is_own = not folder.is_symlink() and folder.stat().st_uid == os.getuid()
        return is_own and is_running((folder / OWNER).read_text()) is False
    except OSError:
        return False
