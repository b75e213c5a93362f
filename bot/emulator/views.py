"""What a person sees: chats and messages as JSON for the chat page and the tests."""

from typing import Any

from bot.emulator.chats import GROUP_ID, Chat, Message
from bot.emulator.html_output import to_html
from bot.emulator.markup import BUTTON_ACTIONS
from bot.emulator.people import EmulatedPerson
from bot.emulator.state import Emulator

_KINDS = ("photo", "document", "venue", "location", "contact", "voice", "sticker")


def person_view(emulator: Emulator, person: EmulatedPerson) -> dict[str, Any]:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "phone": person.phone,
        "about": person.about,
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
        "first_name": profile.first_name,
        "group": emulator.chats[GROUP_ID].title,
        "knows_due": emulator.ready_url is not None,
        "rate_limits": emulator.rate_limits.on,
    }


def chat_view(emulator: Emulator, chat: Chat, person: EmulatedPerson, after: int) -> dict[str, Any]:
    """Return what has changed in a chat after a revision; `fresh` means that older views must be discarded."""
    return {
        "revision": chat.revision,
        "fresh": after < chat.first_revision,
        "messages": [message_view(message, person) for message in chat.changes(after)],
        "deleted": chat.deletions(after),
        "keyboard": chat.keyboard,
        "has_bot": chat.has_bot,
        "started": person.started,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "presses": [press.as_json() for press in chat.finished_presses if press.revision > after],
        "commands": emulator.profile.commands_for(person),
        "description": emulator.profile.description_for(person),
    }


def message_view(message: Message, person: EmulatedPerson) -> dict[str, Any]:
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
    return view | _optional(message)


def _optional(message: Message) -> dict[str, Any]:
    """Return the fields that most messages do not have."""
    view: dict[str, Any] = {}
    if message.spinning:
        view["spinning"] = sorted(set(message.spinning.values()))
    if message.reply_to is not None:
        view["reply_to"] = message.reply_to.id
    if message.keyboard is not None:
        view["keyboard"] = message.keyboard
    if message.pinned:
        view["pinned"] = True
    if message.protected:
        view["protected"] = True
    return view


def _button(button: dict[str, Any]) -> dict[str, Any]:
    action = next(action for action in BUTTON_ACTIONS if action in button)
    view = {"text": button["text"], "action": action, "value": button[action]}
    return view | ({"style": button["style"]} if button.get("style") else {})


def _media(kind: str, media: Any) -> Any:
    return media[-1] if kind == "photo" else media
