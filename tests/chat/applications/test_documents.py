"""A parent asks the child's own clinic for a document, and the desk makes it: from the first press to the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.applications.document_rules import DocumentHindrance
from bot.applications.errors import DocumentNotMade, LimitedCard, PolicyFirst
from bot.applications.records import (
    ApplicationKind,
    ApplicationStatus,
    Decision,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.clinic_file.records import IssuedBy
from bot.core.errors import NotYours
from bot.core.people import Role
from bot.glossary import ClinicId, DocumentId
from bot.patients.errors import NotOwner
from bot.patients.records import Relationship
from bot.staff.errors import OwnApplication, StaleApplication
from storage.registry.importing.importing import Importer
from storage.registry.seed.clinics import FIELD, GARDEN
from storage.registry.seed.file import small_town_file
from tests.chat.actions import (
    MARIA,
    SOFIA,
    account_of,
    book,
    children_of,
    choose,
    new_messages,
    ref_of,
    say,
    settle_in,
    with_code,
)
from tests.chat.applications.steps import AGREE, SEND, appoint, open_queue
from tests.chat.applications.test_confirmation import codes_in
from tests.chat.applications.test_enroll import MINUTE, UNDO, decided, filed_of, share_with_father
from tests.chat.clinic_desk import desk_of
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

SICK_NOTE, CAMP, ENTRANCE = "Справка 095/у", "Справка 079/у", "Справка 086/у"
DOCUMENTS = "Справки и документы"


async def to_documents(person: Person) -> ChatMessage:
    """Open the documents of the clinic for the person's only child."""
    await say(person, "/children")
    await choose(person, "Мария")
    seen = await choose(person, DOCUMENTS)
    return await choose(person, GARDEN) if "Какая она" in seen.text else seen


async def ask_for_camp(town: Town) -> ChatMessage:
    """Let the mother ask for the certificate for a camp."""
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    await choose(town.mother, CAMP)
    await say(town.mother, "лагерь «Заря»")
    return await choose(town.mother, SEND, AGREE)


async def document_of(town: Town, name: str, clinic: int = 1) -> DocumentId:
    """Return the number of a document of a clinic."""
    found = await town.app.services.directory.clinic(ClinicId(clinic))
    made = await desk_of(town).documents(found.ref)
    return next(each.number for each in made if each.name == name)


