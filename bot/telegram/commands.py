"""Show the command menus, of everybody and of the staff, and the descriptions of the bot, in every language."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.core.i18n import LANGUAGES, N_, gettext, speak
from bot.core.people import Role
from bot.core.transactions import Storage
from bot.glossary import AccountId

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

DESK, DAY = ("desk", N_("The clinic's desk")), ("day", N_("Visits of the day"))
QUEUE = ("queue", N_("Queue: questions and papers"))

OF_ROLE: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.REGISTRAR: (DESK, DAY, QUEUE),
    Role.HEAD: (DESK, DAY, QUEUE),
    Role.ADMIN: (DESK,),
}
"""the commands that a member of the staff has before those of everybody"""

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


class StaffMenus:
    """Keeps in each member's chat the commands of its role, and takes them away with the role.

    Whose commands a chat shows is stored, so that a post that was given or taken by a command counts too. A person who
    has not started the bot gets them after the first message.
    """

    def __init__(self, bot: Bot, storage: Storage, default_language: str) -> None:
        self._bot, self._storage, self._default = bot, storage, default_language
        self._refused: set[tuple[AccountId, Role | None]] = set()

    async def keep_all(self) -> None:
        for account, role in await self._storage.read(lambda view: view.posts.menus_to_change()):
            if (account, role) not in self._refused:
                await self._keep(account, role)

    async def _keep(self, account: AccountId, role: Role | None) -> None:
        chat = await self._storage.read(lambda view: view.accounts.telegram_id_of(account))
        try:
            if chat is not None:
                await self._show(chat, role)
        except TelegramForbiddenError:
            await self._storage.write(lambda uow: uow.accounts.set_reachable(account, False))
        except TelegramBadRequest as refusal:
            if "chat not found" in refusal.message:
                await self._storage.write(lambda uow: uow.accounts.set_reachable(account, False))
            else:
                self._refused.add((account, role))
                log.error("the commands of a member were refused", member=account)
        except (TelegramAPIError, ClientDecodeError) as trouble:
            log.warning("the commands of a member were not set", member=account, error=type(trouble).__name__)
        else:
            await self._storage.write(lambda uow: uow.posts.set_menu(account, role))

    async def _show(self, chat: int, role: Role | None) -> None:
        """Set the commands of one chat in every language; those of one chat replace those of everybody there."""
        scope = BotCommandScopeChat(chat_id=chat)
        for language in LANGUAGES:
            code = None if language == self._default else language
            if role is None:
                await self._bot.delete_my_commands(scope=scope, language_code=code)
                continue
            with speak(language):
                commands = [
                    BotCommand(command=command, description=gettext(description))
                    for command, description in (*OF_ROLE[role], *COMMANDS)
                ]
            await self._bot.set_my_commands(commands, scope=scope, language_code=code)
