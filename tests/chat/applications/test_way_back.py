"""The ways back of an application: the aim to enroll stays, and nothing chosen or written is asked twice."""

from __future__ import annotations

import pytest

from bot.core.people import PersonName
from bot.glossary import ClinicId
from dialogs.booking.links import EnrollAtClinic
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import MARIA, SOFIA, children_of, choose, labels, say, send, settle_in
from tests.chat.applications.steps import LINES, mother_applies, open_first, review
from tests.chat.applications.test_documents import CAMP, to_documents
from tests.chat.booking.test_clinic_filters import everywhere_a_desk
from tests.chat.booking.test_clinics import CLINIC
from tests.chat.message import ChatMessage
from tests.chat.patients.test_desk_check import check_at_desk
from tests.chat.person import Person
from tests.chat.policy_register import reissue_in_register
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
    await choose(town.mother, BACK, BACK, "Фильтры", "Врач", "Педиатр", "Показать")
    await card_of(town.mother)
    await choose(town.mother, BACK, BACK, "Рядом со мной", "По районам", "Заречный")
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


# --- a correction that the register must confirm ---------------------------------------------------------------------

NEW_NAME = PersonName("Петрова", "Мария", "Сергеевна")


async def begun_with(person: Person) -> ChatMessage:
    """Begin an application with a reason and an answer that are not the usual ones."""
    await settle_in(person, MARIA)
    await review(person, reason="Переехали")
    return await choose(person, "Когда меняли", "Меньше года назад")


def is_kept(seen: ChatMessage) -> bool:
    return "Причина: переехали" in seen.text and "меньше года назад" in seen.text


async def test_name_that_the_register_confirms_leads_back_to_the_review(town: Town) -> None:
    await begun_with(town.mother)
    await reissue_in_register(town, MARIA, name=NEW_NAME)
    await choose(town.mother, "Данные ребёнка", "Фамилия")
    await say(town.mother, NEW_NAME.family)
    seen = await choose(town.mother, "Сверить и изменить")
    assert is_kept(seen), seen.text
    assert "Мария П." in seen.text


@pytest.mark.parametrize(
    "way", [("Оставить как было",), ("К заявлению",), ("Назад", "К заявлению"), ("Назад", "Назад")]
)
async def test_name_that_the_register_refuses_leads_back_to_the_review(town: Town, way: tuple[str, ...]) -> None:
    await begun_with(town.mother)
    await choose(town.mother, "Данные ребёнка", "Фамилия")
    await say(town.mother, NEW_NAME.family)
    assert "В реестре другая фамилия" in (await choose(town.mother, "Сверить и изменить")).text
    assert is_kept(await choose(town.mother, *way))


async def test_card_that_is_checked_anew_leads_back_to_the_review(town: Town) -> None:
    """A desk decides on the policy with the application, so the card is changed at once."""
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    [child] = await children_of(town, town.mother)
    await send(town.mother, EnrollAtClinic(patient=child.id, clinic=ClinicId(1)).pack())
    await choose(town.mother, "Переехали", "Данные ребёнка", "Имя")
    await say(town.mother, "Софья")
    seen = await choose(town.mother, "К заявлению")
    assert "Причина: переехали" in seen.text
    assert "Софья" in seen.text


# --- another clinic ---------------------------------------------------------------------------------------------------


async def to_field(person: Person) -> ChatMessage:
    await choose(person, ANOTHER)
    await say(person, LINES[FIELD])
    return await choose(person, FIELD, ENROLL)


async def test_another_clinic_asks_nothing_that_was_answered(town: Town) -> None:
    await everywhere_a_desk(town)
    await begun_with(town.mother)
    seen = await to_field(town.mother)
    assert is_kept(seen), seen.text
    assert FIELD in seen.text
    assert FIELD in (await choose(town.mother, BACK)).text
    await choose(town.mother, BACK)
    assert is_kept(back := await choose(town.mother, BACK, BACK)), back.text
    assert GARDEN in back.text


async def test_another_clinic_after_filters_asks_nothing_that_was_answered(town: Town) -> None:
    await everywhere_a_desk(town)
    await begun_with(town.mother)
    await choose(town.mother, ANOTHER, "Фильтры", "Врач", "Педиатр", "Показать", FIELD, ENROLL)
    assert is_kept(await town.mother.screen()), (await town.mother.screen()).text


async def test_an_application_that_is_sent_is_no_way_back(town: Town) -> None:
    await everywhere_a_desk(town)
    await begun_with(town.mother)
    await to_field(town.mother)
    page = await choose(town.mother, "Отправить", "Даю согласие, отправить")
    assert "Мои заявления" in (await choose(town.mother, BACK)).text, page.text
