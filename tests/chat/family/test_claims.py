"""Two accounts with all data of one child: a card for each, and what the second may do until papers or consent."""

from __future__ import annotations

import pytest

from bot.core.patient import RejectionReason, Verification, VerificationStatus
from bot.core.people import Role
from bot.glossary import MatterId, PatientId
from bot.patients.records import DeskMatter
from dialogs.family.links import AskAccess, RequestAccess
from dialogs.patients.links import CardFile, PatientCard, ShowNumber
from dialogs.staff.links import DeclineMatter
from storage.unit import UnitOfWork
from tests.builders import claim_of
from tests.chat.actions import (
    ARTYOM,
    FRIDAY,
    MARIA,
    PETROVA,
    REF,
    THURSDAY,
    account_of,
    book,
    children_of,
    choose,
    consent,
    look,
    new_messages,
    ref_of,
    repeat,
    review,
    say,
    send,
    settle_in,
    show_papers,
    to_times,
    visits,
    with_code,
)
from tests.chat.message import ChatMessage
from tests.chat.patients.test_find import search
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

OURS, NOT_OURS = "Это наша семья", "Не мы"
DIGITS = "7796"
"""the beginning of Maria's policy number"""


async def card_of(town: Town, person: Person) -> PatientId:
    [patient] = await children_of(town, person)
    return patient.id


async def both(town: Town) -> ChatMessage:
    """Link Maria to the mother, then to the father, and return the father's verdict."""
    await settle_in(town.mother, MARIA)
    return await settle_in(town.father, MARIA)


async def agree(town: Town) -> None:
    """Let the mother say that the second account is her family."""
    await town.work()
    await choose(town.mother, OURS)
    await town.work()


