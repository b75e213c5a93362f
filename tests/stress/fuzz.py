"""Fuzz: whatever arrives, everybody gets an answer, nothing breaks and Telegram has nothing to refuse."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from aiogram.types import Update
from structlog.testing import capture_logs

from bot.emulator.errors import Impossible, Refusal
from bot.emulator.presses import Press
from storage.registry.seed.places import EXAMPLES
from tests.chat.town import make_template
from tests.stress.in_process import Edge, edge
from tests.stress.random_input import Garbage

ANNA, IGOR, REGISTRAR, STRANGER = 1001, 1002, 1003, 1004
PEOPLE = (ANNA, ANNA, ANNA, IGOR, IGOR, REGISTRAR, STRANGER)
AT_ONCE = 40
WORK_EVERY = 20
"""batches between two turns of the worker"""
SHOWN = 20
BROKEN = frozenset({"error", "critical", "exception"})


@dataclass(slots=True)
class Result:
    seed: int
    updates: int = 0
    unhandled: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        counts = f"unhandled={len(self.unhandled)} unanswered={len(self.unanswered)} refused={len(self.refused)}"
        return f"fuzz updates={self.updates} {counts}"

    @property
    def clean(self) -> bool:
        return not (self.unhandled or self.unanswered or self.refused)

    def explained(self) -> str:
        return "\n".join([f"{self} seed={self.seed}", *(self.unhandled + self.unanswered + self.refused)[:SHOWN]])


class Fuzz:
    """People who have lost their minds, in front of the real dispatcher."""

    def __init__(self, town: Edge, die: Random, result: Result) -> None:
        self.town, self.die, self.result = town, die, result
        self.garbage = Garbage(die)
        self.presses: list[Press] = []
        self.acts: dict[Callable[[int], None], int] = {
            self.press: 30,
            self.press_forged: 30,
            self.type: 20,
            self.send_something: 4,
            self.edit: 3,
            self.raw: 8,
            self.maim: 3,
            self.repeat: 3,
            self.block: 1,
        }

    def act(self) -> None:
        person = self.die.choice(PEOPLE)
        act = self.die.choices(list(self.acts), list(self.acts.values()))[0]
        try:
            act(person)
        except (Impossible, Refusal):
            # The app itself does not let a person do it; most often he has blocked the bot.
            self.town.actor(person).unblock()
        else:
            self.result.kinds[act.__name__] += 1

    # --- what people do -----------------------------------------------------------------------------------------------

    def press(self, person: int) -> None:
        """A button that he sees, on the newest screen or on an old one."""
        messages = [m for m in self.town.emulator.chats[person].messages.values() if m.inline]
        if not messages:
            self.town.actor(person).say("/start")
            return
        message = messages[-1] if self.die.random() < 0.7 else self.die.choice(messages)
        assert message.inline is not None
        buttons = [button for row in message.inline for button in row if "callback_data" in button]
        self._press(person, message.id, self.die.choice(buttons)["callback_data"])

    def press_forged(self, person: int) -> None:
        messages = list(self.town.emulator.chats[person].messages)
        message = self.die.choice(messages) if messages and self.die.random() < 0.9 else self.garbage.number() % 2**31
        self._press(person, message, self.garbage.button())

    def _press(self, person: int, message: int, data: str) -> None:
        self.presses.append(self.town.actor(person).press(message, data))

    def type(self, person: int) -> None:
        self.town.actor(person).say(self.garbage.typed())

    def send_something(self, person: int) -> None:
        actor = self.town.actor(person)
        match self.die.randrange(4):
            case 0:
                actor.share_contact()
            case 1:
                actor.share_location(55.75, 37.61)
            case 2:
                actor.send_file(self.die.choice(["photo", "document", "voice", "sticker"]), self.garbage.file())
            case _:
                actor.say(f"/start {self.garbage.word()[:64]}")

    def edit(self, person: int) -> None:
        actor = self.town.actor(person)
        mine = [m.id for m in actor.chat.messages.values() if not m.from_bot and "text" in m.content]
        if mine:
            actor.edit(self.die.choice(mine), self.garbage.typed())

    def block(self, person: int) -> None:
        self.town.actor(person).block()

    # --- what no person does ------------------------------------------------------------------------------------------

    def raw(self, person: int) -> None:
        kind, payload = self.garbage.update(self.town.emulator, person)
        if kind == "callback_query":
            self.presses.append(
                self.town.emulator.presses.begin(self.town.emulator.person(person), self.town.actor(person).chat, 0, "")
            )
            payload["id"] = self.presses[-1].id
        self.town.emulator.updates.add(kind, payload, None)

    def maim(self, person: int) -> None:
        """An update with a field missing or of another kind."""
        history = self.town.emulator.updates.history
        if history:
            old = self.die.choice(history)
            self.town.emulator.updates.add(old.kind, self.garbage.maimed(old.payload), None)

    def repeat(self, person: int) -> None:
        history = self.town.emulator.updates.history
        if history:
            old = self.die.choice(history)
            self.town.emulator.updates.add(old.kind, old.payload, None)

    # --- what comes of it ---------------------------------------------------------------------------------------------

    async def batch(self) -> None:
        for _act in range(AT_ONCE):
            self.act()
        while updates := await self.town.updates():
            self.result.updates += len(updates)
            by_person = sorted(updates, key=_sender)
            lines = [list(line) for _person, line in groupby(by_person, key=_sender)]
            await asyncio.gather(*(self._feed(line) for line in lines))
        self._look()

    async def _feed(self, updates: list[Update]) -> None:
        """One person's updates: twice in a while the same one again, as Telegram may send it."""
        for update in updates:
            for _time in range(2 if self.die.random() < 0.03 else 1):
                try:
                    await self.town.app.dispatcher.feed_update(self.town.app.bot, update)
                except Exception as error:
                    self.result.unhandled.append(f"{error!r}: {update.model_dump_json(exclude_unset=True)[:600]}")

    def _look(self) -> None:
        # Who has blocked the bot meanwhile sees no spinner either.
        waiting = [press for press in self.presses if press.spinning and not press.person.blocked]
        self.result.unanswered += [f"{press.person.id} {press.data!r}" for press in waiting]
        self.presses.clear()
        self.result.refused += self.town.refusals()
        self.town.emulator.call_log.clear()


