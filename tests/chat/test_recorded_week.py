"""A running bot can be upgraded: a recorded database goes on as it did before the upgrade."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat import recorded_week
from tests.chat.agreeing import AGREE
from tests.chat.recorded_week import PARTS, opened, play, read_again, read_recorded, restore, rows


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return restore(tmp_path_factory.mktemp("recorded") / "week.sqlite3")


@pytest.fixture(scope="session")
def upgraded(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded database after the first start of the current code: each chapter starts it once more."""
    path = tmp_path_factory.mktemp("upgraded") / "week.sqlite3"
    asyncio.run(start(recorded, path))
    return path


async def start(recorded: Path, path: Path) -> None:
    async with opened(recorded, path):
        pass


@pytest.fixture(autouse=True)
def _no_chat_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    module, name = recorded_week.CHAT_GAP
    monkeypatch.setattr(module, name, 0.0)


def chapters() -> Iterator[Any]:
    for part in PARTS:
        book = read_recorded(part)
        for chapter in book["chapters"]:
            yield pytest.param(book["screens"], chapter["steps"], id=f"{part}: {chapter['name']}")


def test_recorded_button_is_parsed_and_packed_unchanged() -> None:
    """A removed code or field would leave dead buttons in old chats."""
    dead = [
        (entry["class"], sample["data"], read_again(sample["data"]))
        for entry in read_recorded("links").values()
        for sample in entry["samples"]
        if read_again(sample["data"]) != sample["data"]
    ]
    assert dead == []


@pytest.mark.parametrize(("screens", "steps"), list(chapters()))
async def test_recorded_chapter_shows_the_same_screens(
    upgraded: Path, tmp_path: Path, screens: dict[str, Any], steps: list[dict[str, Any]]
) -> None:
    """Each button opens its screen, each message and journal entry has its words, each prompt is answered."""
    shown = await play(upgraded, tmp_path, steps)
    for step, seen in zip(steps, shown, strict=True):
        act = {name: value for name, value in step.items() if name != "shows"}
        assert seen == [screens[name] for name in step["shows"]], act


async def test_person_of_the_recorded_week_is_asked_about_changed_texts(recorded: Path, tmp_path: Path) -> None:
    """The recorded people have agreed to the texts of an earlier release."""
    with_card = (
        "SELECT a.telegram_id FROM accounts a JOIN consents c ON c.account_id = a.id"
        " JOIN representations r ON r.account_id = a.id"
        " WHERE c.revoked_at IS NULL AND c.version = '2' AND a.role IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM pins WHERE account_id = a.id) GROUP BY a.id HAVING count(DISTINCT c.purpose) = 3 LIMIT 1"
    )
    [(who,)] = rows(recorded, with_card)
    async with opened(recorded, tmp_path / "asked.sqlite3", renewed=False) as week:
        steps = [{"say": "/menu"}, {"press": AGREE[0]}, {"press": AGREE[1]}, {"say": "/menu"}]
        shown = [(await week.do({"who": who, **step}))[-1]["text"] for step in steps]
    assert ["Согласие 1 из 3" in shown[0], "Согласие 2 из 3" in shown[1]] == [True, True]
    assert not any("Согласие" in text for text in shown[2:])
