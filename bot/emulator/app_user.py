"""What people do in the Telegram app: write, press, share, send, edit, block."""

import re
from typing import Any

from bot.emulator.chats import GROUP_ID, Chat, Message
from bot.emulator.entities import find_entities
from bot.emulator.errors import Impossible
from bot.emulator.params import Upload
from bot.emulator.people import EmulatedPerson
from bot.emulator.presses import Press
from bot.emulator.state import Emulator

_TEXT_LIMIT, _CAPTION_LIMIT = 4096, 1024
_DATA_LIMIT = 64
_EDITABLE_SECONDS = 48 * 3600
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class AppUser:
    """One person in one chat: the private chat with the bot, or the group. An action Telegram forbids: Impossible."""

    def __init__(self, emulator: Emulator, user_id: int, *, in_group: bool = False) -> None:
        self.emulator = emulator
        self.person: EmulatedPerson = emulator.person(user_id)
        self.chat: Chat = emulator.chats[GROUP_ID if in_group else user_id]

    def start(self, payload: str | None = None) -> Message:
        """Press START or open a deep link; it also unblocks a blocked bot, as «Restart» does."""
        if payload and not _PAYLOAD.fullmatch(payload):
            raise Impossible(f"a deep link cannot carry {payload!r}: 1 to 64 of A-Z, a-z, 0-9, _ and -")
        if self.person.blocked:
            self.unblock()
        return self.say(f"/start {payload}" if payload else "/start")

    def say(self, text: str, reply_to: int | None = None) -> Message:
        return self._write(_text_content(text), reply_to)

    def edit(self, message_id: int, text: str) -> Message:
        message, content = self._require_own_text(message_id), _text_content(text)
        if content == message.content:
            raise Impossible("an edit that changes nothing is not sent")
        message.content = content
        message.edited = self.emulator.now()
        self.chat.content_changed(message)
        self._send_update("edited_message", message)
        return message

    def delete(self, message_id: int) -> None:
        """Delete a message; Telegram sends bots no update about it."""
        message = self.chat.messages.get(message_id)
        if message is None:
            raise Impossible(f"there is no message {message_id} in this chat")
        self.chat.delete(message)

    def share_contact(self, phone: str | None = None, user_id: int | None = None) -> Message:
        """Share the own contact with its user_id, or another one, with a user_id only if it is given."""
        if phone is None:
            user_id = self.person.id
        contact: dict[str, Any] = {"phone_number": phone or self.person.phone, "first_name": self.person.first_name}
        if user_id is not None:
            contact["user_id"] = user_id
        return self._write({"contact": contact})

    def share_location(self, latitude: float, longitude: float) -> Message:
        return self._write({"location": {"latitude": latitude, "longitude": longitude}})

    def send_file(self, kind: str, upload: Upload, caption: str = "", album: str = "") -> Message:
        """Send one file; several photos or documents with the same ``album`` are shown as one message."""
        if len(caption) > _CAPTION_LIMIT:
            raise Impossible(f"a caption has {_CAPTION_LIMIT} characters at most, this one has {len(caption)}")
        stored = self.emulator.files.store(upload, kind)
        content: dict[str, Any]
        match kind:
            case "photo":
                content = {"photo": stored.as_photo()}
            case "document":
                content = {"document": stored.as_document()}
            case "voice":
                content = {"voice": {"duration": 3, "mime_type": upload.mime, **stored.as_api()}}
            case "sticker":
                content = {"sticker": _sticker(stored.as_api())}
            case _:
                raise Impossible(f"a file of kind {kind!r} cannot be sent")
        more = {"caption": caption, "media_group_id": album}
        return self._write(content | {name: value for name, value in more.items() if value})

    def press_label(self, message_id: int, label: str) -> Press:
        for row in self._require_message(message_id).inline or []:
            for button in row:
                if button["text"] == label and "callback_data" in button:
                    return self.press(message_id, button["callback_data"])
        raise Impossible(f"message {message_id} has no button {label!r} with callback data")

    def press(self, message_id: int, data: str) -> Press:
        """Press a button with any data: Telegram accepts what an app sends, also for a deleted message."""
        self._check_may_write()
        if not 1 <= len(data.encode()) <= _DATA_LIMIT:
            raise Impossible(f"callback data has 1 to {_DATA_LIMIT} bytes")
        press = self.emulator.presses.begin(self.person, self.chat, message_id, data)
        self.emulator.send_update("callback_query", self._callback_query(press), self.chat)
        return press

    def _callback_query(self, press: Press) -> dict[str, Any]:
        inaccessible = {"chat": self.chat.as_api(), "message_id": press.message_id, "date": 0}
        return {
            "id": press.id,
            "from": self.person.as_user(),
            "message": press.message.as_api() if press.message else inaccessible,
            "chat_instance": str(7_000_000_000 + abs(self.chat.id)),
            "data": press.data,
        }

    def block(self) -> None:
        if not self.person.blocked:
            self.person.blocked = True
            self._membership("member", "kicked")

    def unblock(self) -> None:
        if self.person.blocked:
            self.person.blocked = False
            self._membership("kicked", "member")

    def deactivate(self) -> None:
        """Delete the account for ever; the bot receives no update."""
        self.person.deactivated = True
        self.chat.next_revision()

    def add_bot(self) -> None:
        if not self.chat.has_bot:
            if not self.emulator.profile.joins_groups:
                raise Impossible("this bot can't be added to groups")
            self.chat.has_bot = True
            self._membership("left", "member")

    def remove_bot(self) -> None:
        if self.chat.has_bot and not self.chat.private:
            self.chat.has_bot = False
            self._membership("member", "left")

    def _membership(self, old: str, new: str) -> None:
        self.emulator.send_membership(self.chat, self.person.as_user(), old, new)

    def _write(self, content: dict[str, Any], reply_to: int | None = None) -> Message:
        self._check_may_write()
        replied = self._require_message(reply_to) if reply_to is not None else None
        message = self.emulator.add_message(self.chat, self.person.as_user(), content, reply_to=replied)
        if self.chat.private:
            self.person.started = True
        if self.chat.private or self._bot_receives(message):
            self._send_update("message", message)
        return message

    def _bot_receives(self, message: Message) -> bool:
        """Return whether the bot gets this group message: in privacy mode only commands, mentions and replies to it."""
        if not self.chat.has_bot:
            return False
        profile = self.emulator.profile
        if profile.reads_groups or f"@{profile.username}" in message.text:
            return True
        if message.text.startswith("/") and "@" not in message.text.split()[0]:
            return True
        return message.reply_to is not None and message.reply_to.from_bot

    def _send_update(self, kind: str, message: Message) -> None:
        self.emulator.send_update(kind, message.as_api(), self.chat)

    def _check_may_write(self) -> None:
        if self.person.deactivated:
            raise Impossible("this account is deactivated")
        if self.person.blocked and self.chat.private:
            raise Impossible("the person has blocked the bot: unblock it first")

    def _require_message(self, message_id: int) -> Message:
        message = self.chat.messages.get(message_id)
        if message is None:
            raise Impossible(f"there is no message {message_id} in this chat")
        return message

    def _require_own_text(self, message_id: int) -> Message:
        message = self._require_message(message_id)
        if message.author["id"] != self.person.id or "text" not in message.content:
            raise Impossible("people edit their own texts only")
        if self.emulator.now() - message.date >= _EDITABLE_SECONDS:
            raise Impossible("people edit their texts for 48 hours")
        return message


def _text_content(text: str) -> dict[str, Any]:
    text = text.strip()
    if not 1 <= len(text) <= _TEXT_LIMIT:
        raise Impossible(f"a message has 1 to {_TEXT_LIMIT} characters, this one has {len(text)}")
    entities = find_entities(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def _sticker(file: dict[str, Any]) -> dict[str, Any]:
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {**shape, "emoji": "👍", **file}
