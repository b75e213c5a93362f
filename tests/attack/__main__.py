"""`make attack`: attack the running demo for SECONDS, with one guard broken if PLANT names one.

The last line is ``attack acts=N leaks=N harmed=N slowest_other_ms=N``: the acts of the attackers, what they learned,
and the acts of true parents that were refused or answered after five seconds. The exit code is 1 unless both are 0.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.tasks import Tasks
from dialogs.appointments.links import AskCancel
from dialogs.patients.links import PatientCard
from tests.attack.attack import FIRST_STRANGER, MOTHERS_PHONE, Attack
from tests.attack.insiders import set_code
from tests.attack.plants import PLANTS
from tests.attack.scenes import LAST, SCENES, Scene
from tests.attack.score import Score
from tests.attack.target import CHILDREN
from tests.attack.true_parents import TrueParent, button_of, true_parents
from tests.chat.actions import ARTYOM, ref_of
from tests.chat.client import ChatClient
from tests.chat.forged_buttons import OwnedIds
from tests.e2e.demo import Demo, running_demo

MOTHER, LOCKED, PHOTOGRAPHER = 1001, 1002, 1006
PARENTS = 3
"""true parents who book and cancel all the time"""
QUIET = 0.12
"""seconds without a call after which the bot is idle: answers to several people wait for one another"""
NONE, EACH = "-", "each"
"""the plant of a run in which every guard stands"""


async def attack_demo(demo: Demo, database: Path, seconds: float, scenes: list[str]) -> Score:
    """Let true parents live in the demo while the scenes are played, again and again until the time is over."""
    async with ChatClient(demo.url, key=demo.key, quiet=QUIET) as client:
        score, done, tasks = Score(), asyncio.Event(), Tasks()
        attack = await prepare(client, score, database)
        parents = true_parents(client, CHILDREN[:PARENTS], score)
        await asyncio.gather(*(parent.settle() for parent in parents))
        living = [tasks.start(parent.live(done)) for parent in parents]
        deadline = time.monotonic() + seconds
        try:
            await play(attack, SCENES, scenes)
            while time.monotonic() < deadline:
                await play(attack, SCENES, scenes)
        finally:
            done.set()
            await asyncio.gather(*living)
        await mother_has_everything(attack)
        await play(attack, LAST, scenes)
        return score


async def play(attack: Attack, known: Mapping[str, Scene], wanted: list[str]) -> None:
    """Play each scene once; one that cannot go on is a fault of a guard or of the scene, and counts."""
    for name in (name for name in wanted if name in known):
        try:
            await known[name](attack)
        except AssertionError as stuck:
            attack.score.leaks.append(f"{name}: cannot go on: {' '.join(str(stuck).split())[:300]}")


async def prepare(client: ChatClient, score: Score, database: Path) -> Attack:
    """Give the mother a child, a telephone and a visit, and the other attacked parents what they need."""
    mother = TrueParent(client.person(MOTHER, phone=MOTHERS_PHONE), ARTYOM, score)
    await mother.settle()
    await mother.person.share_contact()
    booked = await mother.book()
    assert booked, score.harmed
    number = newest_visit(database)
    visit = AskCancel.unpack(await button_of(mother.person, "/visits", "Отменить")).appointment
    patient = PatientCard.unpack(await button_of(mother.person, "/children", ARTYOM.name.short)).patient
    ids = OwnedIds(patient, visit, 1, 1)
    locked = TrueParent(client.person(LOCKED), CHILDREN[PARENTS], score)
    photographer = TrueParent(client.person(PHOTOGRAPHER), CHILDREN[PARENTS + 1], score)
    for parent in (locked, photographer):
        await parent.settle()
    await set_code(locked.person)
    return Attack(
        client=client,
        score=score,
        mother=mother,
        child=ARTYOM,
        ids=ids,
        ref=ref_of(booked),
        clinic=ARTYOM.clinic,
        strangers=count(FIRST_STRANGER),
        database=database,
        number=number,
        locked=locked,
        photographer=photographer,
    )


def newest_visit(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT max(id) FROM registry_bookings").fetchone()[0])


async def mother_has_everything(attack: Attack) -> None:
    """The mother still has her child and her visit."""
    await attack.mother.says("/visits", attack.child.name.short)
    await attack.mother.says("/children", "Дети и полисы")
    await attack.mother.presses(attack.child.name.short, "действует")


def run(seconds: float, scenes: list[str], plant: str | None) -> Score:
    """Return the score of a run; a bot that does not stop in its usual time afterwards has harmed everybody."""
    score = Score()
    with TemporaryDirectory() as folder:
        program = ("tests.attack.target", plant or NONE)
        try:
            with running_demo(Path(folder), *program, is_broken=plant is not None, TMPDIR=folder) as demo:
                [database] = Path(folder).glob("*/town.sqlite3")
                score = asyncio.run(attack_demo(demo, database, seconds, scenes))
        except subprocess.TimeoutExpired as late:
            score.harmed.append(f"the bot has not stopped within {late.timeout} s")
    return score


def plant_each() -> int:
    """Break each guard in a run of its own scene; return the exit code: each must be noticed."""
    missed = []
    for name, plant in PLANTS.items():
        score = run(0, [plant.noticed_by], name)
        print(f"plant={name} {score}", *[*score.leaks, *score.harmed][:1])
        missed += [name] * score.is_clean
    print(f"plants={len(PLANTS)} missed={len(missed)}", *missed)
    return 1 if missed else 0


def main() -> int:
    names = [*SCENES, *LAST]
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--seconds", type=float, default=60)
    given.add_argument("--scene", choices=names, action="append", help="only this scene; all by default")
    given.add_argument("--plant", choices=(*sorted(PLANTS), EACH), help="the guard to break")
    options = given.parse_args()
    if options.plant == EACH:
        return plant_each()
    score = run(options.seconds, options.scene or names, options.plant)
    print(*score.leaks[:20], *score.harmed[:20], score, sep="\n")
    return 0 if score.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
