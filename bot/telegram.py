"""What stands between Telegram and the flows: the bot itself, who is asking and in which language, order, apologies."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol
from weakref import WeakValueDictionary

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.enums import ChatMemberStatus, ChatType, ParseMode
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramForbiddenError
from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    GetMe,
    GetUpdates,
    Response,
    SendDocument,
    SendMessage,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    ChatMemberUpdated,
    ErrorEvent,
    TelegramObject,
    Update,
    User,
)
from pydantic import ValidationError

from bot import limits
from bot.failures import described
from bot.i18n import LANGUAGES, N_, choose_language, gettext, speak
from bot.models import Account
from bot.pace import Pace, Polite
from bot.ports import Clock
from bot.settings import Settings

AT_ONCE = 32
"""people served at a time: a fraction of a second of work, and more than wait for a silent clinic at any moment"""

# aiogram builds these generic classes anew whenever they are collected, 1–3 ms each: whoever holds them keeps them.
KEEP = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]  # a class attribute is a type only at run time
    for method in (SendMessage, EditMessageText, AnswerCallbackQuery, DeleteMessage, GetUpdates, GetMe, SendDocument)
)

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
"""What the command menu offers; /start is Telegram's own button."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
log = structlog.get_logger(__name__)


# --- the bot ----------------------------------------------------------------------------------------------------------


