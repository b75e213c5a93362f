"""A parent applies to be enrolled at a clinic, and the clinic's desk decides: from the first press to the end."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.applications.errors import ApplicationOpen, LimitedCard, PolicyFirst
from bot.applications.records import (
    ApplicationStatus,
    ApplicationStep,
    Decision,
    EnrollmentReason,
    LastChange,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.applications.seen import Wish
from bot.core.errors import NotYours
from bot.core.people import Role
from bot.glossary import ApplicationId, ClinicId
from bot.patients.errors import NotOwner
from bot.patients.records import Relationship
from bot.staff.errors import ApplicationTaken, OwnApplication, StaleApplication
from dialogs.patients.links import EditCard
from storage.registry.seed.clinics import FIELD, GARDEN, URAL
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
from tests.chat.applications.steps import (
    AGREE,
    SEND,
    apply,
    appoint,
    mother_applies,
    open_first,
    open_queue,
    review,
    to_clinic,
)
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.person import Person
from tests.chat.town import Town, town as open_town

UNDO, MINUTE = "Отменить действие", 61


async def filed_of(town: Town, person: Person) -> ApplicationId:
    """Return the newest application of a person."""
    account = await account_of(town, person)
    [newest, *_older] = await town.app.services.applications.list_of(account.id)
    return newest.application.id


async def decided(town: Town, decision: Decision) -> None:
    """Let the registrar decide the only application, and the minute pass."""
    registrar = await account_of(town, await with_code(town, town.registrar))
    desk = town.app.services.desk_applications
    [waiting] = (await desk.queue(registrar)).applications
    await desk.see(registrar, waiting.id)
    await desk.decide(registrar, waiting.id, decision)
    await town.pass_time(seconds=MINUTE)


async def share_with_father(town: Town) -> None:
    """Let the father act for the mother's child."""
    await settle_in(town.father)
    mother, father = await account_of(town, town.mother), await account_of(town, town.father)
    [child] = await children_of(town, town.mother)
    now = town.clock.now()
    assert mother.id != father.id
    await town.app.store.storage.write(
        lambda uow: uow.representatives.add(father.id, child.id, Relationship.PARENT, now)
    )


# --- the parent -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A2", "A17", "A26", "A27", "A28", "A33", "A42")
async def test_application_is_reviewed_agreed_to_and_sent(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    card = await to_clinic(town.mother)
    assert GARDEN in card.text
    asked = await choose(town.mother, "Прикрепиться")
    assert "Почему эта поликлиника?" in asked.text
    assert {"По месту прописки", "Живём рядом", "Переехали", "По нашему выбору"} <= set(asked.labels)
    seen = await choose(town.mother, "Живём рядом")
    for fact in ("0014", f"{GARDEN}, Садовая, 5", "Причина: живём рядом", "Поликлиника получит: имя, дату рождения"):
        assert fact in seen.text
    assert "раз в год" not in seen.text
    seen = await choose(town.mother, "Когда меняли", "Меньше года назад")
    assert "Менять поликлинику можно раз в год" in seen.text
    assert "раз в год" not in (await choose(town.mother, "Изменить причину", "Переехали")).text
    consent = await choose(town.mother, SEND)
    assert "Кому: Детская № 12" in consent.text
    assert "Заявление" not in consent.text.partition("\n")[0]
    sent = await choose(town.mother, AGREE)
    assert "✅ Заявление отправлено" in sent.text
    assert "Срок решения: ср 25 ноября, 20:00" in sent.text
    assert re.search(r"23 ноября, \d\d:\d\d: отправлено", sent.text)
    assert ref_of(sent)
    assert (await say(town.mother, "/start")).button("Мои заявления · 1")


async def test_consent_is_asked_once_and_ends_with_the_withdrawn_application(town: Town) -> None:
    await mother_applies(town)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    await review(town.mother)
    assert "Согласие: данные для поликлиники" in (await choose(town.mother, SEND)).text
    await choose(town.mother, AGREE)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.OTHER))
    await review(town.mother)
    assert "✅ Заявление отправлено" in (await choose(town.mother, SEND)).text


