"""Which clinics are offered: the card's own, those where the child has been, those for its age and town, the others."""

from __future__ import annotations

import re

from tests.chat.actions import (
    ARTYOM,
    DAY,
    FRIDAY,
    TIME,
    book,
    children_of,
    choose,
    labels,
    say,
    settle_in,
)
from tests.chat.town import Town

CLINIC = re.compile("№|стоматология")


async def test_one_visit_to_a_dentist_does_not_replace_the_own_clinic(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    # The list has what fits; the rest stands behind one button, and «Назад» leads back.
    asked = await say(mother, "/book")
    near = labels(asked, CLINIC)
    assert [label.split(" · ")[0] for label in near] == [
        "Детская № 12",
        "Детская № 7",
        "Детская стоматология",
        "Стоматология № 1",
    ]
    more = await choose(mother, "Ещё поликлиники")
    assert [label.split(" · ")[0] for label in labels(more, CLINIC)] == ["Взрослая № 3", "Детская № 4, Урал"]
    assert labels(await choose(mother, "Назад"), CLINIC) == near
    await book(mother, "Стоматолог", "Цветков", DAY, TIME, "Детская стоматология")
    [child] = await children_of(town, mother)
    assert child.clinic is None  # nobody belongs to a dental clinic
    await book(mother, "Педиатр", "Ким", FRIDAY, TIME, "Детская № 7")
    # From now on the own clinic is asked about no more, and the other one is a press away.
    again = await say(mother, "/book")
    assert "Поликлиника: Детская № 7" in again.text
    assert "Недавно: Детская стоматология" in again.labels
    listed = await choose(mother, "Другая поликлиника")
    assert [label.split(" · ")[0] for label in labels(listed, CLINIC)][:2] == [
        "Недавно: Детская № 7",
        "Недавно: Детская стоматология",
    ]
    assert "Поликлиника: Детская № 7" in (await choose(mother, "Назад")).text
    dentists = await choose(mother, "Недавно")
    assert "Поликлиника: Детская стоматология" in dentists.text
    assert "Поликлиника: Детская № 7" in (await say(mother, "/book")).text