def make_bot(settings: Settings) -> Bot:
    server = TelegramAPIServer.from_base(settings.bot_api_url) if settings.bot_api_url else PRODUCTION
    session = AiohttpSession(api=server, json_loads=without_old_buttons, timeout=limits.ANSWER_WITHIN)
    session.middleware(Polite(Pace(time.monotonic)))
    session.middleware(Readable())
    return Bot(
        settings.bot_token.get_secret_value(),
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


def without_old_buttons(text: str) -> Any:
    """Telegram sends back every button of a pressed or edited message; nobody reads them, parsing costs a quarter."""
    answer = json.loads(text)
    result = answer.get("result")
    for update in result if isinstance(result, list) else ({"callback_query": {"message": result}},):
        with suppress(AttributeError, LookupError, TypeError):  # another kind of update, or nothing like one
            update["callback_query"]["message"].pop("reply_markup", None)
    return answer


class Readable(BaseRequestMiddleware):
    """One update that cannot be read must not keep back those behind it: it becomes an empty one, and is confirmed."""

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        try:
            return await make_request(bot, method)
        except ClientDecodeError as trouble:
            if not isinstance(method, GetUpdates) or not isinstance(trouble.data, dict):
                raise
            return [_read(update, bot) for update in trouble.data["result"]]


def _read(update: dict[str, Any], bot: Bot) -> Update:
    try:
        return Update.model_validate(update, context={"bot": bot})
    except ValidationError:
        log.error("an update cannot be read", update=update["update_id"], kinds=sorted(update.keys() - {"update_id"}))
        return Update(update_id=update["update_id"])


async def set_commands(bot: Bot, default_language: str) -> None:
    """Tell Telegram what the bot offers, in every language; say nothing where it knows already."""
    for language in LANGUAGES:
        # What is set for no language in particular is shown to everybody who has no set of his own.
        code = None if language == default_language else language
        with speak(language):
            await _set_commands(bot, code)
            await _set_descriptions(bot, code)


async def _set_commands(bot: Bot, code: str | None) -> None:
    scope = BotCommandScopeAllPrivateChats()
    wanted = [(command, gettext(what)) for command, what in COMMANDS]
    known = await bot.get_my_commands(scope=scope, language_code=code)
    if [(each.command, each.description) for each in known] != wanted:
        commands = [BotCommand(command=command, description=what) for command, what in wanted]
        await bot.set_my_commands(commands, scope=scope, language_code=code)


async def _set_descriptions(bot: Bot, code: str | None) -> None:
    long = gettext(
        "I book a child to a doctor with an OMS policy: "
        "I check the policy, find a clinic, a doctor and a time, and remind you the day before."
    )
    short = gettext("Books a child to a doctor with an OMS policy and reminds you the day before.")
    if (await bot.get_my_description(language_code=code)).description != long:
        await bot.set_my_description(long, language_code=code)
    if (await bot.get_my_short_description(language_code=code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)


# --- order ------------------------------------------------------------------------------------------------------------


class KeyedLocks(BaseEventIsolation):
    """One update of a person at a time, in order of arrival; locks that nobody holds are forgotten.

    And no more than so many people at a time: in a crowd everybody's time limits would run out while all of them share
    one processor. One person takes one place, however often he presses.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None, None]:
        lock = self._locks.get(key.user_id)
        if lock is None:
            lock = self._locks[key.user_id] = asyncio.Lock()
        async with lock, self._places:
            yield

    async def close(self) -> None:
        self._locks.clear()


class Inflight(BaseMiddleware):
    """Knows which updates are being handled, so that nothing closes under them: aiogram does not wait by itself."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def attach(self, dispatcher: Dispatcher) -> None:
        """First in the line of every update, those that wait for their person's lock included; first at shutdown."""
        line = dispatcher.update.outer_middleware
        standing = list(line)
        for middleware in standing:
            line.unregister(middleware)
        line.register(self)
        for middleware in standing:
            line.register(middleware)
        dispatcher.shutdown.register(self.drain)
        dispatcher.shutdown.handlers.insert(0, dispatcher.shutdown.handlers.pop())

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._running.add(task)
        try:
            return await handler(event, data)
        finally:
            self._running.discard(task)

    async def drain(self) -> None:
        deadline = time.monotonic() + limits.DRAIN_WITHIN
        while self._running and (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(self._running, timeout=left)
        if self._running:
            log.warning("updates are still being handled", updates=len(self._running))


# --- who is asking ----------------------------------------------------------------------------------------------------


class Accounts(Protocol):
    """What services.accounts does for this module."""

    async def meet(self, telegram_id: int, heard: str | None) -> Account: ...
    async def set_reachable(self, telegram_id: int, reachable: bool) -> None: ...


class AccountMiddleware(BaseMiddleware):
    """Every update of a private chat gets its account, the moment and its language; any other chat one polite line."""

    def __init__(self, accounts: Accounts, clock: Clock, default_language: str) -> None:
        self._accounts, self._clock, self._default = accounts, clock, default_language

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        if not isinstance(event, Update) or event.my_chat_member is not None:
            return await handler(event, data)
        chat, code = data.get("event_chat"), user.language_code if user else None
        if user is None or (chat is not None and chat.type != ChatType.PRIVATE):
            with speak(choose_language(None, code, self._default)):
                return await _decline(event, data["bot"])
        account = await self._accounts.meet(user.id, code)
        language = choose_language(account.language, code, self._default)
        data.update(account=account, now=self._clock.now(), language=language)
        with speak(language):
            return await handler(event, data)


async def _decline(update: Update, bot: Bot) -> None:
    line = gettext("I talk about children and visits only in private. Write to me directly: @{bot}")
    line = line.format(bot=(await bot.me()).username)
    await _tell(update, bot, line)


def membership(accounts: Accounts) -> Router:
    """Who blocks the bot gets no messages; who comes back gets them again."""

    async def on_change(change: ChatMemberUpdated) -> None:
        await accounts.set_reachable(change.from_user.id, change.new_chat_member.status != ChatMemberStatus.KICKED)

    router = Router(name="membership")
    router.my_chat_member.register(on_change, F.chat.type == ChatType.PRIVATE)
    return router


# --- when something breaks --------------------------------------------------------------------------------------------


def apology(default_language: str) -> Callable[..., Awaitable[bool]]:
    """The dispatcher's last error handler: a number for the person and for the log, and what was typed stays."""

    async def on_error(
        event: ErrorEvent, bot: Bot, language: str | None = None, event_from_user: User | None = None
    ) -> bool:
        if isinstance(event.exception, TelegramForbiddenError):
            return True  # the person has blocked the bot meanwhile: there is nobody to tell
        number = secrets.token_hex(4)
        log.error("an update failed", number=number, update=event.update.update_id, failure=described(event.exception))
        code = event_from_user.language_code if event_from_user else None
        with speak(choose_language(language, code, default_language)):
            line = gettext(
                "Something broke on our side; what you had typed is kept. Try again in a minute. "
                "If it happens again, tell support this number: {error}"
            )
        await _tell(event.update, bot, line.format(error=number))
        return True

    return on_error


async def _tell(update: Update, bot: Bot, line: str) -> None:
    """One line in answer to any update: an alert over a pressed button, else a message."""
    try:
        if update.callback_query is not None:
            await bot.answer_callback_query(update.callback_query.id, text=line, show_alert=True)
        elif (message := update.message or update.edited_message) is not None:
            await bot.send_message(message.chat.id, line)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a line was not told", error=type(trouble).__name__)
