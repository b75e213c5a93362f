"""Tests use the product through its public names: none reads or replaces a private attribute of the bot."""

from __future__ import annotations

import ast

import pytest

from tests.project_files import modules, path_name, read

OF_NAMED_TUPLES = frozenset({"_replace", "_asdict", "_fields", "_make"})
INSIDE = {
    "tests/app/test_bounded_memory.py": "counts what is kept, which nothing else shows",
    "tests/app/test_i18n.py": "counts how often a catalogue is read, and reads the table of zones",
    "tests/app/test_limited_programs.py": "kills the program that works",
    "tests/app/test_pace.py": "counts what is kept, which nothing else shows",
    "tests/app/test_telegram.py": "counts what is kept, which nothing else shows",
    "tests/attack/plants.py": "breaks a guard on purpose",
    "tests/attack/target.py": "appoints other staff at the demo",
    "tests/chat/patients/test_check.py": "records the statements of a town that is open already",
    "tests/chat/town.py": "waits until nothing runs in the background",
    "tests/storage/killed_sealing.py": "ends its process at once, by a function of Python",
    "tests/storage/test_invariants.py": "presses two buttons of the journey of the faults",
    "tests/stress/screen_recorder.py": "records what the bot looks up",
}
"""Tests that look inside, with the reason; the list only shrinks."""


def private_names(source: str) -> list[str]:
    """Return the private attributes that a module reads of objects whose classes it does not define."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    own = {each.name for each in nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    own |= {each.attr for each in nodes if isinstance(each, ast.Attribute) and is_of_self(each)}
    found = (each for each in nodes if isinstance(each, ast.Attribute) and not is_of_self(each))
    names = {each.attr: each.lineno for each in found if each.attr.startswith("_") and not each.attr.startswith("__")}
    return [f"line {line}: {name}" for name, line in names.items() if name not in own | OF_NAMED_TUPLES]


def is_of_self(attribute: ast.Attribute) -> bool:
    return isinstance(attribute.value, ast.Name) and attribute.value.id in {"self", "cls"}


def test_no_test_looks_inside_the_product() -> None:
    looking = {path_name(path): private_names(read(path)) for path in modules("tests")}
    found = {path: names for path, names in looking.items() if names}
    unlisted = {path: names for path, names in found.items() if path not in INSIDE}
    assert not unlisted, f"use or make a public way: {unlisted}"
    assert not INSIDE.keys() - found.keys(), "these look inside no more, remove them from the list"


@pytest.mark.parametrize(
    "source",
    ["app.services.checks._desk = desk", "print(serving(clinic)._system.capabilities)", "self.registry._system"],
)
def test_private_names_of_others_are_found(source: str) -> None:
    assert private_names(source)


@pytest.mark.parametrize("source", ["self._desk = desk", "row._replace(id=1)", "desk.doctors()", "chat.__class__"])
def test_own_and_public_names_are_not(source: str) -> None:
    assert private_names(source) == []
