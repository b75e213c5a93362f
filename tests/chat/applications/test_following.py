"""Following applications: the list with filters, what was sent each time, the correspondence, and the yearly rule."""

from __future__ import annotations

import re
from datetime import date

import pytest
from PIL import Image

from bot.applications.records import (
    ApplicationStatus,
    Decision,
    EnrollmentReason,
    EnrollmentWish,
    LastChange,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.core.deeds import Deed
from bot.core.errors import NotYours
from bot.core.people import Purpose, Role
from bot.patients.records import Detail
from dialogs.applications.links import CorrespondenceFile, SentVersions
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.barcodes import jpeg, on_paper, qr, seen
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    STAFF_CODE,
    account_of,
    children_of,
    choose,
    consent,
    contact_of,
    new_messages,
    ref_of,
    say,
    send,
    settle_in,
    with_code,
)
from tests.chat.applications.steps import CHOICE, apply, appoint, mother_applies, open_queue, review
from tests.chat.applications.test_confirmation import code_of
from tests.chat.applications.test_enroll import decided, filed_of, share_with_father
from tests.chat.appointments.test_elsewhere import share_phone
from tests.chat.message import Pattern
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

SNILS, OTHER_SNILS = "11223344595", "08765430300"
REFUSE = Decision(Verdict.REFUSE, RefusalReason.OTHER)


async def write_snils(town: Town, person: Person, snils: str) -> None:
    account, [child] = await account_of(town, person), await children_of(town, person)
    await town.app.services.editing.set_detail(account.id, child.id, Detail.SNILS, snils)


async def pdf_of(town: Town, person: Person, pressed: Pattern) -> str:
    """Press a button that sends a PDF, and return its text."""
    before = await person.messages()
    await person.press(pressed)
    await person.screen()
    [paper] = [each for each in await new_messages(person, before) if each.kind == "document"]
    return text_of(file_of(town, paper))


async def test_typed_number_of_an_application_opens_it(town: Town) -> None:
    number = ref_of(await mother_applies(town))
    await say(town.mother, "/start")
    assert "Прикрепление: Мария" in (await say(town.mother, number.lower())).text
    await settle_in(town.father, ARTYOM)
    assert f"с номером {number} у вас нет" in (await say(town.father, number)).text, "it says nothing to a stranger"
    await with_code(town, town.registrar)
    await say(town.registrar, "/start")
    await choose(town.registrar, "Вопрос по номеру")
    assert "Заявление настоящее" in (await say(town.registrar, number)).text


async def to_application(person: Person) -> None:
    """Open the newest application of a person from the menu."""
    await say(person, "/start")
    await choose(person, "Мои заявления", "Мария")


# --- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A37", "D47")
async def test_list_is_filtered_by_kind_and_status(town: Town) -> None:
    await mother_applies(town)
    await decided(town, REFUSE)
    await apply_again(town)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    await apply_again(town)
    await say(town.mother, "/start")
    every = await choose(town.mother, "Мои заявления · 1")
    assert [label for label in every.labels if "Мария" in label] == [
        f"Мария И. · {GARDEN} · {status}" for status in ("отправлено", "отозвано", "отказано")
    ]
    asked = await choose(town.mother, "Фильтры", "Отказы")
    assert "✅ Отказы" in asked.labels
    only = await choose(town.mother, "Прикрепление", "Показать 1 заявление")
    assert "Прикрепление, отказы" in only.text
    assert [label for label in only.labels if "Мария" in label] == [f"Мария И. · {GARDEN} · отказано"]
    none = await choose(town.mother, "Фильтры", "Одобренные", "Показать 0 заявлений")
    assert "Таких нет" in none.text
    back = await choose(town.mother, "Без фильтров")
    assert len([label for label in back.labels if "Мария" in label]) == 3
    other_kind = await choose(town.mother, "Фильтры", "Справки и документы", "Показать 0 заявлений")
    assert not [label for label in other_kind.labels if "Мария" in label]


@pytest.mark.requirement("A37", "D9")
async def test_page_has_the_stage_and_each_step_with_its_time_and_outcome(town: Town) -> None:
    await mother_applies(town)
    assert "Заявление у поликлиники" in (await town.mother.screen()).text
    await town.pass_time(days=1)
    await decided(town, REFUSE)
    page = await choose(town.mother, "Открыть заявление")
    stage, _heading, history = page.text.partition("История")
    assert "Отказ: другое" in stage
    for day, outcome in (("24", "отказ: другое"), ("24", "регистратура начала рассматривать"), ("23", "отправлено")):
        assert re.search(rf"{day} ноября, \d\d:\d\d: {outcome}", history), outcome


