"""New messages without files, and what surrounds them: typing, pins, reactions, deletions."""

from typing import Any

from bot.emulator.chats import Chat, Message
from bot.emulator.core import Emulator
from bot.emulator.errors import bad_request
from bot.emulator.methods.contents import chat_of, known_message, send, text_content
from bot.emulator.methods.table import method
from bot.emulator.wire import Params

_DELETABLE_SECONDS = 48 * 3600
_ACTIONS = frozenset(
    {
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
)


@method("sendMessage")
def send_message(emulator: Emulator, params: Params) -> Any:
    chat_of(emulator, params)
    return send(emulator, params, text_content(params)).as_api()


@method("sendLocation")
def send_location(emulator: Emulator, params: Params) -> Any:
    return send(emulator, params, {"location": _location(params)}).as_api()


@method("sendVenue")
def send_venue(emulator: Emulator, params: Params) -> Any:
    title, address = params.text("title"), params.text("address")
    if not title or not address:
        raise bad_request("VENUE_TITLE_EMPTY" if not title else "VENUE_ADDRESS_EMPTY")
    location = _location(params)
    venue = {"location": location, "title": title, "address": address}
    return send(emulator, params, {"venue": venue, "location": location}).as_api()


@method("sendContact")
def send_contact(emulator: Emulator, params: Params) -> Any:
    phone, name = params.text("phone_number"), params.text("first_name")
    if not phone:
        raise bad_request("contact phone number is empty")
    if not name:
        raise bad_request("contact first name is empty")
    contact = {"phone_number": phone, "first_name": name}
    if params.text("last_name"):
        contact["last_name"] = params.text("last_name")
    return send(emulator, params, {"contact": contact}).as_api()


def _location(params: Params) -> dict[str, float]:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None:
        raise bad_request("latitude or longitude is empty" if latitude is None else "longitude is empty")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("location is invalid")
    return {"latitude": latitude, "longitude": longitude}


@method("sendChatAction")
def send_chat_action(emulator: Emulator, params: Params) -> bool:
    chat, action = chat_of(emulator, params), params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    emulator.typing(chat, action)
    return True


@method("deleteMessage")
def delete_message(emulator: Emulator, params: Params) -> bool:
    chat = chat_of(emulator, params)
    message = known_message(chat, params.integer("message_id"), "delete")
    if not _deletable(emulator, chat, message):
        raise bad_request("message can't be deleted for everyone")
    chat.delete(message)
    return True


@method("deleteMessages")
def delete_messages(emulator: Emulator, params: Params) -> bool:
    """Unknown ids are passed over in silence."""
    chat = chat_of(emulator, params)
    ids = params.tree("message_ids", "can't parse message identifiers JSON object")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request(
            "message identifiers are not specified" if not ids else "too many message identifiers specified"
        )
    for message_id in ids:
        message = chat.messages.get(int(message_id))
        if message is not None and _deletable(emulator, chat, message):
            chat.delete(message)
    return True


def _deletable(emulator: Emulator, chat: Chat, message: Message) -> bool:
    return (chat.private or message.from_bot) and emulator.now() - message.date < _DELETABLE_SECONDS


@method("pinChatMessage")
def pin_chat_message(emulator: Emulator, params: Params) -> bool:
    chat = chat_of(emulator, params)
    message = known_message(chat, params.integer("message_id"), "pin")
    if not chat.private:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message.pinned = True
    chat.refresh(message)
    return True


@method("setMessageReaction")
def set_message_reaction(emulator: Emulator, params: Params) -> bool:
    chat = chat_of(emulator, params)
    message = known_message(chat, params.integer("message_id"), "react")
    reaction = params.tree("reaction", "can't parse reaction types JSON object") or []
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reaction = reaction
    chat.refresh(message)
    return True


@method("answerCallbackQuery")
def answer_callback_query(emulator: Emulator, params: Params) -> bool:
    emulator.presses.answer(
        params.text("callback_query_id"), params.text("text"), params.flag("show_alert"), params.text("url")
    )
    return True
