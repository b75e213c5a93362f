"""What sending and editing methods put into a message: texts, captions, replies, keyboards."""

from typing import Any

from bot.emulator.chats import Chat, Message
from bot.emulator.core import Emulator
from bot.emulator.entities import formatted
from bot.emulator.errors import bad_request
from bot.emulator.markup import read_markup
from bot.emulator.wire import Params

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024

Content = dict[str, Any]


def text_content(params: Params) -> Content:
    entities = params.tree("entities", "can't parse entities JSON object")
    text, found = formatted(params.text("text"), params.text("parse_mode"), entities)
    if not text:
        raise bad_request("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": found} if found else {"text": text}


def caption_content(params: Params) -> Content:
    entities = params.tree("caption_entities", "can't parse entities JSON object")
    return caption_of(params.text("caption"), params.text("parse_mode"), entities)


def caption_of(caption: str, parse_mode: str, entities: list[dict[str, Any]] | None) -> Content:
    text, found = formatted(caption, parse_mode, entities)
    if len(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": found} if found else {"caption": text}


def chat_of(emulator: Emulator, params: Params) -> Chat:
    return emulator.chat_for_bot(params.text("chat_id"))


def send(emulator: Emulator, params: Params, content: Content, **extra: Any) -> Message:
    """Post the bot's new message with its keyboard and its reply."""
    chat = chat_of(emulator, params)
    inline, keyboard = read_markup(params, private=chat.private)
    replied = replied_to(chat, params)
    if params.flag("protect_content"):
        extra["has_protected_content"] = True
    return emulator.post(
        chat,
        emulator.profile.as_user(),
        content,
        inline=inline,
        keyboard=keyboard,
        reply_to=replied,
        extra=extra,
    )


def replied_to(chat: Chat, params: Params) -> Message | None:
    given = params.tree("reply_parameters", "can't parse reply parameters JSON object") or {}
    message_id = int(given.get("message_id") or params.integer("reply_to_message_id"))
    if not message_id:
        return None
    message = chat.messages.get(message_id)
    forgiving = given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if message is None and not forgiving:
        raise bad_request("message to be replied not found")
    return message


def known_message(chat: Chat, message_id: int, deed: str) -> Message:
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {deed} not found")
    return message