# --- a card of one's own ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("E12", "C28")
async def test_all_right_data_give_the_account_a_card_of_its_own(town: Town) -> None:
    """It shows what this account typed and whether the policy is in force, and nothing of the other card."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    verdict = await settle_in(town.father, MARIA)
    assert "Полис проверен: Мария И." in verdict.text
    assert await card_of(town, town.father) != await card_of(town, town.mother)
    assert "08:00" not in (await visits(town.father)).text
    tree = await town.app.services.export.gather((await account_of(town, town.father)).id)
    assert "Петрова" not in str(tree)


@pytest.mark.requirement("E12")
async def test_number_found_by_snils_stays_masked_everywhere(town: Town) -> None:
    """On the card, in the alert with the numbers, in the file of the card and in the export."""
    stranger = town.stranger
    await consent(stranger)
    await search(stranger)
    await choose(stranger, "Да, добавить")
    card = await card_of(town, stranger)
    answer, _seen = await send(stranger, ShowNumber(patient=card).pack())
    assert "••••\u00a00014" in str(answer.alert)
    assert DIGITS not in str(answer.alert)
    before = await stranger.messages()
    await send(stranger, CardFile(patient=card).pack())
    [sent] = [message for message in await new_messages(stranger, before) if "document" in message.raw]
    assert DIGITS not in text_of(file_of(town, sent))
    tree = await town.app.services.export.gather((await account_of(town, stranger)).id)
    assert DIGITS not in str(tree)
    assert not any(DIGITS in str(message) for message in await stranger.messages())


@pytest.mark.requirement("E12")
async def test_clinic_of_the_register_is_hidden_until_papers_are_seen(town: Town) -> None:
    mother = town.mother
    verdict = await settle_in(mother, MARIA)
    assert "Детская № 12" not in verdict.text
    chosen = await choose(mother, "Записать")
    assert "В какую поликлинику?" in chosen.text
    await send(mother, PatientCard(patient=await card_of(town, mother)).pack())
    assert "Детская № 12" not in (await mother.screen()).text
    account = await account_of(town, mother)
    number = await town.app.services.family.open_matter(account.id, await card_of(town, mother), DeskMatter.PAPERS)
    await show_papers(town, number)
    _answer, card = await send(mother, PatientCard(patient=await card_of(town, mother)).pack())
    assert "Детская № 12" in card.text


# --- the second account -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("E12", "C28")
async def test_earlier_card_is_told_at_once_of_a_second_one(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    before = await town.mother.messages()
    verdict = await settle_in(town.father, MARIA)
    assert "есть и у другого аккаунта" in verdict.text
    await town.work()
    [news] = await new_messages(town.mother, before)
    assert "Карточку этого ребёнка завёл ещё один аккаунт: Мария И." in news.text
    assert news.button(OURS)
    assert news.button(NOT_OURS)
    number = ref_of(news)
    assert ref_of(await choose(town.father, "Что дальше")) == number


async def test_typed_answer_takes_the_buttons_from_the_question(town: Town) -> None:
    await both(town)
    await town.work()
    asked = await town.mother.screen()
    await say(town.mother, "это наша семья")
    seen = await look(town.mother, asked.id)
    assert (seen.text, seen.labels) == (asked.text, ["Меню"])


async def test_typed_words_for_another_screen_leave_the_question_its_buttons(town: Town) -> None:
    await both(town)
    await town.work()
    asked = await town.mother.screen()
    await say(town.mother, "мои записи")
    assert (await look(town.mother, asked.id)).labels == asked.labels


async def test_news_of_shared_visits_stays_when_its_button_is_pressed(town: Town) -> None:
    await both(town)
    await agree(town)
    news = await town.father.screen()
    opened = await choose(town.father, "Открыть карточку")
    seen = await look(town.father, news.id)
    assert opened.id > news.id
    assert (seen.text, seen.labels) == (news.text, ["Меню"])


@pytest.mark.requirement("E12")
async def test_second_account_has_one_live_visit_until_it_is_proved(town: Town) -> None:
    await both(town)
    father = town.father
    assert "записан" in (await book(father)).text
    await to_times(father, "ЛОР", "Зайцев", FRIDAY)
    refused = await father.press("13:00")
    assert "только на один приём" in str(refused.alert)
    await agree(town)
    assert "записан" in (await book(father, "ЛОР", "Зайцев", FRIDAY)).text


@pytest.mark.requirement("E12")
async def test_hold_of_the_second_account_drops_no_hold_of_the_first(town: Town) -> None:
    await both(town)
    await review(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    held = await town.mother.screen()
    await review(town.father, "Педиатр", PETROVA, FRIDAY, "10:00")
    times = await review(town.father, "Педиатр", PETROVA, THURSDAY, "09:00")
    assert "Проверьте запись" in times.text
    held_times = "SELECT id FROM registry_bookings WHERE status = 'HELD'"
    holds = await town.app.store.database.read(lambda connection: connection.fetch(held_times, {}))
    assert len(holds) == 2, "one of each account"
    await repeat(town.mother, held, "Записаться")
    assert "записан" in (await town.mother.screen()).text


@pytest.mark.requirement("E12")
async def test_time_held_by_one_account_is_taken_for_the_other(town: Town) -> None:
    await both(town)
    await review(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    offered = await to_times(town.father, "Педиатр", PETROVA, THURSDAY)
    assert not offered.button("08:00")


@pytest.mark.requirement("E12")
async def test_refusal_tells_no_visit_of_the_other_account(town: Town) -> None:
    await both(town)
    await review(town.father, "Педиатр", PETROVA, FRIDAY, "10:00")
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    refused = await town.father.press("Записаться")
    shown = f"{refused.alert} {(await town.father.screen()).text}"
    assert "уже есть запись" in shown
    assert "08:00" not in shown


# --- consent and papers -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("C28")
async def test_family_sees_each_others_visits_after_both_have_agreed(town: Town) -> None:
    """The mother agrees and shows her visits; the father then shows his. Either may end it."""
    await both(town)
    mother, father = town.mother, town.father
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await town.work()
    await book(father, "ЛОР", "Зайцев", FRIDAY)
    await agree(town)
    news = await father.screen()
    assert "вашей семьи" in news.text
    assert any("Педиатр" in label for label in (await visits(father)).labels)
    assert "Зайцев" not in (await visits(mother)).text
    await repeat(father, news, "Показать мои записи")
    await town.work()
    assert any("ЛОР" in label for label in (await visits(mother)).labels)
    assert await card_of(town, father) != await card_of(town, mother)
    await say(father, "/children")
    await choose(father, "Мария", "Второй родитель", "Прекратить доступ", "Прекратить доступ")
    assert "Петрова" not in (await visits(father)).text
    await town.work()
    assert "прекратил" in (await mother.screen()).text
    assert "Зайцев" not in (await visits(mother)).text
    for person, who in ((father, "Вы закрыли"), (mother, "Другой представитель закрыл")):
        await say(person, "/children")
        told = (await choose(person, "Мария", "История")).text
        assert told.count("общий доступ к записям") == 1
        assert f"{who} общий доступ к записям" in told


@pytest.mark.requirement("C28")
async def test_family_member_moves_a_visit_of_the_other_card(town: Town) -> None:
    await both(town)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await agree(town)
    await visits(town.father)
    moved = await choose(town.father, "Перенести", FRIDAY, "10:00", "Перенести")
    assert "пт 27 ноября, 10:00" in moved.text
    await town.work()
    assert "пт 27 ноября" in (await visits(town.mother)).text


@pytest.mark.requirement("C28")
async def test_owner_is_told_when_the_family_cancels_a_visit_that_it_has_moved(town: Town) -> None:
    """The account that moves a visit becomes its booker; the card is still the owner's."""
    await both(town)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await agree(town)
    await visits(town.father)
    await choose(town.father, "Перенести", FRIDAY, "10:00", "Перенести")
    await town.work()
    before = await town.mother.messages()
    await visits(town.father)
    await choose(town.father, "Отменить", "Да, отменить")
    await town.pass_time(minutes=1)
    assert any("отменил приём" in message.text for message in await new_messages(town.mother, before))


