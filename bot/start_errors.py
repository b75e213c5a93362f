"""Describe an error that an operator can correct in one sentence that names the setting."""

from __future__ import annotations

import errno
import sqlite3

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.backup import BackupRefused
from bot.core.errors import StorageBusy
from bot.instance import AnotherInstance
from bot.settings import SettingsError
from storage.keys.canaries import WrongKeys
from storage.migrations import SchemaMismatch

NOT_LISTENING = {errno.EADDRINUSE: "it is taken", errno.EACCES: "it is not allowed"}


def sentence_for_operator(error: BaseException) -> str | None:
    """Return the sentence, or None for an error of the program itself."""
    match error:
        case SettingsError() | AnotherInstance() | BackupRefused():
            return str(error)
        case WrongKeys():
            return f"{error}."
        case SchemaMismatch():
            return f"DATABASE_URL names a database that does not fit this program: {error}."
        case sqlite3.Error() | StorageBusy():
            return f"DATABASE_URL names a database that cannot be used: {error}."
        case TelegramUnauthorizedError() | TelegramNotFound():
            return "BOT_TOKEN is unknown to Telegram: take the one that @BotFather shows."
        case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
            return "Telegram does not answer: look at the network, and at BOT_API_URL and TELEGRAM_PROXY where set."
        case OSError():
            return _sentence_for_os_error(error)
    return None


def _sentence_for_os_error(error: OSError) -> str | None:
    if error.filename is not None:
        return f"DATABASE_URL names a place that cannot be written to: {error.filename}."
    if error.errno in NOT_LISTENING:
        return f"WEB_PORT cannot be listened on, {NOT_LISTENING[error.errno]}: choose another one, or 0 for none."
    return None
