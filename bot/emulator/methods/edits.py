"""Edits of the bot's own messages."""

from typing import Any

from bot.emulator.chats import Message
from bot.emulator.core import Emulator
from bot.emulator.errors import bad_request
from bot.emulator.markup import Rows, read_inline
from bot.emulator.methods.contents import Content, caption_content, chat_of, known_message, text_content
from bot.emulator.methods.media import media_content
from bot.emulator.methods.table import method
from bot.emulator.wire import Params

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_CAPTIONED = ("photo", "document", "voice")


def _editable(emulator: Emulator, params: Params) -> Message:
    message = known_message(chat_of(emulator, params), params.integer("message_id"), "edit")
    if not message.editable:
        raise bad_request("message can't be edited")
    return message


def _change(emulator: Emulator, message: Message, content: Content, inline: Rows | None) -> Any:
    if content == message.content and inline == message.inline:
        raise bad_request(NOT_MODIFIED)
    message.content, message.inline = content, inline
    message.edited = emulator.now()
    message.chat.alter(message)
    return message.as_api()


@method("editMessageText")
def edit_message_text(emulator: Emulator, params: Params) -> Any:
    message = _editable(emulator, params)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _change(emulator, message, text_content(params), read_inline(params))


@method("editMessageCaption")
def edit_message_caption(emulator: Emulator, params: Params) -> Any:
    message = _editable(emulator, params)
    if not any(kind in message.content for kind in _CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    media = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _change(emulator, message, media | caption_content(params), read_inline(params))


@method("editMessageMedia")
def edit_message_media(emulator: Emulator, params: Params) -> Any:
    message = _editable(emulator, params)
    item = params.tree("media", "can't parse input media JSON object")
    if not isinstance(item, dict):
        raise bad_request("input media is not specified")
    return _change(emulator, message, media_content(emulator, params, item), read_inline(params))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(emulator: Emulator, params: Params) -> Any:
    message = _editable(emulator, params)
    return _change(emulator, message, message.content, read_inline(params))
