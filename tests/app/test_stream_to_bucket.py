"""`registratura backup --stream` and `restore --stream` with a bucket: s3:// with the address of its provider."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.backup import BackupRefused
from bot.settings import Settings
from bot.stream import fetch_copy
from tests.app.bucket import KEYS, open_bucket
from tests.app.streaming import litestream_is_here, until_so
from tests.app.test_cli import Operator, emulator, operator
from tests.app.test_stream import cursors, plant

__all__ = ["emulator", "operator"]  # fixtures

pytestmark = pytest.mark.skipif(not litestream_is_here(), reason="litestream is missing: the extra `backup`")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


async def has_copied(settings: Settings, word: str) -> bool:
    with TemporaryDirectory() as folder:
        try:
            file, _gone = await asyncio.to_thread(fetch_copy, settings, Path(folder))
        except BackupRefused:
            return False
        return cursors(file) == [word]


async def test_database_is_streamed_to_a_bucket_and_restored_from_it(operator: Operator) -> None:
    """AWS_CA_BUNDLE is set on machines with authorities of their own, and litestream would not start with it."""
    database = operator.folder / "registratura.sqlite3"
    async with open_bucket() as bucket:
        operator.settings["BACKUP_URL"] = bucket.url
        empty = await operator.run("restore", "--stream")
        assert (empty.code, "no such copy at BACKUP_URL" in empty.err) == (1, True), empty
        await operator.run("migrate")

        process = await operator.start("backup", "--stream", **KEYS, AWS_CA_BUNDLE="/etc/hosts")
        try:
            plant(database, "a")
            await until_so(lambda: has_copied(operator.as_settings(), "a"))
        finally:
            if process.returncode is None:
                process.kill()
            _out, told = await process.communicate()
        assert told == b""
        for file in operator.folder.glob("registratura.sqlite3*"):
            file.unlink()
        restored = await operator.run("restore", "--stream")
        assert restored.code == 0, restored
    assert cursors(database) == ["a"]
