"""aiogram's models are built when they are used, not while every command starts, and structlog draws nothing."""

from __future__ import annotations

import subprocess
import sys

from tests.project_files import ROOT

LOADED = """
import bot
import aiogram
from aiogram.methods.base import Response
from aiogram.types import Message, Update

assert not Message.__pydantic_complete__ and not aiogram.methods.SendMessage.__pydantic_complete__, "built at once"
message = {"message_id": 7, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "Здравствуйте"}
reply = {**message, "reply_to_message": message}
read = Response[list[Update]].model_validate({"ok": True, "result": [{"update_id": 1, "message": reply}]})
sent = read.result[0].message.reply_to_message.answer("Да", reply_markup={"inline_keyboard": [[{"text": "Нет"}]]})
print(sent.chat_id, sent.reply_markup.inline_keyboard[0][0].text)
"""

EVERY_MODEL = """
import sys
import bot
import aiogram.types
from aiogram.types.base import TelegramObject

def below(model):
    return {model}.union(*map(below, model.__subclasses__()))

models = below(TelegramObject)
for model in models:
    model.model_rebuild(force=True, raise_errors=True)
print(len(models) > 300, "Sticker" in vars(sys.modules["aiogram.types.voice"]))
"""

LOGGED = """
import sys
import bot
import structlog

print(sorted({"rich", "pygments", "greenlet"} & {name for name, module in sys.modules.items() if module is not None}))
import rich
"""


def run(code: str) -> tuple[str, str]:
    """Return what a fresh Python has written."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.stdout, done.stderr


def test_models_are_built_when_they_are_first_used() -> None:
    assert run(LOADED) == ("1 Нет\n", "")


def test_every_model_finds_the_names_it_needs_and_no_others() -> None:
    """Six hundred names in each of four hundred modules would take five megabytes."""
    assert run(EVERY_MODEL) == ("True False\n", "")


def test_structlog_loads_nothing_that_draws_tracebacks() -> None:
    """Ours are never drawn: redact_exception takes them away. Who needs rich imports it."""
    assert run(LOGGED) == ("[]\n", "")
