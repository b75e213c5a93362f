"""Answer an update whose handler failed, and write the failure to the log without personal data."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import ErrorEvent, User

from bot.core.errors import StorageBusy
from bot.core.i18n import choose_language, gettext, speak
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
        code = event_from_user.language_code if event_from_user else None
        if isinstance(event.exception, StorageBusy):
            log.warning("an update found the database locked", update=event.update.update_id)
            with speak(choose_language(language, code, default_language)):
                line = gettext("It is busy here right now, and nothing was done. Please try again in a few seconds.")
            await reply(event.update, bot, line)
            return True
        number = secrets.token_hex(4)
        log.error(
            "an update failed",
            number=number,
            update=event.update.update_id,
            failure=describe_exception(event.exception),
        )
        with speak(choose_language(language, code, default_language)):
            line = gettext(
                "Something broke on our side; what you had typed is kept. Try again in a minute. If it happens "
                "again, tell support this number: {error}"
            )
        await reply(event.update, bot, line.format(error=number))
        return True

    return on_error
