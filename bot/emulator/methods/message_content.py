"""What sending and editing methods put into a message: texts, captions, replies, keyboards."""

from typing import Any

from bot.emulator.chats import Chat, Message
from bot.emulator.entities import formatted
from bot.emulator.errors import bad_request
from bot.emulator.house_rules import require_announced_buttons, require_short_text
from bot.emulator.markup import buttons_in, read_markup
from bot.emulator.params import Params
from bot.emulator.state import Emulator

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024

Content = dict[str, Any]


def text_content(params: Params) -> Content:
    """Return the fields `text` and `entities`. Raises Refusal for an empty or too long text."""
    entities = params.json("entities", "can't parse entities JSON object")
    text, found = formatted(params.text("text"), params.text("parse_mode"), entities)
    if not text:
        raise bad_request("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    require_short_text(text)
    return {"text": text, "entities": found} if found else {"text": text}


def caption_content(params: Params) -> Content:
    """Return the fields `caption` and `caption_entities`, or none. Raises Refusal for a too long caption."""
    entities = params.json("caption_entities", "can't parse entities JSON object")
    text, found = formatted(params.text("caption"), params.text("parse_mode"), entities)
    if len(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": found} if found else {"caption": text}


def require_chat(emulator: Emulator, params: Params) -> Chat:
    """Return the chat that `chat_id` names. Raises Refusal if the bot may not write there."""
    return emulator.chat_for_bot(params.text("chat_id"))


def send(emulator: Emulator, params: Params, content: Content) -> Message:
    """Add the bot's new message with its keyboard and its reply."""
    chat = require_chat(emulator, params)
    inline, keyboard = read_markup(params, private=chat.private)
    require_announced_buttons(content.get("text", ""), 1 if keyboard else buttons_in(inline))
    replied = _replied_to(chat, params)
    author = emulator.profile.as_user()
    protected = params.flag("protect_content")
    return emulator.add_message(
        chat, author, content, inline=inline, keyboard=keyboard, reply_to=replied, protected=protected
    )


def _replied_to(chat: Chat, params: Params) -> Message | None:
    given = params.json("reply_parameters", "can't parse reply parameters JSON object") or {}
    message_id = int(given.get("message_id") or params.integer("reply_to_message_id"))
    if not message_id:
        return None
    message = chat.messages.get(message_id)
    optional = given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if message is None and not optional:
        raise bad_request("message to be replied not found")
    return message


def require_message(chat: Chat, message_id: int, action: str) -> Message:
    """Return the message. Raises Refusal with the action in its text if there is none."""
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {action} not found")
    return message
