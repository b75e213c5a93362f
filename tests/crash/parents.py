"""Simulated parents: each reads the chat, presses random buttons and presses again without an answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from storage.registry.seed.people import DemoPerson
from tests.chat.client import ChatClient
from tests.chat.message import Button, ChatError, ChatMessage, Json

REACTS_WITHIN = 0.5
"""seconds until a parent acts again without an answer"""

WEIGHTS: tuple[tuple[str, float], ...] = (
    (r"^Проверить полис$", 3),
    (r"необязательное|^Изменить|^Показать|^Старый полис|^Данные ребёнка|^Номер полиса|^Фото", 0),
    (r"^Прочитать|^Согласен$|^Даю согласие$|^Да$|^Добавить|^Записаться|^Да, отменить$|^Узнать", 10),
    (r"направление|нет мест|ещё ребёнка|Дети|Не (согласен|даю)|Полный текст|Помощь|анные|Язык|English|Где|Полиса", 0),
    (r"^Детская № (12|7)$", 5),
    (r"^Взрослая|томатолог|, Урал$", 0),
    (r"^Отчества нет|Другая поликлиника|другой номер", 0),
    (r"^Отменить$|^Назад$|^Другое время|^Другой день|^Не записываться|^Оставить", 0.3),
    (r"^Мои записи", 3),
)
"""The weight of a button in a random draw, by its label; all others have 1."""

ASKS_NUMBER = re.compile(r"^(?:Напишите|Пришлите) номер полиса", re.MULTILINE)
ASKS_NAME = re.compile(r"^Напишите фамилию", re.MULTILINE)


@dataclass(slots=True)
class Phone:
    """One chat as it is now; unlike `Person`, it does not wait until the bot is idle."""

    client: ChatClient
    user: int
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    revision: int = 0

    async def look(self, limit: float = 0.0) -> None:
        view: Json = await self.client.request("GET", f"/people/{self.user}/chat?after={self.revision}&limit={limit}")
        self.messages |= {seen["id"]: ChatMessage.read(seen) for seen in view["messages"]}
        for gone in view["deleted"]:
            self.messages.pop(gone, None)
        self.revision = view["revision"]

    async def say(self, text: str) -> None:
        await self.client.request("POST", f"/people/{self.user}/say", {"text": text})

    async def press(self, message: int, data: str) -> None:
        await self.client.request("POST", f"/people/{self.user}/press", {"message_id": message, "data": data})

    def written(self) -> list[ChatMessage]:
        """Return the messages of the bot, oldest first."""
        return [seen for _id, seen in sorted(self.messages.items()) if seen.bot]

    def newest(self) -> int:
        """Return the revision of the newest message or edit of the bot."""
        return max((seen.changed for seen in self.written()), default=0)

    async def reaction(self, since: int, patience: float) -> None:
        """Wait up to ``patience`` seconds for a new message or edit."""
        deadline = asyncio.get_running_loop().time() + patience
        while self.newest() <= since and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await self.look(round(left, 3))


class Parent:
    def __init__(
        self, client: ChatClient, user: int, child: DemoPerson, seed: int, patience: float = REACTS_WITHIN
    ) -> None:
        self.phone, self._patience = Phone(client, user), patience
        self._child, self._rng = child, Random(f"{seed}:{user}")

    async def live(self, done: asyncio.Event) -> None:
        while not done.is_set():
            await self.phone.look()
            since = self.phone.newest()
            try:
                await self._act()
            except ChatError:
                continue  # the pressed message has been deleted
            await self.phone.reaction(since, self._patience)

    async def _act(self) -> None:
        written = self.phone.written()
        if not written:
            await self.phone.say("/start")
            return
        seen = self._rng.choice(written) if self._rng.random() < 0.05 else written[-1]
        typed = self._answer(seen)
        if typed:
            await self.phone.say(typed)
        elif button := self._choose(seen):
            for _press in range(self._rng.choice((1, 1, 1, 2, 3))):
                await self.phone.press(seen.id, str(button.data))
        else:
            await self.phone.say(self._rng.choice(("/start", "/book", "/visits")))

    def _answer(self, seen: ChatMessage) -> str:
        if ASKS_NAME.search(seen.text):
            return self._child.name.full
        return self._child.policy_number if ASKS_NUMBER.search(seen.text) else ""

    def _choose(self, seen: ChatMessage) -> Button | None:
        wanted = [(button, weight) for button, weight in _weighed(seen) if weight]
        if not wanted or self._rng.random() < 0.03:
            return None
        buttons, weights = zip(*wanted, strict=True)
        return self._rng.choices(buttons, weights)[0]


def _weighed(seen: ChatMessage) -> Iterator[tuple[Button, float]]:
    for row in seen.buttons:
        for button in row:
            if button.data is not None:
                yield button, next((weight for label, weight in WEIGHTS if re.search(label, button.text)), 1.0)