async def apply_again(town: Town) -> None:
    """File one more application; the consent may be in force still."""
    await review(town.mother)
    sent = await choose(town.mother, "Отправить")
    if sent.button("Даю согласие, отправить"):
        await choose(town.mother, "Даю согласие, отправить")


async def test_many_applications_have_pages(town: Town) -> None:
    await mother_applies(town)
    await decided(town, REFUSE)
    for _ in range(8):
        await town.pass_time(days=1, minutes=1)
        await apply_again(town)
        await choose(town.mother, "Отозвать", "Отозвать заявление")
    await say(town.mother, "/start")
    first = await choose(town.mother, "Мои заявления")
    assert "Стр. 1 из 2" in first.text
    second = await choose(town.mother, "Дальше")
    assert [label for label in second.labels if "Мария" in label] == [f"Мария И. · {GARDEN} · отказано"]
    await choose(town.mother, "Фильтры", "Отозванные", "Показать 8")
    assert not (await town.mother.screen()).button("Дальше")


# --- what was sent ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A34")
async def test_confirmation_shows_what_was_sent_then(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await write_snils(town, town.mother, SNILS)
    await apply(town.mother)
    await write_snils(town, town.mother, OTHER_SNILS)
    printed = await pdf_of(town, town.mother, "Подтверждение (PDF)")
    assert SNILS[-4:] in printed
    assert OTHER_SNILS[-4:] not in printed
    await to_application(town.mother)
    seen_now = await choose(town.mother, "Что отправлено")
    for fact in ("Отправлено 1 раз", f"СНИЛС: ••••\u00a0{SNILS[-4:]}", MARIA.name.full, "Причина: по нашему выбору"):
        assert fact in seen_now.text
    assert "Пол: девочка" in seen_now.text, "the consent says that the clinic gets it"
    assert "Пол девочка" in printed
    for secret in (SNILS, MARIA.policy_number):
        assert secret not in seen_now.text + printed


@pytest.mark.requirement("A38")
async def test_application_sent_again_keeps_each_version(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await write_snils(town, town.mother, SNILS)
    await apply(town.mother)
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.SNILS,), days=7))
    await write_snils(town, town.mother, OTHER_SNILS)
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова")
    await choose(town.mother, "Изменить причину", "Переехали", "Отправить снова")
    printed = await pdf_of(town, town.mother, "Подтверждение (PDF)")
    await to_application(town.mother)
    versions = await choose(town.mother, "Что отправлено")
    assert "Отправлено 2 раза" in versions.text
    for known in (printed, versions.text):
        for fact in (SNILS[-4:], OTHER_SNILS[-4:], "по нашему выбору", "переехали"):
            assert fact in known, fact


async def test_what_was_sent_is_sealed_and_goes_with_the_application(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await apply(town.mother)
    rows = "SELECT sealed_data FROM application_versions"
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(rows, {}))
    for known in (MARIA.name.family, "0014", "CHOICE"):
        assert known.encode() not in row["sealed_data"]
    await decided(town, REFUSE)
    await town.pass_time(days=366)
    await town.app.services.retention.delete_expired()
    assert await town.app.store.database.read(lambda connection: connection.fetch(rows, {})) == []


# --- the correspondence -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("A53", "A40", "A44")
async def test_correspondence_has_what_was_sent_steps_answers_and_notices(town: Town) -> None:
    sent = await mother_applies(town)
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.ADDRESS,), days=7))
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова", "Отправить снова")
    await town.pass_time(minutes=1)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.OTHER_AREA))
    await choose(town.mother, "Открыть заявление")
    printed = await pdf_of(town, town.mother, "Вся переписка (PDF)")
    for fact in (
        ref_of(sent).replace("\u2011", "-"),
        "Представитель: отправлено",
        "Поликлиника: нужно исправить: адрес",
        "Представитель: отправлено снова",
        "Поликлиника: отказ: другой участок",
        "Проверьте адрес в карточке",
        "Что вам написал бот",
        "Решение по заявлению",
        "Росздравнадзор",
        "0014",
    ):
        assert fact in printed, fact
    assert MARIA.policy_number not in printed
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    history = await town.app.services.patients.history(account.id, child.id, 0)
    assert Deed.CORRESPONDENCE_PRINTED in [each.deed for each in history.entries]


