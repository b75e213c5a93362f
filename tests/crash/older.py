"""The release before, in a folder of its own: it must start and work on the database of this one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.project_files import ROOT

NAMED = re.compile(r"release before[^.]*?commit `([0-9a-f]{7,40})`", re.DOTALL)
"""how CHANGELOG.md names the commit"""
RUN = (
    "import json, sys; from pathlib import Path; from tests.crash.processes import run_bot; "
    "run_bot(json.loads(sys.argv[1]), Path(sys.argv[2]))"
)


class OlderIsMissing(Exception):
    """The release before cannot be had here; the text says why."""


def named_commit() -> str:
    """Return the commit that CHANGELOG.md names. Raises OlderIsMissing."""
    found = NAMED.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if found is None:
        raise OlderIsMissing("CHANGELOG.md names no commit of the release before")
    return found[1]


def unpack_older() -> Path:
    """Return the folder with the code of the release before, which is unpacked once. Raises OlderIsMissing."""
    commit = named_commit()
    folder = ROOT / "build" / "releases" / commit
    if folder.exists():
        return folder
    git = shutil.which("git")
    if git is None:
        raise OlderIsMissing("git is missing")
    archive = subprocess.run([git, "archive", commit], cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - no shell
    if archive.returncode:
        raise OlderIsMissing(f"git has no commit {commit} here")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(prefix=f"{commit}-", dir=folder.parent))
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
        packed.extractall(part, filter="data")
    try:
        part.rename(folder)
    except OSError:  # another run was first
        shutil.rmtree(part)
    return folder


class OlderProcess:
    """One run of the release before, with the methods of a process of multiprocessing."""

    def __init__(self, code: Path, environment: dict[str, Any], log: Path) -> None:
        command = [sys.executable, "-c", RUN, json.dumps(environment), str(log)]
        self._process = subprocess.Popen(  # noqa: S603 - no shell
            command, cwd=code, env={**os.environ, "PYTHONPATH": str(code)}
        )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    def join(self, timeout: float | None = None) -> None:
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return
