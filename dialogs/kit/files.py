"""Download a photo or a file that was sent in the chat, within limits of size and time."""

from __future__ import annotations

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

DOWNLOAD_WITHIN = 15
"""seconds"""

log = structlog.get_logger(__name__)


def is_file(message: Message) -> bool:
    return _attached(message) is not None


def _attached(message: Message) -> PhotoSize | Document | None:
    """Return the document, or the largest size of the photo."""
    return message.photo[-1] if message.photo else message.document


def require_small(message: Message) -> None:
    """Raises InvalidInput for a file that is too big, before it is downloaded."""
    sent = _attached(message)
    if sent is None or (sent.file_size or 0) > LARGEST_FILE:
        raise too_big()


def too_big() -> InvalidInput:
    return InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)


class FewBytes(BytesIO):
    """Bytes in memory, at most those of the largest file, whatever size Telegram has named."""

    def write(self, more: Any, /) -> int:
        if self.tell() + memoryview(more).nbytes > LARGEST_FILE:
            raise too_big()
        return super().write(more)


async def download(bot: Bot, message: Message) -> bytes:
    """Return the bytes of the photo or file. Raises InvalidInput: LOST if the download fails, TOO_BIG."""
    sent = _attached(message)
    if sent is None:
        raise InvalidInput(FileProblem.LOST)
    whole = FewBytes()
    try:
        await bot.download(sent.file_id, whole, timeout=DOWNLOAD_WITHIN)
    except (TelegramAPIError, ClientDecodeError, ClientError, TimeoutError) as trouble:
        log.warning("a file was not downloaded", error=type(trouble).__name__)
        raise InvalidInput(FileProblem.LOST) from None
    return whole.getvalue()
