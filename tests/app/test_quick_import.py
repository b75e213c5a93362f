"""aiogram's models are built when they are used, not while every command starts."""

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


def test_models_are_built_when_they_are_first_used() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.stdout, done.stderr) == ("1 Нет\n", "")
