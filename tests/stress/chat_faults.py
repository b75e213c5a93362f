"""Fail one statement or one Telegram call of a journey through the chat; the person presses again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from structlog.testing import capture_logs

import bot.store
from storage.database.connection import Database, Probe
from storage.database.opening import open_database
from storage.registry.system import Registry
from tests.chat.actions import MARIA
from tests.stress.faults import FailingProbe, Result
from tests.stress.in_process import InProcessChat, open_chat
from tests.stress.invariants import Sources, find_violations
from tests.stress.reruns import RunsTwice

ANNA = 1001
KINDS = ("500", "502", "cut_before", "cut_after", "429")
MOST_TRIES = 3


class Step(NamedTuple):
    """A press or a text, and the button that must be shown after it.

    Buttons are named by the beginning of their data; «|» separates alternatives.
    """

    does: str
    shows: str
    which: int = 0
    """index among several such buttons"""
    typed: bool = False


STEPS = (
    Step("/start", "cp:", typed=True),
    Step("cp:", "Cv:1"),
    Step("Cv:1", "Cv:2"),
    Step("Cv:2", "Cv:3"),
    Step("Cv:3", "ln:"),
    Step(MARIA.policy_number, "Lf:", typed=True),
    Step("Lf:", "Ln:"),
    Step(MARIA.name.full, "Lc:", typed=True),
    Step("Lc:", "bs:|bp"),
    Step("bs:|bp", "bp"),
    Step("bs:", "bd:"),
    Step("bd:", "by:"),
    Step("by:", "bt:"),
    Step("bt:", "br:", which=3),
    Step("br:", "Bb:"),
    Step("Bb:", "ax:"),
    Step("by:", "bt:"),
    Step("bt:", "br:", which=4),
    Step("br:", "Bb:"),
    Step("Bb:", "ax:"),
    Step("ax:", "Ac:"),
    Step("Ac:", "bd:"),
)
VISITS = ["CANCELLED BY_REPRESENTATIVE", "CANCELLED RESCHEDULED"]


class Robot:
    """A person who presses again after an error and goes one step back if that does not help."""

    def __init__(self, town: InProcessChat, where: Callable[[], str], result: Result) -> None:
        self.town, self.where, self.result = town, where, result
        self.pressed: dict[int, str] = {}

    async def walk(self) -> None:
        for at, step in enumerate(STEPS):
            if not await self.reach(at):
                self.result.stuck.append(f"{self.where()}: step {at} {step.does}\n{self.town.screen(ANNA)}")
                return

    async def reach(self, at: int) -> bool:
        for again in range(MOST_TRIES):
            if again == MOST_TRIES - 1 and at > 0:
                await self.act(at - 1)
                if self.data(STEPS[at].shows, 0) is not None:
                    return True  # the typed answer was stored, so the step back skips its prompt
            await self.act(at)
            if self.data(STEPS[at].shows, 0) is not None:
                return True
            # The person waits as the screen says, and the worker runs.
            self.town.clock.advance(timedelta(minutes=1))
            await self.town.app.jobs.run_all_once()
        return self.data(STEPS[at].shows, 0) is not None

    async def act(self, at: int) -> None:
        step, before = STEPS[at], self.count_reactions()
        if step.typed:
            await self.town.say(ANNA, step.does)
        else:
            await self.press(at, step)
        if self.count_reactions() == before and not self.data(step.shows, 0):
            self.result.stuck.append(f"{self.where()}: no reaction to {step.does}")

    async def press(self, at: int, step: Step) -> None:
        screen, data = self.town.screen(ANNA), self.pressed.get(at) or self.data(step.does, step.which)
        if screen is None or data is None:
            return
        self.pressed[at] = data
        press = self.town.actor(ANNA).press(screen.id, data)
        await self.town.handle()
        if press.spinning:
            self.result.stuck.append(f"{self.where()}: the press of {data} is never answered")

    def data(self, code: str, which: int) -> str | None:
        screen = self.town.screen(ANNA)
        rows = screen.inline or [] if screen else []
        codes = tuple(code.split("|"))
        every = [str(button.get("callback_data", "")) for row in rows for button in row]
        found = [data for data in every if data.startswith(codes)]
        return found[min(which, len(found) - 1)] if found else None

    def count_reactions(self) -> int:
        """Return how many calls of the bot have succeeded: messages, edits, answers to presses."""
        return sum(call.refusal is None and call.fault is None for call in self.town.emulator.call_log.calls)


async def run_journey(template: Path, folder: Path, probe: FailingProbe, call: tuple[int, str] | None = None) -> Result:
    """Run one journey with at most one fault: of a statement (``probe``) or of a Telegram ``call``."""
    result = Result(sites=1)
    place = folder / f"{probe.at}-{'-'.join(map(str, call or ()))}"
    place.mkdir()
    with capture_logs():
        async with open_chat(template, place, probe) as town:
            robot = Robot(town, lambda: f"statement {probe.at} {probe.failed}, call {call}", result)
            town.session.calls, town.session.fault, probe.armed = 0, call, True
            await robot.walk()
            probe.armed = False
            await _come_to_rest(town)
            await _check_end(town, robot, result)
            result.calls = town.session.calls
            assert probe.failed or probe.at is None, f"the journey has no statement {probe.at}"
            assert call is None or call[0] <= town.session.calls, f"the journey has no call {call[0]}"
    (place / "registratura.sqlite3").unlink()
    return result


async def _come_to_rest(town: InProcessChat) -> None:
    for _round in range(4):
        town.clock.advance(timedelta(minutes=4))
        await town.app.jobs.run_all_once()
        await town.handle()


async def _check_end(town: InProcessChat, robot: Robot, result: Result) -> None:
    store, clock = town.app.store, town.clock
    asked = Sources(store.database, store.storage, Registry(store.database, store.cipher, store.index, clock), clock)
    result.stuck += [f"{robot.where()}: {line}" for line in await find_violations(asked, at_rest=True)]
    visits = [f"{row['status']} {row['reason']}" for row in await asked.rows("SELECT * FROM appointments")]
    if sorted(visits) != VISITS:
        (result.doubled if len(visits) > len(VISITS) else result.lost).append(f"{robot.where()}: {visits}")
    if len(await asked.rows("SELECT 1 FROM patients")) != 1:
        result.doubled.append(f"{robot.where()}: patients")


async def count(template: Path, folder: Path) -> tuple[int, int]:
    """Return the numbers of statements and of calls of a journey without faults."""
    probe = FailingProbe()
    result = await run_journey(template, folder, probe)
    assert result.clean, result.report()
    return probe.count, result.calls


async def rerun(template: Path, folder: Path) -> Result:
    """Run the journey with each unit of work run, rolled back and run again."""
    reruns: list[RunsTwice] = []

    async def open_repeating(url: str, probe: Probe | None = None, *, streamed: bool = False) -> Database:
        reruns.append(RunsTwice(await open_database(url, probe, streamed=streamed)))
        return reruns[-1]

    folder = folder / "reruns"
    folder.mkdir()
    with patch.object(bot.store, "open_database", open_repeating):
        result = await run_journey(template, folder, FailingProbe())
    result.differing += [line for each in reruns for line in each.differing]
    return result


async def fail_statements(template: Path, folder: Path, chosen: Iterable[int]) -> Result:
    total = Result()
    for at in chosen:
        total.add(await run_journey(template, folder, FailingProbe(at)))
    return total


async def fail_calls(template: Path, folder: Path, chosen: Iterable[tuple[int, str]]) -> Result:
    total = Result()
    for call in chosen:
        total.add(await run_journey(template, folder, FailingProbe(), call))
    return total
