"""A parent asks for the policy of a child who has none, and the desk decides: from the first press to the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.applications.errors import ApplicationGone, PolicyNotTaken
from bot.applications.records import (
    ApplicationStatus,
    ApplicationStep,
    Decision,
    PolicyRequest,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.core.budgets import OverBudget
from bot.core.errors import ConsentRequired, NotYours
from bot.core.people import Purpose, Role
from bot.core.policy_form import FormPart, PolicyReady
from bot.glossary import DraftId, PolicyRequestId
from bot.staff.errors import ApplicationTaken, OwnApplication, StaleApplication
from dialogs.applications.links import PolicyRequestPage
from dialogs.privacy.export_paper import export_paper
from storage.checks import find_broken
from storage.database.connection import Connection
from tests.chat.actions import account_of, choose, consent, new_messages, ref_of, say, send, with_code
from tests.chat.applications.steps import AGREE, SEND, appoint, open_first, open_queue
from tests.chat.applications.test_enroll import MINUTE, UNDO
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town, town as opened_town
from tests.desk_code import CODE

APPLY = "Подать заявление на полис"
SNILS, ADDRESS = "112-233-445 95", "г. Заречный, ул. Садовая, д. 5, кв. 3"
READY = Decision(Verdict.APPROVE, ready=PolicyReady.RECEPTION)
REFUSE = Decision(Verdict.REFUSE, RefusalReason.PAPERS_MISSING)
RETURN = Decision(Verdict.RETURN, fields=(ToCorrect.ADDRESS, ToCorrect.SEX), days=3)


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_town(template, tmp_path, policy_desk=1) as town:
        yield town


async def to_guide(person: Person) -> ChatMessage:
    await consent(person)
    return await choose(person, "Полиса пока нет", "Месяц или больше")


async def fill(person: Person) -> ChatMessage:
    """Answer every question; return the review."""
    await choose(person, APPLY, "Девочка")
    for typed in ("Иванова Мария Сергеевна", "15.03.2024", SNILS):
        await say(person, typed)
    return await say(person, ADDRESS)


async def sent(town: Town) -> PolicyRequestId:
    """Let the mother send an application; return it."""
    await to_guide(town.mother)
    await fill(town.mother)
    await choose(town.mother, SEND, AGREE)
    return (await request_of(town)).id


async def request_of(town: Town) -> PolicyRequest:
    """Return the mother's newest application."""
    account = await account_of(town, town.mother)
    return (await town.app.services.policy_requests.list_of(account.id))[0].request


async def decided(town: Town, decision: Decision) -> ChatMessage:
    """Let the registrar decide the mother's application, and the minute pass; return what the mother is told."""
    request, before = await request_of(town), await town.mother.messages()
    registrar = await account_of(town, await with_code(town, town.registrar))
    desk = town.app.services.desk_policy_requests
    await desk.see(registrar, request.id)
    await desk.decide(registrar, request.id, decision)
    await town.pass_time(seconds=MINUTE)
    return (await new_messages(town.mother, before))[-1]


# --- the parent -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C24", "D29")
async def test_form_is_reviewed_agreed_to_and_sent(town: Town) -> None:
    guide = await to_guide(town.mother)
    assert "Госуслугах" in guide.text
    assert "прямо здесь: заявление принимает Детская № 12" in guide.text
    assert "Это девочка или мальчик?" in (await choose(town.mother, APPLY)).text
    assert "Напишите фамилию, имя и отчество" in (await choose(town.mother, "Девочка")).text
    assert "Напишите фамилию и имя" in (await choose(town.mother, "Отчества нет")).text
    assert "дату рождения" in (await say(town.mother, "Иванова Мария")).text
    assert "СНИЛС" in (await say(town.mother, "15.03.2024")).text
    assert "адрес" in (await choose(town.mother, "СНИЛС нет")).text
    seen = await say(town.mother, ADDRESS)
    for fact in ("Иванова Мария", "15 марта 2024", "девочка", "СНИЛС: нет", ADDRESS, "Куда: Детская № 12"):
        assert fact in seen.text
    assert "Номера паспорта и свидетельства о рождении здесь не пишите" in seen.text
    passing = await choose(town.mother, SEND)
    assert "Кому: Детская № 12" in passing.text
    assert "О ком: Мария И." in passing.text
    page = await choose(town.mother, AGREE)
    assert "✅ Заявление отправлено" in page.text
    assert "Покажите паспорт и свидетельство о рождении в регистратуре" in page.text
    assert ref_of(page)
    home = await say(town.mother, "/start")
    assert home.button("Мои заявления · 1")
    assert (await choose(town.mother, "Мои заявления")).button("Мария И. · отправлено · полис")


