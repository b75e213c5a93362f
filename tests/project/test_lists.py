"""Every list of a screen goes through the pager: one that does not may outgrow a message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.project_files import ROOT

DIALOGS = ROOT / "dialogs"

DRAWS = re.compile(r"(?:.*_)?(?:button|buttons|row|rows|line|lines|text|labelled|summary)|Button")
"""names of functions that draw a part of a screen"""

ELSEWHERE = {"kit", "privacy/export_paper.py", "patients/card_file.py"}
"""the pager and the rest of the kit; papers have pages of their own"""

Loop = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.For | ast.AsyncFor | ast.While


def screens() -> Iterator[Path]:
    for path in sorted(DIALOGS.rglob("*.py")):
        place = path.relative_to(DIALOGS)
        if place.as_posix() not in ELSEWHERE and place.parts[0] not in ELSEWHERE:
            yield path


def drawn(loop: Loop) -> Iterator[str]:
    """Yield the names of what a loop draws for each item."""
    each = [loop.elt] if isinstance(loop, ast.ListComp | ast.SetComp | ast.GeneratorExp) else loop.body
    for part in each:
        for node in ast.walk(part):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and DRAWS.fullmatch(node.func.id):
                yield node.func.id


def loops_that_draw(source: str) -> list[str]:
    return [
        f"line {node.lineno}: {name}()"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, Loop)
        for name in drawn(node)
    ]


def test_no_screen_draws_buttons_or_lines_in_a_loop() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): loops
        for path in screens()
        if (loops := loops_that_draw(path.read_text(encoding="utf-8")))
    }
    assert found == {}, "draw them by dialogs.kit.pager: page_of(…).rows(draw), few(items, draw), first_lines(…)"


def test_loop_that_draws_is_found() -> None:
    assert loops_that_draw("rows = [(button(each.name, Card(each.id)),) for each in cards]") == ["line 1: button()"]
    assert loops_that_draw("for each in cards:\n    rows.append(card_row(each))") == ["line 1: card_row()"]
    assert loops_that_draw("names = [each.name for each in cards]") == []


def test_no_screen_maps_its_items_past_the_pager() -> None:
    """``map`` would be a loop that the other test does not see."""
    mapped = [
        f"{path.relative_to(ROOT).as_posix()}: line {node.lineno}"
        for path in screens()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "map"
    ]
    assert mapped == []
