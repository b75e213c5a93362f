"""The same journey through the chat: a statement or a call of Telegram fails once, and the person taps again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from structlog.testing import capture_logs

import bot.app
from storage.database.connection import Database, Probe
from storage.database.opening import open_database
from storage.registry.system import Registry
from tests.chat.actions import MARIA
from tests.stress.edge import Edge, edge
from tests.stress.faults import Failing, Result
from tests.stress.invariants import Asked, broken
from tests.stress.reruns import RunsTwice

ANNA = 1001
KINDS = ("500", "502", "cut_before", "cut_after", "429")
MOST_TRIES = 3


class Step(NamedTuple):
    """A button by the beginning of its data (after «|» another), or a text; then such a button is shown."""

    does: str
    shows: str
    which: int = 0
    """of several such buttons"""
    typed: bool = False


STEPS = (
    Step("/start", "cp:", typed=True),
    Step("cp:", "Ca:1"),
    Step("Ca:1", "Ca:2"),
    Step("Ca:2", "Ca:3"),
    Step("Ca:3", "ln:"),
    Step(MARIA.policy_number, "Lf:", typed=True),
    Step("Lf:", "Ln:"),
    Step(MARIA.name.full, "Lc:", typed=True),
    Step("Lc:", "bs:|bp"),
    Step("bs:|bp", "bd:"),
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
    """Somebody who taps again when told of trouble, and goes one step back when that does not help."""

    def __init__(self, town: Edge, where: Callable[[], str], result: Result) -> None:
        self.town, self.where, self.result = town, where, result
        self.tapped: dict[int, str] = {}

    async def travel(self) -> None:
        for at, step in enumerate(STEPS):
            if not await self.insist(at):
                self.result.stuck.append(f"{self.where()}: step {at} {step.does}\n{self.town.screen(ANNA)}")
                return

    async def insist(self, at: int) -> bool:
        for again in range(MOST_TRIES):
            if again == MOST_TRIES - 1 and at > 0:
                await self.act(at - 1)
                if self.data(STEPS[at].shows, 0) is not None:
                    return True  # what was typed had been kept: the step back leads past the question
            await self.act(at)
            if self.data(STEPS[at].shows, 0) is not None:
                return True
            # Who has been told to wait waits; the worker goes on meanwhile.
            self.town.clock.advance(timedelta(minutes=1))
            await self.town.app.jobs.run_all_once()
        return self.data(STEPS[at].shows, 0) is not None

    async def act(self, at: int) -> None:
        step, spoken = STEPS[at], self.said()
        if step.typed:
            await self.town.say(ANNA, step.does)
        else:
            await self.press(at, step)
        if self.said() == spoken and not self.data(step.shows, 0):
            self.result.stuck.append(f"{self.where()}: silence after {step.does}")

    async def press(self, at: int, step: Step) -> None:
        screen, data = self.town.screen(ANNA), self.tapped.get(at) or self.data(step.does, step.which)
        if screen is None or data is None:
            return
        self.tapped[at] = data
        press = self.town.actor(ANNA).press(screen.id, data)
        await self.town.handle()
        if press.spinning:
            self.result.stuck.append(f"{self.where()}: the spinner of {data} turns for ever")

    def data(self, code: str, which: int) -> str | None:
        screen = self.town.screen(ANNA)
        rows = screen.inline or [] if screen else []
        codes = tuple(code.split("|"))
        every = [str(button.get("callback_data", "")) for row in rows for button in row]
        found = [data for data in every if data.startswith(codes)]
        return found[min(which, len(found) - 1)] if found else None

    def said(self) -> int:
        """How much has arrived: messages, changes of them, answers to presses."""
        return sum(call.refusal is None and call.fault is None for call in self.town.emulator.call_log.calls)


async def travel(template: Path, folder: Path, probe: Failing, call: tuple[int, str] | None = None) -> Result:
    """One journey with at most one fault: of the database (``probe``), or of the ``call`` of Telegram."""
    result = Result(sites=1)
    place = folder / f"{probe.at}-{'-'.join(map(str, call or ()))}"
    place.mkdir()
    with capture_logs():
        async with edge(template, place, probe) as town:
            robot = Robot(town, lambda: f"statement {probe.at} {probe.failed}, call {call}", result)
            town.wire.calls, town.wire.fault, probe.armed = 0, call, True
            await robot.travel()
            probe.armed = False
            await _come_to_rest(town)
            await _judge(town, robot, result)
            result.calls = town.wire.calls
            assert probe.failed or probe.at is None, f"the journey has no statement {probe.at}"
            assert call is None or call[0] <= town.wire.calls, f"the journey has no call {call[0]}"
    (place / "registratura.sqlite3").unlink()
    return result


async def _come_to_rest(town: Edge) -> None:
    for _round in range(4):
        town.clock.advance(timedelta(minutes=4))
        await town.app.jobs.run_all_once()
        await town.handle()


async def _judge(town: Edge, robot: Robot, result: Result) -> None:
    store, clock = town.app.store, town.clock
    asked = Asked(store.database, store.storage, Registry(store.database, store.cipher, store.index, clock), clock)
    result.stuck += [f"{robot.where()}: {line}" for line in await broken(asked, at_rest=True)]
    visits = [f"{row['status']} {row['reason']}" for row in await asked.rows("SELECT * FROM appointments")]
    if sorted(visits) != VISITS:
        (result.doubled if len(visits) > len(VISITS) else result.lost).append(f"{robot.where()}: {visits}")
    if len(await asked.rows("SELECT 1 FROM patients")) != 1:
        result.doubled.append(f"{robot.where()}: patients")


async def count(template: Path, folder: Path) -> tuple[int, int]:
    """Statements and calls of a journey without trouble."""
    probe = Failing()
    result = await travel(template, folder, probe)
    assert result.clean, result.explained()
    return probe.count, result.calls


async def rerun(template: Path, folder: Path) -> Result:
    """The journey with each unit of work run, rolled back and run again."""
    reruns: list[RunsTwice] = []

    async def opened(url: str, probe: Probe | None = None) -> Database:
        reruns.append(RunsTwice(await open_database(url, probe)))
        return reruns[-1]

    folder = folder / "reruns"
    folder.mkdir()
    with patch.object(bot.app, "open_database", opened):
        result = await travel(template, folder, Failing())
    result.differing += [line for each in reruns for line in each.differing]
    return result


async def fail_statements(template: Path, folder: Path, chosen: Iterable[int]) -> Result:
    total = Result()
    for at in chosen:
        total.add(await travel(template, folder, Failing(at)))
    return total


async def fail_calls(template: Path, folder: Path, chosen: Iterable[tuple[int, str]]) -> Result:
    total = Result()
    for call in chosen:
        total.add(await travel(template, folder, Failing(), call))
    return total