@pytest.mark.requirement("C28")
async def test_end_of_sharing_is_not_called_an_answer(town: Town) -> None:
    await both(town)
    await agree(town)
    await choose(town.mother, "Прекратить доступ", "Прекратить доступ")
    state = await send(town.father, AskAccess(patient=await card_of(town, town.father)).pack())
    assert "не из его семьи" not in state[1].text
    assert "Спросить ещё раз можно завтра" in state[1].text


@pytest.mark.requirement("E12", "C28")
async def test_true_parent_who_comes_second_is_proved_at_the_desk(town: Town) -> None:
    """A stranger with all data came first and refuses; papers decide, and the stranger's card is the limited one."""
    stranger, mother = town.stranger, town.mother
    await settle_in(stranger, MARIA)
    await settle_in(mother, MARIA)
    await town.work()
    await choose(stranger, NOT_OURS)
    await town.work()
    news = await mother.screen()
    assert "паспорт" in news.text
    number = ref_of(news)
    before = await stranger.messages()
    await show_papers(town, number)
    await town.work()
    assert any("Документы на этого ребёнка" in message.text for message in await new_messages(stranger, before))
    assert "записан" in (await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")).text
    assert "записан" in (await book(mother, "ЛОР", "Зайцев", FRIDAY)).text
    _answer, card = await send(stranger, PatientCard(patient=await card_of(town, stranger)).pack())
    assert "только на один приём" in card.text


@pytest.mark.requirement("E12")
async def test_dispute_is_settled_only_at_the_childs_clinic(town: Town) -> None:
    await both(town)
    number = ref_of_matter(await choose(town.father, "Что дальше"))
    registrar = await with_code(town, town.registrar)
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(registrar.id, Role.REGISTRAR, clinics[1].id)
    await say(registrar, "/start")
    await choose(registrar, "Вопрос по номеру")
    assert "прикреплён ребёнок" in (await say(registrar, number)).text


@pytest.mark.requirement("E12")
async def test_dispute_is_not_settled_by_its_other_side(town: Town) -> None:
    """A registrar who keeps the first card neither reads nor declines the papers of the second."""
    await both(town)
    number = ref_of_matter(await choose(town.father, "Что дальше"))
    mother = await with_code(town, town.mother)
    [clinic, *_others] = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(mother.id, Role.REGISTRAR, clinic.id)
    await say(mother, "/desk")
    await choose(mother, "Вопрос по номеру")
    assert "решает коллега" in (await say(mother, number)).text
    answer, _shown = await send(mother, DeclineMatter(matter=MatterId(1)).pack())
    assert "решает коллега" in str(answer.alert)


@pytest.mark.requirement("E12")
async def test_desk_sees_the_visit_of_the_disputed_card_and_cancels_it(town: Town) -> None:
    await both(town)
    await book(town.father, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(town.father, "/children")
    number = ref_of_matter(await choose(town.father, "Мария", "Что дальше"))
    registrar = await with_code(town, town.registrar)
    await say(registrar, "/start")
    await choose(registrar, "Вопрос по номеру")
    seen = await say(registrar, number)
    assert seen.button("чт 26 ноября, 08:00, педиатр") or seen.button("08:00")
    assert "Отменить приём" in (await choose(registrar, "08:00")).labels


@pytest.mark.requirement("E12")
async def test_second_account_asks_again_only_a_day_after_a_refusal(town: Town) -> None:
    await both(town)
    await town.work()
    await choose(town.mother, NOT_OURS)
    father = town.father
    early, _screen = await send(father, RequestAccess(patient=await card_of(town, father), again=True).pack())
    assert "завтра, вт 24 ноября, 12:00" in str(early.alert)
    before = await town.mother.messages()
    await town.pass_time(hours=24, minutes=1)
    await send(father, RequestAccess(patient=await card_of(town, father), again=True).pack())
    await town.work()
    assert any("ещё один аккаунт" in message.text for message in await new_messages(town.mother, before))


def ref_of_matter(seen: ChatMessage) -> str:
    """Return the number for the reception, which stands after that of the request."""
    return str(REF.findall(seen.text)[-1])


# --- cards of an earlier release --------------------------------------------------------------------------------------


@pytest.mark.requirement("C28")
async def test_card_refused_by_an_earlier_release_is_checked_again(town: Town) -> None:
    """It gets the policy, and an open request for access becomes a question about sharing, under its number."""
    await both(town)
    await town.work()
    question = await town.mother.screen()
    card = await card_of(town, town.father)
    refused = Verification(VerificationStatus.REJECTED, RejectionReason.LINKED_ELSEWHERE, checked_at=town.clock.now())

    async def as_before(uow: UnitOfWork) -> None:
        await uow.patients.set_person(card, None, None)
        await uow.patients.set_verification(card, refused, next_check=town.clock.now())

    await town.app.store.storage.write(as_before)
    seen = await say(town.father, "/children")
    assert "проверьте ещё раз" in (await choose(town.father, "Мария")).text, seen
    mothers, fathers = await town.mother.messages(), await town.father.messages()
    await town.pass_time(minutes=1)
    await town.pass_time(seconds=10)
    assert any("Полис проверен" in message.text for message in await new_messages(town.father, fathers))
    assert await new_messages(town.mother, mothers) == []
    await repeat(town.mother, question, OURS)
    await town.work()
    assert "вашей семьи" in (await town.father.screen()).text


async def test_card_of_another_child_loses_papers_and_sharing(town: Town) -> None:
    """A number of another person, to which a card is corrected, is a new claim."""
    await both(town)
    await agree(town)
    [patient] = await children_of(town, town.father)
    card = patient.id
    assert not await town.app.services.patients.is_limited(patient)
    another = claim_of(ARTYOM.policy_number, ARTYOM.name)
    await town.app.store.storage.write(lambda uow: uow.patients.set_identity(card, another))
    assert await town.app.store.storage.read(lambda view: view.representatives.sharings_of(card)) == []
