"""The import law: what each module may import, who may use which repository, and that no imports form a circle."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import get_type_hints

import pytest

from storage.unit import UnitOfWork
from tests.project_files import PRODUCT, module_name, modules, path_name, read

OURS = frozenset({*PRODUCT, "tests"})

SLICES = ("account", "patients", "family", "booking", "appointments", "applications", "privacy", "staff")
"""Lower slices first: a slice may import the slices before it and none after it."""


def repositories() -> dict[str, set[str]]:
    """The repositories of a unit of work by the slice whose they are; the others (outbox, directory …) are common."""
    found: dict[str, set[str]] = {name: set() for name in SLICES}
    for name, made in vars(UnitOfWork).items():
        if isinstance(made, cached_property):
            room = get_type_hints(made.func)["return"].__module__.split(".")[1]
            found.get(OF_SLICE.get(room, room), set()).add(name)
    return found


OF_SLICE = {"lookup": "privacy"}
"""a module of storage that stands beside the slices and belongs to one"""
REPOSITORIES = repositories()


@dataclass(frozen=True, slots=True)
class Row:
    """What the modules of a row may import beside the standard library and themselves; "*" is everything."""

    ours: frozenset[str]
    outside: frozenset[str]


def row(ours: str = "", outside: str = "", *, logs: bool = True) -> Row:
    """``logs`` rows may import structlog."""
    return Row(frozenset(ours.split()), frozenset(f"{outside} {'structlog' if logs else ''}".split()))


EVERYTHING = row("*", "*")
CORE = "bot.glossary bot.core"
BELOW_SLICES = f"{CORE} bot.delivery bot.clinics bot.core.transactions"
PURE = ("records", "errors", "problems", "rules", "news")


def up_to(slice_: str) -> tuple[str, ...]:
    """The slice and every lower one."""
    return SLICES[: SLICES.index(slice_) + 1]


def each(template: str, names: Iterable[str]) -> str:
    return " ".join(template.format(name) for name in names)


def pure_parts(slice_: str) -> list[str]:
    """The parts of a slice without storage and clock; ``<purpose>_rules`` are rules too."""
    more = [path.stem for path in modules(f"bot/{slice_}") if path.stem.endswith("_rules")]
    return [*PURE, *more]


def pure(slices: Iterable[str]) -> str:
    return " ".join(f"bot.{name}.{part}" for name in slices for part in pure_parts(name))


def rows_of(slice_: str) -> Iterator[tuple[str, Row]]:
    """The rows of one slice in the three rooms."""
    lower = up_to(slice_)
    yield f"bot.{slice_}", row(f"{BELOW_SLICES} {each('bot.{}', lower)}")
    for part in pure_parts(slice_):
        yield (
            f"bot.{slice_}.{part}",
            row(
                f"{CORE} bot.delivery.news bot.delivery.telling bot.clinics.port bot.clinics.desk_port {pure(lower)}",
                logs=False,
            ),
        )
    types = f"{CORE} bot.delivery bot.clinics.port bot.clinics.reserving bot.clinics.schedule_port "
    types += "bot.clinics.desk_port"
    for links in link_modules(slice_):
        yield links, row(f"{types} {pure(lower)} dialogs.kit.link dialogs.{slice_}.links", "aiogram", logs=False)
    below = f"{each('bot.{}', lower)} {each('dialogs.{}', lower)}"
    yield f"dialogs.{slice_}", row(f"{types} dialogs.kit {below} {LINKS}")
    kept = f"storage.database storage.clinics {each('storage.{}', lower)}"
    yield f"storage.{slice_}", row(f"{types} {pure(lower)} {kept}")


def link_modules(slice_: str) -> list[str]:
    """The modules of a slice's buttons: ``links``, and ``<purpose>_links`` where there are many."""
    names = map(module_name, modules(f"dialogs/{slice_}"))
    return [name for name in names if name.rpartition(".")[2] == "links" or name.endswith("_links")]


LINKS = each("dialogs.{}.links", SLICES)
COMMON_STORAGE = (
    "storage.database storage.clinics storage.delivery storage.journal storage.leases storage.lookup storage.budgets "
    "storage.alarms storage.erasures storage.steps "
    "storage.zones storage.posts storage.passing"
)
DATABASE = "aiosqlite aiosql cryptography"

