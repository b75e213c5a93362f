"""Desk matters: a registrar types the number that a parent brings, looks at the papers, and confirms or declines."""

from __future__ import annotations

import pytest

from bot.core.clinic import Level
from bot.core.people import Purpose, Role
from bot.patients.records import DeskMatter
from tests.builders import claim_of
from tests.chat.actions import (
    CHECK,
    MARIA,
    account_of,
    choose,
    new_messages,
    ref_of,
    say,
    settle_in,
    with_code,
)
from tests.chat.message import ChatMessage
from tests.chat.patients.test_levels import demand, to_booking
from tests.chat.town import Town

CONFIRM, DECLINE = "Документы в порядке", "Отклонить"


async def at_matters(town: Town, number: str) -> ChatMessage:
    """Type the number of a matter at the desk."""
    registrar = await with_code(town, town.registrar)
    await say(registrar, "/start")
    await choose(registrar, "Вопрос по номеру")
    return await say(registrar, number)


async def papers_number(town: Town) -> str:
    """Let the mother's clinic demand papers, and return the number that she brings."""
    await settle_in(town.mother, MARIA)
    await demand(town, Level.PAPERS)
    return ref_of(await to_booking(town.mother))


@pytest.mark.requirement("D41")
async def test_registrar_confirms_papers_by_the_typed_number(town: Town) -> None:
    number = await papers_number(town)
    seen = await at_matters(town, number.replace("\u2011", "").lower())
    for fact in ("Мария И., 2018 г. р., полис ••••", "паспорт", "свидетельство о рождении"):
        assert fact in seen.text
    assert "7796" not in seen.text
    before = await town.mother.messages()
    await town.registrar.press(CONFIRM)
    await town.work()
    [news] = await new_messages(town.mother, before)
    assert "Регистратура видела ваши документы" in news.text
    assert "нет или его уже решили" in (await at_matters(town, number)).text


async def test_declined_matter_tells_the_parent_and_proves_nothing(town: Town) -> None:
    number = await papers_number(town)
    await at_matters(town, number)
    before = await town.mother.messages()
    await town.registrar.press(DECLINE)
    await town.work()
    [news] = await new_messages(town.mother, before)
    assert "документы: они не подошли" in news.text
    assert ref_of(await to_booking(town.mother)) != number


async def test_old_policy_shown_at_the_desk_is_checked_again(town: Town) -> None:
    mother = town.mother
    await settle_in(mother)
    await choose(mother, "Старый полис")
    for typed in ("аб 123456", "20.02.2010"):
        await say(mother, typed)
    await choose(mother, "Мальчик")
    await say(mother, "Королёв Артём Дмитриевич")
    refused = await choose(mother, CHECK)
    seen = await at_matters(town, ref_of(refused))
    assert "документ старого образца" in seen.text
    before = await mother.messages()
    await town.registrar.press(CONFIRM)
    await town.pass_time(minutes=1)
    assert any("не смог подтвердить" in message.text for message in await new_messages(mother, before))


async def test_desk_explains_a_wrong_number(town: Town) -> None:
    assert "не номер" in (await at_matters(town, "карточка")).text
    assert "нет или его уже решили" in (await say(town.registrar, "A7KM-9X")).text


async def test_only_those_who_settle_matters_are_asked_for_a_number(town: Town) -> None:
    number = await papers_number(town)
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(1005, Role.ADMIN, clinics[0].id)
    admin = await with_code(town, town.chat.person(1005, first_name="Администратор"))
    await settle_in(town.stranger)
    for person in (admin, town.stranger):
        assert not (await say(person, "/menu")).button("Вопрос по номеру")
        assert "Мария" not in (await say(person, number)).text


async def test_staff_member_cannot_settle_an_own_matter(town: Town) -> None:
    registrar = await with_code(town, town.registrar)
    account, services = await account_of(town, registrar), town.app.services
    for purpose in Purpose:
        account = await services.consents.give(account.id, purpose, "digest")
    patient = await services.patients.link(account, claim_of(MARIA.policy_number, MARIA.name))
    number = await services.family.open_matter(account.id, patient.id, DeskMatter.PAPERS)
    await say(registrar, "/menu")
    await choose(registrar, "Регистратура", "Вопрос по номеру")
    assert "решает коллега" in (await say(registrar, number)).text
