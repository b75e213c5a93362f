"""New messages without files; signs of work; deleting and pinning messages."""

from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.methods.message_content import require_chat, require_message, send, text_content
from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator

_DELETABLE_SECONDS = 48 * 3600
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
"""what a chat may show that the bot does, for five seconds"""


@method("sendMessage")
def send_message(emulator: Emulator, params: Params) -> Any:
    require_chat(emulator, params)
    return send(emulator, params, text_content(params)).as_api()


@method("sendChatAction")
def send_chat_action(emulator: Emulator, params: Params) -> bool:
    require_chat(emulator, params)
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


@method("sendVenue")
def send_venue(emulator: Emulator, params: Params) -> Any:
    title, address = params.text("title"), params.text("address")
    if not title or not address:
        raise bad_request("VENUE_TITLE_EMPTY" if not title else "VENUE_ADDRESS_EMPTY")
    location = _location(params)
    venue = {"location": location, "title": title, "address": address}
    return send(emulator, params, {"venue": venue, "location": location}).as_api()


def _location(params: Params) -> dict[str, float]:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None:
        raise bad_request("latitude or longitude is empty" if latitude is None else "longitude is empty")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("location is invalid")
    return {"latitude": latitude, "longitude": longitude}


@method("deleteMessage")
def delete_message(emulator: Emulator, params: Params) -> bool:
    chat = require_chat(emulator, params)
    message = require_message(chat, params.integer("message_id"), "delete")
    own = chat.private or message.from_bot
    if not own or emulator.now() - message.date >= _DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    chat.delete(message)
    return True


@method("pinChatMessage")
def pin_chat_message(emulator: Emulator, params: Params) -> bool:
    chat = require_chat(emulator, params)
    message = require_message(chat, params.integer("message_id"), "pin")
    if not chat.private:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message.pinned = True
    chat.look_changed(message)
    return True