ROWS: Mapping[str, Row] = {
    "bot": row("bot.quick_import", logs=False),
    "bot.quick_import": row(outside="pydantic", logs=False),
    "bot.glossary": row(logs=False),
    "bot.core": row(CORE, logs=False),
    "bot.core.working_hours": row(CORE, "holidays", logs=False),
    "bot.core.i18n": row(CORE, "babel aiogram"),
    "bot.core.tasks": row(CORE),
    "bot.core.transactions": row(f"{CORE} storage.unit", logs=False),
    "bot.delivery": row(f"{CORE} bot.core.transactions"),
    "bot.delivery.errors": row(logs=False),
    "bot.delivery.telling": row(CORE, logs=False),
    "bot.delivery.news": row(f"{CORE} bot.delivery.errors bot.delivery.telling", logs=False),
    "bot.clinics": row(f"{CORE} bot.core.transactions"),
    "bot.clinics.capabilities": row(logs=False),
    "bot.clinics.reserving": row(CORE, logs=False),
    "bot.clinics.enrolled": row(CORE, logs=False),
    "bot.clinics.port": row(f"{CORE} bot.clinics.capabilities bot.clinics.enrolled bot.clinics.reserving", logs=False),
    "bot.clinics.visits_at_desk": row(f"{CORE} bot.clinics.port", logs=False),
    "bot.clinics.schedule_port": row(
        f"{CORE} bot.clinics.port bot.clinics.reserving bot.clinics.visits_at_desk", logs=False
    ),
    "bot.clinics.desk_port": row(
        f"{CORE} bot.clinics.port bot.clinics.schedule_port bot.clinics.visits_at_desk", logs=False
    ),
    "bot.clinics.word_index": row(f"{CORE} bot.clinics.search_words", "rapidfuzz", logs=False),
    "bot.clinic_file": row(f"{CORE} bot.clinics.port {pure(('patients',))}", "holidays openpyxl python_calamine"),
    "bot.home": row(f"{BELOW_SLICES} {each('bot.{}', SLICES)}"),
    "bot.services": row(f"{BELOW_SLICES} bot.home {each('bot.{}', SLICES)}", logs=False),
    "bot.settings": row("bot.core.limits", "pydantic pydantic_core pydantic_settings"),
    "bot.documents": row(f"{CORE} bot.delivery bot.patients", "fpdf fontpkg_pt_sans zxingcpp PIL pypdfium2 openpyxl"),
    "bot.emulator": row(outside="aiohttp", logs=False),
    "bot.clock": row(CORE, "aiohttp"),
    "bot.instance": row(f"{CORE} bot.core.transactions"),
    "bot.log_watch": row(f"{CORE} bot.delivery", logs=False),
    "bot.invariants": row(f"{CORE} bot.delivery storage.checks"),
    "bot.jobs": row(f"{CORE} bot.delivery bot.clinics bot.services", "apscheduler"),
    "bot.metrics": row(f"{CORE} bot.delivery bot.telegram.middlewares", "aiogram prometheus_client", logs=False),
    "bot.web": row(outside="aiohttp"),
    "bot.telegram": EVERYTHING,
    "bot.telegram.direct": row(outside="aiogram", logs=False),
    "bot.store": row(f"bot.settings bot.clock bot.keys {CORE} storage"),
    "bot.app": EVERYTHING,
    "bot.__main__": EVERYTHING,
    "bot.command_line": EVERYTHING,
    "bot.init_command": EVERYTHING,
    "bot.setup_questions": EVERYTHING,
    "bot.chat_finder": EVERYTHING,
    "bot.env_file": row(outside="dotenv", logs=False),
    "bot.new_keys": row(CORE, logs=False),
    "bot.staff_command": EVERYTHING,
    "bot.post_links": EVERYTHING,
    "bot.import_command": EVERYTHING,
    "bot.person_acts": EVERYTHING,
    "bot.person_command": EVERYTHING,
    "bot.person_report": EVERYTHING,
    "bot.keys": row(f"bot.settings {CORE} storage.database storage.keys", logs=False),
    "bot.rotation": EVERYTHING,
    "bot.open_slots": row(f"{CORE} bot.clinics.port", logs=False),
    "bot.backup": EVERYTHING,
    "bot.stream": EVERYTHING,
    "bot.copies": row("bot.settings storage.database", logs=False),
    "bot.restore": EVERYTHING,
    "bot.selfcheck": EVERYTHING,
    "bot.findings": row(outside="rich", logs=False),
    "bot.check_machine": row("bot.command_line bot.findings bot.core.fast", logs=False),
    "bot.check_telegram": EVERYTHING,
    "bot.demo": EVERYTHING,
    "bot.demo_folder": row("bot.instance"),
    "bot.demo_samples": row("bot.emulator dialogs.patients storage.registry.seed", "fontpkg_pt_sans zxingcpp PIL"),
    "bot.logs": EVERYTHING,
    "bot.start_errors": EVERYTHING,
    "dialogs": row(
        f"{CORE} bot.delivery bot.services bot.home dialogs.kit {each('dialogs.{}', SLICES)} {each('bot.{}', SLICES)}",
        "aiogram",
    ),
    "dialogs.kit": row(f"{CORE} bot.delivery bot.services bot.telegram.direct {LINKS} {pure(SLICES)}", "aiogram"),
    "dialogs.kit.files": row(f"{CORE} dialogs.kit bot.patients.problems bot.patients.rules", "aiogram aiohttp"),
    "dialogs.kit.link": row(f"{CORE} bot.delivery.screen", "aiogram pydantic", logs=False),
    "storage.database": row(f"{CORE}", DATABASE),
    "storage.database.dialog_state": row(f"{CORE} storage.database", f"{DATABASE} aiogram"),
    "storage.migrations": row("storage.database"),
    "storage.registry": row(
        f"{CORE} bot.clinics.capabilities bot.clinics.enrolled bot.clinics.reserving bot.clinics.port "
        "bot.clinics.desk_port bot.clinics.schedule_port bot.clinics.visits_at_desk "
        "bot.clinic_file.usual_documents "
        f"bot.clinic_file.records bot.clinic_file.usual_referrals {pure(('patients',))} storage.database"
    ),
    "storage.registry.timetable": row(f"{CORE} bot.clinic_file.records", logs=False),
    "storage.clinics": row(f"{CORE} bot.clinics.port storage.database"),
    "storage.delivery": row(f"{CORE} bot.delivery storage.database"),
    "storage.passing": row(f"{CORE} storage.database", logs=False),
    "storage.posts": row(f"{CORE} storage.database", logs=False),
    "storage.journal": row(f"{CORE} storage.database"),
    "storage.alarms": row(f"{CORE} bot.delivery storage.database"),
    "storage.budgets": row(f"{CORE} storage.database"),
    "storage.leases": row(f"{CORE} storage.database"),
    "storage.checks": row(logs=False),
    "storage.erasures": row("storage.database", logs=False),
    "storage.steps": row("storage.database", logs=False),
    "storage.restoring": row("storage.database storage.erasures storage.steps", logs=False),
    "storage.zones": row(f"{CORE} storage.database", logs=False),
    "storage.keys": row(f"{CORE} {COMMON_STORAGE} storage.registry {each('storage.{}', SLICES)}"),
    "storage.lookup": row(f"{CORE} {pure(('privacy',))} storage.database storage.patients"),
    "storage.unit": row(f"{CORE} bot.account.rules {COMMON_STORAGE} {each('storage.{}', SLICES)}"),
    **{name: found for slice_ in SLICES for name, found in rows_of(slice_)},
}


