"""The README documents every setting, command, make target, picture and example of the demo town."""

from __future__ import annotations

import re

import typer

from bot.__main__ import cli
from bot.patients.records import PolicyKind
from bot.patients.rules.policy_number import policy_kind
from bot.settings import Settings
from bot.telegram.commands import COMMANDS
from storage.registry.seed.town import EXAMPLES
from tests.project_files import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", README, re.MULTILINE))
    assert rows.keys() == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        documented = rows[name.upper()].strip("`")
        assert (documented == "required") == field.is_required(), name
        if isinstance(field.default, (int, str)):
            assert documented.casefold() == str(field.default).casefold(), name


def test_every_command_of_the_command_line_is_documented() -> None:
    for name in typer.main.get_command(cli).commands:  # type: ignore[attr-defined]  # a group, as it has commands
        assert f"| `{name}" in README, name


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"echo 'make (\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert targets
    for target in targets:
        assert f"`make {target}`" in README, target


def test_every_chat_command_is_documented() -> None:
    for command, _what in COMMANDS:
        assert f"/{command}" in README, command


def test_pictures_shown_and_stored_are_the_same() -> None:
    shown = set(re.findall(r"\]\((tests/e2e/pictures/[\w.]+)\)", README))
    assert shown == {str(path.relative_to(ROOT)) for path in (ROOT / "tests/e2e/pictures").iterdir()}


def test_every_example_of_the_town_is_documented() -> None:
    for child in EXAMPLES:
        size = 4 if policy_kind(child.policy_number) is PolicyKind.ENP else 3
        number = " ".join(re.findall("." * size, child.policy_number))
        snils = re.sub(r"(...)(...)(...)(..)", r"\1-\2-\3 \4", child.snils)
        assert f"| {number} | {child.name.full} | {snils} |" in README
