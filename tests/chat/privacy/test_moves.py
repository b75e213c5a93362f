"""A takeover is proved by the access code, lapses in silence, and can be undone for 30 days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.account.records import Contact
from bot.core.deeds import Actor
from bot.core.errors import NotYours
from bot.glossary import TakeoverId
from bot.patients.records import Relationship
from bot.privacy.moving import UNDO_WITHIN
from dialogs.privacy.links import UndoTakeover
from storage.unit import UnitOfWork
from tests.chat.actions import (
    ALINA,
    MARIA,
    MENU,
    ZAITSEV,
    account_of,
    book,
    children_of,
    choose,
    consent,
    contact_of,
    data_of,
    link,
    moscow,
    new_messages,
    pass_until,
    say,
    send,
    settle_in,
    visits,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.privacy.test_takeover import (
    MOTHERS_PHONE,
    ask,
    contacts,
    settle_mother_and_newcomer,
    share_mothers_phone,
    texts,
)
from tests.chat.town import Town

CODE, WRONG = "580213", "111222"
BACK = "Вернуть сюда"


async def set_code(town: Town, person: Person) -> None:
    """Give the account an access code, and lock it."""
    codes, account = town.app.services.access_codes, await account_of(town, person)
    await codes.propose(account, CODE)
    await codes.confirm(account, CODE)
    await codes.lock(account.id)


async def names(town: Town, person: Person) -> list[str]:
    return [child.name.given for child in await children_of(town, person)]


async def moved(town: Town) -> tuple[Person, Person, ChatMessage]:
    """Move everything from the mother's account to the father's; return both with the mother's screen."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    seen = await choose(mother, "Это я, перенести")
    await town.work()
    return mother, father, seen


# --- proving ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A15")
async def test_access_code_typed_in_the_new_account_moves_everything(town: Town) -> None:
    """The old account is told, and its code stays set and locked."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await set_code(town, mother)
    await ask(town, father)
    await choose(father, "Ввести его код доступа")
    before = await mother.messages()
    assert "перенесены сюда" in (await say(father, CODE)).text
    assert CODE not in await texts(father)
    assert await names(town, father) == [MARIA.name.given]
    await town.work()
    [told] = await new_messages(mother, before)
    assert "перенесены в другой аккаунт" in told.text
    assert told.button(BACK)
    lock = (await account_of(town, mother)).lock
    assert lock is not None
    assert lock.open_until is None


@pytest.mark.requirement("A15")
@pytest.mark.parametrize("has_code", [True, False])
async def test_wrong_codes_are_five_a_week_and_never_stop_the_owner(town: Town, has_code: bool) -> None:
    """An account without a code is answered like a wrong code; asking anew gives no new tries."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    if has_code:
        await set_code(town, mother)
    await ask(town, father)
    await choose(father, "Ввести его код доступа")
    for left in ("4 попытки", "3 попытки", "2 попытки", "1 попытка"):
        seen = await say(father, WRONG)
        assert "Код не подошёл, или в том аккаунте его нет. Остал" in seen.text
        assert left in seen.text
    seen = await say(father, WRONG)
    assert "Слишком много неверных кодов. Следующая попытка: пн 30 ноября" in seen.text
    assert "Документы в регистратуре" in seen.text
    await choose(father, "Назад", "Не переносить")
    await ask(town, father)
    await choose(father, "Ввести его код доступа")
    assert "Слишком много неверных кодов" in (await say(father, CODE)).text
    assert await names(town, father) == []
    if has_code:
        await say(mother, "/menu")
        assert MENU in (await say(mother, CODE)).labels


async def test_refusal_does_not_stop_who_knows_the_code(town: Town) -> None:
    """The old telephone may be in other hands: they can refuse, but not keep the cards."""
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await set_code(town, mother)
    await ask(town, father)
    await choose(mother, "Это не я, отказать")
    await town.work()
    assert (await father.screen()).button("Документы в регистратуре")
    await choose(father, "Ввести его код доступа")
    assert "перенесены сюда" in (await say(father, CODE)).text


