"""The ages of copies of the database: none is older than the consent says, and the stream goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.settings import Settings
from storage.database.opening import path_of

MAGIC = b"SQLite format 3\0"
"""how a copy of the database begins, whatever its name is"""
BEHIND = timedelta(minutes=2)
"""A stream that lacks older changes than this has stopped."""


class CopiesWrong(Exception):
    """A copy is too old, or the stream has stopped; the text says which and what to do."""


def examine_copies(settings: Settings, now: datetime) -> str:
    """Look at the copies in BACKUP_FOLDER and, where it is a folder, BACKUP_URL. Raises CopiesWrong, OSError."""
    files = {file: _written(file) for file in _list_copies(settings)}
    if not files:
        raise CopiesWrong("there is no copy yet: see Backup in OPERATING.md")
    oldest = min(files, key=lambda file: files[file])
    days = (now - files[oldest]).total_seconds() / 86_400
    if days > settings.backup_days:
        promised = f"people were promised {settings.backup_days} (BACKUP_DAYS)"
        raise CopiesWrong(f"{oldest} is {int(days)} days old, and {promised}: delete it")
    _require_stream(settings, files)
    return f"{len(files)} files, the oldest {int(days)} days old; BACKUP_DAYS is {settings.backup_days}"


def _list_copies(settings: Settings) -> Iterator[Path]:
    if settings.backup_folder is not None:
        if not settings.backup_folder.is_dir():
            raise CopiesWrong(f"BACKUP_FOLDER names {settings.backup_folder}, which is no folder")
        yield from (file for file in settings.backup_folder.iterdir() if file.is_file() and _is_database(file))
    if (streamed := stream_folder(settings)) is not None:
        yield from streamed.rglob("*.ltx")


def stream_folder(settings: Settings) -> Path | None:
    """Return the folder of BACKUP_URL, or None for none and for a bucket, whose files litestream alone sees."""
    url = urlsplit(settings.backup_url or "")
    return Path(unquote(url.path)) if url.scheme == "file" else None


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


def _require_stream(settings: Settings, files: dict[Path, datetime]) -> None:
    """Raises CopiesWrong if the database has changed since the newest file of the stream."""
    if stream_folder(settings) is None:
        return
    database = path_of(settings.database_url.get_secret_value())
    log = database.with_name(f"{database.name}-wal")
    streamed = [written for file, written in files.items() if file.suffix == ".ltx"]
    if log.exists() and (not streamed or _written(log) - max(streamed) > BEHIND):
        raise CopiesWrong("the stream has stopped: start `registratura backup --stream`")


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
