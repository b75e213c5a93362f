"""A policy that the desk has to check and the application for enrollment there are one decision."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.applications.errors import PolicyFirst
from bot.applications.records import ApplicationStatus, EnrollmentReason, LastChange
from bot.core.people import Role
from bot.glossary import ClinicId
from bot.patients.records import DeskDecision, Relationship
from bot.patients.rules.corrections import claim_of
from bot.staff.errors import DeskCheckGone, DeskCheckTaken, PolicyUnconfirmed, PolicyWithApplication
from dialogs.booking.links import ClinicForWhom, EnrollAtClinic
from dialogs.staff.check_links import SeePolicy
from storage.registry.seed.clinics import FIELD
from tests.chat.actions import (
    MARIA,
    SOFIA,
    STAFF_CODE,
    account_of,
    children_of,
    choose,
    new_messages,
    ref_of,
    say,
    send,
    settle_in,
    with_code,
)
from tests.chat.applications.steps import AGREE, CHOICE, SEND, apply, appoint, open_first, open_queue
from tests.chat.clinic_desk import desk_of
from tests.chat.message import ChatMessage
from tests.chat.patients.test_desk_check import DIGITS, MATCHES, QUEUE, check_at_desk, open_check, send_to_desk
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

UNDO, MINUTE, APPROVE = "Отменить действие", 61, "Прикрепить"
TOGETHER = "Полис и прикрепление"
WRONG = "0000" if DIGITS != "0000" else "1111"
ROWS = """
SELECT a.status, a.verdict, a.closed_at IS NOT NULL AS is_closed, a.final_at AS a_final, a.decided_by AS a_by,
    a.desk_check_id, d.id, d.decision, d.closed_at IS NOT NULL AS is_checked, d.final_at AS d_final,
    d.decided_by AS d_by, (SELECT count(*) FROM enrollments) AS enrolled
