"""A policy that no list confirms is checked at a clinic's desk: from the parent's press to the answer."""

from __future__ import annotations

import pytest

from bot.clinics.port import PolicyClaim
from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.core.people import Purpose, Role, Sex
from bot.patients.errors import TooManyDeskChecks
from bot.patients.records import DeskDecision
from bot.patients.rules.corrections import claim_of
from bot.patients.rules.desk_checks import MOST_OPEN
from bot.patients.rules.policy_number import make_policy_number, policy_facts
from bot.staff.errors import DeskCheckGone, OwnDeskCheck
from tests.builders import claim_of as claim_of_example
from tests.chat.actions import (
    MARIA,
    PETROVA,
    SOFIA,
    THURSDAY,
    TIME,
    account_of,
    children_of,
    choose,
    new_messages,
    ref_of,
    say,
    settle_in,
    take_back,
    with_code,
)
from tests.chat.clinic_desk import desk_of
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town

SEND, MATCHES, UNDO = "Отправить в регистратуру", "Сошлось", "Отменить"
QUEUE = "Проверка полисов"
DIGITS = SOFIA.policy_number[-4:]
_FACTS = policy_facts(SOFIA.policy_number)
assert _FACTS is not None
SOFIA_BORN = _FACTS.birth_date


async def check_at_desk(town: Town, clinic: int = 1) -> None:
    """Let a clinic of the registry check policies at its desk, and let the bot read it."""
    wish = "UPDATE registry_clinics SET checked_by = 'DESK' WHERE id = :clinic"
    await town.app.store.database.write(lambda connection: connection.execute(wish, {"clinic": clinic}))
    await town.work()


async def send_to_desk(town: Town) -> ChatMessage:
    """Let the mother's child, whom no list has, be sent to the desk."""
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    return await choose(town.mother, SEND)


async def open_check(town: Town, member: Person) -> ChatMessage:
    await with_code(town, member)
    await say(member, "/start")
    await choose(member, QUEUE)
    return await choose(member, "Срок")


async def test_without_such_a_clinic_nothing_is_sent(town: Town) -> None:
    seen = await settle_in(town.mother, SOFIA)
    assert "Данные не сошлись" in seen.text
    assert not seen.button(SEND)


async def test_registrar_confirms_by_the_last_digits_of_the_own_system(town: Town) -> None:
    await check_at_desk(town)
    refused = await settle_in(town.mother, SOFIA)
    assert "По списку не сошлось" in refused.text
    waiting = await choose(town.mother, SEND)
    assert "Полис проверяет регистратура" in waiting.text
    assert "13:00" in waiting.text or "Срок ответа" in waiting.text
    seen = await open_check(town, town.registrar)
    assert DIGITS not in seen.text
    for fact in (SOFIA.name.short, "Контрольная цифра: верная", "Дата рождения в номере: та же", "другим именем: нет"):
        assert fact in seen.text
    await choose(town.registrar, MATCHES)
    before = await town.mother.messages()
    decided = await say(town.registrar, DIGITS)
    assert "Родителю скажу через минуту" in decided.text
    await town.work()
    assert await new_messages(town.mother, before) == []
    await town.pass_time(seconds=61)
    [news] = await new_messages(town.mother, before)
    assert "Регистратура подтвердила полис" in news.text
    [child] = await children_of(town, town.mother)
    assert child.is_verified
    assert child.person is not None
    assert "Педиатр" in str(await choose(town.mother, "Записаться к врачу"))
    assert ref_of(await choose(town.mother, "Педиатр", PETROVA, THURSDAY, TIME, "Записаться"))


async def test_times_can_be_looked_at_but_not_booked_while_the_desk_checks(town: Town) -> None:
    await send_to_desk(town)
    await choose(town.mother, "Врачи и свободное время", "Педиатр", PETROVA, THURSDAY)
    assert "ещё проверяет регистратура" in str((await town.mother.press(TIME)).alert)
    assert "Полис проверяет регистратура" in (await town.mother.screen()).text


