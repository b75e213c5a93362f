"""Many people at once who act on the emulator without HTTP, so that only the bot is loaded and measured."""

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
"""seconds to wait for a message, also on a busy machine"""


@dataclass(slots=True)
class Participant:
    """One person of the crowd with one child."""

    emulator: Emulator
    id: int
    child: DemoPerson
    slowest: float = 0.0
    waited: int = 0
    """how often the bot asked to try again later"""

    @property
    def actor(self) -> AppUser:
        return AppUser(self.emulator, self.id)

    def newest(self) -> ChatMessage | None:
        actor = self.actor
        for message in reversed(list(actor.chat.messages.values())):
            if message.from_bot:
                return ChatMessage.read(message_view(message, actor.person))
        return None

    async def wait_for(self, wanted: Pattern, *, button: bool = False) -> ChatMessage:
        """Return the newest message of the bot once it has this text or such a button (``button``: a button only)."""
        chat, deadline = self.actor.chat, asyncio.get_running_loop().time() + PATIENCE
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            seen = self.newest()
            if seen is not None and (seen.button(wanted) or (not button and fits(wanted, seen.text))):
                return seen
            if not await chat.changed.wait(min(left, 1.0)) and seen is not None:
                await self._retry(seen)
        raise ChatError(f"{self.id} waits for {wanted!r}; the newest message:\n{self.newest()}")

    async def press(self, wanted: Pattern) -> Press:
        """Wait for the button, press it and wait for the answer."""
        seen = await self.wait_for(wanted, button=True)
        button = seen.button(wanted)
        assert button is not None
        press = self.actor.press(seen.id, str(button.data))
        begun = asyncio.get_running_loop().time()
        while press.spinning:
            await press.done.wait()
        self.slowest = max(self.slowest, asyncio.get_running_loop().time() - begun)
        assert press.answered, f"{self.id} was never answered on {wanted!r}"
        return press

    async def _retry(self, seen: ChatMessage) -> None:
        """Press the button that checks or tries again, if the screen has one."""
        for again in ("Узнать, есть ли ответ", "Попробовать ещё раз"):
            if seen.button(again):
                self.waited += 1
                await self.press(again)

    async def settle_in(self) -> None:
        """Go from START to a child with a verified policy."""
        self.actor.start()
        for step in ("Прочитать", "Даю согласие", "Даю согласие", "Даю согласие"):
            await self.press(step)
        await self.wait_for("16 цифр")
        self.actor.say(self.child.policy_number)
        await self.press(YES)
        await self.wait_for("Напишите фамилию")
        self.actor.say(self.child.name.full)
        await self.press("Проверить полис")
        await self.wait_for("Записаться к врачу")


def gather_crowd(emulator: Emulator, children: Sequence[DemoPerson]) -> list[Participant]:
    emulator.presses.lifetime = PATIENCE
    return [Participant(emulator, FIRST_PERSON + at, child) for at, child in enumerate(children)]


async def set_up_accounts(town: Town, crowd: Iterable[Participant]) -> None:
    """Do the same as ``settle_in`` for each person through services, without the chat."""

    async def settle(participant: Participant) -> None:
        services = town.app.services
        participant.actor.person.started = True
        account = await services.accounts.find_or_add(participant.id, "ru")
        for purpose in Purpose:
            account = await services.consents.give(account.id, purpose, "text")
        child = participant.child
        patient = await services.patients.link(account, claim_of(child.policy_number, child.name))
        assert patient.is_verified

    await asyncio.gather(*[settle(participant) for participant in crowd])


async def fetch(town: Town, sql: str, **values: Any) -> list[Any]:
    async def look(connection: Connection) -> list[Any]:
        return list(await connection.fetch(sql, values))

    return await town.app.store.database.read(look)