@pytest.mark.requirement("C24")
async def test_each_line_can_be_changed_before_it_is_sent(town: Town) -> None:
    await to_guide(town.mother)
    seen = await fill(town.mother)
    assert SNILS not in seen.text
    await choose(town.mother, "Изменить", "СНИЛС")
    seen = await choose(town.mother, "СНИЛС нет")
    assert "СНИЛС: нет" in seen.text
    await choose(town.mother, "Изменить", "Пол")
    changed = await choose(town.mother, "Мальчик")
    assert "Пол: мальчик" in changed.text
    assert "Отчество похоже на женское" in changed.text
    await choose(town.mother, "Изменить", "Дата рождения")
    assert "2025" in (await say(town.mother, "01.02.2025")).text
    await choose(town.mother, "Изменить", "Фамилия, имя, отчество")
    refused = await say(town.mother, "Ivanova Maria")
    assert "Проверьте заявление" not in refused.text
    assert "Петров Иван Ильич" in (await say(town.mother, "Петров Иван Ильич")).text


async def test_begun_form_is_kept_and_can_be_deleted(town: Town) -> None:
    await to_guide(town.mother)
    await choose(town.mother, APPLY, "Мальчик")
    await say(town.mother, "/children")
    await choose(town.mother, re_add(), "Полиса пока нет", "Месяц или больше")
    assert "Напишите фамилию" in (await choose(town.mother, APPLY)).text
    assert "Анкета удалена" in (await choose(town.mother, "Удалить анкету")).text
    assert "Это девочка или мальчик?" in (await choose(town.mother, APPLY)).text


def re_add() -> str:
    return "Добавить ребёнка"


async def test_same_child_twice_opens_the_sent_application(town: Town) -> None:
    first = await sent(town)
    await to_guide_again(town)
    page = await fill(town.mother)
    assert "Заявление" in page.text.partition("\n")[0]
    assert "Проверьте" not in page.text
    assert (await request_of(town)).id == first


async def to_guide_again(town: Town) -> None:
    await say(town.mother, "/children")
    await choose(town.mother, "Добавить ребёнка", "Полиса пока нет", "Месяц или больше")


@pytest.mark.requirement("C24")
async def test_without_a_desk_there_is_only_the_guide(template: Path, tmp_path: Path) -> None:
    cases: tuple[tuple[str, dict[str, Any]], ...] = (
        ("off", {}),
        ("nobody", {"policy_desk": 2}),
        ("unknown", {"policy_desk": 999}),
    )
    for case, given in cases:
        (tmp_path / case).mkdir()
        async with opened_town(template, tmp_path / case, **given) as town:
            guide = await to_guide(town.mother)
            assert guide.button("Напомнить через 2 недели")
            assert not guide.button(APPLY)
            account = await account_of(town, town.mother)
            with pytest.raises(PolicyNotTaken):
                await town.app.services.policy_requests.begin(account.id)


async def test_desk_that_never_shows_data_takes_none(template: Path, tmp_path: Path) -> None:
    async with opened_town(template, tmp_path, policy_desk=1, desk_shows="never") as town:
        assert not (await to_guide(town.mother)).button(APPLY)


@pytest.mark.requirement("C24")
async def test_application_is_withdrawn(town: Town) -> None:
    request = await sent(town)
    await choose(town.mother, "Отозвать")
    assert "Заявление отозвано" in (await choose(town.mother, "Отозвать заявление")).text
    registrar = await account_of(town, await with_code(town, town.registrar))
    with pytest.raises(StaleApplication):
        await town.app.services.desk_policy_requests.see(registrar, request)
    account = await account_of(town, town.mother)
    with pytest.raises(ApplicationGone):
        await town.app.services.policy_requests.withdraw(account.id, request)


