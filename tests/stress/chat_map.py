"""Draw the map of the chat in CONTRIBUTING.md from the findings of the crawls, and read it for comparison."""

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
"""Every screen has a button to the menu, so the rows leave it out."""

NOT_PRESSED = "(not pressed by the crawls)"

Edges = defaultdict[str, set[str]]
"""From the name of a link or an action to the names of others."""


@dataclass(slots=True)
class ChatGraph:
    """The screens and actions that crawls have found, and how one leads to another."""

    buttons: Edges = field(default_factory=lambda: defaultdict(set))
    """the links and actions in the buttons of a screen"""
    onward: Edges = field(default_factory=lambda: defaultdict(set))
    """the screens that follow an action, or a link that does not open its own"""

    def add(self, other: ChatGraph) -> None:
        for mine, theirs in ((self.buttons, other.buttons), (self.onward, other.onward)):
            for name, targets in theirs.items():
                mine[name] |= targets

    def unreached(self) -> set[str]:
        """Return the screens that were not seen and the actions that neither showed a screen nor led to one.

        A link that opens below a message leads to the screen of another link.
        """
        screens = {
            link.__name__
            for link in Link.__subclasses__()
            if not (self.buttons[link.__name__] or (link.below and self.onward[link.__name__]))
        }
        actions = {action.__name__ for action in Action.__subclasses__()}
        return screens | {name for name in actions if not (self.buttons[name] or self.onward[name])}

    def edges(self) -> set[tuple[str, str, str]]:
        """Return (kind of edge, from, to) for all edges but the buttons to the menu."""
        pressed = {("|", name, to) for name, targets in self.buttons.items() for to in targets - {EVERYWHERE}}
        return pressed | {("→", name, to) for name, targets in self.onward.items() for to in targets}


# --- in CONTRIBUTING.md -----------------------------------------------------------------------------------------------


def draw(graph: ChatGraph) -> str:
    """Return a table for each flow with a row for each link and action."""
    tables = []
    for flow in FLOWS:
        rows = [row(kind, graph) for kind, _draw in flow.presses.values()]
        tables.append("\n".join([f"### {flow.name}", "", HEADER, *rows]))
    return "\n\n".join(tables)


def row(kind: type[CallbackData], graph: ChatGraph) -> str:
    name, what = kind.__name__, (kind.__doc__ or "").partition("\n")[0]
    buttons, onward = ", ".join(sorted(graph.buttons[name] - {EVERYWHERE})), ", ".join(sorted(graph.onward[name]))
    leads = f"{buttons} → {onward}".strip() if onward else buttons
    if name in graph.unreached():
        leads = NOT_PRESSED
    return f"| {name} | `{kind.__prefix__}` | {what} | {leads} |"


def read(text: str) -> ChatGraph:
    """Return the graph that the map in ``text`` shows."""
    graph = ChatGraph()
    for name, buttons, onward in ROW.findall(between(text)):
        graph.buttons[name] |= set(names(buttons.removeprefix(NOT_PRESSED)))
        graph.onward[name] |= set(names(onward))
    return graph


def names(listed: str) -> Iterator[str]:
    return (name.strip() for name in listed.split(",") if name.strip())


def between(text: str) -> str:
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def put(text: str, drawn: str) -> str:
    """Return the text with the new map between its two marks."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{drawn}\n\n{END}{after}"


# --- between the processes of one run ---------------------------------------------------------------------------------


def keep(folder: Path, name: str, graph: ChatGraph) -> None:
    """Write the findings of a crawl for the other processes of this run."""
    found = [{place: sorted(targets) for place, targets in edges.items()} for edges in (graph.buttons, graph.onward)]
    half = folder / f".{name}"
    half.write_text(json.dumps(found), encoding="utf-8")
    os.replace(half, folder / f"{name}.json")


def gather(folder: Path, names: Iterable[str]) -> ChatGraph | None:
    """Return the findings of all crawls, or None while one is missing."""
    everything = ChatGraph()
    for name in names:
        path = folder / f"{name}.json"
        if not path.exists():
            return None
        buttons, onward = json.loads(path.read_text(encoding="utf-8"))
        for mine, found in ((everything.buttons, buttons), (everything.onward, onward)):
            for place, targets in found.items():
                mine[place] |= set(targets)
    return everything
