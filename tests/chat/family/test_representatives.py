"""Representatives of a patient: requests for access, invitations, rights, and what they disclose of each other."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.people import PersonName, Sex
from bot.glossary import PatientId
from bot.patients.rules.policy_number import make_policy_number
from dialogs.family.links import (
    AskPromote,
    AskTakeAway,
    CancelInvitation,
    MakeInvitation,
    Promote,
    TakeAway,
    WhoKeeps,
)
from storage.registry.seed.examples import Example
from tests.chat.actions import (
    DOCTOR_ILL,
    FRIDAY,
    GROMOV,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    ZAITSEV,
    account_of,
    at_desk,
    book,
    children_of,
    choose,
    clinic_moves,
    consent,
    link,
    moment_of,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    repeat,
    say,
    send,
    settle_in,
    take_back,
    visits,
)
from tests.chat.insured_children import FIRST_SERIAL, insure, make_children
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import FATHER, MOTHER, Town

LINK = re.compile(r"https://t\.me/\w+\?start=(inv_[\w-]+)")
KEEPERS = "Кто ведёт карточку"


async def patient_of(town: Town, person: Person) -> PatientId:
    [patient] = await children_of(town, person)
    return patient.id


async def share(town: Town) -> PatientId:
    """Make mother and father representatives of Maria by an invitation; the mother is the owner."""
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    await arrive(town.father, await invite(town))
    await choose(town.father, "Принять")
    await town.work()
    return await patient_of(town, town.mother)


async def keepers(person: Person, patient: PatientId) -> ChatMessage:
    await person.press_data((await person.screen()).id, WhoKeeps(patient=patient).pack())
    return await person.screen()


async def invite(town: Town) -> str:
    """Return the payload of a new link of the mother: what follows «start=»."""
    seen = await keepers(town.mother, await patient_of(town, town.mother))
    assert seen.button("Пригласить по ссылке")
    ready = await choose(town.mother, "Пригласить по ссылке", "Получить ссылку")
    found = LINK.search(ready.text)
    assert found, ready
    return found[1]


async def arrive(person: Person, payload: str) -> ChatMessage:
    return await say(person, f"/start {payload}")


# --- what they learn of each other ------------------------------------------------------------------------------------


@pytest.mark.requirement("E12", "C28")
async def test_representatives_see_no_names_of_each_other(town: Town) -> None:
    mother = town.chat.person(MOTHER, first_name="Ольгерда", last_name="Кац", username="olgerda")
    father = town.chat.person(FATHER, first_name="Евстафий", last_name="Зубр", username="zubr_e")
    patient = await share(town)
    for person, other in ((mother, ("Евстафий", "Зубр", "zubr_e", FATHER)), (father, ("Ольгерда", "Кац", MOTHER))):
        await keepers(person, patient)
        await choose(person, "Назад", "История")
        shown = "\n".join(f"{message}" for message in await person.messages())
        assert [known for known in other if str(known) in shown] == []


async def test_card_without_its_policy_cannot_be_shared(town: Town) -> None:
    mother, stranger = town.mother, town.stranger
    await settle_in(mother, MARIA)
    await settle_in(stranger)
    offered = await arrive(stranger, await invite(town))
    patient = await patient_of(town, mother)
    await town.app.store.storage.write(lambda uow: uow.patients.set_person(patient, None, None))
    assert "не действует" in str((await repeat(stranger, offered, "Принять")).alert)
    assert await children_of(town, stranger) == []


# --- inviting ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C28", "E14")
async def test_invitation_leads_a_new_account_through_consents_to_the_card(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    payload = await invite(town)
    ready = await mother.screen()
    assert "до завтра, вт 24 ноября, 12:00" in ready.text
    button = ready.button("Отправить")
    assert button is not None
    assert payload in parse_qs(urlsplit(str(button.value)).query)["url"][0]
    hello = await arrive(father, payload)
    assert "сначала" in hello.text or "согласие" in hello.text
    assert "Мария" not in hello.text
    offered = await choose(father, "Прочитать", "Даю согласие", "Даю согласие", "Даю согласие")
    assert "Вас приглашают вести карточку ребёнка: Мария И." in offered.text
    waiting = await say(father, "/menu")
    assert waiting.button("Приглашение вести карточку")
    card = await choose(father, "Приглашение", "Принять")
    assert "Иванова Мария Сергеевна" in card.text
    assert not card.button("Изменить")
    await town.work()
    assert "приглашение приняли" in (await mother.screen()).text
    assert await patient_of(town, father) == await patient_of(town, mother)
    assert not (await say(father, "/menu")).button("Приглашение")


async def test_invalid_invitation_link_explains_itself(town: Town) -> None:
    """The owner's own link, a used one, one already accepted, a replaced one, an unknown one and an expired one."""
    mother, father, stranger = town.mother, town.father, town.stranger
    await settle_in(mother, MARIA)
    for person in (father, stranger):
        await settle_in(person)
    payload = await invite(town)
    assert "Это ваша собственная ссылка" in (await arrive(mother, payload)).text
    assert "Вас приглашают" in (await arrive(father, payload)).text
    assert "уже воспользовались" in (await arrive(stranger, payload)).text
    assert "Вас приглашают" in (await arrive(father, payload)).text
    await choose(father, "Принять")
    assert "уже ведёте карточку" in (await arrive(father, payload)).text
    assert "уже воспользовались" in (await arrive(stranger, payload)).text
    late, newest = await invite(town), await invite(town)
    assert "не действует" in (await arrive(stranger, late)).text
    assert "не действует" in (await arrive(stranger, "inv_" + "x" * 22)).text
    await town.pass_time(hours=24)
    assert "Срок этой ссылки истёк" in (await arrive(stranger, newest)).text
    assert (await stranger.screen()).button("Добавить")
    assert "Добавим ребёнка" in (await arrive(stranger, "whatever")).text


