"""Links to posts that a command prints: they name the bot, so Telegram is asked for its name first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.people import Role
from bot.glossary import ClinicId

if TYPE_CHECKING:
    from bot.services import Services
    from bot.settings import Settings


class NoBotName(Exception):
    """Telegram does not tell the bot's name; the text is the kind of error."""


async def ask_bot_name(settings: Settings) -> str:
    """Raises NoBotName."""
    from aiogram.exceptions import ClientDecodeError, TelegramAPIError

    from bot.telegram.session import make_bot

    bot = make_bot(settings)
    try:
        return (await bot.me()).username or ""
    except (TelegramAPIError, ClientDecodeError) as trouble:
        raise NoBotName(type(trouble).__name__) from None
    finally:
        await bot.session.close()


async def make_post_link(services: Services, bot_name: str, clinic: ClinicId, role: Role) -> str:
    """Return a link to a post, for whoever opens it first within 24 hours."""
    from bot.clock import SystemClock
    from bot.person_acts import system_user
    from bot.staff.invitations import start_word

    token = await services.staff_invitations.invite_staff(clinic, role, system_user(), SystemClock().now())
    return f"https://t.me/{bot_name}?start={start_word(token)}"
