"""Chats and their messages, kept so that a reader can ask for what has changed since he last looked."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.emulator.markup import Rows
from bot.emulator.people import Person
from bot.emulator.signals import Activity, Signal

GROUP_ID = -1001000000001
_DELETIONS_KEPT = 2000
_PRESSES_KEPT = 50

_revisions = count(1)


@dataclass(slots=True, eq=False)
class Message:
    """One message; `content` holds the fields of its kind, exactly as the Bot API names them."""

    chat: "Chat"
    id: int
    author: dict[str, Any]
    date: int
    content: dict[str, Any]
    inline: Rows | None = None
    keyboard: dict[str, Any] | None = None
    reply_to: "Message | None" = None
    extra: dict[str, Any] = field(default_factory=dict)
    edited: int | None = None
    spinning: dict[str, str] = field(default_factory=dict)
    reaction: list[dict[str, Any]] = field(default_factory=list)
    pinned: bool = False
    revision: int = 0
    changed: int = 0

    @property
    def from_bot(self) -> bool:
        return bool(self.author["is_bot"])

    @property
    def text(self) -> str:
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[dict[str, Any]]:
        return self.content.get("entities") or self.content.get("caption_entities") or []

    @property
    def editable(self) -> bool:
        return self.from_bot and self.keyboard is None and "forward_origin" not in self.extra

    def as_api(self, *, nested: bool = False) -> dict[str, Any]:
        """The Message object; a reply keyboard is never in it."""
        message = {
            "message_id": self.id,
            "from": self.author,
            "chat": self.chat.as_api(),
            "date": self.date,
            **self.content,
            **self.extra,
        }
        if self.edited is not None:
            message["edit_date"] = self.edited
        if self.reply_to is not None and not nested:
            message["reply_to_message"] = self.reply_to.as_api(nested=True)
        if self.inline:
            message["reply_markup"] = {"inline_keyboard": self.inline}
        return message


class Chat:
    """A private chat with one person, or the group."""

    def __init__(self, chat_id: int, activity: Activity, person: Person | None = None, title: str = "") -> None:
        self.id = chat_id
        self.person = person
        self.title = title
        self.messages: dict[int, Message] = {}
        self.keyboard: dict[str, Any] | None = None
        self.typing_until = 0.0
        self.typing_action = ""
        self.has_bot = person is not None
        self.last_from_bot = 0
        self.activity = Activity(activity)
        self.finished: deque[Any] = deque(maxlen=_PRESSES_KEPT)
        self.changed = Signal()
        self.born = self.revision = next(_revisions)
        self._by_change: OrderedDict[int, Message] = OrderedDict()
        self._deleted: deque[tuple[int, int]] = deque(maxlen=_DELETIONS_KEPT)

    @property
    def private(self) -> bool:
        return self.person is not None

    def as_api(self) -> dict[str, Any]:
        if self.person is not None:
            return self.person.as_chat()
        return {"id": self.id, "title": self.title, "type": "supergroup"}

    def touch(self) -> int:
        """Something that the people in this chat can see has changed."""
        self.revision = next(_revisions)
        self.changed.notify()
        return self.revision

    def add(self, message: Message) -> None:
        self.messages[message.id] = message
        if message.from_bot:
            self.typing_until = 0.0
            self.last_from_bot = message.id
        if message.keyboard is not None:
            self.keyboard = None if message.keyboard.get("remove_keyboard") else message.keyboard
        self.alter(message)

    def alter(self, message: Message) -> None:
        """The message itself is new or edited."""
        message.changed = self.refresh(message)

    def refresh(self, message: Message) -> int:
        """The message looks different, though its content is the same (a spinner, a pin, a reaction)."""
        message.revision = self.touch()
        self._by_change[message.id] = message
        self._by_change.move_to_end(message.id)
        return message.revision

    def delete(self, message: Message) -> None:
        del self.messages[message.id]
        self._by_change.pop(message.id, None)
        self._deleted.append((self.touch(), message.id))

    def changes(self, after: int) -> list[Message]:
        return sorted(self._newest(after), key=lambda message: message.id)

    def _newest(self, after: int) -> Iterator[Message]:
        for message in reversed(self._by_change.values()):
            if message.revision <= after:
                return
            yield message

    def deletions(self, after: int) -> list[int]:
        found = []
        for revision, message_id in reversed(self._deleted):
            if revision <= after:
                break
            found.append(message_id)
        return found
