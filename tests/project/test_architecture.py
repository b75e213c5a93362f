"""The law of the house: who may import whom, how long a module may be, how it opens, and what it may not say."""

from __future__ import annotations

import ast
import io
import os
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = frozenset({"bot", "dialogs", "storage", "tests"})
PRODUCT = ("bot", "dialogs", "storage")


# --- who may import whom ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Room:
    """What the modules of a row may import beside the standard library and themselves; "*" is everything."""

    ours: frozenset[str]
    outside: frozenset[str]


def room(ours: str = "", outside: str = "", *, watched: bool = True) -> Room:
    """``watched`` rooms may log: structlog is open to them."""
    watching = "structlog" if watched else ""
    return Room(frozenset(ours.split()), frozenset(f"{outside} {watching}".split()))


EVERYTHING = room("*", "*")
NEWS = "account patients family booking appointments privacy"
WORDS = " ".join(["bot.models bot.errors bot.deeds bot.news", *(f"bot.news_{each}" for each in NEWS.split())])
AROUND_SERVICES = f"{WORDS} bot.services bot.ports bot.i18n"
STORAGE = f"{WORDS} bot.limits bot.ports bot.rules"
DATABASE = "aiosqlite aiosql cryptography"

ROOMS = {
    "bot.models": room(watched=False),
    "bot.errors": room("bot.models", watched=False),
    "bot.deeds": room("bot.models", watched=False),
    "bot.deeds_patients": room("bot.models bot.deeds", watched=False),
    "bot.deeds_booking": room("bot.models bot.deeds", watched=False),
    "bot.news": room("bot.models", watched=False),
    "bot.news_account": room("bot.models bot.news", watched=False),
    "bot.news_patients": room("bot.models bot.news bot.rules", watched=False),
    "bot.news_family": room("bot.models bot.news bot.news_patients", watched=False),
    "bot.news_booking": room("bot.models bot.news bot.news_patients", watched=False),
    "bot.news_appointments": room("bot.models bot.news bot.news_booking", watched=False),
    "bot.news_privacy": room("bot.models bot.news", watched=False),
    "bot.limits": room(watched=False),
    "bot.rules": room(WORDS, watched=False),
    "bot.ports": room("bot.models bot.deeds bot.news", watched=False),
    "bot.settings": room("bot.limits", "pydantic pydantic_core pydantic_settings"),
    "bot.i18n": room("bot.rules", "babel aiogram"),
    "bot.transactions": room("storage.unit", watched=False),
    "bot.services": room(
        f"{WORDS} bot.limits bot.deeds_patients bot.deeds_booking bot.rules bot.ports bot.transactions"
    ),
    "bot.clinics": room(f"{WORDS} bot.limits bot.ports bot.settings", "aiohttp pydantic pydantic_core"),
    "bot.outbox": room(f"{AROUND_SERVICES} bot.transactions"),
    "bot.jobs": room(AROUND_SERVICES, "apscheduler"),
    "bot.tasks": room(AROUND_SERVICES),
    "bot.instance": room(f"{AROUND_SERVICES} bot.transactions"),
    "bot.clock": room(AROUND_SERVICES, "aiohttp"),
    "bot.web": room(AROUND_SERVICES, "aiohttp aiogram"),
    "bot.documents": room(f"{AROUND_SERVICES} bot.rules", "fpdf fontpkg_pt_sans zxingcpp PIL pypdfium2"),
    "bot.emulator": room(outside="aiohttp", watched=False),
    "bot.telegram": EVERYTHING,
    "bot.app": EVERYTHING,
    "bot.wiring": EVERYTHING,
    "bot.__main__": EVERYTHING,
    "bot.checks": EVERYTHING,
    "bot.demo": EVERYTHING,
    "bot.logs": EVERYTHING,
    "bot.trouble": EVERYTHING,
    "dialogs": room(f"{WORDS} bot.rules bot.services bot.i18n dialogs.files", "aiogram"),
    "dialogs.files": room(f"{WORDS} bot.rules", "aiogram aiohttp"),
    "storage": room(STORAGE, DATABASE),
    "storage.unit": room(f"{STORAGE} storage", DATABASE),
    "storage.fsm": room(f"{STORAGE} storage", f"{DATABASE} aiogram"),
}


def row_of(module: str) -> str:
    """The row whose name is the longest beginning of the module's, or "" where no row has it."""
    rows = (name for name in ROOMS if module == name or module.startswith(f"{name}."))
    return max(rows, key=len, default="")


def breaches(source: str, module: str, *, is_package: bool = False) -> list[str]:
    row = row_of(module)
    return [
        f"line {line}: {module} imports {target}: {law(row)}"
        for line, target in imports(source, module, is_package=is_package)
        if not is_allowed(target, row)
    ]


