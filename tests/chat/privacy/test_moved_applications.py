"""What an account has asked of a clinic goes with its cards to another account, and comes back if that is undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import NotYours
from bot.privacy.moving import UNDO_WITHIN
from storage.registry.seed.clinics import GARDEN
from tests.chat.actions import (
    MARIA,
    account_of,
    choose,
    consent,
    moscow,
    new_messages,
    pass_until,
    repeat,
    say,
    settle_in,
    with_code,
)
from tests.chat.applications.steps import AGREE, SEND
from tests.chat.applications.test_enroll import MINUTE
from tests.chat.applications.test_openings import OPENED, TELL, full_clinic, opens, to_queue
from tests.chat.applications.test_policy import APPLY, fill
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.privacy.test_takeover import ask
from tests.chat.town import Town, town as opened_town

ALLOW, BACK = "Это я, перенести", "Вернуть сюда"
WISH = f"Жду: Мария И. · {GARDEN}"


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_town(template, tmp_path, policy_desk=1) as town:
        yield town


async def applications_of(person: Person) -> ChatMessage:
    await say(person, "/menu")
    return await choose(person, "Мои заявления")


async def mother_waits(town: Town) -> None:
    """Let the mother, whose telephone is known, wait for a full clinic."""
    await settle_in(town.mother, MARIA)
    await town.mother.share_contact()
    await say(town.mother, "/book")
    await choose(town.mother, GARDEN, "О поликлинике", "Прикрепиться", TELL)


async def mother_asks_for_a_policy(town: Town) -> None:
    """Let the mother, who has one card, send the application for the policy of another child."""
    await settle_in(town.mother, MARIA)
    await town.mother.share_contact()
    await say(town.mother, "/children")
    await choose(town.mother, "Добавить", "Полиса пока нет", "Месяц или больше")
    await fill(town.mother)
    await choose(town.mother, SEND, AGREE)


async def moved_to_father(town: Town) -> ChatMessage:
    """Move everything of the mother's account to the father's; return the mother's screen."""
    await consent(town.father)
    await ask(town, town.father)
    seen = await choose(town.mother, ALLOW)
    await town.work()
    return seen


async def decided(town: Town) -> None:
    """Let the registrar say that the policy is ready, and the minute pass."""
    await with_code(town, town.registrar)
    await to_queue(town.registrar)
    await choose(town.registrar, "срок", "Готов", "Забрать здесь")
    await town.pass_time(seconds=MINUTE)
    await town.work()


# --- the wish to be told of an opening --------------------------------------------------------------------------------


@pytest.mark.requirement("A38", "A50")
async def test_wish_of_an_opening_reaches_who_acts_for_the_child_now(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    await moved_to_father(town)
    assert WISH in (await applications_of(town.father)).labels
    before, hers = await town.father.messages(), await town.mother.messages()
    await opens(town, head)
    [told] = [each for each in await new_messages(town.father, before) if OPENED in each.text]
    assert "Мария И." in told.text
    assert await new_messages(town.mother, hers) == []


async def test_wish_of_an_opening_comes_back_with_the_child(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    seen = await moved_to_father(town)
    await repeat(town.mother, seen, BACK)
    await town.work()
    assert WISH in (await applications_of(town.mother)).labels
    before, his = await town.mother.messages(), await town.father.messages()
    await opens(town, head)
    assert [each for each in await new_messages(town.mother, before) if OPENED in each.text]
    assert not [each for each in await new_messages(town.father, his) if OPENED in each.text]
    father = await account_of(town, town.father)
    now = town.clock.now()
    assert await town.app.store.storage.read(lambda view: view.enrollment_waits.list_of(father.id, now)) == []


async def test_wish_of_the_old_account_is_deleted_with_its_suspension(town: Town) -> None:
    await full_clinic(town)
    await mother_waits(town)
    await moved_to_father(town)
    await town.pass_time(seconds=UNDO_WITHIN.total_seconds() + MINUTE)
    await town.work()
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT account_id FROM enrollment_waits", {})
    )
    assert [row["account_id"] for row in rows] == [(await account_of(town, town.father)).id]


# --- an application for a policy --------------------------------------------------------------------------------------


@pytest.mark.requirement("C24", "A50")
async def test_answer_to_an_application_for_a_policy_reaches_the_new_account(town: Town) -> None:
    await mother_asks_for_a_policy(town)
    await moved_to_father(town)
    assert any("полис" in label.casefold() for label in (await applications_of(town.father)).labels)
    hers = await account_of(town, town.mother)
    assert await town.app.services.policy_requests.list_of(hers.id) == []
    before, old = await town.father.messages(), await town.mother.messages()
    await decided(town)
    assert [each for each in await new_messages(town.father, before) if "Полис готов" in each.text]
    assert await new_messages(town.mother, old) == []
    his = await account_of(town, town.father)
    [only] = await town.app.services.policy_requests.list_of(his.id)
    assert len(await town.app.services.sent_applications.of_policy(his.id, only.request.id)) == 1
    with pytest.raises(NotYours):
        await town.app.services.policy_requests.follow(hers.id, only.request.id)


async def test_answer_that_waits_for_the_morning_reaches_the_new_account(town: Town) -> None:
    """The desk decides in the evening; before the message may ring, the account changes."""
    await mother_asks_for_a_policy(town)
    await consent(town.father)
    await ask(town, town.father)
    await pass_until(town, moscow(23, 22, 30))
    await decided(town)
    await choose(town.mother, ALLOW)
    await town.work()
    before, old = await town.father.messages(), await town.mother.messages()
    assert not [each for each in before if "Полис готов" in each.text]
    await pass_until(town, moscow(24, 10))
    await town.work()
    assert [each for each in await new_messages(town.father, before) if "Полис готов" in each.text]
    assert await new_messages(town.mother, old) == []


async def test_application_for_a_policy_comes_back_if_the_move_is_undone(town: Town) -> None:
    await mother_asks_for_a_policy(town)
    seen = await moved_to_father(town)
    await repeat(town.mother, seen, BACK)
    await town.work()
    services, father = town.app.services, await account_of(town, town.father)
    assert await services.policy_requests.list_of(father.id) == []
    before = await town.mother.messages()
    await decided(town)
    assert [each for each in await new_messages(town.mother, before) if "Полис готов" in each.text]


async def test_application_of_the_new_account_stays_its_own_after_an_undo(town: Town) -> None:
    await mother_asks_for_a_policy(town)
    await consent(town.father)
    await say(town.father, "/start")
    await choose(town.father, "Полиса пока нет", "Месяц или больше", APPLY, "Мальчик")
    for typed in ("Иванов Пётр Сергеевич", "15.03.2024", "112-233-445 95", "г. Заречный, ул. Садовая, д. 5"):
        await say(town.father, typed)
    await choose(town.father, SEND, AGREE)
    await ask(town, town.father)
    seen = await choose(town.mother, ALLOW)
    await town.work()
    services = town.app.services
    father, mother = await account_of(town, town.father), await account_of(town, town.mother)
    assert len(await services.policy_requests.list_of(father.id)) == 2
    await repeat(town.mother, seen, BACK)
    assert len(await services.policy_requests.list_of(father.id)) == 1
    assert len(await services.policy_requests.list_of(mother.id)) == 1
