"""Answer an update whose handler failed, and write the failure to the log without personal data."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import ErrorEvent, User

from bot.core.errors import StorageBusy
from bot.core.i18n import N_, choose_language, gettext, speak
from bot.core.redaction import describe_exception
from bot.telegram.replies import reply

log = structlog.get_logger(__name__)


def failure_handler(default_language: str) -> Callable[..., Awaitable[bool]]:
    """Return the dispatcher's last error handler.

    The person and the log get the same random number; typed text is kept.
    """

    async def on_error(
        event: ErrorEvent, bot: Bot, language: str | None = None, event_from_user: User | None = None
    ) -> bool:
        if isinstance(event.exception, TelegramForbiddenError):
            return True  # the person has blocked the bot, so a reply cannot arrive
        waiting = _sentence_about_waiting(event)
        if waiting is not None:
            with speak(_language(language, event_from_user, default_language)):
                await reply(event.update, bot, gettext(waiting))
            return True
        number = secrets.token_hex(4)
        log.error(
            "an update failed",
            number=number,
            update=event.update.update_id,
            failure=describe_exception(event.exception),
        )
        with speak(_language(language, event_from_user, default_language)):
            line = gettext(
                "Something broke on our side; what you had typed is kept. Try again in a minute. If it happens "
                "again, tell support this number: {error}"
            )
        await reply(event.update, bot, line.format(error=number))
        return True

    return on_error


def _language(language: str | None, user: User | None, default: str) -> str:
    return choose_language(language, user.language_code if user else None, default)


def _sentence_about_waiting(event: ErrorEvent) -> str | None:
    """Return what to say if the update only met a crowd or a lock, else None."""
    match event.exception:
        case StorageBusy():
            log.warning("an update found the database locked", update=event.update.update_id)
            return N_("It is busy here right now, and nothing was done. Please try again in a few seconds.")
        case TelegramRetryAfter():
            log.warning("an answer has waited too long", update=event.update.update_id)
            return N_("Many people are writing to me right now. Press the button or send your message again.")
    return None