def imports(source: str, module: str, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Every imported name with its line, wherever in the module the import stands."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            near = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*near, *filter(None, [node.module])])
            yield from ((node.lineno, f"{origin}.{name.name}") for name in node.names)


def is_allowed(target: str, row: str) -> bool:
    top = target.partition(".")[0]
    if top in OURS:
        mine = ROOMS[row].ours if row else frozenset[str]()
        return top != "tests" and (row_of(target) == row != "" or row_of(target) in mine or "*" in mine)
    others = ROOMS[row].outside if row else frozenset[str]()
    return top in sys.stdlib_module_names or top in others or "*" in others


def law(row: str) -> str:
    if not row:
        return "no row of the table has this module, so it may import only the standard library; give it a row in ROOMS"
    allowed = sorted(ROOMS[row].ours) + sorted(ROOMS[row].outside)
    return f"rooms in {row} may import only {', '.join([*allowed, 'the standard library'])}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_imports_only_what_its_room_may() -> None:
    found = [
        f"{named(path)} {breach}"
        for path in modules(*PRODUCT)
        for breach in breaches(read(path), module_name(path), is_package=path.name == "__init__.py")
    ]
    assert not found, "\n".join(["the import law is broken:", *found])


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("bot.models", "import aiogram"),
        ("bot.models", "from bot import errors"),
        ("bot.rules.booking", "import structlog"),
        ("bot.rules.booking", "from ..services import booking"),
        ("bot.ports", "from bot.errors import RuleError"),
        ("bot.services.booking", "import aiosqlite.core"),
        ("bot.services.booking", "import storage"),
        ("bot.services.booking", "from storage.unit import UnitOfWork"),
        ("bot.transactions", "from storage.database import Connection"),
        ("bot.transactions", "from bot.models import Account"),
        ("storage.accounts", "from bot.transactions import UnitOfWork"),
        ("storage.accounts", "from storage.unit import UnitOfWork"),
        ("bot.services.booking", "def late():\n    from dialogs import kit"),
        ("bot.clinics.fhir", "from storage.registry import Registry"),
        ("bot.jobs", "from dialogs.news import render"),
        ("bot.jobs", "import aiogram"),
        ("bot.emulator.state", "from bot.models import Account"),
        ("bot.emulator.state", "import structlog"),
        ("bot.newcomer", "import aiohttp"),
        ("dialogs.booking", "from bot import app"),
        ("dialogs.booking", "if TYPE_CHECKING:\n    from storage.booking import Bookings"),
        ("storage.booking", "from bot.services import booking"),
        ("storage.booking", "from aiogram.fsm.state import State"),
        ("bot.app", "from tests.builders import clinic"),
    ],
)
def test_an_import_against_the_law_is_seen(module: str, line: str) -> None:
    (breach,) = breaches(line, module)
    assert breach.split(": ")[1].startswith(f"{module} imports ")
    assert "may import only" in breach


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("bot.errors", "from bot.models import PatientId"),
        ("bot.rules.booking", "from . import timing"),
        ("bot.clock", "from aiohttp import ClientSession"),
        ("bot.services.booking", "from bot import models, errors, ports"),
        ("bot.services.booking", "import structlog"),
        ("bot.services.booking", "from bot.transactions import UnitOfWork, writes"),
        ("bot.transactions", "from storage.unit import Storage"),
        ("bot.documents", "from PIL import Image"),
        ("dialogs.booking", "from dialogs.kit import show"),
        ("storage.fsm", "from aiogram.fsm.storage.base import BaseStorage"),
        ("storage.booking", "from __future__ import annotations"),
        ("bot.app", "from storage.database import open_database"),
        ("bot.app", "import anything.at.all"),
    ],
)
def test_an_import_within_the_law_passes(module: str, line: str) -> None:
    assert breaches(line, module) == []


def test_a_package_is_its_own_neighbour() -> None:
    assert breaches("from .booking import book", "bot.rules", is_package=True) == []
    assert breaches("from .app import main", "bot", is_package=True) != []


# --- what a unit of work may do ---------------------------------------------------------------------------------------

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def waits(source: str) -> list[str]:
    """Lines on which a unit of work awaits something that is not handed the unit."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, Function) and (unit := unit_of(function)):
            found += [
                f"line {node.lineno}: {ast.unparse(node)}"
                for node in own_nodes(function)
                if isinstance(node, ast.Await) and unit not in {*names_in(node)}
            ]
    return found


def unit_of(function: Function) -> str:
    """The name of the argument that is a unit of work, or "" where there is none."""
    known = [arg.arg for arg in function.args.args if isinstance(arg.annotation, ast.Name)]
    typed = {arg.arg: ast.unparse(arg.annotation) for arg in function.args.args if arg.annotation}
    return next((name for name in known if typed[name] == "UnitOfWork"), "")


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions in it."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function):
            waiting += ast.iter_child_nodes(node)


def names_in(node: ast.AST) -> Iterator[str]:
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def test_units_of_work_await_nothing_but_their_unit() -> None:
    found = [f"{named(path)} {wait}" for path in modules("bot") for wait in waits(read(path))]
    assert not found, "\n".join(["await it before or after the unit:", *found])


def test_wait_for_something_else_in_a_unit_is_seen() -> None:
    unit = """
async def book(self, uow: UnitOfWork, account):
    await uow.accounts.get(account)
    await _note(uow, account)
    await self.require(account)
