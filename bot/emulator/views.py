"""What a person sees: chats and messages as JSON for the control API, the page and the tests."""

import time
from typing import Any

from bot.emulator.chats import GROUP_ID, Chat, Message
from bot.emulator.core import Emulator
from bot.emulator.html import to_html
from bot.emulator.markup import ACTIONS
from bot.emulator.people import Person

_KINDS = ("photo", "document", "venue", "location", "contact", "voice", "sticker")


def person_view(emulator: Emulator, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "phone": person.phone,
        "started": person.started,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "last_from_bot": emulator.chats[person.id].last_from_bot,
    }


def bot_view(emulator: Emulator) -> dict[str, Any]:
    profile = emulator.profile
    return {
        "id": profile.id,
        "username": profile.username,
        "first_name": profile.names.get("ru") or profile.names.get("") or profile.first_name,
        "group": emulator.chats[GROUP_ID].title,
        "knows_due": emulator.ready_url is not None,
        "pace": emulator.pace.on,
    }


def chat_view(emulator: Emulator, chat: Chat, person: Person, after: int) -> dict[str, Any]:
    """Everything in a chat that has changed after a revision; `fresh` tells to forget what was known before."""
    typing = chat.typing_until - time.monotonic()
    return {
        "revision": chat.revision,
        "fresh": after < chat.born,
        "messages": [message_view(message, person) for message in chat.changes(after)],
        "deleted": chat.deletions(after),
        "keyboard": chat.keyboard,
        "typing": {"action": chat.typing_action, "seconds": round(typing, 2)} if typing > 0 else None,
        "has_bot": chat.has_bot,
        "started": person.started,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "presses": [press.as_json() for press in chat.finished if press.revision > after],
        "commands": emulator.profile.commands_for(person),
        "description": emulator.profile.description_for(person),
    }


def message_view(message: Message, person: Person) -> dict[str, Any]:
    text, entities = message.text, message.entities
    view: dict[str, Any] = {
        "id": message.id,
        "bot": message.from_bot,
        "mine": message.author["id"] == person.id,
        "author": message.author["first_name"],
        "date": message.date,
        "edited": message.edited,
        "text": text,
        "html": to_html(text, entities),
        "buttons": [[_button(button) for button in row] for row in message.inline or []],
        "revision": message.revision,
        "changed": message.changed,
    }
    kind = next((kind for kind in _KINDS if kind in message.content), "text")
    view["kind"] = kind
    if kind != "text":
        view[kind] = _media(kind, message.content[kind])
    return view | _rare(message)


def _rare(message: Message) -> dict[str, Any]:
    view: dict[str, Any] = {}
    if message.spinning:
        view["spinning"] = sorted(set(message.spinning.values()))
    if message.reply_to is not None:
        view["reply_to"] = message.reply_to.id
    if message.keyboard is not None:
        view["keyboard"] = message.keyboard
    if message.pinned:
        view["pinned"] = True
    if message.reaction:
        view["reaction"] = [kind.get("emoji", "") for kind in message.reaction]
    if "forward_origin" in message.extra:
        view["forwarded"] = message.extra["forward_origin"]["sender_user"]["first_name"]
    return view


def _button(button: dict[str, Any]) -> dict[str, Any]:
    action = next(action for action in ACTIONS if action in button)
    return {"text": button["text"], "action": action, "value": button[action]}


def _media(kind: str, media: Any) -> Any:
    return media[-1] if kind == "photo" else media
