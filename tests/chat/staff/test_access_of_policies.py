"""Who may see and decide applications for a policy: every link of them for every role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialogs.kit.link import Action, Link
from dialogs.staff import policy_links
from dialogs.staff.application_links import DeskApplicationList
from dialogs.staff.policy_links import CheckPolicyRequest, SeePolicyRequest
from tests.chat.actions import choose, send
from tests.chat.applications.test_policy import ADDRESS, SNILS, sent
from tests.chat.forged_buttons import NOWHERE, of_desk_policy
from tests.chat.staff.roles import LET_IN, ROLES, person_of, require_one_answer, rows
from tests.chat.town import Town, town as opened_town

SECRETS = ("Иванова", "Мария И.", SNILS, ADDRESS)
STANDS = """
SELECT a.id, a.status, a.claimed_by, a.verdict, a.decided_by,
    (SELECT group_concat(action, ',') FROM audit) AS journal
FROM policy_requests a ORDER BY a.id
"""


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_town(template, tmp_path, policy_desk=1) as town:
        yield town


def test_every_link_of_policies_is_pressed() -> None:
    kinds = {
        kind
        for kind in vars(policy_links).values()
        if isinstance(kind, type) and issubclass(kind, (Link, Action)) and kind.__module__ == policy_links.__name__
    }
    assert kinds == {type(each) for each in of_desk_policy(1)}


@pytest.mark.requirement("C24")
@pytest.mark.parametrize("role", ROLES)
async def test_only_the_named_desk_sees_and_decides(town: Town, role: str) -> None:
    """Anybody else is answered as for an application that nobody has sent, and nothing changes."""
    request = await sent(town)
    person = await person_of(town, role)
    if role in LET_IN:
        _answer, checked = await send(person, CheckPolicyRequest(request=request).pack())
        assert "Заявление настоящее" in checked.text
        _answer, seen = await send(person, SeePolicyRequest(request=request).pack())
        assert "Мария И." in seen.text
        await choose(person, "Отказать", "Другое")
        assert "Записал" in (await person.screen()).text
        return
    before = await rows(town, STANDS)
    for real, missing in zip(of_desk_policy(request), of_desk_policy(NOWHERE), strict=True):
        await require_one_answer(person, real, missing, () if role == "parent" else SECRETS)
    _answer, seen = await send(person, DeskApplicationList().pack())
    assert not [label for label in seen.labels if "срок" in label]
    assert await rows(town, STANDS) == before
