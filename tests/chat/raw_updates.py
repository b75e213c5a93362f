"""Raw messages of kinds that no action of the chat client sends, for ``ChatClient.inject``."""

from __future__ import annotations

from typing import Any

from tests.builders import MONDAY
from tests.chat.message import Json
from tests.chat.person import Person


def raw_message(person: Person, number: int, **content: Any) -> Json:
    """Return a message of a person in the private chat."""
    return {
        "message_id": number,
        "date": int(MONDAY.timestamp()),
        "chat": {"id": person.id, "type": "private"},
        "from": {"id": person.id, "is_bot": False, "first_name": "Анна"},
        **content,
    }