async def test_invitation_can_be_declined_or_cancelled(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await settle_in(father)
    offered = await arrive(father, await invite(town))
    await choose(father, "Отказаться")
    gone = await repeat(father, offered, "Принять")
    assert "уже воспользовались" in str(gone.alert)
    payload = await invite(town)
    kept = await choose(mother, KEEPERS)
    assert "Ссылка-приглашение действует до завтра, вт 24 ноября, 12:00" in kept.text
    await choose(mother, "Отменить ссылку")
    assert "не действует" in (await arrive(father, payload)).text
    assert await children_of(town, father) == []


async def test_accepted_invitation_shares_visits_with_the_own_card(town: Town) -> None:
    """The invited account has a card of its own already: it keeps it, and the question to the owner is answered."""
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, MARIA)
    await town.work()
    question = await town.mother.screen()
    await book(town.mother, "Педиатр", PETROVA)
    await arrive(town.father, await invite(town))
    await choose(town.father, "Принять")
    assert await patient_of(town, town.father) != await patient_of(town, town.mother)
    assert "педиатр Петрова" in (await visits(town.father)).text
    answered = await repeat(town.mother, question, "Это наша семья")
    assert "уже ответили" in str(answered.alert)


async def test_lost_card_is_told_apart_from_a_child_of_the_same_name(town: Town) -> None:
    mother, father = town.mother, town.father
    born = date(2016, 5, 17)
    number = make_policy_number("77", born, Sex.FEMALE, FIRST_SERIAL)
    [model] = make_children(1)
    namesake = Example(number, PersonName("Ильина", "Мария", "Сергеевна"), "", born, Sex.FEMALE)
    await insure(
        town.app.store,
        [model._replace(policy_number=number, name=namesake.name, birth_date=born, sex=Sex.FEMALE)],
    )
    await settle_in(mother, MARIA)
    await settle_in(father)
    await link(father, namesake)
    await arrive(father, await invite(town))
    await choose(father, "Принять")
    await town.work()
    await keepers(mother, await patient_of(town, mother))
    await choose(mother, "Убрать доступ", "Убрать доступ")
    await town.work()
    assert "закрыли доступ к карточке: Мария И., 2018 г. р." in (await father.screen()).text