@pytest.mark.requirement("A53")
async def test_only_representatives_get_the_correspondence(town: Town) -> None:
    """Mother, father who keeps the card too, a stranger, the desk, another desk, and whoever was revoked."""
    await mother_applies(town)
    filed = await filed_of(town, town.mother)
    await share_with_father(town)
    await settle_in(town.stranger)
    await with_code(town, town.registrar)
    elsewhere = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    correspondences, sent = town.app.services.correspondences, town.app.services.sent_applications
    for person in (town.mother, town.father):
        account = await account_of(town, person)
        assert (await correspondences.of(account.id, filed, "bot")).followed.filed.id == filed
        assert len(await sent.of(account.id, filed)) == 1
    for person in (town.stranger, town.registrar, elsewhere):
        account = await account_of(town, person)
        with pytest.raises(NotYours):
            await correspondences.of(account.id, filed, "bot")
        with pytest.raises(NotYours):
            await sent.of(account.id, filed)
        before = await person.messages()
        for link in (CorrespondenceFile(application=filed), SentVersions(application=filed)):
            answer, shown = await send(person, link.pack())
            assert "больше нет" in (answer.alert or "") or "Согласие 1 из 3" in shown.text, "a clerk is no parent"
            assert MARIA.name.given not in shown.text
        assert not [each for each in await new_messages(person, before) if each.kind == "document"]


# --- the code at the desk ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("D55")
async def test_desk_checks_a_photographed_code_and_a_typed_number(town: Town) -> None:
    sent = await mother_applies(town)
    code = f"https://t.me/registratura_bot?start=application_{await code_of(town)}"
    await open_queue(town, town.registrar)
    await town.registrar.send_photo(jpeg(seen(on_paper(qr(code)), 7, 1.2, 0.2)))
    by_photo = await town.registrar.screen()
    for fact in ("Заявление настоящее", "Мария И.", "Состояние: отправлено"):
        assert fact in by_photo.text
    await say(town.registrar, "/start")
    await choose(town.registrar, "Заявления")
    assert "Заявление настоящее" in (await say(town.registrar, ref_of(sent))).text
    await say(town.registrar, "/start")
    await choose(town.registrar, "Заявления")
    assert "Заявление настоящее" in (await say(town.registrar, code)).text


async def test_photographed_code_opens_nothing_to_another_clinic(town: Town) -> None:
    await mother_applies(town)
    code = f"https://t.me/registratura_bot?start=application_{await code_of(town)}"
    elsewhere = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await open_queue(town, elsewhere)
    for text in (code, f"{code[:-2]}{'AA' if not code.endswith('AA') else 'BB'}"):
        await elsewhere.send_photo(jpeg(on_paper(qr(text))))
        shown = await elsewhere.screen()
        assert "Этот код здесь ничего не открывает" in shown.text
        assert "Мария" not in shown.text
        await say(elsewhere, "/start")
        await choose(elsewhere, "Заявления")
    await elsewhere.send_photo(jpeg(on_paper(qr(code), qr(f"{code[:-2]}QQ"))))
    assert "несколько кодов" in (await elsewhere.screen()).text
    await elsewhere.send_photo(jpeg(Image.new("L", (400, 400), 255)))
    assert "не видно QR" in (await elsewhere.screen()).text


# --- once a year ------------------------------------------------------------------------------------------------------


async def registered_since(town: Town, since: str) -> None:
    sql = "UPDATE registry_persons SET attached_on = :since WHERE clinic_id IS NOT NULL"
    await town.app.store.database.write(lambda connection: connection.execute(sql, {"since": since}))


