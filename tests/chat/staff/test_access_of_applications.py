"""Who may see and decide applications at a desk: every link of them for every role."""

from __future__ import annotations

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.core.people import Role
from bot.glossary import ApplicationId
from bot.staff.rights import RIGHTS, Right
from dialogs.kit.link import Action, Link
from dialogs.staff import application_links
from dialogs.staff.application_links import DeskApplicationList, LimitEnrollment, SeeApplication
from dialogs.staff.check_links import AskBothDigits
from tests.chat.actions import MARIA, SOFIA, choose, say, send
from tests.chat.applications.steps import mother_applies
from tests.chat.applications.test_one_decision import applies_unchecked
from tests.chat.forged_buttons import NOWHERE, of_desk_application
from tests.chat.person import Person
from tests.chat.staff.roles import LET_IN, ROLES, person_of, require_one_answer, rows
from tests.chat.staff.test_desk_access import GONE
from tests.chat.town import Town

SECRETS = (MARIA.name.family, MARIA.name.short, MARIA.policy_number[-4:])
STANDS = """
SELECT a.id, a.status, a.claimed_by, a.verdict, a.decided_by,
    (SELECT count(*) FROM enrollments) AS enrolled, (SELECT group_concat(action, ',') FROM audit) AS journal
FROM applications a ORDER BY a.id
"""


def test_every_link_of_applications_is_pressed() -> None:
    kinds = {
        kind
        for kind in vars(application_links).values()
        if isinstance(kind, type) and issubclass(kind, (Link, Action)) and kind.__module__ == application_links.__name__
    }
    assert kinds == {type(each) for each in of_desk_application(1)}


def of_application(application: int) -> list[CallbackData]:
    """Return what is pressed about one application."""
    return [each for each in of_desk_application(application) if hasattr(each, "application")]


@pytest.mark.parametrize("role", ROLES)
async def test_only_the_desk_of_the_clinic_sees_and_decides(town: Town, role: str) -> None:
    """Anybody else is answered as for an application that nobody has filed, and nothing changes."""
    await mother_applies(town)
    [[application]] = await rows(town, "SELECT id FROM applications")
    person = await person_of(town, role)
    if role in LET_IN:
        await sees_and_decides(person, application, RIGHTS[Role.HEAD if role == "head" else Role.REGISTRAR])
        return
    before = await rows(town, STANDS)
    for real, missing in zip(of_application(application), of_application(NOWHERE), strict=True):
        await require_one_answer(person, real, missing, () if role == "parent" else SECRETS)
    answer, seen = await send(person, DeskApplicationList().pack())
    assert (answer.alert == GONE) is (role != "other clinic's clerk")
    assert not [label for label in seen.labels if "срок" in label]
    answer, _seen = await send(person, LimitEnrollment(full=True, own_area=True).pack())
    assert answer.alert == GONE
    assert await rows(town, STANDS) == before


def of_both(application: int) -> list[CallbackData]:
    """Return the same with the prompt that confirms the policy."""
    return [*of_application(application), AskBothDigits(application=ApplicationId(application))]


UNCHECKED = (SOFIA.name.family, SOFIA.name.short, SOFIA.policy_number[-4:])
WITH_CHECK = """
SELECT a.id, a.status, a.claimed_by, a.verdict, a.decided_by, d.claimed_by, d.decision, d.wrong_digits, d.closed_at,
    (SELECT count(*) FROM enrollments) AS enrolled, (SELECT group_concat(action, ',') FROM audit) AS journal
FROM applications a, desk_checks d ORDER BY a.id
"""


@pytest.mark.parametrize("role", ROLES)
async def test_only_the_desk_decides_on_a_policy_with_its_application(town: Town, role: str) -> None:
    await applies_unchecked(town)
    [[application]] = await rows(town, "SELECT id FROM applications")
    person = await person_of(town, role)
    if role in LET_IN:
        _answer, seen = await send(person, SeeApplication(application=ApplicationId(application)).pack())
        assert "одно решение" in seen.text
        await choose(person, "Прикрепить", "Без педиатра")
        assert "Записал" in (await say(person, SOFIA.policy_number[-4:])).text
        return
    before = await rows(town, WITH_CHECK)
    pressed, forged = of_both(application), of_both(NOWHERE)
    for real, missing in zip(pressed, forged, strict=True):
        await require_one_answer(person, real, missing, () if role == "parent" else UNCHECKED)
        if isinstance(real, AskBothDigits) and role == "other clinic's clerk":
            answered = await say(person, SOFIA.policy_number[-4:])
            assert "Записал" not in answered.text
    assert await rows(town, WITH_CHECK) == before


async def sees_and_decides(person: Person, application: int, rights: frozenset[Right]) -> None:
    _answer, seen = await send(person, SeeApplication(application=ApplicationId(application)).pack())
    assert MARIA.name.short in seen.text
    await choose(person, "Отказать", "Нет мест")
    assert "Записал" in (await person.screen()).text
    answer, _seen = await send(person, LimitEnrollment(full=True, own_area=True).pack())
    assert (answer.alert == GONE) is (Right.LIMIT_ENROLLMENT not in rights)