def _sender(update: Update) -> int:
    try:
        person = getattr(update.event, "from_user", None)
        return int(person.id if person else 0)
    except Exception:
        return 0


async def fuzz(template: Path, folder: Path, seed: int, updates: int) -> Result:
    """At least so many updates, or up to the first batch that breaks something."""
    result, die = Result(seed), Random(seed)
    with capture_logs() as lines:
        async with edge(template, folder) as town:
            storm = Fuzz(town, die, result)
            await _settle_in(town)
            batches = 0
            while result.updates < updates and result.clean:
                await storm.batch()
                batches += 1
                if batches % WORK_EVERY == 0:
                    town.clock.advance(storm.garbage.pause())
                    await town.app.jobs.run_all_once()
                result.unhandled += [
                    _told(line) for line in lines if line["log_level"] in BROKEN and not _foreseen(line)
                ]
                lines.clear()
    return result


async def _settle_in(town: Edge) -> None:
    """Anna has two children, so that there is something to spoil."""
    for person in set(PEOPLE):
        await town.say(person, "/start")
    for data in ("Ca:1", "Ca:2", "Ca:3"):
        await town.press(ANNA, data)
    for example in EXAMPLES[:2]:
        await town.press(ANNA, "ln:0")
        await town.say(ANNA, example.policy_number)
        prompt = town.screen(ANNA)
        assert prompt is not None
        assert prompt.inline is not None
        await town.press(ANNA, prompt.inline[0][0]["callback_data"])
        await town.say(ANNA, example.name.full)
        review = town.screen(ANNA)
        assert review is not None
        assert review.inline is not None
        await town.press(ANNA, review.inline[0][0]["callback_data"])


def _told(line: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in line.items() if name != "exc_info")[:1500] + _trace(line)


def _trace(line: Any) -> str:
    return f" {line['exc_info']!r}" if "exc_info" in line else ""


def _foreseen(line: Any) -> bool:
    """A maimed update is told of and left: nobody waits for an answer to what cannot be read."""
    return bool(line["event"] == "an update cannot be read")


def run(seed: int, updates: int) -> Result:
    async def all_of_it(folder: Path) -> Result:
        return await fuzz(await make_template(folder), folder, seed, updates)

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(all_of_it(Path(folder)))
