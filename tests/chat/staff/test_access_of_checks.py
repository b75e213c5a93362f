"""Who may see and decide what a desk checks: every link of policy checks for every role."""

from __future__ import annotations

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.glossary import DeskCheckId
from bot.patients.records import DeskDecision
from dialogs.staff.check_links import (
    AskDigits,
    ChooseFix,
    ChooseNo,
    DecidePolicy,
    PolicyDecided,
    PolicyQueue,
    SeePolicy,
    ShowPolicy,
    UndoPolicy,
)
from dialogs.staff.day_links import CheckUnchecked
from tests.chat.actions import SOFIA, choose, say, send
from tests.chat.booking.test_unchecked import booked
from tests.chat.forged_buttons import NOWHERE
from tests.chat.person import Person
from tests.chat.staff.roles import LET_IN, ROLES, person_of, require_one_answer, rows
from tests.chat.staff.test_desk_access import GONE
from tests.chat.town import Town

SECRETS = (SOFIA.name.family, SOFIA.name.given, SOFIA.policy_number[-4:])
STANDS = """
SELECT d.id, d.claimed_by, d.closed_at, d.decision, d.urgent_at FROM desk_checks d ORDER BY d.id
"""


def buttons(check: int, number: int) -> list[CallbackData]:
    it = DeskCheckId(check)
    return [
        SeePolicy(check=it),
        ShowPolicy(check=it),
        AskDigits(check=it),
        ChooseFix(check=it),
        ChooseNo(check=it),
        *(DecidePolicy(check=it, decision=each) for each in DeskDecision if each is not DeskDecision.MATCHED),
        PolicyDecided(check=it),
        UndoPolicy(check=it),
        CheckUnchecked(number=number),
    ]


@pytest.mark.parametrize("role", ROLES)
async def test_only_clerk_and_head_of_the_clinic_see_and_decide(town: Town, role: str) -> None:
    """Anybody else is answered like for a check that nothing has, and nothing changes."""
    await booked(town)
    [[check]] = await rows(town, "SELECT id FROM desk_checks")
    [[number]] = await rows(town, "SELECT max(id) FROM registry_bookings WHERE status = 'BOOKED'")
    person = await person_of(town, role)
    if role in LET_IN:
        await sees_and_decides(person, check)
        return
    before = await rows(town, STANDS)
    for real, missing in zip(buttons(check, number), buttons(NOWHERE, NOWHERE), strict=True):
        await require_one_answer(person, real, missing, () if role == "parent" else SECRETS)
    await say(person, "/start")
    answer, seen = await send(person, PolicyQueue().pack())
    if role == "other clinic's clerk":
        assert not answer.alert
        assert not [label for label in seen.labels if label.startswith("Срок")]
    else:
        assert answer.alert == GONE
    assert await rows(town, STANDS) == before


async def sees_and_decides(person: Person, check: int) -> None:
    _answer, seen = await send(person, SeePolicy(check=DeskCheckId(check)).pack())
    assert SOFIA.name.short in seen.text
    assert SOFIA.policy_number[-4:] not in seen.text
    await choose(person, "Нужны бумаги")
    assert "Записал" in (await person.screen()).text