@pytest.mark.requirement("D7")
async def test_clinic_that_makes_none_here_names_its_reception(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/children")
    asked = await choose(town.mother, "Мария", DOCUMENTS)
    others = await choose(town.mother, "Другая поликлиника")
    assert not set(others.labels) & {label for label in asked.labels if GARDEN in label}
    assert not [label for label in others.labels if "томатология" in label], "where no child is enrolled"
    told = await choose(town.mother, FIELD)
    assert "не принимает такие заявления" in told.text
    assert "+7 000 000-07-07" in told.text
    assert (await choose(town.mother, "Назад")).button(DOCUMENTS)


# --- the parent -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D7", "A42")
async def test_parent_asks_for_a_document_with_its_place(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    listed = await to_documents(town.mother)
    assert listed.button(SICK_NOTE)
    assert not listed.button(ENTRANCE)
    assert f"{ENTRANCE}: возраст 14–17" in listed.text
    page = await choose(town.mother, CAMP)
    for fact in ("в лагерь или санаторий", "сертификат прививок", "чт 26 ноября, 20:00", "Действует 30 дней", "Куда"):
        assert fact in page.text, fact
    review = await say(town.mother, "лагерь «Заря»")
    for fact in ("Куда: лагерь «Заря»", "0014", GARDEN, "Поликлиника получит: имя"):
        assert fact in review.text, fact
    await choose(town.mother, "Изменить место")
    assert "Куда: школа № 5" in (await say(town.mother, "школа № 5")).text
    consent = await choose(town.mother, SEND)
    assert "сделать документы, которые вы заказываете" in consent.text
    sent = await choose(town.mother, AGREE)
    for fact in ("✅ Заявление отправлено", "Справка 079/у: Мария И.", "Куда: школа № 5", "Готово до: чт 26 ноября"):
        assert fact in sent.text, fact
    assert ref_of(sent)


async def test_period_is_chosen_with_a_button_or_written(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    await choose(town.mother, SICK_NOTE)
    assert "17.11.2026–23.11.2026" in (await choose(town.mother, "Последняя неделя")).text
    assert "с 9 по 20 ноября" in (await say(town.mother, "с 9 по 20 ноября")).text
    kept = await choose(town.mother, "Изменить дни")
    assert "с 9 по 20 ноября" in kept.text
    assert "с 9 по 20 ноября" in (await choose(town.mother, "Оставить так")).text


async def test_too_long_answer_is_asked_once_more(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    await choose(town.mother, CAMP)
    assert "не длиннее 100 знаков" in (await say(town.mother, "о" * 101)).text
    assert "Проверьте заявление" in (await say(town.mother, "лагерь")).text


async def test_what_was_written_is_gone_from_an_old_review(town: Town) -> None:
    """Another screen ends what was written: the old «Отправить» asks for it again and sends nothing."""
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    await choose(town.mother, CAMP)
    review = await say(town.mother, "лагерь")
    await say(town.mother, "/start")
    send = review.button(SEND)
    assert send is not None
    await town.mother.press_data(review.id, str(send.data))
    assert "Куда нужен документ?" in str(await town.mother.messages())
    account = await account_of(town, town.mother)
    assert await town.app.services.applications.list_of(account.id) == []


async def test_one_is_open_for_each_document(town: Town) -> None:
    first = await ask_for_camp(town)
    await to_documents(town.mother)
    assert ref_of(await choose(town.mother, CAMP)) == ref_of(first)
    await to_documents(town.mother)
    await choose(town.mother, SICK_NOTE, "Последняя неделя")
    second = await choose(town.mother, SEND)
    assert "✅ Заявление отправлено" in second.text
    assert ref_of(second) != ref_of(first)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    camp = await document_of(town, CAMP)
    again = await town.app.services.document_requests.file(account, child.id, ClinicId(1), camp, "лагерь")
    listed = await town.app.services.applications.list_of(account.id)
    assert again in {each.application.id for each in listed}
    assert len(listed) == 2


async def test_consent_lasts_while_another_document_is_asked_for(town: Town) -> None:
    await ask_for_camp(town)
    await to_documents(town.mother)
    await choose(town.mother, SICK_NOTE, "Последняя неделя", SEND)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    await to_documents(town.mother)
    await choose(town.mother, SICK_NOTE, "Последняя неделя")
    assert "✅ Заявление отправлено" in (await choose(town.mother, SEND)).text
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    await to_documents(town.mother)
    await choose(town.mother, CAMP, "Отозвать", "Отозвать заявление")
    await to_documents(town.mother)
    await choose(town.mother, SICK_NOTE, "Последняя неделя")
    assert "Согласие: данные для поликлиники" in (await choose(town.mother, SEND)).text


async def test_clinic_without_documents_says_where_they_are_made(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await town.app.store.database.write(
        lambda connection: connection.execute("UPDATE registry_documents SET retired = 1", {})
    )
    await town.app.store.database.write(lambda connection: connection.execute("UPDATE patients SET clinic_id = 1", {}))
    seen = await to_documents(town.mother)
    assert "не принимает такие заявления в боте" in seen.text
    assert seen.button("Записаться к врачу")


async def test_own_clinic_alone_makes_documents(town: Town) -> None:
    """A card that has its clinic gets nothing from another one, whatever an old button says."""
    await settle_in(town.mother, MARIA)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    await town.app.store.database.write(lambda connection: connection.execute("UPDATE patients SET clinic_id = 2", {}))
    camp = await document_of(town, CAMP)
    with pytest.raises(DocumentNotMade):
        await town.app.services.document_requests.offer(account.id, child.id, ClinicId(1), camp)


async def test_document_for_another_age_cannot_be_asked_for(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    requests, entrance = town.app.services.document_requests, await document_of(town, ENTRANCE)
    offer = await requests.offer(account.id, child.id, ClinicId(1), entrance)
    assert offer.why_not is DocumentHindrance.TOO_YOUNG
    with pytest.raises(DocumentNotMade):
        await requests.file(account, child.id, ClinicId(1), entrance, "колледж")


@pytest.mark.requirement("E14")
async def test_other_representative_asks_the_owner_for_a_document(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await share_with_father(town)
    await to_documents(town.father)
    assert "Документы заказывает владелец карточки" in (await choose(town.father, CAMP)).text
    before = await town.mother.messages()
    await choose(town.father, "Попросить владельца")
    await town.work()
    [asked] = await new_messages(town.mother, before)
    assert "просит заказать документ «Справка 079/у»" in asked.text
    assert "Куда нужен документ?" in (await choose(town.mother, "Заказать")).text
    await say(town.mother, "лагерь")
    before = await town.father.messages()
    await choose(town.mother, SEND, AGREE)
    await town.pass_time(minutes=3)
    [told] = await new_messages(town.father, before)
    assert "Его отправил другой представитель" in told.text


async def test_only_a_proved_card_gets_documents(town: Town) -> None:
    requests = town.app.services.document_requests
    await settle_in(town.mother, SOFIA)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    with pytest.raises(PolicyFirst):
        await requests.choice(account.id, child.id)
    await settle_in(town.father, MARIA)
    await town.pass_time(minutes=1)
    await settle_in(town.stranger, MARIA)
    account, [child] = await account_of(town, town.stranger), await children_of(town, town.stranger)
    with pytest.raises(LimitedCard):
        await requests.choice(account.id, child.id)


async def test_strangers_and_co_representatives_file_nothing(town: Town) -> None:
    await ask_for_camp(town)
    await share_with_father(town)
    await settle_in(town.stranger)
    services, [child] = town.app.services, await children_of(town, town.mother)
    filed, note = await filed_of(town, town.mother), await document_of(town, SICK_NOTE)
    father, stranger = await account_of(town, town.father), await account_of(town, town.stranger)
    where = (child.id, ClinicId(1), note)
    for account, refusal in ((father, NotOwner), (stranger, NotYours)):
        with pytest.raises(refusal):
            await services.document_requests.file(account, *where, "неделя")
        with pytest.raises(refusal):
            await services.document_requests.agree(account, *where, "digest")
        with pytest.raises(refusal):
            await services.document_requests.resend(account, filed, "неделя")
    for look in (services.document_requests.offer, services.document_requests.ask_owner):
        with pytest.raises(NotYours):
            await look(stranger.id, *where)
    with pytest.raises(NotYours):
        await services.document_requests.choice(stranger.id, child.id)


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D7")
async def test_desk_makes_it_and_the_parent_fetches_it(town: Town) -> None:
    sent = await ask_for_camp(town)
    queue = await open_queue(town, town.registrar)
    assert "📄" in queue.text
    seen = await choose(town.registrar, "срок")
    for fact in ("Мария И.", "Просят документ: Справка 079/у", "Куда: лагерь «Заря»", "Сделайте до: чт 26 ноября"):
        assert fact in seen.text, fact
    assert MARIA.policy_number not in seen.text
    before = await town.mother.messages()
    await choose(town.registrar, "Готово")
    await town.work()
    assert await new_messages(town.mother, before) == []
    await town.pass_time(seconds=MINUTE)
    [told] = await new_messages(town.mother, before)
    for fact in ("✅ Документ готов", "Заберите в регистратуре, Садовая, 5", ref_of(sent), "Действует 30 дней"):
        assert fact in told.text, fact
    page = await choose(town.mother, "Открыть заявление")
    assert page.button("Заказать ещё раз")
    [child] = await children_of(town, town.mother)
    assert await town.app.services.enrollments.of(child.id) is None, "a document enrolls nobody"


@pytest.mark.requirement("D7")
async def test_card_of_a_document_says_that_the_reception_gives_it_out(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    assert "Выдаёт регистратура: Садовая, 5" in (await choose(town.mother, CAMP)).text


@pytest.mark.requirement("D7")
async def test_document_sent_as_a_file_is_asked_for_by_telephone(town: Town) -> None:
    """The bot carries no medical document: neither the parent nor the desk reads that it does."""
    file = small_town_file()
    made = [replace(each, issued_by=IssuedBy.FILE) for each in file.documents or ()]
    store = town.app.store
    await Importer(store.database, store.cipher, store.index).apply(
        replace(file, patients=None, documents=made), town.clock.now()
    )
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    phone = file.clinics[0].phone
    says = f"пришлёт файлом сама, не через меня. Позвоните в регистратуру и спросите как: {phone}"
    assert says in (await choose(town.mother, CAMP)).text.replace("\u00a0", " ")
    await say(town.mother, "лагерь «Заря»")
    await choose(town.mother, SEND, AGREE)
    await open_queue(town, town.registrar)
    seen = await choose(town.registrar, "срок")
    assert "забрать" not in seen.text
    assert "файлом, не через бот" in seen.text
    before = await town.mother.messages()
    await choose(town.registrar, "Готово")
    await town.pass_time(seconds=MINUTE)
    [told] = await new_messages(town.mother, before)
    assert says in told.text.replace("\u00a0", " ")
    assert "Заберите" not in told.text


async def test_document_that_is_ready_ends_no_visit_elsewhere(town: Town) -> None:
    """It is no enrollment: visits at other clinics go on, and cancelling them may be late."""
    await ask_for_camp(town)
    filed = await filed_of(town, town.mother)
    await book(town.mother, day="вт 24")
    await decided(town, Decision(Verdict.APPROVE))
    move = "UPDATE applications SET clinic_id = 2"
    await town.app.store.database.write(lambda connection: connection.execute(move, {}))
    account = await account_of(town, town.mother)
    assert await town.app.services.enrollments.visits_elsewhere(account.id, filed) == []


async def test_ready_is_undone_within_the_minute(town: Town) -> None:
    await ask_for_camp(town)
    await open_queue(town, town.registrar)
    await choose(town.registrar, "срок", "Готово")
    before = await town.mother.messages()
    assert "Отменено: заявление снова ждёт" in (await choose(town.registrar, UNDO)).text
    await town.pass_time(seconds=MINUTE)
    assert await new_messages(town.mother, before) == []
    assert (await town.registrar.screen()).button("срок")


@pytest.mark.requirement("D32", "B10")
async def test_refused_document_leads_to_the_doctor(town: Town) -> None:
    await ask_for_camp(town)
    await open_queue(town, town.registrar)
    reasons = await choose(town.registrar, "срок", "Отказать")
    assert not reasons.button("Нет мест")
    before = await town.mother.messages()
    await choose(town.registrar, "Сначала нужен приём врача")
    await town.pass_time(seconds=MINUTE)
    [told] = await new_messages(town.mother, before)
    assert "Отказ: сначала нужен приём врача" in told.text
    page = await choose(town.mother, "Открыть заявление")
    assert page.button("Заказать ещё раз")
    assert "К какому врачу" in (await choose(town.mother, "Записаться к врачу")).text


async def test_corrected_document_is_sent_again(town: Town) -> None:
    await ask_for_camp(town)
    await open_queue(town, town.registrar)
    parts = await choose(town.registrar, "срок", "Вернуть")
    assert not parts.button("СНИЛС")
    await choose(town.registrar, "Дни, место", "За 7 дней")
    await town.pass_time(seconds=MINUTE)
    page = await choose(town.mother, "Открыть заявление")
    assert "исправить: дни, место или врача" in page.text
    await choose(town.mother, "Исправить и отправить снова")
    assert "Отправлю: лагерь «Восход»" in (await say(town.mother, "лагерь «Восход»")).text
    again = await choose(town.mother, "Отправить снова")
    assert "Куда: лагерь «Восход»" in again.text
    await open_queue(town, town.registrar)
    assert "лагерь «Восход»" in (await choose(town.registrar, "срок")).text


async def test_late_document_is_told_to_parent_and_head(town: Town) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await ask_for_camp(town)
    parents, heads = await town.mother.messages(), await head.messages()
    await town.pass_time(days=4)
    [late] = await new_messages(town.mother, parents)
    assert "не успела к сроку" in late.text
    assert any("ждёт решения" in each.text for each in await new_messages(head, heads))


async def test_desk_gives_no_reason_or_district_of_an_enrollment(town: Town) -> None:
    await ask_for_camp(town)
    registrar = await account_of(town, await with_code(town, town.registrar))
    desk, filed = town.app.services.desk_applications, await filed_of(town, town.mother)
    await desk.see(registrar, filed)
    for decision in (
        Decision(Verdict.REFUSE, RefusalReason.NO_PLACES),
        Decision(Verdict.RETURN, fields=(ToCorrect.REASON,), days=7),
        Decision(Verdict.APPROVE, district="4"),
    ):
        with pytest.raises(StaleApplication):
            await desk.decide(registrar, filed, decision)


async def test_other_clinics_and_own_parents_decide_no_document(town: Town) -> None:
    await ask_for_camp(town)
    filed, desk = await filed_of(town, town.mother), town.app.services.desk_applications
    elsewhere = await account_of(town, await appoint(town, 1010, Role.REGISTRAR, clinic=1))
    with pytest.raises(StaleApplication):
        await desk.see(elsewhere, filed)
    admin = await account_of(town, await appoint(town, 1011, Role.ADMIN))
    with pytest.raises(NotYours):
        await desk.see(admin, filed)
    registrar, [child] = (
        await account_of(town, await with_code(town, town.registrar)),
        await children_of(town, town.mother),
    )
    now = town.clock.now()
    await town.app.store.storage.write(
        lambda uow: uow.representatives.add(registrar.id, child.id, Relationship.PARENT, now)
    )
    with pytest.raises(OwnApplication):
        await desk.see(registrar, filed)


# --- the list, the paper, the copy ------------------------------------------------------------------------------------


@pytest.mark.requirement("D55", "E57")
async def test_confirmation_and_list_name_the_document(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    await choose(town.mother, "госпитализацию")
    await say(town.mother, "областная больница")
    sent = await choose(town.mother, SEND, AGREE)
    await decided(town, Decision(Verdict.APPROVE))
    await say(town.mother, "/start")
    listed = await choose(town.mother, "Мои заявления")
    assert listed.button("Мария И. · готово · Направление на госпитализацию")
    await choose(town.mother, "госпитализацию")
    before = await town.mother.messages()
    await town.mother.press("Подтверждение (PDF)")
    [sent_file] = [each for each in await new_messages(town.mother, before) if "document" in each.raw]
    printed = text_of(file_of(town, sent_file))
    for fact in (ref_of(sent).replace("\u2011", "-"), "Направление на госпитализацию", "областная больница", "0014"):
        assert fact in printed, fact
    assert MARIA.policy_number not in printed
    registrar = await with_code(town, town.registrar)
    [code] = codes_in(file_of(town, sent_file))
    for typed in (code, ref_of(sent)):
        await say(registrar, "/start")
        checked = await say(registrar, typed)
        for fact in ("Заявление настоящее", "О документе: Направление на госпитализацию", "Состояние: готово"):
            assert fact in checked.text, fact


async def test_documents_are_reached_from_the_applications(town: Town) -> None:
    await ask_for_camp(town)
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления")
    seen = await choose(town.mother, DOCUMENTS)
    assert SICK_NOTE in str(seen) or GARDEN in str(seen)


async def test_typed_word_opens_the_documents(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/start")
    assert "Справки и документы" in (await say(town.mother, "нужна справка")).text
    assert "Помощь" in (await say(town.mother, "помощь")).text


async def test_application_for_a_document_is_gone_after_a_year(town: Town) -> None:
    await ask_for_camp(town)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    account = await account_of(town, town.mother)
    await town.pass_time(days=366)
    await town.work()
    assert await town.app.services.applications.list_of(account.id) == []


async def test_filed_document_is_stored_sealed(town: Town) -> None:
    await ask_for_camp(town)
    sql = "SELECT reason, topic, sealed_wish FROM applications"
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    assert row["reason"] == ""
    assert row["topic"] > 0
    assert "Заря".encode() not in row["sealed_wish"]
    account = await account_of(town, town.mother)
    [listed] = await town.app.services.applications.list_of(account.id)
    assert listed.application.kind is ApplicationKind.DOCUMENT
    assert listed.application.status is ApplicationStatus.SUBMITTED
    assert listed.application.document is not None
    assert listed.application.document.said == "лагерь «Заря»"
    [copied] = (await town.app.store.storage.read(lambda view: view.holdings.of_account(account.id)))["applications"]
    assert (copied["kind"], copied["document"], copied["said"]) == ("DOCUMENT", CAMP, "лагерь «Заря»")
    assert copied["reason"] is None
    assert not {"uid", "sealed_wish"} & copied.keys()


async def test_words_for_another_screen_are_not_the_place_of_a_document(town: Town) -> None:
    sent = ref_of(await ask_for_camp(town))
    await to_documents(town.mother)
    await choose(town.mother, "госпитализацию")
    for number in ("7796 1897 8400 0014", "7796189784000014", "112-233-445 95"):
        refused = await say(town.mother, number)
        assert "здесь не нужны" in refused.text
        assert number not in refused.text
    assert "Куда нужен документ" in (await say(town.mother, "спасибо")).text
    assert f"Заявление {sent}" in (await say(town.mother, sent)).text
    for words in ("помощь", "мои записи"):
        await to_documents(town.mother)
        await choose(town.mother, "госпитализацию")
        assert "Проверьте заявление" not in (await say(town.mother, words)).text, words
    await to_documents(town.mother)
    await choose(town.mother, "госпитализацию")
    assert "Куда: школа № 5" in (await say(town.mother, "школа № 5")).text
    assert f"Заявление {sent}" in (await say(town.mother, sent)).text, "at the review too"
