"""What has come in and for whom: a button of ours, an answer to an open prompt, a contact; nothing forged gets in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from dialogs.files import is_file
from dialogs.kit import Outcome, Shared, Visitor
from dialogs.links import Link

IDS = range(2**53)
PLAUSIBLE = {
    "day": range(date(2020, 1, 1).toordinal(), date(2200, 1, 1).toordinal()),
    "start": range(2**33),
    "page": range(1000),
}
"""What a button's numbers may be where they are not ids."""

Hear = Callable[[Visitor, Any, Any], Awaitable[Outcome]]
"""What a flow does with a text or with a file."""

Parse = Callable[[str], CallbackData | None]
"""From a button's data to the link or action, None for what is not ours."""


def shared(message: Message) -> Shared | None:
    """Telegram names the owner of a contact only where he is one of its people; of a typed one it does not."""
    if message.contact is None or message.from_user is None:
        return None
    return Shared(message.contact.phone_number, message.contact.user_id == message.from_user.id)


def is_plausible(link: CallbackData) -> bool:
    """Whether we could have written these numbers: a forged one fits into no column and no calendar."""
    numbers = ((name, value) for name, value in link if isinstance(value, int))
    fields = type(link).model_fields
    return all(value in PLAUSIBLE.get(name, IDS) or value == fields[name].default for name, value in numbers)


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
        asked = await state.get_data() if raw_state == self._prompt.at.state else {}
        return {"read": self._meet, "prompt": self._prompt(), "shown": asked.get("message"), "kept": ""}


class Answering(Filter):
    """A text or a file that comes while the prompt for it is the newest screen; commands always win."""

    def __init__(self, parse: Parse, typed: Mapping[str | None, Hear], sent: Mapping[str | None, Hear]) -> None:
        self._parse, self._typed, self._sent = parse, typed, sent

    def _reader(self, message: Message, raw_state: str | None) -> Hear | None:
        if is_file(message):
            return self._sent.get(raw_state)
        is_typed = message.text and not message.text.startswith("/")
        return self._typed.get(raw_state) if is_typed else None

    async def __call__(self, message: Message, state: FSMContext, raw_state: str | None) -> bool | dict[str, Any]:
        read = self._reader(message, raw_state)
        if read is None:
            return False
        asked = await state.get_data()
        prompt = self._parse(str(asked.get("prompt", "")))
        # State and data are two writes: after a crash between them they do not speak of the same prompt.
        if not isinstance(prompt, Link) or prompt.at.state != raw_state:
            return False
        return {"read": read, "prompt": prompt, "shown": asked.get("message"), "kept": asked.get("kept", "")}
