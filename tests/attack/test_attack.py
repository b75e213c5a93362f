"""A short attack on the demo finds nothing, and finds a guard that is broken on purpose."""

from __future__ import annotations

import pytest

from tests.attack.__main__ import run
from tests.attack.plants import PLANTS
from tests.attack.scenes import LAST, SCENES

SHORT = ("stranger types", "forged contact", "claimant by SNILS", "dismissed registrar", "flood")


def test_short_attack_learns_nothing_and_harms_nobody() -> None:
    score = run(0, list(SHORT), None)
    assert (score.leaks, score.harmed) == ([], [])
    assert score.acts > 150


def test_broken_guard_is_noticed() -> None:
    assert run(0, [PLANTS["contact"].noticed_by], "contact").leaks != []


@pytest.mark.parametrize("plant", PLANTS)
def test_each_plant_names_a_scene(plant: str) -> None:
    assert PLANTS[plant].noticed_by in {*SCENES, *LAST}


def test_ten_guards_can_be_broken() -> None:
    assert len(PLANTS) >= 10