@pytest.mark.requirement("A27")
async def test_yearly_rule_warns_from_the_registers_day(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await share_phone(town, town.mother)
    await registered_since(town, "2026-06-01")
    asked = await review(town.mother)
    assert "Прикрепление с 1 июня 2026 года: так в регистре" in asked.text
    assert "Менять поликлинику можно раз в год" in asked.text
    assert "раз в год" not in (await choose(town.mother, "Изменить причину", "Переехали")).text
    await registered_since(town, "2025-11-01")
    asked = await choose(town.mother, "Изменить причину", CHOICE)
    assert "раз в год" not in asked.text


@pytest.mark.requirement("A27")
async def test_register_is_not_quoted_to_an_account_that_proved_nothing(town: Town) -> None:
    """The parent's own answer counts then; the desk reads the register's day, and decides."""
    await settle_in(town.mother, MARIA)
    await registered_since(town, "2026-06-01")
    asked = await review(town.mother)
    assert "регистре" not in asked.text
    assert "раз в год" not in asked.text
    assert "раз в год" in (await choose(town.mother, "Когда меняли", "Меньше года назад")).text
    await choose(town.mother, "Когда меняли", "Не помню", "Отправить", "Даю согласие, отправить")
    await open_queue(town, town.registrar)
    at_desk = await choose(town.registrar, "срок")
    assert "Регистр: прикрепление с 1 июня 2026 года" in at_desk.text
    assert "меняли меньше года назад" in at_desk.text
    assert at_desk.button("Прикрепить")


# --- changed, corrected, agreed to, and late --------------------------------------------------------------------------


@pytest.mark.requirement("C32")
async def test_changed_clinic_gets_what_was_typed_and_the_old_desk_loses_it(town: Town) -> None:
    head = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await settle_in(town.mother, MARIA)
    await review(town.mother, reason="Переехали")
    await choose(town.mother, "Когда меняли", "Больше года назад", "Отправить", "Даю согласие, отправить")
    await choose(town.mother, "Другая поликлиника")
    await say(town.mother, "северный 7")
    seen_again = await choose(town.mother, FIELD, "Прикрепиться")
    for fact in ("Причина: переехали", "больше года назад", "будет отозвано"):
        assert fact in seen_again.text
    await choose(town.mother, "Отправить", "Даю согласие, отправить")
    assert "Ничего не ждёт решения" in (await open_queue(town, town.registrar)).text
    assert "Ждёт 1 заявление" in (await open_queue(town, head)).text
    account = await account_of(town, town.mother)
    every = await town.app.services.applications.list_of(account.id)
    assert [each.application.status for each in every] == [ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN]
    wish = EnrollmentWish(EnrollmentReason.MOVED, LastChange.LONG_AGO)
    assert {each.application.wish for each in every} == {wish}


@pytest.mark.requirement("D8", "A38")
async def test_five_sendings_a_day_count_corrections_too(town: Town) -> None:
    await mother_applies(town)
    for _time in range(4):
        await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.ADDRESS,), days=7))
        await town.work()
        await choose(town.mother, "Открыть заявление", "Исправить и отправить снова", "Отправить снова")
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.ADDRESS,), days=7))
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова")
    review = await town.mother.screen()
    alert = str((await town.mother.press("Отправить снова")).alert)
    assert "только 5 заявлений о ребёнке" in alert
    assert "завтра, вт 24 ноября" in alert.replace("\u00a0", " ")
    assert (await town.mother.screen()).text == review.text, "the screen stays, with what was chosen"
    await town.pass_time(days=1, minutes=1)
    assert "отправлено снова" in (await choose(town.mother, "Отправить снова")).text


@pytest.mark.requirement("A42")
async def test_consent_that_was_taken_back_is_asked_and_sending_goes_on(town: Town) -> None:
    """Declined at first: nothing is sent; agreed to later: sent with the same answers."""
    await settle_in(town.mother, MARIA)
    await review(town.mother, reason="Живём рядом")
    await choose(town.mother, "Отправить")
    account = await account_of(town, town.mother)
    back = await choose(town.mother, "Назад")
    assert "Причина: живём рядом" in back.text
    assert await town.app.services.applications.list_of(account.id) == []
    sent = await choose(town.mother, "Отправить", "Даю согласие, отправить")
    assert "✅ Заявление отправлено" in sent.text
    [only] = await town.app.services.applications.list_of(account.id)
    assert only.application.enrollment is not None
    assert only.application.enrollment.reason is EnrollmentReason.LIVES


@pytest.mark.requirement("K12")
async def test_term_of_an_application_spans_the_new_years_holidays(town: Town) -> None:
    await town.pass_time(days=37)
    assert town.clock.now().date() == date(2026, 12, 30)
    sent = await mother_applies(town)
    assert "Срок решения: вт 12 января" in sent.text
    before = await town.mother.messages()
    await town.pass_time(days=12)
    await town.work()
    assert not [each for each in await new_messages(town.mother, before) if "не ответила в срок" in each.text]
    await town.pass_time(days=2)
    await town.work()
    assert [each for each in await new_messages(town.mother, before) if "не ответила в срок" in each.text]


async def test_application_without_consent_is_before_no_desk(town: Town) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    sent = ref_of(await mother_applies(town))
    account = await account_of(town, town.mother)
    await town.app.services.consents.revoke(account.id, Purpose.PATIENT)
    assert "Ничего не ждёт решения" in (await open_queue(town, town.registrar)).text
    before = await head.messages()
    await town.pass_time(days=4)
    await town.work()
    assert not [each for each in await new_messages(head, before) if "ждёт решения" in each.text]
    await consent(town.mother)
    await say(town.registrar, "/start")
    await say(town.registrar, STAFF_CODE)
    queue = await open_queue(town, town.registrar)
    assert "Ждёт 1 заявление" in queue.text
    assert queue.button(sent)


async def test_desk_gets_the_phone_only_of_who_still_acts_for_the_child(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await town.mother.share_contact()
    await apply(town.mother)
    phone = (await contact_of(town, town.mother)).whole_phone
    assert phone
    await share_with_father(town)
    registrar = await account_of(town, await with_code(town, town.registrar))
    desk, filed = town.app.services.desk_applications, await filed_of(town, town.mother)
    await desk.see(registrar, filed)
    assert (await desk.show(registrar, filed)).phone == phone
    await town.app.services.consents.revoke((await account_of(town, town.mother)).id, Purpose.PATIENT)
    assert (await desk.show(registrar, filed)).phone == ""