async def test_new_account_may_link_the_children_anew_meanwhile(town: Town) -> None:
    father = await settle_mother_and_newcomer(town)
    await ask(town, father)
    assert "Номер полиса" in (await choose(father, "Добавить детей заново")).text + str((await father.screen()).labels)


# --- silence ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A15")
async def test_question_is_repeated_for_a_week_and_lapses(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await ask(town, father)
    for day in range(24, 30):
        before = await mother.messages()
        await pass_until(town, moscow(day, 12))
        [again] = [seen for seen in await new_messages(mother, before) if "просят перенести" in seen.text]
        assert again.button("Это не я, отказать")
    assert "ничего не перенёс" not in await texts(father)
    before = await mother.messages()
    await pass_until(town, moscow(30, 12))
    assert await new_messages(mother, before) == []
    lapsed = await father.screen()
    assert "не ответил за неделю, поэтому я ничего не перенёс" in lapsed.text
    assert lapsed.button("Добавить детей заново")
    assert await names(town, mother) == [MARIA.name.given]
    assert "указан в другом аккаунте" in (await share_mothers_phone(father)).text


async def test_account_that_comes_back_reads_one_question(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await mother.block()
    await ask(town, father)
    await town.pass_time(hours=76)
    before = await mother.messages()
    await mother.unblock()
    await mother.start()
    await town.work()
    asked = [seen for seen in await new_messages(mother, before) if "просят перенести" in seen.text]
    assert len(asked) == 1


# --- undoing ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A15")
async def test_undoing_returns_visits_drafts_reminders_and_phone(town: Town) -> None:
    """Visits that were booked after the move return too."""
    mother, father, _seen = await moved(town)
    await book(father, "ЛОР", ZAITSEV)
    back = await contacts(mother)
    assert "Ваши карточки перенесены в другой аккаунт" in back.text
    before = await father.messages()
    assert "Всё снова здесь" in (await choose(mother, BACK)).text
    await town.work()
    [told] = await new_messages(father, before)
    assert "Перенос отменён" in told.text
    assert await names(town, father) == []
    assert await contact_of(town, mother) == Contact(MOTHERS_PHONE, "anna@example.org")
    assert await contact_of(town, father) == Contact()
    menu = await say(mother, "/menu")
    assert menu.button("Дописать")
    assert menu.button("Мои записи · 2")
    assert MENU not in (await say(father, "/menu")).labels
    await pass_until(town, moscow(25, 18))
    assert (await texts(mother)).count("Напоминаю") >= 1
    assert "Напоминаю" not in await texts(father)
    # The button is used up, and the other account cannot ask again at once.
    answer, _now = await send(mother, UndoTakeover(takeover=TakeoverId(1)).pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert "Попросить снова можно будет" in (await share_mothers_phone(father)).text


@pytest.mark.requirement("A15")
async def test_only_the_old_account_and_the_operator_undo(town: Town) -> None:
    mother, father, _seen = await moved(town)
    await settle_in(town.stranger)
    for person in (father, town.stranger):
        answer, _now = await send(person, UndoTakeover(takeover=TakeoverId(1)).pack())
        assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
        account = await account_of(town, person)
        with pytest.raises(NotYours):
            await town.app.services.takeovers.undo(Actor.staff(account.id), TakeoverId(1))
    assert await names(town, father) == [MARIA.name.given]
    before = await mother.messages()
    await town.app.services.takeovers.undo(Actor.operator(), TakeoverId(1))
    await town.work()
    assert "Всё снова здесь" in "".join(seen.text for seen in await new_messages(mother, before))
    assert await names(town, mother) == [MARIA.name.given]


async def test_nobody_undoes_a_move_after_30_days(town: Town) -> None:
    """Also before the job has deleted what was suspended."""
    await moved(town)
    town.clock.advance(timedelta(days=30))
    mother = await account_of(town, town.mother)
    for actor in (Actor.account(mother.id), Actor.operator()):
        with pytest.raises(NotYours):
            await town.app.services.takeovers.undo(actor, TakeoverId(1))
    assert await names(town, town.father) == [MARIA.name.given]


async def test_undoing_asks_for_the_access_code_that_is_set(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await set_code(town, mother)
    await ask(town, father)
    await choose(father, "Ввести его код доступа")
    await say(father, CODE)
    await town.work()
    asked = await choose(mother, BACK)
    assert "Введите код доступа" in asked.text
    assert "Всё снова здесь" in (await say(mother, CODE)).text
    assert await names(town, mother) == [MARIA.name.given]


async def test_undoing_ends_the_access_that_the_new_account_gave(town: Town) -> None:
    mother, father, _seen = await moved(town)
    await settle_in(town.stranger, ALINA)
    [hers] = await children_of(town, town.stranger)
    [maria], other = await children_of(town, father), await account_of(town, town.stranger)

    async def let_in(uow: UnitOfWork) -> None:
        await uow.representatives.add(other.id, maria.id, Relationship.PARENT, town.clock.now())
        await uow.representatives.hand_over(maria.id, other.id)
        await uow.representatives.share(maria.id, hers.id, town.clock.now())

    await town.app.store.storage.write(let_in)
    await contacts(mother)
    await choose(mother, BACK)
    assert await names(town, town.stranger) == [ALINA.name.given]
    assert await town.app.services.visits.upcoming(other.id) == []
    assert await names(town, father) == []
    account = await account_of(town, mother)
    assert await town.app.services.family.is_owner(account.id, maria.id)


async def test_undoing_reaches_an_account_that_everything_moved_on_to(town: Town) -> None:
    """The mother's account, the father's and a third one, each with the phone after the other."""
    mother, father, _seen = await moved(town)
    third = town.stranger
    await consent(third)
    await third.share_contact(phone=MOTHERS_PHONE, user_id=third.id)
    await choose(third, "Перенести")
    await town.work()
    await choose(father, "Это я, перенести")
    assert await names(town, third) == [MARIA.name.given]
    await contacts(mother)
    await choose(mother, BACK)
    assert [await names(town, person) for person in (mother, father, third)] == [[MARIA.name.given], [], []]
    # The one in the middle gets nothing back by its own button.
    await contacts(father)
    await choose(father, BACK)
    assert [await names(town, person) for person in (mother, father, third)] == [[MARIA.name.given], [], []]


async def test_new_account_that_erases_everything_loses_nothing_for_the_old(town: Town) -> None:
    mother, father, _seen = await moved(town)
    account = await account_of(town, father)
    await town.app.services.erasure.erase(account.id, keep_visits=True)
    await contacts(mother)
    await choose(mother, BACK)
    assert await names(town, mother) == [MARIA.name.given]
    assert "Записей к врачу нет" not in (await visits(mother)).text


async def test_cards_of_both_accounts_are_apart_again_after_undoing(town: Town) -> None:
    mother, father = town.mother, await settle_mother_and_newcomer(town)
    await link(father, MARIA)
    [own] = await children_of(town, father)
    await ask(town, father)
    await choose(mother, "Это я, перенести")
    assert await names(town, father) == [MARIA.name.given]
    await contacts(mother)
    await choose(mother, BACK)
    assert [card.id for card in await children_of(town, father)] == [own.id]
    assert await names(town, mother) == [MARIA.name.given]


@pytest.mark.requirement("A15")
async def test_suspended_cards_are_deleted_after_30_days(town: Town) -> None:
    mother, father, seen = await moved(town)
    account = await account_of(town, mother)
    await town.pass_time(seconds=(UNDO_WITHIN - timedelta(minutes=1)).total_seconds())
    assert (await contacts(mother)).button(BACK)
    await town.pass_time(minutes=2)
    await town.work()
    answer = await mother.press_data(seen.id, data_of(seen, BACK))
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert (await contacts(mother)).button(BACK) is None
    assert await names(town, father) == [MARIA.name.given]
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT account_id FROM representations", {})
    )
    assert account.id not in {row["account_id"] for row in rows}
    assert await contact_of(town, mother) == Contact()
