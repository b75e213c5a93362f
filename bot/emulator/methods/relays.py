"""Copies and forwards."""

from typing import Any

from bot.emulator.chats import Message
from bot.emulator.core import Emulator
from bot.emulator.errors import bad_request
from bot.emulator.methods.contents import Content, caption_content, chat_of, known_message, send
from bot.emulator.methods.table import method
from bot.emulator.wire import Params


def _source(emulator: Emulator, params: Params, deed: str) -> Message:
    chat = emulator.chat_for_bot(params.text("from_chat_id"))
    return known_message(chat, params.integer("message_id"), deed)


@method("copyMessage")
def copy_message(emulator: Emulator, params: Params) -> Any:
    chat_of(emulator, params)
    source = _source(emulator, params, "copy")
    content: Content = dict(source.content)
    if "caption" in params and "text" not in content:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= caption_content(params)
    return {"message_id": send(emulator, params, content).id}


@method("forwardMessage")
def forward_message(emulator: Emulator, params: Params) -> Any:
    chat_of(emulator, params)
    source = _source(emulator, params, "forward")
    if source.extra.get("has_protected_content"):
        raise bad_request("message can't be forwarded")
    origin = {"type": "user", "sender_user": source.author, "date": source.date}
    return send(emulator, params, dict(source.content), forward_origin=origin).as_api()
