"""What has come in and for whom: a button of ours, an answer to an open prompt, a contact; nothing forged gets in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject

from dialogs.kit.files import is_file
from dialogs.kit.flow import Outcome, Shared, Visitor
from dialogs.kit.link import Link

Hear = Callable[[Visitor, Any, Any], Awaitable[Outcome]]
"""What a flow does with a text or with a file."""

Parse = Callable[[str], CallbackData | None]
"""From a button's data to the link or action, None for what is not ours."""


def shared(message: Message) -> Shared | None:
    """Telegram names the owner of a contact only where he is one of its people; of a typed one it does not."""
    if message.contact is None or message.from_user is None:
        return None
    return Shared(message.contact.phone_number, message.contact.user_id == message.from_user.id)


class DialogMiddleware(FSMContextMiddleware):
    """aiogram's, but ``asked`` is what the person is being asked, {} for nothing: the row is read once an update."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        context = self.resolve_event_context(data["bot"], data)
        if context is None:
            return await handler(event, data)
        async with self.events_isolation.lock(key=context.key):
            data.update(state=context, asked=await context.get_data())
            return await handler(event, data)


class Pressed(Filter):
    """A button of any flow."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse

    async def __call__(self, call: CallbackQuery) -> bool | dict[str, Any]:
        link = self._parse(call.data or "")
        return False if link is None else {"link": link}


class Sharing(Filter):
    """A contact, asked for or not: nobody shares one by chance, and none stays in the chat."""

    def __init__(self, parse: Parse, prompt: type[Link], meet: Hear) -> None:
        self._parse, self._prompt, self._meet = parse, prompt, meet

    async def __call__(self, message: Message, asked: Mapping[str, Any]) -> bool | dict[str, Any]:
        if message.contact is None:
            return False
        is_asked = type(self._parse(asked.get("prompt", ""))) is self._prompt
        shown = asked.get("message") if is_asked else None
        return {"read": self._meet, "prompt": self._prompt(), "shown": shown, "kept": ""}


class Answering(Filter):
    """A text or a file that comes while the prompt for it is the newest screen; commands always win."""

    def __init__(self, parse: Parse, typed: Mapping[str, Hear], sent: Mapping[str, Hear]) -> None:
        self._parse, self._typed, self._sent = parse, typed, sent

    def _reader(self, message: Message, prompt: Link) -> Hear | None:
        if is_file(message):
            return self._sent.get(prompt.__prefix__)
        is_typed = message.text and not message.text.startswith("/")
        return self._typed.get(prompt.__prefix__) if is_typed else None

    async def __call__(self, message: Message, asked: Mapping[str, Any]) -> bool | dict[str, Any]:
        prompt = self._parse(asked.get("prompt", ""))
        if not isinstance(prompt, Link) or (read := self._reader(message, prompt)) is None:
            return False
        return {"read": read, "prompt": prompt, "shown": asked.get("message"), "kept": asked.get("kept", "")}