async def test_only_five_are_sent_in_a_day(town: Town) -> None:
    await consent(town.mother)
    account, requests = await account_of(town, town.mother), town.app.services.policy_requests
    for day in range(1, 7):
        draft = await requests.begin(account.id)
        answers = ("девочка", "Иванова Мария Сергеевна", f"0{day}.03.2024", SNILS, ADDRESS)
        for part, typed in zip(FormPart, answers, strict=True):
            await requests.answer(account.id, draft, part, typed)
        if day <= 5:
            await requests.file(account, draft, "digest")
    with pytest.raises(OverBudget):
        await requests.file(account, draft, "digest")
    assert len(await requests.list_of(account.id)) == 5
    town.clock.advance(timedelta(hours=5))
    await requests.file(account, draft, "digest")


async def test_sixth_sending_keeps_its_review_and_says_when_it_is_possible(town: Town) -> None:
    await sent(town)
    for _time in range(4):
        await decided(town, RETURN)
        await choose(town.mother, "Открыть заявление", "Исправить и отправить", "Отправить снова")
    await decided(town, RETURN)
    review = await choose(town.mother, "Открыть заявление", "Исправить и отправить")
    alert = str((await town.mother.press("Отправить снова")).alert)
    assert "Следующее можно отправить" in alert
    assert (await town.mother.screen()).text == review.text


async def test_consents_are_needed_to_send(town: Town) -> None:
    await to_guide(town.mother)
    await fill(town.mother)
    account, requests = await account_of(town, town.mother), town.app.services.policy_requests
    draft = await requests.begin(account.id)
    await town.app.services.consents.revoke(account.id, Purpose.PATIENT)
    with pytest.raises(ConsentRequired):
        await requests.file(await account_of(town, town.mother), draft, "digest")


@pytest.mark.requirement("C24", "D29")
async def test_confirmation_has_the_ref_and_no_whole_number(town: Town) -> None:
    await sent(town)
    ref = (await request_of(town)).ref
    before = await town.mother.messages()
    await choose(town.mother, "PDF")
    [document] = [each for each in await new_messages(town.mother, before) if each.kind == "document"]
    paper = text_of(file_of(town, document))
    assert ref in paper
    assert "Полис ОМС ребёнка" in paper
    assert "Иванова Мария Сергеевна" in paper
    assert "112" not in paper
    assert "Садовая, д. 5" not in paper


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C24", "D29")
async def test_desk_sees_claims_and_says_that_it_is_ready(town: Town) -> None:
    await sent(town)
    queue = await open_queue(town, town.registrar)
    assert "заявление на полис" in queue.text
    assert "Мария" not in queue.text
    seen = await choose(town.registrar, "🪪")
    assert "Мария И., 2024 г. р." in seen.text
    assert "Сергеевна" not in seen.text
    before = await town.registrar.messages()
    await choose(town.registrar, "Показать")
    shown = "\n".join(each.text for each in await new_messages(town.registrar, before))
    for fact in ("Иванова Мария Сергеевна", SNILS, ADDRESS):
        assert fact in shown
    await town.registrar.press("Готово")
    assert any("Где родитель узнает номер?" in each.text for each in await town.registrar.messages())
    told = await town.mother.messages()
    await town.registrar.press("Забрать здесь")
    await town.pass_time(seconds=MINUTE)
    news = (await new_messages(town.mother, told))[-1]
    assert "✅ Полис готов" in news.text
    assert "Номер дадут в регистратуре" in news.text
    await town.mother.press("Добавить полис")
    assert "Напишите номер полиса" in (await town.mother.screen()).text


