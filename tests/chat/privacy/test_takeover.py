"""A lost Telegram account: with the same telephone everything comes to the new one, unless the old one says no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.account.records import Contact, Hashed
from bot.core.patient import RejectionReason, Verification, VerificationStatus
from bot.patients.records import Relationship
from dialogs.privacy.links import AllowTakeover, AskTakeover, MyContacts, RefuseTakeover, WithdrawTakeover
from storage.unit import UnitOfWork
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    MARIA,
    MENU,
    account_of,
    book,
    children_of,
    choose,
    consent,
    contact_of,
    data_of,
    link,
    looks,
    moscow,
    new_messages,
    pass_until,
    repeat,
    say,
    send,
    settle_in,
    visits,
)
from tests.chat.forgery import NOWHERE
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town

HERS = "+79161234567"
CONTACTS = MyContacts().pack()
FROM_DRAFT = "Дописать"


async def lose_phone(town: Town) -> Person:
    """A mother with a child, a visit, an address and a form left halfway; then somebody new with her telephone."""
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    await mother.share_contact()
    await choose(mother, "Указать почту")
    await say(mother, "anna@example.org")
    await book(mother)
    await say(mother, ALINA.policy_number)
    await say(mother, "/menu")
    await consent(father)
    return father


async def share_hers(person: Person) -> ChatMessage:
    await person.share_contact(phone=HERS, user_id=person.id)
    return await person.screen()


async def ask(town: Town, person: Person) -> ChatMessage:
    await share_hers(person)
    waiting = await choose(person, "Перенести")
    await town.work()
    return waiting


async def contacts(person: Person) -> ChatMessage:
    _answer, seen = await send(person, CONTACTS)
    return seen


async def texts(person: Person) -> str:
    return "\n".join(message.text for message in await person.messages() if message.bot)


@pytest.mark.requirement("A15")
async def test_the_old_account_is_asked_at_once_and_the_asker_sees_until_when_he_waits(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    assert "с другого аккаунта Telegram" in (await share_hers(father)).text
    waiting = await choose(father, "Перенести")
    assert "Жду ответа другого аккаунта до завтра, вт 24 ноября, 12:00" in waiting.text
    await town.work()
    asked = await mother.screen()
    assert "просят перенести" in asked.text
    assert {"Это я, перенести", "Это не я, отказать"} <= set(asked.labels)
    assert "Это не я, отказать" in (await contacts(mother)).labels
    await town.pass_time(hours=23)
    assert MENU not in (await say(father, "/menu")).labels
    assert "Жду ответа" in (await contacts(father)).text
    assert "Мария" not in await texts(father)


@pytest.mark.requirement("A15")
async def test_silence_for_a_day_brings_everything_over_and_the_reminder_comes_once(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await ask(town, father)
    await town.pass_time(hours=24)
    assert "перенесены сюда" in await texts(father)
    assert "Код доступа" not in await texts(father)
    assert "перенесены в другой аккаунт" in (await mother.screen()).text
    menu = await say(father, "/menu")
    assert "Мария И. · ближайший приём: чт 26 ноября" in menu.text
    assert menu.button(FROM_DRAFT)
    assert await contact_of(town, father) == Contact(HERS, "anna@example.org")
    assert await contact_of(town, mother) == Contact()
    assert MENU not in (await say(mother, "/menu")).labels
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    await pass_until(town, moscow(26, 7))
    assert await new_messages(mother, before) == []
    assert (await texts(father)).count("Напоминаю") == 1
    assert "Записей к врачу нет" not in (await visits(father)).text


async def test_the_old_account_may_say_at_once_that_it_is_the_same_person(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await ask(town, father)
    moved = await choose(mother, "Это я, перенести")
    assert "Карточки перенесены" in moved.text
    await town.pass_time(minutes=1)
    assert "перенесены в другой" not in await texts(mother)  # the screen has told it
    assert "перенесены сюда" in (await father.screen()).text
    assert MENU in (await say(father, "/menu")).labels
    # Whatever the old chat's buttons say, there is nothing behind them any more.
    answer, _seen = await send(mother, AllowTakeover(takeover=1).pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert MENU not in (await say(mother, "/menu")).labels


@pytest.mark.requirement("A15")
async def test_after_a_refusal_nothing_has_moved_and_another_question_waits_for_a_day(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await ask(town, father)
    await mother.press("Это не я, отказать")
    assert "просят" not in (await mother.screen()).text
    await town.work()
    assert "Другой аккаунт отказал" in (await father.screen()).text
    again = await share_hers(father)
    assert "Попросить снова можно будет завтра, вт 24 ноября, 12:00" in again.text
    assert again.button("Перенести") is None
    assert (await contact_of(town, mother)).phone == HERS
    assert await contact_of(town, father) == Contact()
    await town.pass_time(hours=24)
    assert MENU in (await say(mother, "/menu")).labels
    assert MENU not in (await say(father, "/menu")).labels
    assert (await ask(town, father)).button("Не переносить")


@pytest.mark.requirement("A15")
async def test_an_account_that_gives_its_number_up_keeps_everything(town: Town) -> None:
    """A number that the mother has no more is no proof that its new holder is she."""
    mother, father = town.mother, await lose_phone(town)
    await ask(town, father)
    await contacts(mother)
    await choose(mother, "Убрать номер")
    before = await father.messages()
    await town.pass_time(hours=25)
    assert "Переносить нечего" in "\n".join(seen.text for seen in await new_messages(father, before))
    assert await contact_of(town, father) == Contact(phone=HERS)
    assert await children_of(town, father) == []
    assert [child.name for child in await children_of(town, mother)] == [MARIA.name]


async def test_nobody_is_asked_for_a_number_that_he_has_no_more(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    offered = await share_hers(father)
    await contacts(mother)
    await choose(mother, "Убрать номер")
    before = await mother.messages()
    assert (await repeat(father, offered, "Перенести")).alert == "Этого здесь больше нет. Вот что есть сейчас."
    await town.work()
    assert await new_messages(mother, before) == []


@pytest.mark.requirement("A15")
async def test_who_asks_may_think_better_of_it_and_the_question_is_not_put_any_more(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    offered = await share_hers(father)
    assert offered.button("Не переносить")
    assert "Жду" not in (await choose(father, "Не переносить")).text
    await ask(town, father)
    question = await mother.screen()
    shown = await choose(father, "Не переносить")
    assert shown.button("Указать телефон")
    answer = await mother.press_data(question.id, data_of(question, "Это я, перенести"))
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    await town.pass_time(hours=25)
    assert MENU in (await say(mother, "/menu")).labels
    # Withdrawn before it was told: it is not told at all.
    await share_hers(father)
    await choose(father, "Перенести", "Не переносить")
    before = await mother.messages()
    await town.pass_time(hours=25)
    assert await new_messages(mother, before) == []


async def test_an_account_that_cannot_be_reached_has_the_same_day(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await mother.deactivate()
    await ask(town, father)
    await town.pass_time(hours=23)
    assert MENU not in (await say(father, "/menu")).labels
    await town.pass_time(hours=1)
    assert MENU in (await say(father, "/menu")).labels


async def test_an_account_erased_meanwhile_leaves_its_number_and_nothing_else(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await ask(town, father)
    account = await account_of(town, mother)
    await town.app.services.privacy.erase(account.id, keep_visits=True)
    await town.work()
    assert "Переносить нечего" in (await father.screen()).text
    assert await contact_of(town, father) == Contact(phone=HERS)
    assert MENU not in (await say(father, "/menu")).labels


async def test_who_takes_back_his_consent_meanwhile_gets_nothing(town: Town) -> None:
    father = await lose_phone(town)
    await ask(town, father)
    await say(father, "/data")
    await choose(father, "Отозвать", "Отозвать")
    await town.pass_time(hours=25)
    assert MENU in (await say(town.mother, "/menu")).labels
    assert await contact_of(town, father) == Contact()


async def test_a_card_that_both_have_is_one_card_afterwards(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await link(father, MARIA)
    await say(father, "/children")
    await choose(father, "Добавить")
    await link(father, ARTYOM)
    await ask(town, father)
    await choose(mother, "Это я, перенести")
    brought = await children_of(town, father)
    assert sorted((patient.name.given, patient.is_verified) for patient in brought) == [
        (ARTYOM.name.given, True),
        (MARIA.name.given, True),
    ]
    [visit] = await town.app.services.visits.upcoming((await account_of(town, father)).id)
    assert visit.patient.name == MARIA.name


async def test_a_double_that_somebody_else_keeps_too_stays_with_him_visits_and_all(town: Town) -> None:
    """The register has given the mother's card up, so her new account has the policy on a card of its own."""
    mother, father = town.mother, await lose_phone(town)
    await settle_in(town.stranger)
    [maria], other = await children_of(town, mother), await account_of(town, town.stranger)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(other.id, maria.id, Relationship.PARENT, town.clock.now())
        await uow.patients.set_person(maria.id, None, None)
        refused = Verification(VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED)
        await uow.patients.set_verification(maria.id, refused)

    await town.app.store.storage.write(change)
    await link(father, MARIA)
    await ask(town, father)
    await choose(mother, "Это я, перенести")
    [hers] = await children_of(town, father)
    assert hers.is_verified
    services = town.app.services
    assert await services.family.is_owner(other.id, maria.id)
    [visit] = await services.visits.upcoming(other.id)
    assert visit.appointment.account == other.id