"""
    assert waits(unit) == ["line 5: await self.require(account)"]


# --- how a module looks -----------------------------------------------------------------------------------------------

MOST_LINES = 300
LONGER_FOR_A_REASON = {
    "bot/errors.py": "the trees of what may go wrong: a refusal is looked up in one place",
    "bot/models.py": "the glossary is one page: a word is looked up in one place",
    "dialogs/links.py": "the table of every button: a line or two each, looked up in one place",
}
NAMES_THAT_SAY_NOTHING = frozenset({"util", "utils", "common", "helper", "helpers", "manager", "managers"})
SUPPRESSION = re.compile(
    r"\b(noqa|type: *ignore|pragma: *no *(?:cover|branch))\b(\[[^]]*\]|: *[A-Z]+\d+(?:, *[A-Z]+\d+)*)?"
)


def is_too_long(source: str) -> bool:
    return len(source.splitlines()) > MOST_LINES


def opens_badly(source: str) -> bool:
    """An empty module promises nothing; any other opens with one sentence on one line."""
    if not source.strip():
        return False
    first, *_ = (ast.get_docstring(ast.parse(source)) or "").splitlines() or [""]
    return not first.endswith(".") or re.search(r"[.!?] [A-ZА-Я]", first) is not None


def idle_names(source: str, module: str) -> list[str]:
    classes = [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    names = [*module.split("."), *classes]
    return [name for name in names if NAMES_THAT_SAY_NOTHING & set(words(name))]


def words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def bare_suppressions(source: str) -> list[str]:
    """Comments that silence a tool without naming the rule, or without a reason in the comment or the line above."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    lines = source.splitlines()
    found = []
    for line, comment in comments.items():
        above = comments.get(line - 1, "") if lines[line - 2].lstrip().startswith("#") else ""
        if is_bare(comment, above):
            found.append(f"{line}: {comment}")
    return found


def is_bare(comment: str, above: str) -> bool:
    silenced = list(SUPPRESSION.finditer(comment))
    is_blanket = any(not match[2] and not match[1].startswith("pragma") for match in silenced)
    reason = re.findall(r"[^\W\d_]{2,}", SUPPRESSION.sub("", f"{comment} {above}"))
    return bool(silenced) and (is_blanket or len(reason) < 2)


def test_no_module_is_longer_than_can_be_read() -> None:
    long = {named(path) for path in modules(*PRODUCT) if is_too_long(read(path))}
    untold = sorted(long - LONGER_FOR_A_REASON.keys())
    assert not untold, f"over {MOST_LINES} lines, split by purpose: {', '.join(untold)}"
    short = sorted(LONGER_FOR_A_REASON.keys() - long)
    assert not short, f"short again, needs no reason any more: {', '.join(short)}"


def test_every_module_opens_with_its_promise() -> None:
    silent = [named(path) for path in modules(*PRODUCT) if opens_badly(read(path))]
    assert not silent, f"the first line of the docstring is one sentence: {', '.join(silent)}"


def test_names_say_what_they_name() -> None:
    idle = [
        f"{named(path)}: {name}"
        for path in modules(*PRODUCT, "tests")
        for name in idle_names(read(path), module_name(path))
    ]
    assert not idle, "\n".join(["names that promise nothing:", *idle])


def test_whatever_is_silenced_has_a_reason_beside_it() -> None:
    bare = [f"{named(path)}:{place}" for path in modules(*PRODUCT, "tests") for place in bare_suppressions(read(path))]
    assert not bare, "\n".join(["silenced in full or for no reason:", *bare])


def test_a_module_of_301_lines_is_too_long() -> None:
    assert is_too_long("x = 1\n" * 301)
    assert not is_too_long("x = 1\n" * 300)


@pytest.mark.parametrize("source", ["x = 1", '"""Two. Sentences."""', '"""No end"""', '"""Two\nlines."""', '""""""'])
def test_a_poor_opening_is_seen(source: str) -> None:
    assert opens_badly(source)
    assert not opens_badly("")
    assert not opens_badly('"""One sentence."""')


def test_an_idle_name_is_seen() -> None:
    assert idle_names("class BookingManager: ...", "bot.date_utils") == ["date_utils", "BookingManager"]
    assert idle_names("class Commoner: ...", "bot.community") == []


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
def test_a_bare_suppression_is_seen(line: str) -> None:
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
def test_a_reasoned_suppression_passes(line: str) -> None:
    assert bare_suppressions(line) == []


# --- what no file may say ---------------------------------------------------------------------------------------------

# In halves, so that this file keeps its own law.
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
NOT_OURS = frozenset({".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "build", "dist"})


def texts() -> Iterator[tuple[Path, str]]:
    for folder, inner, files in os.walk(ROOT):
        inner[:] = sorted(set(inner) - NOT_OURS - {"__pycache__", "data", "node_modules"})
        for name in sorted(files):
            path = Path(folder, name)
            yield path, path.read_bytes().decode("utf-8", errors="ignore").lower()


def test_no_file_names_a_package_registry() -> None:
    found = [f"{named(path)} names {host}" for path, text in texts() for host in REGISTRY_HOSTS if host in text]
    assert not found, "\n".join(found)
