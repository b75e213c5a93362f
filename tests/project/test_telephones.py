"""A law of the desk: a telephone that an account has given the bot is read by the rule that looks at its consents."""

from __future__ import annotations

import ast

import pytest

from tests.project_files import modules, read

RULE = "bot/patients/consenting.py"
ABOUT_CONTACTS = {"get", "of_accounts"}


def reads_of_phones(source: str) -> list[int]:
    """Return the lines that read a whole telephone, or the contacts in which it stands, past the rule."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and (
            node.attr == "whole_phone"
            or (node.attr in ABOUT_CONTACTS and isinstance(node.value, ast.Attribute) and node.value.attr == "contacts")
        )
    ]


def test_desk_reads_telephones_of_accounts_by_one_rule() -> None:
    desk = [*modules("bot/staff", "dialogs/staff"), *(each for each in modules("bot/privacy") if "desk" in each.stem)]
    past = {path.stem: lines for path in desk if (lines := reads_of_phones(read(path)))}
    assert not past, f"use phone_for_desk or phones_for_desk of {RULE}: {past}"


@pytest.mark.parametrize(
    ("source", "is_read"),
    [
        ("(await view.contacts.get(account)).phone", True),
        ("await view.contacts.of_accounts(several)", True),
        ("contact.whole_phone", True),
        ("await view.contacts.find_owner(phone)", False),
        ("await view.accounts.get(account)", False),
    ],
)
def test_law_finds_each_way_to_a_telephone(source: str, is_read: bool) -> None:
    assert bool(reads_of_phones(f"async def look(): return {source}")) == is_read