# --- rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E14")
async def test_co_representative_books_and_cancels_but_cannot_share_or_edit(town: Town) -> None:
    patient = await share(town)
    mother, father = town.mother, town.father
    await book(mother, "Педиатр", PETROVA)
    assert "педиатр Петрова" in (await visits(father)).text
    seen = await keepers(father, patient)
    assert "владелец карточки" in seen.text
    assert "вы, с 23 ноября 2026 года" in seen.text
    assert set(seen.labels) == {"Назад", "Меню"}
    who = (await account_of(town, mother)).id
    for forged in (
        MakeInvitation(patient=patient),
        CancelInvitation(patient=patient),
        AskTakeAway(patient=patient, who=who),
        TakeAway(patient=patient, who=who),
        AskPromote(patient=patient, who=who),
        Promote(patient=patient, who=who),
    ):
        answer, _seen = await send(father, forged.pack())
        assert "только владелец" in str(answer.alert), forged
    await visits(father)
    assert "отменена" in (await choose(father, "Отменить", "Да, отменить")).text


@pytest.mark.requirement("E14")
async def test_revoked_access_closes_the_card_and_leaves_visits_to_the_owner(town: Town) -> None:
    patient = await share(town)
    mother, father = town.mother, town.father
    booked = await book(father, "Педиатр", PETROVA)
    number, when = ref_of(booked), moment_of(booked)
    await keepers(mother, patient)
    asked = await choose(mother, "Убрать доступ")
    assert "Мария И." in asked.text
    alone = await choose(mother, "Убрать доступ")
    assert "другой представитель" not in alone.text
    await town.work()
    news = await father.screen()
    assert "закрыли доступ к карточке: Мария И." in news.text
    gone = await repeat(father, booked, "Отменить")
    assert gone.alert == "Этого здесь больше нет. Вот что есть сейчас."
    before = await father.messages()
    await pass_until(town, moscow(25, 18))
    assert await new_messages(father, before) == []
    reminder = await mother.screen()
    assert "Напоминаю" in reminder.text
    assert number in reminder.text
    assert when.partition(", ")[2] in reminder.text


async def test_owner_hands_the_card_over_and_becomes_co_representative(town: Town) -> None:
    patient = await share(town)
    await keepers(town.mother, patient)
    handed = await choose(town.mother, "Сделать владельцем", "Передать карточку")
    assert "1. владелец карточки" in handed.text
    assert "2. вы" in handed.text
    await town.work()
    assert "владелец карточки — вы" in (await town.father.screen()).text
    seen = await choose(town.father, KEEPERS)
    assert "1. вы, владелец" in seen.text
    assert seen.button("Убрать доступ")


async def test_card_and_visits_of_a_leaving_owner_pass_to_the_other_parent(town: Town) -> None:
    patient = await share(town)
    number = ref_of(await book(town.mother, "Педиатр", PETROVA))
    await town.pass_time(minutes=1)
    mother = await account_of(town, town.mother)
    await town.app.services.unlinking.unlink(mother.id, patient, keep_visits=True)
    await town.work()
    assert "владелец карточки — вы" in (await town.father.screen()).text
    before = await town.father.messages()
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(town.father, before)
    assert number in reminder.text


async def test_owner_is_notified_of_a_leaving_co_representative(town: Town) -> None:
    patient = await share(town)
    father = await account_of(town, town.father)
    await town.app.services.unlinking.unlink(father.id, patient, keep_visits=True)
    await town.work()
    assert "больше не ведёт карточку" in (await town.mother.screen()).text


# --- changes of visits ------------------------------------------------------------------------------------------------


async def test_changes_by_the_clinic_are_news_for_both_representatives(town: Town) -> None:
    await share(town)
    mother, father = town.mother, town.father
    await book(mother, "Педиатр", PETROVA)
    await town.pass_time(minutes=1)
    await clinic_moves(town, "Мария И.")
    for person in (mother, father):
        assert "перенесла приём" in (await person.screen()).text
    await say(father, "/menu")
    await book(father, "ЛОР", ZAITSEV, THURSDAY, "10:00")
    await at_desk(town)
    await choose(town.registrar, "Дальше", "10:00 · Мария И.", "Отменить приём", DOCTOR_ILL, "Да, отменить")
    await town.pass_time(minutes=1)
    for person in (mother, father):
        assert "отменила приём" in (await person.screen()).text


