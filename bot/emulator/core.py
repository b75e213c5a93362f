"""The state of this Telegram: people, chats, files, updates, and the one bot that lives in it."""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from bot.emulator.chats import GROUP_ID, Chat, Message
from bot.emulator.clock import Clock, real_now
from bot.emulator.errors import bad_request, forbidden
from bot.emulator.faults import Faults
from bot.emulator.files import Files
from bot.emulator.journal import Journal
from bot.emulator.pace import Pace
from bot.emulator.people import DEMO_PEOPLE, Person
from bot.emulator.presses import Presses
from bot.emulator.profile import Profile
from bot.emulator.signals import Activity
from bot.emulator.updates import Updates

_log = logging.getLogger(__name__)

TOKEN = "4242:EMULATOR"  # noqa: S105 - opens nothing but this stand-in
WEBHOOK_DELAYS = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 120.0)
_TYPING_SECONDS = 5.0


class Emulator:
    """One Telegram with one bot; it holds no socket, so it outlives the server that shows it."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "registratura_bot",
        first_name: str = "Регистратура",
        people: Iterable[Person] = DEMO_PEOPLE,
        now: Callable[[], float] = real_now,
        callback_life: float = 15.0,
        pace: bool = False,
        seed: int = 0,
        webhook_delays: tuple[float, ...] = WEBHOOK_DELAYS,
        ready_url: str | None = None,
        guarded: bool = False,
        calls_kept: int = 10_000,
    ) -> None:
        self.token = token
        self.key = secrets.token_urlsafe(16)
        self.guarded = guarded
        self.ready_url = ready_url
        self.webhook_delays = webhook_delays
        self.clock = Clock(now)
        self.activity = Activity()
        self.faults = Faults(seed)
        self.journal = Journal(calls_kept)
        self.pace = Pace(pace)
        self.files = Files()
        self.presses = Presses(callback_life)
        self.updates = Updates(self.activity, self.clock.now)
        self.profile = Profile(int(token.partition(":")[0]), username, first_name)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self._message_ids = count(1)
        self._seeded = tuple(people)
        self._people_again()

    def reset(self) -> None:
        """Forget chats, files, faults and the log; the clock, the profile and the webhook stay as the bot left them."""
        self.presses.forget()
        self.updates.clear()
        self.faults.clear()
        self.journal.clear()
        self.pace = Pace(self.pace.on, self.pace.burst)
        self.files = Files()
        for chat in list(self.chats.values()):
            chat.activity.forget()
        gone, self.chats, self.people = self.chats, {}, {}
        self._people_again()
        for chat in gone.values():
            chat.changed.notify()

    def _people_again(self) -> None:
        group = Chat(GROUP_ID, self.activity, title="Родительский чат")
        self.chats[GROUP_ID] = group
        for person in self._seeded:
            self.add_person(person.fresh())

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, self.activity, person)
        return person

    def person(self, user_id: int) -> Person:
        """Whoever acts exists: a stranger gets an account on the spot."""
        return self.people.get(user_id) or self.add_person(Person(user_id, f"Гость {user_id}"))

    def now(self) -> int:
        return int(self.clock.now())

    def chat_for_bot(self, chat_id: str) -> Chat:
        """The chat the bot may write to, or Telegram's reason why not."""
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

    def post(self, chat: Chat, author: dict[str, Any], content: dict[str, Any], **details: Any) -> Message:
        """Put one message into a chat, whoever wrote it."""
        message = Message(chat, next(self._message_ids), author, self.now(), content, **details)
        chat.add(message)
        return message

    def typing(self, chat: Chat, action: str) -> None:
        chat.typing_until = time.monotonic() + _TYPING_SECONDS
        chat.typing_action = action
        chat.touch()

    def tell_bot(self, kind: str, payload: dict[str, Any], chat: Chat | None) -> int | None:
        update_id = self.updates.add(kind, payload, chat)
        if update_id is None:
            _log.debug("the bot did not ask for %s", kind)
        return update_id


def _check_reachable(person: Person) -> None:
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
