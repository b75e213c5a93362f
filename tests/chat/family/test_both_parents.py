"""Two parents book for one child: what one does is never shown to the other as something else."""

from __future__ import annotations

import asyncio

from tests.chat.actions import (
    FRIDAY,
    GROMOV,
    PETROVA,
    THURSDAY,
    book,
    ref_of,
    repeat,
    review,
    to_times,
)
from tests.chat.family.test_representatives import share
from tests.chat.town import Town

BY_THE_OTHER = "Мария уже записана на чт 26 ноября, 08:00: записал второй представитель."


async def test_time_that_the_other_parent_has_booked_is_named_as_the_familys(town: Town) -> None:
    await share(town)
    mother, father = town.mother, town.father
    seen = await to_times(father, "Педиатр", PETROVA, THURSDAY)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    refused = await repeat(father, seen, "08:00")
    assert refused.alert == BY_THE_OTHER
    shown = await father.screen()
    assert ref_of(shown) == ref_of(booked)
    assert {"Перенести", "Отменить"} <= set(shown.labels)


async def test_both_parents_press_at_once_and_the_second_sees_the_booked_visit(town: Town) -> None:
    await share(town)
    mother, father = town.mother, town.father
    hers = await review(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    his = await review(father, "Педиатр", GROMOV, FRIDAY)
    answers = await asyncio.gather(repeat(mother, hers, "Записаться"), repeat(father, his, "Записаться"))
    shown = [await mother.screen(), await father.screen()]
    assert ref_of(shown[0]) == ref_of(shown[1])
    assert all("не подтвердила" not in each.text for each in shown)
    assert sum("записал второй представитель" in (answer.alert or "") for answer in answers) == 1