@pytest.mark.requirement("A4")
async def test_clinic_that_takes_none_says_where_to_apply(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_clinic(town.mother, URAL)
    seen = await choose(town.mother, "Прикрепиться")
    assert "В боте эта поликлиника заявления пока не принимает" in seen.text
    assert "gosuslugi.ru" in seen.text


async def test_clinic_without_a_desk_in_the_bot_hands_off(town: Town) -> None:
    """Nobody would answer: a clinic whose only member is an admin has no desk either."""
    await appoint(town, 1011, Role.ADMIN, clinic=1)
    await settle_in(town.mother, MARIA)
    await to_clinic(town.mother, FIELD)
    assert "В боте эта поликлиника заявления пока не принимает" in (await choose(town.mother, "Прикрепиться")).text


async def test_system_that_takes_none_hands_off_too(template: Path, tmp_path: Path, long_limits: None) -> None:
    """What a clinic says of itself is not enough: its system must be able to take an application."""
    clinic = FaultyClinic()
    clinic.lacks.add("takes_applications")
    async with open_town(template, tmp_path, clinic.systems) as town:
        await settle_in(town.mother, MARIA)
        await to_clinic(town.mother)
        seen = await choose(town.mother, "Прикрепиться")
        assert "В боте эта поликлиника заявления пока не принимает" in seen.text


async def test_second_press_files_one_application(town: Town) -> None:
    await mother_applies(town)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    wish = Wish(child.id, ClinicId(1), EnrollmentReason.CHOICE)
    services, first = town.app.services, await filed_of(town, town.mother)
    assert await services.applications.file(account, wish) == first
    assert len(await services.applications.list_of(account.id)) == 1


@pytest.mark.requirement("C32")
async def test_clinic_is_changed_before_the_decision(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await mother_applies(town)
    first = await filed_of(town, town.mother)
    seen = await to_clinic(town.mother, FIELD)
    seen = await choose(town.mother, "Прикрепиться")
    assert "Причина: по нашему выбору" in seen.text
    assert "будет отозвано" in seen.text
    sent = await choose(town.mother, SEND, AGREE)
    assert FIELD in sent.text
    account = await account_of(town, town.mother)
    every = await town.app.services.applications.list_of(account.id)
    assert [each.application.status for each in every] == [ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN]
    assert every[1].application.id == first


async def test_changed_clinic_withdraws_only_what_was_shown(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await mother_applies(town)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    clinics = await town.app.services.directory.clinics()
    field = next(each for each in clinics if each.name == FIELD)
    await town.app.services.applications.agree(account, child.id, field.id, "digest")
    with pytest.raises(ApplicationOpen):
        await town.app.services.applications.file(account, Wish(child.id, field.id, EnrollmentReason.CHOICE))


async def test_other_representative_asks_the_owner(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await share_with_father(town)
    await to_clinic(town.father)
    seen = await choose(town.father, "Прикрепиться")
    assert "Заявление подаёт владелец карточки" in seen.text
    before = await town.mother.messages()
    assert "Попросил владельца" in (await choose(town.father, "Попросить владельца")).text
    await town.work()
    [asked] = await new_messages(town.mother, before)
    assert "Другой представитель просит подать заявление" in asked.text
    assert "Почему эта поликлиника?" in (await choose(town.mother, "Прикрепиться")).text
    before = await town.father.messages()
    await choose(town.mother, "Переехали", SEND, AGREE)
    await town.pass_time(minutes=3)
    [told] = await new_messages(town.father, before)
    assert "Его отправил другой представитель" in told.text
    seen = await choose(town.father, "Открыть заявление")
    assert "Срок решения" in seen.text
    assert not seen.button("Отозвать")


@pytest.mark.requirement("A50")
async def test_every_answer_is_told_to_all_who_act_for_the_child(town: Town) -> None:
    """What is to be corrected, and after it is sent again the decision."""
    await mother_applies(town)
    await share_with_father(town)
    await say(town.father, "/menu")
    before = await town.father.messages()
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.SNILS,), days=7))
    [told] = await new_messages(town.father, before)
    assert "Нужно исправить: СНИЛС" in told.text
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова", "Отправить снова")
    before = await town.father.messages()
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.OTHER))
    assert "Отказ" in (await new_messages(town.father, before))[-1].text


@pytest.mark.requirement("A38")
async def test_corrected_card_leads_back_to_the_application(town: Town) -> None:
    sent = await mother_applies(town)
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.SNILS,), days=7))
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова", "Данные ребёнка", "СНИЛС")
    saved = await say(town.mother, "112-233-445 95")
    assert "Сохранено" in saved.text
    assert "Нужно исправить: СНИЛС" in (await choose(town.mother, "К заявлению")).text
    [child] = await children_of(town, town.mother)
    await send(town.mother, EditCard(patient=child.id).pack())
    page = await choose(town.mother, f"К заявлению {ref_of(sent)}")
    assert "Нужно исправить: СНИЛС" in page.text
    await choose(town.mother, "Исправить и отправить снова", "Отправить снова")
    _answer, card = await send(town.mother, EditCard(patient=child.id).pack())
    assert not card.button("К заявлению"), "it waits for the clinic now"


