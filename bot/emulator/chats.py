"""Chats and their messages, stored so that a reader can request what has changed after a revision."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.emulator.bot_activity import BotActivity
from bot.emulator.changes import ChangeSignal
from bot.emulator.markup import Rows
from bot.emulator.people import EmulatedPerson

GROUP_ID = -1001000000001
_DELETIONS_KEPT = 2000
_PRESSES_KEPT = 50

_revisions = count(1)


@dataclass(slots=True, eq=False)
class Message:
    """One message; `content` has the fields of its kind, named as in the Bot API."""

    chat: "Chat"
    id: int
    author: dict[str, Any]
    date: int
    content: dict[str, Any]
    inline: Rows | None = None
    keyboard: dict[str, Any] | None = None
    reply_to: "Message | None" = None
    edited: int | None = None
    spinning: dict[str, str] = field(default_factory=dict)
    pinned: bool = False
    protected: bool = False
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
        return self.from_bot and self.keyboard is None

    def as_api(self, *, nested: bool = False) -> dict[str, Any]:
        """Return the Message object of the Bot API; it never contains a reply keyboard."""
        message = {
            "message_id": self.id,
            "from": self.author,
            "chat": self.chat.as_api(),
            "date": self.date,
            **self.content,
        }
        if self.edited is not None:
            message["edit_date"] = self.edited
        if self.reply_to is not None and not nested:
            message["reply_to_message"] = self.reply_to.as_api(nested=True)
        if self.protected:
            message["has_protected_content"] = True
        if self.inline:
            message["reply_markup"] = {"inline_keyboard": self.inline}
        return message


class Chat:
    """The private chat with one person, or the group."""

    def __init__(
        self, chat_id: int, activity: BotActivity, person: EmulatedPerson | None = None, title: str = ""
    ) -> None:
        self.id = chat_id
        self.person = person
        self.title = title
        self.messages: dict[int, Message] = {}
        self.keyboard: dict[str, Any] | None = None
        self.has_bot = person is not None
        self.last_from_bot = 0
        self.activity = BotActivity(activity)
        self.finished_presses: deque[Any] = deque(maxlen=_PRESSES_KEPT)
        self.changed = ChangeSignal()
        self.first_revision = self.revision = next(_revisions)
        self._by_change: OrderedDict[int, Message] = OrderedDict()
        self._deleted: deque[tuple[int, int]] = deque(maxlen=_DELETIONS_KEPT)

    @property
    def private(self) -> bool:
        return self.person is not None

    def as_api(self) -> dict[str, Any]:
        if self.person is not None:
            return self.person.as_chat()
        return {"id": self.id, "title": self.title, "type": "supergroup"}

    def next_revision(self) -> int:
        """Record a change that people in this chat can see. Returns its revision."""
        self.revision = next(_revisions)
        self.changed.notify()
        return self.revision

    def add(self, message: Message) -> None:
        self.messages[message.id] = message
        if message.from_bot:
            self.last_from_bot = message.id
        if message.keyboard is not None:
            self.keyboard = None if message.keyboard.get("remove_keyboard") else message.keyboard
        self.content_changed(message)

    def content_changed(self, message: Message) -> None:
        """Record that the message is new or edited."""
        message.changed = self.look_changed(message)

    def look_changed(self, message: Message) -> int:
        """Record that the message looks different with the same content: a spinner, a pin. Returns the revision."""
        message.revision = self.next_revision()
        self._by_change[message.id] = message
        self._by_change.move_to_end(message.id)
        return message.revision

    def delete(self, message: Message) -> None:
        del self.messages[message.id]
        self._by_change.pop(message.id, None)
        self._deleted.append((self.next_revision(), message.id))

    def changes(self, after: int) -> list[Message]:
        """Return the messages that have changed after a revision, ordered by id."""
        return sorted(self._newest(after), key=lambda message: message.id)

    def _newest(self, after: int) -> Iterator[Message]:
        for message in reversed(self._by_change.values()):
            if message.revision <= after:
                return
            yield message

    def deletions(self, after: int) -> list[int]:
        """Return the ids of the messages that were deleted after a revision."""
        found = []
        for revision, message_id in reversed(self._deleted):
            if revision <= after:
                break
            found.append(message_id)
        return found