FROM applications a, desk_checks d ORDER BY a.id DESC, d.id DESC LIMIT 1
"""


async def applies_unchecked(town: Town) -> ChatMessage:
    """Let the mother file for a child whom no list has; the desk gets the policy with the application."""
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    [child] = await children_of(town, town.mother)
    await send(town.mother, EnrollAtClinic(patient=child.id, clinic=ClinicId(1)).pack())
    return await choose(town.mother, CHOICE, SEND, AGREE)


async def rows(town: Town) -> dict[str, Any]:
    """Return the newest application and the newest check side by side."""
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(ROWS, {}))
    return dict(row)


async def approve(town: Town, member: Person) -> ChatMessage:
    await open_first(town, member)
    await choose(member, APPROVE, "Без педиатра")
    return await say(member, DIGITS)


async def ids(town: Town) -> tuple[Any, Any]:
    found = await rows(town)
    mother = await account_of(town, town.mother)
    [listed, *_older] = await town.app.services.applications.list_of(mother.id)
    return listed.application.id, found["id"]


# --- the parent -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A28", "K12")
async def test_policy_goes_to_the_desk_with_the_application(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    [child] = await children_of(town, town.mother)
    await send(town.mother, EnrollAtClinic(patient=child.id, clinic=ClinicId(1)).pack())
    seen = await choose(town.mother, CHOICE)
    assert "ответ будет один" in seen.text
    assert await town.app.services.desk_checks.of((await account_of(town, town.mother)).id, child.id) is None
    assert "Зачем: проверить полис" in (await choose(town.mother, SEND)).text
    sent = await choose(town.mother, AGREE)
    assert "Полис и прикрепление регистратура проверяет вместе" in sent.text
    assert "Срок решения: ср 25 ноября, 20:00" in sent.text
    await say(town.mother, "/children")
    card = await choose(town.mother, SOFIA.name.given)
    assert TOGETHER in card.text
    assert ref_of(card) == ref_of(sent)
    assert "ср 25 ноября, 20:00" in card.text
    assert ref_of(await choose(town.mother, "Открыть заявление")) == ref_of(sent)


async def test_application_joins_a_policy_that_waits_at_the_desk(town: Town) -> None:
    await send_to_desk(town)
    sent = await choose(town.mother, "Прикрепиться", CHOICE, SEND, AGREE)
    assert "регистратура проверяет вместе" in sent.text
    found = await rows(town)
    assert found["is_checked"] == 0
    registrar = await account_of(town, await with_code(town, town.registrar))
    assert len((await town.app.services.policy_checks.queue(registrar)).checks) == 1


async def test_clinic_found_first_takes_the_unchecked_child(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    await send(town.mother, ClinicForWhom(clinic=ClinicId(1), enroll=True).pack())
    assert "Почему эта поликлиника?" in (await town.mother.screen()).text
    await send(town.mother, ClinicForWhom(clinic=ClinicId(1)).pack())
    assert "Почему эта поликлиника?" not in (await town.mother.screen()).text


async def test_policy_that_is_decided_already_is_waited_for(town: Town) -> None:
    """An application that comes within the minute of an answer would be before a desk that has no policy to check."""
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    await say(town.registrar, DIGITS)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    with pytest.raises(PolicyFirst):
        await town.app.services.applications.offer(account.id, child.id, ClinicId(1))
    await town.pass_time(seconds=MINUTE)
    offer = await town.app.services.applications.offer(account.id, child.id, ClinicId(1))
    assert not offer.with_policy


async def test_clinic_with_a_list_or_another_desk_wants_the_policy_first(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await send_to_desk(town)
    clinics = await town.app.services.directory.clinics()
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    field = next(each for each in clinics if each.name == FIELD)
    for _list_then_desk in range(2):
        with pytest.raises(PolicyFirst):
            await town.app.services.applications.offer(account.id, child.id, field.id)
        await check_at_desk(town, field.id)


async def test_changed_clinic_takes_the_policy_along(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await applies_unchecked(town)
    clinics = await town.app.services.directory.clinics()
    field = next(each for each in clinics if each.name == FIELD)
    await check_at_desk(town, field.id)
    [child] = await children_of(town, town.mother)
    await send(town.mother, EnrollAtClinic(patient=child.id, clinic=field.id).pack())
    assert FIELD in (await choose(town.mother, SEND, AGREE)).text
    mother = await account_of(town, town.mother)
    at_desk = await town.app.services.desk_checks.of(mother.id, child.id)
    assert at_desk is not None
    assert at_desk.clinic.id == field.id
    every = await town.app.services.applications.list_of(mother.id)
    assert [each.application.status for each in every] == [ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN]


async def test_withdrawn_application_leaves_the_policy_at_the_desk(town: Town) -> None:
    await applies_unchecked(town)
    asked = await choose(town.mother, "Отозвать")
    assert "Полис останется в регистратуре" in asked.text
    await choose(town.mother, "Отозвать заявление")
    seen = await open_check(town, town.registrar)
    assert SOFIA.name.short in seen.text
    await choose(town.registrar, MATCHES)
    before = await town.mother.messages()
    await say(town.registrar, DIGITS)
    await town.pass_time(seconds=MINUTE)
    [told] = await new_messages(town.mother, before)
    assert "Регистратура подтвердила полис" in told.text


async def test_late_application_with_its_policy_is_told_once(town: Town) -> None:
    await applies_unchecked(town)
    before = await town.mother.messages()
    await town.pass_time(hours=6)
    assert await new_messages(town.mother, before) == []
    await town.pass_time(days=3)
    await town.work()
    [late] = await new_messages(town.mother, before)
    assert "Поликлиника не ответила в срок" in late.text


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A30", "A50")
async def test_digits_confirm_the_policy_and_enroll_the_child(town: Town) -> None:
    sent = await applies_unchecked(town)
    seen = await open_first(town, town.registrar)
    for fact in (SOFIA.name.short, "Полис и прикрепление — одно решение", "Контрольная цифра: верная"):
        assert fact in seen.text
    assert DIGITS not in seen.text
    await choose(town.registrar, APPROVE, "Петрова")
    before = await town.mother.messages()
    assert "Родителю скажу через минуту" in (await say(town.registrar, DIGITS)).text
    found = await rows(town)
    assert (found["verdict"], found["decision"]) == ("APPROVE", "MATCHED")
    assert (found["a_final"], found["a_by"]) == (found["d_final"], found["d_by"])
    await town.pass_time(seconds=MINUTE)
    await town.work()
    [told] = await new_messages(town.mother, before)
    for fact in (ref_of(sent), "✅ Регистратура подтвердила полис", "✅ Прикрепление с", "Петрова Анна"):
        assert fact in told.text
    [child] = await children_of(town, town.mother)
    assert child.is_verified
    assert child.person is not None
    assert child.clinic == 1
    assert (await rows(town))["enrolled"] == 1


async def test_last_digits_are_shown_nowhere_before_they_are_typed(town: Town) -> None:
    sent = await applies_unchecked(town)
    await with_code(town, town.registrar)
    await say(town.registrar, "/start")
    real = await say(town.registrar, ref_of(sent))
    assert "настоящее" in real.text
    assert DIGITS not in real.text
    assert DIGITS not in (await choose(town.registrar, "Рассмотреть")).text
    before = await town.registrar.messages()
    await choose(town.registrar, "Показать")
    [passing] = await new_messages(town.registrar, before)
    assert "•" in passing.text
    assert SOFIA.policy_number[:4] in passing.text
    assert DIGITS not in passing.text


async def test_check_stands_in_the_queue_only_with_its_application(town: Town) -> None:
    sent = await applies_unchecked(town)
    await with_code(town, town.registrar)
    await say(town.registrar, "/start")
    queue = await choose(town.registrar, QUEUE)
    assert "решают вместе с заявлением" in queue.text
    [button] = [each for each in queue.labels if each.startswith("📝")]
    assert ref_of(sent).replace("\u2011", "-") in button.replace("\u2011", "-")
    assert "одно решение" in (await choose(town.registrar, "📝")).text


async def test_urgent_check_is_marked_and_first_among_the_applications(town: Town) -> None:
    """An earlier application of another child waits longer; the child that needs a doctor today goes first."""
    await settle_in(town.father, MARIA)
    earlier = ref_of(await apply(town.father))
    await town.pass_time(minutes=5)
    sent = ref_of(await applies_unchecked(town))
    before = await open_queue(town, town.registrar)
    assert [each.split(" · ")[0] for each in before.labels if " · " in each] == [earlier, sent]
    await say(town.mother, "/children")
    await choose(town.mother, SOFIA.name.given, "Нужен врач сегодня")
    queue = await open_queue(town, town.registrar)
    first, second = [each for each in queue.labels if " · " in each]
    assert first == f"⚠️ {sent} · срочно"
    assert second.startswith(earlier)
    assert "Срочно: ребёнку сегодня нужен врач" in queue.text
    assert "Срочно: ребёнку сегодня нужен врач" in (await choose(town.registrar, "срочно")).text
    await town.pass_time(days=4)
    account = await account_of(town, town.registrar)
    assert len((await town.app.services.desk_applications.queue(account)).urgent) == 1
    await say(town.registrar, STAFF_CODE)
    await say(town.registrar, "/start")
    late = [each for each in (await choose(town.registrar, "Заявления")).labels if " · " in each]
    assert late[0] == f"⚠️ {sent} · срочно, поздно"
    assert late[1].startswith(f"⚠️ {earlier} · просрочено")


@pytest.mark.parametrize(
    ("way", "pressed", "told", "status"),
    [
        ("Полис: отказать", "Не найден", "Отказ: данные не сошлись", "REFUSED"),
        ("Полис: отказать", "Чужой", "Отказ: данные не сошлись", "REFUSED"),
        ("Полис: отказать", "Взрослого", "Отказ: данные не сошлись", "REFUSED"),
        ("Полис: отказать", "Приостановлен", "Отказ: полис не действует", "REFUSED"),
        ("Полис: исправить", "Фамилия", "Нужно исправить: фамилию", "NEEDS_CORRECTION"),
        ("Полис: исправить", "Номер", "Нужно исправить: номер полиса", "NEEDS_CORRECTION"),
        ("Полис: исправить", "Нужны бумаги", "Нужно исправить: бумаги (принести", "NEEDS_CORRECTION"),
    ],
)
async def test_refused_policy_ends_or_returns_it(town: Town, way: str, pressed: str, told: str, status: str) -> None:
    await applies_unchecked(town)
    await open_first(town, town.registrar)
    before = await town.mother.messages()
    await choose(town.registrar, way, pressed)
    await town.pass_time(seconds=MINUTE)
    await town.work()
    [news] = await new_messages(town.mother, before)
    assert told in news.text
    found = await rows(town)
    assert (found["status"], found["is_checked"], found["enrolled"]) == (status, 1, 0)
    [child] = await children_of(town, town.mother)
    assert not child.is_verified


async def test_undo_takes_both_decisions_back(town: Town) -> None:
    await applies_unchecked(town)
    before = await town.mother.messages()
    await approve(town, town.registrar)
    await town.pass_time(seconds=30)
    assert "заявление снова ждёт" in (await choose(town.registrar, UNDO)).text
    found = await rows(town)
    assert (found["verdict"], found["decision"], found["desk_check_id"]) == (None, None, None)
    await town.pass_time(seconds=120)
    assert await new_messages(town.mother, before) == []
    await approve(town, town.registrar)
    await town.pass_time(seconds=MINUTE)
    await town.work()
    assert (await rows(town))["enrolled"] == 1


async def test_refused_application_alone_leaves_the_policy(town: Town) -> None:
    await applies_unchecked(town)
    await open_first(town, town.registrar)
    reasons = await choose(town.registrar, "Отказать")
    assert "по нему решают отдельно" in reasons.text
    assert not reasons.button("Полис не действует")
    assert not reasons.button("Данные не сошлись")
    before = await town.mother.messages()
    await choose(town.registrar, "Нет мест")
    await choose(town.registrar, "Проверить полис", MATCHES)
    assert "Родителю скажу через минуту" in (await say(town.registrar, DIGITS)).text
    await town.pass_time(seconds=MINUTE)
    await town.work()
    told = "\n".join(each.text for each in await new_messages(town.mother, before))
    assert "Отказ: нет мест" in told
    assert "Регистратура подтвердила полис" in told
    assert (await children_of(town, town.mother))[0].is_verified
    assert (await rows(town))["enrolled"] == 0


async def test_three_wrong_digits_leave_both_to_a_colleague(town: Town) -> None:
    await applies_unchecked(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, APPROVE, "Без педиатра")
    for left in ("2 попытки", "1 попытка"):
        assert left in (await say(town.registrar, WRONG)).text
    assert "заведующему" in (await say(town.registrar, WRONG)).text
    await open_queue(town, town.registrar)
    assert "проверяет коллега" in str((await town.registrar.press("срок")).alert)
    colleague = await appoint(town, 1007, Role.REGISTRAR)
    assert "Родителю скажу" in (await approve(town, colleague)).text


async def test_number_under_another_name_enrolls_nobody(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother, MARIA._replace(name=SOFIA.name))
    [child] = await children_of(town, town.mother)
    await send(town.mother, EnrollAtClinic(patient=child.id, clinic=ClinicId(1)).pack())
    await choose(town.mother, CHOICE, SEND, AGREE)
    await open_first(town, town.registrar)
    await choose(town.registrar, APPROVE, "Без педиатра")
    assert "с другим именем" in (await say(town.registrar, MARIA.policy_number[-4:])).text
    assert (await rows(town))["verdict"] is None


async def test_approval_without_digits_is_refused(town: Town) -> None:
    await applies_unchecked(town)
    application, _check = await ids(town)
    registrar = await account_of(town, await with_code(town, town.registrar))
    await town.app.services.desk_applications.see(registrar, application)
    with pytest.raises(PolicyUnconfirmed):
        await town.app.services.desk_applications.approve(registrar, application, None)
    assert (await rows(town))["verdict"] is None


# --- two clerks, and what happens in between --------------------------------------------------------------------------


async def test_clerk_who_had_opened_the_check_goes_on_at_the_application(town: Town) -> None:
    """The parent applies while a clerk is at the policy: nobody else gets it, and the clerk decides on both."""
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.mother, "Прикрепиться", CHOICE, SEND, AGREE)
    colleague = await appoint(town, 1007, Role.REGISTRAR)
    await open_queue(town, colleague)
    assert "открыл коллега" in str((await colleague.press("срок")).alert)
    await choose(town.registrar, MATCHES)
    assert "решают вместе с заявлением" in (await say(town.registrar, DIGITS)).text
    found = await rows(town)
    assert (found["verdict"], found["decision"]) == (None, None)
    assert "Родителю скажу" in (await approve(town, town.registrar)).text


async def test_two_clerks_at_once_decide_once(town: Town) -> None:
    await send_to_desk(town)
    services, registrar = town.app.services, await account_of(town, await with_code(town, town.registrar))
    colleague = await account_of(town, await appoint(town, 1007, Role.REGISTRAR))
    [waiting] = (await services.policy_checks.queue(registrar)).checks
    await choose(town.mother, "Прикрепиться", CHOICE, SEND, AGREE)
    application, _check = await ids(town)
    with pytest.raises(PolicyWithApplication):
        await services.policy_checks.see(registrar, waiting.id)
    await services.desk_applications.see(colleague, application)
    results = await asyncio.gather(
        services.policy_checks.match(registrar, waiting.id, DIGITS),
        services.policy_checks.decide(registrar, waiting.id, DeskDecision.NOT_FOUND),
        services.one_decision.approve(colleague, application, None, DIGITS),
        services.policy_checks.match(colleague, waiting.id, DIGITS),
        return_exceptions=True,
    )
    assert [type(each) for each in results[:3]] == [DeskCheckTaken, DeskCheckTaken, type(None)]
    assert type(results[3]) in {PolicyWithApplication, DeskCheckGone, DeskCheckTaken}
    found = await rows(town)
    assert (found["verdict"], found["decision"], found["d_by"]) == ("APPROVE", "MATCHED", colleague.id)
    with pytest.raises(DeskCheckGone):
        await services.policy_checks.undo(colleague, waiting.id)


async def test_old_button_of_the_check_leads_to_the_application(town: Town) -> None:
    await applies_unchecked(town)
    _application, check = await ids(town)
    await with_code(town, town.registrar)
    await say(town.registrar, "/start")
    answer, seen = await send(town.registrar, SeePolicy(check=check).pack())
    assert "решают вместе с заявлением" in f"{answer.alert}{seen.text}"
    assert "одно решение" in seen.text


async def test_nobody_is_enrolled_before_the_policy_is_written(town: Town) -> None:
    """The jobs may be killed between any two steps: the application waits for the check, and both end alike."""
    await applies_unchecked(town)
    await approve(town, town.registrar)
    services, [child] = town.app.services, await children_of(town, town.mother)
    await town.pass_time(seconds=30)
    town.clock.advance(timedelta(seconds=31))
    await services.application_results.work()
    found = await rows(town)
    assert (found["is_closed"], found["is_checked"], found["enrolled"]) == (0, 0, 0)
    [clinic, *_others] = await services.directory.clinics()
    await desk_of(town).enter_person(clinic.ref, claim_of(child))  # as a job that was killed after it
    await town.restart()
    await town.app.services.policy_checks.work()
    found = await rows(town)
    assert (found["is_closed"], found["is_checked"], found["enrolled"]) == (0, 1, 0)
    before = await town.mother.messages()
    await town.pass_time(seconds=20)
    await town.work()
    found = await rows(town)
    assert (found["status"], found["enrolled"]) == ("APPROVED", 1)
    assert len(await new_messages(town.mother, before)) == 1


@pytest.mark.requirement("A43")
async def test_check_that_is_late_after_a_pause_of_the_bot_is_no_silent_system(town: Town) -> None:
    await applies_unchecked(town)
    await approve(town, town.registrar)
    before = await town.mother.messages()
    town.clock.advance(timedelta(hours=1))  # the bot did not run
    await town.app.services.application_results.work()
    await town.work()
    await town.pass_time(seconds=20)
    [told] = await new_messages(town.mother, before)
    assert "система не отвечает" not in told.text
    assert "✅ Прикрепление" in told.text


async def test_card_corrected_within_the_minute_enrolls_nobody(town: Town) -> None:
    await applies_unchecked(town)
    await approve(town, town.registrar)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    before = await town.mother.messages()
    await town.app.services.checks.rename(account.id, child.id, MARIA.name)
    await town.pass_time(seconds=MINUTE)
    await town.work()
    found = await rows(town)
    assert (found["status"], found["verdict"], found["enrolled"]) == ("IN_REVIEW", None, 0)
    assert "Прикрепление с" not in "".join(each.text for each in await new_messages(town.mother, before))
    await town.app.services.checks.check(account.id, child.id)
    await town.work()
    await open_first(town, town.registrar)
    found = await rows(town)
    assert (found["decision"], found["is_checked"]) == (None, 0)  # the list refuses the new name too: asked anew
    assert "одно решение" in (await town.registrar.screen()).text


async def test_number_of_another_within_the_minute_reopens_both(town: Town) -> None:
    await applies_unchecked(town)
    await approve(town, town.registrar)
    services, [child] = town.app.services, await children_of(town, town.mother)
    [clinic, *_others] = await services.directory.clinics()
    await desk_of(town).enter_person(clinic.ref, replace(claim_of(child), name=MARIA.name))
    before = await town.mother.messages()
    await town.pass_time(seconds=MINUTE)
    await town.work()
    found = await rows(town)
    assert (found["verdict"], found["decision"], found["is_checked"], found["enrolled"]) == (None, None, 0, 0)
    assert await new_messages(town.mother, before) == []


async def test_withdrawn_within_the_minute_the_policy_is_still_told(town: Town) -> None:
    await applies_unchecked(town)
    await approve(town, town.registrar)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    before = await town.mother.messages()
    await town.pass_time(seconds=MINUTE)
    await town.work()
    [told] = await new_messages(town.mother, before)
    assert "Регистратура подтвердила полис" in told.text
    found = await rows(town)
    assert (found["status"], found["enrolled"], found["is_checked"]) == ("WITHDRAWN", 0, 1)


async def test_withdrawn_between_the_two_steps_the_policy_is_told(town: Town) -> None:
    """The check is done, the application not yet: whoever withdraws it then still reads of the policy."""
    await applies_unchecked(town)
    await approve(town, town.registrar)
    town.clock.advance(timedelta(seconds=MINUTE))
    await town.app.services.policy_checks.work()
    mother, [application, _check] = await account_of(town, town.mother), await ids(town)
    before = await town.mother.messages()
    await town.app.services.applications.withdraw(mother.id, application)
    await town.work()
    [told] = await new_messages(town.mother, before)
    assert "Регистратура подтвердила полис" in told.text
    assert (await rows(town))["enrolled"] == 0


async def test_corrected_application_is_one_decision_again(town: Town) -> None:
    await applies_unchecked(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Полис: исправить", "Номер")
    await town.pass_time(seconds=MINUTE)
    await town.work()
    application, _check = await ids(town)
    mother = await account_of(town, town.mother)
    await town.app.services.applications.resend(mother, application, EnrollmentReason.CHOICE, LastChange.UNKNOWN)
    found = await rows(town)
    assert (found["status"], found["is_checked"]) == ("SUBMITTED", 0)
    await approve(town, town.registrar)
    await town.pass_time(seconds=MINUTE)
    await town.work()
    assert (await rows(town))["enrolled"] == 1


async def test_review_of_a_returned_application_names_the_one_decision(town: Town) -> None:
    await applies_unchecked(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Полис: исправить", "Номер")
    await town.pass_time(seconds=MINUTE)
    review = await choose(town.mother, "Открыть заявление", "Исправить и отправить")
    assert "ответ будет один" in review.text


async def test_everybody_who_acts_for_the_child_is_told_once(town: Town) -> None:
    await applies_unchecked(town)
    await settle_in(town.father)
    father, [child] = await account_of(town, town.father), await children_of(town, town.mother)
    now = town.clock.now()
    await town.app.store.storage.write(
        lambda uow: uow.representatives.add(father.id, child.id, Relationship.PARENT, now)
    )
    await approve(town, town.registrar)
    before = {person: await person.messages() for person in (town.mother, town.father)}
    await town.pass_time(minutes=3)
    await town.work()
    for person, seen in before.items():
        [told] = await new_messages(person, seen)
        assert "✅ Регистратура подтвердила полис" in told.text


async def test_decision_about_both_survives_a_restart(town: Town) -> None:
    await applies_unchecked(town)
    await approve(town, town.registrar)
    await town.restart()
    before = await town.mother.messages()
    await town.pass_time(seconds=MINUTE)
    await town.work()
    assert len(await new_messages(town.mother, before)) == 1


# --- on paper ---------------------------------------------------------------------------------------------------------


async def papers_of(town: Town) -> list[str]:
    """Return what the confirmation and the correspondence say, from the screen of the application."""
    printed = []
    for label in ("Подтверждение", "Вся переписка"):
        before = await town.mother.messages()
        await choose(town.mother, label)
        [sent] = [each for each in await new_messages(town.mother, before) if each.kind == "document"]
        printed.append(text_of(file_of(town, sent)))
    return printed


@pytest.mark.requirement("A53")
async def test_papers_say_that_the_policy_is_checked_with_the_application(town: Town) -> None:
    sent = await applies_unchecked(town)
    for paper in await papers_of(town):
        assert "Полис проверяется вместе с заявлением" in paper
    await approve(town, town.registrar)
    await town.pass_time(seconds=MINUTE)
    await choose(town.mother, "Открыть заявление")
    for paper in await papers_of(town):
        assert "Полис проверен вместе с заявлением, подтверждён" in paper
    await say(town.registrar, "/start")
    checked = await say(town.registrar, ref_of(sent))
    assert "Полис: проверен вместе с заявлением, подтверждён" in checked.text


@pytest.mark.requirement("A53")
async def test_papers_say_that_the_policy_was_not_confirmed(town: Town) -> None:
    await applies_unchecked(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Полис: отказать", "Приостановлен")
    await town.pass_time(seconds=MINUTE)
    await choose(town.mother, "Открыть заявление")
    for paper in await papers_of(town):
        assert "Полис проверен вместе с заявлением, не подтверждён" in paper


async def test_papers_of_a_confirmed_policy_say_nothing_of_a_check(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await apply(town.mother)
    for paper in await papers_of(town):
        assert "вместе с заявлением" not in paper