async def test_the_access_code_is_not_brought_over_and_that_is_said(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    account, now = await account_of(town, mother), town.clock.now()
    await town.app.store.storage.write(
        lambda uow: uow.pins.set(account.id, Hashed(b"salt", b"hashed"), now + timedelta(hours=1))
    )
    await ask(town, father)
    assert "Код доступа не перенесён" in (await choose(mother, "Это я, перенести")).text
    await town.work()
    assert "Код доступа другого аккаунта не перенесён" in await texts(father)
    for person in (mother, father):
        assert (await account_of(town, person)).lock is None


async def test_reminders_follow_the_wish_of_the_account_that_gets_them(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA, reminders=False)
    await mother.share_contact()
    await book(mother)
    await consent(father)
    await ask(town, father)
    await choose(mother, "Это я, перенести")
    await pass_until(town, moscow(25, 18))
    assert (await texts(father)).count("Напоминаю") == 1
    assert "Напоминаю" not in await texts(mother)


async def test_the_same_number_shared_once_more_is_no_second_account(town: Town) -> None:
    mother, _father = town.mother, await lose_phone(town)
    await mother.share_contact()
    assert "✅ Телефон" in (await mother.screen()).text
    assert (await contact_of(town, mother)).phone == HERS


async def test_another_askers_turn_comes_after_the_first_ones(town: Town) -> None:
    father = await lose_phone(town)
    await ask(town, father)
    await consent(town.stranger)
    late = await share_hers(town.stranger)
    assert "Попросить снова можно будет завтра, вт 24 ноября, 12:00" in late.text
    waiting = await share_hers(father)
    assert "Жду ответа" in waiting.text


async def test_a_strangers_takeover_and_a_missing_one_are_the_same_answer(town: Town) -> None:
    mother, father = town.mother, await lose_phone(town)
    await ask(town, father)
    stranger = town.stranger
    await settle_in(stranger, ARTYOM)
    kinds: tuple[type[CallbackData], ...] = (AskTakeover, WithdrawTakeover, AllowTakeover, RefuseTakeover)
    for kind in kinds:
        answers = []
        for takeover in (1, NOWHERE):
            answer, seen = await send(stranger, kind(takeover=takeover).pack())  # type: ignore[call-arg]  # all have it
            answers.append((answer.alert, looks(seen)))
        assert answers[0] == answers[1], kind
    # Nor may either side do what is the other's.
    for person, kind in ((father, AllowTakeover), (father, RefuseTakeover), (mother, WithdrawTakeover)):
        answer, _seen = await send(person, kind(takeover=1).pack())
        assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert "просят перенести" in (await contacts(mother)).text
    assert MENU in (await say(mother, "/menu")).labels
