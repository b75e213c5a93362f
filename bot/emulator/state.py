"""The state of this Telegram: people, chats, files, updates, and its one bot."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count
from typing import Any

from bot.emulator.bot_activity import BotActivity
from bot.emulator.bot_profile import BotProfile
from bot.emulator.call_log import CallLog
from bot.emulator.chats import GROUP_ID, Chat, Message
from bot.emulator.emulated_clock import EmulatedClock, real_now
from bot.emulator.errors import bad_request, forbidden
from bot.emulator.faults import Faults
from bot.emulator.people import DEMO_PEOPLE, EmulatedPerson
from bot.emulator.presses import Presses
from bot.emulator.rate_limits import RateLimits
from bot.emulator.samples import Sample
from bot.emulator.stored_files import StoredFiles
from bot.emulator.updates import Updates

_log = logging.getLogger(__name__)

TOKEN = "4242:EMULATOR"  # noqa: S105 - it opens nothing but this emulator


class Emulator:
    """One Telegram with one bot. It holds no socket, so it survives the server that serves it."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "registratura_bot",
        first_name: str = "Регистратура",
        people: Iterable[EmulatedPerson] = DEMO_PEOPLE,
        now: Callable[[], float] = real_now,
        callback_life: float = 15.0,
        rate_limits: bool = False,
        seed: int = 0,
        ready_url: str | None = None,
        key_required: bool = False,
        calls_kept: int = 10_000,
        samples: Sequence[Sample] = (),
    ) -> None:
        self.token = token
        self.key = secrets.token_urlsafe(16)
        self.key_required = key_required
        self.ready_url = ready_url
        self.samples = samples
        self.restart_bot: Callable[[], Awaitable[None]] | None = None
        """begins the bot and this Telegram anew with nothing remembered, set by whoever runs both"""
        self.clock = EmulatedClock(now)
        self.activity = BotActivity()
        self.faults = Faults(seed)
        self.call_log = CallLog(calls_kept)
        self.rate_limits = RateLimits(rate_limits)
        self.files = StoredFiles()
        self.presses = Presses(callback_life)
        self.updates = Updates(self.activity, self.clock.now)
        self.profile = BotProfile(int(token.partition(":")[0]), username, first_name)
        self.people: dict[int, EmulatedPerson] = {}
        self.chats: dict[int, Chat] = {}
        self._message_ids = count(1)
        self._first_people = tuple(people)
        self._create_chats()

    def reset(self) -> None:
        """Remove chats, files, faults and the call log; the clock and the bot's profile stay."""
        self.presses.clear()
        self.updates.clear()
        self.faults.clear()
        self.call_log.clear()
        self.rate_limits = RateLimits(self.rate_limits.on, self.rate_limits.burst)
        self.files = StoredFiles()
        for chat in list(self.chats.values()):
            chat.activity.detach()
        removed, self.chats, self.people = self.chats, {}, {}
        self._create_chats()
        for chat in removed.values():
            chat.changed.notify()

    def newest_from_bot(self) -> int:
        """Return the id of the bot's last message in any chat, 0 if there is none."""
        return max(chat.last_from_bot for chat in self.chats.values())

    def _create_chats(self) -> None:
        group = Chat(GROUP_ID, self.activity, title="Родительский чат")
        self.chats[GROUP_ID] = group
        for person in self._first_people:
            self.add_person(person.fresh())

    def add_person(self, person: EmulatedPerson) -> EmulatedPerson:
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, self.activity, person)
        return person

    def person(self, user_id: int) -> EmulatedPerson:
        """Return the person; an unknown id gets a new account."""
        return self.people.get(user_id) or self.add_person(EmulatedPerson(user_id, f"Гость {user_id}"))

    def now(self) -> int:
        return int(self.clock.now())

    def chat_for_bot(self, chat_id: str) -> Chat:
        """Return the chat that the bot may write to. Raises Refusal with Telegram's reason otherwise."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self._find_chat(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.person is not None:
            _check_reachable(chat.person)
        elif not chat.has_bot:
            raise forbidden("bot is not a member of the supergroup chat")
        return chat

    def _find_chat(self, chat_id: str) -> Chat | None:
        try:
            return self.chats.get(int(chat_id))
        except ValueError:
            return None

    def add_message(self, chat: Chat, author: dict[str, Any], content: dict[str, Any], **details: Any) -> Message:
        """Add one message of a person or of the bot to a chat."""
        message = Message(chat, next(self._message_ids), author, self.now(), content, **details)
        chat.add(message)
        return message

    def send_update(self, kind: str, payload: dict[str, Any], chat: Chat | None) -> int | None:
        """Queue an update for the bot. Returns its id, or None if the bot does not receive this kind."""
        update_id = self.updates.add(kind, payload, chat)
        if update_id is None:
            _log.debug("the bot does not receive updates of kind %s", kind)
        return update_id

    def send_membership(self, chat: Chat, author: dict[str, Any], old: str, new: str) -> None:
        """Queue the update about a change of the bot's status in a chat, made by a person or by the bot."""
        chat.next_revision()
        change = {
            "chat": chat.as_api(),
            "from": author,
            "date": self.now(),
            "old_chat_member": self._bot_as_member(old),
            "new_chat_member": self._bot_as_member(new),
        }
        self.send_update("my_chat_member", change, chat)

    def _bot_as_member(self, status: str) -> dict[str, Any]:
        member = {"user": self.profile.as_user(), "status": status}
        return member | {"until_date": 0} if status == "kicked" else member


def _check_reachable(person: EmulatedPerson) -> None:
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
