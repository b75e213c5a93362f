"""Notices of what changes after a policy was confirmed: once, by day, to all representatives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clinics.port import PolicyStatus
from bot.core.patient import Patient, VerificationStatus
from bot.core.people import PersonName, Sex
from bot.patients.records import Detail, Relationship
from bot.patients.rules.policy_number import make_policy_number
from storage.registry.seed.clinics import GARDEN
from storage.registry.seed.examples import Example
from storage.registry.seed.people import DemoPerson
from tests.builders import claim_of
from tests.chat.actions import (
    ALINA,
    EGOR,
    MARIA,
    NIKITA,
    account_of,
    book,
    children_of,
    choose,
    consent,
    link,
    moscow,
    new_messages,
    pass_until,
    say,
    settle_in,
    to_days,
)
from tests.chat.insured_children import insure
from tests.chat.person import Person
from tests.chat.policy_register import change_in_register, register_down, reissue_in_register
from tests.chat.town import Town

RUSLAN = PersonName("Тагиров", "Руслан", "Маратович")


async def insure_boy(town: Town, birth_date: date, valid_until: date | None = None) -> Example:
    """Insure a boy of a given age."""
    number = make_policy_number("77", birth_date, Sex.MALE, 321)
    await insure(town.app.store, [DemoPerson(number, RUSLAN, birth_date, Sex.MALE, GARDEN, valid_until=valid_until)])
    return Example(number, RUSLAN, "", birth_date, Sex.MALE, GARDEN)


async def the_patient(town: Town, person: Person) -> Patient:
    [patient] = await children_of(town, person)
    return patient


async def share(town: Town, person: Person, patient: Patient) -> None:
    """Add the other parent as a representative."""
    account = await account_of(town, person)
    await town.app.store.storage.write(
        lambda uow: uow.representatives.add(account.id, patient.id, Relationship.PARENT, town.clock.now())
    )


# --- the register changes its mind ------------------------------------------------------------------------------------


@pytest.mark.requirement("D30", "C4", "D34", "E9")
async def test_suspension_and_its_end_are_notified_to_both_parents(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await settle_in(father)
    await share(town, father, await the_patient(town, mother))
    await book(mother, day="пт 27")
    await change_in_register(town, MARIA, PolicyStatus.SUSPENDED)
    seen = {person.id: await person.messages() for person in (mother, father)}
    await pass_until(town, moscow(24, 10, 1))
    for person in (mother, father):
        news = (await new_messages(person, seen[person.id]))[-1]
        assert "изменились данные полиса" in news.text
        assert "Мария И., ••••\u00a00014" in news.text
        assert "приостановлен" in news.text
        assert news.button("Проверить ещё раз")
    assert "Записи, сделанные раньше, остаются" in (await mother.screen()).text
    assert "Педиатр" not in (await say(mother, "/book")).labels
    seen = {person.id: await person.messages() for person in (mother, father)}
    await town.pass_time(days=1)
    assert await new_messages(father, seen[father.id]) == []
    await change_in_register(town, MARIA, PolicyStatus.ACTIVE)
    await town.pass_time(days=1)
    for person in (mother, father):
        assert any("снова действует" in news.text for news in await new_messages(person, seen[person.id]))


@pytest.mark.requirement("D34")
async def test_look_at_a_silent_register_is_retried_an_hour_later(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await change_in_register(town, MARIA, PolicyStatus.EXPIRED)
    before = await mother.messages()
    with register_down(monkeypatch) as asked:
        await pass_until(town, moscow(24, 10, 1))
        assert len(asked) == 1
        await town.pass_time(minutes=30)
        assert len(asked) == 1
    assert (await the_patient(town, mother)).is_verified
    assert await new_messages(mother, before) == []
    await town.pass_time(minutes=31)
    assert "истёк" in (await mother.screen()).text


@pytest.mark.requirement("D30")
async def test_policy_suspended_from_the_start_is_watched_but_not_at_night(town: Town) -> None:
    """The bot was off for the whole day and starts again in the evening."""
    mother = town.mother
    await consent(mother)
    await link(mother, NIKITA)
    before = await mother.messages()
    await change_in_register(town, NIKITA, PolicyStatus.ACTIVE)
    await pass_until(town, moscow(24, 23))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 10, 1))
    [news] = await new_messages(mother, before)
    assert "снова действует" in news.text
    assert "••••\u00a00040" in news.text
    assert news.button("Записаться к врачу")


@pytest.mark.requirement("C17", "D34")
async def test_name_changed_in_the_register_is_notified_and_corrected(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await link(mother, EGOR)
    await choose(mother, "Исправить отчество")
    await say(mother, "Андреевич")
    await reissue_in_register(town, EGOR, name=PersonName("Егоров", "Егор", "Андреевич"))
    await pass_until(town, moscow(24, 10, 1))
    news = await mother.screen()
    assert "теперь другое имя" in news.text
    await choose(mother, "Исправить фамилию")
    assert "Полис проверен" in (await say(mother, "Егоров")).text


# --- ends and questions -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("E30", "E52")
async def test_policy_end_is_notified_once_a_month_before(town: Town) -> None:
    mother = town.mother
    boy = await insure_boy(town, date(2020, 1, 1), valid_until=date(2026, 12, 25))
    await consent(mother)
    await link(mother, boy)
    await say(mother, "/children")
    assert "Действует до 25 декабря 2026 года" in (await choose(mother, "Руслан")).text
    before = await mother.messages()
    await pass_until(town, moscow(24, 10, 1))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 10, 1))
    [news] = await new_messages(mother, before)
    assert "действует до 25 декабря 2026 года" in news.text
    assert "Продлите" in news.text
    for _each in range(3):
        await town.pass_time(days=1)
    assert len(await new_messages(mother, before)) == 1
    await pass_until(town, datetime(2026, 12, 26, 7, 1, tzinfo=UTC))
    assert "истёк" in (await mother.screen()).text


async def test_typed_last_day_is_notified_if_the_register_has_none(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ALINA)
    alina = await the_patient(town, mother)
    await town.app.store.storage.write(
        lambda uow: uow.patients.set_details(alina.id, {Detail.VALID_UNTIL: "2026-12-01"})
    )
    await pass_until(town, moscow(24, 8, 1))  # ten o'clock in Yekaterinburg
    assert "действует до 1 декабря 2026 года" in (await mother.screen()).text


@pytest.mark.requirement("C4")
async def test_card_is_to_be_confirmed_every_half_a_year(
    town: Town,
) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await settle_in(father)
    await share(town, father, await the_patient(town, mother))
    before, his = await mother.messages(), await father.messages()
    await town.pass_time(days=181)
    assert await new_messages(mother, before) == []
    await town.pass_time(days=1)
    assert await new_messages(father, his) == []
    [asked] = await new_messages(mother, before)
    assert "Всё ли верно?" in asked.text
    assert "Мария И." in asked.text
    assert "••••\u00a00014" in asked.text
    assert "Изменить" in asked.labels
    pressed = await mother.press("Да, всё верно")
    assert "через полгода" in (pressed.alert or "")
    assert "Иванова Мария" in (await mother.screen()).text
    before = await mother.messages()
    await town.pass_time(days=100)
    assert await new_messages(mother, before) == []
    await town.pass_time(days=83)
    assert [news.text for news in await new_messages(mother, before) if "Всё ли верно?" in news.text] != []


async def test_account_without_reminders_gets_no_question(town: Town) -> None:
    mother = town.mother
    boy = await insure_boy(town, date(2020, 1, 1), valid_until=date(2026, 12, 1))
    await consent(mother, reminders=False)
    await link(mother, boy)
    before = await mother.messages()
    await pass_until(town, moscow(24, 10, 1))
    assert await new_messages(mother, before) == []


async def test_later_consent_to_reminders_sends_the_missed_notice(town: Town) -> None:
    """No account had that consent before."""
    mother = town.mother
    boy = await insure_boy(town, date(2020, 1, 1), valid_until=date(2026, 12, 10))
    await consent(mother, reminders=False)
    await link(mother, boy)
    await pass_until(town, moscow(26, 12))
    await say(mother, "/data")
    await choose(mother, "Дать согласие: напоминания", "Даю согласие")
    before = await mother.messages()
    await town.pass_time(days=1)
    [news] = await new_messages(mother, before)
    assert "действует до 10 декабря 2026 года" in news.text


async def test_half_yearly_question_waits_for_the_consent_to_reminders(town: Town) -> None:
    mother = town.mother
    await consent(mother, reminders=False)
    await link(mother, MARIA)
    await town.pass_time(days=190)
    await say(mother, "/data")
    await choose(mother, "Дать согласие: напоминания", "Даю согласие")
    before = await mother.messages()
    await town.pass_time(days=1)
    [news] = await new_messages(mother, before)
    assert "Всё ли верно?" in news.text


# --- growing up -------------------------------------------------------------------------------------------------------


async def test_at_fourteen_and_at_fifteen_the_parent_hears_what_is_different_now(town: Town) -> None:
    mother = town.mother
    boy = await insure_boy(town, date(2012, 11, 25))
    await consent(mother)
    await link(mother, boy)
    before = await mother.messages()
    await pass_until(town, moscow(24, 10, 1))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 10, 1))
    [news] = await new_messages(mother, before)
    assert "14 лет" in news.text
    assert "паспорт" in news.text
    await pass_until(town, moscow(25, 10, 1) + timedelta(days=365))
    assert any("15 лет" in seen.text and "согласие" in seen.text for seen in await new_messages(mother, before))


async def test_a_visit_asks_for_the_paper_of_the_age_on_its_own_day(town: Town) -> None:
    mother = town.mother
    boy = await insure_boy(town, date(2012, 11, 26))
    await consent(mother)
    await link(mother, boy)
    await to_days(mother, "ЛОР", "Любой врач")
    assert "и свидетельство о рождении" in (await choose(mother, "Записаться")).text
    assert "и паспорт пациента" in (await book(mother)).text
    await pass_until(town, moscow(25, 18, 1))
    reminders = [seen.text for seen in await mother.messages() if "Напоминаю" in seen.text]
    assert "С собой: полис, паспорт пациента." in reminders[-1]


async def test_card_closes_at_eighteen_and_is_erased_a_month_later(town: Town) -> None:
    mother = town.mother
    boy = await insure_boy(town, date(2008, 11, 25))
    await consent(mother)
    await link(mother, boy)
    before = await mother.messages()
    await pass_until(town, moscow(25, 10, 1))
    [news] = await new_messages(mother, before)
    assert "исполнилось 18 лет" in news.text
    assert "До 25 декабря 2026 года данные можно забрать" in news.text
    assert "Забрать данные" in news.labels
    await say(mother, "/book")
    assert "Педиатр" not in (await mother.screen()).labels
    await say(mother, "/children")
    card = await choose(mother, "Руслан")
    assert "карточка закрыта" in card.text
    assert "Убрать карточку" in card.labels
    account, services = await account_of(town, mother), town.app.services
    patient = await the_patient(town, mother)
    checked = await services.checks.recheck(account.id, patient.id)
    assert checked.verification == patient.verification
    assert checked.verification.status is VerificationStatus.REJECTED
    await town.pass_time(days=29)
    assert await children_of(town, mother) != []
    await town.pass_time(days=1)
    assert await children_of(town, mother) == []


async def test_a_shared_card_closes_for_both_and_once_in_its_history(town: Town) -> None:
    mother, father = town.mother, town.father
    boy = await insure_boy(town, date(2008, 11, 25))
    await consent(mother)
    await link(mother, boy)
    await consent(father)
    await share(town, father, await the_patient(town, mother))
    await pass_until(town, moscow(25, 10, 1))
    for person in (mother, father):
        assert "исполнилось 18 лет" in (await person.screen()).text
        await say(person, "/children")
        assert (await choose(person, "Руслан", "История")).text.count("исполнилось 18") == 1


async def test_adult_with_other_papers_is_refused_without_the_register(town: Town) -> None:
    await settle_in(town.mother)
    account, services = await account_of(town, town.mother), town.app.services
    number = make_policy_number("77", date(2008, 11, 23), Sex.MALE, 5)
    patient = await services.patients.link(account, claim_of(number, RUSLAN))
    await say(town.mother, "/children")
    assert "Пациенту 18 лет" in (await choose(town.mother, "Руслан")).text
    assert patient.verification.status is VerificationStatus.REJECTED


# --- no policy yet ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A29")
async def test_newborn_without_a_policy_gets_advice_and_a_reminder(town: Town) -> None:
    """The reminder comes two weeks later."""
    mother = town.mother
    await consent(mother)
    await choose(mother, "Данные ребёнка")
    await say(mother, MARIA.name.full)
    await say(mother, "/menu")
    young = await choose(mother, "Полиса пока нет", "Меньше месяца")
    assert "по полису мамы" in young.text
    assert "свидетельство о рождении" in young.text
    older = await choose(mother, "Как оформить полис")
    assert "бесплатно" in older.text
    assert "Госуслугах" in older.text
    assert "в МФЦ" in older.text
    pressed = await mother.press("Напомнить")
    assert "7 декабря" in (pressed.alert or "")
    before = await mother.messages()
    await town.pass_time(days=14)
    [news] = await new_messages(mother, before)
    assert "просили напомнить" in news.text
    assert "номер полиса" in (await choose(mother, "Номер уже есть")).text
    await say(mother, "/menu")
    assert "дату рождения" in (await choose(mother, "Дописать")).text  # what was typed then is still there


async def test_who_has_added_the_child_meanwhile_is_not_reminded_of_the_policy(town: Town) -> None:
    mother = town.mother
    await remind_of_policy(mother)
    await say(mother, "/menu")
    await choose(mother, "Добавить")
    await link(mother, MARIA)
    before = await mother.messages()
    await town.pass_time(days=15)
    assert not any("просили напомнить" in seen.text for seen in await new_messages(mother, before))


async def test_an_elder_child_is_no_reason_to_forget_the_newborn(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    account = await account_of(town, mother)
    await town.app.services.watching.remind_of_policy(account.id)
    before = await mother.messages()
    await town.pass_time(days=15)
    assert any("просили напомнить" in seen.text for seen in await new_messages(mother, before))


async def remind_of_policy(person: Person) -> None:
    await consent(person)
    await choose(person, "Полиса пока нет", "Месяц или больше", "Напомнить")
