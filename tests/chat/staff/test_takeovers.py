"""A takeover at the desk: a parent without the old account shows papers, and the clinic's own children move."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.applications.news import ApplicationAnswered
from bot.applications.records import EnrollmentReason, LastChange
from bot.applications.seen import Wish
from bot.core.deeds import Actor, Deed
from bot.core.people import Account, Role
from bot.glossary import AccountId, ApplicationId, ClinicId, DeskCheckId, PatientId, TakeoverId
from bot.patients.news import CheckAnswered, MatterDeclined
from bot.staff.news import ApplicationIsLate, DeskIsLate
from dialogs.patients.links import CheckDraft
from dialogs.staff.links import ConfirmTakeover, DeclineTakeover, SeeTakeover, ShowTakeover
from storage.unit import UnitOfWork
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    account_of,
    children_of,
    choose,
    contact_of,
    filled_in,
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


async def test_queued_news_of_moved_children_reach_the_new_account(town: Town) -> None:
    """The news about the other child, and about the account itself, stays with the old one."""
    number, mother, father = await number_of(town), town.mother, town.father
    await send(mother, CheckDraft(draft=await filled_in(mother, ARTYOM)).pack())
    await town.work()
    maria, artyom = sorted(await children_of(town, mother), key=lambda child: child.name != MARIA.name)
    old, new = await account_of(town, mother), await account_of(town, father)
    filed = await filed_for(town, old, maria.id)
    later = town.clock.now() + timedelta(hours=1)
    about = [
        ApplicationAnswered(old.id, filed),
        CheckAnswered(old.id, maria.id),
        MatterDeclined(old.id, maria.id, "PAPERS"),
    ]
    others = [CheckAnswered(old.id, artyom.id), DeskIsLate(old.id, DeskCheckId(1)), ApplicationIsLate(old.id, filed)]

    async def enqueue(uow: UnitOfWork) -> None:
        for each in (*about, *others):
            await uow.outbox.add(each.due(later), town.clock.now())
        await uow.outbox.add(CheckAnswered(new.id, maria.id).due(later), town.clock.now())

    await town.app.store.storage.write(enqueue)
    sql, values = "UPDATE patients SET register_clinic_id = 2 WHERE id = :patient", {"patient": artyom.id}
    await town.app.store.database.write(lambda connection: connection.execute(sql, values))
    await settled(town, number, CONFIRM)
    assert await children_of(town, mother) == [artyom]
    given = await queued_for(town, new.id)
    assert {each.kind for each in about} <= set(given)
    assert len(given) == len(set(given)), "nothing is told twice"
    assert sorted(await queued_for(town, old.id)) == sorted(each.kind for each in others)
    await town.app.services.takeovers.undo(Actor.account(old.id), TakeoverId(1))
    assert {each.kind for each in about} <= set(await queued_for(town, old.id))


async def filed_for(town: Town, account: Account, patient: PatientId) -> ApplicationId:
    """Let an account apply for a child to be enrolled."""
    clinic, applications = ClinicId(1), town.app.services.applications
    await applications.agree(account, patient, clinic, "")
    return await applications.file(account, Wish(patient, clinic, EnrollmentReason.CHOICE, LastChange.UNKNOWN), None)


async def queued_for(town: Town, account: AccountId) -> list[str]:
    """Return the kinds of the queued news of an account that is about no visit and no takeover."""
    sql = "SELECT kind FROM outbox WHERE account_id = :account AND status = 'QUEUED' AND appointment_id IS NULL"
    values = {"account": account}
    rows = await town.app.store.database.read(lambda connection: connection.fetch(sql, values))
    return [row["kind"] for row in rows if "TAKEOVER" not in row["kind"]]
