"""Edits of the bot's own messages."""

from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.house_rules import require_announced_buttons
from bot.emulator.markup import buttons_in, read_inline
from bot.emulator.methods.media import file_content, require_file
from bot.emulator.methods.message_content import caption_content, require_chat, require_message, text_content
from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(emulator: Emulator, params: Params) -> Any:
    message = require_message(require_chat(emulator, params), params.integer("message_id"), "edit")
    if not message.editable:
        raise bad_request("message can't be edited")
    inline = read_inline(params)
    if inline == message.inline:
        raise bad_request(NOT_MODIFIED)
    require_announced_buttons(message.content.get("text", ""), buttons_in(inline), buttons_in(message.inline))
    message.inline = inline
    message.edited = emulator.now()
    message.chat.content_changed(message)
    return message.as_api()


@method("editMessageText")
def edit_message_text(emulator: Emulator, params: Params) -> Any:
    message = require_message(require_chat(emulator, params), params.integer("message_id"), "edit")
    if not message.editable:
        raise bad_request("message can't be edited")
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    content, inline = text_content(params), read_inline(params)
    if content == message.content and inline == message.inline:
        raise bad_request(NOT_MODIFIED)
    require_announced_buttons(content["text"], buttons_in(inline))
    message.content, message.inline = content, inline
    message.edited = emulator.now()
    message.chat.content_changed(message)
    return message.as_api()


@method("editMessageMedia")
def edit_message_media(emulator: Emulator, params: Params) -> Any:
    """Replace the file of a message, or its text by a file."""
    message = require_message(require_chat(emulator, params), params.integer("message_id"), "edit")
    if not message.editable:
        raise bad_request("message can't be edited")
    media = params.json("media", "can't parse media JSON object") or {}
    kind = str(media.get("type", ""))
    if kind not in ("photo", "document"):
        raise bad_request("unknown type of media")
    given = Params({**media, kind: media.get("media", "")}, params.uploads)
    content = file_content(require_file(emulator, given, kind)) | caption_content(given)
    message.content, message.inline = content, read_inline(params)
    message.edited = emulator.now()
    message.chat.content_changed(message)
    return message.as_api()
