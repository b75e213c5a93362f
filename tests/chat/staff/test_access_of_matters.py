"""Who may see and settle what a parent brings to a desk under a number: every link of it for every role."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.glossary import MatterId, TakeoverId
from dialogs.staff.links import (
    AskMatter,
    ConfirmMatter,
    ConfirmTakeover,
    DeclineMatter,
    DeclineTakeover,
    SeeMatter,
    SeeTakeover,
    ShowMatter,
    ShowTakeover,
)
from tests.chat.actions import MARIA, send
from tests.chat.forged_buttons import NOWHERE
from tests.chat.staff.roles import LET_IN, ROLES, person_of
from tests.chat.staff.test_desk_access import GONE
from tests.chat.staff.test_matters import papers_number
from tests.chat.staff.test_showing import passing
from tests.chat.staff.test_takeovers import number_of
from tests.chat.town import Town

SECRETS = (MARIA.name.family, MARIA.name.given, MARIA.policy_number[-4:])
STANDS = """
SELECT (SELECT group_concat(id || coalesce(closed_at, '')) FROM desk_matters) AS matters,
    (SELECT group_concat(id || status) FROM takeovers) AS takeovers,
    (SELECT group_concat(account_id || '-' || patient_id) FROM representations) AS cards
"""


def of_matter(number: int) -> list[CallbackData]:
    it = MatterId(number)
    return [SeeMatter(matter=it), ShowMatter(matter=it), ConfirmMatter(matter=it), DeclineMatter(matter=it)]


def of_takeover(number: int) -> list[CallbackData]:
    it = TakeoverId(number)
    return [SeeTakeover(takeover=it), ShowTakeover(takeover=it), ConfirmTakeover(takeover=it),
            DeclineTakeover(takeover=it)]  # fmt: skip


async def stands(town: Town) -> dict[str, Any]:
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(STANDS, {}))
    return dict(row)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("brought", [papers_number, number_of])
async def test_only_clerk_and_head_of_the_clinic_settle_what_is_brought(town: Town, role: str, brought: Any) -> None:
    """Clerk and head see the child masked; anybody else sees nothing of it, and nothing is settled."""
    await brought(town)
    buttons = of_matter if brought is papers_number else of_takeover
    person, before = await person_of(town, role), await stands(town)
    for real, missing in zip(buttons(1)[: 2 if role in LET_IN else None], buttons(NOWHERE), strict=False):
        expected, _seen = await send(person, missing.pack())
        answer, seen = await send(person, real.pack())
        shown = f"{seen.text}{seen.labels}{answer.alert}"
        if role in LET_IN:
            assert MARIA.name.given in shown
        else:
            assert answer.alert == expected.alert or role == "other clinic's clerk"
            assert role == "parent" or not [each for each in SECRETS if each in shown], real
    assert bool(await passing(person)) is (role in LET_IN)
    answer, _seen = await send(person, AskMatter().pack())
    assert (answer.alert == GONE) is (role not in (*LET_IN, "other clinic's clerk"))
    assert await stands(town) == before
