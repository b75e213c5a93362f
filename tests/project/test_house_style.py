"""House style: first lines, lengths and names of modules, reasons of suppressions, forbidden texts."""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project_files import PRODUCT, ROOT, module_name, modules, path_name, read

# --- modules ----------------------------------------------------------------------------------------------------------

MOST_LINES = 400
LONGEST_TEST_NAME = 70
"""characters; the story of a test stands in its docstring"""
LONGER: dict[str, str] = {}
"""Modules over the limit, with the reason; the list only shrinks."""
EMPTY_WORDS = frozenset({"util", "utils", "common", "helper", "helpers", "manager", "managers"})
SUPPRESSION = re.compile(
    r"\b(noqa|type: *ignore|pragma: *no *(?:cover|branch))\b(\[[^]]*\]|: *[A-Z]+\d+(?:, *[A-Z]+\d+)*)?"
)


def is_too_long(source: str) -> bool:
    return len(source.splitlines()) > MOST_LINES


def has_bad_first_line(source: str) -> bool:
    """Return whether a module that is not empty lacks one sentence on its first line."""
    if not source.strip():
        return False
    first, *_ = (ast.get_docstring(ast.parse(source)) or "").splitlines() or [""]
    return not first.endswith(".") or re.search(r"[.!?] [A-ZА-Я]", first) is not None


def empty_names(source: str, module: str) -> list[str]:
    classes = [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    names = [*module.split("."), *classes]
    return [name for name in names if EMPTY_WORDS & set(words(name))]


def words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def bare_suppressions(source: str) -> list[str]:
    """Return comments that suppress a tool without a rule, or without a reason beside or above them."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    lines = source.splitlines()
    found = []
    for line, comment in comments.items():
        above = comments.get(line - 1, "") if lines[line - 2].lstrip().startswith("#") else ""
        if lacks_reason(comment, above):
            found.append(f"{line}: {comment}")
    return found


def lacks_reason(comment: str, above: str) -> bool:
    silenced = list(SUPPRESSION.finditer(comment))
    is_blanket = any(not match[2] and not match[1].startswith("pragma") for match in silenced)
    reason = re.findall(r"[^\W\d_]{2,}", SUPPRESSION.sub("", f"{comment} {above}"))
    return bool(silenced) and (is_blanket or len(reason) < 2)


def test_no_module_is_longer_than_the_limit() -> None:
    long = {path_name(path) for path in modules(*PRODUCT) if is_too_long(read(path))}
    unlisted = sorted(long - LONGER.keys())
    assert not unlisted, f"over {MOST_LINES} lines, split by purpose: {', '.join(unlisted)}"
    short = sorted(LONGER.keys() - long)
    assert not short, f"short again, remove from the list: {', '.join(short)}"


def test_every_module_starts_with_one_sentence() -> None:
    silent = [path_name(path) for path in modules(*PRODUCT) if has_bad_first_line(read(path))]
    assert not silent, f"the first line must be one sentence: {', '.join(silent)}"


def test_no_name_has_an_empty_word() -> None:
    idle = [
        f"{path_name(path)}: {name}"
        for path in modules(*PRODUCT, "tests")
        for name in empty_names(read(path), module_name(path))
    ]
    assert not idle, "\n".join(["names with an empty word:", *idle])


def long_test_names(source: str) -> list[str]:
    return [name for name in re.findall(r"def (test_\w+)", source) if len(name) > LONGEST_TEST_NAME]


def test_names_of_tests_are_short() -> None:
    long = [f"{path_name(path)}: {name}" for path in modules("tests") for name in long_test_names(read(path))]
    assert not long, "\n".join(["names that tell a story:", *long])


def test_long_name_of_a_test_is_found() -> None:
    assert long_test_names(f"def test_{'x' * LONGEST_TEST_NAME}() -> None: ...\ndef test_x() -> None: ...") == [
        f"test_{'x' * LONGEST_TEST_NAME}"
    ]


def test_every_suppression_has_a_reason() -> None:
    bare = [
        f"{path_name(path)}:{place}" for path in modules(*PRODUCT, "tests") for place in bare_suppressions(read(path))
    ]
    assert not bare, "\n".join(["suppressed without a rule or a reason:", *bare])


def test_module_of_401_lines_is_too_long() -> None:
    assert is_too_long("x = 1\n" * 401)
    assert not is_too_long("x = 1\n" * 400)


@pytest.mark.parametrize("source", ["x = 1", '"""Two. Sentences."""', '"""No end"""', '"""Two\nlines."""', '""""""'])
def test_bad_first_line_is_found(source: str) -> None:
    assert has_bad_first_line(source)
    assert not has_bad_first_line("")
    assert not has_bad_first_line('"""One sentence."""')


def test_name_with_an_empty_word_is_found() -> None:
    assert empty_names("class BookingManager: ...", "bot.date_utils") == ["date_utils", "BookingManager"]
    assert empty_names("class Commoner: ...", "bot.community") == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # type: ignore",
        "x = 1  # type: ignore[attr-defined]",
        "x = 1  # type: ignore  # the library has no types",
        "x = 1  # pragma: no cover",
        "x = 1  # noqa - just because",
    ],
)
def test_suppression_without_a_reason_is_found(line: str) -> None:
    assert bare_suppressions(line) == [f"1: {line.partition('  ')[2]}"]


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa: E501, S608 - the table's name is a constant",
        "x = 1  # type: ignore[attr-defined]  # the library has no types",
        "# The table's name is a constant.\nx = 1  # noqa: S608",
        "x = '# noqa'",
        "x = 1  # an ordinary remark",
    ],
)
def test_suppression_with_a_reason_passes(line: str) -> None:
    assert bare_suppressions(line) == []


def defined_classes(source: str) -> list[str]:
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def test_no_class_name_is_defined_twice() -> None:
    """A search for a class finds one class."""
    places: dict[str, list[str]] = {}
    for path in modules(*PRODUCT):
        for name in defined_classes(read(path)):
            places.setdefault(name, []).append(path_name(path))
    twice = [f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 1]
    assert not twice, "\n".join(["defined twice:", *twice])


# --- forbidden texts --------------------------------------------------------------------------------------------------

# In halves, so that this file does not contain them.
REGISTRY_HOSTS = tuple(
    first + second
    for first, second in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("deb.deb", "ian.org"),
        ("index", "-url http"),
    )
)
SKIPPED = frozenset({".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "build", "dist"})


def texts() -> Iterator[tuple[Path, str]]:
    for folder, inner, files in os.walk(ROOT):
        inner[:] = sorted(set(inner) - SKIPPED - {"__pycache__", "data", "node_modules"})
        for name in sorted(files):
            path = Path(folder, name)
            yield path, path.read_bytes().decode("utf-8", errors="ignore").lower()


def test_no_file_names_a_package_registry() -> None:
    found = [f"{path_name(path)} names {host}" for path, text in texts() for host in REGISTRY_HOSTS if host in text]
    assert not found, "\n".join(found)
