"""A takeover moves everything to a new account with the same phone once it is allowed or proved, and can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.account.records import Contact, HashedCode
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
from tests.chat.forged_buttons import NOWHERE
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town

MOTHERS_PHONE = "+79161234567"
CONTACTS = MyContacts().pack()
FROM_DRAFT = "Дописать"


async def settle_mother_and_newcomer(town: Town) -> Person:
    """Set up a mother with a child, a visit, an e-mail and a draft; return the person who shares her phone next."""
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


async def share_mothers_phone(person: Person) -> ChatMessage:
    await person.share_contact(phone=MOTHERS_PHONE, user_id=person.id)
    return await person.screen()


async def ask(town: Town, person: Person) -> ChatMessage:
    await share_mothers_phone(person)
    waiting = await choose(person, "Перенести")
    await town.work()
    return waiting


async def lock_with_code(town: Town, person: Person, *, open_for: timedelta = timedelta()) -> None:
    """Give an account an access code, which must be typed again after ``open_for``."""
    account, now = await account_of(town, person), town.clock.now()
    code = HashedCode(b"salt", b"hashed")
    await town.app.store.storage.write(lambda uow: uow.access_codes.set(account.id, code, now + open_for))


async def contacts(person: Person) -> ChatMessage:
    _answer, seen = await send(person, CONTACTS)
    return seen


async def texts(person: Person) -> str:
    return "\n".join(message.text for message in await person.messages() if message.bot)


@pytest.mark.requirement("A15")
async def test_old_account_is_asked_at_once_and_new_one_sees_the_deadline(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    assert "указан в другом аккаунте Telegram" in (await share_mothers_phone(father)).text
    waiting = await choose(father, "Перенести")
    assert "жду ответа до этого времени: пн 30 ноября, 12:00" in waiting.text
    await town.work()
    asked = await mother.screen()
    assert "просят перенести" in asked.text
    assert {"Это я, перенести", "Это не я, отказать"} <= set(asked.labels)
    assert "Это не я, отказать" in (await contacts(mother)).labels
    await town.pass_time(hours=23)
    assert MENU not in (await say(father, "/menu")).labels
    assert "жду ответа" in (await contacts(father)).text
    assert "Мария" not in await texts(father)


@pytest.mark.requirement("A15")
async def test_allowed_takeover_moves_everything(town: Town) -> None:
    """Cards, visits, drafts and the phone move; the reminder comes once, to the new account."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    await choose(mother, "Это я, перенести")
    await town.work()
    assert "перенесены сюда" in await texts(father)
    menu = await say(father, "/menu")
    assert "Мария И. · ближайший приём: чт 26 ноября" in menu.text
    assert menu.button(FROM_DRAFT)
    assert await contact_of(town, father) == Contact(MOTHERS_PHONE, "anna@example.org")
    assert await contact_of(town, mother) == Contact(email="anna@example.org")
    assert MENU not in (await say(mother, "/menu")).labels
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    await pass_until(town, moscow(26, 7))
    assert await new_messages(mother, before) == []
    assert (await texts(father)).count("Напоминаю") == 1
    assert "Записей к врачу нет" not in (await visits(father)).text


