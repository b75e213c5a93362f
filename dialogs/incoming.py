"""What has come in and for whom: a button of ours, an answer to an open prompt, a contact; nothing forged gets in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from dialogs.files import is_file
from dialogs.kit import Outcome, Shared, Visitor
from dialogs.links import Link

Hear = Callable[[Visitor, Any, Any], Awaitable[Outcome]]
"""What a flow does with a text or with a file."""

Parse = Callable[[str], CallbackData | None]
"""From a button's data to the link or action, None for what is not ours."""


def shared(message: Message) -> Shared | None:
    """Telegram names the owner of a contact only where he is one of its people; of a typed one it does not."""
    if message.contact is None or message.from_user is None:
        return None
    return Shared(message.contact.phone_number, message.contact.user_id == message.from_user.id)


def is_open(prompt: Link | type[Link], stored: str | None) -> bool:
    """Whether a stored state is the prompt's. Older releases named the groups otherwise: only the rest is compared."""
    return prompt.state is not None and _name_in_group(prompt.state.state) == _name_in_group(stored)


def _name_in_group(state: str | None) -> str:
    return (state or "").rpartition(":")[2]


class Pressed(Filter):
    """A button of any flow."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse

    async def __call__(self, call: CallbackQuery) -> bool | dict[str, Any]:
        link = self._parse(call.data or "")
        return False if link is None else {"link": link}


class Sharing(Filter):
    """A contact, asked for or not: nobody shares one by chance, and none stays in the chat."""

    def __init__(self, prompt: type[Link], meet: Hear) -> None:
        self._prompt, self._meet = prompt, meet

    async def __call__(self, message: Message, state: FSMContext, raw_state: str | None) -> bool | dict[str, Any]:
        if message.contact is None:
            return False
        asked = await state.get_data() if is_open(self._prompt, raw_state) else {}
        return {"read": self._meet, "prompt": self._prompt(), "shown": asked.get("message"), "kept": ""}


class Answering(Filter):
    """A text or a file that comes while the prompt for it is the newest screen; commands always win."""

    def __init__(self, parse: Parse, typed: Mapping[str, Hear], sent: Mapping[str, Hear]) -> None:
        self._parse, self._typed, self._sent = parse, typed, sent

    def _readers(self, message: Message) -> Mapping[str, Hear]:
        """By the code of the prompt."""
        if is_file(message):
            return self._sent
        is_typed = message.text and not message.text.startswith("/")
        return self._typed if is_typed else {}

    async def __call__(self, message: Message, state: FSMContext, raw_state: str | None) -> bool | dict[str, Any]:
        readers = self._readers(message)
        if raw_state is None or not readers:
            return False
        asked = await state.get_data()
        prompt = self._parse(str(asked.get("prompt", "")))
        # State and data are two writes: after a crash between them they do not speak of the same prompt.
        if not isinstance(prompt, Link) or prompt.__prefix__ not in readers or not is_open(prompt, raw_state):
            return False
        read = readers[prompt.__prefix__]
        return {"read": read, "prompt": prompt, "shown": asked.get("message"), "kept": asked.get("kept", "")}