async def test_card_completed_from_the_review_leads_back_to_the_application(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    asked = await review(town.mother)
    assert "Впишите в карточку адрес" in asked.text
    await choose(town.mother, "Данные ребёнка", "Адрес")
    saved = await say(town.mother, "г. Заречный, Садовая, 5, кв. 3")
    assert "Сохранено" in saved.text
    again = await choose(town.mother, "К заявлению")
    assert "Причина: по нашему выбору" in again.text
    assert "Впишите в карточку адрес" not in again.text


async def test_sixth_application_of_a_day_waits(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    for _ in range(5):
        await apply(town.mother)
        await choose(town.mother, "Отозвать", "Отозвать заявление")
    await review(town.mother)
    await choose(town.mother, SEND)
    assert "только 5 заявлений о ребёнке" in str((await town.mother.press(AGREE)).alert)
    await town.pass_time(days=1, minutes=1)
    await review(town.mother)
    assert "✅ Заявление отправлено" in (await choose(town.mother, SEND)).text


async def test_policy_is_confirmed_first(town: Town) -> None:
    await settle_in(town.mother, SOFIA)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    with pytest.raises(PolicyFirst):
        await town.app.services.applications.offer(account.id, child.id, ClinicId(1))


async def test_second_account_with_the_childs_data_cannot_apply(town: Town) -> None:
    """Data leak: whoever types them gets a card, and moves no child to another clinic."""
    await settle_in(town.mother, MARIA)
    await town.pass_time(minutes=1)
    await settle_in(town.stranger, MARIA)
    account, [child] = await account_of(town, town.stranger), await children_of(town, town.stranger)
    with pytest.raises(LimitedCard):
        await town.app.services.applications.offer(account.id, child.id, ClinicId(1))


async def test_stranger_and_co_representative_change_nothing(town: Town) -> None:
    await mother_applies(town)
    filed, applications = await filed_of(town, town.mother), town.app.services.applications
    await share_with_father(town)
    await settle_in(town.stranger)
    father, stranger = await account_of(town, town.father), await account_of(town, town.stranger)
    reason, [child] = EnrollmentReason.MOVED, await children_of(town, town.mother)
    wish = Wish(child.id, ClinicId(1), reason)
    last = LastChange.UNKNOWN
    for account, refusal in ((father, NotOwner), (stranger, NotYours)):
        for call in (
            applications.withdraw(account.id, filed),
            applications.resend(account, filed, reason, last),
            applications.file(account, wish),
            applications.agree(account, child.id, ClinicId(1), "digest"),
        ):
            with pytest.raises(refusal):
                await call
    looks: list[Awaitable[object]] = [
        applications.follow(stranger.id, filed),
        applications.offer(stranger.id, child.id, ClinicId(1)),
        applications.ask_owner(stranger.id, child.id, ClinicId(1)),
    ]
    for look in looks:
        with pytest.raises(NotYours):
            await look
    assert await applications.list_of(stranger.id) == []


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A30", "A38")
async def test_registrar_takes_the_child_to_a_pediatrician(town: Town) -> None:
    await mother_applies(town)
    queue = await open_queue(town, town.registrar)
    assert "Ждёт 1 заявление" in queue.text
    assert MARIA.name.given not in str(queue)
    seen = await choose(town.registrar, "срок")
    for fact in (
        MARIA.name.short,
        "Причина: по нашему выбору",
        "✅ Полис подтверждён",
        "Документы представителя никто",
    ):
        assert fact in seen.text
    assert MARIA.policy_number not in seen.text
    before = await town.mother.messages()
    await choose(town.registrar, "Прикрепить", "Петрова")
    await town.work()
    assert await new_messages(town.mother, before) == []
    await town.pass_time(seconds=MINUTE)
    [told] = await new_messages(town.mother, before)
    for fact in ("✅ Прикрепление с 23 ноября 2026 года", "Педиатр: Петрова Анна Сергеевна"):
        assert fact in told.text
    seen = await choose(town.mother, "Открыть заявление")
    assert "одобрено" in seen.text
    [child] = await children_of(town, town.mother)
    assert child.clinic == 1
    current = await town.app.store.storage.read(lambda view: view.enrollments.current(child.id))
    assert current is not None
    assert current.clinic == 1
    booking = await choose(town.mother, "Записаться к врачу")
    assert "К какому врачу?" in booking.text
    assert f"Поликлиника: {GARDEN}" in booking.text


async def test_new_clinic_ends_the_old_enrollment(town: Town) -> None:
    await mother_applies(town)
    await decided(town, Decision(Verdict.APPROVE))
    registrar = await account_of(town, await appoint(town, 1010, Role.REGISTRAR, clinic=1))
    await apply(town.mother, FIELD)
    desk, [child] = town.app.services.desk_applications, await children_of(town, town.mother)
    [waiting] = (await desk.queue(registrar)).applications
    seen = await desk.see(registrar, waiting.id)
    assert seen.enrollment is not None
    assert seen.enrollment.clinic == 1
    await desk.decide(registrar, waiting.id, Decision(Verdict.APPROVE))
    await town.pass_time(seconds=MINUTE)
    history = await town.app.store.storage.read(lambda view: view.enrollments.list_of(child.id))
    assert [(each.clinic, each.until is None) for each in history] == [(registrar.clinic, True), (1, False)]
    [child] = await children_of(town, town.mother)
    assert child.clinic == registrar.clinic


@pytest.mark.requirement("A38", "A39", "A40", "A41", "A44", "B10")
@pytest.mark.parametrize(
    ("pressed", "told", "way_out"),
    [
        ("Данные не сошлись", "Отказ: данные не сошлись", "Исправить и отправить снова"),
        ("Нет права", "Отказ: нет права представлять ребёнка", "О поликлинике"),
        ("Нет мест", "Отказ: нет мест", "Другая поликлиника"),
        ("Другой участок", "Отказ: другой участок", "Другая поликлиника"),
        ("Возраст", "Отказ: возраст", "Другая поликлиника"),
        ("Уже меняли в этом году", "Если вы переехали, укажите это", "Исправить и отправить снова"),
        ("Полис не действует", "Отказ: полис не действует", "Исправить и отправить снова"),
        ("Не хватает бумаг", "Принесите в регистратуру паспорт", "О поликлинике"),
        ("Другое", "Отказ: другое", "Исправить и отправить снова"),
    ],
)
async def test_refusal_names_the_reason_and_a_way_out(town: Town, pressed: str, told: str, way_out: str) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    before = await town.mother.messages()
    asked = await choose(town.registrar, "Отказать")
    assert len(asked.labels) == 9 + 2, "nine reasons, «Назад» and «Меню»"
    await choose(town.registrar, pressed)
    await town.pass_time(seconds=MINUTE)
    [news] = await new_messages(town.mother, before)
    page = await choose(town.mother, "Открыть заявление")
    for seen in (news, page):
        assert told in seen.text
        for whom in ("заведующему", "в страховую", "в Росздравнадзор"):
            assert whom in seen.text
    assert page.button(way_out)
    assert "Телефон поликлиники: +7 000 000-12-12" in page.text
    phone = page.button("Копировать телефон")
    assert phone is not None
    assert phone.value["text"] == "+7 000 000-12-12"
    if way_out == "Исправить и отправить снова":
        assert (await choose(town.mother, way_out)).button(SEND), "the same screen leads to the next sending"


@pytest.mark.requirement("A41")
async def test_card_is_corrected_after_a_refusal(town: Town) -> None:
    await mother_applies(town)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.DATA_DIFFER))
    assert "Что изменить?" in (await choose(town.mother, "Открыть заявление", "Исправить карточку")).text