async def test_old_account_can_allow_a_takeover_at_once(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    moved = await choose(mother, "Это я, перенести")
    assert "Карточки перенесены" in moved.text
    await town.pass_time(minutes=1)
    assert "перенесены в другой" not in await texts(mother)  # The screen has replaced the message.
    assert "перенесены сюда" in (await father.screen()).text
    assert MENU in (await say(father, "/menu")).labels
    # Old buttons of the old chat are dead.
    answer, _seen = await send(mother, AllowTakeover(takeover=1).pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert MENU not in (await say(mother, "/menu")).labels


@pytest.mark.requirement("A15")
async def test_refused_takeover_moves_nothing_and_pauses_for_a_week(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    await mother.press("Это не я, отказать")
    assert "просят" not in (await mother.screen()).text
    await town.work()
    assert "Другой аккаунт отказал" in (await father.screen()).text
    again = await share_mothers_phone(father)
    assert "Попросить снова можно будет пн 30 ноября, 12:00" in again.text
    assert again.button("Перенести") is None
    assert (await contact_of(town, mother)).phone == MOTHERS_PHONE
    assert await contact_of(town, father) == Contact()
    await town.pass_time(hours=7 * 24)
    assert MENU in (await say(mother, "/menu")).labels
    assert MENU not in (await say(father, "/menu")).labels
    assert (await ask(town, father)).button("Не переносить")


@pytest.mark.requirement("A15")
async def test_old_account_that_removes_its_phone_keeps_everything(town: Town) -> None:
    """A phone that the mother has removed does not prove that its next holder is the mother."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    await contacts(mother)
    await choose(mother, "Убрать номер")
    before = await father.messages()
    await town.pass_time(hours=7 * 24)
    assert "Переносить нечего" in "\n".join(seen.text for seen in await new_messages(father, before))
    assert await contact_of(town, father) == Contact(phone=MOTHERS_PHONE)
    assert await children_of(town, father) == []
    assert [child.name for child in await children_of(town, mother)] == [MARIA.name]


async def test_offer_is_void_after_the_old_account_removes_its_phone(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    offered = await share_mothers_phone(father)
    await contacts(mother)
    await choose(mother, "Убрать номер")
    before = await mother.messages()
    assert (await repeat(father, offered, "Перенести")).alert == "Этого здесь больше нет. Вот что есть сейчас."
    await town.work()
    assert await new_messages(mother, before) == []


@pytest.mark.requirement("A15")
async def test_withdrawn_takeover_is_not_asked_any_more(town: Town) -> None:
    """The old question is dead, and one withdrawn before its message was sent is never sent."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    offered = await share_mothers_phone(father)
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
    # Withdrawn before its message was sent: the message is never sent.
    await share_mothers_phone(father)
    await choose(father, "Перенести", "Не переносить")
    before = await mother.messages()
    await town.pass_time(hours=25)
    assert await new_messages(mother, before) == []


@pytest.mark.requirement("A15")
async def test_silent_account_keeps_everything(town: Town) -> None:
    """An account that has blocked the bot never gets the question, and an old number may be another person's now."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await mother.deactivate()
    await ask(town, father)
    for _day in range(9):
        await town.pass_time(hours=24)
    assert await children_of(town, father) == []
    assert [child.name for child in await children_of(town, mother)] == [MARIA.name]
    assert await contact_of(town, mother) == Contact(MOTHERS_PHONE, "anna@example.org")
    assert await contact_of(town, father) == Contact()


@pytest.mark.requirement("A15")
async def test_refusing_never_needs_the_access_code(town: Town) -> None:
    """Whoever holds the old telephone without its code can only keep everything where it is."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await lock_with_code(town, mother)
    await ask(town, father)
    seen = await choose(mother, "Это не я, отказать")
    assert "Мария" not in seen.text
    await town.work()
    assert "Другой аккаунт отказал" in await texts(father)


@pytest.mark.requirement("A15")
async def test_access_code_of_the_old_account_stays(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await lock_with_code(town, mother, open_for=timedelta(hours=1))
    await ask(town, father)
    await choose(mother, "Это я, перенести")
    assert (await account_of(town, mother)).lock is not None


@pytest.mark.requirement("A15")
async def test_old_account_brings_everything_back_by_one_button(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    moved = await choose(mother, "Это я, перенести")
    assert moved.button("Вернуть сюда")
    await town.pass_time(hours=24)
    await repeat(mother, moved, "Вернуть сюда")
    assert [child.name for child in await children_of(town, mother)] == [MARIA.name]
    assert await children_of(town, father) == []


async def test_takeover_from_an_erased_account_gives_only_the_phone(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    account = await account_of(town, mother)
    await town.app.services.erasure.erase(account.id, keep_visits=True)
    await town.work()
    assert "Переносить нечего" in (await father.screen()).text
    assert await contact_of(town, father) == Contact(phone=MOTHERS_PHONE)
    assert MENU not in (await say(father, "/menu")).labels


async def test_new_account_without_consent_gets_nothing(town: Town) -> None:
    father = await settle_mother_and_newcomer(town)
    await ask(town, father)
    await say(father, "/data")
    await choose(father, "Отозвать", "Отозвать")
    await town.pass_time(hours=25)
    assert MENU in (await say(town.mother, "/menu")).labels
    assert await contact_of(town, father) == Contact()


async def test_card_of_both_accounts_is_one_card_after_a_takeover(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
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


async def test_confirmed_card_is_not_put_aside_for_an_unconfirmed_one(town: Town) -> None:
    """The register has rejected the mother's card, so her new account has the policy on a card of its own."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
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
    assert [card.is_verified for card in await children_of(town, father)] == [False, True]
    services, new = town.app.services, await account_of(town, father)
    assert await services.family.is_owner(new.id, maria.id)
    assert not await services.family.is_owner(other.id, maria.id)
    [visit] = await services.visits.upcoming(other.id)
    assert visit.appointment.account == new.id


async def test_reminders_follow_the_consent_of_the_new_account(town: Town) -> None:
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


async def test_own_phone_shared_again_offers_no_takeover(town: Town) -> None:
    mother, _father = town.mother, await settle_mother_and_newcomer(town)
    await mother.share_contact()
    assert "✅ Телефон" in (await mother.screen()).text
    assert (await contact_of(town, mother)).phone == MOTHERS_PHONE


async def test_second_new_account_waits_for_the_first_takeover(town: Town) -> None:
    father = await settle_mother_and_newcomer(town)
    await ask(town, father)
    await consent(town.stranger)
    late = await share_mothers_phone(town.stranger)
    assert "Попросить снова можно будет пн 30 ноября, 12:00" in late.text
    waiting = await share_mothers_phone(father)
    assert "жду ответа" in waiting.text


async def test_strangers_takeover_is_answered_like_a_missing_one(town: Town) -> None:
    """Neither side may do what belongs to the other."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
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
    for person, kind in ((father, AllowTakeover), (father, RefuseTakeover), (mother, WithdrawTakeover)):
        answer, _seen = await send(person, kind(takeover=1).pack())
        assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert "просят перенести" in (await contacts(mother)).text
    assert MENU in (await say(mother, "/menu")).labels
