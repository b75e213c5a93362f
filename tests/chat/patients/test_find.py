"""The search for a policy by name, birth date and SNILS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clinics.capabilities import Capabilities
from bot.clinics.port import ClinicSystem
from tests.chat.actions import ARTYOM, CHECK, EGOR, EVA, MARIA, account_of, choose, consent, looks, say, settle_in
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.policy_register import register_down
from tests.chat.town import Town, town as open_town

NAME, BORN, SNILS = MARIA.name.full, "15.03.2018", "112-233-445 95"


async def search(person: Person, name: str = NAME, born: str = BORN, snils: str = SNILS) -> ChatMessage:
    """Go from a screen with the ways to add a child to the result of the search."""
    await choose(person, "Данные ребёнка и СНИЛС")
    for typed in (name, born, snils):
        await say(person, typed)
    return await person.screen()


@pytest.mark.requirement("E22", "A7", "A19", "C11", "D37", "E20")
async def test_found_policy_number_is_hidden_until_it_is_checked(town: Town) -> None:
    """The policy is found by the name, the birth date and the SNILS."""
    mother = town.mother
    await consent(mother)
    found = await search(mother)
    assert "Нашёл полис с номером на 0014, он действует. Добавить?" in found.text
    checked = await choose(mother, "Да, добавить")  # one confirmation: nothing is asked twice
    assert "Полис проверен: Мария И., ••••\u00a00014, действует" in checked.text
    assert not any("7796" in message.text for message in await mother.messages())
    assert await town.app.services.linking.unfinished((await account_of(town, mother)).id) == []


@pytest.mark.requirement("E22", "B47")
async def test_failed_search_has_one_answer_for_every_reason(town: Town) -> None:
    people = (town.mother, town.father, town.stranger)
    wrong = ({"name": "Иванова Марина Сергеевна"}, {"born": "16.03.2018"}, {"snils": "087-654-303 00"})
    answers = []
    for person, mistake in zip(people, wrong, strict=True):
        await consent(person)
        answers.append(looks(await search(person, **mistake)))
    assert answers[0] == answers[1] == answers[2]
    assert "полис не нашёлся" in answers[0][0]


@pytest.mark.requirement("E22", "E47", "C36")
async def test_one_corrected_answer_continues_the_search(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await search(mother, name="Иванова Марина Сергеевна", born="16.03.2018", snils="087-654-303 00")
    asked = await choose(mother, "Исправить имя")
    assert "Сейчас так: Иванова Марина Сергеевна" in asked.text
    assert "полис не нашёлся" in (await choose(mother, "Назад")).text
    await choose(mother, "Исправить имя")
    await say(mother, NAME)
    await choose(mother, "Исправить дату")
    await say(mother, BORN)
    await choose(mother, "Исправить СНИЛС")
    assert (await say(mother, SNILS)).button("Да, добавить")


@pytest.mark.requirement("E22")
async def test_found_policy_not_in_force_is_offered_with_its_status(town: Town) -> None:
    """A policy that the account has already opens its card."""
    mother = town.mother
    await consent(mother)
    assert (await search(mother, EVA.name.full, "21.08.2016", EVA.snils)).button("Да, добавить")
    await settle_in(town.father, MARIA)
    await choose(town.father, "Добавить ещё ребёнка")
    await search(town.father)
    assert "Иванова Мария Сергеевна" in (await choose(town.father, "Да, добавить")).text
    assert (await town.father.screen()).button("Записаться")


@pytest.mark.requirement("E22", "E40", "D11")
async def test_search_of_a_silent_register_keeps_the_draft_and_is_retried(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch, "find_policies"):
        answer = await search(mother)
        assert "Реестр сейчас не отвечает" in answer.text
        assert "сохранено" in answer.text
    await say(mother, "/menu")
    assert (await choose(mother, "Дописать")).button("Да, добавить")


@pytest.mark.requirement("E22")
async def test_five_failed_searches_pause_and_keep_the_draft(town: Town) -> None:
    """The pause shows its end."""
    mother = town.mother
    await consent(mother)
    await search(mother, born="01.03.2018")
    for day in range(2, 6):
        await choose(mother, "Исправить дату")
        await say(mother, f"0{day}.03.2018")
    await choose(mother, "Исправить дату")
    paused = await say(mother, BORN)
    assert "пять раз" in paused.text
    assert "13:00" in paused.text
    assert not paused.button("Да, добавить")
    await town.pass_time(hours=1)
    await say(mother, "/menu")
    assert (await choose(mother, "Дописать")).button("Да, добавить")


async def test_the_register_compares_the_name_as_strictly_as_by_number(town: Town) -> None:
    await consent(town.mother)
    answer = await search(town.mother, EGOR.name.full, "12.01.2019", EGOR.snils)
    assert "полис не нашёлся" in answer.text


async def test_a_number_typed_after_a_search_in_vain_goes_on_with_the_same_name(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await search(mother, ARTYOM.name.full, "02.11.2015", "112-233-445 95")
    await choose(mother, "По номеру полиса")
    await say(mother, ARTYOM.policy_number)
    reviewed = await choose(mother, "Да")
    assert ARTYOM.name.full in reviewed.text
    assert reviewed.button("Показать номер")
    assert "Полис проверен: Артём К." in (await choose(mother, CHECK)).text


class Plain:
    """The clinic system has no search by person."""

    def __init__(self, registry: ClinicSystem) -> None:
        self.name, self._registry = registry.name, registry

    async def capabilities(self) -> Capabilities:
        return replace(await self._registry.capabilities(), finds_by_person=False)

    def __getattr__(self, method: str) -> Any:
        return getattr(self._registry, method)


def plain(registry: ClinicSystem) -> Sequence[ClinicSystem]:
    return (Plain(registry),)


@pytest.mark.requirement("E22")
async def test_where_the_register_cannot_search_the_way_is_not_offered(template: Path, tmp_path: Path) -> None:
    async with open_town(template, tmp_path, plain) as town:
        offered = await consent(town.mother)
        assert offered.button("Номер полиса")
        assert not offered.button("Данные ребёнка")
