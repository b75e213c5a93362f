"""The documents name what there is: settings, commands, targets, pictures, children of the demo town."""

from __future__ import annotations

import re

import pytest
import typer

from bot.__main__ import cli
from bot.clinic_file.columns import REQUIRED_SHEETS, SHEETS
from bot.core.budgets import BUCKETS
from bot.core.people import Role
from bot.delivery.alarms import Alarm
from bot.patients.records import PolicyKind
from bot.patients.rules.policy_number import policy_kind
from bot.settings import Settings
from bot.staff import rights
from bot.staff.rights import RIGHTS, Right
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


RIGHTS_IN_WORDS = {
    Right.SEE_VISITS: "see the visits of a day",
    Right.CANCEL_VISITS: "cancel and move visits",
    Right.MOVE_VISITS: "cancel and move visits",
    Right.SETTLE_MATTERS: "settle what a parent brings",
    Right.CHECK_POLICIES: "check policies that no list confirms",
    Right.DECIDE_APPLICATIONS: "decide applications",
    Right.LIMIT_ENROLLMENT: "say whom the clinic enrolls",
    Right.REFER: "refer the patient",
    Right.KEEP_PATIENTS: "look into the clinic's list",
    Right.EDIT_SCHEDULES: "close and open hours",
    Right.REPLACE_FOR_GOOD: "replace a doctor for good",
    Right.BOOK_VISITS: "book a patient",
    Right.CHECK_IN: "note who has come",
    Right.LIFT_BLOCKS: "open booking again",
    Right.SEE_READERS: "see how many names",
    Right.SEE_FIGURES: "see the figures",
    Right.PRINT_POSTER: "take the link",
    Right.MANAGE_STAFF: "invite and dismiss",
}
"""how the row of each right begins in the table of roles"""


@pytest.mark.parametrize("right", Right)
def test_table_of_roles_says_what_each_role_may(right: Right) -> None:
    [row] = [line for line in OPERATING.splitlines() if line.startswith(f"| {RIGHTS_IN_WORDS[right]}")]
    assert row.split(" | ")[1:] == answers(right, " |"), right
    in_code = [line for line in (rights.__doc__ or "").splitlines() if line.startswith(f"| {right} ")]
    assert in_code[0].replace(" ", "").split("|")[2:5] == answers(right), right


def answers(right: Right, end: str = "") -> list[str]:
    """Return what the columns of the roles say of a right."""
    found = ["yes" if right in RIGHTS[role] else "no" for role in (Role.REGISTRAR, Role.HEAD, Role.ADMIN)]
    return [*found[:-1], found[-1] + end]


def test_table_of_limits_has_the_size_of_every_budget() -> None:
    limits = OPERATING.partition("\n## Limits\n")[2].partition("\n## ")[0]
    sizes = [int(size) for size in re.findall(r"^\| [^|]+ \| (\d+)", limits, re.MULTILINE)]
    for budget, bucket in BUCKETS.items():
        assert bucket.size in sizes, budget
        sizes.remove(bucket.size)


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


def anchors_of(document: str) -> set[str]:
    """Return the names that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_in_a_document_leads_to_a_file_and_a_heading() -> None:
    lost = []
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", read(document)):
            name, _, anchor = target.partition("#")
            path = ROOT / name if name else document
            if not path.exists() or (anchor and anchor not in anchors_of(read(path))):
                lost.append(f"{document.name}: {target}")
    assert lost == []


def test_smallest_file_of_a_clinic_has_as_many_cells_as_the_manual_says() -> None:
    cells = sum(column.required for sheet in REQUIRED_SHEETS for column in SHEETS[sheet])
    assert f"the {cells} cells of the columns with an asterisk" in " ".join(OPERATING.split())


def test_every_part_of_check_is_listed() -> None:
    section = OPERATING.partition("\n## Check\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    listed = {part for row in rows for part in re.findall(r"`([^`]+)`", row)}
    code = read(ROOT / "bot/selfcheck.py")
    parts = set(re.findall(r'^        "([a-z ]+)": |parts\["([a-z ]+)"\]', code, re.MULTILINE))
    assert {one or other for one, other in parts} | {"settings"} <= listed


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
