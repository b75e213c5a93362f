"""Let a message through to the router only if it is an answer to the open prompt or a contact."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.types import Message, TelegramObject

from dialogs.kit.files import is_file
from dialogs.kit.flow import Outcome, SharedContact, SharedPlace, Visitor
from dialogs.kit.link import Link
from dialogs.kit.typed import number_in

ReadAnswer = Callable[[Visitor, Any, Any], Awaitable[Outcome]]
"""A flow's function that reads a typed text, a file or a contact."""

ParseButton = Callable[[str], CallbackData | None]
"""Returns the link or action in a button's data, or None if the data is not ours."""


def shared_contact(message: Message) -> SharedContact | None:
    """Return the contact of a message, if it has one.

    Telegram names the owner of a contact only if it is a Telegram account; a contact that was typed has no owner.
    """
    if message.contact is None or message.from_user is None:
        return None
    return SharedContact(message.contact.phone_number, message.contact.user_id == message.from_user.id)


class DialogMiddleware(FSMContextMiddleware):
    """Let the updates of a person in one at a time, each with the place of its dialog in ``state``.

    What the dialog asks is read with the account, in one hop; aiogram's own middleware would read it here, and every
    filter again.
    """

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
            data["state"] = context
            return await handler(event, data)


class ContactFilter(Filter):
    """Accept a contact even if no prompt is open: it must not stay in the chat.

    Pass on the same facts as AnswerFilter.
    """

    def __init__(self, parse: ParseButton, prompt: type[Link], read: ReadAnswer) -> None:
        self._parse, self._prompt, self._read = parse, prompt, read

    async def __call__(self, message: Message, open_prompt: Mapping[str, Any]) -> bool | dict[str, Any]:
        if message.contact is None:
            return False
        asked = self._parse(open_prompt.get("prompt", ""))
        if not isinstance(asked, self._prompt):
            return {"read": self._read, "prompt": self._prompt(), "shown": None, "kept": ""}
        return {"read": self._read, "prompt": asked, "shown": open_prompt.get("message"), "kept": ""}


class AnswerFilter(Filter):
    """Accept a text or a file that the open prompt asks for; a command is never an answer.

    Pass on the function that reads it, the prompt, the message that shows the prompt (``shown``), and an earlier answer
    that waits for the access code (``kept``).
    """

    def __init__(
        self, parse: ParseButton, text_readers: Mapping[str, ReadAnswer], file_readers: Mapping[str, ReadAnswer]
    ) -> None:
        self._parse, self._text_readers, self._file_readers = parse, text_readers, file_readers

    def _reader(self, message: Message, prompt: Link) -> ReadAnswer | None:
        if is_file(message):
            read_file = self._file_readers.get(prompt.__prefix__)
            # A number in a caption answers a prompt that takes no files.
            return read_file or (self._text_readers.get(prompt.__prefix__) if number_in(message.caption) else None)
        is_typed = message.text and not message.text.startswith("/")
        return self._text_readers.get(prompt.__prefix__) if is_typed else None

    async def __call__(self, message: Message, open_prompt: Mapping[str, Any]) -> bool | dict[str, Any]:
        prompt = self._parse(open_prompt.get("prompt", ""))
        if not isinstance(prompt, Link) or (read := self._reader(message, prompt)) is None:
            return False
        shown, kept = open_prompt.get("message"), open_prompt.get("kept", "")
        return {"read": read, "prompt": prompt, "shown": shown, "kept": kept}


class PlaceFilter(Filter):
    """Accept a location that the open prompt asks for; pass on the ``place``, and the rest as AnswerFilter."""

    def __init__(self, parse: ParseButton, place_readers: Mapping[str, ReadAnswer]) -> None:
        self._parse, self._place_readers = parse, place_readers

    async def __call__(self, message: Message, open_prompt: Mapping[str, Any]) -> bool | dict[str, Any]:
        prompt = self._parse(open_prompt.get("prompt", ""))
        if message.location is None or not isinstance(prompt, Link):
            return False
        read = self._place_readers.get(prompt.__prefix__)
        place = SharedPlace(message.location.latitude, message.location.longitude)
        return {"read": read, "prompt": prompt, "shown": open_prompt.get("message"), "place": place} if read else False
