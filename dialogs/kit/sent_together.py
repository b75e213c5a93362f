"""Take photos and files that a person sends together as one answer: an album, or several within seconds.

Telegram delivers an album as messages of their own. The first one is handled; those that come while it is handled join
it, so that they are read one after another until one is readable, and are deleted with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, Message, TelegramObject, Update

from bot.core.errors import InvalidInput, RuleError
from bot.patients.problems import FileProblem
from dialogs.kit.files import is_file
from dialogs.kit.flow import Outcome
from dialogs.kit.render import delete_answer

TOGETHER = timedelta(seconds=5)
"""between the messages of one answer that are not of one album"""
MOST_READ = 10
"""files of one answer: as many as an album has"""
MOST_REMEMBERED = 1000
"""chats whose last answer was a file"""

UNREADABLE = frozenset({FileProblem.CODE_NOT_FOUND, FileProblem.CODE_NOT_IN_FILE})
"""what the back of a policy is answered with; the answer to another file of the batch says more"""


class Batch:
    """The messages of one answer."""

    def __init__(self, first: Message) -> None:
        self.messages = [first]
        self.is_answered = False
        self.is_accepted = False
        """whether one of its files was read"""
        self.collects = False
        """whether each of its files is read"""
        self.is_refused = False
        """whether nothing asked for it, and the person was told so"""

    def takes(self, message: Message) -> bool:
        """Return whether a file is part of this answer; after an answer that was refused it is a new one."""
        if not self.is_answered:
            return True
        if self.collects:
            return False  # it is read as an answer of its own
        album = self.messages[0].media_group_id
        if album is not None and message.media_group_id == album:
            return self.is_accepted or self.is_refused
        return self.is_accepted and message.date - self.messages[-1].date <= TOGETHER

    async def first_read(self, read: Callable[[Message], Awaitable[Outcome]]) -> Outcome:
        """Return what the first readable file leads to, those included that join meanwhile.

        Raises the refusal that says most, if ``read`` has raised InvalidInput for each.
        """
        refused: InvalidInput | None = None
        for message in self._to_read():
            try:
                outcome = await read(message)
            except InvalidInput as problem:
                refused = problem if refused is None or refused.problem in UNREADABLE else refused
                continue
            self.is_accepted = True
            return outcome
        assert refused is not None  # noqa: S101 - there is a first message
        raise refused

    async def all_read(self, read: Callable[[Message], Awaitable[Outcome]]) -> tuple[Outcome, RuleError | None]:
        """Read each file, those included that join meanwhile; return what the last accepted one leads to.

        The other value is the last refusal of a file, None if all were accepted. Raises it if none was.
        """
        accepted: Outcome | None = None
        refused: RuleError | None = None
        self.collects = True
        for message in self._to_read():
            try:
                accepted = await read(message)
            except RuleError as refusal:
                refused = refusal
        if accepted is None:
            assert refused is not None  # noqa: S101 - there is a first message
            raise refused
        self.is_accepted = True
        return accepted, refused

    def _to_read(self) -> Iterator[Message]:
        at = 0
        while at < min(len(self.messages), MOST_READ):
            yield self.messages[at]
            at += 1

    def answered(self) -> Sequence[Message]:
        """Return all messages, which are to be deleted; no other is read from now on."""
        self.is_answered = True
        return tuple(self.messages)


class SentTogether(BaseMiddleware):
    """Give the first file of an answer its Batch as ``batch``, and keep the others from the handlers."""

    def __init__(self) -> None:
        self._batches: OrderedDict[int, Batch] = OrderedDict()
        """by chat"""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat: Chat | None = data.get("event_chat")
        if chat is None or not isinstance(event, Update):
            return await handler(event, data)
        batch = self._batches.get(chat.id)
        if event.message is None or not is_file(event.message):
            # What a person presses or types after an answer ends it.
            if batch is not None and batch.is_answered:
                del self._batches[chat.id]
            return await handler(event, data)
        if batch is not None and batch.takes(event.message):
            batch.messages.append(event.message)
            if batch.is_answered:
                await delete_answer(data["bot"], event.message)
            return None
        return await self._begin(handler, event, event.message, data)

    async def _begin(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: Update,
        message: Message,
        data: dict[str, Any],
    ) -> Any:
        batch = data["batch"] = self._batches[message.chat.id] = Batch(message)
        if len(self._batches) > MOST_REMEMBERED:
            self._batches.popitem(last=False)
        try:
            return await handler(event, data)
        finally:
            if not (batch.is_accepted or batch.is_refused) and self._batches.get(message.chat.id) is batch:
                del self._batches[message.chat.id]
