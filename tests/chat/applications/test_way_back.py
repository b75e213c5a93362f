"""The ways back of an application: the aim to enroll stays, and nothing chosen or written is asked twice."""

from __future__ import annotations

from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import MARIA, choose, labels, say, settle_in
from tests.chat.applications.steps import mother_applies, open_first, review
from tests.chat.applications.test_documents import CAMP, to_documents
from tests.chat.booking.test_clinics import CLINIC
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town

ANOTHER, ENROLL, BACK = "Другая поликлиника", "Прикрепиться", "Назад"


def first_button(shown: ChatMessage) -> str:
    return shown.buttons[0][0].text


async def card_of(person: Person) -> ChatMessage:
    """Open the first clinic of a list; it leads to a card only if a clinic is looked for to enroll there."""
    card = await choose(person, labels(await person.screen(), CLINIC)[0])
    assert first_button(card) == ENROLL, card.text
    return card


async def test_clinics_of_an_application_lead_to_enrollment_on_every_way(town: Town) -> None:
    """The list after «Назад», a typed line, filters, districts and favourites: each opens a card to enroll."""
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, ANOTHER)
    await card_of(town.mother)
    await choose(town.mother, BACK)
    await card_of(town.mother)
    for way in (("В избранное",), ("Убрать из избранного",)):
        assert first_button(await choose(town.mother, *way)) == ENROLL, way
    await choose(town.mother, ENROLL, BACK)
    assert first_button(await choose(town.mother, "В избранное")) == ENROLL
    await choose(town.mother, BACK)
    await say(town.mother, "северный 7")
    assert first_button(await choose(town.mother, FIELD)) == ENROLL
    await choose(town.mother, BACK)
    await choose(town.mother, BACK)
    await card_of(town.mother)
    await choose(town.mother, BACK, "Избранное")
    await card_of(town.mother)
    await choose(town.mother, BACK, "Фильтры", "Врач", "Педиатр", "Показать")
    await card_of(town.mother)
    await choose(town.mother, BACK, "Рядом со мной", "По районам", "Заречный")
    await card_of(town.mother)


async def test_child_data_lead_back_to_the_review_with_what_was_chosen(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await review(town.mother, reason="Переехали")
    await choose(town.mother, "Когда меняли", "Меньше года назад")
    await choose(town.mother, "Данные ребёнка")
    for way in ((BACK,), ("К заявлению",), ("СНИЛС", BACK, BACK)):
        if way != (BACK,):
            await choose(town.mother, "Данные ребёнка")
        seen = await choose(town.mother, *way)
        assert "Причина: переехали" in seen.text, way
        assert "меньше года назад" in seen.text, way
    await choose(town.mother, "Данные ребёнка", "СНИЛС")
    await say(town.mother, "112-233-445 95")
    await choose(town.mother, "СНИЛС", "Удалить значение")
    assert "Причина: переехали" in (await choose(town.mother, BACK)).text
    assert GARDEN in (await town.mother.screen()).text


async def test_child_data_lead_back_to_an_application_that_is_sent_again(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Вернуть", "СНИЛС", "За 7 дней")
    await town.pass_time(seconds=61)
    await choose(town.mother, "Открыть заявление", "Исправить и отправить снова", "Изменить причину", "Переехали")
    card = await choose(town.mother, "Данные ребёнка")
    assert [label for label in card.labels if "К заявлению" in label] == ["К заявлению"]
    assert "Причина: переехали" in (await choose(town.mother, BACK)).text


async def test_child_data_keep_what_was_written_for_a_document(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_documents(town.mother)
    await choose(town.mother, CAMP)
    await say(town.mother, "лагерь «Заря»")
    assert "лагерь «Заря»" in (await choose(town.mother, "Данные ребёнка", BACK)).text
    await choose(town.mother, "Данные ребёнка", "СНИЛС")
    await say(town.mother, "112-233-445 95")
    assert "лагерь «Заря»" in (await choose(town.mother, BACK)).text
