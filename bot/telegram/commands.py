"""Show the command menu and the descriptions of the bot in Telegram, in every language."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from bot.core.i18n import LANGUAGES, N_, gettext, speak

COMMANDS = (
    ("menu", N_("Menu")),
    ("book", N_("Book a doctor")),
    ("visits", N_("My visits")),
    ("children", N_("Children and policies")),
    ("data", N_("My data")),
    ("language", N_("Language / Язык")),
    ("help", N_("Help")),
    ("cancel", N_("Stop typing")),
)
"""The command menu, in order; /start is Telegram's own button."""

log = structlog.get_logger(__name__)


async def update_commands(bot: Bot, default_language: str) -> None:
    """Call ``set_commands``; a failure is only logged, because the bot works with the old menu too."""
    try:
        await set_commands(bot, default_language)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("the command menu was not updated", error=type(trouble).__name__)


async def set_commands(bot: Bot, default_language: str) -> None:
    """Send the menu and the descriptions to Telegram in every language, where they differ from what it has."""
    for language in LANGUAGES:
        # Texts without a language code are shown to people whose language has no texts of its own.
        code = None if language == default_language else language
        with speak(language):
            await _set_menu(bot, code)
            await _set_descriptions(bot, code)


async def _set_menu(bot: Bot, code: str | None) -> None:
    scope = BotCommandScopeAllPrivateChats()
    wanted = [(command, gettext(description)) for command, description in COMMANDS]
    known = await bot.get_my_commands(scope=scope, language_code=code)
    if [(each.command, each.description) for each in known] != wanted:
        commands = [BotCommand(command=command, description=description) for command, description in wanted]
        await bot.set_my_commands(commands, scope=scope, language_code=code)


async def _set_descriptions(bot: Bot, code: str | None) -> None:
    long = gettext(
        "I book a child to a doctor with an OMS policy: I check the policy, find a clinic, a doctor and a time, and "
        "remind you the day before."
    )
    short = gettext("Books a child to a doctor with an OMS policy and reminds you the day before.")
    if (await bot.get_my_description(language_code=code)).description != long:
        await bot.set_my_description(long, language_code=code)
    if (await bot.get_my_short_description(language_code=code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
