"""A child is named by one function of the kit, which tells apart children whose names look alike."""

from __future__ import annotations

import ast

from tests.project_files import modules, path_name, read

NAMING = "dialogs/kit/names.py"


def names_of_children(source: str) -> list[int]:
    """Return the lines that take a part of the name of a record: «patient.name.short»."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in {"short", "given"}
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "name"
    ]


def test_every_child_is_named_by_the_kit() -> None:
    ways_around = [
        f"{path_name(path)}: line {line}"
        for path in modules("dialogs")
        if path_name(path) != NAMING
        for line in names_of_children(read(path))
        if "PersonName(" not in read(path).splitlines()[line - 1]
    ]
    assert ways_around == [], "use patient_name(patient) of dialogs/kit/names.py"


def test_name_of_a_record_is_found() -> None:
    assert names_of_children("label = card.patient.name.short\nname.short") == [1]
