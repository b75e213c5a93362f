"""Two parents book for one child: what one does is never shown to the other as something else."""

from __future__ import annotations

import asyncio

from tests.chat.actions import (
    FRIDAY,
    GROMOV,
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    choose,
    look,
    ref_of,
    repeat,
    review,
    settle_in,
    take_back,
    to_times,
    visits,
)
from tests.chat.family.test_representatives import arrive, invite, keepers, patient_of, share
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


async def test_owner_without_consent_leaves_the_card_to_the_other_parent(town: Town) -> None:
    patient = await share(town)
    mother, father = town.mother, town.father
    await take_back(mother, "данные ребёнка")
    await town.work()
    assert "владелец карточки — вы" in (await father.screen()).text
    seen = await keepers(father, patient)
    assert "1. вы, владелец" in seen.text
    assert seen.button("Пригласить")


async def test_guest_is_told_of_an_invitation_that_expires_meanwhile(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    payload = await invite(town)
    await arrive(town.father, payload)
    await choose(town.father, "Прочитать", "Даю согласие")
    await town.pass_time(hours=24)
    told = await choose(town.father, "Даю согласие", "Даю согласие")
    assert "Срок приглашения истёк" in told.text
    assert "новую ссылку" in told.text


async def test_guest_is_told_of_an_invitation_that_was_taken_back(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    offered = await arrive(town.father, await invite(town))
    await keepers(town.mother, await patient_of(town, town.mother))
    await choose(town.mother, "Отменить ссылку")
    await town.work()
    assert "Приглашение вести карточку отозвали" in (await town.father.screen()).text
    pressed = await repeat(town.father, offered, "Принять")
    assert pressed.alert == "Приглашение отозвали. Если оно ещё нужно, попросите новую ссылку."


async def test_confirmation_says_that_reminders_are_off_and_turns_them_on(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, reminders=False)
    booked = await book(mother)
    assert "Напоминания выключены" in booked.text
    await choose(mother, "Включить напоминания", "Даю согласие")
    assert "Напомню" in (await visits(mother)).text
    assert (await look(mother, booked.id)).text == booked.text
