"""A photo or a file sent in answer to a prompt: judged by its size before it is fetched."""

from __future__ import annotations

from io import BytesIO

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Document, Message, PhotoSize
from aiohttp import ClientError

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from bot.patients.rules.barcode import LARGEST_FILE

FETCHED_WITHIN = 15
"""seconds"""

log = structlog.get_logger(__name__)


def is_file(message: Message) -> bool:
    return _attached(message) is not None


def _attached(message: Message) -> PhotoSize | Document | None:
    """Of a photo's sizes the largest."""
    return message.photo[-1] if message.photo else message.document


async def fetch(bot: Bot, message: Message) -> bytes:
    """Return the bytes of what was sent. Raises InvalidInput: TOO_BIG before anything is fetched, or LOST."""
    sent = _attached(message)
    if sent is None or (sent.file_size or 0) > LARGEST_FILE:
        raise InvalidInput(FileProblem.TOO_BIG, limit=LARGEST_FILE >> 20)
    whole = BytesIO()
    try:
        await bot.download(sent.file_id, whole, timeout=FETCHED_WITHIN)
    except (TelegramAPIError, ClientDecodeError, ClientError, TimeoutError) as trouble:
        log.warning("a file cannot be fetched", error=type(trouble).__name__)
        raise InvalidInput(FileProblem.LOST) from None
    return whole.getvalue()