@pytest.mark.requirement("A38")
async def test_another_clinic_is_looked_for_to_enroll_there(town: Town) -> None:
    await mother_applies(town)
    assert "В какую поликлинику?" in (await choose(town.mother, "Другая поликлиника")).text
    assert "Отозвать" in (await choose(town.mother, "Назад")).labels, "the application that was left"
    assert "Мои заявления" in (await choose(town.mother, "Назад")).text
    await choose(town.mother, "Мария", "Другая поликлиника")
    assert (await choose(town.mother, FIELD)).button("Прикрепиться"), "not the doctors to book"


@pytest.mark.requirement("A38")
async def test_reception_of_a_refusal_is_that_of_its_clinic(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Отказать", "Нет права")
    await town.pass_time(seconds=MINUTE)
    card = await choose(town.mother, "Открыть заявление", "О поликлинике")
    assert "Садовая, 5" in card.text
    assert "+7 000 000-12-12" in card.text
    assert "в реестре" not in card.text.lower(), "nothing is wrong with the name"


@pytest.mark.requirement("A38")
async def test_other_representative_reads_who_corrects(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await share_with_father(town)
    await apply(town.mother)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Вернуть на исправление", "Адрес", "7 дней")
    await town.pass_time(seconds=MINUTE)
    await say(town.father, "/start")
    page = await choose(town.father, "Мои заявления", "Мария")
    assert "Исправляет и отправляет снова владелец карточки" in page.text
    assert "Исправить и отправить снова" not in page.labels


@pytest.mark.requirement("A38", "D8")
async def test_returned_application_is_corrected_and_sent_again(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    before = await town.mother.messages()
    await choose(town.registrar, "Вернуть на исправление", "Адрес", "СНИЛС", "7 дней")
    await town.pass_time(seconds=MINUTE)
    assert (await open_queue(town, town.registrar)).text.count("Ничего не ждёт решения")
    [news] = await new_messages(town.mother, before)
    assert "Нужно исправить: СНИЛС, адрес" in news.text
    assert "пн 30 ноября" in news.text
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова")
    seen = await choose(town.mother, "Изменить причину", "Переехали", "Отправить снова")
    assert "отправлено снова" in seen.text
    again = await open_first(town, town.registrar)
    assert "Причина: переехали" in again.text


async def test_application_that_nobody_corrects_is_closed(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Вернуть на исправление", "Адрес", "3 дня")
    await town.pass_time(seconds=MINUTE)
    before = await town.mother.messages()
    await town.pass_time(days=4)
    await town.work()
    [told] = await new_messages(town.mother, before)
    assert "не исправили в срок" in told.text
    assert (
        "Почему эта поликлиника?" in (await to_clinic(town.mother) and await choose(town.mother, "Прикрепиться")).text
    )


async def test_undone_decision_is_told_to_nobody(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    before = await town.mother.messages()
    await choose(town.registrar, "Отказать", "Нет мест")
    await town.pass_time(seconds=30)
    assert "заявление снова ждёт" in (await choose(town.registrar, UNDO)).text
    await town.pass_time(seconds=120)
    assert await new_messages(town.mother, before) == []


async def test_decision_of_a_withdrawn_application_is_dropped(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    before = await town.mother.messages()
    await town.pass_time(seconds=MINUTE)
    assert await new_messages(town.mother, before) == []
    [child] = await children_of(town, town.mother)
    assert await town.app.store.storage.read(lambda view: view.enrollments.current(child.id)) is None


async def test_two_registrars_do_not_decide_one_application(town: Town) -> None:
    await mother_applies(town)
    first = await account_of(town, await with_code(town, town.registrar))
    second = await account_of(town, await appoint(town, 1010, Role.REGISTRAR))
    filed, desk = await filed_of(town, town.mother), town.app.services.desk_applications
    await desk.see(first, filed)
    refuse = Decision(Verdict.REFUSE, RefusalReason.NO_PLACES)
    for call in (desk.see(second, filed), desk.decide(second, filed, refuse), desk.doctors(second, filed)):
        with pytest.raises(ApplicationTaken):
            await call
    await town.pass_time(minutes=11)
    await desk.see(second, filed)
    with pytest.raises(ApplicationTaken):
        await desk.decide(first, filed, refuse)
    await desk.decide(second, filed, refuse)
    for call in (desk.decide(second, filed, refuse), desk.see(first, filed), desk.undo(first, filed)):
        with pytest.raises(StaleApplication):
            await call


async def test_late_application_tells_parent_and_head_once(town: Town) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await mother_applies(town)
    before, seen = await town.mother.messages(), await head.messages()
    await town.pass_time(days=2, hours=7)
    assert await new_messages(town.mother, before) == []
    await town.pass_time(hours=2)
    await town.work()
    [late] = await new_messages(town.mother, before)
    assert "Поликлиника не ответила в срок" in late.text
    [told] = await new_messages(head, seen)
    assert "Заявление ждёт решения вашей поликлиники" in told.text
    await town.pass_time(days=1)
    assert len(await new_messages(town.mother, before)) == 1
    await choose(head, "Заявления")
    assert (await say(head, STAFF_CODE)).button("просрочено")


async def test_only_the_desk_of_that_clinic_decides(town: Town) -> None:
    await mother_applies(town)
    services, filed = town.app.services, await filed_of(town, town.mother)
    admin = await appoint(town, 1005, Role.ADMIN)
    elsewhere = await appoint(town, 1008, Role.REGISTRAR, clinic=1)
    dismissed = await appoint(town, 1009, Role.REGISTRAR)
    await services.members.dismiss(1009)
    await settle_in(town.stranger)
    desk, approve = services.desk_applications, Decision(Verdict.APPROVE)
    for person in (admin, elsewhere, dismissed, town.stranger, town.mother):
        account = await account_of(town, person)
        for call in (
            desk.see(account, filed),
            desk.show(account, filed),
            desk.doctors(account, filed),
            desk.approve(account, filed, None),
            desk.decide(account, filed, approve),
            desk.undo(account, filed),
        ):
            with pytest.raises((NotYours, StaleApplication)):
                await call
    assert (await desk.queue(await account_of(town, elsewhere))).applications == []


async def test_member_of_the_staff_does_not_decide_about_an_own_child(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await apply(town.mother)
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(town.mother.id, Role.REGISTRAR, clinics[0].id)
    mother = await account_of(town, await with_code(town, town.mother))
    with pytest.raises(OwnApplication):
        await town.app.services.desk_applications.see(mother, await filed_of(town, town.mother))


@pytest.mark.requirement("A30")
async def test_every_look_and_decision_is_in_the_journal_of_the_card(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Показать")
    await choose(town.registrar, "Отказать", "Другое")
    await town.pass_time(seconds=MINUTE)
    await say(town.mother, "/children")
    await choose(town.mother, "Мария")
    history = await choose(town.mother, "История")
    for deed in (
        "вы отправили заявление",
        "вы разрешили передать данные",
        "регистратура открыла заявление",
        "открыла полные данные",
        "регистратура решила заявление",
    ):
        assert deed in history.text.casefold(), deed


async def test_full_data_are_shown_for_two_minutes(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    before = await town.registrar.messages()
    await choose(town.registrar, "Показать")
    [passing] = await new_messages(town.registrar, before)
    assert MARIA.policy_number in passing.text
    await town.pass_time(minutes=3)
    assert await new_messages(town.registrar, before) == []


# --- the clinic's limits ----------------------------------------------------------------------------------------------


async def test_head_closes_enrollment_and_parents_read_where_else(town: Town) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await open_queue(town, head)
    assert "Новые заявления не принимаются" in (await choose(head, "Мест нет: не принимать")).text
    assert not (await open_queue(town, town.registrar)).button("Принимать заявления")
    await settle_in(town.mother, MARIA)
    card = await to_clinic(town.mother)
    assert "никого не прикрепляет: мест нет" in card.text
    assert "Принимает заявления" not in card.text
    full = await choose(town.mother, "Прикрепиться")
    assert "Сейчас эта поликлиника никого не прикрепляет" in full.text
    assert full.button(FIELD)
    assert not full.button("Взрослая")
    await choose(head, "Принимать заявления")
    await to_clinic(town.mother)
    assert "Почему эта поликлиника?" in (await choose(town.mother, "Прикрепиться")).text


async def test_card_of_a_clinic_without_a_desk_promises_no_application(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    card = await to_clinic(town.mother, FIELD)
    assert "Прикрепляет в регистратуре" in card.text
    assert "В регистратуре" in (await choose(town.mother, "Прикрепиться")).text


async def test_own_districts_are_said_before_an_application_is_sent(town: Town) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await open_queue(town, head)
    await choose(head, "Только со своих участков")
    await settle_in(town.mother, MARIA)
    assert "берёт только детей со своих участков" in (await review(town.mother)).text


async def test_history_has_every_step_in_order(town: Town) -> None:
    await mother_applies(town)
    await decided(town, Decision(Verdict.APPROVE))
    account = await account_of(town, town.mother)
    seen = await town.app.services.applications.follow(account.id, await filed_of(town, town.mother))
    steps = [ApplicationStep.SUBMITTED, ApplicationStep.OPENED, ApplicationStep.APPROVED]
    assert [each.step for each in seen.steps] == steps
    assert seen.steps[-1].at - seen.steps[0].at >= timedelta(minutes=1)


async def test_decision_survives_a_restart_within_the_minute(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    await town.restart()
    before = await town.mother.messages()
    await town.pass_time(seconds=MINUTE)
    await town.work()
    assert len(await new_messages(town.mother, before)) == 1