def row_of(module: str) -> str:
    """The row whose name is the longest beginning of the module's name, or "" if no row has it."""
    found = (name for name in ROWS if module == name or module.startswith(f"{name}."))
    return max(found, key=len, default="")


def breaches(source: str, module: str, *, is_package: bool = False) -> list[str]:
    mine = row_of(module)
    return [
        f"line {line}: {module} imports {target}: {law(mine)}"
        for line, target in imports(source, module, is_package=is_package)
        if not is_allowed(target, mine)
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


def is_allowed(target: str, mine: str) -> bool:
    top = target.partition(".")[0]
    if top in OURS:
        allowed = ROWS[mine].ours | {mine} if mine else frozenset[str]()
        return top != "tests" and ("*" in allowed or is_within(target, allowed))
    outside = ROWS[mine].outside if mine else frozenset[str]()
    return top in sys.stdlib_module_names or top in outside or "*" in outside


def is_within(target: str, allowed: frozenset[str]) -> bool:
    """Whether the target's row is allowed by name, or lies in an allowed folder (but for what has a stricter use)."""
    found = row_of(target)
    if found == "bot.core.transactions":
        return found in allowed
    return any(target == name or target.startswith(f"{name}.") for name in allowed)


def law(mine: str) -> str:
    if not mine:
        return "no row has this module, so it may import only the standard library; give it a row in ROWS"
    allowed = sorted(ROWS[mine].ours) + sorted(ROWS[mine].outside)
    return f"{mine} may import only {', '.join([*allowed, 'the standard library'])}"


def test_every_module_imports_only_what_its_row_allows() -> None:
    found = [
        f"{path_name(path)} {breach}"
        for path in modules(*PRODUCT)
        for breach in breaches(read(path), module_name(path), is_package=path.name == "__init__.py")
    ]
    assert not found, "\n".join(["the import law is broken:", *found])


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("bot.core.people", "import aiogram"),
        ("bot.core.people", "from bot.account import errors"),
        ("bot.booking.rules", "import structlog"),
        ("bot.booking.rules", "from . import book"),
        ("bot.booking.book", "from bot.appointments.cancel import Cancellations"),
        ("bot.booking.book", "import aiosqlite.core"),
        ("bot.booking.book", "import storage"),
        ("bot.booking.book", "def late():\n    from dialogs import kit"),
        ("bot.patients.records", "from bot.core.transactions import UnitOfWork"),
        ("bot.clinics.fhir", "from storage.registry.system import Registry"),
        ("bot.jobs", "from dialogs.kit.news import render"),
        ("bot.jobs", "import aiogram"),
        ("bot.emulator.core", "from bot.core.people import Account"),
        ("bot.emulator.core", "import structlog"),
        ("bot.newcomer", "import aiohttp"),
        ("dialogs.booking.choose", "from bot import app"),
        ("dialogs.booking.choose", "from dialogs.appointments.visits import label"),
        ("dialogs.booking.choose", "if TYPE_CHECKING:\n    from storage.booking.orders import SqlOrders"),
        ("storage.booking.orders", "from bot.booking import book"),
        ("storage.booking.orders", "from aiogram.fsm.state import State"),
        ("bot.app", "from tests.builders import clinic"),
    ],
)
def test_forbidden_import_is_found(module: str, line: str) -> None:
    (breach,) = breaches(line, module)
    assert breach.split(": ")[1].startswith(f"{module} imports ")
    assert "may import only" in breach


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("bot.core.errors", "from bot.glossary import PatientId"),
        ("bot.booking.rules", "from bot.core import timing"),
        ("bot.booking.book", "from bot.patients import errors, records"),
        ("bot.booking.book", "from bot.core.transactions import writes"),
        ("bot.booking.book", "import structlog"),
        ("bot.documents.reading", "from PIL import Image"),
        ("dialogs.booking.choose", "from dialogs.kit.screen import button"),
        ("dialogs.booking.choose", "from dialogs.staff.links import DeskDay"),
        ("storage.database.dialog_state", "from aiogram.fsm.storage.base import BaseStorage"),
        ("storage.booking.orders", "from __future__ import annotations"),
        ("bot.app", "from storage.database.opening import open_database"),
        ("bot.app", "import anything.at.all"),
    ],
)
def test_allowed_import_passes(module: str, line: str) -> None:
    assert breaches(line, module) == []


