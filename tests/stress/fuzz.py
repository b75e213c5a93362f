"""Send random and corrupted updates to the bot: each press is answered, nothing raises, no call is refused."""

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
from storage.registry.seed.examples import EXAMPLES
from tests.chat.agreeing import AGREE
from tests.chat.town import make_template
from tests.stress.in_process import InProcessChat, open_chat
from tests.stress.random_input import RandomInput

ANNA, IGOR, REGISTRAR, STRANGER = 1001, 1002, 1003, 1004
PEOPLE = (ANNA, ANNA, ANNA, IGOR, IGOR, REGISTRAR, STRANGER)
AT_ONCE = 40
WORK_EVERY = 20
"""batches between two runs of the jobs"""
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

    def report(self) -> str:
        return "\n".join([f"{self} seed={self.seed}", *(self.unhandled + self.unanswered + self.refused)[:SHOWN]])


class Fuzzer:
    """Random actions of a few people, handled by the real dispatcher."""

    def __init__(self, town: InProcessChat, rng: Random, result: Result) -> None:
        self.town, self.rng, self.result = town, rng, result
        self.input = RandomInput(rng)
        self.presses: list[Press] = []
        self.acts: dict[Callable[[int], None], int] = {
            self.press: 30,
            self.press_forged: 30,
            self.type: 20,
            self.send_something: 4,
            self.edit: 3,
            self.raw: 8,
            self.corrupt: 3,
            self.repeat: 3,
            self.block: 1,
        }

    def act(self) -> None:
        person = self.rng.choice(PEOPLE)
        act = self.rng.choices(list(self.acts), list(self.acts.values()))[0]
        try:
            act(person)
        except (Impossible, Refusal):
            # Telegram does not allow this action, most often because the person has blocked the bot.
            self.town.actor(person).unblock()
        else:
            self.result.kinds[act.__name__] += 1

    # --- what people do -----------------------------------------------------------------------------------------------

    def press(self, person: int) -> None:
        """Press a visible button, mostly on the newest screen."""
        messages = [m for m in self.town.emulator.chats[person].messages.values() if m.inline]
        if not messages:
            self.town.actor(person).say("/start")
            return
        message = messages[-1] if self.rng.random() < 0.7 else self.rng.choice(messages)
        assert message.inline is not None
        buttons = [button for row in message.inline for button in row if "callback_data" in button]
        self._press(person, message.id, self.rng.choice(buttons)["callback_data"])

    def press_forged(self, person: int) -> None:
        messages = list(self.town.emulator.chats[person].messages)
        message = self.rng.choice(messages) if messages and self.rng.random() < 0.9 else self.input.number() % 2**31
        self._press(person, message, self.input.button())

    def _press(self, person: int, message: int, data: str) -> None:
        self.presses.append(self.town.actor(person).press(message, data))

    def type(self, person: int) -> None:
        self.town.actor(person).say(self.input.typed())

    def send_something(self, person: int) -> None:
        actor = self.town.actor(person)
        match self.rng.randrange(4):
            case 0:
                actor.share_contact()
            case 1:
                actor.share_location(55.75, 37.61)
            case 2:
                actor.send_file(self.rng.choice(["photo", "document", "voice", "sticker"]), self.input.file())
            case _:
                actor.say(f"/start {self.input.word()[:64]}")

    def edit(self, person: int) -> None:
        actor = self.town.actor(person)
        mine = [m.id for m in actor.chat.messages.values() if not m.from_bot and "text" in m.content]
        if mine:
            actor.edit(self.rng.choice(mine), self.input.typed())

    def block(self, person: int) -> None:
        self.town.actor(person).block()

    # --- what no app sends --------------------------------------------------------------------------------------------

    def raw(self, person: int) -> None:
        kind, payload = self.input.update(self.town.emulator, person)
        if kind == "callback_query":
            self.presses.append(
                self.town.emulator.presses.begin(self.town.emulator.person(person), self.town.actor(person).chat, 0, "")
            )
            payload["id"] = self.presses[-1].id
        self.town.emulator.updates.add(kind, payload, None)

    def corrupt(self, person: int) -> None:
        """Repeat an update with one field removed or of another type."""
        history = self.town.emulator.updates.history
        if history:
            old = self.rng.choice(history)
            self.town.emulator.updates.add(old.kind, self.input.corrupted(old.payload), None)

    def repeat(self, person: int) -> None:
        history = self.town.emulator.updates.history
        if history:
            old = self.rng.choice(history)
            self.town.emulator.updates.add(old.kind, old.payload, None)

    # --- running and checking -----------------------------------------------------------------------------------------

    async def batch(self) -> None:
        for _act in range(AT_ONCE):
            self.act()
        while updates := await self.town.updates():
            self.result.updates += len(updates)
            by_person = sorted(updates, key=_sender)
            lines = [list(line) for _person, line in groupby(by_person, key=_sender)]
            await asyncio.gather(*(self._feed(line) for line in lines))
        self._check_answers()

    async def _feed(self, updates: list[Update]) -> None:
        """Feed the updates of one person; some are fed twice, as Telegram may deliver an update again."""
        for update in updates:
            for _time in range(2 if self.rng.random() < 0.03 else 1):
                try:
                    await self.town.app.dispatcher.feed_update(self.town.app.bot, update)
                except Exception as error:
                    self.result.unhandled.append(f"{error!r}: {update.model_dump_json(exclude_unset=True)[:600]}")

    def _check_answers(self) -> None:
        # A press of a person who has blocked the bot cannot be answered.
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
    """Feed at least ``updates`` updates; stop after the first batch with a failure."""
    result, rng = Result(seed), Random(seed)
    with capture_logs() as lines:
        async with open_chat(template, folder) as town:
            fuzzer = Fuzzer(town, rng, result)
            await _settle_in(town)
            batches = 0
            while result.updates < updates and result.clean:
                await fuzzer.batch()
                batches += 1
                if batches % WORK_EVERY == 0:
                    town.clock.advance(fuzzer.input.pause())
                    await town.app.jobs.run_all_once()
                result.unhandled += [
                    _describe(line) for line in lines if line["log_level"] in BROKEN and not _is_expected(line)
                ]
                lines.clear()
    return result


async def _settle_in(town: InProcessChat) -> None:
    """Start the bot for all; give Anna two children."""
    for person in set(PEOPLE):
        await town.say(person, "/start")
    for data in AGREE:
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


def _describe(line: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in line.items() if name != "exc_info")[:1500] + _trace(line)


def _trace(line: Any) -> str:
    return f" {line['exc_info']!r}" if "exc_info" in line else ""


def _is_expected(line: Any) -> bool:
    """Return whether this is the error for an update that cannot be parsed, which the bot logs and skips."""
    return bool(line["event"] == "an update cannot be read")


def run(seed: int, updates: int) -> Result:
    async def all_of_it(folder: Path) -> Result:
        return await fuzz(await make_template(folder), folder, seed, updates)

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(all_of_it(Path(folder)))
