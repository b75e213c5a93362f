"""A Ref typed on any screen of the desk opens what has it, as on the desk's own menu."""

from __future__ import annotations

import pytest

from dialogs import FLOWS
from dialogs.kit.link import Link
from dialogs.staff.check_links import PolicyQueue
from dialogs.staff.day_links import DeskBlocked, DeskFigures, DeskMissed, DeskWaiting
from dialogs.staff.links import DeskQueue
from dialogs.staff.schedule_links import ScheduleDoctors
from tests.chat.actions import MARIA, book, choose, ref_of, say, send, settle_in, with_code
from tests.chat.applications.steps import apply, open_first
from tests.chat.town import Town

SCREENS = [DeskQueue(), PolicyQueue(), DeskBlocked(), DeskMissed(), DeskWaiting(), DeskFigures(), ScheduleDoctors()]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda each: type(each).__name__)
async def test_ref_of_a_visit_is_understood_on_a_screen_that_asks_nothing(town: Town, screen: Link) -> None:
    assert screen.__prefix__ not in {code for flow in FLOWS for code in flow.answers}
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother))
    registrar = await with_code(town, town.registrar)
    await send(registrar, screen.pack())
    assert "Мария И." in (await say(registrar, ref)).text
    await send(registrar, screen.pack())
    assert "нет или его уже решили" in (await say(registrar, "A7KM-9X")).text


async def test_ref_is_understood_below_a_decision(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother))
    await apply(town.mother)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Отказать", "Другое")
    assert (await town.registrar.screen()).button("Отменить действие")
    assert "Мария И." in (await say(town.registrar, ref)).text