async def test_confirmation_holds_for_that_clinic(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    await say(town.registrar, DIGITS)
    await town.pass_time(seconds=61)
    await choose(town.mother, "Записаться к врачу", "Другая поликлиника")
    refused = await town.mother.press("Детская № 7")
    assert "и действует там" in str(refused.alert)


async def test_desk_is_asked_again_after_a_year(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    await say(town.registrar, DIGITS)
    await town.pass_time(seconds=61)
    await town.pass_time(days=366)
    [child] = await children_of(town, town.mother)
    assert child.is_verified
    registrar = await account_of(town, town.registrar)
    assert len((await town.app.services.policy_checks.queue(registrar)).checks) == 1


async def test_unknown_number_and_wrong_name_read_alike(town: Town) -> None:
    await check_at_desk(town)
    unknown = await settle_in(town.mother, SOFIA)
    wrong = await settle_in(town.father, MARIA._replace(name=SOFIA.name))
    assert unknown.text.split("\n", 2)[1:] == wrong.text.split("\n", 2)[1:]
    assert unknown.labels == wrong.labels


async def test_undone_decision_is_told_to_nobody(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, "Отказать")
    before = await town.mother.messages()
    await choose(town.registrar, "Не найден")
    await town.pass_time(seconds=30)
    back = await choose(town.registrar, UNDO)
    assert "полис снова ждёт" in back.text
    await town.pass_time(seconds=120)
    assert await new_messages(town.mother, before) == []
    late = await choose(town.registrar, "Срок")
    assert SOFIA.name.short in late.text


@pytest.mark.parametrize(
    ("way", "pressed", "told"),
    [
        ("Отказать", "Не найден", "не смогла подтвердить"),
        ("Отказать", "Чужой", "не смогла подтвердить"),
        ("Отказать", "Приостановлен", "действие полиса приостановлено"),
        ("Исправить", "Фамилия", "нужно исправить фамилию"),
        ("Исправить", "Номер", "нужно исправить номер"),
        ("Нужны бумаги", "", "принесите в регистратуру"),
    ],
)
async def test_parent_is_told_what_the_desk_has_decided(town: Town, way: str, pressed: str, told: str) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    before = await town.mother.messages()
    await choose(town.registrar, way, *([pressed] if pressed else []))
    await town.pass_time(seconds=61)
    [news] = await new_messages(town.mother, before)
    assert told in news.text


async def test_three_wrong_digits_release_the_check_and_tell_the_head(town: Town) -> None:
    await send_to_desk(town)
    clinics = await town.app.services.directory.clinics()
    head = town.chat.person(1006, first_name="Заведующая")
    await head.start()
    await town.app.services.accounts.appoint(1006, Role.HEAD, clinics[0].id)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    before = await head.messages()
    wrong = "0000" if DIGITS != "0000" else "1111"
    for left in ("2 попытки", "1 попытка"):
        assert left in (await say(town.registrar, wrong)).text
    assert "заведующему" in (await say(town.registrar, wrong)).text
    await town.work()
    [alarm] = await new_messages(head, before)
    assert "три раза" in alarm.text
    assert "проверяет коллега" in str((await town.registrar.press("Срок")).alert)
    assert SOFIA.name.short in (await open_check(town, head)).text


async def test_two_members_do_not_decide_one_check(town: Town) -> None:
    await send_to_desk(town)
    clinics = await town.app.services.directory.clinics()
    other = town.chat.person(1007, first_name="Коллега")
    await other.start()
    await town.app.services.accounts.appoint(1007, Role.REGISTRAR, clinics[0].id)
    await open_check(town, town.registrar)
    await with_code(town, other)
    await say(other, "/start")
    await choose(other, QUEUE)
    assert "открыл коллега" in str((await other.press("Срок")).alert)
    await town.pass_time(minutes=11)
    assert SOFIA.name.short in (await open_check(town, other)).text
    assert "открыл коллега" in str((await town.registrar.press("Нужны бумаги")).alert)


async def test_late_check_tells_parent_and_head(town: Town) -> None:
    await send_to_desk(town)
    clinics = await town.app.services.directory.clinics()
    head = town.chat.person(1006, first_name="Заведующая")
    await head.start()
    await town.app.services.accounts.appoint(1006, Role.HEAD, clinics[0].id)
    before, seen = await town.mother.messages(), await head.messages()
    await town.pass_time(hours=3)
    assert await new_messages(town.mother, before) == []
    await town.pass_time(hours=2)
    await town.work()
    [late] = await new_messages(town.mother, before)
    assert "не ответила в срок" in late.text
    assert clinics[0].phone in late.text
    [told] = await new_messages(head, seen)
    assert "ждёт проверки" in told.text


async def test_doctor_today_lifts_the_check_once_a_day(town: Town) -> None:
    await send_to_desk(town)
    seen = await choose(town.mother, "Нужен врач сегодня")
    assert "это срочно" in seen.text
    assert not seen.button("Нужен врач сегодня")
    await with_code(town, town.registrar)
    await say(town.registrar, "/start")
    assert (await choose(town.registrar, QUEUE)).button("Срочно")


async def test_corrected_card_leaves_the_desk(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, "Отказать")
    account = await account_of(town, town.mother)
    [child] = await children_of(town, town.mother)
    await town.app.services.checks.rename(account.id, child.id, MARIA.name)
    assert "уже не ждёт" in str((await town.registrar.press("Не найден")).alert)


async def test_only_the_desk_of_that_clinic_sees_the_check(town: Town) -> None:
    await send_to_desk(town)
    services = town.app.services
    clinics = await services.directory.clinics()
    registrar = await account_of(town, await with_code(town, town.registrar))
    [waiting] = (await services.policy_checks.queue(registrar)).checks
    posts = {1005: (Role.ADMIN, clinics[0]), 1008: (Role.REGISTRAR, clinics[1]), 1009: (Role.REGISTRAR, clinics[0])}
    for number, (role, clinic) in posts.items():
        await services.accounts.appoint(number, role, clinic.id)
        await with_code(town, town.chat.person(number))
    await services.members.dismiss(1009)
    await settle_in(town.stranger)
    for person in (*map(town.chat.person, posts), town.stranger, town.mother):
        account = await account_of(town, person)
        for call in (
            services.policy_checks.see(account, waiting.id),
            services.policy_checks.match(account, waiting.id, DIGITS),
            services.policy_checks.decide(account, waiting.id, DeskDecision.PAPERS),
            services.policy_checks.undo(account, waiting.id),
        ):
            with pytest.raises(Exception) as refused:  # noqa: PT011 - the class is compared below
                await call
            assert type(refused.value).__name__ in {"NotYours", "DeskCheckGone"}


async def test_verdict_survives_a_restart_within_the_minute(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    await say(town.registrar, DIGITS)
    await town.restart()
    before = await town.mother.messages()
    await town.pass_time(seconds=61)
    await town.work()
    assert len(await new_messages(town.mother, before)) == 1


async def test_number_under_another_name_is_not_confirmed(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother, MARIA._replace(name=SOFIA.name))
    await choose(town.mother, SEND)
    seen = await open_check(town, town.registrar)
    assert "другим именем: да" in seen.text
    await choose(town.registrar, MATCHES)
    assert "с другим именем" in (await say(town.registrar, MARIA.policy_number[-4:])).text
    [child] = await children_of(town, town.mother)
    assert not child.is_verified


async def test_person_entered_by_a_job_that_was_killed_is_found_again(town: Town) -> None:
    """The job enters the person at the clinic first and changes the card after it."""
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    await say(town.registrar, DIGITS)
    [child] = await children_of(town, town.mother)
    [clinic, *_others] = await town.app.services.directory.clinics()
    entered = await desk_of(town).enter_person(clinic.ref, claim_of(child))
    await town.pass_time(seconds=61)
    [child] = await children_of(town, town.mother)
    assert child.person == entered.ref


async def test_decision_about_a_card_that_changes_within_the_minute_is_dropped(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    await choose(town.registrar, MATCHES)
    await say(town.registrar, DIGITS)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    await town.app.services.checks.rename(account.id, child.id, MARIA.name)
    before = await town.mother.messages()
    await town.pass_time(seconds=61)
    [child] = await children_of(town, town.mother)
    assert not child.is_verified
    assert await new_messages(town.mother, before) == []


async def test_staff_member_does_not_check_an_own_child(town: Town) -> None:
    await check_at_desk(town)
    registrar, services = await with_code(town, town.registrar), town.app.services
    account = await account_of(town, registrar)
    for purpose in Purpose:
        account = await services.consents.give(account.id, purpose, "digest")
    patient = await services.patients.link(account, claim_of_example(SOFIA.policy_number, SOFIA.name))
    [clinic, *_others] = await services.directory.clinics()
    await services.desk_checks.send(account.id, patient.id, clinic.id)
    [waiting] = (await services.policy_checks.queue(account)).checks
    with pytest.raises(OwnDeskCheck):
        await services.policy_checks.see(account, waiting.id)


async def test_account_has_three_open_checks_at_most(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother)
    account, services = await account_of(town, town.mother), town.app.services
    [clinic, *_others] = await services.directory.clinics()
    for serial in range(4):
        number = make_policy_number("77", SOFIA_BORN, Sex.FEMALE, 400 + serial)
        patient = await services.patients.link(account, claim_of_example(number, SOFIA.name))
        if serial < MOST_OPEN:
            await services.desk_checks.send(account.id, patient.id, clinic.id)
            continue
        with pytest.raises(TooManyDeskChecks):
            await services.desk_checks.send(account.id, patient.id, clinic.id)


async def test_checks_sent_to_desks_have_a_budget(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    account, services = await account_of(town, town.mother), town.app.services
    [clinic, *_others] = await services.directory.clinics()
    [child] = await children_of(town, town.mother)
    for _each in range(BUCKETS[Budget.DESK_CHECK].size):
        await services.desk_checks.send(account.id, child.id, clinic.id)
        await town.app.store.storage.write(lambda uow: uow.desk_checks.withdraw(child.id, town.clock.now()))
    with pytest.raises(OverBudget):
        await services.desk_checks.send(account.id, child.id, clinic.id)


async def test_desk_does_not_see_a_child_whose_consent_is_withdrawn(town: Town) -> None:
    await send_to_desk(town)
    registrar, services = await account_of(town, await with_code(town, town.registrar)), town.app.services
    [waiting] = (await services.policy_checks.queue(registrar)).checks
    await take_back(town.mother, "данные ребёнка")
    with pytest.raises(DeskCheckGone):
        await services.policy_checks.see(registrar, waiting.id)
    await town.pass_time(hours=6)
    assert (await services.policy_checks.queue(registrar)).checks == []


async def test_paper_of_another_form_goes_to_the_desk_too(town: Town) -> None:
    """The list has no temporary certificates of its own: the desk compares one as it does any policy."""
    await check_at_desk(town)
    await settle_in(town.mother)
    account, services = await account_of(town, town.mother), town.app.services
    claim = PolicyClaim("123456789", SOFIA.name, SOFIA_BORN, Sex.FEMALE)
    patient = await services.patients.link(account, claim)
    await town.work()
    await say(town.mother, "/children")
    refused = await choose(town.mother, SOFIA.name.given)
    assert "По списку не сошлось" in refused.text
    await choose(town.mother, SEND)
    seen = await open_check(town, town.registrar)
    assert "временное свидетельство" in seen.text
    assert "Контрольная цифра" not in seen.text
    await choose(town.registrar, MATCHES)
    await say(town.registrar, "6789")
    await town.pass_time(seconds=61)
    assert (await town.app.store.storage.read(lambda view: view.patients.require(account.id, patient.id))).is_verified