# --- repositories -----------------------------------------------------------------------------------------------------

UNIT = re.compile(r"\b(?:uow|view)\.([a-z_]+)\b")


def reaches(source: str, slice_: str) -> list[str]:
    """Repositories of later slices that a use case of this slice uses."""
    later = {name for other in SLICES if other not in up_to(slice_) for name in REPOSITORIES[other]}
    return sorted(later & set(UNIT.findall(source)))


@pytest.mark.parametrize("slice_", SLICES)
def test_slice_uses_no_repository_of_a_later_slice(slice_: str) -> None:
    found = [
        f"{path_name(path)} uses {name}" for path in modules(f"bot/{slice_}") for name in reaches(read(path), slice_)
    ]
    assert not found, "\n".join(found)


def test_repository_of_a_later_slice_is_found() -> None:
    assert reaches("await uow.appointments.get(1)", "patients") == ["appointments"]
    assert reaches("await uow.appointments.get(1)", "booking") == []
    assert reaches("await uow.sent_versions.list_of(1)", "booking") == ["sent_versions"]
    assert reaches("await uow.lookup.person(1)", "family") == ["lookup"]


# --- circles ----------------------------------------------------------------------------------------------------------


def imported_modules(path: Path, known: frozenset[str]) -> frozenset[str]:
    """Modules of ours that a module imports, those for type checking included."""
    mine = module_name(path)
    found = set()
    for _line, target in imports(read(path), mine, is_package=path.name == "__init__.py"):
        found.add(target if target in known else target.rpartition(".")[0])
    return frozenset(found & known - {mine})


def circles(edges: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The sets of modules that can reach each other, by repeatedly removing what imports nothing that is left."""
    left = dict(edges)
    while True:
        free = {name for name, targets in left.items() if not targets & left.keys()}
        unused = left.keys() - free - {target for targets in left.values() for target in targets}
        if not free | unused:
            return [sorted(left)] if left else []
        for name in free | unused:
            del left[name]


def test_no_imports_form_a_circle() -> None:
    paths = {module_name(path): path for path in modules(*PRODUCT)}
    known = frozenset(paths)
    assert circles({name: imported_modules(path, known) for name, path in paths.items()}) == []


def test_circle_is_found() -> None:
    edges = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert circles({name: frozenset(targets) for name, targets in edges.items()}) == [["b", "c"]]
