"""A takeover at the desk: a parent without the old account shows papers, and the clinic's own children move."""

from __future__ import annotations

import pytest

from bot.core.deeds import Deed
from bot.core.people import Role
from bot.glossary import TakeoverId
from dialogs.staff.links import ConfirmTakeover, DeclineTakeover, SeeTakeover, ShowTakeover
from tests.chat.actions import (
    MARIA,
    account_of,
    children_of,
    choose,
    contact_of,
    new_messages,
    ref_of,
    say,
    send,
    with_code,
)
from tests.chat.message import ChatMessage
from tests.chat.privacy.test_takeover import MOTHERS_PHONE, ask, settle_mother_and_newcomer, texts
from tests.chat.staff.test_arrivals import appoint, behind_code
from tests.chat.staff.test_matters import CONFIRM, DECLINE, at_matters
from tests.chat.staff.test_reading import readings
from tests.chat.staff.test_showing import SHOWN, passing
from tests.chat.town import Town


async def number_of(town: Town) -> str:
    """Let the father ask for the mother's cards, and return the number that he brings to the desk."""
    father = await settle_mother_and_newcomer(town)
    await ask(town, father)
    papers = await choose(father, "Документы в регистратуре")
    assert "паспорт и свидетельство о рождении" in papers.text
    assert "Мария" not in papers.text
    return ref_of(papers)


async def settled(town: Town, number: str, decision: str) -> ChatMessage:
    await at_matters(town, number)
    seen = await choose(town.registrar, decision)
    await town.work()
    return seen


@pytest.mark.requirement("A15", "D41")
async def test_papers_at_the_desk_move_the_cards(town: Town) -> None:
    """The silent old account is told, and may take everything back."""
    number, mother, father = await number_of(town), town.mother, town.father
    seen = await at_matters(town, number)
    for fact in ("Мария И., 2018 г. р., полис ••••", "паспорт", "свидетельство о рождении"):
        assert fact in seen.text
    assert "7796" not in seen.text
    before = await mother.messages()
    await settled(town, number, CONFIRM)
    [maria] = await children_of(town, father)
    assert "перенесены сюда" in await texts(father)
    assert (await contact_of(town, father)).phone == MOTHERS_PHONE
    [told] = await new_messages(mother, before)
    assert told.button("Вернуть сюда")
    assert "нет или его уже решили" in (await at_matters(town, number)).text

    account = await account_of(town, father)
    store = town.app.store.storage
    mine = await store.read(lambda view: view.representatives.representation(account.id, maria.id))
    assert mine.papers_at is not None
    deeds = [entry.deed for entry in await store.read(lambda view: view.audit.list_of_patient(maria.id, 9))]
    assert {Deed.MATTER_READ, Deed.TAKEOVER_CONFIRMED_AT_DESK} <= set(deeds)


async def test_papers_do_although_the_old_account_has_refused(town: Town) -> None:
    number = await number_of(town)
    await choose(town.mother, "Это не я, отказать")
    await settled(town, number, CONFIRM)
    assert [child.name for child in await children_of(town, town.father)] == [MARIA.name]


async def test_declined_papers_move_nothing(town: Town) -> None:
    number, father = await number_of(town), town.father
    before = await father.messages()
    await settled(town, number, DECLINE)
    [told] = await new_messages(father, before)
    assert "не подтвердила перенос" in told.text
    assert await children_of(town, father) == []
    assert "Мария И." in (await at_matters(town, number)).text


@pytest.mark.requirement("D41")
async def test_desk_of_another_clinic_settles_no_takeover(town: Town) -> None:
    """It sends the parent to the child's own clinic; a forged button is answered in the same way."""
    number = await number_of(town)
    account = await account_of(town, town.registrar)
    sql = "UPDATE accounts SET clinic_id = :clinic WHERE id = :account"
    values = {"clinic": 1 if account.clinic != 1 else 2, "account": account.id}
    await town.app.store.database.write(lambda connection: connection.execute(sql, values))
    seen = await at_matters(town, number)
    assert "поликлиника, к которой прикреплён ребёнок" in seen.text
    assert MARIA.name.given not in seen.text
    for kind in (SeeTakeover, ConfirmTakeover, DeclineTakeover):
        answer, screen = await send(town.registrar, kind(takeover=TakeoverId(1)).pack())
        assert "поликлиника, к которой прикреплён ребёнок" in (answer.alert or "")
        assert MARIA.name.given not in screen.text
    assert await children_of(town, town.father) == []


async def test_staff_member_settles_no_takeover_of_their_own(town: Town) -> None:
    """Neither by the number nor by a forged button, on whichever side of the takeover the member stands."""
    number = await number_of(town)
    for parent in (town.father, town.mother):
        await appoint(town, parent.id, Role.REGISTRAR)
        await say(parent, "/desk")
        await behind_code(parent)
        await choose(parent, "Вопрос по номеру")
        assert "решает коллега" in (await say(parent, number)).text
        for kind in (SeeTakeover, ShowTakeover, ConfirmTakeover, DeclineTakeover):
            answer, screen = await send(parent, kind(takeover=TakeoverId(1)).pack())
            assert "решает коллега" in (answer.alert or screen.text), kind
    assert await children_of(town, town.father) == []


async def test_number_of_a_withdrawn_takeover_is_not_known(town: Town) -> None:
    number = await number_of(town)
    await choose(town.father, "Назад", "Не переносить")
    assert "нет или его уже решили" in (await at_matters(town, number)).text


async def test_queue_lists_the_takeover_without_a_name(town: Town) -> None:
    number = await number_of(town)
    await with_code(town, town.registrar)
    await say(town.registrar, "/queue")
    queue = await town.registrar.screen()
    assert queue.button(f"{number} · перенос")
    assert "Мария" not in f"{queue.text} {queue.labels}"
    assert "Мария И." in (await choose(town.registrar, number)).text
    await choose(town.registrar, CONFIRM)
    assert not (await say(town.registrar, "/queue")).button(number)


async def test_full_data_of_a_takeover_are_shown_until_the_decision(town: Town) -> None:
    number = await number_of(town)
    await at_matters(town, number)
    await town.registrar.press("Показать")
    [text] = await passing(town.registrar)
    for fact in ("Иванова Мария Сергеевна", "15 марта 2018 года", MARIA.policy_number):
        assert fact in text
    assert await readings(town, SHOWN, "patient 1") == 1
    await town.registrar.press(DECLINE)
    await town.work()
    assert await passing(town.registrar) == []
