"""The documents name what there is: settings, commands, targets, pictures, children of the demo town."""

from __future__ import annotations

import re

import typer

from bot.__main__ import cli
from bot.delivery.alarms import Alarm
from bot.patients.records import PolicyKind
from bot.patients.rules.policy_number import policy_kind
from bot.settings import Settings
from bot.telegram.commands import COMMANDS
from storage.registry.seed.examples import EXAMPLES
from tests.project_files import ROOT, read

README, OPERATING, CONTRIBUTING = (read(ROOT / name) for name in ("README.md", "OPERATING.md", "CONTRIBUTING.md"))

PATH = re.compile(r"`((?:bot|dialogs|storage|tests|locales|\.ci)/[\w./]*)[ `]")


def test_every_setting_is_listed_with_its_default() -> None:
    rows = rows_of("Settings")
    assert rows.keys() == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = rows[name.upper()].strip("`")
        assert (default == "required") == field.is_required(), name
        if isinstance(field.default, (int, str)):
            assert default.casefold() == str(field.default).casefold(), name


def test_every_alarm_is_listed() -> None:
    assert rows_of("Alarms").keys() == {alarm.value for alarm in Alarm}


def rows_of(section: str) -> dict[str, str]:
    """Return the first two columns of the table in a section of OPERATING.md; the first is a name in capitals."""
    text = OPERATING.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", text, re.MULTILINE))


def test_every_command_is_listed() -> None:
    for name in typer.main.get_command(cli).commands:  # type: ignore[attr-defined]  # a group, as it has commands
        assert f"| `{name}" in OPERATING, name


def test_every_make_target_is_listed() -> None:
    targets = re.findall(r"echo 'make (\w+)", read(ROOT / "Makefile"))
    assert targets
    for target in targets:
        assert f"`make {target}`" in CONTRIBUTING, target


def test_every_chat_command_is_listed() -> None:
    for command, _what in COMMANDS:
        assert f"/{command}" in README, command


def test_every_path_in_a_document_exists() -> None:
    """A path with a placeholder, such as ``bot/<slice>``, names no file."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "tests").rglob("*.md")]
    named = {path for each in documents for path in PATH.findall(read(each))}
    assert len(named) > 10
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_picture_is_shown_and_exists() -> None:
    shown = set(re.findall(r"\]\((tests/e2e/pictures/[\w.]+)\)", README))
    assert shown == {str(path.relative_to(ROOT)) for path in (ROOT / "tests/e2e/pictures").iterdir()}


def test_every_example_of_the_town_is_listed() -> None:
    for child in EXAMPLES:
        size = 4 if policy_kind(child.policy_number) is PolicyKind.ENP else 3
        number = " ".join(re.findall("." * size, child.policy_number))
        snils = re.sub(r"(...)(...)(...)(..)", r"\1-\2-\3 \4", child.snils)
        assert f"| {number} | {child.name.full} | {child.birth_date:%d.%m.%Y} | {snils} |" in README


def test_readme_is_short() -> None:
    assert len(README.splitlines()) < 200