@pytest.mark.requirement("C24", "D29")
async def test_refusal_has_a_reason_and_ways_out(town: Town) -> None:
    await sent(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Отказать", "Не хватает бумаг")
    before = await town.mother.messages()
    await town.pass_time(seconds=MINUTE)
    news = (await new_messages(town.mother, before))[-1]
    assert "⚠️ Отказ" in news.text
    assert "Принесите в регистратуру паспорт" in news.text
    page = await choose(town.mother, "Открыть заявление")
    assert page.button("Как оформить полис")
    again = await choose(town.mother, "Подать ещё раз")
    for fact in ("Проверьте заявление на полис", "Иванова Мария Сергеевна", "15 марта 2024", ADDRESS):
        assert fact in again.text
    assert ref_of(await choose(town.mother, SEND, AGREE)) != ref_of(page)


async def test_begun_form_of_another_child_is_not_sent_for_a_refused_one(town: Town) -> None:
    await sent(town)
    await decided(town, REFUSE)
    await to_guide_again(town)
    await choose(town.mother, APPLY, "Мальчик")
    account, request = await account_of(town, town.mother), await request_of(town)
    requests = town.app.services.policy_requests
    again = await requests.again(account.id, request.id)
    assert (await requests.form(account.id, again)).name == request.form.name
    assert await requests.again(account.id, request.id) == again, "the same form is not begun twice"
    with pytest.raises(NotYours):
        await requests.again((await account_of(town, await settled_stranger(town))).id, request.id)


async def settled_stranger(town: Town) -> Person:
    await consent(town.stranger)
    return town.stranger


@pytest.mark.requirement("C24")
async def test_application_is_corrected_and_sent_again(town: Town) -> None:
    request = await sent(town)
    told = await decided(town, RETURN)
    assert "адрес" in told.text
    assert "пол" in told.text
    await choose(town.mother, "Открыть заявление")
    review = await choose(town.mother, "Исправить и отправить")
    assert "Проверьте заявление" in review.text
    assert "Нужно исправить: адрес, пол" in review.text
    assert "Последний день" in review.text
    assert "Вы ещё не изменили: пол, адрес" in review.text
    await choose(town.mother, "Изменить", "Адрес")
    review = await say(town.mother, "г. Заречный, ул. Новая, д. 7")
    assert "Вы ещё не изменили: пол." in review.text
    page = await choose(town.mother, "Отправить снова")
    assert "отправлено снова" in page.text
    found = await request_of(town)
    assert (found.id, found.status) == (request, ApplicationStatus.SUBMITTED)
    assert found.form.address == "г. Заречный, ул. Новая, д. 7"
    assert "Полис готов" in (await decided(town, READY)).text


async def test_uncorrected_application_is_closed_in_time(town: Town) -> None:
    await sent(town)
    await decided(town, RETURN)
    before = await town.mother.messages()
    await town.pass_time(days=4)
    assert "не исправили в срок" in (await new_messages(town.mother, before))[-1].text
    account = await account_of(town, town.mother)
    with pytest.raises(ApplicationGone):
        await town.app.services.policy_requests.correct(account.id, (await request_of(town)).id)


async def test_decision_is_undone_within_the_minute(town: Town) -> None:
    await sent(town)
    await open_first(town, town.registrar)
    before = await town.mother.messages()
    await choose(town.registrar, "Отказать", "Другое", UNDO)
    await town.pass_time(seconds=MINUTE)
    assert await new_messages(town.mother, before) == []
    assert (await request_of(town)).awaits_desk


@pytest.mark.requirement("C24")
async def test_late_application_is_told_to_the_parent_and_the_head(town: Town) -> None:
    head = await appoint(town, 1012, Role.HEAD)
    await sent(town)
    parent, boss = await town.mother.messages(), await head.messages()
    await town.pass_time(days=4)
    assert "не ответила в срок" in (await new_messages(town.mother, parent))[-1].text
    assert "ждёт решения" in (await new_messages(head, boss))[-1].text
    await say(head, "/start")
    await say(head, CODE)
    assert "⚠️ Просрочено, срок был" in (await choose(head, "Заявления", "просрочено")).text
    again = await town.mother.messages()
    await town.pass_time(hours=1)
    assert await new_messages(town.mother, again) == []


async def test_two_members_do_not_decide_one_application(town: Town) -> None:
    request = await sent(town)
    colleague = await account_of(town, await appoint(town, 1013, Role.REGISTRAR))
    registrar = await account_of(town, await with_code(town, town.registrar))
    desk = town.app.services.desk_policy_requests
    await desk.see(registrar, request)
    with pytest.raises(ApplicationTaken):
        await desk.see(colleague, request)
    with pytest.raises(ApplicationTaken):
        await desk.decide(colleague, request, READY)
    await desk.decide(registrar, request, READY)
    with pytest.raises(StaleApplication):
        await desk.undo(colleague, request)


async def test_other_desks_strangers_and_the_admin_see_nothing(town: Town) -> None:
    request = await sent(town)
    desk, requests = town.app.services.desk_policy_requests, town.app.services.policy_requests
    elsewhere = await account_of(town, await appoint(town, 1014, Role.HEAD, clinic=1))
    assert await desk.waiting(elsewhere) == []
    with pytest.raises(StaleApplication):
        await desk.see(elsewhere, request)
    with pytest.raises(StaleApplication):
        await desk.undo(elsewhere, request)
    admin = await account_of(town, await appoint(town, 1015, Role.ADMIN))
    await consent(town.stranger)
    stranger = await account_of(town, town.stranger)
    for nobody in (admin, stranger):
        with pytest.raises(NotYours):
            await desk.waiting(nobody)
        with pytest.raises(NotYours):
            await desk.see(nobody, request)
    for other in (elsewhere, admin, stranger):
        for ask in (requests.follow, requests.withdraw, requests.correct):
            with pytest.raises(NotYours):
                await ask(other.id, request)
    with pytest.raises(NotYours):
        await requests.form(stranger.id, DraftId(1))
    assert "Мария" not in (await send(town.stranger, PolicyRequestPage(request=request).pack()))[1].text


async def test_member_does_not_decide_for_the_own_child(town: Town) -> None:
    request = await sent(town)
    mother = await account_of(town, town.mother)
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(town.mother.id, Role.REGISTRAR, clinics[0].id)
    await with_code(town, town.mother)
    with pytest.raises(OwnApplication):
        await town.app.services.desk_policy_requests.see(await account_of(town, town.mother), request)
    assert mother.id


async def test_withdrawn_consent_closes_the_desk_and_the_application(town: Town) -> None:
    request = await sent(town)
    registrar = await account_of(town, await with_code(town, town.registrar))
    desk = town.app.services.desk_policy_requests
    await desk.see(registrar, request)
    await desk.decide(registrar, request, READY)
    await town.app.services.consents.revoke((await account_of(town, town.mother)).id, Purpose.PATIENT)
    await town.pass_time(seconds=MINUTE)
    assert (await request_of(town)).status is ApplicationStatus.WITHDRAWN


async def test_reading_and_deciding_are_journaled(town: Town) -> None:
    await sent(town)
    await decided(town, REFUSE)
    account = await account_of(town, town.mother)
    steps = (await town.app.services.policy_requests.follow(account.id, (await request_of(town)).id)).steps
    assert [each.step for each in steps] == [ApplicationStep.SUBMITTED, ApplicationStep.OPENED, ApplicationStep.REFUSED]

    async def look(connection: Connection) -> list[str]:
        sql = "SELECT action FROM audit WHERE subject = :ref ORDER BY id"
        return [row["action"] for row in await connection.fetch(sql, {"ref": (await request_of(town)).ref})]

    deeds = await town.app.store.database.read(look)
    assert deeds == [
        "passing data to a clinic allowed", "application filed", "application read", "application decided",
    ]  # fmt: skip


# --- what is kept -----------------------------------------------------------------------------------------------------


async def test_form_is_sealed_exported_erased_and_ends_after_a_year(town: Town) -> None:
    await sent(town)
    await decided(town, READY)
    account = await account_of(town, town.mother)

    async def rows(connection: Connection) -> list[bytes]:
        return [
            bytes(row["sealed_form"]) for row in await connection.fetch("SELECT sealed_form FROM policy_requests", {})
        ]

    [sealed] = await town.app.store.database.read(rows)
    assert "Иванова".encode() not in sealed
    tree: Any = await town.app.services.export.gather(account.id)
    [found] = tree["policy_requests"]
    assert found["typed"]["address"] == ADDRESS
    assert found["ready"] == "READY_RECEPTION"
    assert [each["step"] for each in tree["policy_request_history"]] == [
        "STEP_SUBMITTED",
        "STEP_OPENED",
        "STEP_APPROVED",
    ]
    assert "заявления на полис" in str(export_paper(tree, town.clock.now())).lower()
    assert find_broken(town.folder / "registratura.sqlite3", int(town.clock.now().timestamp())) == []
    await town.pass_time(days=366)
    await town.app.services.retention.delete_expired()
    assert await town.app.store.database.read(rows) == []


async def test_erasing_the_account_erases_the_application(town: Town) -> None:
    await sent(town)
    account = await account_of(town, town.mother)
    await town.app.services.erasure.erase(account.id, keep_visits=False)

    async def count(connection: Connection) -> int:
        sql = "SELECT (SELECT count(*) FROM policy_requests) + (SELECT count(*) FROM policy_request_steps) AS n"
        return int((await connection.fetch(sql, {}))[0]["n"])

    assert await town.app.store.database.read(count) == 0
