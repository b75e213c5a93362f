"""Many people at once, acting inside the emulator without HTTP, so that the bot alone is measured and loaded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.people import Purpose
from bot.emulator import Emulator
from bot.emulator.app_user import AppUser
from bot.emulator.presses import Press
from bot.emulator.views import message_view
from storage.database.connection import Connection
from storage.registry.seed.people import DemoPerson
from tests.builders import claim_of
from tests.chat.message import ChatError, ChatMessage, Pattern, fits
from tests.chat.town import Town

FIRST_PERSON = 30_001
YES = re.compile("^Да$")
PATIENCE = 100.0
"""seconds after which what somebody waits for will not be said at all, on however busy a machine"""


@dataclass(slots=True)
class Passer:
    """One of the crowd, and his child."""

    emulator: Emulator
    id: int
    child: DemoPerson
    slowest: float = 0.0
    waited: int = 0
    """how often he was told to come back later"""

    @property
    def actor(self) -> AppUser:
        return AppUser(self.emulator, self.id)

    def newest(self) -> ChatMessage | None:
        actor = self.actor
        for message in reversed(list(actor.chat.messages.values())):
            if message.from_bot:
                return ChatMessage.read(message_view(message, actor.person))
        return None

    async def until(self, wanted: Pattern) -> ChatMessage:
        """The newest message of the bot, once it says this or has such a button."""
        chat, deadline = self.actor.chat, asyncio.get_running_loop().time() + PATIENCE
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            seen = self.newest()
            if seen is not None and (fits(wanted, seen.text) or seen.button(wanted)):
                return seen
            if not await chat.changed.wait(min(left, 1.0)) and seen is not None:
                await self._ask_again(seen)
        raise ChatError(f"{self.id} waits for {wanted!r} and sees\n{self.newest()}")

    async def press(self, wanted: Pattern) -> Press:
        """Press as soon as there is such a button; returns once it is answered."""
        seen = await self.until(wanted)
        button = seen.button(wanted)
        assert button is not None, f"no button {wanted!r} in:\n{seen}"
        press = self.actor.press(seen.id, str(button.data))
        begun = asyncio.get_running_loop().time()
        while press.spinning:
            await press.done.wait()
        self.slowest = max(self.slowest, asyncio.get_running_loop().time() - begun)
        assert press.answered, f"{self.id} was never answered on {wanted!r}"
        return press

    async def _ask_again(self, seen: ChatMessage) -> None:
        """Press what the bot offers to those who have waited in vain."""
        for again in ("Узнать, есть ли ответ", "Попробовать ещё раз"):
            if seen.button(again):
                self.waited += 1
                await self.press(again)

    async def settle_in(self) -> None:
        """From START to a child whose policy is confirmed."""
        self.actor.start()
        for step in ("Прочитать", "Согласен", "Согласен", "Согласен"):
            await self.press(step)
        await self.until("16 цифр")
        self.actor.say(self.child.policy_number)
        await self.press(YES)
        await self.until("Напишите фамилию")
        self.actor.say(self.child.name.full)
        await self.press("Проверить полис")
        await self.until("Записаться к врачу")


def gather_crowd(emulator: Emulator, children: Sequence[DemoPerson]) -> list[Passer]:
    emulator.presses.lifetime = PATIENCE
    return [Passer(emulator, FIRST_PERSON + at, child) for at, child in enumerate(children)]


async def settle_quietly(town: Town, crowd: Iterable[Passer]) -> None:
    """What ``settle_in`` comes to, without a word in the chat."""

    async def settle(passer: Passer) -> None:
        services = town.app.services
        passer.actor.person.started = True
        account = await services.accounts.find_or_add(passer.id, "ru")
        for purpose in Purpose:
            account = await services.consents.give(account.id, purpose, "text")
        patient = await services.patients.link(account, claim_of(passer.child.policy_number, passer.child.name))
        assert patient.is_verified

    await asyncio.gather(*[settle(passer) for passer in crowd])


async def fetch(town: Town, sql: str, **values: Any) -> list[Any]:
    async def look(connection: Connection) -> list[Any]:
        return list(await connection.fetch(sql, values))

    return await town.app.store.database.read(look)
