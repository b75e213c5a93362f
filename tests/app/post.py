"""An outbox over SQLite that talks to the emulator of Telegram over HTTP, for tests of delivery."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.core.people import Account
from bot.delivery.news import Notice, OutboxMessage
from bot.delivery.outbox import Outbox
from bot.delivery.screen import Button, Screen
from bot.emulator import EmulatedPerson, Emulator, serve
from bot.patients.news import CheckAnswered
from bot.telegram.messenger import TelegramMessenger
from storage.unit import UnitOfWork
from tests.builders import MONDAY, StoppedClock, bot_at, database_in, storage_over
from tests.chat.client import ChatClient

ANNA, IGOR = 1001, 1002
CROWD = tuple(EmulatedPerson(2000 + number, f"Человек {number}") for number in range(32))
PEOPLE = (EmulatedPerson(ANNA, "Анна"), EmulatedPerson(IGOR, "Игорь"), *CROWD)
ROWS = ((Button("Меню", "menu"),),)


class Post:
    """An outbox over SQLite, a bot over HTTP, and an emulator of Telegram with faults."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self.stack = stack
        self.clock = StoppedClock()
        self.fails: Callable[[str], bool] = lambda _sql: False
        self.says: Callable[[OutboxMessage], Screen | None] = lambda message: Screen(str(message.facts["text"]), ROWS)

    async def open(self, folder: Path) -> None:
        emulator = Emulator(people=PEOPLE)
        for person in PEOPLE:
            emulator.people[person.id].started = True
        url = await self.stack.enter_async_context(serve(emulator))
        self.telegram = await self.stack.enter_async_context(ChatClient(url))
        self.bot = await self.stack.enter_async_context(bot_at(url))
        self.database = await self.stack.enter_async_context(database_in(folder, self._probe))
        self.storage = storage_over(self.database)
        self.restart()

    def _probe(self, _number: int, sql: str) -> None:
        if self.fails(sql):
            raise sqlite3.OperationalError("disk I/O error")

    def restart(self) -> None:
        self.outbox = Outbox(self.storage, TelegramMessenger(self.bot), self.render, self.clock, "worker")

    async def render(self, message: OutboxMessage) -> Screen | None:
        return self.says(message)

    async def account(self, telegram_id: int) -> Account:
        return await self.storage.write(lambda uow: uow.accounts.add(telegram_id, MONDAY))

    async def enqueue(self, telegram_id: int, *texts: str, **more: Any) -> None:
        account = await self.account(telegram_id)

        async def change(uow: UnitOfWork) -> None:
            for text in texts:
                notice = Notice(
                    account=account.id,
                    kind=CheckAnswered.kind,
                    due_at=self.clock.now(),
                    dedup=f"{telegram_id}:{text}",
                    facts={"text": text},
                    **more,
                )
                await uow.outbox.add(notice, self.clock.now())

        await self.storage.write(change)

    async def sweep_for(self, length: timedelta, step: timedelta = timedelta(seconds=61)) -> int:
        """Let product time pass, and sweep the outbox meanwhile as the timetable does."""
        handled, end = 0, self.clock.now() + length
        while self.clock.now() < end:
            handled += await self.outbox.sweep()
            self.clock.advance(step)
        return handled

    async def heard(self, telegram_id: int) -> list[str]:
        """Return the messages that have arrived in this person's chat, in the order of sending."""
        view = await self.telegram.request("GET", f"/people/{telegram_id}/chat?after=0&limit=0")
        return [message["text"] for message in view["messages"] if message["bot"]]

    async def statuses(self) -> list[str]:
        rows = await self.database.read(
            lambda connection: connection.fetch("SELECT status FROM outbox ORDER BY id", {})
        )
        return [row["status"] for row in rows]
