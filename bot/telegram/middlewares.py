"""Middlewares of every update: wait for it at the shutdown, and give it its account and language."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware, Dispatcher
from aiogram.fsm.context import FSMContext
from aiogram.types import TelegramObject, Update, User

from bot.account.accounts import Accounts
from bot.core import limits
from bot.core.clock import Clock
from bot.core.i18n import choose_language, speak
from storage.database.dialog_state import plain_key

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
log = structlog.get_logger(__name__)


class PendingUpdates(BaseMiddleware):
    """Count the updates in work, so that a shutdown waits for them: aiogram does not."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def attach(self, dispatcher: Dispatcher) -> None:
        """Become the outermost middleware and the first step of the shutdown.

        So updates that wait for the lock of their person are counted too.
        """
        outer = dispatcher.update.outer_middleware
        others = list(outer)
        for middleware in others:
            outer.unregister(middleware)
        outer.register(self)
        for middleware in others:
            outer.register(middleware)
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
        """Wait for the updates in work, at most ``limits.DRAIN_TIMEOUT`` seconds."""
        deadline = time.monotonic() + limits.DRAIN_TIMEOUT
        while self._running and (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(self._running, timeout=left)
        if self._running:
            log.warning("updates are still being handled", updates=len(self._running))


class AccountMiddleware(BaseMiddleware):
    """Give each update of a person its account, open prompt, moment and language."""

    def __init__(self, accounts: Accounts, clock: Clock, default_language: str) -> None:
        self._accounts, self._clock, self._default = accounts, clock, default_language

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        if not isinstance(event, Update) or event.my_chat_member is not None:
            return await handler(event, data)
        if user is None:
            return None  # an update of nobody, such as one that cannot be read
        code = user.language_code
        dialog: FSMContext = data["state"]
        account, prompt = await self._accounts.arrive(user.id, code, plain_key(dialog.key))
        language = choose_language(account.language, code, self._default)
        data.update(account=account, open_prompt=prompt, now=self._clock.now(), language=language)
        with speak(language):
            return await handler(event, data)
