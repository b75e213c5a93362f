"""Download a photo or a file that was sent in the chat, within limits of size and time, and let a flow read it."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Document, Message, PhotoSize
from aiohttp import ClientError

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from bot.patients.rules.barcode import LARGEST_FILE
from dialogs.kit.flow import Outcome, ReadFile
from dialogs.kit.link import Link
from dialogs.kit.render import Turn

DOWNLOAD_WITHIN = 15
"""seconds"""

log = structlog.get_logger(__name__)


def is_file(message: Message) -> bool:
    return _attached(message) is not None


def is_picture(message: Message) -> bool:
    """Return whether a photo was sent, or a picture as a file, as far as Telegram names it."""
    document = message.document
    return document is None or (document.mime_type or "").startswith("image/")


def _attached(message: Message) -> PhotoSize | Document | None:
    """Return the document, or the largest size of the photo."""
    return message.photo[-1] if message.photo else message.document


async def read_file(turn: Turn, read: ReadFile[Link], prompt: Link, message: Message) -> Outcome:
    """Return what the file of a message leads to. Raises InvalidInput with what helps for a file that was sent so."""
    try:
        return await read(turn.visitor, prompt, partial(_download, turn.bot, message))
    except InvalidInput as refused:
        # It was sent without compression, so the advice to send it so is left out.
        if message.document is not None and refused.problem is FileProblem.CODE_NOT_FOUND:
            raise InvalidInput(FileProblem.CODE_NOT_IN_FILE) from None
        raise


def too_big() -> InvalidInput:
    return InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)


class FewBytes(BytesIO):
    """Bytes in memory, at most those of the largest file, whatever size Telegram has named."""

    def write(self, more: Any, /) -> int:
        if self.tell() + memoryview(more).nbytes > LARGEST_FILE:
            raise too_big()
        return super().write(more)


async def _download(bot: Bot, message: Message) -> bytes:
    """Return the bytes of the photo or file.

    Raises InvalidInput: TOO_BIG before the download, by the size that Telegram names; LOST if the download fails.
    """
    sent = _attached(message)
    if sent is None:
        raise InvalidInput(FileProblem.LOST)
    if (sent.file_size or 0) > LARGEST_FILE:
        raise too_big()
    whole = FewBytes()
    try:
        await bot.download(sent.file_id, whole, timeout=DOWNLOAD_WITHIN)
    except (TelegramAPIError, ClientDecodeError, ClientError, TimeoutError) as trouble:
        log.warning("a file was not downloaded", error=type(trouble).__name__)
        raise InvalidInput(FileProblem.LOST) from None
    return whole.getvalue()
