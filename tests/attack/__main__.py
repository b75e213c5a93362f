"""`make attack`: attack the running demo for SECONDS, with one guard broken if PLANT names one.

The last line is ``attack acts=N leaks=N harmed=N slowest_other_ms=N``: the acts of the attackers, what they learned,
and the acts of true parents that were refused or answered after five seconds. The exit code is 1 unless both are 0.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.tasks import Tasks
from dialogs.appointments.links import AskCancel
from dialogs.patients.links import PatientCard
from tests.attack.attackers import CODE, FIRST_STRANGER, SCENES, Attack
from tests.attack.plants import PLANTS
from tests.attack.score import Score
from tests.attack.target import CHILDREN
from tests.attack.true_parents import TrueParent, button_of, true_parents
from tests.chat.actions import ARTYOM, choose, say
from tests.chat.client import ChatClient
from tests.chat.forged_buttons import OwnedIds
from tests.e2e.demo import Demo, running_demo

MOTHER, LOCKED = 1001, 1002
NONE = "-"
"""the plant of a run in which every guard stands"""


async def attack_demo(demo: Demo, seconds: float, scenes: list[str]) -> Score:
    async with ChatClient(demo.url, key=demo.key) as client:
        score, done, tasks = Score(), asyncio.Event(), Tasks()
        attack = await settle_mother(client, score)
        parents = true_parents(client, CHILDREN[:3], score)
        await asyncio.gather(*(parent.settle() for parent in parents))
        living = [tasks.start(parent.live(done)) for parent in parents]
        deadline = time.monotonic() + seconds
        try:
            await play(attack, scenes)
            while time.monotonic() < deadline:
                await play(attack, scenes)
        finally:
            done.set()
            await asyncio.gather(*living)
        await mother_has_everything(attack)
        return score


async def play(attack: Attack, scenes: list[str]) -> None:
    """Play each scene once; one that cannot go on is a fault of a guard or of the scene, and counts."""
    for name in scenes:
        try:
            await SCENES[name](attack)
        except AssertionError as stuck:
            attack.score.leaks.append(f"{name}: cannot go on: {' '.join(str(stuck).split())[:300]}")


async def settle_mother(client: ChatClient, score: Score) -> Attack:
    """Give the mother a child, a visit and an unfinished draft."""
    mother = TrueParent(client.person(MOTHER), ARTYOM, score)
    await mother.settle()
    ref = await mother.book() or ""
    visit = AskCancel.unpack(await button_of(mother.person, "/visits", "Отменить")).appointment
    patient = PatientCard.unpack(await button_of(mother.person, "/children", ARTYOM.name.short)).patient
    ids = OwnedIds(patient, visit, 1, 1)
    locked = TrueParent(client.person(LOCKED), CHILDREN[3], score)
    await locked.settle()
    await say(locked.person, "/data")
    await choose(locked.person, "Код доступа", "Поставить код")
    for _time in range(2):
        await say(locked.person, CODE)
    return Attack(client, score, mother, ARTYOM, ids, ref, count(FIRST_STRANGER), locked)


async def mother_has_everything(attack: Attack) -> None:
    """The mother still has her child and her visit."""
    await attack.mother.says("/visits", attack.child.name.short)
    await attack.mother.says("/children", "Дети и полисы")
    await attack.mother.presses(attack.child.name.short, "действует")


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--seconds", type=float, default=60)
    given.add_argument("--scene", choices=sorted(SCENES), action="append", help="only this scene; all by default")
    given.add_argument("--plant", choices=sorted(PLANTS))
    options = given.parse_args()
    with (
        TemporaryDirectory() as folder,
        running_demo(Path(folder), "tests.attack.target", options.plant or NONE, is_broken=bool(options.plant)) as demo,
    ):
        score = asyncio.run(attack_demo(demo, options.seconds, options.scene or list(SCENES)))
    print(*score.leaks[:20], *score.harmed[:20], score, sep="\n")
    return 0 if score.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