async def test_each_parent_is_told_of_what_the_other_books_and_is_reminded(town: Town) -> None:
    await share(town)
    mother, father = town.mother, town.father
    before = await father.messages()
    booked = await book(mother, "Педиатр", PETROVA)
    await town.pass_time(minutes=1)
    [news] = await new_messages(father, before)
    assert "Второй представитель записал ребёнка" in news.text
    assert "Мария И. → педиатр Петрова" in news.text
    assert (ref_of(news), moment_of(news)) == (ref_of(booked), moment_of(booked))
    assert "Напомню" in (await choose(father, "Открыть запись")).text
    await take_back(mother, "напоминания")
    his, hers = await father.messages(), await mother.messages()
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(father, his)
    assert "Напоминаю" in reminder.text
    assert await new_messages(mother, hers) == []


async def test_parent_who_joins_later_is_reminded_of_what_is_booked(town: Town) -> None:
    await settle_in(town.mother, MARIA, reminders=False)
    await book(town.mother)
    await settle_in(town.father)
    await arrive(town.father, await invite(town))
    await choose(town.father, "Принять")
    before = await town.father.messages()
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(town.father, before)
    assert "Напоминаю" in reminder.text


async def test_account_that_booked_is_notified_of_changes_by_the_other_parent(town: Town) -> None:
    await share(town)
    mother, father = town.mother, town.father
    when = moment_of(await book(mother, "Педиатр", PETROVA))
    await visits(father)
    moved = await choose(father, "Перенести", FRIDAY, TIME, "Перенести")
    before = await mother.messages()
    await town.pass_time(minutes=1)
    [news] = await new_messages(mother, before)
    assert "Второй представитель перенёс приём" in news.text
    assert f"Было: {when}" in news.text
    assert moment_of(moved) in news.text
    await visits(father)
    await choose(father, "Отменить", "Да, отменить")
    before = await mother.messages()
    await town.pass_time(minutes=1)
    [cancelled] = await new_messages(mother, before)
    assert "Второй представитель отменил приём" in cancelled.text
    await book(mother, "Педиатр", GROMOV)
    await visits(father)
    await choose(father, "Отменить", "Да, отменить")
    before = await mother.messages()
    await town.pass_time(minutes=1)
    [news] = await new_messages(mother, before)
    assert "Второй представитель отменил приём" in news.text


async def test_second_booking_names_the_visit_booked_by_the_other_parent(town: Town) -> None:
    await share(town)
    number = ref_of(await book(town.mother, "Педиатр", PETROVA))
    await say(town.father, "/book")
    assert number in (await choose(town.father, "Педиатр · запись")).text


# --- races ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E12")
async def test_three_simultaneous_links_give_three_cards(town: Town) -> None:
    """The first of them is not limited, the other two are."""
    people = (town.mother, town.father, town.stranger)
    for person in people:
        await consent(person)
        await say(person, MARIA.policy_number)
        await choose(person, "Да")
        await say(person, MARIA.name.full)
    await asyncio.gather(*(person.press("Проверить полис") for person in people))
    await town.settled()
    assert ["Полис проверен" in (await person.screen()).text for person in people] == [True, True, True]
    cards = [card for person in people for card in await children_of(town, person)]
    assert len({card.id for card in cards}) == len(people)
    limited = [await town.app.services.patients.is_limited(card) for card in cards]
    assert sorted(limited) == [False, True, True]


async def test_news_of_anothers_act_stays_in_the_chat(town: Town) -> None:
    """«Меню» under it opens below it: no press writes over what another account has done."""
    await share(town)
    told = await town.mother.wait_for("Ваше приглашение приняли", ever=True)
    await town.mother.press("Меню", told)
    assert (await town.mother.screen()).id > told.id
    [kept] = [each for each in await town.mother.messages() if each.id == told.id]
    assert (kept.text, kept.labels) == (told.text, ["Меню"])
