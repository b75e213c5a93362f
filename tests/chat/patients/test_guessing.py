"""Guessing of policies: whom a pause binds, what a guess may learn, and what the whole house does against it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.patients.errors import TooManyOpenChecks
from bot.patients.rules.policy_number import make_policy_number
from tests.builders import claim_of
from tests.chat.actions import (
    ALINA,
    CHECK,
    MARIA,
    SOFIA,
    account_of,
    children_of,
    choose,
    consent,
    link,
    name_and_check,
    say,
    to_name,
    to_review,
)
from tests.chat.message import ChatMessage
from tests.chat.patients.test_find import SNILS, search
from tests.chat.person import Person
from tests.chat.policy_register import recorded_checks, register_down
from tests.chat.town import Town, town as open_town
from tests.time_limits import short_limits

NOBODY = "Петрова Анна Сергеевна"
NEARLY = replace(MARIA.name, patronymic="Андреевна")
NUMBERS = [make_policy_number("77", SOFIA.birth_date, SOFIA.sex, serial) for serial in range(900, 910)]


LIMIT = 20


@pytest.fixture
async def wary(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    """A town where few refusals are an alarm."""
    async with open_town(template, tmp_path, refusals_limit=LIMIT) as everything:
        yield everything


async def refuse(town: Town, times: int) -> None:
    """Let new accounts be refused by the register, five times each."""
    for number in range(times // 5):
        guesser = town.chat.person(5000 + number, first_name="Подбор")
        await consent(guesser)
        account = await account_of(town, guesser)
        for unknown in NUMBERS[:5]:
            await town.app.services.patients.link(account, claim_of(unknown, NEARLY))


async def guess(person: Person, times: int = 5) -> ChatMessage:
    """Try wrong names for Maria's policy."""
    await consent(person)
    await to_name(person, MARIA)
    seen = await name_and_check(person, NOBODY)
    for _each in range(times - 1):
        await choose(person, "Исправить имя")
        # An unchanged name would not be asked about again at once.
        seen = await name_and_check(person, "Петрова Анна Львовна" if NOBODY in seen.text else NOBODY)
    return seen


@pytest.mark.requirement("C20")
async def test_owner_passes_while_others_guess_the_number(town: Town) -> None:
    assert "Следующая попытка" in (await guess(town.stranger)).text
    await consent(town.mother)
    assert "Полис проверен" in (await link(town.mother, MARIA)).text


async def test_owner_who_mistypes_once_may_correct_it(town: Town) -> None:
    await guess(town.stranger)
    await consent(town.mother)
    await to_name(town.mother, MARIA)
    assert "не сошлись с реестром" in (await name_and_check(town.mother, NOBODY)).text
    await choose(town.mother, "Исправить имя")
    assert "Полис проверен" in (await name_and_check(town.mother, MARIA.name.full)).text


async def test_guess_at_a_paused_number_learns_no_wrong_field(town: Town) -> None:
    """Otherwise many accounts would find a name part by part."""
    await consent(town.father)
    await to_name(town.father, MARIA)
    assert "кроме отчества" in (await name_and_check(town.father, NEARLY.full)).text
    await guess(town.stranger, 4)
    other = town.chat.person(1005, first_name="Соседка")
    await consent(other)
    await to_name(other, MARIA)
    refused = await name_and_check(other, NEARLY.full)
    assert "не сошлись с реестром" in refused.text
    assert "отчеств" not in refused.text


async def test_questions_to_a_silent_register_count_as_tries(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    services = town.app.services
    await consent(town.mother)
    account = await account_of(town, town.mother)
    with register_down(monkeypatch):
        for number in NUMBERS[:5]:
            await services.patients.link(account, claim_of(number, NEARLY))
        await to_name(town.mother, MARIA)
        await say(town.mother, MARIA.name.full)
        pressed = await town.mother.press(CHECK)
        assert "ещё не ответил" in (pressed.alert or "")
        assert MARIA.name.full in (await town.mother.screen()).text, "the form is kept"
        with pytest.raises(TooManyOpenChecks):
            await services.patients.link(account, claim_of(NUMBERS[5], NEARLY))
        await services.patients.link(account, claim_of(NUMBERS[0], NEARLY))
    assert len(await children_of(town, town.mother)) == 5


async def test_many_refusals_alarm_and_slow_new_accounts(wary: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account with a card that is a day old is answered at once, and a new one is answered a little later."""
    town = wary
    await consent(town.mother)
    await link(town.mother, MARIA)
    await town.pass_time(days=1, minutes=1)
    services = town.app.services
    await refuse(town, LIMIT)
    assert services.alarms.ringing() == []
    await town.work()
    assert [each.alarm for each in services.alarms.ringing()] == ["REGISTER_REFUSALS"]
    with recorded_checks(monkeypatch) as asked:
        for newcomer in (town.father, town.stranger):
            await consent(newcomer)
            await to_review(newcomer, ALINA)
            with short_limits():
                assert "Проверяю полис" in (await choose(newcomer, CHECK)).text
        assert asked == []
        await say(town.mother, "/children")
        await choose(town.mother, "Добавить")
        assert "Полис проверен" in (await link(town.mother, ALINA)).text
        await town.pass_time(seconds=1)
        assert len(asked) == 2
        await town.pass_time(seconds=10)
        assert len(asked) == 3
    await town.pass_time(hours=2)
    assert services.alarms.ringing() == []


async def test_owner_who_comes_by_snils_passes_while_the_number_is_guessed(town: Town) -> None:
    await guess(town.stranger)
    await consent(town.mother)
    await search(town.mother)
    assert "Полис проверен" in (await choose(town.mother, "Да, добавить")).text


async def test_search_of_a_new_account_takes_its_turn_in_the_line(wary: Town) -> None:
    """A search is answered at once or not at all, so it is refused with a moment, and the form is kept."""
    town = wary
    await refuse(town, LIMIT)
    await town.work()
    await consent(town.father)
    await to_review(town.father, ALINA)
    with short_limits():
        assert "Проверяю полис" in (await choose(town.father, CHECK)).text
    await consent(town.mother)
    refused = await search(town.mother)
    assert "Реестр сейчас занят другими вопросами" in refused.text
    assert "в 12:01" in refused.text
    await town.pass_time(seconds=11)
    assert (await say(town.mother, SNILS)).button("Да, добавить")
