"""The map of the chat in CONTRIBUTING.md: drawn from what the crawls have found, and read again to be compared."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aiogram.filters.callback_data import CallbackData

from dialogs import FLOWS
from dialogs.account.links import Home
from dialogs.kit.link import Action, Link
from tests.project_files import ROOT

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- map: begin, written by `make map` -->", "<!-- map: end -->"
HEADER = "| Screen or action | Code | What it is | Leads to |\n|---|---|---|---|"
ROW = re.compile(r"^\| (\w+) \| `\w+` \| [^|]* \| ([^|]*?) ?(?:→ ([^|]*))?\|$", re.MULTILINE)
EVERYWHERE = Home.__name__
"""Every screen has a button that leads there, so no row says so."""

NOT_PRESSED = "(not pressed by the crawls)"

Edges = defaultdict[str, set[str]]
"""From a link or an action to others, all by the names of their classes."""


@dataclass(slots=True)
class Ways:
    """What crawls have found."""

    buttons: Edges = field(default_factory=lambda: defaultdict(set))
    """which links and actions the buttons of a screen carry"""
    onward: Edges = field(default_factory=lambda: defaultdict(set))
    """whose screen follows an action, or a link that does not open its own"""

    def add(self, other: Ways) -> None:
        for mine, theirs in ((self.buttons, other.buttons), (self.onward, other.onward)):
            for name, targets in theirs.items():
                mine[name] |= targets

    def unreached(self) -> set[str]:
        """The screens that were not seen, and the actions that have neither shown a screen nor led to one."""
        screens = {link.__name__ for link in Link.__subclasses__() if not self.buttons[link.__name__]}
        actions = {action.__name__ for action in Action.__subclasses__()}
        return screens | {name for name in actions if not (self.buttons[name] or self.onward[name])}

    def edges(self) -> set[tuple[str, str, str]]:
        """By what, from where and to where; without the buttons that lead to the menu."""
        pressed = {("|", name, to) for name, targets in self.buttons.items() for to in targets - {EVERYWHERE}}
        return pressed | {("→", name, to) for name, targets in self.onward.items() for to in targets}


# --- in CONTRIBUTING.md -----------------------------------------------------------------------------------------------


def draw(ways: Ways) -> str:
    """A table a flow, a row for every link and action."""
    tables = []
    for flow in FLOWS:
        rows = [row(kind, ways) for kind, _draw in flow.presses.values()]
        tables.append("\n".join([f"### {flow.name}", "", HEADER, *rows]))
    return "\n\n".join(tables)


def row(kind: type[CallbackData], ways: Ways) -> str:
    name, what = kind.__name__, (kind.__doc__ or "").partition("\n")[0]
    buttons, onward = ", ".join(sorted(ways.buttons[name] - {EVERYWHERE})), ", ".join(sorted(ways.onward[name]))
    leads = f"{buttons} → {onward}".strip() if onward else buttons
    if name in ways.unreached():
        leads = NOT_PRESSED
    return f"| {name} | `{kind.__prefix__}` | {what} | {leads} |"


def read(text: str) -> Ways:
    """What the map says."""
    ways = Ways()
    for name, buttons, onward in ROW.findall(between(text)):
        ways.buttons[name] |= set(names(buttons.removeprefix(NOT_PRESSED)))
        ways.onward[name] |= set(names(onward))
    return ways


def names(listed: str) -> Iterator[str]:
    return (name.strip() for name in listed.split(",") if name.strip())


def between(text: str) -> str:
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def put(text: str, drawn: str) -> str:
    """The text with the new map between its two marks."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{drawn}\n\n{END}{after}"


# --- between the processes of one run ---------------------------------------------------------------------------------


def keep(folder: Path, name: str, ways: Ways) -> None:
    """Leave a crawl's findings for the others of its run, whichever process they are in."""
    found = [{place: sorted(targets) for place, targets in edges.items()} for edges in (ways.buttons, ways.onward)]
    half = folder / f".{name}"
    half.write_text(json.dumps(found), encoding="utf-8")
    os.replace(half, folder / f"{name}.json")


def gather(folder: Path, names: Iterable[str]) -> Ways | None:
    """The findings of all crawls together, None while one is missing."""
    everything = Ways()
    for name in names:
        path = folder / f"{name}.json"
        if not path.exists():
            return None
        buttons, onward = json.loads(path.read_text(encoding="utf-8"))
        for mine, found in ((everything.buttons, buttons), (everything.onward, onward)):
            for place, targets in found.items():
                mine[place] |= set(targets)
    return everything
