"""Write what the current code shows of the recorded week: ``make recorded``, after a screen was changed on purpose.

The recorded database, its keys and the steps of each chapter stay. Read the difference before it is committed: each
changed line is a screen that people who upgrade will see.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from bot.telegram import pace
from tests.chat import recorded_week
from tests.chat.recorded_week import FOLDER, PARTS, Json, name_of, play, read_recorded, restore


async def write(part: str, recorded: Path, folder: Path) -> None:
    """Play the chapters of one part and write its file."""
    screens: dict[str, Any] = {}
    chapters = []
    for chapter in read_recorded(part)["chapters"]:
        shown = await play(recorded, folder, chapter["steps"])
        steps = [{**step, "shows": named(seen, screens)} for step, seen in zip(chapter["steps"], shown, strict=True)]
        chapters.append({**chapter, "steps": steps})
    book = json.dumps({"screens": screens, "chapters": chapters}, ensure_ascii=False, indent=1)
    (FOLDER / f"{part}.json").write_text(f"{book}\n", encoding="utf-8")


def named(seen: list[Json], screens: dict[str, Any]) -> list[str]:
    """Add what a step shows to ``screens``; return the names under which it stands there."""
    for each in seen:
        screens[name_of(each)] = each
    return [name_of(each) for each in seen]


def main() -> None:
    module, name = recorded_week.CHAT_GAP
    setattr(module, name, 0.0)
    pace.FASTEST = 1000.0
    with tempfile.TemporaryDirectory() as folder:
        recorded = restore(Path(folder) / "week.sqlite3")
        for part in PARTS:
            asyncio.run(write(part, recorded, Path(folder)))


if __name__ == "__main__":
    main()
