"""True parents: while others attack they look, book and cancel, and each of their acts is timed."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass

from dialogs.patients.links import AskPhoto
from storage.registry.seed.examples import Example
from storage.registry.seed.people import DemoPerson
from tests.attack.score import Score
from tests.chat.actions import DAY, TIME, data_of, labels, settle_in
from tests.chat.client import ChatClient
from tests.chat.message import ChatMessage, Pattern
from tests.chat.person import Person
from tests.time_limits import BUSY

FIRST_PARENT = 30_001
DOCTOR = re.compile(r"^[А-Я]\w+ \w\. ")
READ_WITHIN = 20.0
"""seconds in which a photo must be read, however many wait"""


@dataclass(slots=True)
class TrueParent:
    person: Person
    child: Example | DemoPerson
    score: Score
    place: int = 0
    """which of the free times this parent takes, so that no two parents want the same one"""
    left: int = 20
    """how many visits are booked and cancelled: nobody may cancel without end"""

    async def settle(self) -> None:
        await settle_in(self.person, self.child)  # type: ignore[arg-type]  # it has what is typed

    async def says(self, text: str, expects: Pattern) -> ChatMessage | None:
        async with self.score.true_act(f"{self.person.id} says {text}"):
            await self.person.say(text)
            return await self.person.wait_for(expects, BUSY)
        return None

    async def presses(self, label: Pattern, expects: Pattern, on: ChatMessage | None = None) -> ChatMessage | None:
        async with self.score.true_act(f"{self.person.id} presses {label}"):
            await self.person.press(label, on)
            return await self.person.wait_for(expects, BUSY)
        return None

    async def review(self, specialty: str = "Педиатр") -> ChatMessage | None:
        """Go to the review of a time; return it, or None if a step was refused.

        Each step is pressed on the screen that the step before has shown: news may come below it at any moment.
        """
        seen = await self.says("/book", re.compile("В какую поликлинику|К какому врачу"))
        if seen is not None and seen.button(self.child.clinic):
            seen = await self.presses(self.child.clinic, "К какому врачу", seen)
        steps: tuple[tuple[Pattern, Pattern], ...] = ((specialty, "Рядом с врачом"), (DOCTOR, "Какой день?"))
        for step, expects in steps:
            seen = seen and await self.presses(step, expects, seen)
        times = seen and await self.times(seen)
        return times and await self.presses(labels(times, TIME)[self.place], "Проверьте запись", times)

    async def times(self, days: ChatMessage) -> ChatMessage | None:
        """Go to the first day, but not to today, that has a time for this parent: a time of today could pass."""
        for day in labels(days, DAY)[1:]:
            times = await self.presses(day, "Выберите время", days)
            if times is None or len(labels(times, TIME)) > self.place:
                return times
            if (back := await self.presses("Другой день", "Какой день?", times)) is None:
                return None
            days = back
        raise LookupError("No day has enough free times")

    async def confirm(self, review: ChatMessage) -> ChatMessage | None:
        """Book what the review shows; return the message about the visit."""
        return await self.presses("Записаться", "записан", review)

    async def book(self) -> ChatMessage | None:
        """Book a time of the first paediatrician; return the message about the visit."""
        review = await self.review()
        return review and await self.confirm(review)

    async def cancel(self, booked: ChatMessage) -> None:
        """Cancel the visit of this message, and no other."""
        asked = await self.presses("Отменить", re.compile("отменить", re.IGNORECASE), booked)
        if asked is not None:
            await self.presses(re.compile("^Да, отменить$"), "отменена", asked)

    async def sends_photo(self, photo: bytes) -> None:
        """Send a photo of the own child's policy: a sign comes at once, the card when it is read."""
        await self.person.say("/children")
        await self.person.press_data((await self.person.screen()).id, AskPhoto().pack())
        began = time.monotonic()
        async with self.score.true_act(f"{self.person.id} sends a photo"):
            await self.person.send_photo(photo)
            await self.person.wait_for(re.compile("Читаю фото|действует"), BUSY)
        async with self.score.true_act(f"{self.person.id} waits for a photo", READ_WITHIN, began):
            await self.person.wait_for("действует", BUSY)

    async def live(self, done: asyncio.Event) -> None:
        """Look at everything, book and cancel until the attack is over."""
        while not done.is_set():
            await self.says("/visits", re.compile("запис", re.IGNORECASE))
            await self.says("/children", "Дети и полисы")
            await self.presses(re.compile("^✅ "), re.compile("Полис|полис"))
            if self.left and (booked := await self.book()):
                self.left -= 1
                await self.cancel(booked)


async def button_of(person: Person, command: str, label: Pattern) -> str:
    """Return the data of a button on the screen that a command opens."""
    await person.say(command)
    return data_of(await person.screen(), label)


def true_parents(client: ChatClient, children: list[DemoPerson], score: Score) -> list[TrueParent]:
    return [TrueParent(client.person(FIRST_PARENT + at), child, score, at + 1) for at, child in enumerate(children)]
