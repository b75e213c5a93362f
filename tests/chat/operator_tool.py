"""The operator's command `registratura person` in a test, on the database of a running town."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any, NamedTuple

from typer.testing import CliRunner

from bot.__main__ import cli
from tests.chat.town import Town

WIDE = {"COLUMNS": "200"}


class Told(NamedTuple):
    """What a command has printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def person(town: Town, *command: str, typed: str) -> Told:
    """Run `registratura person …` while the bot runs; ``typed`` is what its standard input says."""
    settings = town.settings
    [key] = settings.secret_keys
    named = {name: getattr(settings, name.lower()) for name in ("OPERATOR_NAME", "SUPPORT_PHONE", "SUPPORT_EMAIL")}
    environment = {
        **named,
        **WIDE,
        "SUPPORT_HOURS": settings.support_hours,
        "BOT_TOKEN": settings.bot_token.get_secret_value(),
        "CLOCK_URL": f"{town.chat.base_url}/emulator/clock",
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "SECRET_KEYS": f"{key.id}:{_written(key.key.get_secret_value())}",
        "INDEX_KEY": _written(settings.index_key.get_secret_value()),
    }
    run = CliRunner().invoke
    # The command follows the clock of the emulator, which follows the town's while it is not stopped itself.
    await town.chat.stop_clock()
    ended = await asyncio.to_thread(run, cli, ["person", *command], input=f"{typed}\n", env=environment)
    await town.chat.resume_clock()
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return Told(ended.exit_code, ended.stdout, ended.stderr)


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode()
