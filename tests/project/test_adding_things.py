"""Adding a flow, a deed, a notice, a setting, a job or a clinic system: a test names the place that was forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module

import dialogs
from bot.clinics.port import ClinicSystem
from bot.core.deeds import Deed
from bot.core.errors import RuleError
from bot.delivery.news import News
from bot.jobs import EVERY
from bot.settings import Settings
from bot.telegram.commands import COMMANDS, OF_ROLE
from dialogs.kit.flow import Flow
from tests.project_files import ROOT, module_name, modules, read

# --- flows and what they register -------------------------------------------------------------------------------------


def flow_modules() -> Iterator[str]:
    """Modules of the chat that make a flow."""
    for path in modules("dialogs"):
        name = module_name(path)
        if not name.startswith("dialogs.kit") and isinstance(getattr(import_module(name), "flow", None), Flow):
            yield name


def test_every_flow_is_in_the_list_of_flows() -> None:
    known = {id(flow) for flow in dialogs.FLOWS}
    missing = [name for name in flow_modules() if id(import_module(name).flow) not in known]
    assert missing == [], "add these to FLOWS in dialogs/__init__.py"


def test_every_module_of_news_and_sentences_is_imported_with_the_chat() -> None:
    """They register functions when they are imported, so a module that is not imported says nothing."""
    known = {module.__name__ for module in (*dialogs.NEWS, *dialogs.SENTENCES)}
    registering = ("news", "refusals", "problems")
    found = {module_name(path) for path in modules("dialogs") if path.stem in registering}
    missing = sorted(name for name in found - known if not name.startswith("dialogs.kit."))
    assert missing == [], "add these to NEWS or SENTENCES in dialogs/__init__.py"


NOT_IN_THE_MENU = {"start", "export"}
"""Telegram offers /start by itself, and /export has a button in «Настройки и данные»."""


def test_every_command_of_a_flow_is_in_the_command_menu() -> None:
    listed = {command for menu in (COMMANDS, *OF_ROLE.values()) for command, _description in menu}
    missing = {command for flow in dialogs.FLOWS for command in flow.commands} - listed - NOT_IN_THE_MENU
    assert sorted(missing) == [], "add these to COMMANDS in bot/telegram/commands.py"


# --- settings and jobs ------------------------------------------------------------------------------------------------

NOT_FOR_OPERATORS = {"CLOCK_URL"}
"""only a demo has it"""


def test_every_setting_is_in_the_example_of_an_env_file() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = {line.removeprefix("# ").partition("=")[0] for line in example if "=" in line}
    missing = {name.upper() for name in Settings.model_fields} - shown - NOT_FOR_OPERATORS
    assert sorted(missing) == [], "describe these in .env.example"


def test_every_setting_has_a_description() -> None:
    """It is the end of the sentence that names a missing or wrong setting."""
    silent = sorted(name for name, field in Settings.model_fields.items() if not field.description)
    assert silent == [], "describe these in bot/settings.py"


def test_every_setting_is_read_by_the_program() -> None:
    idle = Settings.model_fields.keys() - attributes()
    assert sorted(idle) == [], "read these in the program, mostly in bot/app.py"


def test_every_job_with_an_interval_has_a_function() -> None:
    tree = ast.parse(read(ROOT / "bot/app.py"))
    maker = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "make_jobs")
    table = next(node for node in ast.walk(maker) if isinstance(node, ast.Dict))
    named = {key.value for key in table.keys if isinstance(key, ast.Constant)}
    missing = EVERY.keys() - named
    assert sorted(missing) == [], "give these a function in make_jobs of bot/app.py"


# --- what use cases record, queue and refuse --------------------------------------------------------------------------


def attributes() -> set[str]:
    """Every name after a dot in ``bot``."""
    trees = [ast.parse(read(path)) for path in modules("bot")]
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def names(but: str) -> set[str]:
    """Every name in ``bot`` and ``storage``, without imports and without the modules named ``but``."""
    trees = [ast.parse(read(path)) for path in modules("bot", "storage") if path.stem != but]
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def ours_below(base: type) -> Iterator[type]:
    """The product's classes that inherit ``base``."""
    below: list[type] = base.__subclasses__()
    for kind in below:
        if kind.__module__.startswith("bot."):
            yield kind
        yield from ours_below(kind)


def test_every_deed_is_recorded() -> None:
    idle = {deed.name for deed in Deed} - attributes()
    assert sorted(idle) == [], "record these with audit.add in a use case"


def test_every_notice_is_queued() -> None:
    kinds = {news.__name__ for news in ours_below(News) if hasattr(news, "kind")}
    assert sorted(kinds - names(but="news")) == [], "queue these in a use case"


def test_every_refusal_is_raised() -> None:
    kinds = {refusal.__name__ for refusal in ours_below(RuleError)}
    assert sorted(kinds - names(but="errors")) == [], "raise these in a use case"


# --- clinic systems ---------------------------------------------------------------------------------------------------

CALLS = {name for name in vars(ClinicSystem) if not name.startswith("_") and callable(getattr(ClinicSystem, name))}
WRAPPERS = {"TimeLimited"}
"""These have the calls of a clinic system and pass them on to one."""


def classes(*folders: str) -> Iterator[ast.ClassDef]:
    for path in modules(*folders):
        yield from (node for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.ClassDef))


def methods(node: ast.ClassDef) -> set[str]:
    return {each.name for each in node.body if isinstance(each, ast.AsyncFunctionDef | ast.FunctionDef)}


def names_in_contract_tests() -> set[str]:
    """Every name in the test modules that have a class that inherits ClinicContract."""
    trees = [ast.parse(read(path)) for path in modules("tests")]
    tests = [tree for tree in trees if any("ClinicContract" in bases(node) for node in ast.walk(tree))]
    return {node.id for tree in tests for node in ast.walk(tree) if isinstance(node, ast.Name)}


def bases(node: ast.AST) -> set[str]:
    found = node.bases if isinstance(node, ast.ClassDef) else []
    return {base.id for base in found if isinstance(base, ast.Name)}


def test_every_clinic_system_is_tested_by_the_contract() -> None:
    systems = {node.name for node in classes("bot/clinics", "storage") if methods(node) >= CALLS}
    systems -= {ClinicSystem.__name__, *WRAPPERS}
    assert systems, "there is no clinic system at all"
    missing = sorted(systems - names_in_contract_tests())
    assert missing == [], "test these with the classes of tests/storage/clinic_contract.py"
